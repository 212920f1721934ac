/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_send.c - one mail, from the client's open file to a sender and back
 *
 * exec_worker.c is compiled in here with a worker of the test's own: this
 * program again. As a sender it does what TOKEND_TEST_SENDER says, word by
 * word, and writes down what it was given. send.c is compiled in with a file
 * system of the test's choice.
 */
#undef TOKEND_WORKER
#define TOKEND_WORKER "./tokend-worker"
#include "serve/exec_worker.c"

#include <sys/stat.h>
#include <sys/vfs.h>

static int statfs_as_set(int fd, struct statfs *fs);
static int stat_as_set(const char *path, struct stat *st);

#define fstatfs(fd, fs) statfs_as_set(fd, fs)
#define stat(path, st) stat_as_set(path, st)
#include "serve/request/send.c"
#undef fstatfs
#undef stat

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <syslog.h>

#include "account/account.h"
#include "common/message.h"
#include "files/lock.h"
#include "lineio.h"
#include "passing.h"
#include "played_worker.h"
#include "serve/request/session.h"
#include "serve/start_sender.h"
#include "serve/worker_starter.h"
#include "state/send_hold.h"
#include "state/state.h"
#include "state/token_cache.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define ACCOUNT "token_endpoint = https://as.example.org/t\n" \
	"client_id = x\nhosts = mx.example.org mx2.example.org\n" \
	"user = me\nserver_smtp = mx.example.org:587\n"
#define SENDS ACCOUNT "send = smtp\n"
#define SEND "tokend=1\nverb=send\naccount=acct\n"
#define MAIL "me@example.org\nyou@example.org\n\nSubject: x\n\nHello\n"

/*
 * The file system of the mail
 */

static enum { MAIL_AS_IT_IS, MAIL_OF_FUSE, MAIL_UNKNOWN } mail_is;
static enum { ROOT_IS_ANOTHER, ROOT_IS_THE_SAME, ROOT_IS_UNKNOWN } root_is;

static int
statfs_as_set(int fd, struct statfs *fs)
{
	if (mail_is == MAIL_UNKNOWN)
		return -1;
	if (fstatfs(fd, fs) == -1)
		return -1;
	if (mail_is == MAIL_OF_FUSE)
		fs->f_type = FUSE_SUPER_MAGIC;
	return 0;
}

/* Of the root folder. */
static int
stat_as_set(const char *path, struct stat *st)
{
	struct stat mail;

	if (root_is == ROOT_IS_UNKNOWN || stat(path, st) == -1 ||
	    stat("mail", &mail) == -1)
		return -1;
	st->st_dev = root_is == ROOT_IS_THE_SAME ? mail.st_dev :
	    mail.st_dev + 1;
	return 0;
}

/*
 * The worker
 */

static void
write_down(const char *what)
{
	int fd = open("log", O_WRONLY | O_APPEND | O_CREAT, 0600);

	if (fd == -1 || write(fd, what, strlen(what)) == -1)
		abort();
	close(fd);
}

static void
say(int fd, const char *one, const char *value, const char *two,
    const char *value_two)
{
	struct buf b = BUF_INIT(MESSAGE_BYTES_MAX);

	if (attrs_add(&b, one, value) == -1 ||
	    attrs_add(&b, two, value_two) == -1 ||
	    (strcmp(value, "end") == 0 && strcmp(value_two, "ok") == 0 &&
	    attrs_add(&b, "said", "250 2.0.0 queued as 4711") == -1) ||
	    (strcmp(value_two, "message") == 0 &&
	    (attrs_add(&b, "text", "no such user: you@example.org") == -1 ||
	    attrs_add(&b, "retry_after", "17") == -1)))
		abort();
	message_send(fd, &b);
	buf_free(&b);
}

/* The token, or the reason, that the answerer gives. 0 if it has closed. */
static int
hear_token(int fd)
{
	struct message m = MESSAGE_INIT;
	char line[200] = "";
	int heard = message_receive(fd, &m, clock_ms() + LONG) == 0;
	const char *token = heard ? attrs_get(&m.attrs, "token") : NULL;
	const char *user = heard ? attrs_get(&m.attrs, "user") : NULL;
	const char *code = heard ? attrs_get(&m.attrs, "code") : NULL;

	snprintf(line, sizeof(line), "%s%s%s\n", token != NULL ? token :
	    code != NULL ? code : "closed", user != NULL ? " as " : "",
	    user != NULL ? user : "");
	write_down(line);
	message_free(&m);
	return token != NULL;
}

