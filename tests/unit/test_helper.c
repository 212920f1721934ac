/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_helper.c - a program started from inside a foreign process
 *
 * The helper is this program itself: called as `tokend-serve --stdio` it tells
 * on its channel what it finds, and ends as TOKEND_TEST_END says.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "common/descriptors.h"
#include "helper.h"
#include "lineio.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define LONG 60000	/* ms */
#define FDS 256		/* as far as anybody looks */

static struct failure why;

/*
 * The helper's side
 */

static int
is_null(int fd)
{
	struct stat st, null;

	return fstat(fd, &st) == 0 && stat("/dev/null", &null) == 0 &&
	    S_ISCHR(st.st_mode) && st.st_rdev == null.st_rdev;
}

static void
list_descriptors(struct buf *list)
{
	int fd;

	for (fd = 0; fd < FDS; fd++) {
		if (fcntl(fd, F_GETFD) == -1)
			continue;
		buf_addnum(list, fd);
		buf_adds(list, " ");
	}
}

static void
list_signals(struct buf *blocked, struct buf *ignored)
{
	struct sigaction action;
	sigset_t set;
	int number;

	sigprocmask(SIG_BLOCK, NULL, &set);
	for (number = 1; number < NSIG; number++) {
		if (sigismember(&set, number) == 1) {
			buf_addnum(blocked, number);
			buf_adds(blocked, " ");
		}
		if (sigaction(number, NULL, &action) == 0 &&
		    action.sa_handler != SIG_DFL) {
			buf_addnum(ignored, number);
			buf_adds(ignored, " ");
		}
	}
}

/* As `tokend-serve --stdio` begins, with a report in between. */
static int
be_helper(char *const argv[])
{
	struct buf list = BUF_INIT(16000), blocked = BUF_INIT(4000);
	struct buf ignored = BUF_INIT(4000), all = BUF_INIT(65536);
	const char *end = getenv("TOKEND_TEST_END");
	struct stat st;
	char **e;
	int fd;

	attrs_add(&all, "argv0", argv[0]);
	attrs_add(&all, "socket", fstat(0, &st) == 0 &&
	    S_ISSOCK(st.st_mode) ? "yes" : "no");
	list_descriptors(&list);
	attrs_add(&all, "before", buf_text(&list));
	restore_signals();
	fd = channel_from_stdin();
	buf_reset(&list);
	list_descriptors(&list);
	attrs_add(&all, "after", buf_text(&list));
	attrs_add(&all, "null", is_null(0) && is_null(1) && is_null(2) ?
	    "yes" : "no");
	list_signals(&blocked, &ignored);
	attrs_add(&all, "blocked", buf_text(&blocked));
	attrs_add(&all, "ignored", buf_text(&ignored));
	buf_reset(&list);
	for (e = environ; *e != NULL; e++) {
		buf_add(&list, *e, strcspn(*e, "\n"));
		buf_adds(&list, "|");
	}
	attrs_add(&all, "environment", buf_text(&list));
	attrs_end(&all);
	io_send(fd, &all, clock_ms() + LONG);
	buf_free(&list);
	buf_free(&blocked);
	buf_free(&ignored);
	buf_free(&all);
	if (end != NULL && strcmp(end, "never") == 0)
		for (;;)
			pause();
	return 3;	/* is not looked at */
}

/*
 * The host's side
 */

static struct attrs found;
static struct buf answer = BUF_INIT(65536);
static struct helper h;

static void
start(void)
{
	ck_assert_msg(helper_start(&h, scratch_program(), &why) == 0, "%s",
	    why.text);
	ck_assert_int_gt(h.fd, 2);
	ck_assert_int_eq(fcntl(h.fd, F_GETFD), FD_CLOEXEC);
}

static void
listen_to_it(void)
{
	buf_reset(&answer);
	ck_assert_int_eq(io_receive(h.fd, &answer, clock_ms() + LONG), 0);
	ck_assert_int_eq(attrs_parse(&found, &answer, &why), 0);
}

static void
run(void)
{
	start();
	listen_to_it();
	helper_end(&h, 1);
}

static const char *
told(const char *name)
{
	const char *value = attrs_get(&found, name);

	return value != NULL ? value : "(nothing)";
}

static void
expect_no_child(void)
{
	errno = 0;
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}

static void
teardown(void)
{
	buf_free(&answer);
	unsetenv("TOKEND_TEST_END");
}

FIXTURE(NULL, teardown);

TEST(it_finds_a_socket_and_nothing_else)
{
	run();
	ck_assert_str_eq(told("argv0"), "tokend-serve");
	ck_assert_str_eq(told("socket"), "yes");
	ck_assert_str_eq(told("null"), "yes");
	ck_assert_str_eq(told("after"), "0 1 2 3 ");
	ck_assert_str_eq(told("blocked"), "");
	ck_assert_str_eq(told("ignored"), "");
	expect_no_child();
}

