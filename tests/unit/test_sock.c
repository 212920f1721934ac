/* SPDX-License-Identifier: BSD-2-Clause */
/* test_sock.c - connecting, and who listens */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "lineio.h"
#include "script.h"
#include "set_text.h"
#include "sockets.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define NOBODY ((uid_t)-1)
#define LONG 60000	/* ms, for what does not wait */
#define SHORT 100	/* ms, for what does */

static struct failure why;
static char path[100];

static void
setup(void)
{
	scratch_enter();
	snprintf(path, sizeof(path), "%s", scratch_path("socket"));
	memset(&why, 0, sizeof(why));
}

FIXTURE(setup, scratch_teardown);

static int
bound(const char *name)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	set_text(a.sun_path, name);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

static int
connects(const char *name, uid_t uid, int64_t wait)
{
	errno = 0;
	why.code = STATUS_OK;
	why.text[0] = '\0';
	return sock_connect(name, uid, clock_ms() + wait, &why);
}

TEST(who_listens_is_reached)
{
	int listening = bound(path), fd, peer;

	ck_assert_int_eq(listen(listening, 5), 0);
	ck_assert_int_ne(fd = connects(path, NOBODY, LONG), -1);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_ne(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
	ck_assert_int_ne(peer = accept(listening, NULL, NULL), -1);
	close(peer);
	close(fd);
	/* Relative to where the program stands, as Postfix means it. */
	ck_assert_int_ne(fd = connects("socket", NOBODY, LONG), -1);
	close(fd);
	close(listening);
}

TEST(nobody_is_enoent)
{
	ck_assert_int_eq(connects(path, NOBODY, LONG), -1);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_ptr_nonnull(strstr(why.text, "No such file"));
	ck_assert_int_eq(connects("none/socket", NOBODY, LONG), -1);
	ck_assert_int_eq(errno, ENOENT);
	scratch_write("file", 0600, "");
	ck_assert_int_eq(connects("file/socket", NOBODY, LONG), -1);
	ck_assert_int_eq(errno, ENOTDIR);
	/* why may be NULL. */
	ck_assert_int_eq(sock_connect(path, NOBODY, clock_ms() + LONG, NULL),
	    -1);
	ck_assert_int_eq(errno, ENOENT);
}

TEST(who_no_longer_listens_is_econnrefused)
{
	int listening = bound(path);

	ck_assert_int_eq(connects(path, NOBODY, LONG), -1);
	ck_assert_int_eq(errno, ECONNREFUSED);
	ck_assert_int_eq(listen(listening, 5), 0);
	close(listening);
	ck_assert_int_eq(connects(path, NOBODY, LONG), -1);
	ck_assert_int_eq(errno, ECONNREFUSED);
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_ptr_nonnull(strstr(why.text, "Connection refused"));
	scratch_write("file", 0600, "");
	ck_assert_int_eq(connects("file", NOBODY, LONG), -1);
	ck_assert_int_eq(errno, ECONNREFUSED);
}

TEST(a_path_too_long_is_enametoolong)
{
	char name[110];
	int fd;

	memset(name, 'n', sizeof(name));
	name[108] = '\0';
	ck_assert_int_eq(connects(name, NOBODY, LONG), -1);
	ck_assert_int_eq(errno, ENAMETOOLONG);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "longer than the 107 bytes"));
	name[107] = '\0';
	fd = bound(name);
	ck_assert_int_eq(listen(fd, 5), 0);
	close(connects(name, NOBODY, LONG));
	ck_assert_int_eq(errno, 0);
	close(fd);
}

TEST(where_one_may_not_go_is_eacces)
{
	scratch_folder(scratch_path("shut"), 0700);
	close(bound("shut/socket"));
	ck_assert_int_eq(chmod("shut", 0), 0);
	scratch_become_user();
	ck_assert_int_eq(connects("shut/socket", NOBODY, LONG), -1);
	ck_assert_int_eq(errno, EACCES);
	ck_assert_int_eq(why.code, STATUS_LATER);
	scratch_become_root();
	chmod("shut", 0700);
}