static int
hear_go(int fd)
{
	struct message m = MESSAGE_INIT;
	const char *go = NULL;
	int is_go;

	if (message_receive(fd, &m, clock_ms() + LONG) == 0)
		go = attrs_get(&m.attrs, "go");
	is_go = go != NULL && strcmp(go, "yes") == 0;
	write_down(is_go ? "go\n" : "left\n");
	message_free(&m);
	return is_go;
}

static void
write_down_mail(int mail)
{
	char text[200] = "";
	ssize_t n = pread(mail, text, sizeof(text) - 1, 0);

	write_down(n == (ssize_t)strlen(MAIL) && strcmp(text, MAIL) == 0 ?
	    "mail\n" : "another mail\n");
}

/* 0: no more is done about this mail. */
static int
do_word(const char *word, int fd, int mail)
{
	if (strcmp(word, "token") == 0)
		return hear_token(fd);
	if (strcmp(word, "mail") == 0)
		write_down_mail(mail);
	else if (strcmp(word, "refuse") == 0)
		say(fd, "event", "refused", "challenge",
		    "{\"status\":\"401\"}");
	else if (strcmp(word, "busy") == 0)
		say(fd, "event", "refused", "challenge",
		    "{\"status\":\"503\"}");
	else if (strcmp(word, "ready") == 0)
		say(fd, "event", "ready", "code", "none");
	else if (strcmp(word, "go") == 0)
		return hear_go(fd);
	else if (strcmp(word, "wait") == 0)
		poll(NULL, 0, 300);
	else if (strcmp(word, "die") == 0)
		_exit(0);
	else if (strcmp(word, "noise") == 0)
		(void)!write(fd, "\0\n", 2);
	else
		say(fd, "event", "end", "code", word);
	return 1;
}

static void
send_one(int fd, int mail)
{
	char plan[200], *word, *next = NULL;

	snprintf(plan, sizeof(plan), "%s", getenv("TOKEND_TEST_SENDER"));
	for (word = strtok_r(plan, " ", &next); word != NULL;
	    word = strtok_r(NULL, " ", &next))
		if (!do_word(word, fd, mail))
			break;
	close(fd);
	close(mail);
}

static int
be_sender(void)
{
	int files[SENDER_FILES], count;
	char byte;

	write_down("started\n");
	alarm(60);
	while (passing_receive(WORKER_STDIN, &byte, 1, files, SENDER_FILES,
	    &count, 0) == 1 && count == SENDER_FILES)
		send_one(files[SENDER_CONVERSATION], files[SENDER_MAIL]);
	return 0;
}

/* As the provider, it gives one more token. */
static int
be_refresher(void)
{
	if (scope_own(&s, &why) != 1)
		return 1;
	write_down("renewed\n");
	return played_renew() == 0 ? 0 : 1;
}

/*
 * The client
 */

/* A token that the account has. */
static void
put_cached(void)
{
	put_token("cached", ID, 1800, 3600, "");
}

static void
plan(const char *words)
{
	setenv("TOKEND_TEST_SENDER", words, 1);
}

static void
setup(void)
{
	played_open(SENDS);
	scratch_write("mail", 0600, MAIL);
	plan("token mail ready go ok");
	mail_is = MAIL_AS_IT_IS;
	root_is = ROOT_IS_ANOTHER;
}

static void
teardown(void)
{
	unsetenv("TOKEND_TEST_SENDER");
	played_close();
}

FIXTURE(setup, teardown);

static int
open_mail(void)
{
	int fd = open("mail", O_RDONLY | O_CLOEXEC);

	ck_assert_int_ne(fd, -1);
	return fd;
}

static void
connect_as(uid_t uid, int fd[2])
{
	if (uid != (uid_t)-1)
		ck_assert_int_eq(seteuid(uid), 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
	    fd), 0);
	if (uid != (uid_t)-1)
		ck_assert_int_eq(seteuid(0), 0);
}

static void
hear_answer(int fd)
{
	struct buf b = BUF_INIT(PROTO_MESSAGE_MAX);

	answer_free(&a);
	memset(&a.failure, 0, sizeof(a.failure));
	ck_assert_int_eq(io_receive(fd, &b, clock_ms() + LONG), 0);
	ck_assert_msg(answer_decode(&a, &b, &why) == 0, "%s", why.text);
}

