/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_secretless.c - the grants that keep no secret, as far as they need no
 * server: what programs print, how they are run, and the agent's challenge.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/http.h"
#include "net/url.h"
#include "grant/arc.h"
#include "grant/grant.h"
#include "common/date.h"
#include "grant/printed.h"
#include "lineio.h"
#include "common/run.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define NOW 1700000000

/* {"alg":"none"}.{"exp":1700001234}. and one without exp */
#define JWT "eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDEyMzR9.c2ln"
#define JWT_WITHOUT "eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0.c2ln"
#define JWT_OVER "eyJhbGciOiJub25lIn0.eyJleHAiOjE2MDAwMDAwMDB9.c2ln"

static struct token_answer answer;
static struct token_failure why;
static struct run_result ran;
static struct account account;

static void
setup(void)
{
	scratch_setup();
	answer = (struct token_answer)TOKEN_ANSWER_INIT;
	ran = (struct run_result)RUN_RESULT_INIT;
	memset(&why, 0, sizeof(why));
	memset(&account, 0, sizeof(account));
	strncpy(account.name, "work", sizeof(account.name) - 1);
	account.grant = GRANT_COMMAND;
}

static void
teardown(void)
{
	token_answer_free(&answer);
	run_result_free(&ran);
	free(account.command);
	scratch_teardown();
}

FIXTURE(setup, teardown);

/*
 * What is printed
 */

static const struct {
	const char *text;
	const char *token;
	int64_t expires_in;
} good[] = {
	{ "ya29.abc\n", "ya29.abc", PRINTED_LIFE },
	{ "\n  ya29.abc \r\n\n", "ya29.abc", PRINTED_LIFE },
	{ JWT "\n", JWT, 1234 },
	{ JWT_WITHOUT, JWT_WITHOUT, PRINTED_LIFE },
	{ "a.e30.b", "a.e30.b", PRINTED_LIFE },
	{ "{\"access_token\":\"t\"}", "t", PRINTED_LIFE },
	{ "{\"token\":\"t\",\"expires_in\":\"60\"}\n", "t", 60 },
	{ "{\"access_token\":\"" JWT "\"}", JWT, 1234 },
	{ "{\"access_token\":\"" JWT "\",\"expires_in\":10}", JWT, 10 },
	{ "{\"accessToken\":\"t\",\"expiresOn\":\"2023-11-14 23:13:30.0\","
	    "\"expires_on\":1700000010}", "t", 10 },
	{ "{\"access_token\":\"t\",\"expires_at\":1700000020}", "t", 20 },
	{ "{\"access_token\":\"t\",\"expiry\":"
	    "\"2023-11-14T22:13:30.123456Z\"}", "t", 10 },
	{ "{\"access_token\":\"t\",\"expiry\":"
	    "\"2023-11-15T00:13:30+02:00\"}", "t", 10 },
	{ "{\"access_token\":\"t\",\"expires_in\":1e30}", "t",
	    EXPIRES_IN_MAX }
};

TABLE_TEST(takes_the_token, good)
{
	const char *what = "untouched";

	ck_assert_int_eq(printed_read(&answer, good[_i].text,
	    strlen(good[_i].text), NOW, &what), 0);
	ck_assert_str_eq(buf_text(&answer.access_token), good[_i].token);
	ck_assert_int_eq(answer.expires_in, good[_i].expires_in);
}

static const struct {
	const char *text;
	const char *what;
} bad[] = {
	{ "", "nothing" },
	{ " \n\t\n", "nothing" },
	{ "Please sign in first\n", "characters" },
	{ "one\ntwo\n", "several lines" },
	{ "{\"token\":", "JSON" },
	{ "{\"access_token\":7}", "JSON without an access_token" },
	{ "{\"error\":\"x\"}", "JSON without an access_token" },
	{ "{\"access_token\":\"a b\"}", "characters" },
	{ "{\"access_token\":\"\"}", "characters" },
	{ "{\"access_token\":\"t\",\"expires_in\":0}", "expired" },
	{ "{\"access_token\":\"t\",\"expires_at\":1699999999}", "expired" },
	{ "{\"access_token\":\"t\",\"expiry\":\"tomorrow\"}", "expiry" },
	{ JWT_OVER, "expired" }
};

TABLE_TEST(says_what_it_is_instead, bad)
{
	const char *what = NULL;

	ck_assert_int_eq(printed_read(&answer, bad[_i].text,
	    strlen(bad[_i].text), NOW, &what), -1);
	ck_assert_ptr_nonnull(what);
	ck_assert_msg(strstr(what, bad[_i].what) != NULL, "%s", what);
}

