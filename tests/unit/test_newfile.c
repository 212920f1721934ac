/* SPDX-License-Identifier: BSD-2-Clause */
/* test_newfile.c - the old file whole, or the new one */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/newfile.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static struct scope s;
static struct failure why;
static struct newfile f;
static struct buf content;
static int folder;

/* For newfile.c, in place of the C library's. 0: like its own. */
static int allocate_error;

int
posix_fallocate(int fd, off_t from, off_t size)
{
	if (allocate_error != 0)
		return allocate_error;
	return fallocate(fd, 0, from, size) == -1 ? errno : 0;
}

static void
setup(void)
{
	allocate_error = 0;
	scratch_scope(&s);
	snprintf(s.state, sizeof(s.state), "%s", scratch());
	scratch_folder(scratch_path("d"), 0700);
	folder = open(scratch_path("d"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ne(folder, -1);
	f = (struct newfile)NEWFILE_INIT;
	content = (struct buf)BUF_INIT(1 << 20);
}

static void
teardown(void)
{
	newfile_abandon(&f);
	buf_free(&content);
	close(folder);
	scratch_teardown();
}

FIXTURE(setup, teardown);

static int
reserve(size_t size)
{
	return newfile_reserve(&f, folder, &s, "d", "acct", size, &why);
}

static void
set(const char *text)
{
	buf_reset(&content);
	ck_assert_int_eq(buf_adds(&content, text), 0);
}

static void
expect(const char *text)
{
	char *is = scratch_read(scratch_path("d/acct"));
	struct stat st;

	if (text == NULL) {
		ck_assert_ptr_null(is);
		return;
	}
	ck_assert_ptr_nonnull(is);
	ck_assert_str_eq(is, text);
	free(is);
	/* And nothing behind it of what was reserved. */
	ck_assert_int_eq(stat(scratch_path("d/acct"), &st), 0);
	ck_assert_int_eq(st.st_size, (off_t)strlen(text));
}

TEST(a_file_is_made_and_replaced)
{
	set("first");
	ck_assert_msg(reserve(100) == 0, "%s", why.text);
	expect(NULL);
	ck_assert_int_eq(scratch_count(scratch_path("d")), 1);
	ck_assert_int_eq(newfile_commit(&f, &content), 0);
	ck_assert_int_eq(f.fd, -1);
	expect("first");
	ck_assert_int_eq(scratch_count(scratch_path("d")), 1);
	set("second, and longer");
	ck_assert_int_eq(reserve(5), 0);
	expect("first");
	ck_assert_int_eq(newfile_commit(&f, &content), 0);
	expect("second, and longer");
	/* What is given up after a commit is nothing. */
	newfile_abandon(&f);
	expect("second, and longer");
	ck_assert_int_eq(scratch_count(scratch_path("d")), 1);
}

TEST(what_was_reserved_is_there)
{
	struct stat st;

	ck_assert_int_eq(reserve(70000), 0);
	ck_assert_int_eq(fstat(f.fd, &st), 0);
	ck_assert_int_ge(st.st_size, 70000);
	ck_assert_int_eq(fcntl(f.fd, F_GETFD), FD_CLOEXEC);
	/* What is written has its own size. */
	set("short");
	ck_assert_int_eq(newfile_commit(&f, &content), 0);
	expect("short");
}

/* NFS before 4.2 and 9p cannot allocate, and musl tells. */
static const int cannot[] = { EOPNOTSUPP, ENOSYS, EINVAL };

TABLE_TEST(where_nothing_allocates_zeros_are_written, cannot)
{
	struct stat st;

	allocate_error = cannot[_i];
	ck_assert_msg(reserve(70000) == 0, "%s", why.text);
	ck_assert_int_eq(fstat(f.fd, &st), 0);
	ck_assert_int_eq(st.st_size, 70000);
	ck_assert_int_ge(st.st_blocks * 512, 70000);
	set("short");
	ck_assert_int_eq(newfile_commit(&f, &content), 0);
	expect("short");
}

/* A file that may not become so large stands for a full disk. */
TEST(zeros_that_find_no_room_are_a_failure)
{
	struct rlimit before, most;
	int result;

	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	most = (struct rlimit){ 4096, before.rlim_max };
	set("old");
	ck_assert_int_eq(reserve(10), 0);
	ck_assert_int_eq(newfile_commit(&f, &content), 0);
	ck_assert_ptr_ne(signal(SIGXFSZ, SIG_IGN), SIG_ERR);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &most), 0);
	allocate_error = EOPNOTSUPP;
	result = reserve(70000);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
	ck_assert_int_eq(result, -1);
	ck_assert_msg(strstr(why.text, strerror(EFBIG)) != NULL, "%s",
	    why.text);
	expect("old");
	ck_assert_int_eq(scratch_count(scratch_path("d")), 1);
}

