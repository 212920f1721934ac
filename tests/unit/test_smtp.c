/* SPDX-License-Identifier: BSD-2-Clause */
/* test_smtp.c - a mail that is sent by SMTP, and each way not to take it */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lineio.h"
#include "send/way.h"
#include "smtp_script.h"

#include "unit.h"	/* last: check.h has a macro fail() */

FIXTURE(scratch_setup, scratch_teardown);

#define TOKEN "ya29.secret-of-the-test"
#define ENVELOPE "alice@example.org\nbob@x.example\n\n"
#define HEADER "From: alice@example.org\nDate: x\nMessage-ID: <1@x>\n\n"
#define SHORT_MS 400
#define LARGE (8 << 20)		/* more than sockets hold */

static const struct outgoing_rules rules = {
	.address = "alice@example.org", .from = "alice@example.org" };

static struct smtp_script server;
static struct account account = { .name = "alice" };
static struct sender sender;
static struct sent_answer answer;
static struct failure why;
static char place[64], any_host[] = "*";

static void
start(const struct smtp_replies *r)
{
	static const struct smtp_replies usual;

	smtp_script_start(&server, r != NULL ? r : &usual);
	snprintf(place, sizeof(place), "127.0.0.1:%d", server.port);
	account.server[SERVER_SMTP] = place;
	account.hosts = any_host;
	sender = (struct sender){ .account = &account, .client = -1,
	    .deadline = clock_ms() + SENDER_END_MS + 60000,
	    .still_ms = SENDER_STILL_MS };
}

static void
stop(void)
{
	send_by_smtp.close(&sender);
	smtp_script_stop(&server);
}

