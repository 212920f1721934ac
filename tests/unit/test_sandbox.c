/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_sandbox.c - what a process can no longer do, and what it still can
 *
 * Each case is a child that enters and tries: nothing of it can be undone. It
 * tells the line that went wrong by its exit status.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netdb.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/sandbox.h"
#include "common/syscall_filter.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define LANDLOCK_CREATE 444
#define IO_URING_SETUP 425
#define MEMORY (512UL << 20)
#define FILES 64

/* The exit status is a byte: lines of this file from here on. */
#define FIRST_LINE 50
#define HOLDS(what) do { if (!(what)) _exit(__LINE__ - FIRST_LINE); } while (0)
#define REFUSED(call) (errno = 0, (call) == -1 && errno == EPERM)

static struct sandbox box;
static char inside[128], outside[128];

static void
run(void (*in_child)(void))
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		in_child();
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	    "line %d (status %x)", WEXITSTATUS(status) + FIRST_LINE, status);
}

static void
setup(void)
{
	scratch_setup();
	snprintf(inside, sizeof(inside), "%s", scratch_path("inside"));
	snprintf(outside, sizeof(outside), "%s", scratch_path("outside"));
	scratch_folder(inside, 0700);
	scratch_folder(outside, 0700);
	box = (struct sandbox){ .writable = inside, .memory = MEMORY,
	    .files = FILES };
}

FIXTURE(setup, scratch_teardown);

/*
 * The system calls
 */

static int
can_have_filter(void)
{
#ifdef SYSCALL_FILTER_MACHINE
	return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != -1;
#else
	return 0;
#endif
}

static void
try_calls(void)
{
	struct iovec here = { .iov_base = inside, .iov_len = 1 };
	char *argv[] = { inside, NULL };

	sandbox_enter(&box);
	HOLDS(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
	if (!can_have_filter())
		return;
	HOLDS(prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == SECCOMP_MODE_FILTER);
	HOLDS(REFUSED(execv("/bin/true", argv)));
	HOLDS(REFUSED(process_vm_readv(getpid(), &here, 1, &here, 1, 0)));
	HOLDS(REFUSED(unshare(CLONE_NEWUSER)));
	HOLDS(REFUSED(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0,
	    0)));
	HOLDS(REFUSED(syscall(SYS_keyctl, 0, 0, 0, 0, 0)));
	HOLDS(REFUSED(syscall(IO_URING_SETUP, 1, NULL)));
	HOLDS(REFUSED(syscall(SYS_bpf, 0, NULL, 0)));
	HOLDS(REFUSED(syscall(SYS_perf_event_open, NULL, 0, 0, 0, 0)));
	HOLDS(REFUSED(mount("none", inside, "tmpfs", 0, NULL)));
	HOLDS(REFUSED(chroot(inside)));
	HOLDS(socket(AF_ALG, SOCK_SEQPACKET, 0) == -1 &&
	    errno == EAFNOSUPPORT);
#ifndef TOKEND_SANITIZED
	HOLDS(REFUSED(ptrace(PTRACE_TRACEME, 0, NULL, NULL)));
#endif
}

TEST(what_is_refused)
{
	/* Valgrind does not know all of them, and asks no kernel then. */
	if (!scratch_is_valgrind())
		run(try_calls);
}

/* The same calls do something, or fail in another way, without the sandbox. */
static void
try_calls_before(void)
{
	struct iovec here = { .iov_base = inside, .iov_len = 1 };
	char *argv[] = { inside, NULL };

	HOLDS(!REFUSED(process_vm_readv(getpid(), &here, 1, &here, 1, 0)));
	HOLDS(!REFUSED(syscall(IO_URING_SETUP, 1, NULL)));
	HOLDS(!REFUSED(syscall(SYS_keyctl, 0, 0, 0, 0, 0)));
	execv("/bin/true", argv);
	_exit(1);
}

TEST(control)
{
	if (!scratch_is_valgrind())
		run(try_calls_before);
}

static void *
be_there(void *here)
{
	*(int *)here = 1;
	return NULL;
}

