/* SPDX-License-Identifier: BSD-2-Clause */
/* test_losses.c - mails that the log says were refused, or waited too long */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "command/doctor/mail_log/log_line.h"
#include "command/doctor/mail_log/losses.h"
#include "command/doctor/mail_log/maillog.h"
#include "command/postfix/root_mail.h"
#include "knowledge/sending_advice.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define NOW 1789000000	/* 2026-09-10 00:26:40 UTC */
#define DATE "2026-09-09T23:00:00.123456+00:00 host "
#define SMTP DATE "postfix/smtp[7]: "
#define TO(id) SMTP id ": to=<b@example.org>, relay=smtp.office365.com" \
	"[192.0.2.1]:587, delay=1, delays=0/0/1/0, dsn=5.0.0, status="
#define SAID "host smtp.office365.com[192.0.2.1] said: "
#define FROM(id, who) DATE "postfix/qmgr[8]: " id ": from=<" who ">, size=3" \
	", nrcpt=1 (queue active)\n"
#define DENIED "bounced (" SAID "554 5.2.252 SendAsDenied; no (in reply to " \
	"end of DATA command))\n"

TEST(a_line_is_taken_apart)
{
	struct logged l;

	ck_assert_int_eq(logged_parse(&l, TO("4ABCDE") DENIED, NOW), 1);
	ck_assert_int_eq(l.kind, LOGGED_BOUNCED);
	ck_assert_str_eq(l.id, "4ABCDE");
	ck_assert_str_eq(l.relay, "smtp.office365.com");
	ck_assert_ptr_nonnull(strstr(l.text, "SendAsDenied"));
	ck_assert_int_eq(l.when, 1788994800);
	ck_assert_int_eq(logged_parse(&l, FROM("4ABCDE", "root@h"), NOW), 1);
	ck_assert_int_eq(l.kind, LOGGED_SENDER);
	ck_assert_str_eq(l.sender, "root@h");
	ck_assert_int_eq(logged_parse(&l, DATE "postfix/qmgr[8]: 4ABCDE: "
	    "from=<root@h>, status=force-expired, returned to sender", NOW), 1);
	ck_assert_int_eq(l.kind, LOGGED_EXPIRED);
}

TEST(other_lines_are_none)
{
	static const char *const lines[] = { "", "]: ", "x[1]: ",
		"x[1]: 4ABCDE", "x[1]: 4ABCDE: ",
		"x[1]: 4ABCDE: to=<a>, status=bounced (x)",
		"x[1]: 4ABCDE: removed", "x[1]: warning: to=<a>, relay=b",
		"x[1]: 4ABCDE: to=<a>, relay=b[c]:1, status=unknown (x)" };
	struct logged l;
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		ck_assert_msg(!logged_parse(&l, lines[i], NOW), "%s",
		    lines[i]);
}

TEST(dates_are_read)
{
	setenv("TZ", "UTC", 1);
	tzset();
	ck_assert_int_eq(logged_time("2026-09-10T02:00:00+02:00 h", NOW),
	    1788998400);
	ck_assert_int_eq(logged_time("2026-09-10T00:00:00Z h", NOW),
	    1788998400);
	ck_assert_int_eq(logged_time("Sep 10 00:00:00 h", NOW), 1788998400);
	ck_assert_int_eq(logged_time("Sep  9 00:00:00 h", NOW), 1788912000);
	/* In January, of last year's December. */
	ck_assert_int_eq(logged_time("Dec 31 23:59:59 h", 1767225700),
	    1767225599);
	ck_assert_int_eq(logged_time("yesterday", NOW), 0);
	ck_assert_int_eq(logged_time("", NOW), 0);
}

static int
is_microsoft(void *with, const char *relay)
{
	(void)with;
	return strcmp(relay, "smtp.office365.com") == 0;
}

static void
read_losses(struct losses *l, const char *text)
{
	struct buf lines = BUF_INIT(65536);

	memset(l, 0, sizeof(*l));
	l->is_ours = is_microsoft;
	l->now = NOW;
	l->since = NOW - 86400;
	ck_assert_int_eq(buf_adds(&lines, text), 0);
	ck_assert_int_eq(losses_read(l, &lines), 0);
	buf_free(&lines);
}

TEST(a_refusal_is_a_loss_of_its_sender)
{
	struct losses l;

	read_losses(&l, FROM("4ABCDE", "root@h") TO("4ABCDE") DENIED
	    FROM("4ABCDF", "root@h") TO("4ABCDF") DENIED);
	ck_assert_uint_eq(l.count, 1);
	ck_assert_uint_eq(l.loss[0].mails, 2);
	ck_assert_str_eq(l.loss[0].sender, "root@h");
	ck_assert_int_eq(l.loss[0].reason->kind, SENDING_SENDER);
}