TEST(no_descriptor_of_the_host_is_left)
{
	int low = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int high = fcntl(low, F_DUPFD_CLOEXEC, 100);
	int kept = fcntl(low, F_DUPFD, 200);

	ck_assert_int_eq(high, 100);
	ck_assert_int_eq(kept, 200);
	run();
	ck_assert_ptr_null(strstr(told("before"), "100 "));
	/* One without close-on-exec comes along, and is closed there. */
	ck_assert_ptr_nonnull(strstr(told("before"), "200 "));
	ck_assert_str_eq(told("after"), "0 1 2 3 ");
	close(low);
	close(high);
	close(kept);
}

TEST(its_environment_is_a_choice)
{
	static const char *const passed[] = { "HOME", "XDG_RUNTIME_DIR",
	    "TOKEND_CONFIG_DIR", "https_proxy", "HTTPS_PROXY", "no_proxy" };
	static const char *const dropped[] = { "LD_PRELOAD_X", "SASL_PATH",
	    "USER", "SECRET", "proxy", "http_proxy_password", "XDG",
	    "NOTHOME", "TOKEN" };
	char text[64];
	char *saved_home = strdup(getenv("HOME") ? getenv("HOME") : "/");
	size_t i;

	setenv("LANG", "de_DE.UTF-8", 1);
	setenv("PATH", "/tmp/evil", 1);
	for (i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		setenv(passed[i], "kept", 1);
	for (i = 0; i < sizeof(dropped) / sizeof(dropped[0]); i++)
		setenv(dropped[i], "lost", 1);
	run();
	ck_assert_ptr_null(strstr(told("environment"), "lost"));
	for (i = 0; i < sizeof(passed) / sizeof(passed[0]); i++) {
		snprintf(text, sizeof(text), "%s=kept|", passed[i]);
		ck_assert_msg(strstr(told("environment"), text) != NULL, "%s",
		    told("environment"));
		unsetenv(passed[i]);
	}
	ck_assert_ptr_nonnull(strstr(told("environment"), "LANG=C|"));
	ck_assert_ptr_nonnull(strstr(told("environment"),
	    "PATH=/usr/bin:/bin|"));
	ck_assert_ptr_null(strstr(told("environment"), "evil"));
	ck_assert_ptr_null(strstr(told("environment"), "de_DE"));
	for (i = 0; i < sizeof(dropped) / sizeof(dropped[0]); i++)
		unsetenv(dropped[i]);
	unsetenv("LANG");
	setenv("PATH", "/usr/bin:/bin", 1);
	setenv("HOME", saved_home, 1);
	free(saved_home);
}

TEST(a_host_without_environment_has_a_helper_too)
{
	char **saved = environ;

	environ = NULL;
	run();
	environ = saved;
	ck_assert_str_eq(told("environment"), "LANG=C|PATH=/usr/bin:/bin|");
}

/* A host that blocks all signals and ignores some. */
TEST(signals_are_as_if_nobody_had_touched_them)
{
	const int numbers[] = { SIGPIPE, SIGTERM, SIGHUP, SIGINT,
	    SIGALRM, SIGUSR1, SIGRTMIN, SIGRTMAX };
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction before[sizeof(numbers) / sizeof(numbers[0])], now;
	sigset_t all, saved, after;
	size_t i;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &saved);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaction(numbers[i], &ignore, &before[i]);
	run();
	ck_assert_str_eq(told("blocked"), "");
	ck_assert_str_eq(told("ignored"), "");
	/* And the host has what it had. */
	sigprocmask(SIG_SETMASK, &saved, &after);
	ck_assert_int_eq(sigismember(&after, SIGTERM), 1);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		sigaction(numbers[i], &before[i], &now);
		ck_assert_ptr_eq(now.sa_handler, SIG_IGN);
	}
	expect_no_child();
}

/* Hosts may have closed 0 to 2, one or all. */
LOOP_TEST(a_host_without_standard_descriptors, 1, 8)
{
	int saved[3], fd, h_fd;

	for (fd = 0; fd < 3; fd++)
		saved[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 50);
	for (fd = 0; fd < 3; fd++)
		if ((_i & 1 << fd) != 0)
			close(fd);
	h.fd = -1;
	if (helper_start(&h, scratch_program(), &why) == 0) {
		buf_reset(&answer);
		if (io_receive(h.fd, &answer, clock_ms() + LONG) == -1 ||
		    attrs_parse(&found, &answer, &why) == -1)
			found.count = 0;
	}
	h_fd = h.fd;
	helper_end(&h, 1);
	for (fd = 0; fd < 3; fd++) {
		/* What was closed is closed again. */
		if ((_i & 1 << fd) != 0 && fcntl(fd, F_GETFD) != -1)
			h_fd = -2;
		dup2(saved[fd], fd);
		close(saved[fd]);
	}
	ck_assert_int_gt(h_fd, 2);
	ck_assert_str_eq(told("socket"), "yes");
	ck_assert_str_eq(told("null"), "yes");
}

