/* SPDX-License-Identifier: BSD-2-Clause */
/* mail_login_job.c - the job mail-login: one real login */
#include "account/account.h"
#include "job/jobs.h"
#include "lineio.h"
#include "mail/connection.h"
#include "mail/sasl.h"
#include "base/shell_word.h"
#include "state/token_cache.h"

#define MAIL_MS 25000		/* from the name's look-up to the last word */

struct attempt {
	struct job *job;
	struct account account;
	struct cache cache;
	struct mail_settings settings;
	enum sasl_mechanism mechanism;
	char said[SASL_SAID_MAX + 1];
};

static int
find_server(struct attempt *at)
{
	const enum account_server service = server_find(job_value(at->job,
	    "service"));
	const char *given = job_value(at->job, "server");

	if (service == SERVERS)
		return fail(&at->job->why, STATUS_INTERNAL, "no mail service "
		    "was named: it is smtp, imap or pop");
	at->settings = mail_settings_of(&at->account, service);
	if (given != NULL) {
		at->settings.server = given;
		at->settings.setting = "the server's name";
	}
	return at->settings.server != NULL ? 0 : fail(&at->job->why,
	    STATUS_CONFIG, "no server to log in at: add %s = HOST:PORT to the "
	    "account's file", server_key(service));
}

static int
find_token(struct attempt *at)
{
	int64_t now = clock_seconds();

	if (token_cache_read(&at->cache, at->job->scope, &at->account,
	    now) == 0 && now < at->cache.expires)
		return 0;
	return fail(&at->job->why, STATUS_LATER, "there is no token that is "
	    "valid now: \"tokend refresh %s\" gets one",
	    SHELL_NAME(at->account.name));
}

static int
log_in(struct attempt *at)
{
	struct failure *why = &at->job->why;
	const char *user = account_mailbox(&at->account, at->settings.service);
	struct mail *m = mail_open(&at->settings, clock_ms() + MAIL_MS, why);
	enum sasl_result taken;
	int result = -1;

	if (m == NULL || sasl_prepare(m, at->account.hosts,
	    at->settings.setting, &at->mechanism, why) == -1)
		goto out;
	taken = sasl_login_mailbox(m, at->mechanism, user, at->cache.token,
	    at->said, why);
	if (taken == SASL_FAILED)
		goto out;
	sasl_log_out(m);
	if (job_event(at->job, "mail", "server", mail_server(m), "mechanism",
	    sasl_names[at->mechanism], "said", at->said, NULL) == 0)
		result = taken == SASL_TAKEN ? 0 : sasl_fail_refused(m, user,
		    at->said, why);
out:
	mail_close(m);
	return result;
}

int
mail_login_run(struct job *j)
{
	struct attempt at = { .job = j, .cache = CACHE_INIT };
	int result = -1;

	if (account_load(&at.account, j->scope, j->account, &j->why) == 0 &&
	    find_server(&at) == 0 && find_token(&at) == 0)
		result = log_in(&at);
	cache_free(&at.cache);
	account_free(&at.account);
	return result;
}
