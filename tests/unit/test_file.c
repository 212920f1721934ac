/* SPDX-License-Identifier: BSD-2-Clause */
/* test_file.c - open first, then judge the descriptor */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "disk/file.h"
#include "set_text.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static struct failure why;
static uid_t ours;

static void
setup(void)
{
	scratch_setup();
	ours = geteuid();
	memset(&why, 0, sizeof(why));
}

FIXTURE(setup, scratch_teardown);

static int
open_it(const char *name, enum file_want want)
{
	int fd;

	errno = 0;
	fd = file_open(AT_FDCWD, scratch_path("%s", name), want, ours,
	    "the path", &why);
	if (fd != -1)
		ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	return fd;
}

static void
expect_refused(const char *name, enum file_want want, int error,
    const char *says)
{
	ck_assert_int_eq(open_it(name, want), -1);
	ck_assert_int_eq(errno, error);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_msg(strncmp(why.text, "the path: ", 10) == 0 &&
	    strstr(why.text, says) != NULL, "%s", why.text);
	/* why may be NULL, and errno is the same. */
	errno = 0;
	ck_assert_int_eq(file_open(AT_FDCWD, scratch_path("%s", name), want,
	    ours, "the path", NULL), -1);
	ck_assert_int_eq(errno, error);
}

static const struct {
	mode_t mode;
	int shown, secret;	/* may be opened as such */
} modes[] = {
	{ 0600, 1, 1 }, { 0400, 1, 1 }, { 0640, 1, 1 }, { 0440, 1, 1 },
	{ 0700, 1, 1 }, { 0644, 1, 0 }, { 0604, 1, 0 }, { 0444, 1, 0 },
	{ 0601, 1, 0 }, { 0755, 1, 0 }, { 0620, 0, 0 }, { 0660, 0, 0 },
	{ 0664, 0, 0 }, { 0602, 0, 0 }, { 0606, 0, 0 }, { 0666, 0, 0 },
	{ 0777, 0, 0 },
};

TABLE_TEST(the_mode_of_a_file_is_judged, modes)
{
	mode_t mode = modes[_i].mode;
	int fd;

	scratch_write(scratch_path("f"), mode, "x");
	fd = open_it("f", FILE_SHOWN);
	ck_assert_int_eq(fd != -1, modes[_i].shown);
	if (fd != -1)
		close(fd);
	else
		expect_refused("f", FILE_SHOWN, EPERM, "\"chmod go-w ");
	fd = open_it("f", FILE_SECRET);
	ck_assert_int_eq(fd != -1, modes[_i].secret);
	if (fd != -1)
		close(fd);
	else
		expect_refused("f", FILE_SECRET, EPERM, modes[_i].shown ?
		    "every user may read it" : "others may write to it");
}

static const struct {
	mode_t mode;
	int opens;
} folder_modes[] = {
	{ 0700, 1 }, { 0755, 1 }, { 0750, 1 }, { 01755, 1 }, { 0770, 0 },
	{ 0757, 0 }, { 0777, 0 }, { 01777, 0 },
};

TABLE_TEST(the_mode_of_a_folder_is_judged, folder_modes)
{
	int fd;

	scratch_folder(scratch_path("d"), folder_modes[_i].mode);
	fd = open_it("d", FILE_FOLDER);
	ck_assert_int_eq(fd != -1, folder_modes[_i].opens);
	if (fd != -1)
		close(fd);
	else
		expect_refused("d", FILE_FOLDER, EPERM, "others may write");
}

TEST(what_is_not_there_is_enoent)
{
	expect_refused("none", FILE_SHOWN, ENOENT, "No such file");
	expect_refused("none", FILE_SECRET, ENOENT, "No such file");
	expect_refused("none", FILE_FOLDER, ENOENT, "No such file");
	expect_refused("none/f", FILE_SHOWN, ENOENT, "No such file");
}

