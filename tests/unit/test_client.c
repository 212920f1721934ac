/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_client.c - the policy: what is asked, where, and what comes of it
 *
 * client.c is compiled in here with a helper of the test's own, which is this
 * program again. It runs as an ordinary user: root has no scope of its own.
 */
#undef TOKEND_SERVE
#define TOKEND_SERVE "./tokend-helper"
#include "client.c"

#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "script.h"
#include "set_text.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define ID_CACHED "cccccccccccccccccccccccccccccccc"
#define ID_ASKED "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define GOOD "tokend=1\ncode=ok\ntoken=asked\nid=" ID_ASKED "\nuser=u\n" \
	"issued=1\nfresh_until=2\nexpires=3\n\n"
#define BY_HELPER "tokend=1\ncode=ok\ntoken=helped\nid=" ID_ASKED \
	"\nissued=1\nfresh_until=2\nexpires=3\n\n"
#define FAILS(code) "tokend=1\ncode=" code "\ntext=the reason\n\n"
#define SHORT 150	/* ms */
#define LONG 60000

static char helper_program[4096];	/* this one, or a copy */
static char user_socket[] = "run/tokend/socket";
static char default_list[200];
static char system_sockets[] = "sys/none sys/socket sys/second";

static struct client_settings settings;
static struct request asked;
static struct answer got;

/* The helper's side: leaves a trace, and answers what the environment says. */
static int
be_helper(void)
{
	const char *text = getenv("TOKEND_TEST_ANSWER");
	struct buf message = BUF_INIT(PROTO_MESSAGE_MAX);

	io_receive(0, &message, clock_ms() + LONG);
	scratch_bytes("helper-saw", 0600, buf_text(&message), message.len);
	if (text != NULL && strcmp(text, SCRIPT_SILENT) == 0)
		for (;;)
			pause();
	buf_reset(&message);
	if (text != NULL && buf_adds(&message, text) == 0)
		io_send(0, &message, clock_ms() + LONG);
	buf_free(&message);
	return 0;
}

static int
helper_ran(void)
{
	return access("helper-saw", F_OK) == 0;
}

static void
clear_environment(void)
{
	unsetenv("HOME");
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_STATE_HOME");
	unsetenv("XDG_RUNTIME_DIR");
	unsetenv("TOKEND_CONFIG_DIR");
	unsetenv("TOKEND_STATE_DIR");
	unsetenv("TOKEND_SOCKET");
	unsetenv("TOKEND_TEST_ANSWER");
}

/* A home with an account, no cache, nobody who listens; we stand in it. */
static void
setup(void)
{
	scratch_enter();
	scratch_folder(".config", 0700);
	scratch_folder(".config/tokend", 0700);
	scratch_folder(".config/tokend/accounts", 0700);
	scratch_write(".config/tokend/accounts/acct.conf", 0600, "# acct\n");
	scratch_folder(".local", 0700);
	scratch_folder(".local/state", 0700);
	scratch_folder(".local/state/tokend", 0700);
	scratch_folder(".local/state/tokend/cache", 0700);
	scratch_folder("run", 0700);
	scratch_folder("run/tokend", 0700);
	scratch_folder("sys", 0700);
	ck_assert_int_eq(symlink(helper_program, "tokend-helper"), 0);
	clear_environment();
	setenv("HOME", scratch(), 1);
	setenv("XDG_RUNTIME_DIR", scratch_path("run"), 1);
	setenv("TOKEND_TEST_ANSWER", BY_HELPER, 1);
	memset(&settings, 0, sizeof(settings));
	settings.sockets = settings.owned_sockets = system_sockets;
	settings.listener_uid = (uid_t)-1;
	settings.deadline = LONG;
	memset(&asked, 0, sizeof(asked));
	asked.account = "acct";
	asked.authid = "someone@example.org";
	asked.service = "smtp";
	asked.host = "smtp.example.org";
	asked.mechanism = "XOAUTH2";
	got = (struct answer)ANSWER_INIT;
}