TEST(a_host_that_ignores_its_children)
{
	struct sigaction before, ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGCHLD, &ignore, &before);
	run();
	ck_assert_str_eq(told("socket"), "yes");
	ck_assert_str_eq(told("ignored"), "");
	expect_no_child();
	sigaction(SIGCHLD, &before, NULL);
}

static volatile sig_atomic_t reaped;

static void
reap(int number)
{
	int saved = errno;

	(void)number;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		reaped++;
	errno = saved;
}

TEST(a_host_that_reaps_all_children)
{
	struct sigaction before, action = { .sa_handler = reap };

	reaped = 0;
	sigaction(SIGCHLD, &action, &before);
	run();
	ck_assert_str_eq(told("socket"), "yes");
	sigaction(SIGCHLD, &before, NULL);
	ck_assert_int_le(reaped, 1);
	expect_no_child();
}

/* Another child of the host is none of ours to wait for. */
static int
end_with_seven(void *argument)
{
	(void)argument;
	return 7;
}

TEST(another_child_is_left_to_its_host)
{
	pid_t child = scratch_fork(end_with_seven, NULL);

	run();
	ck_assert_int_eq(scratch_wait(child), 7);
}

/* Debian 13's valgrind knows the one call and not the other. */
static int
can_be_killed(void)
{
#ifdef SYS_pidfd_send_signal
	return h.pidfd != -1 && (syscall(SYS_pidfd_send_signal, h.pidfd, 0,
	    NULL, 0) == 0 || errno != ENOSYS);
#else
	return 0;
#endif
}

/* Whether it answered in time (1) or did not: it is killed if it stays. */
LOOP_TEST(one_that_stays_is_killed, 0, 2)
{
	setenv("TOKEND_TEST_END", "never", 1);
	start();
	listen_to_it();
	if (!can_be_killed()) {	/* an old kernel, or valgrind: see below */
		scratch_kill(h.pid);
		close(h.fd);
		return;
	}
	ck_assert_int_eq(waitpid(h.pid, NULL, WNOHANG), 0);
	helper_end(&h, _i);
	expect_no_child();
}

/* Signals of the host do not cut the helper's last work short. */
static void
on_signal(int number)
{
	(void)number;
}

static int
send_signals(void *argument)
{
	pid_t host = *(pid_t *)argument;

	while (kill(host, SIGUSR1) == 0)
		poll(NULL, 0, 5);
	return 0;
}

TEST(a_host_that_gets_signals)
{
	struct sigaction before, action = { .sa_handler = on_signal };
	pid_t self = getpid(), child;

	sigaction(SIGUSR1, &action, &before);
	child = scratch_fork(send_signals, &self);
	run();
	ck_assert_str_eq(told("socket"), "yes");
	scratch_kill(child);
	sigaction(SIGUSR1, &before, NULL);
	expect_no_child();
}

/* No pidfd: an old kernel, or a host that has no descriptor left. */
TEST(without_a_pidfd_nobody_waits_for_ever)
{
	pid_t child;

	setenv("TOKEND_TEST_END", "never", 1);
	start();
	listen_to_it();
	child = h.pid;
	if (h.pidfd != -1)
		close(h.pidfd);
	h.pidfd = -1;
	helper_end(&h, 0);
	/* Here it is still, and killed by nobody: a pid may be another's. */
	ck_assert_int_eq(waitpid(child, NULL, WNOHANG), 0);
	scratch_kill(child);
	unsetenv("TOKEND_TEST_END");
	start();
	listen_to_it();
	if (h.pidfd != -1)
		close(h.pidfd);
	h.pidfd = -1;
	helper_end(&h, 1);
	/* Gone by then, or at least soon. */
	waitpid(h.pid, NULL, 0);
	expect_no_child();
}

TEST(what_cannot_be_started_says_so)
{
	int before = open("/dev/null", O_RDONLY | O_CLOEXEC), after;

	close(before);
	if (scratch_is_valgrind())
		return;
	ck_assert_int_eq(helper_start(&h, "/nonexistent/tokend", &why), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_msg(strstr(why.text, "/nonexistent/tokend does not start: "
	    "No such file") != NULL && strstr(why.text, "jailed") != NULL,
	    "%s", why.text);
	ck_assert_int_eq(helper_start(&h, "/dev/null", &why), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_msg(strstr(why.text, "/dev/null does not start: Permission")
	    != NULL, "%s", why.text);
	ck_assert_int_eq(helper_start(&h, "/dev/null", NULL), -1);
	/* Nothing is left open. */
	after = open("/dev/null", O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(before, after);
	close(after);
	expect_no_child();
}

TEST(without_descriptors_it_is_later)
{
	struct rlimit before, none;

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = 0;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	why.code = STATUS_OK;
	ck_assert_int_eq(helper_start(&h, scratch_program(), &why), -1);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_msg(strstr(why.text, "no socket") != NULL, "%s", why.text);
}

int
main(int argc, char *argv[])
{
	if (argc == 2 && strcmp(argv[1], "--stdio") == 0)
		_exit(be_helper(argv));
	return unit_run();
}