/* With so many of files, after their first byte. */
static void
ask_with(uid_t uid, const char *request, const int files[], int count)
{
	int fd[2];

	connect_as(uid, fd);
	if (count == 0)
		ck_assert_int_eq(send(fd[0], request, strlen(request), 0),
		    (ssize_t)strlen(request));
	else
		ck_assert_int_eq(passing_send(fd[0], request,
		    strlen(request), files, count, 0),
		    (ssize_t)strlen(request));
	session(fd[1], &s, SESSION_PATIENCE);
	close(fd[1]);
	hear_answer(fd[0]);
	close(fd[0]);
}

static void
send_as(uid_t uid, const char *request)
{
	int mail = open_mail();

	ask_with(uid, request, &mail, 1);
	close(mail);
}

static void
send_mail(void)
{
	send_as((uid_t)-1, SEND "\n");
}

static void
expect_code(enum status code, const char *says)
{
	ck_assert_msg(a.failure.code == code && (code == STATUS_OK ||
	    strstr(a.failure.text, says) != NULL), "%s: %s",
	    status_word(a.failure.code), a.failure.text);
	ck_assert_ptr_null(a.token);
	ck_assert_int_eq(a.said != NULL, code == STATUS_OK);
}

/* The sender may still write its last line. */
static void
expect_log(const char *lines)
{
	int64_t deadline = clock_ms() + LONG;
	char *log;

	for (;;) {
		log = scratch_read("log");
		if (strcmp(log != NULL ? log : "", lines) == 0 ||
		    clock_ms() >= deadline)
			break;
		free(log);
		poll(NULL, 0, 10);
	}
	ck_assert_str_eq(log != NULL ? log : "", lines);
	free(log);
}

TEST(a_mail_is_sent)
{
	put_cached();
	send_mail();
	expect_code(STATUS_OK, "");
	ck_assert_str_eq(a.said, "250 2.0.0 queued as 4711");
	expect_log("started\ncached as me\nmail\ngo\n");
}

TEST(without_a_token_one_is_fetched)
{
	send_mail();
	expect_code(STATUS_OK, "");
	expect_log("renewed\nstarted\nfetched as me\nmail\ngo\n");
}

TEST(without_a_user_it_is_the_account)
{
	put_account("token_endpoint = https://as.example.org/t\n"
	    "client_id = x\nhosts = mx.example.org\nsend = smtp\n"
	    "server_smtp = mx.example.org\n");
	put_cached();
	send_mail();
	expect_code(STATUS_OK, "");
	expect_log("started\ncached as acct\nmail\ngo\n");
}

TEST(an_account_that_does_not_send)
{
	put_account(ACCOUNT);
	send_mail();
	expect_code(STATUS_CONFIG, "add `send = smtp`");
	put_account("token_endpoint = https://as.example.org/t\n"
	    "client_id = x\nhosts = mx2.example.org\nsend = smtp\n"
	    "server_smtp = mx.example.org\n");
	send_mail();
	expect_code(STATUS_HOST, "mx.example.org: add it to `hosts`");
	expect_log("");
}

TEST(while_it_is_held_no_provider_is_asked)
{
	struct account account;
	struct failure limit = { .code = STATUS_LATER, .retry_after = 600,
	    .text = "500 mails a day" };

	put_cached();
	ck_assert_int_eq(account_load(&account, &s, "acct", &why), 0);
	ck_assert_int_eq(send_hold_note(&s, &account, &limit,
	    clock_seconds(), &why), 0);
	account_free(&account);
	send_mail();
	expect_code(STATUS_LATER, "500 mails a day");
	ck_assert_int_gt(a.failure.retry_after, 500);
	expect_log("");
}

static const struct {
	const char *plan;
	enum status code;
	const char *says;
	const char *log;
} ends[] = {
	{ "token ready go message", STATUS_MESSAGE, "no such user",
	    "started\ncached as me\ngo\n" },
	{ "token config", STATUS_CONFIG, "no reason",
	    "started\ncached as me\n" },
	{ "token nonsense", STATUS_LATER, "gave no result",
	    "started\ncached as me\n" },
	{ "token die", STATUS_LATER, "nothing was sent",
	    "started\ncached as me\n" },
	{ "die", STATUS_LATER, "nothing was sent", "started\n" },
	{ "token noise", STATUS_LATER, "nothing was sent",
	    "started\ncached as me\n" },
	{ "token ready go die", STATUS_LATER, "may have been sent",
	    "started\ncached as me\ngo\n" },
	{ "token ready wait die", STATUS_LATER, "may have been sent",
	    "started\ncached as me\n" },
};

