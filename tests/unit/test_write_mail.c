/* SPDX-License-Identifier: BSD-2-Clause */
/* test_write_mail.c - from standard input to the mail file */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "common/header_fields.h"
#include "sendmail/write_mail.h"

#include "unit.h"	/* last: check.h has a macro fail() */

FIXTURE(scratch_setup, scratch_teardown);

static struct mail_input in;
static struct spool spool;
static struct failure why;

static void
open_input(const char *text, size_t len, int dot_ends)
{
	const char *path = scratch_path("mail");

	scratch_bytes(path, 0600, text, len);
	memset(&in, 0, sizeof(in));
	in.fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_int_ne(in.fd, -1);
	in.dot_ends = dot_ends;
}

/* What write_mail makes of user's text, to be freed; NULL with why. */
static char *
write_as(const char *user, struct order *o, const char *text, size_t len)
{
	char *mail = NULL;
	struct stat st;

	open_input(text, len, o->dot_ends);
	ck_assert_int_eq(spool_open(&spool, &why), 0);
	if (write_mail(&spool, o, &in, user, &why) == 0) {
		ck_assert_int_eq(fstat(spool.fd, &st), 0);
		ck_assert_uint_eq(st.st_nlink, 0);
		ck_assert_int_eq(st.st_size, spool.size);
		mail = calloc(1, (size_t)st.st_size + 1);
		ck_assert_int_eq(pread(spool.fd, mail, (size_t)st.st_size, 0),
		    st.st_size);
	}
	spool_close(&spool);
	close(in.fd);
	order_free(o);
	return mail;
}

static char *
write_text(struct order *o, const char *text, size_t len)
{
	return write_as("root", o, text, len);
}

