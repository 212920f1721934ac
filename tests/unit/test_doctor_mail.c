/* SPDX-License-Identifier: BSD-2-Clause */
/* test_doctor_mail.c - nexthops, queue listings and reasons, as Postfix has */
#include <stdio.h>
#include <string.h>

#include "command/doctor/mail_log/mailq.h"
#include "command/doctor/mail_log/reason.h"
#include "command/doctor/postfix/entry.h"
#include "command/postfix/map.h"
#include "command/doctor/postfix/route.h"

#include "unit.h"	/* last: check.h has a macro fail() */

FIXTURE(scratch_setup, scratch_teardown);

static void
is_parsed(const char *nexthop, const char *host, int port, int is_bracketed)
{
	struct route r = { .host = "" };

	route_parse(&r, nexthop);
	ck_assert_str_eq(r.nexthop, nexthop);
	ck_assert_str_eq(r.host, host);
	ck_assert_int_eq(route_port(&r), port);
	ck_assert_int_eq(r.is_bracketed, is_bracketed);
}

TEST(a_nexthop_is_taken_apart)
{
	is_parsed("[smtp.gmail.com]:587", "smtp.gmail.com", 587, 1);
	is_parsed("[smtp.gmail.com]", "smtp.gmail.com", 25, 1);
	is_parsed("smtp.gmail.com:465", "smtp.gmail.com", 465, 0);
	is_parsed("smtp.gmail.com", "smtp.gmail.com", 25, 0);
	is_parsed("[smtp.gmail.com]:smtp", "smtp.gmail.com", 25, 1);
	is_parsed("[smtp.gmail.com]:no-such-service", "smtp.gmail.com", -1, 1);
	is_parsed("[ipv6:2001:db8::1]:587", "ipv6:2001:db8::1", 587, 1);
	is_parsed("[unclosed", "[unclosed", 25, 0);
	is_parsed("[]:25", "", 25, 1);
	is_parsed("", "", 25, 0);
	is_parsed("host:99999", "host", -1, 0);
}

TEST(a_long_nexthop_is_cut)
{
	char text[2 * ROUTE_TEXT_MAX];
	struct route r;

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	route_parse(&r, text);
	ck_assert_uint_eq(strlen(r.host), ROUTE_TEXT_MAX - 1);
}

TEST(reasons_are_read)
{
	struct mailq q;

	mailq_begin(&q, "{\"queue_name\": \"deferred\", "
	    "\"queue_id\": \"4XYZ\", \"arrival_time\": 1789000000, "
	    "\"message_size\": 300, \"forced_expire\": false, "
	    "\"sender\": \"a@example.org\", "
	    "\"recipients\": [{\"address\": \"b@example.org\", "
	    "\"delay_reason\": \"one \\\"two\\\" \\\\three\\u0007\\n\"}, "
	    "{\"address\": \"c@example.org\"}, {\"address\": \"d@example.org\""
	    ", \"delay_reason\": \"four\"}]}");
	ck_assert_int_eq(mailq_next(&q), 1);
	ck_assert_int_eq(q.arrival, 1789000000);
	ck_assert_str_eq(q.reason, "one \"two\" \\three??");
	ck_assert_int_eq(mailq_next(&q), 1);
	ck_assert_str_eq(q.reason, "four");
	ck_assert_int_eq(mailq_next(&q), 0);
	ck_assert_int_eq(mailq_next(&q), 0);
	mailq_end(&q);
}

/* A sender may have the name of a member. */
TEST(an_address_is_no_reason)
{
	struct mailq q;

	mailq_begin(&q, "{\"sender\": \"\\\"delay_reason\\\": \\\"535\\\"@x\", "
	    "\"recipients\": [{\"address\": \"delay_reason\"}]}");
	ck_assert_int_eq(mailq_next(&q), 0);
	mailq_end(&q);
}

#define RECIPIENT "{\"recipients\": [{\"delay_reason\""