TEST(a_folder_below_a_file_is_enotdir)
{
	scratch_write(scratch_path("f"), 0600, "x");
	expect_refused("f/d", FILE_FOLDER, ENOTDIR, "Not a directory");
	expect_refused("f/d", FILE_SHOWN, ENOTDIR, "Not a directory");
}

TEST(another_kind_of_file_is_refused)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	scratch_folder(scratch_path("d"), 0700);
	scratch_write(scratch_path("f"), 0600, "x");
	ck_assert_int_eq(mkfifo(scratch_path("fifo"), 0600), 0);
	set_text(a.sun_path, scratch_path("socket"));
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	expect_refused("d", FILE_SHOWN, EPERM, "not a regular file");
	expect_refused("d", FILE_SECRET, EPERM, "not a regular file");
	/* A FIFO without a writer would make an open wait. */
	expect_refused("fifo", FILE_SHOWN, EPERM, "not a regular file");
	expect_refused("fifo", FILE_FOLDER, EPERM, "not a folder");
	expect_refused("f", FILE_FOLDER, EPERM, "not a folder");
	ck_assert_int_eq(open_it("socket", FILE_SHOWN), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	close(fd);
}

TEST(a_link_is_refused_whatever_it_names)
{
	scratch_folder(scratch_path("d"), 0700);
	scratch_write(scratch_path("f"), 0600, "x");
	ck_assert_int_eq(symlink("d", scratch_path("to-d")), 0);
	ck_assert_int_eq(symlink("f", scratch_path("to-f")), 0);
	ck_assert_int_eq(symlink("none", scratch_path("to-none")), 0);
	expect_refused("to-f", FILE_SHOWN, EPERM, "is a symbolic link: put "
	    "the real file there");
	expect_refused("to-f", FILE_SECRET, EPERM, "symbolic link");
	expect_refused("to-d", FILE_FOLDER, EPERM, "is a symbolic link: put "
	    "the real folder there");
	expect_refused("to-none", FILE_SHOWN, EPERM, "symbolic link");
	expect_refused("to-none", FILE_FOLDER, EPERM, "symbolic link");
}