/* What may be lost is replaced and reserved like everything else. */
TEST(what_may_be_lost_is_whole_all_the_same)
{
	f.may_be_lost = 1;
	set("old");
	ck_assert_int_eq(reserve(10), 0);
	ck_assert_int_eq(newfile_commit(&f, &content), 0);
	ck_assert_int_eq(reserve(10), 0);
	ck_assert_int_eq(f.may_be_lost, 1);
	expect("old");
	set("new");
	ck_assert_int_eq(newfile_commit(&f, &content), 0);
	expect("new");
	ck_assert_int_eq(scratch_count(scratch_path("d")), 1);
}

TEST(what_is_given_up_leaves_nothing)
{
	set("old");
	ck_assert_int_eq(reserve(10), 0);
	ck_assert_int_eq(newfile_commit(&f, &content), 0);
	ck_assert_int_eq(reserve(10), 0);
	newfile_abandon(&f);
	ck_assert_int_eq(f.fd, -1);
	expect("old");
	ck_assert_int_eq(scratch_count(scratch_path("d")), 1);
	newfile_abandon(&f);
}

static const mode_t masks[] = { 0, 022, 077, 0277, 0777 };

TABLE_TEST(the_mode_is_0600_under_any_umask, masks)
{
	mode_t before = umask(masks[_i]);
	struct stat st;
	int result = reserve(10);

	umask(before);
	ck_assert_msg(result == 0, "%s", why.text);
	ck_assert_int_eq(fstat(f.fd, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	set("x");
	ck_assert_int_eq(newfile_commit(&f, &content), 0);
	ck_assert_int_eq(stat(scratch_path("d/acct"), &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
}

TEST(leftovers_are_replaced)
{
	char *is;

	scratch_write(scratch_path("d/.acct.new"), 0666, "of a dead worker");
	set("new");
	ck_assert_int_eq(reserve(10), 0);
	ck_assert_int_eq(newfile_commit(&f, &content), 0);
	expect("new");
	ck_assert_int_eq(scratch_count(scratch_path("d")), 1);
	/* A link is dropped, and not followed. */
	scratch_write(scratch_path("victim"), 0600, "precious");
	ck_assert_int_eq(symlink("../victim", scratch_path("d/.acct.new")), 0);
	ck_assert_int_eq(reserve(10), 0);
	ck_assert_int_eq(newfile_commit(&f, &content), 0);
	is = scratch_read(scratch_path("victim"));
	ck_assert_str_eq(is, "precious");
	free(is);
	/* A folder there is an error that says where. */
	scratch_folder(scratch_path("d/.acct.new"), 0700);
	ck_assert_int_eq(reserve(10), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_msg(strstr(why.text, "/d/acct cannot be written") != NULL &&
	    strstr(why.text, "move it away") != NULL, "%s", why.text);
	expect("new");
}

TEST(the_longest_name_has_room)
{
	char name[201];
	int fd;

	memset(name, 'n', 200);
	name[200] = '\0';
	set("x");
	ck_assert_int_eq(newfile_reserve(&f, folder, &s, "d", name, 10, &why),
	    0);
	ck_assert_int_eq(newfile_commit(&f, &content), 0);
	ck_assert_int_ne(fd = openat(folder, name, O_RDONLY | O_CLOEXEC), -1);
	close(fd);
}

/* A limit on files' sizes stands for a disk that is full. */
static struct rlimit unlimited;
static struct sigaction before;

static void
fill_disk(rlim_t size)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct rlimit limit;

	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &unlimited), 0);
	limit = unlimited;
	limit.rlim_cur = size;
	sigaction(SIGXFSZ, &ignore, &before);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void
empty_disk(void)
{
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &unlimited), 0);
	sigaction(SIGXFSZ, &before, NULL);
}

TEST(a_full_disk_is_found_when_reserving)
{
	int result;

	set("old");
	ck_assert_int_eq(reserve(10), 0);
	ck_assert_int_eq(newfile_commit(&f, &content), 0);
	fill_disk(4096);
	result = reserve(70000);
	empty_disk();
	ck_assert_int_eq(result, -1);
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_msg(strstr(why.text, "account \"acct\": ") != NULL &&
	    strstr(why.text, "/d/acct cannot be written") != NULL, "%s",
	    why.text);
	ck_assert_int_eq(f.fd, -1);
	expect("old");
	ck_assert_int_eq(scratch_count(scratch_path("d")), 1);
}

TEST(a_commit_that_fails_can_be_repeated)
{
	char much[9000];
	int result, error;

	set("old");
	ck_assert_int_eq(reserve(10), 0);
	ck_assert_int_eq(newfile_commit(&f, &content), 0);
	memset(much, 'n', sizeof(much));
	much[sizeof(much) - 1] = '\0';
	set(much);
	ck_assert_int_eq(reserve(10), 0);
	fill_disk(4096);
	result = newfile_commit(&f, &content);
	error = errno;
	empty_disk();
	ck_assert_int_eq(result, -1);
	ck_assert_int_eq(error, EFBIG);
	expect("old");
	ck_assert_int_eq(newfile_commit(&f, &content), 0);
	expect(much);
	ck_assert_int_eq(scratch_count(scratch_path("d")), 1);
}

/* Of a user who is not the owner of what is there, and of one who is. */
LOOP_TEST(a_folder_that_may_not_be_written_is_told, 0, 2)
{
	const int is_root = scratch_started_as_root();
	const uid_t theirs = is_root && _i == 0 ? OTHER_UID - 1 : OTHER_UID;
	char command[SCOPE_PATH_MAX + 64];
	int result;

	if (is_root && _i == 0)
		snprintf(command, sizeof(command), "as root \"chown -R %d "
		    "%s\"", OTHER_UID, scratch());
	else
		snprintf(command, sizeof(command), "\"chmod -R u+rwX,go-w,o= "
		    "%s\"", scratch());
	ck_assert_int_eq(chmod(scratch_path("d"), 0500), 0);
	if (is_root) {
		s.owner = OTHER_UID;
		ck_assert_int_eq(chown(scratch_path("d"), theirs, theirs), 0);
	}
	scratch_become_user();
	result = reserve(10);
	scratch_become_root();
	chmod(scratch_path("d"), 0700);
	ck_assert_int_eq(result, -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "Permission denied"));
	ck_assert_msg(strstr(why.text, command) != NULL, "%s", why.text);
}

