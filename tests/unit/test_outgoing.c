/* SPDX-License-Identifier: BSD-2-Clause */
/* test_outgoing.c - a mail as it is to be sent */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/header_fields.h"
#include "send/outgoing.h"

#define MACHINE "relay.example.net"

/* The name of the machine that these mails are of. */
static int
get_machine(char *name, size_t size)
{
	return snprintf(name, size, MACHINE) < (int)size ? 0 : -1;
}

#define gethostname(name, size) get_machine(name, size)
#include "send/own_names.c"
#undef gethostname

#include "unit.h"	/* last: check.h has a macro fail() */

FIXTURE(scratch_setup, scratch_teardown);

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

/* A hole costs its sender nothing, and would be read to its end. */
TEST(a_file_larger_than_any_mail_is_refused)
{
	scratch_write(scratch_path("mail"), 0600, ENVELOPE HEADER "\n");
	ck_assert_int_eq(truncate(scratch_path("mail"), (off_t)1 << 40), 0);
	file = open(scratch_path("mail"), O_RDONLY | O_CLOEXEC);
	ck_assert_int_ne(file, -1);
	ck_assert_int_eq(outgoing_open(&mail, file, &by_smtp, &why), -1);
	ck_assert_int_eq(why.code, STATUS_MESSAGE);
	close_mail();
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

TABLE_TEST(ends_each_line_with_crlf, contents)
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

/*
 * The header
 */

#define SENT_DATE "Date: Sun, 29 Nov 2026 12:00:00 +0000\n"
#define SENT_ID "Message-ID: <1@example.org>\n"
#define KEPT SENT_DATE SENT_ID
#define SENDER "From: alice@example.org\n"

static const struct outgoing_rules by_api = {
	.address = "alice@example.org", .from = "alice@example.org",
	.recipients_in_header = 1 };
static const struct outgoing_rules by_other = {
	.address = "alice@example.org", .from = "cron@example.com" };

#define SMTP &by_smtp
#define API &by_api
#define OTHER &by_other

/* Lines end in LF here; what is sent is compared without its CRs. */
static const struct {
	const struct outgoing_rules *rules;
	const char *recipients;
	const char *header;
	const char *sent;
} headers[] = {
	/* Nothing to do; names in any case, and order, stay */
	{ SMTP, "bob@x.example\n", "Subject: a\n b\nFROM: Al <alice@x.example>"
	    "\nTO: bob@x.example\n" KEPT, "Subject: a\n b\n"
	    "FROM: Al <alice@x.example>\nTO: bob@x.example\n" KEPT },
	/* Bcc, by any name, folded, with a blank before the colon */
	{ SMTP, "bob@x.example\n", "Bcc: bob@x.example\n" SENDER KEPT,
	    SENDER KEPT },
	{ SMTP, "bob@x.example\n", SENDER "bCC : bob@x.example,\n"
	    "\tcarl@x.example\n" KEPT "Resent-Bcc: c@x.example\n",
	    SENDER KEPT },
	{ SMTP, "bob@x.example\n", SENDER KEPT "Bcc:\nX-Bcc: no\n",
	    SENDER KEPT "X-Bcc: no\n" },
	/* CRs in front of an LF end one line */
	{ SMTP, "bob@x.example\n", SENDER KEPT "To: a@x.example\r\r\n"
	    "Bcc: b@x.example\r\r\nSubject: a\r\r\n b\r\r\n\r\r", SENDER KEPT
	    "To: a@x.example\nSubject: a\n b\n" },
	/* A CR by itself hides no field */
	{ SMTP, "bob@x.example\n", SENDER KEPT "Subject: a\rBcc: b@x.example\n",
	    SENDER KEPT "Subject: a\n" },
	{ SMTP, "bob@x.example\n", SENDER KEPT "To: a@x.example,\r b@x.example"
	    "\nSubject: 10%\r20%\r\rof it\nBcc: c@x.example\n", SENDER KEPT
	    "To: a@x.example,  b@x.example\nSubject: 10% 20% of it\n" },
	/* Senders of this machine */
	{ OTHER, "bob@x.example\n", "From: root (Cron Daemon)\n" KEPT,
	    "From: cron@example.com (Cron Daemon)\n" KEPT },
	{ OTHER, "bob@x.example\n", "From: \"The, Root\" <root@localhost>\n"
	    KEPT, "From: \"The, Root\" <cron@example.com>\n" KEPT },
	{ OTHER, "bob@x.example\n", "From: root@localhost.localdomain\n"
	    "Sender: Al\n\t<al@some-machine>\nResent-From: x@y\n" KEPT,
	    "From: cron@example.com\nSender: Al\n\t<cron@example.com>\n"
	    "Resent-From: cron@example.com\n" KEPT },
	{ OTHER, "bob@x.example\n", "From: Al <al@Relay.Example.NET>\n"
	    "Sender: al@mail." MACHINE "\n" KEPT, "From: Al "
	    "<cron@example.com>\nSender: al@mail." MACHINE "\n" KEPT },
	{ OTHER, "bob@x.example\n", "From: a@other.example, root, b@[192.0.2.1]"
	    "\n" KEPT, "From: a@other.example, cron@example.com, "
	    "b@[192.0.2.1]\n" KEPT },
	/* Words are no address */
	{ OTHER, "bob@x.example\n", "From: Cron Daemon\n" KEPT,
	    "X-Original-From: Cron Daemon\n" KEPT
	    "From: alice@example.org\n" },
	/* Recipients of this machine */
	{ SMTP, "root\n", SENDER KEPT "To: Al <al@localhost>, root\n"
	    "Cc: bob@x.example\n", SENDER KEPT "To: Al <alice@example.org>, "
	    "alice@example.org\nCc: bob@x.example\n" },
	/* A comma in a name without quotes */
	{ OTHER, "bob@x.example\n", "From: Doe, John <john@x.example>\n" KEPT
	    "To: Bee,\n Bob B. <bob@x.example> (b), Ops, Al <al@localhost>\n",
	    "From: \"Doe, John\" <john@x.example>\n" KEPT
	    "To: \"Bee,\n Bob B.\" <bob@x.example> (b), \"Ops, Al\" "
	    "<alice@example.org>\n" },
	{ SMTP, "bob@x.example\n", "From: =?utf-8?q?M=C3=BCller?=, J. "
	    "<j@x.example>\n" KEPT, "From: =?utf-8?q?M=C3=BCller?= \",\"  J. "
	    "<j@x.example>\n" KEPT },
	{ API, "bob@x.example\n", SENDER KEPT "To: Bee, Bob <bob@x.example>\n",
	    SENDER KEPT "To: \"Bee, Bob\" <bob@x.example>\n" },
	/* An @, and what else a name needs quotes for */
	{ API, "bob@x.example\n", SENDER KEPT "To: carl@x.example\n "
	    "<bob@x.example>\n", SENDER KEPT "To: \"carl@x.example\"\n "
	    "<bob@x.example>\n" },
	{ OTHER, "bob@x.example\n", "From: [CI] \"A\" B\\. (x) "
	    "<al@localhost>\n" KEPT, "From: \"[CI] A B. (x)\" <cron@example.com>\n" KEPT },
	{ API, "bob@x.example\n", SENDER KEPT "Cc: =?utf-8?q?M=C3=BC?= [\"x\"] "
	    "a@b <bob@x.example>\n", SENDER KEPT "Cc: =?utf-8?q?M=C3=BC?=  "
	    "\"[\" x \"]\"  a \"@\" b <bob@x.example>\n" },
	{ API, "bob@x.example\n", SENDER KEPT "To: \"a@x\" <bob@x.example>\n",
	    SENDER KEPT "To: \"a@x\" <bob@x.example>\n" },
	/* Lists that others read in another way */
	{ API, "bob@x.example\ncarl@x.example\n", SENDER KEPT "To: "
	    "bob@x.example; Carl <carl@x.example>\n", SENDER KEPT
	    "X-Original-To: bob@x.example; Carl <carl@x.example>\nTo: bob@x.example,\n "
	    "carl@x.example\n" },
	{ API, "bob@x.example\n", SENDER KEPT "To: a: b: bob@x.example;\n",
	    SENDER KEPT "X-Original-To: a: b: bob@x.example;\n"
	    "To: bob@x.example\n" },
	{ API, "bob@x.example\n", SENDER KEPT "Cc: a: bob@x.example\n",
	    SENDER KEPT "X-Original-Cc: a: bob@x.example\n"
	    "Cc: bob@x.example\n" },
	{ API, "bob@x.example\n", SENDER KEPT "Cc: a:;, b: bob@x.example;, "
	    "c:;\n", SENDER KEPT "Cc: a:;, b: bob@x.example;, c:;\n" },
	/* Blanks in front of a colon: for many servers the body begins there */
	{ API, "bob@x.example\n", SENDER KEPT "Subject : a : b\nX-A\t :b\n"
	    "To : Bob <bob@x.example>\n", SENDER KEPT "Subject: a : b\n"
	    "X-A:b\nTo: Bob <bob@x.example>\n" },
	{ API, "bob@x.example\n", SENDER KEPT "To : c@x.example\n", SENDER KEPT
	    "X-Original-To: c@x.example\nBcc: bob@x.example\n" },
	/* SMTP: To need not be the envelope */
	{ SMTP, "bob@x.example\n", SENDER KEPT "To: list@x.example\n",
	    SENDER KEPT "To: list@x.example\n" },
	{ SMTP, "bob@x.example\n", SENDER KEPT "To: undisclosed-recipients:;\n",
	    SENDER KEPT "To: undisclosed-recipients:;\n" },
	/* An API: the header has the envelope's recipients, all and alone */
	{ API, "bob@x.example\n", SENDER KEPT "To: Bob <BOB@x.example>\n",
	    SENDER KEPT "To: Bob <BOB@x.example>\n" },
	{ API, "bob@x.example\n", SENDER KEPT, SENDER KEPT
	    "Bcc: bob@x.example\n" },
	{ API, "bob@x.example\n", SENDER KEPT "Bcc: carl@x.example\n",
	    SENDER KEPT "Bcc: bob@x.example\n" },
	{ API, "bob@x.example\ncarl@x.example\n", SENDER KEPT
	    "To: bob@x.example\n", SENDER KEPT "To: bob@x.example\n"
	    "Bcc: carl@x.example\n" },
	{ API, "bob@x.example\n", SENDER KEPT "To: list@x.example\n",
	    SENDER KEPT "X-Original-To: list@x.example\n"
	    "Bcc: bob@x.example\n" },
	{ API, "bob@x.example\ncarl@x.example\n", SENDER KEPT
	    "To: Bob <bob@x.example>, list@x.example\nCc: dan@x.example,\n"
	    " carl@x.example, bob@x.example\n", SENDER KEPT
	    "X-Original-To: Bob <bob@x.example>, list@x.example\n"
	    "To: bob@x.example\nX-Original-Cc: dan@x.example,\n"
	    " carl@x.example, bob@x.example\nCc: carl@x.example,\n"
	    " bob@x.example\n" },
	{ API, "bob@x.example\ncarl@x.example\n", SENDER KEPT
	    "To: undisclosed-recipients:;\nBcc: x@x.example\n", SENDER KEPT
	    "Bcc: bob@x.example,\n carl@x.example\n" },
	{ API, "bob@x.example\n", SENDER KEPT "To: what is this\n",
	    SENDER KEPT "X-Original-To: what is this\nBcc: bob@x.example\n" },
	{ API, "root\n", SENDER KEPT "To: root\n", SENDER KEPT
	    "To: alice@example.org\n" },
	{ API, "bob@x.example\n", SENDER KEPT "To: friends: bob@x.example;\n",
	    SENDER KEPT "To: friends: bob@x.example;\n" },
	{ API, "bob@x.example\n", SENDER KEPT "To: a@x.example\n"
	    "Resent-To: bob@x.example\nResent-Cc: d@x.example\n", SENDER KEPT
	    "X-Original-To: a@x.example\nResent-To: bob@x.example\n"
	    "X-Original-Resent-Cc: d@x.example\nBcc: bob@x.example\n" },
	/* mbox's line, and content without an empty line in front */
	{ SMTP, "bob@x.example\n", "From alice Sun Nov 29 12:00:00 2026\n"
	    ">From bob Sun Nov 29 11:00:00 2026\nBcc: c@x.example\n"
	    SENDER KEPT, SENDER KEPT },
	/* 8-bit stays */
	{ SMTP, "bob@x.example\n", SENDER KEPT "Subject: gr\xc3\xbc\xdf\n",
	    SENDER KEPT "Subject: gr\xc3\xbc\xdf\n" }
};

static void
drop_crs(char *text)
{
	char *to = text;

	for (; *text != '\0'; text++)
		if (*text != '\r')
			*to++ = *text;
	*to = '\0';
}

TABLE_TEST(edits_the_header, headers)
{
	char text[4096] = "", expected[4096] = "", *all = NULL;

	snprintf(text, sizeof(text), "alice@example.org\n%s\n%s\nbody\n",
	    headers[_i].recipients, headers[_i].header);
	snprintf(expected, sizeof(expected), "%s\nbody\n", headers[_i].sent);
	ck_assert_int_eq(open_bytes(text, strlen(text), headers[_i].rules), 0);
	all = read_all(OUTGOING_BLOCK);
	drop_crs(all);
	ck_assert_str_eq(all, expected);
	free(all);
	close_mail();
}

LOOP_TEST(adds_what_is_missing, 0, 7)
{
	static const char *const bare[] = { "", "\n", "no header\n",
		"\nTo: body\n", " folded\n", "a b: c\n", ":\n" };
	char text[256] = "", *all = NULL, *body = NULL;

	snprintf(text, sizeof(text), "bounces@example.org\nbob@x.example\n\n"
	    "%s", bare[_i]);
	ck_assert_int_eq(open_text(text), 0);
	all = read_all(OUTGOING_BLOCK);
	ck_assert_ptr_nonnull(strstr(all, "From: bounces@example.org\r\n"));
	ck_assert_int_eq(strncmp(all, "Date: ", 6), 0);
	ck_assert_ptr_nonnull(strstr(all, "\r\nMessage-ID: <"));
	ck_assert_ptr_nonnull(strstr(all, "@example.org>\r\n"));
	body = strstr(all, "\r\n\r\n") + 4;
	drop_crs(body);
	ck_assert_str_eq(body, bare[_i] + (bare[_i][0] == '\n'));
	free(all);
	close_mail();
}

TEST(a_bounce_has_a_sender_in_its_header)
{
	char *all = NULL;

	ck_assert_int_eq(open_bytes("\nbob@x.example\n\nhi\n", 19, &by_other),
	    0);
	ck_assert_str_eq(mail.sender, "");
	all = read_all(OUTGOING_BLOCK);
	ck_assert_ptr_nonnull(strstr(all, "From: cron@example.com\r\n"));
	free(all);
	close_mail();
}

/* As in From, which the same server judges. */
static const struct {
	const char *address, *from, *sender, *expected;
} senders[] = {
	{ "alice@example.org", "cron@example.com", "root@" MACHINE,
	    "cron@example.com" },
	{ "alice@example.org", "cron@example.com", "root@RELAY.example.net",
	    "cron@example.com" },
	{ "alice@example.org", "cron@example.com", "\"a@" MACHINE "\"",
	    "cron@example.com" },
	/* Others' */
	{ "alice@example.org", "cron@example.com", "root@x." MACHINE,
	    "root@x." MACHINE },
	{ "alice@example.org", "cron@example.com", "a@[192.0.2.1]",
	    "a@[192.0.2.1]" },
	/* People have addresses of that domain. */
	{ "alice@" MACHINE, "cron@example.com", "bob@" MACHINE,
	    "bob@" MACHINE },
	{ "alice@example.org", "cron@" MACHINE, "bob@" MACHINE,
	    "bob@" MACHINE },
	{ "alice@corp", "alice@corp", "bob@corp", "bob@corp" }
};

TABLE_TEST(a_sender_of_this_machine_is_replaced, senders)
{
	struct outgoing_rules rules = { .address = senders[_i].address,
	    .from = senders[_i].from };
	char text[256] = "", from[256] = "", *all = NULL;

	snprintf(text, sizeof(text), "%s\nroot@" MACHINE "\n\nhi\n",
	    senders[_i].sender);
	snprintf(from, sizeof(from), "\r\nFrom: %s\r\n",
	    senders[_i].expected);
	ck_assert_int_eq(open_bytes(text, strlen(text), &rules), 0);
	ck_assert_str_eq(mail.sender, senders[_i].expected);
	/* A recipient is not: the domain may have a mail server. */
	ck_assert_str_eq(mail.recipients[0], "root@" MACHINE);
	all = read_all(OUTGOING_BLOCK);
	ck_assert_msg(strstr(all, from) != NULL, "%s", all);
	free(all);
	close_mail();
}

/* Too large as it is, and too large once its addresses have a domain. */
LOOP_TEST(bounds_the_header, 0, 2)
{
	static char text[2 * HEADER_MAX + 1024];
	int i = 0, many = _i == 0;
	size_t len = (size_t)snprintf(text, sizeof(text), ENVELOPE SENDER
	    "To: ");

	for (i = 0; len < sizeof(text) - 100 && (many || i < 120000); i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s",
		    many ? "Aa <a@x.example>,\n " : "a,");
	snprintf(text + len, sizeof(text) - len, "b\n\nbody\n");
	ck_assert_int_eq(open_text(text), -1);
	ck_assert_int_eq(why.code, STATUS_MESSAGE);
	ck_assert_ptr_nonnull(strstr(why.text, "larger than 256 kB"));
	close_mail();
}

TEST(a_long_line_is_no_header)
{
	static char text[2 * HEADER_MAX];
	size_t len = (size_t)snprintf(text, sizeof(text), ENVELOPE);

	memset(text + len, 'a', sizeof(text) - len);
	ck_assert_int_eq(open_bytes(text, sizeof(text), &by_smtp), 0);
	ck_assert_int_gt(outgoing_size(&mail), (int64_t)(sizeof(text) - len));
	close_mail();
}

/*
 * The envelope
 */

#define TEN "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static const struct {
	const char *file;
	size_t len;		/* 0: that of the string */
	const char *text;	/* of the failure */
} wrong[] = {
	{ "", 0, "has no end" },
	{ "a@x.example", 0, "has no end" },
	{ "a@x.example\n", 0, "has no end" },
	{ "a@x.example\nb@x.example\n", 0, "has no end" },
	{ "\n", 0, "has no end" },
	{ "\n\n", 0, "has no recipient" },
	{ "a@x.example\n\nhi\n", 0, "has no recipient" },
	{ "a@x.example\r\nb@x.example\n\nhi\n", 0, "what is no address" },
	{ "a@x.example\nb@x.example\r\n\nhi\n", 0, "what is no address" },
	{ "a@x.example\nb@x.example> SIZE=1\n\n", 0, "what is no address" },
	{ "a@x.example\n<b@x.example>\n\n", 0, "what is no address" },
	{ "a@x.example\nb@x.example,c@x.example\n\n", 0, "what is no address" },
	{ "a@x.example\nb\tb@x.example\n\n", 0, "what is no address" },
	{ "a@x.example\n\"b@x.example\n\n", 0, "what is no address" },
	{ "a@x.example\nb\0c@x.example\n\n", 27, "what is no address" },
	{ "a@x.example\n@x.example\n\n", 0, "what is no address" },
	/* In a header a group, of another address */
	{ "a@x.example\nb:c@x.example\n\n", 0, "what is no address" },
	{ "a@x.example\nb@x.example@y.example\n\n", 0,
	    "what is no address" },
	{ HUNDRED HUNDRED HUNDRED TEN TEN "@\nb@x.example\n\n", 0,
	    "too long" },
	{ "a@x.example\n" HUNDRED HUNDRED HUNDRED TEN TEN "@\n\n", 0,
	    "too long" }
};