TEST(refuses_a_nul_and_too_much)
{
	static char long_one[TOKEN_MAX + 2];
	const char *what = NULL;

	ck_assert_int_eq(printed_read(&answer, "ab\0cd", 5, NOW, &what), -1);
	ck_assert_ptr_nonnull(what);
	memset(long_one, 'a', sizeof(long_one) - 1);
	ck_assert_int_eq(printed_read(&answer, long_one, strlen(long_one),
	    NOW, &what), -1);
	ck_assert_ptr_nonnull(strstr(what, "more bytes"));
}

static const struct {
	const char *text;
	int64_t when;
} dates[] = {
	{ "1970-01-01T00:00:01Z", 1 },
	{ "2026-11-21T12:00:00z", 1795262400 },
	{ "2026-11-21 12:00:00.5-01:30", 1795267800 },
	{ "2024-02-29T00:00:00Z", 1709164800 },
	{ "2026-11-21T12:00:00", -1 },
	{ "2026-11-21T12:00:00.Z", -1 },
	{ "2026-11-21T12:00:00+0100", -1 },
	{ "2026-11-21T12:00:00+01:00x", -1 },
	{ "2026-13-21T12:00:00Z", -1 },
	{ "21.11.2026 12:00:00Z", -1 },
	{ "1969-12-31T23:59:59Z", -1 },
	{ "", -1 }
};

TABLE_TEST(reads_dates, dates)
{
	ck_assert_int_eq(date_read(dates[_i].text), dates[_i].when);
}

/*
 * Programs
 */

static int
run(const char *script, int ms)
{
	char shell[] = "/bin/sh", flag[] = "-c";
	char *line = strdup(script), *argv[] = { shell, flag, line, NULL };
	char name[] = "NAME=value", *env[] = { name, NULL };
	int64_t before = clock_ms();

	ck_assert_ptr_nonnull(line);
	run_result_free(&ran);
	ran = (struct run_result)RUN_RESULT_INIT;
	run_program(&ran, argv, env, before + ms);
	free(line);
	return (int)(clock_ms() - before);
}

TEST(takes_both_streams_and_the_status)
{
	run("cat; echo out $NAME $HOME; pwd; echo err >&2; exit 3", 5000);
	ck_assert_int_eq(ran.end, RUN_EXITED);
	ck_assert_int_eq(ran.number, 3);
	ck_assert_str_eq(buf_text(&ran.output), "out value\n/\n");
	ck_assert_str_eq(buf_text(&ran.errors), "err\n");
	run("kill -9 $$", 5000);
	ck_assert_int_eq(ran.end, RUN_SIGNALLED);
	ck_assert_int_eq(ran.number, SIGKILL);
}

TEST(gives_no_descriptor_and_default_signals)
{
	int fd = dup2(STDOUT_FILENO, 77);

	ck_assert_int_eq(fd, 77);
	signal(SIGHUP, SIG_IGN);
	run("ls /proc/self/fd; kill -1 $$; echo survived", 5000);
	signal(SIGHUP, SIG_DFL);
	close(fd);
	ck_assert_int_eq(ran.end, RUN_SIGNALLED);
	ck_assert_int_eq(ran.number, SIGHUP);
	/* ls itself has the folder open. */
	ck_assert_str_eq(buf_text(&ran.output), "0\n1\n2\n3\n");
}

TEST(ends_a_slow_one_with_its_group)
{
	int took = run("sleep 60 & echo $!; wait", 300);
	pid_t child = 0;
	int i = 0;

	ck_assert_int_eq(ran.end, RUN_TIMED_OUT);
	ck_assert_int_lt(took, 5000);
	child = (pid_t)strtol(buf_text(&ran.output), NULL, 10);
	ck_assert_int_gt(child, 1);
	/* Nobody's child is reaped by init in its own time. */
	for (i = 0; i < 200 && kill(child, 0) == 0; i++)
		usleep(10000);
	ck_assert_int_eq(kill(child, 0), -1);
}

TEST(stops_an_endless_one)
{
	int took = run("yes", 10000);

	ck_assert_int_eq(ran.end, RUN_TOO_LONG);
	ck_assert_int_lt(took, 5000);
	took = run("yes >&2", 500);
	ck_assert_int_eq(ran.end, RUN_TIMED_OUT);
	ck_assert_int_lt(took, 5000);
	ck_assert_uint_eq(ran.errors.len, RUN_ERRORS_MAX);
}

TEST(does_not_wait_for_what_stays_behind)
{
	int took = run("sleep 4 & echo token", 10000);

	ck_assert_int_eq(ran.end, RUN_EXITED);
	ck_assert_str_eq(buf_text(&ran.output), "token\n");
	ck_assert_int_lt(took, 3000);
}