TEST(what_is_no_json_ends_it)
{
	static const char *const lines[] = { "", "{", "\"", RECIPIENT,
		RECIPIENT ":", RECIPIENT ": \"", "postqueue: x",
		RECIPIENT ": \"a\\", RECIPIENT ": 5}]}",
		RECIPIENT ": \"a\\\"", RECIPIENT ": null}]}", "[]", "7",
		"{\"recipients\": {}}", "{\"recipients\": [5, null, []]}",
		("{\"a\":[[[[[[[[[[[[]]]]]]]]]]]], "
		"\"recipients\": [{\"delay_reason\": \"too deep\"}]}") };
	struct mailq q;
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		mailq_begin(&q, lines[i]);
		ck_assert_int_eq(mailq_next(&q), 0);
		mailq_end(&q);
	}
}

TEST(a_long_reason_is_cut)
{
	char line[4 * MAILQ_REASON_MAX];
	struct mailq q;
	size_t begun;

	begun = (size_t)snprintf(line, sizeof(line), RECIPIENT ": \"");
	memset(line + begun, 'a', sizeof(line) - begun);
	memcpy(line + sizeof(line) - 5, "\"}]}", 5);
	mailq_begin(&q, line);
	ck_assert_int_eq(mailq_next(&q), 1);
	ck_assert_uint_eq(strlen(q.reason), MAILQ_REASON_MAX - 1);
	mailq_end(&q);
}

TEST(a_longer_line_than_any_mail_has_is_left_out)
{
	struct buf line = BUF_INIT(4194304);
	struct mailq q;

	ck_assert_int_eq(buf_adds(&line, RECIPIENT ": \""), 0);
	while (line.len < 1048576)
		ck_assert_int_eq(buf_adds(&line, "aaaaaaaaaaaaaaaaaaaaaaaa"),
		    0);
	ck_assert_int_eq(buf_adds(&line, "\"}]}"), 0);
	mailq_begin(&q, buf_text(&line));
	ck_assert_int_eq(mailq_next(&q), 0);
	mailq_end(&q);
	buf_free(&line);
}

#define REFUSED "SASL authentication failed; server a[b] said: "
#define PIPED "temporary failure. Command output: tokend sendmail: "
#define FAILED \
	"SASL authentication failed; cannot authenticate to server a[b]: "

static const struct {
	const char *text;
	enum status code;
	const char *remedy;	/* a part of it */
} why_mails_wait[] = {
	/* Words of a server may be in tokend's own. */
	{ PIPED "account \"a\": a[b] said: 530 5.7.0 authorization failure",
	    STATUS_LATER, "what they say" },
	{ FAILED "remote authentication server unavailable", STATUS_LATER,
	    "socket" },
	{ FAILED "authorization failure", STATUS_DENIED, "accounts" },
	{ FAILED "generic failure", STATUS_INTERNAL, "--report" },
	/* The server's, and not the plugin's. */
	{ "host a[b] said: 451 4.7.0 authentication failure (in reply to MAIL "
	    "FROM command)", STATUS_LATER, "wait" },
	{ "SASL authentication failed: server a[b] offered no compatible "
	    "authentication mechanisms for this type of connection security",
	    STATUS_CONFIG, "postfix" },
	/* A server's own words, as a login of tokend's is told of them. */
	{ REFUSED "535 5.7.3 Authentication unsuccessful", STATUS_REJECTED,
	    "SMTP.Send" },
	{ REFUSED "501 5.5.127 Token will expire soon", STATUS_REJECTED,
	    "min_valid" },
	{ REFUSED "550 5.7.30 Basic authentication is not supported",
	    STATUS_REJECTED, "XOAUTH2" },
	{ REFUSED "454 4.7.0 Temporary authentication failure", STATUS_LATER,
	    "wait" },
	{ REFUSED "435 4.7.0 Unable to authenticate at present",
	    STATUS_LATER, "wait" },
	{ REFUSED "535 no", STATUS_REJECTED, "check that user" }
};