static const struct {
	struct order o;
	const char *to;		/* of the command line, or NULL */
	const char *text;
	const char *mail;
} mails[] = {
	{ { .sender = "a@b" }, "x@y", "Subject: s\n\nbody",
	    "a@b\nx@y\n\nSubject: s\n\nbody" },
	{ { .sender = NULL }, "x@y, z", "", "root\nx@y\nz\n\n" },
	{ { .sender = "" }, "x@y", "x\r\n", "\nx@y\n\nx\r\n" },
	{ { .sender = "<>" }, "x@y", "x", "\nx@y\n\nx" },
	{ { .sender = "Alice <a@b>" }, "x@y", "x", "a@b\nx@y\n\nx" },
	/* -t: Bcc counts, and is left out. */
	{ { .is_in_header = 1 }, NULL,
	    "To: A <x@y>,\n z\nBcc: v@w\nCC: x@Y\nSubject: s\n\nTo: u\n",
	    "root\nx@y\nz\nv@w\n\nTo: A <x@y>,\n z\nCC: x@Y\nSubject: s\n\n"
	    "To: u\n" },
	/* A comma in a name without quotes; and a user in front of a name. */
	{ { .is_in_header = 1 }, NULL,
	    "To: No-User, Some One <x@y>\nCc: Root, Admin <v@w>\n\nb",
	    "root\nx@y\nRoot\nv@w\n\nTo: No-User, Some One <x@y>\n"
	    "Cc: Root, Admin <v@w>\n\nb" },
	/* What is not written as a name is an address of this machine. */
	{ { .is_in_header = 1 }, NULL,
	    "To: webmaster, Postmaster, Al <a@x>\n\nb",
	    "root\nwebmaster\nPostmaster\na@x\n\n"
	    "To: webmaster, Postmaster, Al <a@x>\n\nb" },
	{ { .is_in_header = 1 }, "first", "To: x@y\n",
	    "root\nfirst\nx@y\n\nTo: x@y\n\n" },
	{ { .is_in_header = 1 }, NULL,
	    "Bcc: Friends: x@y, v@w;\nbcc:\n u\n\nbody",
	    "root\nx@y\nv@w\nu\n\n\nbody" },
	{ { .is_in_header = 1 }, NULL,
	    "From root Mon\nResent-To: n@m\nResent-Bcc: o@m\nTo: x@y\n\nb",
	    "root\nn@m\no@m\n\nResent-To: n@m\nTo: x@y\n\nb" },
	{ { .is_in_header = 1 }, NULL,
	    "From root Mon\n>From a Tue\nTo: x@y\nBcc: v@w\n\nb",
	    "root\nx@y\nv@w\n\nTo: x@y\n\nb" },
	{ { .is_in_header = 1 }, NULL, "To: x@y\nno field\n",
	    "root\nx@y\n\nTo: x@y\n\nno field\n" },
	{ { .is_in_header = 1 }, NULL,
	    "To: x@y\r\r\nCc: z\r\r\nBcc: v@w\r\r\nA: b\r\r\n\r\r\nb",
	    "root\nx@y\nz\nv@w\n\nTo: x@y\nCc: z\nA: b\n\nb" },
	/* The empty line is not taken for the end of the last field. */
	{ { .is_in_header = 1 }, NULL, "To: x@y\rBcc: v@w\n\nSubject: b\n",
	    "root\nx@y\nv@w\n\nTo: x@y\n\nSubject: b\n" },
	/* A lone CR in a value does not end the header. */
	{ { .is_in_header = 1 }, NULL,
	    "To: x@y\nSubject: 10%\r20%\nCc: z\nBcc: v@w\nA: b\n\nb",
	    "root\nx@y\nz\nv@w\n\nTo: x@y\nSubject: 10%\r20%\nCc: z\nA: b\n"
	    "\nb" },
	/* -F */
	{ { .full_name = "Cron \"D\\\n" }, "x@y", "Subject: s\n\nb",
	    "root\nx@y\n\nFrom: \"Cron D\" <root>\nSubject: s\n\nb" },
	{ { .full_name = "Cron" }, "x@y", "b\n",
	    "root\nx@y\n\nFrom: \"Cron\" <root>\n\nb\n" },
	{ { .full_name = "Cron" }, "x@y", "From: me\n\nb",
	    "root\nx@y\n\nFrom: me\n\nb" },
	{ { .full_name = "Cron", .sender = "" }, "x@y", "A: b\n\nb",
	    "\nx@y\n\nA: b\n\nb" },
	/* A dot alone. */
	{ { .dot_ends = 1 }, "x", "a\n.\nb\n", "root\nx\n\na\n" },
	{ { .dot_ends = 1 }, "x", "a\r\n.\r\nb\n", "root\nx\n\na\r\n" },
	{ { .dot_ends = 1 }, "x", ".\nb\n", "root\nx\n\n" },
	{ { .dot_ends = 1 }, "x", "..\n.a\n.\rb\na.\n.",
	    "root\nx\n\n..\n.a\n.\rb\na.\n." },
	{ { .dot_ends = 1 }, "x", ".\r", "root\nx\n\n.\r" },
	{ { .dot_ends = 0 }, "x", "a\n.\nb\n", "root\nx\n\na\n.\nb\n" },
	{ { .dot_ends = 1, .is_in_header = 1 }, NULL, "To: x\n.\nBcc: y\n",
	    "root\nx\n\nTo: x\n\n" },
};

TABLE_TEST(writes, mails)
{
	struct order o = mails[_i].o;
	char *mail = NULL;

	if (mails[_i].to != NULL)
		ck_assert_int_eq(recipients_add(&o.to, mails[_i].to,
		    strlen(mails[_i].to), &why), 0);
	mail = write_text(&o, mails[_i].text, strlen(mails[_i].text));
	ck_assert_msg(mail != NULL, "%s", why.text);
	ck_assert_str_eq(mail, mails[_i].mail);
	free(mail);
}

static const struct {
	struct order o;
	const char *text;
	const char *why;
} refused[] = {
	{ { .is_in_header = 1 }, "Subject: s\n\nTo: x@y\n", "no recipient" },
	{ { .is_in_header = 1 }, "", "no recipient" },
	{ { .is_in_header = 1 }, "To: undisclosed-recipients:;\n\n",
	    "no recipient" },
	/* All or none. */
	{ { .is_in_header = 1 }, "To: x@y\nCc: a b\n\n", "\"a b\"" },
	{ { .is_in_header = 1, .sender = "a@b@c" }, "To: x@y\n\n", "a@b@c" },
	{ { .is_in_header = 1, .sender = "a, b" }, "To: x@y\n\n", "a, b" },
};