/* Who is to act: nobody, who has the disk, or who mounts it. */
LOOP_TEST(what_mends_it_hangs_on_the_reason, 0, 6)
{
	static const struct {
		int error;
		enum status code;
		const char *says;
	} rows[] = {
		{ ENOSPC, STATUS_LATER, "make room" },
		{ EDQUOT, STATUS_LATER, "raise its quota" },
		{ EFBIG, STATUS_LATER, "raise the limit" },
		{ EIO, STATUS_LATER, "look at the disk" },
		{ EROFS, STATUS_CONFIG, "mount it writable" },
		{ EBADF, STATUS_CONFIG, "so the provider is not asked" }
	};

	allocate_error = rows[_i].error;
	ck_assert_int_eq(reserve(10), -1);
	ck_assert_int_eq(errno, rows[_i].error);
	ck_assert_int_eq(why.code, rows[_i].code);
	ck_assert_ptr_nonnull(strstr(why.text, strerror(rows[_i].error)));
	ck_assert_msg(strstr(why.text, rows[_i].says) != NULL, "%s", why.text);
	ck_assert_int_eq(scratch_count(scratch_path("d")), 0);
}

/* Killed at one step: the old file stands, and the next one finds its way. */
static int
die_at(void *argument)
{
	int step = *(int *)argument;

	if (reserve(10) == -1)
		return 1;
	if (step == 1) {
		if (write(f.fd, "half", 4) != 4)
			return 1;
	}
	kill(getpid(), SIGKILL);
	return 1;
}

LOOP_TEST(a_kill_between_the_halves_loses_nothing, 0, 2)
{
	set("old");
	ck_assert_int_eq(reserve(10), 0);
	ck_assert_int_eq(newfile_commit(&f, &content), 0);
	ck_assert_int_eq(scratch_wait(scratch_fork(die_at, &_i)), -1);
	expect("old");
	ck_assert_int_eq(scratch_count(scratch_path("d")), 2);
	set("new");
	ck_assert_int_eq(reserve(10), 0);
	ck_assert_int_eq(newfile_commit(&f, &content), 0);
	expect("new");
	ck_assert_int_eq(scratch_count(scratch_path("d")), 1);
}

/*
 * Killed at any moment: whoever reads finds one of the texts whole. How far
 * the child gets does not matter.
 */
#define KILLS 40

static int
write_on(void *argument)
{
	volatile int *rounds = argument;
	char text[6000];

	for (;; (*rounds)++) {
		memset(text, 'a' + *rounds % 26, sizeof(text));
		text[sizeof(text) - 1] = '\0';
		buf_reset(&content);
		if (buf_adds(&content, text) == -1 || reserve(8000) == -1 ||
		    newfile_commit(&f, &content) == -1)
			return 1;
	}
}

TEST(a_kill_at_any_moment_leaves_a_whole_file)
{
	int *rounds = mmap(NULL, sizeof(*rounds), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0), i;
	char *is;
	pid_t child;

	ck_assert_ptr_ne(rounds, MAP_FAILED);
	for (i = 0; i < KILLS; i++) {
		child = scratch_fork(write_on, rounds);
		poll(NULL, 0, i % 4);
		scratch_kill(child);
		if ((is = scratch_read(scratch_path("d/acct"))) == NULL)
			continue;
		ck_assert_uint_eq(strlen(is), 5999);
		ck_assert_uint_eq(strspn(is, (char[]){ is[0], '\0' }), 5999);
		free(is);
	}
	munmap(rounds, sizeof(*rounds));
}