TABLE_TEST(an_end_is_passed_on, ends)
{
	put_cached();
	plan(ends[_i].plan);
	send_mail();
	expect_code(ends[_i].code, ends[_i].says);
	if (ends[_i].code == STATUS_MESSAGE)
		ck_assert_int_eq(a.failure.retry_after, 17);
	expect_log(ends[_i].log);
}

TEST(a_refused_token_is_replaced_once)
{
	struct state st;

	put_cached();
	plan("token refuse token ready go ok");
	send_mail();
	expect_code(STATUS_OK, "");
	expect_log("started\ncached as me\nrenewed\nfetched as me\ngo\n");
	state_read(&st, &s, "acct");
	ck_assert_int_eq(st.refusals[0].count, 1);
	ck_assert_str_eq(st.refusals[0].host, "mx.example.org");
}

TEST(a_second_refusal_ends_it)
{
	put_cached();
	plan("token refuse token refuse token ready go ok");
	send_mail();
	expect_code(STATUS_REJECTED, "refused two fresh tokens");
	expect_log("started\ncached as me\nrenewed\nfetched as me\n"
	    "rejected\n");
	/* The next mail is not even tried. */
	send_mail();
	expect_code(STATUS_REJECTED, "refused two fresh tokens");
	expect_log("started\ncached as me\nrenewed\nfetched as me\n"
	    "rejected\n");
}

TEST(a_refusal_that_passes_costs_no_token)
{
	put_cached();
	plan("token busy token ready go ok");
	send_mail();
	expect_code(STATUS_LATER, "does not take the token: "
	    "{\"status\":\"503\"}");
	expect_log("started\ncached as me\nlater\n");
}

/* The sender does the last step for a client that still waits, or not at all.
 */
TEST(a_client_that_has_gone_has_sent_nothing)
{
	int fd[2], mail = open_mail();

	put_cached();
	plan("token wait ready go ok");
	connect_as((uid_t)-1, fd);
	ck_assert_int_eq(passing_send(fd[0], SEND "\n", strlen(SEND "\n"),
	    &mail, 1, 0), (ssize_t)strlen(SEND "\n"));
	close(fd[0]);
	session(fd[1], &s, SESSION_PATIENCE);
	close(fd[1]);
	close(mail);
	expect_log("started\ncached as me\nleft\n");
}

TEST(a_client_that_waits_no_longer_has_sent_nothing)
{
	put_cached();
	plan("token wait ready go ok");
	send_as((uid_t)-1, SEND "wait=300\n\n");
	expect_code(STATUS_LATER, "nothing was sent");
	ck_assert_int_gt(a.failure.retry_after, 0);
	expect_log("started\ncached as me\nleft\n");
}

/* One that shuts down its half of the connection still waits. */
TEST(a_half_closed_connection_is_answered)
{
	int fd[2], mail = open_mail();

	put_cached();
	connect_as((uid_t)-1, fd);
	ck_assert_int_eq(passing_send(fd[0], SEND "\n", strlen(SEND "\n"),
	    &mail, 1, 0), (ssize_t)strlen(SEND "\n"));
	shutdown(fd[0], SHUT_WR);
	session(fd[1], &s, SESSION_PATIENCE);
	close(fd[1]);
	hear_answer(fd[0]);
	expect_code(STATUS_OK, "");
	close(fd[0]);
	close(mail);
}

/*
 * Who may
 */

#define GET "tokend=1\nverb=get\naccount=acct\nhost=mx.example.org\n" \
	"mechanism=XOAUTH2\n\n"
#define REJECT "tokend=1\nverb=reject\naccount=acct\nhost=mx.example.org\n" \
	"id=" ID "\n\n"

TEST(who_may_send_gets_no_token)
{
	struct state st;

	if (!scratch_started_as_root())
		return;
	put_account(SENDS "allow_send = 4711\n");
	put_cached();
	send_as(4711, SEND "\n");
	expect_code(STATUS_OK, "");
	ask_with(4711, GET, NULL, 0);
	expect_code(STATUS_DENIED, "may not use it");
	ask_with(4711, REJECT, NULL, 0);
	expect_code(STATUS_DENIED, "may not use it");
	state_read(&st, &s, "acct");
	ck_assert_int_eq(st.refusals[0].count, 0);
	/* The others can do neither. */
	send_as(4712, SEND "\n");
	expect_code(STATUS_DENIED, "`allow_send` in its file");
	ask_with(4712, GET, NULL, 0);
	expect_code(STATUS_DENIED, "`allow` in its file");
	expect_log("started\ncached as me\nmail\ngo\n");
}