TABLE_TEST(refuses, refused)
{
	struct order o = refused[_i].o;

	ck_assert_ptr_null(write_text(&o, refused[_i].text,
	    strlen(refused[_i].text)));
	ck_assert_int_eq(why.code, STATUS_MESSAGE);
	ck_assert_msg(strstr(why.text, refused[_i].why) != NULL, "%s",
	    why.text);
}

/* Users of a domain; and what no sender can be made of. */
static const struct {
	const char *user;
	const char *sender;
} users[] = {
	{ "alice", "alice" },
	{ "alice.b", "alice.b" },
	{ "EXAMPLE\\alice", "alice" },
	{ "FOREST\\EXAMPLE\\alice", "alice" },
	{ "alice@ad.example.com", "alice" },
	{ "EXAMPLE\\alice@ad.example.com", "alice" },
	{ "EXAMPLE+alice", "EXAMPLE+alice" },
	{ "j\303\266rg", "j\303\266rg" },
	{ "john smith", "nobody" },
	{ "EXAMPLE\\john smith", "nobody" },
	{ "EXAMPLE\\", "nobody" },
	{ "@example.com", "nobody" },
	{ "", "nobody" },
	{ "a,b", "nobody" },
	{ "a,", "nobody" },
	{ "a:b", "nobody" },
	{ "a (b)", "nobody" },
	{ "<alice>", "nobody" },
	{ "\"a b\"", "nobody" },
	{ "a\nb", "nobody" },
};

TABLE_TEST(names_the_sender, users)
{
	struct order o = { .is_in_header = 1 };
	char expected[64] = "", *mail = NULL;

	mail = write_as(users[_i].user, &o, "To: x@y\n", 8);
	ck_assert_msg(mail != NULL, "%s", why.text);
	snprintf(expected, sizeof(expected), "%s\nx@y\n\nTo: x@y\n\n",
	    users[_i].sender);
	ck_assert_str_eq(mail, expected);
	free(mail);
}

/* Blocks of both buffers, and of the header's, end in the middle of it. */
TEST(large)
{
	const size_t len = 3 * HEADER_MAX + 7;
	struct order o = { .is_in_header = 1, .dot_ends = 1 };
	char *text = malloc(len + 1), *mail = NULL;
	size_t i;

	memcpy(text, "To: x@y\n\n", 9);
	for (i = 9; i < len; i++)
		text[i] = i % 70 == 0 ? '\n' : i % 70 == 1 ? '.' : 'a';
	text[len] = '\0';
	mail = write_text(&o, text, len);
	ck_assert_msg(mail != NULL, "%s", why.text);
	ck_assert_int_eq(strncmp(mail, "root\nx@y\n\n", 10), 0);
	ck_assert_str_eq(mail + 10, text);
	free(mail);
	free(text);
}

TEST(header_too_large)
{
	struct order o = { .is_in_header = 1 };
	const size_t len = HEADER_MAX + 1;
	char *text = malloc(len);

	memset(text, 'a', len);
	memcpy(text, "To: x\nA:", 8);
	ck_assert_ptr_null(write_text(&o, text, len));
	ck_assert_int_eq(why.code, STATUS_MESSAGE);
	ck_assert_ptr_nonnull(strstr(why.text, "header is larger"));
	free(text);
}

/* One line, larger than a header may be: the worker takes it for the body. */
TEST(body_without_line_end)
{
	struct order o = { .full_name = "Cron" };
	const size_t len = HEADER_MAX + 1;
	char *text = malloc(len + 1), *mail = NULL;

	memset(text, 'a', len);
	text[len] = '\0';
	ck_assert_int_eq(recipients_add(&o.to, "x@y", 3, &why), 0);
	mail = write_text(&o, text, len);
	ck_assert_msg(mail != NULL, "%s", why.text);
	ck_assert_str_eq(strstr(mail, "\n\naaa") + 2, text);
	free(mail);
	free(text);
}

