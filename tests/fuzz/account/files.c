/* SPDX-License-Identifier: BSD-2-Clause */
/* files.c - an account's file with what it stands on, and its state */
#include "fuzz.h"

#include <stdio.h>
#include <string.h>

#include "account/account.h"
#include "account/endpoint.h"
#include "base/name.h"
#include "state/host_refusals.h"
#include "state/state.h"

static void
check(const struct account *a)
{
	const char *const endpoints[] = { a->token_endpoint,
	    a->authorization_endpoint, a->device_authorization_endpoint,
	    a->revocation_endpoint, a->issuer };
	size_t i = 0;

	for (i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++)
		MUST(endpoints[i] == NULL || endpoint_is_safe(endpoints[i]));
	MUST(a->hosts != NULL && a->refresh_before >= 0 && a->min_valid >= 0);
	MUST(a->users.user == NULL || text_is_clean(a->users.user,
	    strlen(a->users.user)));
}

/* The account's file, tokend.conf and a preset, in this order. */
FUZZ_TARGET(account)
{
	const struct scope *s = fuzz_scope();
	struct failure why = { .code = STATUS_OK };
	struct part p = fuzz_part(&data, &len);
	struct account a;

	memset(&a, 0, sizeof(a));
	fuzz_file(s->config, "accounts/acct.conf", p.data, p.len);
	p = fuzz_part(&data, &len);
	fuzz_file(s->config, "tokend.conf", p.data, p.len);
	p = fuzz_part(&data, &len);
	fuzz_file(s->config, "providers/own.conf", p.data, p.len);
	if (account_load(&a, s, "acct", &why) == 0) {
		check(&a);
	} else {
		MUST(why.code == STATUS_CONFIG);
		fuzz_printable(why.text);
	}
	account_free(&a);
}

/* What was read is written, and read again as the same. */
FUZZ_TARGET(state)
{
	const struct scope *s = fuzz_scope();
	struct buf first = BUF_INIT(STATE_FILE_MAX);
	struct buf second = BUF_INIT(STATE_FILE_MAX);
	struct failure why = { .code = STATUS_OK };
	struct state st;
	size_t i = 0;

	fuzz_file(s->state, "state/acct", data, len);
	state_read(&st, s, "acct");
	if (state_holds_back(&st, st.stamp, 1000, &why))
		fuzz_printable(why.text);
	for (i = 0; i < REFUSALS_MAX; i++)
		if (st.refusals[i].count > 0 && refusals_reject(&st, "acct",
		    st.refusals[i].host, st.refusals[i].when, &why))
			fuzz_printable(why.text);
	MUST(state_format(&st, &first) == 0);
	fuzz_file(s->state, "state/acct", first.data, first.len);
	state_read(&st, s, "acct");
	MUST(state_format(&st, &second) == 0);
	MUST(first.len == second.len && memcmp(first.data, second.data,
	    first.len) == 0);
	buf_free(&first);
	buf_free(&second);
}
