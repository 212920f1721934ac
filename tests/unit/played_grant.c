/* SPDX-License-Identifier: BSD-2-Clause */
#include "played_grant.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "account/account.h"
#include "common/log.h"
#include "grant/grant.h"
#include "lineio.h"
#include "scratch.h"
#include "state/token_cache.h"
#include "store/store.h"

#include <check.h>	/* last: it has a macro fail() */

struct played_provider provider;
struct scope s;
struct failure why;

int
grant_request(struct account *account, const struct credential *c,
    const struct hooks *hooks, struct token_answer *t, struct token_failure *f)
{
	(void)account;
	(void)hooks;
	provider.asked++;
	snprintf(provider.saw, sizeof(provider.saw), "%s",
	    buf_text(&c->refresh_token));
	snprintf(provider.secret, sizeof(provider.secret), "%s",
	    buf_text(&c->client_secret));
	if (provider.meanwhile != NULL)
		provider.meanwhile();
	if (provider.refresh_token != NULL)
		ck_assert_int_eq(buf_adds(&t->refresh_token,
		    provider.refresh_token), 0);
	if (provider.result == 0) {
		ck_assert_int_eq(buf_adds(&t->access_token,
		    provider.access_token), 0);
		if (provider.scope != NULL)
			ck_assert_int_eq(buf_adds(&t->scope, provider.scope),
			    0);
		t->expires_in = provider.expires_in;
		t->refresh_expires_in = provider.refresh_expires_in;
	}
	*f = provider.failure;
	return provider.result;
}

int
grant_needs_refresh_token(enum grant grant)
{
	return grant == GRANT_REFRESH_TOKEN;
}

void
played_setup(const char *account)
{
	scratch_scope(&s);
	scratch_folder(scratch_path("config"), 0700);
	scratch_folder(scratch_path("config/accounts"), 0700);
	scratch_folder(scratch_path("state"), 0700);
	scratch_folder(scratch_path("state/credentials"), 0700);
	put_account(account);
	provider = (struct played_provider){ .access_token = "new-access",
	    .expires_in = 3600,
	    .refresh_expires_in = REFRESH_EXPIRY_UNKNOWN };
	memset(&why, 0, sizeof(why));
	log_open("test", LOG_TO_SYSLOG);	/* not in the way of TAP */
}

void
put_account(const char *text)
{
	scratch_write(scratch_path("config/accounts/acct.conf"), 0600, text);
}

void
put_credential(const char *token)
{
	struct credential c = CREDENTIAL_INIT;
	struct buf b = BUF_INIT(CREDENTIAL_FILE_MAX);

	ck_assert_int_eq(buf_adds(&c.refresh_token, token), 0);
	ck_assert_int_eq(buf_adds(&c.client_secret, "old-secret"), 0);
	c.granted = 5;
	ck_assert_int_eq(credential_format(&c, &b), 0);
	scratch_bytes(scratch_path("state/credentials/acct"), 0600, b.data,
	    b.len);
	buf_free(&b);
	credential_free(&c);
}

void
expect_stored(const char *token, const char *secret)
{
	struct credential c = CREDENTIAL_INIT;

	ck_assert_int_ne(credential_read(&c, &s, "acct", &why), -1);
	ck_assert_str_eq(buf_text(&c.refresh_token), token);
	ck_assert_str_eq(buf_text(&c.client_secret), secret);
	credential_free(&c);
}

void
expect_cached(const char *token)
{
	struct account account;
	struct cache c = CACHE_INIT;
	int result;

	ck_assert_int_eq(account_load(&account, &s, "acct", &why), 0);
	result = token_cache_read(&c, &s, &account, clock_seconds());
	ck_assert_int_eq(result, token != NULL ? 0 : -1);
	if (result == 0)
		ck_assert_str_eq(c.token, token);
	cache_free(&c);
	account_free(&account);
}

struct state *
state(void)
{
	static struct state st;

	state_read(&st, &s, "acct");
	return &st;
}

void
be_told_to_go(void)
{
	raise(SIGTERM);
	raise(SIGINT);
	raise(SIGHUP);
}