TEST(what_was_sent_later_ends_it)
{
	struct losses l;

	read_losses(&l, FROM("4ABCDE", "root@h") TO("4ABCDE") DENIED
	    FROM("4ABCDF", "a@h") TO("4ABCDF") "sent (250 ok)\n");
	ck_assert_uint_eq(l.count, 1);	/* of another sender */
	read_losses(&l, FROM("4ABCDE", "root@h") TO("4ABCDE") DENIED
	    FROM("4ABCDF", "root@h") TO("4ABCDF") "sent (250 ok)\n");
	ck_assert_uint_eq(l.count, 0);
	read_losses(&l, FROM("4ABCDE", "root@h") TO("4ABCDE") "bounced (" SAID
	    "550 5.4.5 Daily user sending limit exceeded)\n"
	    FROM("4ABCDF", "a@h") TO("4ABCDF") "sent (250 ok)\n");
	ck_assert_uint_eq(l.count, 0);
}

TEST(what_waited_too_long_has_its_last_reason)
{
	struct losses l;

	read_losses(&l, FROM("4ABCDE", "root@h") TO("4ABCDE") "deferred (SASL "
	    "authentication failed; cannot authenticate to server "
	    "smtp.office365.com[192.0.2.1]: remote authentication server "
	    "unavailable)\n" DATE "postfix/qmgr[8]: 4ABCDE: from=<root@h>, "
	    "status=expired, returned to sender\n");
	ck_assert_uint_eq(l.count, 1);
	ck_assert_int_eq(l.loss[0].is_expired, 1);
	ck_assert_int_eq(l.loss[0].reason->code, STATUS_LATER);
}

/* The relay is the name of the transport, and no host of an account's. */
TEST(what_waited_too_long_for_tokend_is_lost)
{
	struct losses l;

	read_losses(&l, FROM("4ABCDE", "root@h") DATE "postfix/pipe[7]: "
	    "4ABCDE: to=<b@example.org>, relay=tokend-send, delay=1, "
	    "delays=0/0/0/1, dsn=4.3.0, status=deferred (temporary failure. "
	    "Command output: tokend sendmail: account \"a@h\": refused the "
	    "refresh token )\n" DATE "postfix/qmgr[8]: 4ABCDE: "
	    "from=<root@h>, status=expired, returned to sender\n");
	ck_assert_uint_eq(l.count, 1);
	ck_assert_int_eq(l.loss[0].is_expired, 1);
	ck_assert_str_eq(l.loss[0].relay, "tokend-send");
	ck_assert_ptr_nonnull(strstr(l.loss[0].words, "refresh token"));
}

TEST(others_are_left_out)
{
	struct losses l;

	read_losses(&l, "2026-09-01T00:00:00Z h postfix/smtp[7]: 4ABCDE: "
	    "to=<b>, relay=smtp.office365.com[192.0.2.1]:587, status=" DENIED
	    SMTP "4ABCDF: to=<b>, relay=mx.example.org[192.0.2.2]:25, status="
	    DENIED
	    TO("4ABCE0") "bounced (" SAID "550 5.1.1 unknown (in reply to "
	    "RCPT TO command))\n");
	ck_assert_uint_eq(l.count, 0);
}

