/* SPDX-License-Identifier: BSD-2-Clause */
/* live_renewal.c - see examine.h: a real renewal, as any other */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/date.h"
#include "examine/examine.h"
#include "files/lock.h"
#include "lineio.h"
#include "proto.h"
#include "refresh/renew.h"
#include "state/state.h"

static void
report_failure(struct examination *x, const struct failure *why)
{
	struct state *st = calloc(1, sizeof(*st));
	struct detail none = { .error = "" };

	/* What is known beyond the one line is in the state, if it is of it. */
	if (st != NULL)
		state_read(st, x->scope, x->account.name);
	examine_advise(x, "provider", why, st != NULL &&
	    st->code == why->code &&
	    strncmp(st->text, why->text, strlen(st->text)) == 0 ?
	    &st->detail : &none);
	free(st);
}

void
examine_renew(struct examination *x)
{
	struct answer a = ANSWER_INIT;
	char duration[DURATION_MAX] = "";
	int lock = lock_acquire(x->scope, x->account.name, &a.failure);

	if (lock != -1) {
		refresh_account(&a, x->scope, x->account.name, 1);
		lock_clear_time(lock);
		close(lock);
	}
	if (a.failure.code == STATUS_OK)
		examine_found(x, "provider", PROVIDER_RENEWED, KNOWN_VALUES(
		    { "age", duration_text(duration,
		    a.expires - clock_seconds()) }));
	else
		report_failure(x, &a.failure);
	answer_free(&a);
}