static void
teardown(void)
{
	answer_free(&got);
	clear_environment();
	scratch_teardown();
}

FIXTURE(setup, teardown);

enum kept { NONE, FRESH, STALE, ALMOST, EXPIRED };

/* The cache of acct.conf as it is, of a token that ends in so many seconds. */
static void
write_cache(enum kept what, const char *hosts, const char *refused)
{
	static const int64_t left[] = { 0, 3600, 200, 59, -5 };
	char stamp[STAMP_MAX];
	struct cache c = CACHE_INIT;
	struct buf b = BUF_INIT(CACHE_FILE_MAX);
	struct stat st;
	int64_t now = clock_seconds();

	if (what == NONE)
		return;
	ck_assert_int_eq(stat(".config/tokend/accounts/acct.conf", &st), 0);
	cache_stamp(stamp, &st);
	c.id = ID_CACHED;
	c.token = "cached";
	c.issued = now - 10;
	c.expires = now + left[what];
	c.fresh_until = c.expires - 300;
	c.min_valid = 60;
	c.hosts = hosts;
	c.refused = refused;
	c.users.user = "mailbox";
	c.users.imap = "imap-mailbox";
	c.stamp = stamp;
	ck_assert_int_eq(cache_format(&c, &b), 0);
	scratch_bytes(".local/state/tokend/cache/acct", 0600, b.data, b.len);
	buf_free(&b);
}

static int
get(void)
{
	answer_free(&got);
	memset(&got.failure, 0, sizeof(got.failure));
	return client_get(&settings, &asked, &got);
}

static void
expect_token(const char *token)
{
	ck_assert_msg(get() == 0, "%s", got.failure.text);
	ck_assert_int_eq(got.failure.code, STATUS_OK);
	ck_assert_str_eq(got.token, token);
}

static void
expect_failure(enum status code, const char *says)
{
	ck_assert_int_eq(get(), -1);
	ck_assert_msg(got.failure.code == code &&
	    strstr(got.failure.text, says) != NULL, "%s: %s",
	    status_word(got.failure.code), got.failure.text);
	ck_assert_ptr_nonnull(strstr(got.failure.text, "acct"));
}

/* What listens, and what happens for each state of the cache. */
static const struct {
	const char *answer;
	enum status code;	/* where there is nothing to fall back on */
	const char *says;
	int64_t deadline;
} answers[] = {
	{ GOOD, STATUS_OK, NULL, LONG },
	{ FAILS("later"), STATUS_LATER, "the reason", LONG },
	{ FAILS("sign-in"), STATUS_SIGN_IN, "the reason", LONG },
	{ FAILS("denied"), STATUS_DENIED, "the reason", LONG },
	{ FAILS("host"), STATUS_HOST, "the reason", LONG },
	{ FAILS("rejected"), STATUS_REJECTED, "the reason", LONG },
	{ FAILS("no-account"), STATUS_NO_ACCOUNT, "the reason", LONG },
	{ FAILS("config"), STATUS_CONFIG, "the reason", LONG },
	{ FAILS("version"), STATUS_VERSION, "the reason", LONG },
	{ FAILS("internal"), STATUS_INTERNAL, "the reason", LONG },
	{ FAILS("unheard-of"), STATUS_INTERNAL, "code that is not known",
	    LONG },
	{ "tokend=1\ncode=ok\n\n", STATUS_INTERNAL, "without a token", LONG },
	{ "tokend=2\ncode=ok\n\n", STATUS_VERSION, "version", LONG },
	{ "tokend=1\ncode=ok\ntoken=a b\n\n", STATUS_INTERNAL,
	    "unusable token", LONG },
	{ "HTTP/1.0 400 Bad Request\r\n\r\n", STATUS_LATER,
	    "does not speak tokend's protocol", LONG },
	{ GOOD "x", STATUS_LATER, "does not speak tokend's protocol", LONG },
	{ "tokend=1\n", STATUS_LATER, "ended without an answer", LONG },
	{ SCRIPT_CLOSE, STATUS_LATER, "ended without an answer", LONG },
	{ SCRIPT_SILENT, STATUS_LATER, "did not answer in time", SHORT },
};

