/* SPDX-License-Identifier: BSD-2-Clause */
/* test_lock.c - one lock an account: between processes, with a deadline */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "files/lock.h"
#include "lineio.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define LONG 60000	/* ms, for what does not wait */
#define SHORT 100	/* ms, for what does */

static struct scope s;
static struct failure why;

static void
setup(void)
{
	scratch_scope(&s);
}

FIXTURE(setup, scratch_teardown);

static int
opened(const char *account)
{
	int fd = lock_open(&s, account, &why);

	ck_assert_msg(fd != -1, "%s", why.text);
	return fd;
}

/* Removed with its account: who comes later has another lock. */
TEST(nobody_takes_one_that_was_removed)
{
	char path[SCOPE_PATH_MAX + 16];
	int early = opened("acct"), late;

	snprintf(path, sizeof(path), "%s/lock/acct", s.state);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(lock_try(early), 0);
	ck_assert_int_eq(lock_take(early, clock_ms() + LONG), -1);
	late = opened("acct");
	ck_assert_int_eq(lock_try(late), 1);
	close(early);
	close(late);
}

TEST(one_has_it_or_another)
{
	int a = opened("acct"), b = opened("acct"), other = opened("other");

	ck_assert_int_eq(lock_try(a), 1);
	ck_assert_int_eq(lock_try(b), 0);
	ck_assert_int_eq(lock_try(other), 1);
	close(a);
	ck_assert_int_eq(lock_try(b), 1);
	close(b);
	/* However it was taken. */
	a = opened("acct");
	b = opened("acct");
	ck_assert_int_eq(lock_take(a, clock_ms() + LONG), 0);
	ck_assert_int_eq(lock_try(b), 0);
	ck_assert_int_eq(lock_take(b, clock_ms() - LONG), -1);
	ck_assert_int_eq(lock_wait(b, clock_ms() - LONG, NULL), -1);
	close(a);
	close(b);
	close(other);
}

TEST(the_file_is_made_and_stays)
{
	struct stat before, after;
	int fd = opened("acct");

	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(stat(scratch_path("state/lock/acct"), &before), 0);
	ck_assert_uint_eq(before.st_mode & 0777, 0600);
	ck_assert_int_eq(lock_try(fd), 1);
	close(fd);
	fd = opened("acct");
	ck_assert_int_eq(lock_take(fd, clock_ms() + LONG), 0);
	lock_clear_time(fd);
	close(fd);
	ck_assert_int_eq(stat(scratch_path("state/lock/acct"), &after), 0);
	ck_assert_uint_eq(before.st_ino, after.st_ino);
}

TEST(a_link_is_no_lock)
{
	close(opened("acct"));
	unlink(scratch_path("state/lock/acct"));
	ck_assert_int_eq(symlink("elsewhere", scratch_path("state/lock/acct")),
	    0);
	ck_assert_int_eq(lock_open(&s, "acct", &why), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "/lock/acct"));
	ck_assert_ptr_nonnull(strstr(why.text, "a link is in its place"));
	ck_assert_int_eq(lock_open(&s, "acct", NULL), -1);
}