TABLE_TEST(refuses_a_wrong_envelope, wrong)
{
	const char *text = wrong[_i].file;

	ck_assert_int_eq(open_bytes(text, wrong[_i].len > 0 ? wrong[_i].len :
	    strlen(text), &by_smtp), -1);
	ck_assert_int_eq(why.code, STATUS_MESSAGE);
	ck_assert_msg(strstr(why.text, wrong[_i].text) != NULL, "%s",
	    why.text);
	close_mail();
}

TEST(reads_the_envelope)
{
	static const char *const expected[] = { "bob@x.example",
		"alice@example.org", "\"a b@c\"@x.example", "x@[IPv6:::1]",
		"dan.d@x.example" };
	size_t i = 0;

	ck_assert_int_eq(open_text("root@localhost\nbob@x.example\nroot\n"
	    "bob@x.example\nal@machine\n\"a b@c\"@x.example\n"
	    "x@[IPv6:::1]\n\"odd@name\"\n\"dan.d\"@x.example\nBob@x.example\n"
	    "\nhi\n"), 0);
	ck_assert_str_eq(mail.sender, "alice@example.org");
	ck_assert_uint_eq(mail.recipient_count,
	    sizeof(expected) / sizeof(expected[0]));
	for (i = 0; i < mail.recipient_count; i++)
		ck_assert_str_eq(mail.recipients[i], expected[i]);
	close_mail();
}