/* Own texts of the client name the account; tokend's do by themselves. */
static void
expect(int i)
{
	if (answers[i].code == STATUS_OK) {
		expect_token("asked");
		ck_assert_str_eq(got.id, ID_ASKED);
		ck_assert_str_eq(got.user, "u");
		return;
	}
	ck_assert_int_eq(get(), -1);
	ck_assert_msg(got.failure.code == answers[i].code &&
	    strstr(got.failure.text, answers[i].says) != NULL, "%s: %s",
	    status_word(got.failure.code), got.failure.text);
}

TABLE_TEST(a_fresh_token_is_used_without_asking, answers)
{
	struct script tokend;

	write_cache(FRESH, "smtp.example.org", "");
	script_start(&tokend, user_socket, answers[_i].answer, (uid_t)-1);
	expect_token("cached");
	ck_assert_str_eq(got.id, ID_CACHED);
	ck_assert_str_eq(got.user, "mailbox");
	ck_assert_int_gt(got.expires, got.fresh_until);
	ck_assert_int_eq(script_count(&tokend), 0);
	ck_assert(!helper_ran());
	script_stop(&tokend);
}

TABLE_TEST(a_valid_token_serves_if_asking_fails, answers)
{
	struct script tokend;

	write_cache(STALE, "smtp.example.org", "");
	script_start(&tokend, user_socket, answers[_i].answer, (uid_t)-1);
	settings.deadline = answers[_i].deadline;
	expect_token(answers[_i].code == STATUS_OK ? "asked" : "cached");
	ck_assert_int_eq(script_count(&tokend), 1);
	ck_assert(!helper_ran());
	script_stop(&tokend);
}

static const enum kept unusable[] = { NONE, ALMOST, EXPIRED };

LOOP_TEST(without_a_valid_token_the_answer_counts, 0,
    COUNT(answers) * COUNT(unusable))
{
	int i = _i / COUNT(unusable);
	struct script tokend;
	int64_t begun = clock_ms();

	write_cache(unusable[_i % COUNT(unusable)], "smtp.example.org", "");
	script_start(&tokend, user_socket, answers[i].answer, (uid_t)-1);
	settings.deadline = answers[i].deadline;
	expect(i);
	if (answers[i].deadline == SHORT)
		ck_assert_int_ge(clock_ms() - begun, SHORT);
	ck_assert_int_eq(script_count(&tokend), 1);
	ck_assert(!helper_ran());
	script_stop(&tokend);
}

TEST(the_request_says_it_all)
{
	struct script tokend;

	asked.authzid = "other@example.org";
	settings.deadline = 10000;
	script_start(&tokend, user_socket, GOOD, (uid_t)-1);
	expect_token("asked");
	ck_assert_str_eq(script_seen(&tokend), strstr(script_seen(&tokend),
	    "tokend=1\nverb=get\naccount=acct\nauthid=someone@example.org\n"
	    "authzid=other@example.org\nservice=smtp\nhost=smtp.example.org\n"
	    "mechanism=XOAUTH2\nwait="));
	/* Less than our own patience, so that its words can still come. */
	ck_assert_int_gt(asked.wait, 0);
	ck_assert_int_le(asked.wait, 9500);
	script_stop(&tokend);
}