static enum sent
send_bytes(const void *data, size_t len)
{
	struct outgoing o;
	enum sent result = SENT_FAILED;
	int file = -1;

	why = (struct failure){ .code = STATUS_OK };
	answer = (struct sent_answer){ .retry_after = 0 };
	scratch_bytes(scratch_path("mail"), 0600, data, len);
	file = open(scratch_path("mail"), O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(outgoing_open(&o, file, &rules, &why), 0);
	result = send_by_smtp.send(&sender, &o, "alice@example.org", TOKEN,
	    &answer, &why);
	outgoing_close(&o);
	close(file);
	ck_assert_ptr_null(strstr(why.text, TOKEN));
	ck_assert_ptr_null(strstr(answer.said, TOKEN));
	return result;
}

static enum sent
send_text(const char *text)
{
	return send_bytes(text, strlen(text));
}

static enum sent
send_plain(void)
{
	return send_text(ENVELOPE HEADER "hi\n");
}

TEST(sends_what_it_says)
{
	static const char expected[] =
		"MAIL FROM:<alice@example.org> SIZE=66\r\n"
		"RCPT TO:<bob@x.example>\r\nRCPT TO:<carl@x.example>\r\n"
		"DATA\r\nFrom: alice@example.org\r\nDate: x\r\n"
		"Message-ID: <1@x>\r\n\r\n..\r\n...\r\nx.\r\n.\r\n";

	start(NULL);
	ck_assert_int_eq(send_text("alice@example.org\nbob@x.example\n"
	    "carl@x.example\n\n" HEADER ".\n..\nx."), SENT_DONE);
	ck_assert_str_eq(answer.said, "250 2.0.0 taken as 1");
	ck_assert_ptr_nonnull(strstr(smtp_script_seen(&server), expected));
	stop();
}

TEST(says_what_is_8bit)
{
	start(NULL);
	ck_assert_int_eq(send_text(ENVELOPE HEADER "gr\xc3\xbc\xdf\n"),
	    SENT_DONE);
	ck_assert_int_eq(smtp_script_count(&server, " BODY=8BITMIME\r\n"), 1);
	ck_assert_int_eq(smtp_script_count(&server, "gr\xc3\xbc\xdf\r\n"), 1);
	ck_assert_int_eq(send_plain(), SENT_DONE);
	ck_assert_int_eq(smtp_script_count(&server, " BODY=8BITMIME\r\n"), 1);
	stop();
}

/* Nothing that EHLO has not named is said. */
TEST(says_no_more_than_is_offered)
{
	static const struct smtp_replies bare = {
		.ehlo = "250-mail.test\r\n250 AUTH XOAUTH2\r\n" };

	start(&bare);
	ck_assert_int_eq(send_text(ENVELOPE HEADER "gr\xc3\xbc\xdf\n"),
	    SENT_DONE);
	ck_assert_int_eq(smtp_script_count(&server,
	    "MAIL FROM:<alice@example.org>\r\n"), 1);
	ck_assert_int_eq(send_text("\nb\xc3\xb6\x62@x.example\n\n" HEADER),
	    SENT_FAILED);
	ck_assert_int_eq(why.code, STATUS_MESSAGE);
	ck_assert_ptr_nonnull(strstr(why.text, "SMTPUTF8"));
	stop();
}

TEST(says_utf8_addresses)
{
	static const struct smtp_replies utf8 = {
		.ehlo = "250-mail.test\r\n250-SMTPUTF8\r\n"
		    "250-SIZE\r\n250 AUTH XOAUTH2\r\n" };

	start(&utf8);
	ck_assert_int_eq(send_text("\nb\xc3\xb6\x62@x.example\n\n" HEADER),
	    SENT_DONE);
	ck_assert_int_eq(smtp_script_count(&server,
	    "MAIL FROM:<> SMTPUTF8\r\nRCPT TO:<b\xc3\xb6\x62@x.example>\r\n"),
	    1);
	stop();
}

TEST(keeps_the_connection)
{
	start(NULL);
	ck_assert_int_eq(send_plain(), SENT_DONE);
	ck_assert_int_eq(send_plain(), SENT_DONE);
	ck_assert_int_eq(send_plain(), SENT_DONE);
	ck_assert_int_eq(smtp_script_count(&server, "#connected"), 1);
	ck_assert_int_eq(smtp_script_count(&server, "AUTH XOAUTH2"), 1);
	stop();
}

TEST(opens_a_dropped_connection_again)
{
	static const struct smtp_replies dropping = { .mails_most = 1 };

	start(&dropping);
	ck_assert_int_eq(send_plain(), SENT_DONE);
	ck_assert_int_eq(send_plain(), SENT_DONE);
	ck_assert_int_eq(send_plain(), SENT_DONE);
	ck_assert_int_eq(smtp_script_count(&server, "#connected"), 3);
	ck_assert_int_eq(smtp_script_count(&server, "taken"), 0);
	ck_assert_int_eq(smtp_script_count(&server, "\r\n.\r\n"), 3);
	stop();
}

/*
 * Refusals: the reply at a step, and what follows. kept: the next mail goes
 * over the same connection, after RSET where one is needed.
 */
static const struct {
	struct smtp_replies replies;
	const char *recipients;
	enum sent sent;
	enum status code;
	int64_t retry_after;
	int is_kept, has_rset;
	const char *text;
} refusals[] = {
	/* the login */
	{ { .auth = "535 5.7.8 Bad token\r\n" }, "bob@x.example\n",
	    SENT_TOKEN_REFUSED, STATUS_REJECTED, 0, 0, 0, "Bad token" },
	{ { .auth = "334 eyJzdGF0dXMiOiI0MDAifQ==\r\n" }, "bob@x.example\n",
	    SENT_TOKEN_REFUSED, STATUS_REJECTED, 0, 0, 0, "\"400\"" },
	{ { .auth = "535 5.7.139 SmtpClientAuthentication is disabled\r\n" },
	    "bob@x.example\n", SENT_FAILED, STATUS_REJECTED, 0, 0, 0,
	    "Set-CASMailbox" },
	{ { .auth = "454 4.7.0 Temporary failure\r\n" }, "bob@x.example\n",
	    SENT_FAILED, STATUS_LATER, 0, 0, 0, "passes" },
	{ { .auth = SMTP_CLOSE }, "bob@x.example\n", SENT_FAILED,
	    STATUS_LATER, 0, 0, 0, "middle of the login" },
	{ { .ehlo = "250-mail.test\r\n250 AUTH PLAIN\r\n" },
	    "bob@x.example\n", SENT_FAILED, STATUS_CONFIG, 0, 0, 0,
	    "neither XOAUTH2" },
	/* MAIL */
	{ { .mail = "451 4.3.0 what\r\n" }, "bob@x.example\n", SENT_FAILED,
	    STATUS_LATER, 0, 1, 0, "sender <alice@example.org>" },
	{ { .mail = "550 5.7.60 SMTP; Client does not have permissions to "
	    "send as this sender\r\n" }, "bob@x.example\n", SENT_FAILED,
	    STATUS_CONFIG, 0, 1, 0, "send_from" },
	{ { .mail = "550-5.4.5 Daily user sending\r\n550 5.4.5 limit "
	    "exceeded\r\n" }, "bob@x.example\n", SENT_FAILED, STATUS_LATER,
	    3600, 1, 0, "Daily user sending" },
	{ { .mail = "421 4.7.0 Try again later, closing\r\n" },
	    "bob@x.example\n", SENT_FAILED, STATUS_LATER, 300, 0, 0,
	    "for now" },
	{ { .mail = "552 5.3.4 Message size exceeds limit\r\n" },
	    "bob@x.example\n", SENT_FAILED, STATUS_MESSAGE, 0, 1, 0,
	    "size exceeds" },
	{ { .mail = "550 5.1.8 Access denied, bad outbound sender\r\n" },
	    "bob@x.example\n", SENT_FAILED, STATUS_CONFIG, 0, 1, 0,
	    "Defender" },
	{ { .mail = SMTP_CLOSE }, "bob@x.example\n", SENT_FAILED,
	    STATUS_LATER, 0, 0, 0, "middle of the mail" },
	{ { .mail = "354 go\r\n" }, "bob@x.example\n", SENT_FAILED,
	    STATUS_LATER, 0, 0, 0, "out of place" },
	{ { .mail = "hello\r\n" }, "bob@x.example\n", SENT_FAILED,
	    STATUS_LATER, 0, 0, 0, "no reply of SMTP" },
	/* RCPT: all or none, and what is final is told */
	{ { .rcpt = "550 5.1.1 no such user\r\n" }, "a@x.example\n"
	    "bad@x.example\n", SENT_FAILED, STATUS_MESSAGE, 0, 1, 1,
	    "recipient <bad@x.example> (550 5.1.1 no such user)" },
	{ { .rcpt = "550 5.1.1 no such user\r\n", .rcpt_later =
	    "450 4.2.0 greylisted\r\n" }, "busy@x.example\nbad@x.example\n"
	    "c@x.example\n", SENT_FAILED, STATUS_MESSAGE, 0, 1, 1,
	    "<bad@x.example>" },
	{ { .rcpt_later = "450 4.2.0 greylisted\r\n" }, "a@x.example\n"
	    "busy@x.example\nc@x.example\n", SENT_FAILED, STATUS_LATER, 0, 1,
	    1, "recipient <busy@x.example> (450 4.2.0 greylisted)" },
	{ { .rcpt = "421 4.3.2 shutting down\r\n" }, "bad@x.example\n",
	    SENT_FAILED, STATUS_LATER, 0, 0, 0, "shutting down" },
	{ { .rcpt = SMTP_CLOSE }, "bad@x.example\n", SENT_FAILED,
	    STATUS_LATER, 0, 0, 0, "middle of the mail" },
	{ { .rcpt = "550 what\r\n", .rset = SMTP_CLOSE }, "bad@x.example\n",
	    SENT_FAILED, STATUS_MESSAGE, 0, 0, 1, "550 what" },
	/* The words of an address are none of the server's. */
	{ { .rcpt = "550 5.1.1 <bad@throttled.example>: rejected\r\n" },
	    "bad@throttled.example\n", SENT_FAILED, STATUS_MESSAGE, 0, 1, 1,
	    "correct the address" },
	{ { .rcpt = "452 4.5.3 too many recipients\r\n" }, "bad@x.example\n",
	    SENT_FAILED, STATUS_MESSAGE, 0, 1, 1, "send to fewer at once" },
	/* DATA */
	{ { .data = "451 4.3.0 later\r\n" }, "bob@x.example\n", SENT_FAILED,
	    STATUS_LATER, 0, 1, 1, "the mail" },
	{ { .data = "554 5.5.1 no valid recipients\r\n" }, "bob@x.example\n",
	    SENT_FAILED, STATUS_MESSAGE, 0, 1, 1, "no valid" },
	{ { .data = SMTP_CLOSE }, "bob@x.example\n", SENT_FAILED,
	    STATUS_LATER, 0, 0, 0, "middle of the mail" },
	/* the final dot */
	{ { .end = "452 4.3.1 full\r\n" }, "bob@x.example\n", SENT_FAILED,
	    STATUS_LATER, 0, 1, 0, "for now the mail (452 4.3.1 full)" },
	{ { .end = "554 5.7.1 This looks like spam\r\n" }, "bob@x.example\n",
	    SENT_FAILED, STATUS_MESSAGE, 0, 1, 0, "spam" },
	{ { .end = "554 5.2.252 SendAsDenied; not allowed\r\n" },
	    "bob@x.example\n", SENT_FAILED, STATUS_CONFIG, 0, 1, 0,
	    "send as that address" },
	{ { .end = "554 5.2.0 SubmissionQuotaExceededException\r\n" },
	    "bob@x.example\n", SENT_FAILED, STATUS_LATER, 3600, 1, 0,
	    "Quota" },
	/* Codes that differ in one reply: what is shown is what counts. */
	{ { .end = "250-5.0.0 taken\r\n550 after all not\r\n" },
	    "bob@x.example\n", SENT_FAILED, STATUS_MESSAGE, 0, 1, 0,
	    "the mail (550 5.0.0 taken after all not)" },
	{ { .end = "550 5.7.1 because\r\n" }, "bob@x.example\n", SENT_FAILED,
	    STATUS_MESSAGE, 0, 1, 0, "the server's words" },
	{ { .end = SMTP_CLOSE }, "bob@x.example\n", SENT_FAILED,
	    STATUS_LATER, 0, 0, 0, "may arrive twice" },
	{ { .end = "what\r\n" }, "bob@x.example\n", SENT_FAILED,
	    STATUS_LATER, 0, 0, 0, "it may have been sent" },
	{ { .end = "354 go on\r\n" }, "bob@x.example\n", SENT_FAILED,
	    STATUS_LATER, 0, 0, 0, "it may have been sent" },
	/* no secret passes */
	{ { .mail = "550 " TOKEN " is no token\r\n" }, "bob@x.example\n",
	    SENT_FAILED, STATUS_CONFIG, 0, 1, 0, "***" }
};

TABLE_TEST(tells_a_refusal, refusals)
{
	char text[512] = "";

	start(&refusals[_i].replies);
	snprintf(text, sizeof(text), "alice@example.org\n%s\n" HEADER "hi\n",
	    refusals[_i].recipients);
	ck_assert_int_eq(send_text(text), refusals[_i].sent);
	ck_assert_msg(why.code == refusals[_i].code, "%s: %s",
	    status_word(why.code), why.text);
	ck_assert_msg(strstr(why.text, refusals[_i].text) != NULL, "%s",
	    why.text);
	ck_assert_int_eq(why.retry_after, refusals[_i].retry_after);
	ck_assert_int_eq(sender.connection != NULL, refusals[_i].is_kept);
	ck_assert_int_eq(smtp_script_count(&server, "RSET"),
	    refusals[_i].has_rset);
	stop();
}

/*
 * A limit holds back other users' mail, too, with this text as its reason: it
 * says neither to whom this mail was, nor as whom.
 */
static const struct {
	struct smtp_replies replies;
	const char *text;
} limits[] = {
	{ { .rcpt = "452 4.7.0 <bad-Private@x.example>: rate limit\r\n" },
	    "does not take for now the mail (452 4.7.0 <***>: rate limit): it "
	    "is tried again later" },
	{ { .rcpt = "550-5.4.5 Daily sending limit exceeded for\r\n"
	    "550 BAD-PRIVATE@x.example and carl@x.example.\r\n" },
	    "refused the mail (550 5.4.5 Daily sending limit exceeded for *** "
	    "and ***): it" },
	{ { .mail = "452 4.3.2 throttled: private-sender@x.example\r\n" },
	    "the mail (452 4.3.2 throttled: ***): it" },
	{ { .data = "452 rate limit (bad-private@x.example)\r\n" },
	    "the mail (452 rate limit (***)): it" },
	{ { .end = "452 rate limit to=bad-private@x.example\r\n" },
	    "the mail (452 rate limit ***): it" }
};

TABLE_TEST(names_no_address_for_a_limit, limits)
{
	start(&limits[_i].replies);
	ck_assert_int_eq(send_text("private-sender@x.example\n"
	    "bad-private@x.example\n\n" HEADER "hi\n"), SENT_FAILED);
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_int_gt(why.retry_after, 0);
	ck_assert_ptr_null(strcasestr(why.text, "private"));
	ck_assert_msg(strstr(why.text, limits[_i].text) != NULL, "%s",
	    why.text);
	stop();
}

/* What a server refuses now it takes the next time, over that connection. */
TEST(goes_on_after_a_refusal)
{
	static const struct smtp_replies choosy = {
		.rcpt = "550 5.1.1 no such user\r\n" };

	start(&choosy);
	ck_assert_int_eq(send_text("\nbad@x.example\n\n" HEADER), SENT_FAILED);
	ck_assert_int_eq(send_plain(), SENT_DONE);
	ck_assert_int_eq(smtp_script_count(&server, "#connected"), 1);
	stop();
}

TEST(sends_nothing_that_is_too_large)
{
	static char text[1100000];
	size_t len = (size_t)snprintf(text, sizeof(text), ENVELOPE HEADER);

	memset(text + len, 'x', sizeof(text) - len);
	start(NULL);
	ck_assert_int_eq(send_bytes(text, sizeof(text)), SENT_FAILED);
	ck_assert_int_eq(why.code, STATUS_MESSAGE);
	ck_assert_ptr_nonnull(strstr(why.text, "1000000 at most"));
	ck_assert_int_eq(smtp_script_count(&server, "MAIL"), 0);
	stop();
}

TEST(gives_the_token_to_listed_hosts_alone)
{
	static char hosts[] = "smtp.example.org";

	start(NULL);
	account.hosts = hosts;
	ck_assert_int_eq(send_plain(), SENT_FAILED);
	ck_assert_int_eq(why.code, STATUS_HOST);
	ck_assert_int_eq(smtp_script_count(&server, "AUTH"), 0);
	stop();
}

/*
 * The client
 */

static int
refuse_go(struct sender *s, struct failure *why_not)
{
	(void)s;
	why_not->code = STATUS_LATER;
	strcpy(why_not->text, "no");
	return -1;
}

TEST(sends_nothing_without_the_go)
{
	start(NULL);
	sender.ask_go = refuse_go;
	ck_assert_int_eq(send_plain(), SENT_FAILED);
	ck_assert_str_eq(why.text, "no");
	ck_assert_ptr_null(sender.connection);
	ck_assert_int_eq(smtp_script_count(&server, "\r\n.\r\n"), 0);
	stop();
}

TEST(stops_when_the_client_has_gone)
{
	int ends[2];

	start(NULL);
	/* Which the server does not have. */
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	sender.client = ends[0];
	ck_assert_int_eq(send_plain(), SENT_DONE);
	close(ends[1]);
	ck_assert_int_eq(send_plain(), SENT_FAILED);
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_int_eq(smtp_script_count(&server, "\r\n.\r\n"), 1);
	close(ends[0]);
	stop();
}

/*
 * Time: each wait ends by the sender's deadline, whatever the server does.
 */

static int
shorten(struct sender *s, struct failure *why_not)
{
	(void)why_not;
	s->deadline = clock_ms() + SHORT_MS;
	return 0;
}

static const struct {
	struct smtp_replies replies;
	int is_after_go;
} slow[] = {
	{ { .auth = SMTP_SILENT }, 0 },
	{ { .auth = SMTP_DRIP }, 0 },
	{ { .mail = SMTP_SILENT }, 0 },
	{ { .mail = SMTP_DRIP }, 0 },
	{ { .rcpt = SMTP_SILENT }, 0 },
	{ { .data = SMTP_SILENT }, 0 },
	{ { .data = SMTP_DEAF,
	    .ehlo = "250-mail.test\r\n250 AUTH XOAUTH2\r\n" }, 0 },
	{ { .end = SMTP_SILENT }, 1 },
	{ { .end = SMTP_DRIP }, 1 }
};

/* Those of the login have the whole time; the others leave some for the end. */
TABLE_TEST(waits_no_longer_than_planned, slow)
{
	static char text[LARGE];
	size_t len = (size_t)snprintf(text, sizeof(text), "\nbad@x.example\n\n"
	    HEADER);
	const int64_t begin = clock_ms();

	memset(text + len, '\n', sizeof(text) - len);
	start(&slow[_i].replies);
	if (slow[_i].replies.auth != NULL)
		sender.deadline = clock_ms() + SHORT_MS;
	else if (slow[_i].is_after_go)
		sender.ask_go = shorten;
	else
		sender.deadline = clock_ms() + SENDER_END_MS + 2 * SHORT_MS;
	ck_assert_int_eq(send_bytes(text, slow[_i].replies.ehlo != NULL ?
	    sizeof(text) : len), SENT_FAILED);
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_ptr_nonnull(strstr(why.text, slow[_i].is_after_go ?
	    "may arrive twice" : "does not go on with the"));
	ck_assert_int_lt(clock_ms() - begin, SENDER_END_MS / 10);
	stop();
}

/* There would be two hours. */
TEST(waits_not_long_for_one_reply)
{
	static const struct smtp_replies still[] = {
	    { .mail = SMTP_SILENT }, { .mail = SMTP_DRIP },
	    { .rcpt = SMTP_SILENT }, { .data = SMTP_SILENT } };
	size_t i;

	for (i = 0; i < COUNT(still); i++) {
		start(&still[i]);
		sender.deadline = clock_ms() + 2 * 3600 * 1000;
		sender.still_ms = SHORT_MS;
		ck_assert_int_eq(send_text("\nbad@x.example\n\n" HEADER),
		    SENT_FAILED);
		ck_assert_int_eq(why.code, STATUS_LATER);
		ck_assert_ptr_nonnull(strstr(why.text,
		    "does not go on with the"));
		stop();
	}
}