LOOP_TEST(bounds_the_recipients, 0, 2)
{
	static char text[OUTGOING_RECIPIENTS_MAX * 340];
	const int count = OUTGOING_RECIPIENTS_MAX + _i;
	size_t len = (size_t)snprintf(text, sizeof(text), "a@x.example\n");
	int i = 0;

	/* As long as they may be. */
	for (i = 0; i < count; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    HUNDRED HUNDRED HUNDRED "a%08d@x.example\n", i);
	snprintf(text + len, sizeof(text) - len, "\nhi\n");
	ck_assert_int_eq(open_text(text), _i == 0 ? 0 : -1);
	if (_i == 0)
		ck_assert_uint_eq(mail.recipient_count, (size_t)count);
	else
		ck_assert_int_eq(why.code, STATUS_MESSAGE);
	close_mail();
}

/*
 * The file
 */

TEST(refuses_what_is_no_file)
{
	int ends[2];

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	ck_assert_int_eq(outgoing_open(&mail, ends[0], &by_smtp, &why), -1);
	ck_assert_int_eq(why.code, STATUS_INTERNAL);
	outgoing_close(&mail);
	close(ends[0]);
	close(ends[1]);
}

TEST(says_what_it_cannot_read)
{
	scratch_write(scratch_path("mail"), 0600, ENVELOPE "hi\n");
	file = open(scratch_path("mail"), O_WRONLY | O_CLOEXEC);
	ck_assert_int_eq(outgoing_open(&mail, file, &by_smtp, &why), -1);
	ck_assert_int_eq(why.code, STATUS_LATER);
	close_mail();
}