static const struct {
	const char *said;
	enum sending_kind kind;
} words[] = {
	{ "554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.",
	    SENDING_SENDER },
	{ "550 5.7.60 SMTP; Client does not have permissions to send as this "
	    "sender", SENDING_SENDER },
	{ "550 5.7.1 Client does not have permission to send as this sender",
	    SENDING_SENDER },
	{ "553 5.7.1 Sender address rejected: not owned by auth user.",
	    SENDING_SENDER },
	{ "553 5.7.1 <a@b>: Sender address rejected: not logged in",
	    SENDING_NO_LOGIN },
	{ "550 5.1.8 Access denied, bad outbound sender AS(42004)",
	    SENDING_BLOCKED },
	{ "553 5.1.8 <root@h>: Domain of sender address does not exist",
	    SENDING_SENDER },
	{ "550 5.4.5 Daily SMTP relay sending limit exceeded", SENDING_LIMIT },
	{ "550 5.2.2 STOREDRV.Submission.Exception:"
	    "SubmissionQuotaExceededException", SENDING_LIMIT },
	{ "452 4.5.3 Your message has too many recipients.", SENDING_CONTENT },
	{ "451 4.7.500 Server busy. Please try again later", SENDING_LIMIT },
	{ "554 5.7.1 Message rejected under suspicion of SPAM",
	    SENDING_CONTENT },
	{ "552 5.2.2 The mailbox is full", SENDING_RECIPIENT },
	{ "550 5.1.10 RESOLVER.ADR.RecipientNotFound", SENDING_RECIPIENT },
	{ "553 Sender is not allowed to relay emails", SENDING_SENDER },
	{ "553 Relaying disallowed as root@h", SENDING_SENDER },
	{ "553 From: address not verified; see http://help.yahoo.com",
	    SENDING_SENDER },
	{ "550 5.1.0 <root@h> sender rejected", SENDING_SENDER },
	{ "550 5.4.6 Unusual sending activity detected. Please try after "
	    "sometime", SENDING_BLOCKED },
	{ "554 5.1.8 Email Outgoing Blocked", SENDING_BLOCKED },
	{ "554 5.1.8 Sender Address Blocked", SENDING_BLOCKED },
	{ "554 5.7.1 Client host [192.0.2.1] blocked using "
	    "zen.spamhaus.org", SENDING_BLOCKED },
	{ "554 5.7.9 Message not accepted for policy reasons.",
	    SENDING_CONTENT },
	{ "554 Message not allowed - [PH01] Email not accepted for policy "
	    "reasons.", SENDING_CONTENT },
	{ "550 5.7.1 The user or domain that you are sending to (or from) has "
	    "a policy that prohibited the mail that you sent.",
	    SENDING_CONTENT },
	{ "530 5.7.0 Authentication Required.", SENDING_NO_LOGIN },
	{ "554 5.7.1 Relaying denied", SENDING_NO_LOGIN },
	{ "550 5.7.68 TenantInboundAttribution; Direct Send not allowed",
	    SENDING_NO_LOGIN },
	{ "550 5.7.1 Email quota exceeded.", SENDING_LIMIT },
	{ "550 5.2.2 Submission quota exceeded", SENDING_LIMIT },
	{ "550 5.7.0 You have exceeded your daily message limit",
	    SENDING_LIMIT },
	{ "421 4.7.0 Too many concurrent connections", SENDING_LIMIT },
	{ "451 4.7.1 Sorry, the service is currently unavailable.",
	    SENDING_LIMIT },
	/* A number is a whole one, and none of an address. */
	{ "554 5.4.14 Hop count exceeded", SENDING_UNKNOWN },
	{ "554 5.9.9 no mail from [185.1.1.22]", SENDING_UNKNOWN },
	{ "554 5.9.9 no mail from [203.5.1.1]", SENDING_UNKNOWN },
	{ "550 5.1.1: unknown", SENDING_RECIPIENT },
	{ "550-5.1.1 unknown 550 5.1.1.", SENDING_RECIPIENT },
	{ "550 no", SENDING_UNKNOWN },
};

TABLE_TEST(a_server_is_understood, words)
{
	ck_assert_int_eq(sending_advice_find(words[_i].said)->kind,
	    words[_i].kind);
}

TEST(a_rotated_log_is_known_by_its_name)
{
	static const char *const yes[] = { "mail.log.1", "mail.log.2.gz",
		"mail.log-20260901", "mail.log-20260901.gz",
		"mail.log.20260901-000000", "mail.log.20260901-000000.gz" };
	static const char *const no[] = { "mail.log", "mail.log.gz", "mail.lo",
		"mail.log.old", "mail.logs.1", "mail.log.1.xz", "mail.log.1~",
		"mail.log1", "xmail.log.1", "mail.log.-" };
	size_t i;

	for (i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		ck_assert_msg(maillog_is_rotated(yes[i], "mail.log"), "%s",
		    yes[i]);
	for (i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		ck_assert_msg(!maillog_is_rotated(no[i], "mail.log"), "%s",
		    no[i]);
}

TEST(some_hold_a_sender_to_the_mailbox)
{
	struct sender_rule rule;

	ck_assert_int_eq(sending_is_held("smtp.office365.com"), 1);
	ck_assert_int_eq(sending_is_held("SMTP-mail.Outlook.com"), 1);
	ck_assert_int_eq(sending_is_held("smtp.zoho.eu"), 1);
	ck_assert_int_eq(sending_is_held("smtp.gmail.com"), 0);
	ck_assert_int_eq(sending_is_held("office365.com.example.org"), 0);
	ck_assert_int_eq(sending_is_held(""), 0);
	sender_rule_find(&rule, ORIGIN_LOCAL, "host.example.org", 0);
	ck_assert_str_eq(rule.key, "@host.example.org");
	ck_assert_str_eq(rule.parameter, "smtp_generic_maps");
	sender_rule_find(&rule, ORIGIN_ELSEWHERE, "example.org", 0);
	ck_assert_str_eq(rule.key, "root@example.org");
	ck_assert_str_eq(rule.parameter, "sender_canonical_maps");
}
