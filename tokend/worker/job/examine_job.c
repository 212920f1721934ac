/* SPDX-License-Identifier: BSD-2-Clause */
/* examine_job.c - the job examine: what doctor asks of a worker */
#include <stdlib.h>
#include <string.h>

#include "account/send_right.h"
#include "examine/examine.h"
#include "files/usable.h"
#include "job/jobs.h"
#include "lineio.h"
#include "state/state.h"
#include "state/token_cache.h"

/* The findings so far; a command that has gone ends the job. */
static int
send_findings(struct job *j, struct examination *x)
{
	struct buf b = BUF_INIT(MESSAGE_BYTES_MAX);
	size_t i = 0;

	for (i = 0; i < x->count; i++)
		if (job_send(j, &b, attrs_add(&b, "event", "finding") == -1 ?
		    -1 : finding_format(&x->finding[i], &b)) == -1)
			return -1;
	x->count = 0;
	return 0;
}

/* Whom the sign-in named, with what the token says now. */
static void
judge_person(struct examination *x, const struct identity *who)
{
	struct state *st = calloc(1, sizeof(*st));

	if (st == NULL)
		return;
	state_read(st, x->scope, x->account.name);
	person_update(&st->person, &who->person);
	examine_person(x, &st->person);
	free(st);
}

static void
read_token(struct examination *x)
{
	struct cache c = CACHE_INIT;
	struct buf token = BUF_INIT(TOKEN_MAX), none = BUF_INIT(0);
	struct identity who;
	int64_t now = clock_seconds();

	memset(&who, 0, sizeof(who));
	if (token_cache_read(&c, x->scope, &x->account, now) == 0 &&
	    buf_adds(&token, c.token) == 0) {
		identity_read(&who, &none, &token);
		examine_claims(x, &who, &c, now);
	} else {
		examine_found(x, "claims", TOKEN_NONE, NULL);
	}
	judge_person(x, &who);
	buf_free(&token);
	cache_free(&c);
}

/* Its effects would look like a fault of the provider or the account. */
static int
can_use_store(struct examination *x, const char *part)
{
	if (usable_check(x->scope, x->account.name, NULL) == 0)
		return 1;
	examine_found(x, part, STORE_NOT_USABLE, NULL);
	return 0;
}

/* With the cached token first: the renewal takes its place. */
static int
renew_token(struct job *j, struct examination *x)
{
	struct refused r = { .id = "" };

	examine_cached(x, &r);
	if (send_findings(j, x) == -1)
		return -1;
	examine_renew(x);
	examine_replaced(x, &r);
	return 0;
}

static int
examine_provider(struct job *j, struct examination *x)
{
	int can_renew = 0;

	examine_settings(x);
	if (!can_use_store(x, "token"))
		return send_findings(j, x);
	can_renew = examine_stored(x);
	if (x->is_live) {
		if (send_findings(j, x) == -1)
			return -1;
		if (examine_reach(x) && can_renew && renew_token(j, x) == -1)
			return -1;
	}
	read_token(x);
	return send_findings(j, x);
}

static int
examine_mail(struct job *j, struct examination *x)
{
	const char *plugin = job_value(j, "mechanisms");
	int i = 0, tried = 0;

	if (x->is_live && !can_use_store(x, "mail"))
		return send_findings(j, x);
	if (x->is_live && sending_is_api(x->account.send)) {
		examine_read_request(x);
		return send_findings(j, x);
	}
	for (i = 0; i < SERVERS && x->is_live; i++) {
		if (x->account.server[i] == NULL)
			continue;
		tried = 1;
		if (i != SERVER_SMTP && send_right_is_meant(&x->account))
			examine_read_login(x, (enum account_server)i);
		else
			examine_login(x, (enum account_server)i, plugin);
		if (send_findings(j, x) == -1)
			return -1;
	}
	if (!tried && x->is_live)
		examine_found(x, "mail", SERVERS_NONE, NULL);
	return send_findings(j, x);
}

int
examine_run(struct job *j)
{
	struct examination *x = calloc(1, sizeof(*x));
	int result = -1;

	if (x == NULL)
		return fail_memory(&j->why);
	x->scope = j->scope;
	x->is_live = job_says(j, "live", "yes");
	if (account_load(&x->account, j->scope, j->account, &j->why) == 0) {
		text_cut(x->name, sizeof(x->name), x->account.name);
		result = job_says(j, "part", "mail") ? examine_mail(j, x) :
		    examine_provider(j, x);
	}
	account_free(&x->account);
	free(x);
	return result;
}