/* What keeps a fresh cache from being used: each is one change of it. */
static const struct {
	const char *hosts, *refused, *host;
	int is_used;
} by_host[] = {
	{ "smtp.example.org", "", "smtp.example.org", 1 },
	{ "*.example.org", "", "SMTP.Example.ORG.", 1 },
	{ "*", "", "smtp.example.org", 1 },
	{ "*", "", NULL, 1 },
	{ "smtp.example.org", "", NULL, 0 },
	{ "smtp.example.org", "", "imap.example.org", 0 },
	{ "smtp.example.org", "smtp.example.org ", "smtp.example.org", 0 },
	{ "*", "SMTP.example.org ", "smtp.example.org", 0 },
	{ "*", "imap.example.org ", "smtp.example.org", 1 },
	{ "", "", "smtp.example.org", 0 },
};

TABLE_TEST(the_cache_serves_its_hosts, by_host)
{
	struct script tokend;

	write_cache(FRESH, by_host[_i].hosts, by_host[_i].refused);
	asked.host = by_host[_i].host;
	script_start(&tokend, user_socket, FAILS("host"), (uid_t)-1);
	ck_assert_int_eq(get(), by_host[_i].is_used ? 0 : -1);
	ck_assert_int_eq(script_count(&tokend), by_host[_i].is_used ? 0 : 1);
	script_stop(&tokend);
}

TEST(a_cache_that_does_not_count_is_not_used)
{
	struct script tokend;
	struct stat st;
	int fd;

	script_start(&tokend, user_socket, GOOD, (uid_t)-1);
	/* The account file was changed. */
	write_cache(FRESH, "*", "");
	expect_token("cached");
	ck_assert_int_eq(stat(".config/tokend/accounts/acct.conf", &st), 0);
	scratch_write(".config/tokend/accounts/acct.conf", 0600,
	    "# something else\n");
	expect_token("asked");
	/* Others may read it, or write to it. */
	write_cache(FRESH, "*", "");
	expect_token("cached");
	ck_assert_int_eq(chmod(".local/state/tokend/cache/acct", 0644), 0);
	expect_token("asked");
	ck_assert_int_eq(chmod(".local/state/tokend/cache/acct", 0620), 0);
	expect_token("asked");
	/* It is a link. */
	ck_assert_int_eq(chmod(".local/state/tokend/cache/acct", 0600), 0);
	expect_token("cached");
	ck_assert_int_eq(rename(".local/state/tokend/cache/acct",
	    "elsewhere"), 0);
	ck_assert_int_eq(symlink(scratch_path("elsewhere"),
	    ".local/state/tokend/cache/acct"), 0);
	expect_token("asked");
	/* It is a FIFO, and nobody writes. */
	unlink(".local/state/tokend/cache/acct");
	ck_assert_int_eq(mkfifo(".local/state/tokend/cache/acct", 0600), 0);
	expect_token("asked");
	/* It was cut off. */
	unlink(".local/state/tokend/cache/acct");
	write_cache(FRESH, "*", "");
	fd = open(".local/state/tokend/cache/acct", O_WRONLY | O_CLOEXEC);
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_int_eq(ftruncate(fd, st.st_size - 1), 0);
	close(fd);
	expect_token("asked");
	script_stop(&tokend);
}

TEST(the_mailbox_is_that_of_the_service)
{
	write_cache(FRESH, "*", "");
	asked.service = "imap";
	expect_token("cached");
	ck_assert_str_eq(got.user, "imap-mailbox");
	asked.service = NULL;
	expect_token("cached");
	ck_assert_str_eq(got.user, "mailbox");
}

static void
leave_a_dead_socket(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	set_text(a.sun_path, path);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	close(fd);
}

/* ENOENT, ENOTDIR, ECONNREFUSED, and no XDG_RUNTIME_DIR at all. */
LOOP_TEST(where_nobody_listens_the_helper_answers, 0, 4)
{
	struct script of_system;
	char *saw;

	script_start(&of_system, "sys/socket", GOOD, (uid_t)-1);
	switch (_i) {
	case 0:
		break;
	case 1:
		rmdir("run/tokend");
		scratch_write("run/tokend", 0600, "");
		break;
	case 2:
		leave_a_dead_socket(user_socket);
		break;
	default:
		unsetenv("XDG_RUNTIME_DIR");
	}
	expect_token("helped");
	ck_assert_ptr_nonnull(saw = scratch_read("helper-saw"));
	ck_assert_ptr_nonnull(strstr(saw, "\naccount=acct\n"));
	ck_assert_ptr_nonnull(strstr(saw, "\nhost=smtp.example.org\n"));
	free(saw);
	ck_assert_int_eq(script_count(&of_system), 0);
	script_stop(&of_system);
}