TEST(who_gets_the_token_may_send)
{
	if (!scratch_started_as_root())
		return;
	put_account(SENDS "allow = 4711\n");
	put_cached();
	send_as(4711, SEND "\n");
	expect_code(STATUS_OK, "");
	send_as(4712, SEND "\n");
	expect_code(STATUS_DENIED, "may not use it");
	/* And is told what is wrong, as is who sends only. */
	put_account("allow = 4711\nallow_send = 4712\nnonsense\n");
	send_as(4711, SEND "\n");
	expect_code(STATUS_CONFIG, "acct.conf:3: ");
	send_as(4712, SEND "\n");
	expect_code(STATUS_CONFIG, "acct.conf:3: ");
	ask_with(4712, GET, NULL, 0);
	expect_code(STATUS_DENIED, "may not use it");
}

/*
 * What a client passes on
 */

/* musl keeps its socket for syslog(3), even if nothing listens. */
static int
count_open(void)
{
	closelog();
	return scratch_count("/proc/self/fd");
}

static void
expect_not_taken(const int files[], int count)
{
	int before = count_open();

	ask_with((uid_t)-1, SEND "\n", files, count);
	expect_code(STATUS_INTERNAL, "one regular file");
	ck_assert_int_eq(count_open(), before);
	expect_log("");
}

TEST(only_a_regular_file_is_taken)
{
	int files[PASSING_MOST], pair[2], i;

	put_cached();
	send_mail();	/* libc opens some of its own, once */
	expect_log("started\ncached as me\nmail\ngo\n");
	unlink("log");
	expect_not_taken(NULL, 0);
	for (i = 0; i < PASSING_MOST; i++)
		files[i] = open_mail();
	for (i = 2; i <= PASSING_MOST; i++)
		expect_not_taken(files, i);
	for (i = 0; i < PASSING_MOST; i++)
		close(files[i]);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	expect_not_taken(pair, 1);
	close(pair[0]);
	close(pair[1]);
	ck_assert_int_eq(pipe(pair), 0);
	expect_not_taken(pair, 1);
	close(pair[0]);
	close(pair[1]);
	files[0] = open(".", O_RDONLY | O_DIRECTORY);
	expect_not_taken(files, 1);
	close(files[0]);
	files[0] = open("/dev/zero", O_RDONLY);
	expect_not_taken(files, 1);
	close(files[0]);
	files[0] = open("mail", O_WRONLY);
	expect_not_taken(files, 1);
	close(files[0]);
	files[0] = open("mail", O_PATH);
	expect_not_taken(files, 1);
	close(files[0]);
}

/*
 * Its end could last: it is still in the connection, and no file of this
 * process.
 */
static void
leave_file(uid_t uid, const char *first, const char *rest, int file)
{
	int fd[2], files[PASSING_MOST], count, before = count_open(), i;
	char text[200];

	connect_as(uid, fd);
	ck_assert_int_eq(send(fd[0], first, strlen(first), 0),
	    (ssize_t)strlen(first));
	ck_assert_int_eq(passing_send(fd[0], rest, strlen(rest), &file, 1, 0),
	    (ssize_t)strlen(rest));
	ck_assert_int_eq(session(fd[1], &s, SESSION_PATIENCE), 1);
	hear_answer(fd[0]);
	ck_assert_int_eq(count_open(), before + 2);
	ck_assert_int_gt(passing_receive(fd[1], text, sizeof(text), files,
	    PASSING_MOST, &count, MSG_DONTWAIT), 0);
	ck_assert_int_eq(count, 1);
	for (i = 0; i < count; i++)
		close(files[i]);
	close(fd[0]);
	close(fd[1]);
	expect_log("");
}

TEST(who_may_not_send_keeps_the_file)
{
	int mail = open_mail();

	if (scratch_started_as_root()) {
		put_account(SENDS "allow_send = 4711\n");
		put_cached();
		leave_file(4712, "", SEND "\n", mail);
		expect_code(STATUS_DENIED, "may not use it");
	}
	close(mail);
}