/* What libc, its name services and libcurl's resolver need. */
static void
try_usual(void)
{
	static const int families[] = { AF_UNIX, AF_INET, AF_INET6,
	    AF_NETLINK };
	struct addrinfo *found = NULL;
	pthread_t thread;
	size_t i;
	pid_t child;
	int was_there = 0, fd;

	sandbox_enter(&box);
	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		fd = socket(families[i], SOCK_DGRAM | SOCK_CLOEXEC, 0);
		HOLDS(fd != -1 || (families[i] == AF_INET6 &&
		    errno == EAFNOSUPPORT));
		close(fd);
	}
	HOLDS(getaddrinfo("localhost", "1", NULL, &found) == 0);
	freeaddrinfo(found);
	HOLDS(pthread_create(&thread, NULL, be_there, &was_there) == 0);
	HOLDS(pthread_join(thread, NULL) == 0 && was_there);
	HOLDS((child = fork()) != -1);
	if (child == 0)
		_exit(0);
	HOLDS(waitpid(child, NULL, 0) == child);
	HOLDS((fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC)) != -1);
	close(fd);
}

TEST(what_still_works)
{
	run(try_usual);
}

/*
 * Files
 */

static int
can_make(const char *folder, const char *name)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd == -1)
		return 0;
	if (write(fd, "x", 1) != 1)
		_exit(255);
	close(fd);
	return 1;
}

static int
can_confine(void)
{
#ifdef TOKEND_SANITIZED
	return 0;
#else
	return syscall(LANDLOCK_CREATE, NULL, 0, 1) > 0;
#endif
}

static void
try_files(void)
{
	char from[256], to[256];

	snprintf(from, sizeof(from), "%s/a", inside);
	HOLDS(can_make(outside, "before"));
	sandbox_enter(&box);
	HOLDS(can_make(inside, "a"));
	snprintf(to, sizeof(to), "%s/deeper", inside);
	HOLDS(mkdir(to, 0700) == 0 && can_make(to, "b"));
	snprintf(to, sizeof(to), "%s/c", inside);
	HOLDS(rename(from, to) == 0 && unlink(to) == 0);
	HOLDS(can_make("/dev", "null"));
	snprintf(from, sizeof(from), "%s/before", outside);
	HOLDS(access(from, R_OK) == 0);
	if (!can_confine())
		return;
	HOLDS(!can_make(outside, "after") && errno == EACCES);
	HOLDS(!can_make(outside, "before") && errno == EACCES);
	HOLDS(unlink(from) == -1 && errno == EACCES);
}

TEST(writing_is_for_one_folder)
{
	run(try_files);
}

static void
try_no_folder(void)
{
	box.writable = "/nowhere/at/all";
	sandbox_enter(&box);
	HOLDS(!can_confine() || !can_make(inside, "a"));
}

TEST(a_folder_that_is_not_there)
{
	run(try_no_folder);
}

static void
try_modules(void)
{
	char *argv[] = { inside, NULL };

	box.may_write = box.may_exec = 1;
	sandbox_enter(&box);
	HOLDS(can_make(outside, "token"));
	HOLDS(!can_have_filter() || REFUSED(unshare(CLONE_NEWUSER)));
	execv("/bin/true", argv);
	_exit(1);
}

TEST(modules_do_what_they_need)
{
	run(try_modules);
}

static void
try_limits(void)
{
	struct rlimit limit;
#ifndef TOKEND_SANITIZED
	void *volatile p;	/* or a compiler takes the call away */
#endif

	sandbox_enter(&box);
	HOLDS(getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
	    limit.rlim_max == FILES);
#ifndef TOKEND_SANITIZED
	HOLDS(getrlimit(RLIMIT_DATA, &limit) == 0 &&
	    limit.rlim_max == MEMORY);
	p = malloc(2 * MEMORY);
	HOLDS(p == NULL);
#endif
	/* Again, with more: what was given up stays so. */
	box.files = 2 * FILES;
	sandbox_enter(&box);
	HOLDS(getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
	    limit.rlim_max == FILES);
}

TEST(limits_hold)
{
	/* Valgrind keeps limits of its own. */
	if (!scratch_is_valgrind())
		run(try_limits);
}

/*
 * A kernel that has neither, played by a filter: Landlock is unknown, and no
 * further filter is taken.
 */
static void
be_old_kernel(void)
{
	struct sock_filter steps[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, LANDLOCK_CREATE, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PR_SET_SECCOMP, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
	};
	struct sock_fprog filter = { .filter = steps,
	    .len = sizeof(steps) / sizeof(steps[0]) };

	HOLDS(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	HOLDS(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0);
}

static void
try_old_kernel(void)
{
	char *argv[] = { inside, NULL };

	be_old_kernel();
	sandbox_enter(&box);
	HOLDS(can_make(outside, "a") && can_make(inside, "a"));
	execv("/bin/true", argv);
	_exit(1);
}

TEST(an_old_kernel_has_what_it_has)
{
	if (can_have_filter())
		run(try_old_kernel);
}