TEST(a_helper_may_fail_like_a_listener)
{
	setenv("TOKEND_TEST_ANSWER", FAILS("sign-in"), 1);
	ck_assert_int_eq(get(), -1);
	ck_assert_int_eq(got.failure.code, STATUS_SIGN_IN);
	unsetenv("TOKEND_TEST_ANSWER");
	expect_failure(STATUS_LATER, "ended without an answer");
	write_cache(STALE, "*", "");
	expect_token("cached");
	unlink(".local/state/tokend/cache/acct");
	if (scratch_is_valgrind())
		return;
	setenv("TOKEND_TEST_ANSWER", SCRIPT_SILENT, 1);
	settings.deadline = SHORT;
	expect_failure(STATUS_LATER, "did not answer in time");
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	settings.deadline = LONG;
	unlink("tokend-helper");
	expect_failure(STATUS_CONFIG, "tokend-helper does not start");
	write_cache(STALE, "*", "");
	expect_token("cached");
}

/* Nothing but "nobody there" starts a helper, nor leads to the system. */
TEST(a_failure_never_changes_the_scope)
{
	struct script of_system;

	script_start(&of_system, "sys/socket", GOOD, (uid_t)-1);
	ck_assert_int_eq(chmod("run/tokend", 0), 0);
	expect_failure(STATUS_LATER, "Permission denied");
	ck_assert(!helper_ran());
	ck_assert_int_eq(chmod("run/tokend", 0700), 0);
	/* The account file is there, and wrong. */
	ck_assert_int_eq(chmod(".config/tokend/accounts/acct.conf", 0666), 0);
	expect_failure(STATUS_CONFIG, "others may write to it");
	unlink(".config/tokend/accounts/acct.conf");
	ck_assert_int_eq(symlink("/dev/null",
	    ".config/tokend/accounts/acct.conf"), 0);
	expect_failure(STATUS_CONFIG, "not a regular file");
	ck_assert(!helper_ran());
	ck_assert_int_eq(script_count(&of_system), 0);
	script_stop(&of_system);
}

TEST(without_an_own_account_the_system_is_asked)
{
	struct script of_user, of_system;

	script_start(&of_user, user_socket, GOOD, (uid_t)-1);
	script_start(&of_system, "sys/socket", FAILS("denied"), (uid_t)-1);
	write_cache(FRESH, "*", "");
	unlink(".config/tokend/accounts/acct.conf");
	ck_assert_int_eq(get(), -1);
	ck_assert_int_eq(got.failure.code, STATUS_DENIED);
	rmdir(".config/tokend/accounts");
	ck_assert_int_eq(get(), -1);
	setenv("HOME", "/dev/null", 1);
	ck_assert_int_eq(get(), -1);
	ck_assert_int_eq(got.failure.code, STATUS_DENIED);
	unsetenv("HOME");
	ck_assert_int_eq(get(), -1);
	ck_assert_int_eq(script_count(&of_system), 4);
	ck_assert_int_eq(script_count(&of_user), 0);
	ck_assert(!helper_ran());
	script_stop(&of_user);
	script_stop(&of_system);
}

TEST(the_system_is_the_first_socket_that_answers)
{
	struct script second;

	unlink(".config/tokend/accounts/acct.conf");
	script_start(&second, "sys/second", GOOD, (uid_t)-1);
	expect_token("asked");
	/* One on which no process listens is told of if no other answers. */
	leave_a_dead_socket("sys/socket");
	expect_token("asked");
	ck_assert_int_eq(script_count(&second), 2);
	script_stop(&second);
	expect_failure(STATUS_LATER, "sys/socket: Connection refused (no "
	    "tokend listens there now: start it)");
	unlink("sys/socket");
	unlink("sys/second");
	ck_assert(!helper_ran());
}

