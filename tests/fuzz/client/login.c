/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * login.c - a login by the mechanisms: a password, then the server's words.
 * tokend is this file: it gives the secret as a token, and judges a report.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "challenge.h"
#include "client.h"
#include "encode.h"
#include "fake_host.h"
#include "mech.h"
#include "base/name.h"
#include "proto.h"

int __wrap_client_get(const struct client_settings *settings,
    struct request *r, struct answer *a);
int __wrap_client_reject(const struct client_settings *settings,
    struct request *r, struct failure *why);

static char token[] = FUZZ_SECRET, id[] = "0123456789abcdef0123456789abcdef";

int
__wrap_client_get(const struct client_settings *settings,
    struct request *r, struct answer *a)
{
	(void)settings;
	MUST(r->account != NULL && r->account[0] != '\0');
	a->failure.code = STATUS_OK;
	a->token = token;
	a->id = id;
	return 0;
}

int
__wrap_client_reject(const struct client_settings *settings,
    struct request *r, struct failure *why)
{
	(void)settings;
	(void)why;
	MUST(strlen(r->challenge) <= CHALLENGE_MAX);
	fuzz_printable(r->challenge);
	fuzz_hides(r->challenge, strlen(r->challenge));
	return 0;
}

static void
log_in(enum mechanism mechanism, const struct buf *password,
    const struct buf *challenge)
{
	struct client_settings settings = { .sockets = "", .bare_tokens = 1 };
	struct role role = { .mechanism = mechanism, .settings = &settings };
	sasl_out_params_t out;
	const char *sent = NULL;
	void *login = NULL;
	unsigned n = 0;
	int code = SASL_FAIL;

	memset(&out, 0, sizeof(out));
	host_reset();
	host.pass.how = HOW_CALL;
	host.pass.value = buf_text(password);
	host.pass.len = (unsigned)password->len;
	MUST(mech_new(&role, &host.params, &login) == SASL_OK);
	code = mech_step(login, &host.params, NULL, 0, NULL, &sent, &n, &out);
	fuzz_printable(host.text);
	/* An account's name is no secret. */
	if (strncmp(buf_text(password), "tokend:", 7) != 0)
		fuzz_hides(host.text, strlen(host.text));
	if (code == SASL_CONTINUE) {
		MUST(sent != NULL && n <= MESSAGE_MAX);
		MUST(mech_step(login, &host.params, challenge->data,
		    (unsigned)challenge->len, NULL, &sent, &n, &out) ==
		    SASL_OK);
		MUST(n <= 1);
	} else {
		MUST(sent == NULL && n == 0 && host.texts == 1);
	}
	mech_dispose(login, &host.utils);
	MUST(host.live == 0);
}

FUZZ_TARGET(login)
{
	struct part first = fuzz_part(&data, &len);
	struct buf password = fuzz_insert(first.data, first.len);
	struct buf challenge = fuzz_insert(data, len);

	/* What fake_host.c keeps a password in. */
	if (password.len < 8192) {
		log_in(MECH_XOAUTH2, &password, &challenge);
		log_in(MECH_OAUTHBEARER, &password, &challenge);
	}
	buf_free(&password);
	buf_free(&challenge);
}

/* Both messages have the user and the token whole, whoever the user is. */
FUZZ_TARGET(encode)
{
	struct buf out = BUF_INIT(MESSAGE_MAX);
	char *user = fuzz_text(data, len);
	int i = 0;

	for (i = 0; i < MECHANISMS; i++) {
		if ((i == MECH_XOAUTH2 ? xoauth2_encode : oauthbearer_encode)(
		    &out, user, token, strlen(token)) == -1) {
			MUST(memmem(buf_text(&out), out.len, token, 8) ==
			    NULL);
			continue;
		}
		MUST(user[0] != '\0' && text_is_clean(user, strlen(user)));
		MUST(out.len >= 2 && memcmp(out.data + out.len - 2,
		    KVSEP KVSEP, 2) == 0);
		MUST(memmem(out.data, out.len, "Bearer " FUZZ_SECRET KVSEP,
		    strlen("Bearer " FUZZ_SECRET KVSEP)) != NULL);
		buf_reset(&out);
	}
	free(user);
	buf_free(&out);
}
