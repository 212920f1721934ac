/* SPDX-License-Identifier: BSD-2-Clause */
/* mail_login_job.c - the job mail-login: one real login */
#include <stdio.h>
#include <string.h>

#include "account/account.h"
#include "job/jobs.h"
#include "lineio.h"
#include "mail/connection.h"
#include "mail/sasl.h"
#include "base/name.h"
#include "base/shell_word.h"
#include "state/token_cache.h"

#define MAIL_MS 25000		/* from the name's look-up to the last word */

static const struct service {
	const char *word;
	enum account_server service;
	const char *setting;
} services[] = {
	{ "smtp", SERVER_SMTP, "server_smtp" },
	{ "imap", SERVER_IMAP, "server_imap" },
	{ "pop", SERVER_POP, "server_pop" }
};

struct attempt {
	struct job *job;
	const struct service *service;
	struct account account;
	struct cache cache;
	struct mail_settings settings;
	const char *user;
	enum sasl_mechanism mechanism;
	char said[SASL_SAID_MAX + 1];
};

static int
find_service(struct attempt *at)
{
	const char *word = attrs_get(&at->job->first.attrs, "service");
	size_t i = 0;

	for (i = 0; word != NULL && i < sizeof(services) / sizeof(services[0]);
	    i++)
		if (strcmp(services[i].word, word) == 0)
			at->service = &services[i];
	return at->service != NULL ? 0 : fail(&at->job->why, STATUS_INTERNAL,
	    "no mail service was named: it is smtp, imap or pop");
}

static int
find_server(struct attempt *at)
{
	const char *given = attrs_get(&at->job->first.attrs, "server");
	const struct account *a = &at->account;

	at->settings = (struct mail_settings){
	    .service = at->service->service,
	    .server = given != NULL ? given : a->server[at->service->service],
	    .tls = a->tls[at->service->service],
	    .setting = given != NULL ? "the server's name" :
	    at->service->setting, .ca_file = a->ca_file,
	    .ca_dir = a->ca_dir };
	if (at->settings.server != NULL)
		return 0;
	return fail(&at->job->why, STATUS_CONFIG, "no server to log in at: "
	    "add %s = HOST:PORT to the account's file", at->service->setting);
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
choose_mechanism(struct attempt *at, const struct mail *m)
{
	if (sasl_choose(m, &at->mechanism) == 0)
		return 0;
	return fail(&at->job->why, STATUS_CONFIG, "%s offers neither XOAUTH2 "
	    "nor OAUTHBEARER, so no token opens it: check %s, and what the "
	    "server allows", mail_server(m), at->settings.setting);
}

static int
report_answer(struct attempt *at, const struct mail *m)
{
	return job_event(at->job, "mail", "server", mail_server(m),
	    "mechanism", sasl_names[at->mechanism], "said", at->said, NULL);
}

static int
log_in(struct attempt *at)
{
	struct mail *m = mail_open(&at->settings, clock_ms() + MAIL_MS,
	    &at->job->why);
	int taken, result = -1;

	if (m == NULL)
		return -1;
	/* The plugin would not give the token to another host, either. */
	if (!host_matches(at->account.hosts, mail_host(m))) {
		fail(&at->job->why, STATUS_HOST, "its hosts do not list %s: "
		    "add it in the account's file", mail_host(m));
		goto out;
	}
	if (choose_mechanism(at, m) == -1)
		goto out;
	taken = sasl_login(m, at->service->service, at->mechanism, at->user,
	    at->cache.token, at->said, &at->job->why);
	if (taken == 1 && at->service->service == SERVER_IMAP)
		taken = sasl_open_inbox(m, at->cache.token, at->said,
		    &at->job->why);
	if (taken == -1)
		goto out;
	sasl_log_out(m, at->service->service);
	if (report_answer(at, m) == 0)
		result = taken == 1 ? 0 : sasl_fail_refused(m, at->user,
		    at->said, &at->job->why);
out:
	mail_close(m);
	return result;
}

int
mail_login_run(struct job *j)
{
	struct attempt at = { .job = j, .cache = CACHE_INIT };
	int result = -1;

	if (account_load(&at.account, j->scope, j->account, &j->why) == -1 ||
	    find_service(&at) == -1 || find_server(&at) == -1 ||
	    find_token(&at) == -1)
		goto out;
	at.user = users_for_service(&at.account.users, at.service->word);
	if (at.user == NULL)
		at.user = at.account.name;
	result = log_in(&at);
out:
	cache_free(&at.cache);
	account_free(&at.account);
	return result;
}