/* Who may write to our working directory must not decide for our logins. */
TEST(a_relative_default_counts_in_a_folder_of_roots_only)
{
	struct script planted, of_system;

	unlink(".config/tokend/accounts/acct.conf");
	snprintf(default_list, sizeof(default_list), "run/tokend/socket %s",
	    scratch_path("sys/second"));
	settings.sockets = default_list;
	settings.owned_sockets = NULL;
	script_start(&planted, user_socket, GOOD, (uid_t)-1);
	expect_failure(STATUS_NO_ACCOUNT, "no tokend of the system listens");
	script_start(&of_system, "sys/second", GOOD, (uid_t)-1);
	expect_token("asked");
	ck_assert_int_eq(script_count(&planted), 0);
	ck_assert_int_eq(script_count(&of_system), 1);
	script_stop(&of_system);
	script_stop(&planted);
}

/* Of what is there and not ours nothing is said that leads to trusting it. */
TEST(a_stranger_is_never_recommended)
{
	struct script stranger;

	if (!scratch_started_as_root())
		return;
	scratch_become_root();
	ck_assert_int_eq(chmod("sys", 0777), 0);
	ck_assert_int_eq(chmod("run/tokend", 0777), 0);
	ck_assert_int_eq(chmod("run", 0755), 0);
	script_start(&stranger, "sys/socket", GOOD, 4711);
	scratch_become_user();
	unlink(".config/tokend/accounts/acct.conf");
	expect_failure(STATUS_CONFIG, "uid 4711 listens there, which is "
	    "neither root nor this program's user. Find out which process");
	snprintf(default_list, sizeof(default_list), "%s",
	    scratch_path("sys/socket"));
	settings.sockets = default_list;
	settings.owned_sockets = NULL;
	expect_failure(STATUS_CONFIG, "Start tokend as root");
	ck_assert_ptr_null(strstr(got.failure.text, "listener_uid"));
	/* At the user's own path: as if no process listened. */
	scratch_write(".config/tokend/accounts/acct.conf", 0600, "# acct\n");
	ck_assert_int_eq(rename("sys/socket", user_socket), 0);
	expect_token("helped");
	script_stop(&stranger);
}

TEST(where_nobody_listens_the_folders_are_told)
{
	char blanks[] = "   ";

	unlink(".config/tokend/accounts/acct.conf");
	expect_failure(STATUS_NO_ACCOUNT, "/.config/tokend/accounts/acct.conf, "
	    "and no tokend of the system listens (looked at sys/none");
	unsetenv("HOME");
	expect_failure(STATUS_LATER, "no tokend listens (looked at sys/none "
	    "sys/socket sys/second): start tokend");
	settings.sockets = blanks;
	expect_failure(STATUS_LATER, "no tokend listens");
	ck_assert(!helper_ran());
}

TEST(a_socket_path_too_long_is_an_error)
{
	char path[2000];

	unlink(".config/tokend/accounts/acct.conf");
	memset(path, 'p', sizeof(path));
	path[200] = '\0';
	settings.sockets = path;
	expect_failure(STATUS_CONFIG, "longer than the 107 bytes");
}

static void
be_given(const char *socket)
{
	setenv("TOKEND_CONFIG_DIR", scratch_path(".config/tokend"), 1);
	setenv("TOKEND_STATE_DIR", scratch_path(".local/state/tokend"), 1);
	if (socket != NULL)
		setenv("TOKEND_SOCKET", scratch_path("%s", socket), 1);
}