/* A folder is opened, and cannot be read. */
TEST(broken_input)
{
	struct order o = { .dot_ends = 1 };

	ck_assert_int_eq(recipients_add(&o.to, "x", 1, &why), 0);
	memset(&in, 0, sizeof(in));
	in.fd = open(scratch(), O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(spool_open(&spool, &why), 0);
	ck_assert_int_eq(write_mail(&spool, &o, &in, "root", &why), -1);
	ck_assert_int_eq(why.code, STATUS_LATER);
	spool_close(&spool);
	close(in.fd);
	order_free(&o);
}

static int writing_end;

static void
write_late(int number)
{
	(void)number;
	if (write(writing_end, "late\n", 5) == 5)
		close(writing_end);
}

/* A pipe that another process made so, which has nothing yet. */
TEST(input_without_waiting)
{
	const struct itimerval soon = { .it_value = { .tv_usec = 50000 } };
	struct order o = { .dot_ends = 1 };
	char text[32] = "";
	int ends[2];

	ck_assert_int_eq(recipients_add(&o.to, "x", 1, &why), 0);
	ck_assert_int_eq(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
	memset(&in, 0, sizeof(in));
	in.fd = ends[0];
	writing_end = ends[1];
	signal(SIGALRM, write_late);
	ck_assert_int_eq(spool_open(&spool, &why), 0);
	ck_assert_int_eq(setitimer(ITIMER_REAL, &soon, NULL), 0);
	ck_assert_int_eq(write_mail(&spool, &o, &in, "root", &why), 0);
	signal(SIGALRM, SIG_DFL);
	ck_assert_int_eq(pread(spool.fd, text, sizeof(text) - 1, 0), 13);
	ck_assert_str_eq(text, "root\nx\n\nlate\n");
	spool_close(&spool);
	close(in.fd);
	order_free(&o);
}

/* As on a full disk, for any user: no file may have a byte. */
TEST(no_room)
{
	static char block[SPOOL_BLOCK];
	struct rlimit before, none;
	int result = 0;

	ck_assert_int_eq(spool_open(&spool, &why), 0);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	none = (struct rlimit){ 0, before.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
	result = spool_add(&spool, block, sizeof(block), &why);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
	ck_assert_int_eq(result, -1);
	ck_assert_int_eq(why.code, STATUS_LATER);
	spool_close(&spool);
}

TEST(too_large)
{
	ck_assert_int_eq(spool_open(&spool, &why), 0);
	spool.size = SPOOL_MAX;
	ck_assert_int_eq(spool_add(&spool, "", 0, &why), 0);
	ck_assert_int_eq(spool_add(&spool, "a", 1, &why), -1);
	ck_assert_int_eq(why.code, STATUS_MESSAGE);
	spool_close(&spool);
}

/* Without a descriptor for it there is no file anywhere. */
LOOP_TEST(no_folder, 0, 2)
{
	struct rlimit before, none;
	int result = 0;

	/* It counts by itself, and too late: the files would stay. */
	if (scratch_is_valgrind())
		return;
	if (_i == 0)
		unsetenv("TMPDIR");
	else
		setenv("TMPDIR", scratch(), 1);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = (struct rlimit){ 0, before.rlim_max };
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	result = spool_open(&spool, &why);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	ck_assert_int_eq(result, -1);
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_msg(strstr(why.text, _i == 0 ? "mail in /var/tmp or /tmp" :
	    "in TMPDIR, /var/tmp or /tmp") != NULL, "%s", why.text);
}

TEST(folders)
{
	ck_assert_int_eq(setenv("TMPDIR", scratch_path("none"), 1), 0);
	ck_assert_int_eq(spool_open(&spool, &why), 0);
	spool_close(&spool);
	ck_assert_int_eq(setenv("TMPDIR", scratch(), 1), 0);
	ck_assert_int_eq(spool_open(&spool, &why), 0);
	ck_assert_int_eq(scratch_count(scratch()), 0);
	spool_close(&spool);
}
