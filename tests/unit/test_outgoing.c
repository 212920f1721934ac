/* SPDX-License-Identifier: BSD-2-Clause */
/* test_outgoing.c - a mail as it is to be sent */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scratch.h"
#include "send/outgoing.h"

#include <check.h>	/* last: it has a macro fail() */

#define ENVELOPE "alice@example.org\nbob@example.net\n\n"
#define HEADER "From: alice@example.org\nTo: bob@example.net\n" \
	"Date: Sun, 29 Nov 2026 12:00:00 +0000\nMessage-ID: <1@example.org>\n"
#define HEADER_SENT "From: alice@example.org\r\nTo: bob@example.net\r\n" \
	"Date: Sun, 29 Nov 2026 12:00:00 +0000\r\n" \
	"Message-ID: <1@example.org>\r\n\r\n"

static const struct outgoing_rules by_smtp = {
	.address = "alice@example.org", .from = "alice@example.org" };

static struct outgoing mail;
static struct failure why;
static int file = -1;

static int
open_bytes(const void *data, size_t len, const struct outgoing_rules *rules)
{
	scratch_bytes(scratch_path("mail"), 0600, data, len);
	file = open(scratch_path("mail"), O_RDONLY | O_CLOEXEC);
	ck_assert_int_ne(file, -1);
	return outgoing_open(&mail, file, rules, &why);
}

static int
open_text(const char *text)
{
	return open_bytes(text, strlen(text), &by_smtp);
}

static void
close_mail(void)
{
	outgoing_close(&mail);
	close(file);
}

/* All that is sent, by reads of that size; to be freed. */
static char *
read_all(size_t size)
{
	char *all = calloc(1, 1 << 20);
	size_t len = 0;
	ssize_t n = 0;

	while ((n = outgoing_read(&mail, all + len, size)) > 0) {
		ck_assert_uint_le((size_t)n, size);
		len += (size_t)n;
	}
	ck_assert_int_eq(n, 0);
	return all;
}

/*
 * The content
 */

static const struct {
	const char *content;
	const char *sent;
} contents[] = {
	{ "", "" },
	{ "a\n", "a\r\n" },
	{ "a\r\nb\r\n", "a\r\nb\r\n" },
	{ "a", "a\r\n" },
	{ "a\nb", "a\r\nb\r\n" },
	{ "a\r", "a\r\n" },
	{ "a\r\r\n", "a\r\n" },
	{ "a\rb\n", "a\r\nb\r\n" },
	{ "a\r\rb\n", "a\r\n\r\nb\r\n" },
	{ "\r\r", "\r\n\r\n" },
	{ "\n\n", "\r\n\r\n" },
	{ ".\n..\n.", ".\r\n..\r\n.\r\n" },
	{ "a\r.\rb\n", "a\r\n.\r\nb\r\n" },
	{ "gr\xc3\xbc\xdf\n", "gr\xc3\xbc\xdf\r\n" }
};

START_TEST(ends_each_line_with_crlf)
{
	static const size_t sizes[] = { 2, 3, 7, 65536 };
	char text[512] = "", expected[512] = "", *all = NULL;
	size_t i = 0;

	snprintf(text, sizeof(text), ENVELOPE HEADER "\n%s",
	    contents[_i].content);
	snprintf(expected, sizeof(expected), HEADER_SENT "%s",
	    contents[_i].sent);
	ck_assert_int_eq(open_text(text), 0);
	ck_assert_int_eq(outgoing_size(&mail), (int64_t)strlen(expected));
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		outgoing_rewind(&mail);
		all = read_all(sizes[i]);
		ck_assert_str_eq(all, expected);
		free(all);
	}
	close_mail();
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("outgoing");
	TCase *t = tcase_create("content");

	tcase_add_checked_fixture(t, scratch_setup, scratch_teardown);
	tcase_add_loop_test(t, ends_each_line_with_crlf, 0,
	    (int)(sizeof(contents) / sizeof(contents[0])));
	suite_add_tcase(s, t);
	return scratch_run(s);
}
