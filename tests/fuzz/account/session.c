/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session.c - a whole request on a connection, with an account that has a
 * token. No worker is started: this file says that it cannot be.
 */
#include "fuzz.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"
#include "disk/cachefile.h"
#include "lineio.h"
#include "proto.h"
#include "serve/request/session.h"
#include "serve/start_worker.h"

#define ID "0123456789abcdef0123456789abcdef"
#define ACCOUNT "token_endpoint = https://as.example.org/t\n" \
    "client_id = x\nhosts = mx.example.org *.test\nuser = me\n"
#define MOST 65536	/* bytes that a socket takes at once */

int __wrap_worker_start(const char *verb, int force, const char *account,
    int third, int input, int *answer, struct failure *why);

int
__wrap_worker_start(const char *verb, int force, const char *account,
    int third, int input, int *answer, struct failure *why)
{
	(void)verb;
	(void)force;
	(void)third;
	(void)input;
	(void)answer;
	return fail(why, STATUS_LATER, "account \"%s\": no worker", account);
}

static void
put_files(const struct scope *s)
{
	struct cache c = { .id = ID, .token = FUZZ_SECRET, .min_valid = 60,
	    .hosts = "mx.example.org", .refused = "", .allow = "",
	    .file = BUF_INIT(CACHE_FILE_MAX) };
	struct buf b = BUF_INIT(CACHE_FILE_MAX);
	char path[SCOPE_PATH_MAX + 32] = "", stamp[STAMP_MAX] = "";
	struct stat st;

	snprintf(path, sizeof(path), "%s/accounts/acct.conf", s->config);
	if (stat(path, &st) == -1) {
		fuzz_file(s->config, "accounts/acct.conf", ACCOUNT,
		    strlen(ACCOUNT));
		MUST(stat(path, &st) == 0);
	}
	cache_stamp(stamp, &st);
	c.stamp = stamp;
	c.issued = clock_seconds();
	c.fresh_until = c.issued + 3000;
	c.expires = c.issued + 3600;
	MUST(cache_format(&c, &b) == 0);
	fuzz_file(s->state, "cache/acct", b.data, b.len);
	fuzz_file(s->state, "state/acct", "", 0);
	buf_free(&b);
}

FUZZ_TARGET(session)
{
	const struct scope *s = fuzz_scope();
	struct buf raw = BUF_INIT(PROTO_MESSAGE_MAX);
	struct answer a = ANSWER_INIT;
	struct failure why;
	int pair[2] = { -1, -1 };

	if (len > MOST)
		return;
	put_files(s);
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	MUST(write(pair[0], data, len) == (ssize_t)len);
	shutdown(pair[0], SHUT_WR);
	session(pair[1], s, SESSION_PATIENCE);
	/* Whoever says anything whole is answered. */
	if (io_receive(pair[0], &raw, clock_ms() + SESSION_PATIENCE) == 0) {
		MUST(answer_decode(&a, &raw, &why) == 0);
		fuzz_printable(a.failure.text);
		/* What the client itself says, it may be told. */
		if (a.failure.code != STATUS_OK && !fuzz_shows(data, len))
			fuzz_hides(a.failure.text, strlen(a.failure.text));
	} else {
		MUST(attrs_complete(data, len) == 0);
	}
	answer_free(&a);
	buf_free(&raw);
	close(pair[0]);
	close(pair[1]);
}