TABLE_TEST(a_reason_is_found_by_the_words_that_say_most, why_mails_wait)
{
	const struct known *row = reason_find(why_mails_wait[_i].text);

	ck_assert_ptr_nonnull(row);
	ck_assert_int_eq(row->code, why_mails_wait[_i].code);
	ck_assert_ptr_nonnull(strstr(row->remedy, why_mails_wait[_i].remedy));
}

TEST(the_words_of_tokend_are_found)
{
	ck_assert_str_eq(reason_of_sendmail(PIPED "account \"a\": no [b] "),
	    "account \"a\": no [b] ");
	ck_assert_ptr_null(reason_of_sendmail("temporary failure. Command "
	    "output: sendmail: account \"a\": no"));
	ck_assert_ptr_null(reason_of_sendmail(FAILED "authorization failure"));
}

TEST(a_mail_that_waits_for_something_else_has_no_reason)
{
	ck_assert_ptr_null(reason_find("connect to a[b]:587: Connection timed "
	    "out"));
	ck_assert_ptr_null(reason_find("host a[b] said: 450 4.1.1 later (in "
	    "reply to RCPT TO command)"));
	ck_assert_ptr_null(reason_find(""));
}

TEST(tables_are_told_apart)
{
	const char *maps = "hash:/a/b, proxy:texthash:/c  inline:{ a=b, c=d } "
	    "static:x";
	static const char *const tables[] = { "hash:/a/b", "texthash:/c",
		"inline:{ a=b, c=d }", "static:x" };
	size_t i, len;

	for (i = 0; (maps = map_next(maps, &len)) != NULL; i++, maps += len) {
		ck_assert_uint_lt(i, 4);
		ck_assert_uint_eq(len, strlen(tables[i]));
		ck_assert_int_eq(memcmp(maps, tables[i], len), 0);
	}
	ck_assert_uint_eq(i, 4);
	ck_assert_ptr_null(map_next(" ,", &len));
}

TEST(a_table_is_compiled_or_not_or_too_old)
{
	char table[512];
	int len;

	len = snprintf(table, sizeof(table), "hash:%s", scratch_path("map"));
	ck_assert_int_eq(map_look(table, (size_t)len), MAP_NO_SOURCE);
	scratch_write(scratch_path("map"), 0600, "");
	ck_assert_int_eq(map_look(table, (size_t)len), MAP_NO_INDEX);
	scratch_write(scratch_path("map.db"), 0600, "");
	ck_assert_int_eq(map_look(table, (size_t)len), MAP_GOOD);
	ck_assert_int_eq(map_is_compiled(table, (size_t)len), 1);
	len = snprintf(table, sizeof(table), "texthash:%s",
	    scratch_path("none"));
	ck_assert_int_eq(map_look(table, (size_t)len), MAP_NO_SOURCE);
	ck_assert_int_eq(map_is_compiled(table, (size_t)len), 0);
}

static void
is_judged(const char *value, enum entry_kind kind, const char *account)
{
	struct entry e = { .kind = ENTRY_NONE };

	entry_judge(&e, value, 0);
	ck_assert_int_eq(e.kind, kind);
	ck_assert_str_eq(e.account, account);
	ck_assert_ptr_null(strstr(e.why.text, "s3cret"));
}

TEST(an_entry_is_judged_as_the_plugin_does)
{
	is_judged("Alice@gmail.com:tokend", ENTRY_ACCOUNT, "alice@gmail.com");
	is_judged("alice@gmail.com:", ENTRY_ACCOUNT, "alice@gmail.com");
	is_judged("alice@gmail.com", ENTRY_ACCOUNT, "alice@gmail.com");
	is_judged("alice:tokend:Work", ENTRY_ACCOUNT, "work");
	is_judged("alice:tokend:", ENTRY_BROKEN, "");
	is_judged("alice:/etc/tokens/s3cret", ENTRY_PATH, "");
	is_judged("alice:s3cret", ENTRY_PASSWORD, "");
	is_judged("alice:bearer:abc", ENTRY_TOKEN, "");
	is_judged("alice:bearer:", ENTRY_BROKEN, "");
	is_judged("", ENTRY_BROKEN, "");
}