TEST(a_scope_that_was_given_stands_for_both)
{
	struct script of_system, given;

	script_start(&of_system, "sys/socket", GOOD, (uid_t)-1);
	be_given(NULL);
	/* Not the user's socket, which is another scope's. */
	expect_token("helped");
	write_cache(FRESH, "*", "");
	expect_token("cached");
	unlink(".local/state/tokend/cache/acct");
	unlink("helper-saw");
	be_given("given");
	expect_failure(STATUS_LATER, "No such file");
	leave_a_dead_socket("given");
	expect_failure(STATUS_LATER, "Connection refused");
	unlink("given");
	script_start(&given, "given", GOOD, (uid_t)-1);
	expect_token("asked");
	script_stop(&given);
	unlink(".config/tokend/accounts/acct.conf");
	expect_failure(STATUS_NO_ACCOUNT, "/.config/tokend/accounts/acct.conf "
	    "(the folder is of TOKEND_CONFIG_DIR)");
	unsetenv("TOKEND_STATE_DIR");
	ck_assert_int_eq(get(), -1);
	ck_assert_int_eq(got.failure.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(got.failure.text, "without "
	    "TOKEND_STATE_DIR"));
	ck_assert(!helper_ran());
	ck_assert_int_eq(script_count(&of_system), 0);
	script_stop(&of_system);
}

TEST(a_value_that_breaks_a_line_is_not_sent)
{
	struct script tokend;

	script_start(&tokend, user_socket, GOOD, (uid_t)-1);
	asked.host = "smtp.example.org\naccount=other";
	expect_failure(STATUS_CONFIG, "cannot be sent");
	ck_assert_int_eq(script_count(&tokend), 0);
	script_stop(&tokend);
}

TEST(a_reject_goes_where_the_token_came_from)
{
	struct script of_user, of_system;
	struct failure why;

	script_start(&of_user, user_socket, "tokend=1\ncode=ok\n\n",
	    (uid_t)-1);
	script_start(&of_system, "sys/socket", FAILS("denied"), (uid_t)-1);
	asked.id = ID_CACHED;
	asked.challenge = "{\"status\":\"401\"}";
	ck_assert_int_eq(client_reject(&settings, &asked, &why), 0);
	ck_assert_int_eq(script_count(&of_user), 1);
	ck_assert_ptr_nonnull(strstr(script_seen(&of_user), "verb=reject\n"));
	ck_assert_ptr_nonnull(strstr(script_seen(&of_user), "\nid=" ID_CACHED
	    "\nchallenge={\"status\":\"401\"}\n"));
	ck_assert_int_eq(script_count(&of_system), 0);
	unlink(".config/tokend/accounts/acct.conf");
	ck_assert_int_eq(client_reject(&settings, &asked, &why), -1);
	ck_assert_int_eq(why.code, STATUS_DENIED);
	ck_assert_int_eq(script_count(&of_user), 1);
	script_stop(&of_user);
	script_stop(&of_system);
}

TEST(a_reject_has_a_deadline_of_its_own)
{
	struct script tokend;
	struct failure why;
	int64_t begun;

	script_start(&tokend, user_socket, SCRIPT_SILENT, (uid_t)-1);
	asked.id = ID_CACHED;
	begun = clock_ms();
	ck_assert_int_eq(client_reject(&settings, &asked, &why), -1);
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_int_ge(clock_ms() - begun, CLIENT_REJECT_DEADLINE);
	/* And not that of a get, which is a minute here. */
	ck_assert_int_lt(clock_ms() - begun, LONG);
	script_stop(&tokend);
}