TEST(bears_closed_streams)
{
	int took = run("exec >&- 2>&-; sleep 0.3; exit 5", 10000);

	ck_assert_int_eq(ran.end, RUN_EXITED);
	ck_assert_int_eq(ran.number, 5);
	ck_assert_int_ge(took, 300);
}

TEST(says_that_it_cannot_start)
{
	char name[] = "/nonexistent/program", *argv[] = { name, NULL };

	run_program(&ran, argv, argv + 1, clock_ms() + 1000);
	ck_assert_int_eq(ran.end, RUN_NOT_STARTED);
	ck_assert_int_eq(ran.number, ENOENT);
}

/*
 * The grant
 */

static int
grant(const char *script)
{
	const char *path = scratch_path("program");
	struct credential none = CREDENTIAL_INIT;

	scratch_write(path, 0755, script);
	free(account.command);
	ck_assert_int_ne(asprintf(&account.command, "%s one  two", path), -1);
	return grant_request(&account, &none, NULL, &answer, &why);
}

static void
says(const char *text)
{
	ck_assert_msg(strstr(why.failure.text, text) != NULL,
	    "\"%s\" is not in: %s", text, why.failure.text);
}

TEST(runs_the_command)
{
	char user[] = "me@example.org";

	account.users.user = user;
	setenv("TOKEND_TEST_SECRET", "x", 1);
	ck_assert_int_eq(grant("#!/bin/sh\n"
	    "[ $# = 2 ] && [ \"$1$2\" = onetwo ] || exit 1\n"
	    "[ \"$TOKEND_USER\" = me@example.org ] || exit 2\n"
	    "[ \"$TOKEND_ACCOUNT\" = work ] || exit 3\n"
	    "[ \"$LANG\" = C ] && [ -d \"$HOME\" ] || exit 4\n"
	    "[ -z \"$TOKEND_TEST_SECRET\" ] || exit 5\n"
	    "echo the-token\n"), 0);
	ck_assert_str_eq(buf_text(&answer.access_token), "the-token");
	ck_assert_int_eq(answer.expires_in, PRINTED_LIFE);
}

TEST(shows_its_complaint_without_its_token)
{
	ck_assert_int_eq(grant("#!/bin/sh\n"
	    "echo t0k3n-t0k3n-t0k3n-t0k3n\n"
	    "echo; printf '\\033bad: t0k3n-t0k3n-t0k3n\\nmore\\n' >&2\n"
	    "exit 7\n"), -1);
	ck_assert_int_eq(why.failure.code, STATUS_LATER);
	says("account \"work\"");
	says("exit status 7 (?bad: ***): run it by hand");
	ck_assert_ptr_null(strstr(why.failure.text, "t0k3n"));
	ck_assert_ptr_null(strstr(why.failure.text, "more"));
}

TEST(says_what_is_wrong)
{
	struct credential none = CREDENTIAL_INIT;

	ck_assert_int_eq(grant("#!/bin/sh\n"), -1);
	ck_assert_int_eq(why.failure.code, STATUS_LATER);
	says("printed nothing: run it by hand");
	chmod(scratch_path("program"), 0644);
	ck_assert_int_eq(grant_request(&account, &none, NULL, &answer, &why),
	    -1);
	ck_assert_int_eq(why.failure.code, STATUS_CONFIG);
	says("cannot be started: Permission denied: check command");
	ck_assert_int_eq(why.answered, 0);
}

/*
 * Azure Arc
 */

#define TOKENS "/var/opt/azcmagent/tokens/"

static const struct {
	const char *challenge;
	const char *path;
} challenges[] = {
	{ "Basic realm=" TOKENS "a-B_1.key", TOKENS "a-B_1.key" },
	{ "basic REALM=\"" TOKENS "a.key\"", TOKENS "a.key" },
	{ "Basic realm=" TOKENS ".key", NULL },
	{ "Basic realm=" TOKENS "a.pem", NULL },
	{ "Basic realm=" TOKENS "a.key/../../etc/shadow", NULL },
	{ "Basic realm=" TOKENS "../tokens/a.key", NULL },
	{ "Basic realm=" TOKENS "a/b.key", NULL },
	{ "Basic realm=" TOKENS "a.key x", NULL },
	{ "Basic realm=\"" TOKENS "a.key", NULL },
	{ "Basic realm=/etc/ssl/private/server.key", NULL },
	{ "Basic realm=/var/opt/azcmagent/others/a.key", NULL },
	{ "Basic realm=var/opt/azcmagent/tokens/a.key", NULL },
	{ "Bearer realm=" TOKENS "a.key", NULL },
	{ "Basic realm=" TOKENS "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.key", NULL },
	{ "", NULL }
};