/* A volume that has come back with another owner. */
TEST(one_of_another_owner_is_no_lock)
{
	const char *path = scratch_path("state/lock/acct");
	int result;

	if (!scratch_started_as_root())
		return;
	close(opened("acct"));
	s.owner = OTHER_UID;
	ck_assert_int_eq(chown(s.state, OTHER_UID, OTHER_UID), 0);
	ck_assert_int_eq(chown(scratch_path("state/lock"), OTHER_UID,
	    OTHER_UID), 0);
	ck_assert_int_eq(chown(path, OTHER_UID - 1, OTHER_UID - 1), 0);
	scratch_become_user();
	result = lock_open(&s, "acct", &why);
	scratch_become_root();
	ck_assert_int_eq(result, -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_msg(strstr(why.text, "/lock/acct") != NULL &&
	    strstr(why.text, "as root \"chown -R 65534 /") != NULL, "%s",
	    why.text);
}

TEST(a_wait_ends_at_its_deadline)
{
	int a = opened("acct"), b = opened("acct");
	int64_t deadline;

	ck_assert_int_eq(lock_try(a), 1);
	deadline = clock_ms() + SHORT;
	ck_assert_int_eq(lock_take(b, deadline), -1);
	/* It may give up one pause early, rather than late. */
	ck_assert_int_ge(clock_ms(), deadline - 30);
	deadline = clock_ms() + SHORT;
	ck_assert_int_eq(lock_wait(b, deadline, NULL), -1);
	ck_assert_int_ge(clock_ms(), deadline - 30);
	ck_assert_int_eq(lock_wait(b, clock_ms() - LONG, NULL), -1);
	close(a);
	ck_assert_int_eq(lock_wait(b, clock_ms() - LONG, NULL), 0);
	close(b);
}

TEST(who_waits_takes_nothing)
{
	int a = opened("acct"), b = opened("acct"), c = opened("acct");

	ck_assert_int_eq(lock_wait(a, clock_ms() + LONG, NULL), 0);
	ck_assert_int_eq(lock_wait(b, clock_ms() + LONG, NULL), 0);
	ck_assert_int_eq(lock_try(c), 1);
	close(a);
	close(b);
	close(c);
}

/* Handed to another process, it is held until both have let go. */
static int
hold(void *argument)
{
	int *fd = argument;	/* the lock, and the pipe that ends it */
	char byte;

	close(fd[2]);
	return read(fd[1], &byte, 1) == 0 ? 0 : 1;
}

TEST(it_can_be_handed_over)
{
	int fd[3], other = opened("acct");
	pid_t child;

	fd[0] = opened("acct");
	ck_assert_int_eq(pipe(fd + 1), 0);
	ck_assert_int_eq(lock_try(fd[0]), 1);
	child = scratch_fork(hold, fd);
	close(fd[0]);
	ck_assert_int_eq(lock_try(other), 0);
	close(fd[1]);
	close(fd[2]);
	ck_assert_int_eq(scratch_wait(child), 0);
	ck_assert_int_eq(lock_try(other), 1);
	close(other);
}

TEST(a_killed_holder_lets_go)
{
	int fd[3], other = opened("acct");
	pid_t child;

	fd[0] = opened("acct");
	ck_assert_int_eq(pipe(fd + 1), 0);
	ck_assert_int_eq(lock_try(fd[0]), 1);
	child = scratch_fork(hold, fd);
	close(fd[0]);
	scratch_kill(child);
	ck_assert_int_eq(lock_take(other, clock_ms() + LONG), 0);
	close(fd[1]);
	close(fd[2]);
	close(other);
}

/* Adding one in two steps goes wrong unless one at a time does it. */
struct shared {
	int gate[2];		/* a pipe: its end lets all begin */
	int inside;
	int count;
	int collisions;
};

#define PROCESSES 8
#define ROUNDS 25

static int
add_up(void *argument)
{
	volatile struct shared *shared = argument;
	int i, seen, fd;
	char byte;

	close(shared->gate[1]);
	if (read(shared->gate[0], &byte, 1) != 0)
		return 1;
	for (i = 0; i < ROUNDS; i++) {
		if ((fd = lock_open(&s, "acct", NULL)) == -1 ||
		    lock_take(fd, clock_ms() + LONG) == -1)
			return 1;
		if (shared->inside++ != 0)
			shared->collisions++;
		seen = shared->count;
		poll(NULL, 0, 1);	/* whoever could would come in */
		shared->count = seen + 1;
		shared->inside--;
		close(fd);
	}
	return 0;
}

TEST(one_at_a_time)
{
	struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ |
	    PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t child[PROCESSES];
	int i;

	ck_assert_ptr_ne(shared, MAP_FAILED);
	ck_assert_int_eq(pipe(shared->gate), 0);
	for (i = 0; i < PROCESSES; i++)
		child[i] = scratch_fork(add_up, shared);
	close(shared->gate[0]);
	close(shared->gate[1]);
	for (i = 0; i < PROCESSES; i++)
		ck_assert_int_eq(scratch_wait(child[i]), 0);
	ck_assert_int_eq(shared->collisions, 0);
	ck_assert_int_eq(shared->count, PROCESSES * ROUNDS);
	munmap(shared, sizeof(*shared));
}

static void
set_age(int fd, time_t seconds)
{
	struct timespec when[2];

	clock_gettime(CLOCK_REALTIME, &when[0]);
	when[0].tv_sec -= seconds;
	when[1] = when[0];
	ck_assert_int_eq(futimens(fd, when), 0);
}

/* Taking it begins a new age; who looks has another descriptor. */
TEST(its_age_is_that_of_the_work)
{
	int fd = opened("acct"), other = opened("acct");

	ck_assert_int_eq(lock_try(fd), 1);
	set_age(fd, 50);
	ck_assert_int_ge(lock_age(other), 50000);
	close(fd);
	fd = opened("acct");
	ck_assert_int_eq(lock_try(fd), 1);
	ck_assert_int_lt(lock_age(other), 50000);
	set_age(fd, 50);
	close(fd);
	fd = opened("acct");
	ck_assert_int_eq(lock_take(fd, clock_ms() + LONG), 0);
	ck_assert_int_lt(lock_age(other), 50000);
	close(fd);
	close(other);
}

/*
 * Between the lock and the stamp of who takes it, an asker must not see the
 * stamp of work that ended long ago: flock(2) alone stands for that moment.
 */
TEST(work_that_has_ended_has_no_age)
{
	int fd = opened("acct"), other = opened("acct");

	ck_assert_int_eq(lock_try(fd), 1);
	set_age(fd, 50);
	lock_clear_time(fd);
	ck_assert_int_eq(lock_age(other), 0);
	close(fd);
	ck_assert_int_eq(lock_age(other), 0);
	close(other);
}