TEST(a_folder_may_be_given_open)
{
	int folder = open(scratch(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd;
	struct stat st;

	scratch_write(scratch_path("f"), 0600, "four");
	fd = file_open_stat(folder, "f", FILE_SECRET, ours, "p", &st, &why);
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(st.st_size, 4);
	close(fd);
	fd = file_open(folder, "none", FILE_SECRET, ours, "p", &why);
	ck_assert_int_eq(fd, -1);
	close(folder);
}

TEST(what_may_not_be_read_is_eacces)
{
	scratch_folder(scratch_path("shut"), 0755);
	scratch_write(scratch_path("shut/f"), 0600, "x");
	scratch_write(scratch_path("f"), 0600, "x");
	ck_assert_int_eq(chmod(scratch_path("shut"), 0), 0);
	ck_assert_int_eq(chmod(scratch_path("f"), 0), 0);
	scratch_become_user();
	expect_refused("f", FILE_SHOWN, EACCES, "Permission denied");
	expect_refused("shut/f", FILE_SHOWN, EACCES, "Permission denied");
	scratch_become_root();
	chmod(scratch_path("shut"), 0755);
}

/* As root only: nobody else can make what belongs to somebody else. */
TEST(the_owner_is_judged)
{
	if (!scratch_started_as_root())
		return;
	scratch_write(scratch_path("f"), 0644, "x");
	scratch_folder(scratch_path("d"), 0755);
	ck_assert_int_eq(chown(scratch_path("f"), 4711, 0), 0);
	ck_assert_int_eq(chown(scratch_path("d"), 4711, 0), 0);
	ours = 4712;
	expect_refused("f", FILE_SHOWN, EPERM, "belongs to uid 4711, not "
	    "to uid 4712: \"chown 4712 ");
	expect_refused("d", FILE_FOLDER, EPERM, "belongs to uid 4711");
	ours = 4711;
	close(open_it("f", FILE_SHOWN));
	ck_assert_int_eq(errno, 0);
	/* root may own what anybody uses. */
	ck_assert_int_eq(chown(scratch_path("f"), 0, 0), 0);
	close(open_it("f", FILE_SHOWN));
	ck_assert_int_eq(errno, 0);
}

TEST(a_judgement_without_an_open)
{
	struct stat st;

	scratch_folder(scratch_path("d"), 0755);
	ck_assert_int_eq(lstat(scratch_path("d"), &st), 0);
	ck_assert_int_eq(file_judge(&st, FILE_FOLDER, ours, "p", &why), 0);
	ck_assert_int_eq(file_judge(&st, FILE_SHOWN, ours, "p", &why), -1);
	ck_assert_str_eq(why.text, "p: not a regular file");
	st.st_mode |= 020;
	ck_assert_int_eq(file_judge(&st, FILE_FOLDER, ours, "p", &why), -1);
	st.st_mode = S_IFLNK | 0700;
	ck_assert_int_eq(file_judge(&st, FILE_FOLDER, ours, "p", &why), -1);
	ck_assert_int_eq(file_judge(&st, FILE_FOLDER, ours, "p", NULL), -1);
}

static int
read_into(struct buf *b, size_t size)
{
	char *data = malloc(size + 1);
	size_t i;
	int fd, result;

	for (i = 0; i < size; i++)
		data[i] = (char)('a' + i % 26);
	scratch_bytes(scratch_path("f"), 0600, data, size);
	fd = open(scratch_path("f"), O_RDONLY | O_CLOEXEC);
	errno = 0;
	result = file_read(fd, b);
	close(fd);
	if (result == 0) {
		ck_assert_uint_eq(b->len, size);
		if (size > 0)
			ck_assert_mem_eq(b->data, data, size);
		ck_assert_str_eq(buf_text(b) + size, "");
	}
	free(data);
	return result;
}

static const size_t sizes[] = { 0, 1, 127, 128, 4096, 16383, 16384, 16385,
    50000 };

TABLE_TEST(a_file_is_read_whole, sizes)
{
	struct buf b = BUF_INIT(50000);

	ck_assert_int_eq(read_into(&b, sizes[_i]), 0);
	buf_free(&b);
}

TEST(a_file_too_long_is_emsgsize)
{
	struct buf b = BUF_INIT(100);

	ck_assert_int_eq(read_into(&b, 100), 0);
	buf_free(&b);
	ck_assert_int_eq(read_into(&b, 101), -1);
	ck_assert_int_eq(errno, EMSGSIZE);
	buf_free(&b);
	ck_assert_int_eq(read_into(&b, 40000), -1);
	ck_assert_int_eq(errno, EMSGSIZE);
	buf_free(&b);
}

TEST(what_was_there_stays_before_it)
{
	struct buf b = BUF_INIT(10);
	int fd;

	scratch_write(scratch_path("f"), 0600, "1234567");
	fd = open(scratch_path("f"), O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(buf_adds(&b, "abc"), 0);
	ck_assert_int_eq(file_read(fd, &b), 0);
	ck_assert_str_eq(buf_text(&b), "abc1234567");
	close(fd);
	fd = open(scratch_path("f"), O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(file_read(fd, &b), -1);
	ck_assert_int_eq(errno, EMSGSIZE);
	close(fd);
	buf_free(&b);
}

TEST(what_cannot_be_read_is_an_error)
{
	struct buf b = BUF_INIT(100000);
	int fd = open(scratch(), O_RDONLY | O_CLOEXEC);

	ck_assert_int_eq(file_read(-1, &b), -1);
	ck_assert_int_eq(errno, EBADF);
	ck_assert_int_eq(file_read(fd, &b), -1);
	ck_assert_int_eq(errno, EISDIR);
	close(fd);
	buf_free(&b);
}
