/* SPDX-License-Identifier: BSD-2-Clause */
#include "played_worker.h"

#include <stdlib.h>
#include <unistd.h>

#include "account/account.h"
#include "common/log.h"
#include "files/lock.h"
#include "lineio.h"
#include "scratch.h"
#include "serve/start_worker.h"
#include "state/token_cache.h"

struct scope s;
struct failure why;
struct answer a;

void
played_open(const char *account)
{
	scratch_enter();
	scratch_folder("config", 0700);
	scratch_folder("config/accounts", 0700);
	put_account(account);
	scratch_must(symlink(scratch_program(), "tokend-worker") == 0,
	    "tokend-worker");
	setenv("TOKEND_CONFIG_DIR", scratch_path("config"), 1);
	setenv("TOKEND_STATE_DIR", scratch_path("state"), 1);
	scratch_must(scope_own(&s, &why) == 1, "scope");
	a = (struct answer)ANSWER_INIT;
	log_open("test", LOG_TO_SYSLOG);	/* not in the way of TAP */
}

void
played_close(void)
{
	answer_free(&a);
	unsetenv("TOKEND_CONFIG_DIR");
	unsetenv("TOKEND_STATE_DIR");
	scratch_teardown();
}

void
put_account(const char *text)
{
	scratch_write("config/accounts/acct.conf", 0600, text);
}

void
put_token(const char *token, const char *id, int64_t fresh, int64_t left,
    const char *allow)
{
	struct account account;
	struct cache c = CACHE_INIT;
	int64_t now = clock_seconds();

	if (account_load(&account, &s, "acct", &why) == 0) {
		c.id = id;
		c.token = token;
		c.issued = now;
		c.fresh_until = now + fresh;
		c.expires = now + left;
		c.min_valid = 60;
		c.hosts = account.hosts;
		c.users = account.users;
		c.refused = "";
		c.allow = allow;
		c.stamp = account.stamp;
		token_cache_write(&c, &s, &account, &why);
	}
	account_free(&account);
}

int
played_renew(void)
{
	struct answer mine = ANSWER_INIT;

	put_token("fetched", NEW_ID, 3000, 3600, "");
	mine.token = "fetched";
	mine.id = NEW_ID;
	mine.expires = clock_seconds() + 3600;
	return played_answer(&mine);
}

int
played_answer(const struct answer *mine)
{
	struct buf b = BUF_INIT(PROTO_MESSAGE_MAX);
	int result = answer_encode(mine, &b);

	if (result == 0) {
		lock_clear_time(WORKER_LOCK);
		io_send(WORKER_ANSWER, &b, clock_ms() + LONG);
	}
	buf_free(&b);
	return result;
}