TABLE_TEST(takes_only_the_agents_own_files, challenges)
{
	char path[ARC_PATH_MAX] = "";

	ck_assert_int_eq(arc_key_path(path, challenges[_i].challenge),
	    challenges[_i].path != NULL ? 0 : -1);
	if (challenges[_i].path != NULL)
		ck_assert_str_eq(path, challenges[_i].path);
}

TEST(reads_the_key)
{
	struct buf key = BUF_INIT(ARC_KEY_MAX);
	static char many[ARC_KEY_MAX + 2];
	struct failure failure;

	scratch_write(scratch_path("a.key"), 0600, "s3cret\r\n");
	ck_assert_int_eq(arc_key_read(&key, scratch_path("a.key"), &failure),
	    0);
	ck_assert_str_eq(buf_text(&key), "s3cret");
	buf_free(&key);
	scratch_write(scratch_path("a.key"), 0600, "two\r\nX-Header: lines\n");
	ck_assert_int_eq(arc_key_read(&key, scratch_path("a.key"), &failure),
	    -1);
	ck_assert_ptr_nonnull(strstr(failure.text, "holds no key"));
	memset(many, 'a', sizeof(many) - 1);
	scratch_write(scratch_path("a.key"), 0600, many);
	ck_assert_int_eq(arc_key_read(&key, scratch_path("a.key"), &failure),
	    -1);
	ck_assert_ptr_nonnull(strstr(failure.text, "holds no key"));
	ck_assert_int_eq(symlink("a.key", scratch_path("b.key")), 0);
	ck_assert_int_eq(arc_key_read(&key, scratch_path("b.key"), &failure),
	    -1);
	ck_assert_int_eq(arc_key_read(&key, scratch(), &failure), -1);
	ck_assert_uint_eq(key.len, 0);
}

/*
 * The addresses of clouds, which are plain http
 */

static const struct {
	const char *url;
	int is_metadata;
} clouds[] = {
	{ "http://169.254.169.254/metadata", 1 },
	{ "http://169.254.169.254:80/", 1 },
	{ "http://Metadata.google.internal/", 1 },
	{ "http://169.254.169.253/", 0 },
	{ "http://0xa9.254.169.254/", 0 },
	{ "http://169.254.169.254.example.org/", 0 },
	{ "http://metadata.google.internal.example.org/", 0 },
	{ "http://x.metadata.google.internal/", 0 },
	{ "http://[::ffff:169.254.169.254]/", 0 }
};

TABLE_TEST(posts_nothing_to_a_cloud, clouds)
{
	static const char *const no_fields[] = { NULL };
	struct http_settings settings = { .proxy = "none" };
	struct http_answer http = HTTP_ANSWER_INIT;
	struct buf form = BUF_INIT(16);
	struct failure failure;
	struct url u;

	ck_assert_int_eq(url_read(&u, clouds[_i].url), 0);
	ck_assert_int_eq(u.is_metadata, clouds[_i].is_metadata);
	ck_assert_int_eq(u.is_loopback, 0);
	ck_assert_int_eq(http_post(&settings, clouds[_i].url, NULL, &form,
	    &http, &failure), -1);
	ck_assert_int_eq(failure.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(failure.text, "https only"));
	if (!clouds[_i].is_metadata) {
		ck_assert_int_eq(http_get(&settings, clouds[_i].url,
		    no_fields, &http, &failure), -1);
		ck_assert_int_eq(failure.code, STATUS_CONFIG);
	}
	http_answer_free(&http);
}

TEST(keeps_challenge_and_flavor)
{
	static const char known[] = "WWW-Authenticate: Basic realm=/x y \r\n",
	    google[] = "metadata-FLAVOR: Google\r\n",
	    other[] = "Metadata-Flavor: Google-or-another\r\n";
	struct head h;
	char line[400];

	memset(&h, 0, sizeof(h));
	head_add_line(&h, known, strlen(known));
	head_add_line(&h, google, strlen(google));
	ck_assert_str_eq(h.challenge, "Basic realm=/x y");
	ck_assert_str_eq(h.flavor, "Google");
	/* Half of one would be another one. */
	snprintf(line, sizeof(line), "WWW-Authenticate: %0300d\r\n", 7);
	head_add_line(&h, line, strlen(line));
	ck_assert_str_eq(h.challenge, "");
	head_add_line(&h, other, strlen(other));
	ck_assert_str_eq(h.flavor, "");
}