/* Nothing is kept between two calls, and no descriptor. */
TEST(no_descriptor_is_left)
{
	int before = open("/dev/null", O_RDONLY | O_CLOEXEC), after, i;
	struct script tokend;

	close(before);
	script_start(&tokend, user_socket, FAILS("later"), (uid_t)-1);
	close(open("/dev/null", O_RDONLY | O_CLOEXEC));
	before = open("/dev/null", O_RDONLY | O_CLOEXEC);
	close(before);
	for (i = FRESH; i <= EXPIRED; i++) {
		write_cache((enum kept)i, "*", "");
		get();
	}
	unlink(".config/tokend/accounts/acct.conf");
	get();
	client_has_own_scope();
	after = open("/dev/null", O_RDONLY | O_CLOEXEC);
	close(after);
	ck_assert_int_eq(before, after);
	script_stop(&tokend);
	scratch_write(".config/tokend/accounts/acct.conf", 0600, "");
	unlink(user_socket);
	get();
	ck_assert(helper_ran());
	after = open("/dev/null", O_RDONLY | O_CLOEXEC);
	close(after);
	ck_assert_int_le(after, before);
}

/* Conditions 1 and 3 of the gate. */
TEST(the_gate_opens_to_who_has_accounts)
{
	ck_assert(client_has_own_scope());
	/* Even with errors, so that they are seen. */
	ck_assert_int_eq(chmod(".config/tokend/accounts", 0770), 0);
	ck_assert(client_has_own_scope());
	ck_assert_int_eq(chmod(".config/tokend/accounts", 0700), 0);
	ck_assert_int_eq(rename(".config/tokend/accounts", "accounts"), 0);
	ck_assert(!client_has_own_scope());
	scratch_write(".config/tokend/accounts", 0600, "");
	ck_assert(client_has_own_scope());
	unlink(".config/tokend/accounts");
	ck_assert_int_eq(rename(".config/tokend", "tokend"), 0);
	ck_assert(!client_has_own_scope());
	/* As daemons have it. */
	setenv("HOME", "/dev/null", 1);
	ck_assert(!client_has_own_scope());
	setenv("HOME", "/nonexistent", 1);
	ck_assert(!client_has_own_scope());
	unsetenv("HOME");
	ck_assert(!client_has_own_scope());
	setenv("TOKEND_CONFIG_DIR", scratch(), 1);
	/* A wrong environment is told by client_get. */
	ck_assert(client_has_own_scope());
	setenv("TOKEND_STATE_DIR", scratch(), 1);
	ck_assert(client_has_own_scope());
	ck_assert_int_eq(rename("accounts", "elsewhere"), 0);
	ck_assert(!client_has_own_scope());
}

/* As root: gives root up for good, with a helper that others may start. */
static int
be_an_ordinary_user(void)
{
	const char *tmp = getenv("TMPDIR");
	char copy[200], command[5000];
	int fd;

	snprintf(helper_program, sizeof(helper_program), "%s",
	    scratch_program());
	if (geteuid() != 0)
		return 0;
	/* The build tree may be root's alone. */
	snprintf(copy, sizeof(copy), "%.100s/tokend-helper-XXXXXX",
	    tmp != NULL && tmp[0] == '/' ? tmp : "/tmp");
	if ((fd = mkstemp(copy)) == -1 || fchmod(fd, 0755) == -1)
		return -1;
	close(fd);
	snprintf(command, sizeof(command), "cat '%s' > %s", helper_program,
	    copy);
	if (system(command) != 0 || chdir("/") == -1)
		return -1;
	snprintf(helper_program, sizeof(helper_program), "%s", copy);
	return setgroups(0, NULL) == -1 ||
	    setresgid(OTHER_UID, OTHER_UID, OTHER_UID) == -1 ||
	    chown(copy, OTHER_UID, OTHER_UID) == -1 ||
	    setresuid(OTHER_UID, OTHER_UID, OTHER_UID) == -1 ? -1 : 0;
}

int
main(int argc, char *argv[])
{
	int result;

	if (argc == 2 && strcmp(argv[1], "--stdio") == 0)
		_exit(be_helper());
	if (be_an_ordinary_user() == -1) {
		printf("1..0 # SKIP an ordinary user cannot be had: %m\n");
		return 0;
	}
	result = unit_run();
	if (strstr(helper_program, "/tokend-helper-") != NULL)
		unlink(helper_program);	/* the copy */
	return result;
}