TEST(what_is_no_mail_is_left)
{
	int folder = open(".", O_RDONLY | O_DIRECTORY);

	put_cached();
	leave_file((uid_t)-1, "", SEND "\n", folder);
	expect_code(STATUS_INTERNAL, "one regular file");
	close(folder);
}

static void
expect_taken(int is_taken)
{
	int mail = open_mail();

	if (is_taken) {
		ask_with((uid_t)-1, SEND "\n", &mail, 1);
		expect_code(STATUS_OK, "");
	} else {
		leave_file((uid_t)-1, "", SEND "\n", mail);
		expect_code(STATUS_INTERNAL, "one regular file");
	}
	close(mail);
}

/* Another process would say when a read ends. */
TEST(a_mail_on_fuse_is_left)
{
	put_cached();
	mail_is = MAIL_OF_FUSE;
	expect_taken(0);
	root_is = ROOT_IS_UNKNOWN;
	expect_taken(0);
	mail_is = MAIL_UNKNOWN;
	expect_taken(0);
	/* A machine may live on it as a whole. */
	mail_is = MAIL_OF_FUSE;
	root_is = ROOT_IS_THE_SAME;
	expect_taken(1);
}

TEST(a_file_that_comes_later_is_left)
{
	int folder = open(".", O_RDONLY | O_DIRECTORY);

	put_cached();
	leave_file((uid_t)-1, SEND, "\n", folder);
	expect_code(STATUS_INTERNAL, "one regular file");
	leave_file((uid_t)-1, "tokend=1\n", "verb=send\naccount=acct\n\n",
	    folder);
	expect_code(STATUS_INTERNAL, "one regular file");
	close(folder);
}

TEST(for_another_verb_a_file_is_left)
{
	int mail = open_mail();

	put_cached();
	leave_file((uid_t)-1, "", GET, mail);
	ck_assert_int_eq(a.failure.code, STATUS_OK);
	ck_assert_str_eq(a.token, "cached");
	leave_file((uid_t)-1, "tokend=1\n", strchr(GET, '\n') + 1, mail);
	ck_assert_int_eq(a.failure.code, STATUS_OK);
	leave_file((uid_t)-1, "", "GET / HTTP/1.0\r\n\r\n", mail);
	ck_assert_int_eq(a.failure.code, STATUS_INTERNAL);
	/* After all of a request, too. */
	leave_file((uid_t)-1, GET, "x", mail);
	ck_assert_int_eq(a.failure.code, STATUS_INTERNAL);
	close(mail);
}

/*
 * Senders that are kept
 */

static int ask_pair[2];

static int
run_starter(void *unused)
{
	(void)unused;
	close(ask_pair[0]);
	starter_run(ask_pair[1]);
}

static pid_t
start_starter(void)
{
	pid_t starter;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
	    ask_pair), 0);
	starter = scratch_fork(run_starter, NULL);
	close(ask_pair[1]);
	starter_use(ask_pair[0]);
	return starter;
}

static void
end_starter(pid_t starter)
{
	starter_use(-1);
	close(ask_pair[0]);
	ck_assert_int_eq(scratch_wait(starter), 0);
}

TEST(one_sender_sends_many_mails)
{
	pid_t starter;

	put_cached();
	starter = start_starter();
	send_mail();
	expect_code(STATUS_OK, "");
	send_mail();
	expect_code(STATUS_OK, "");
	expect_log("started\ncached as me\nmail\ngo\ncached as me\nmail\n"
	    "go\n");
	end_starter(starter);
}

TEST(after_one_that_died_another_is_started)
{
	pid_t starter;

	put_cached();
	plan("token ready go ok die");
	starter = start_starter();
	send_mail();
	expect_code(STATUS_OK, "");
	poll(NULL, 0, 200);	/* until it has ended */
	send_mail();
	expect_code(STATUS_OK, "");
	expect_log("started\ncached as me\ngo\nstarted\ncached as me\ngo\n");
	end_starter(starter);
}

TEST(a_sender_that_does_not_start)
{
	put_cached();
	ck_assert_int_eq(unlink("tokend-worker"), 0);
	send_mail();
	expect_code(STATUS_CONFIG, "does not start");
	expect_log("");
}

int
main(int argc, char *argv[])
{
	if (argc > 1 && strcmp(argv[0], TOKEND_WORKER) == 0)
		_exit(strcmp(argv[1], "send") == 0 ? be_sender() :
		    be_refresher());
	return unit_run();
}