/* Larger than what is read at once, so that some is left to change. */
static void
open_large(void)
{
	static char text[4 * OUTGOING_BLOCK];
	size_t len = (size_t)snprintf(text, sizeof(text), ENVELOPE HEADER
	    "\n");

	memset(text + len, 'a', sizeof(text) - len);
	ck_assert_int_eq(open_bytes(text, sizeof(text), &by_smtp), 0);
}

static void
change_file(int how)
{
	const char *path = scratch_path("mail");
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);

	/* A coarse clock would not show a change at once. */
	usleep(20000);
	if (how == 0)
		ck_assert_int_eq(ftruncate(fd, 1000), 0);
	else if (how == 1)
		ck_assert_int_eq(write(fd, "more", 4), 4);
	else	/* of the same size */
		ck_assert_int_eq(ftruncate(fd, 0) +
		    ftruncate(fd, 4 * OUTGOING_BLOCK), 0);
	close(fd);
}

LOOP_TEST(notices_a_change, 0, 3)
{
	char data[1000];
	ssize_t n = 0;

	open_large();
	ck_assert_int_gt(outgoing_read(&mail, data, sizeof(data)), 0);
	change_file(_i);
	while ((n = outgoing_read(&mail, data, sizeof(data))) > 0)
		continue;
	ck_assert_int_eq(n, -1);
	ck_assert_int_eq(errno, ESTALE);
	ck_assert_int_eq(outgoing_fail(&why, errno), -1);
	ck_assert_int_eq(why.code, STATUS_LATER);
	/* It stays so. */
	ck_assert_int_eq(outgoing_size(&mail), -1);
	close_mail();
}