/* Connects until the queue queue more. */
static int
fill_queue(int listening, int fds[], int most)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int count;

	set_text(a.sun_path, path);
	ck_assert_int_eq(listen(listening, 0), 0);
	for (count = 0; count < most; count++) {
		fds[count] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK |
		    SOCK_CLOEXEC, 0);
		if (connect(fds[count], (struct sockaddr *)&a,
		    sizeof(a)) == -1) {
			ck_assert_int_eq(errno, EAGAIN);
			close(fds[count]);
			return count;
		}
	}
	return -1;
}

TEST(a_full_queue_is_waited_for_until_the_deadline)
{
	int listening = bound(path), fds[16], count;
	int64_t begun = clock_ms();

	ck_assert_int_gt(count = fill_queue(listening, fds, 16), 0);
	ck_assert_int_eq(connects(path, NOBODY, SHORT), -1);
	ck_assert_int_eq(errno, ETIMEDOUT);
	/* It gives up one pause early rather than late. */
	ck_assert_int_ge(clock_ms() - begun, SHORT - 20);
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_ptr_nonnull(strstr(why.text, "queue of connections is full"));
	ck_assert_int_eq(connects(path, NOBODY, 0), -1);
	ck_assert_int_eq(errno, ETIMEDOUT);
	while (count > 0)
		close(fds[--count]);
	close(listening);
}

static int alarm_accepts;

static void
on_alarm(int number)
{
	int saved = errno;

	(void)number;
	close(accept(alarm_accepts, NULL, NULL));
	errno = saved;
}

/* The place comes while the connect waits: by a signal of our own. */
TEST(a_place_that_comes_is_taken)
{
	struct sigaction old, action = { .sa_handler = on_alarm };
	struct itimerval soon = { { 0, 0 }, { 0, SHORT * 1000 } };
	int fds[16], count, fd;

	alarm_accepts = bound(path);
	ck_assert_int_gt(count = fill_queue(alarm_accepts, fds, 16), 0);
	sigaction(SIGALRM, &action, &old);
	setitimer(ITIMER_REAL, &soon, NULL);
	fd = connects(path, NOBODY, LONG);
	ck_assert_int_ne(fd, -1);
	close(fd);
	sigaction(SIGALRM, &old, NULL);
	while (count > 0)
		close(fds[--count]);
	close(alarm_accepts);
}

/* As root: the listener is of a uid that nobody named. */
TEST(a_stranger_who_listens_is_refused)
{
	struct script stranger;
	int fd;

	if (!scratch_started_as_root())
		return;
	chmod(scratch(), 0777);
	script_start(&stranger, path, SCRIPT_CLOSE, 4711);
	ck_assert_int_eq(connects(path, NOBODY, LONG), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_msg(strstr(why.text, "uid 4711 listens there") != NULL &&
	    strstr(why.text, "listener_uid") == NULL, "%s", why.text);
	ck_assert_int_eq(connects(path, 4712, LONG), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_int_ne(fd = connects(path, 4711, LONG), -1);
	close(fd);
	script_stop(&stranger);
}

TEST(root_and_oneself_may_listen)
{
	struct script listener;
	int fd;

	if (!scratch_started_as_root())
		return;
	script_start(&listener, path, SCRIPT_CLOSE, NOBODY);
	chmod(path, 0666);
	scratch_become_user();
	ck_assert_int_ne(fd = connects(path, NOBODY, LONG), -1);
	close(fd);
	scratch_become_root();
	script_stop(&listener);
	unlink(path);
	chmod(scratch(), 0777);
	script_start(&listener, path, SCRIPT_CLOSE, OTHER_UID);
	scratch_become_user();
	ck_assert_int_ne(fd = connects(path, NOBODY, LONG), -1);
	close(fd);
	scratch_become_root();
	script_stop(&listener);
}