TEST(the_shared_offset_does_not_count)
{
	char *all = NULL;

	ck_assert_int_eq(open_text(ENVELOPE HEADER "\nhi\n"), 0);
	ck_assert_int_eq(lseek(file, 3, SEEK_SET), 3);
	all = read_all(7);
	ck_assert_str_eq(all, HEADER_SENT "hi\r\n");
	ck_assert_int_eq(lseek(file, 0, SEEK_CUR), 3);
	free(all);
	close_mail();
}

#define LARGE (35 << 20)
#define GROWTH_MOST 4096	/* kB of memory that a mail may take */

TEST(streams_a_large_mail)
{
	static char data[OUTGOING_BLOCK];
	struct rusage before, after;
	int64_t count = 0;
	ssize_t n = 0;

	ck_assert_int_eq(open_bytes(ENVELOPE HEADER "\n", strlen(ENVELOPE
	    HEADER "\n"), &by_smtp), 0);
	close_mail();
	getrusage(RUSAGE_SELF, &before);
	ck_assert_int_eq(truncate(scratch_path("mail"), LARGE), 0);
	file = open(scratch_path("mail"), O_RDWR | O_CLOEXEC);
	ck_assert_int_eq(pwrite(file, "\n\x80\n", 3, LARGE / 2), 3);
	ck_assert_int_eq(outgoing_open(&mail, file, &by_smtp, &why), 0);
	ck_assert_int_gt(outgoing_size(&mail), LARGE - OUTGOING_BLOCK);
	ck_assert_int_eq(mail.has_8bit, 1);
	while ((n = outgoing_read(&mail, data, sizeof(data))) > 0)
		count += n;
	ck_assert_int_eq(n, 0);
	ck_assert_int_eq(count, outgoing_size(&mail));
	getrusage(RUSAGE_SELF, &after);
	ck_assert_int_le(after.ru_maxrss, before.ru_maxrss + GROWTH_MOST);
	close_mail();
}
