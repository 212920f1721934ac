/* SPDX-License-Identifier: BSD-2-Clause */
/* test_tunnel.c - the dialogues with a local program, before it is joined */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lineio.h"
#include "tunnel/dialogue.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define PASSWORD "the right one"
#define TALK_MS 3000
#define ANSWERS_MAX 65536

static struct tunnel tunnel;
static struct failure why;
static int local[2], job[2];
static int entered;
static int refuses;		/* an enum status: the server cannot be had */
static const char *answer;	/* of the server, to what it is asked */
static char asked[256];

static int
enter(struct tunnel *t)
{
	entered++;
	if (refuses != STATUS_OK) {
		t->why->code = (enum status)refuses;
		snprintf(t->why->text, sizeof(t->why->text), "why it is so");
		return -1;
	}
	t->is_in = 1;
	return 0;
}

static int
ask(struct tunnel *t, const char *command, struct buf *out)
{
	(void)t;
	snprintf(asked, sizeof(asked), "%s", command);
	return buf_adds(out, answer);
}

static void
begin(enum account_server service, const char *password)
{
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, local), 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, job), 0);
	tunnel = (struct tunnel){ .service = service, .host = "mail.test",
	    .password = password, .why = &why, .enter = enter, .ask = ask };
	local_open(&tunnel.local, local[1], job[1], clock_ms() + TALK_MS);
	why = (struct failure){ .code = STATUS_OK };
	entered = 0;
	refuses = STATUS_OK;
	answer = "";
	asked[0] = '\0';
}

static void
end(void)
{
	local_free(&tunnel.local);
	close(local[0]);
	close(local[1]);
	close(job[0]);
	close(job[1]);
}

/* All that the tunnel says to all that the program says, as one text. */
static enum next_step
talk(const char *said, size_t len, char answers[ANSWERS_MAX])
{
	enum next_step told = NEXT_FAILED;
	size_t at = 0;
	ssize_t n = 0;

	ck_assert_int_eq(write(local[0], said, len), (ssize_t)len);
	shutdown(local[0], SHUT_WR);
	told = tunnel_dialogue(&tunnel);
	shutdown(local[1], SHUT_WR);
	while (at < ANSWERS_MAX - 1 &&
	    (n = read(local[0], answers + at, ANSWERS_MAX - 1 - at)) > 0)
		at += (size_t)n;
	answers[at] = '\0';
	return told;
}

static const struct {
	enum account_server service;
	const char *password;
	const char *says;
	enum next_step told;
	const char *hears;
	const char *left;	/* what is the server's, of what it said */
} dialogues[] = {
	/* Without a password the server is there, and any login will do. */
	{ SERVER_IMAP, NULL, "a NOOP\r\n", NEXT_JOIN, "* PREAUTH [CAPABILITY "
	    "IMAP4rev1 IDLE] tokend has logged in\r\n", "" },
	{ SERVER_POP, NULL, "USER x\r\nPASS y z\r\nSTAT\r\n", NEXT_JOIN,
	    "+OK mail.test POP3 by tokend\r\n+OK the password\r\n"
	    "+OK welcome\r\n", "STAT\r\n" },
	{ SERVER_POP, NULL, "STAT\r\nLIST\r\n", NEXT_JOIN,
	    "+OK mail.test POP3 by tokend\r\n", "STAT\r\nLIST\r\n" },
	{ SERVER_POP, NULL, "AUTH\r\nAUTH CRAM-MD5\r\nAPOP x y\r\nSTLS\r\n",
	    NEXT_JOIN, "+OK mail.test POP3 by tokend\r\n+OK\r\nPLAIN\r\n.\r\n"
	    "-ERR the only mechanism is PLAIN\r\n"
	    "-ERR log in first, by USER or AUTH PLAIN\r\n", "STLS\r\n" },
	{ SERVER_POP, NULL, "QUIT\r\n", NEXT_CLOSED,
	    "+OK mail.test POP3 by tokend\r\n+OK bye\r\n", "" },
	{ SERVER_SMTP, NULL, "AUTH PLAIN AHgAeQ==\r\nEHLO x\r\n", NEXT_JOIN,
	    "220 mail.test ESMTP by tokend\r\n235 2.7.0 welcome\r\n",
	    "EHLO x\r\n" },
	{ SERVER_SMTP, NULL, "auth login\r\neA==\r\neQ==\r\n", NEXT_JOIN,
	    "220 mail.test ESMTP by tokend\r\n334 VXNlcm5hbWU6\r\n"
	    "334 UGFzc3dvcmQ6\r\n235 2.7.0 welcome\r\n", "" },
	{ SERVER_SMTP, NULL, "MAIL FROM:<>\r\nRCPT TO:<x>\r\n", NEXT_JOIN,
	    "220 mail.test ESMTP by tokend\r\n",
	    "MAIL FROM:<>\r\nRCPT TO:<x>\r\n" },
	{ SERVER_SMTP, NULL, "AUTH XOAUTH2\r\nQUIT\r\n", NEXT_CLOSED,
	    "220 mail.test ESMTP by tokend\r\n"
	    "504 5.5.4 the mechanisms are PLAIN LOGIN\r\n"
	    "221 2.0.0 bye\r\n", "" },
	{ SERVER_SMTP, NULL, "", NEXT_CLOSED,
	    "220 mail.test ESMTP by tokend\r\n", "" },
	/* With one, nothing is the server's before it was given. */
	{ SERVER_SMTP, PASSWORD, "HELO x\r\nNOOP\r\nSTARTTLS\r\nVRFY x\r\n"
	    "AUTH PLAIN AHgAdGhlIHJpZ2h0IG9uZQ==\r\nMAIL\r\n", NEXT_JOIN,
	    "220 mail.test ESMTP by tokend\r\n250 tokend\r\n250 2.0.0 OK\r\n"
	    "502 5.5.1 no TLS here\r\n530 5.7.0 log in first\r\n"
	    "235 2.7.0 welcome\r\n", "MAIL\r\n" },
	{ SERVER_SMTP, PASSWORD, "AUTH PLAIN AHgAdGhlIHdyb25nIG9uZQ==\r\n"
	    "AUTH LOGIN eA==\r\ndGhlIHJpZ2h0IG9uZQ==\r\n", NEXT_JOIN,
	    "220 mail.test ESMTP by tokend\r\n"
	    "535 5.7.8 the password is not the tunnel's\r\n"
	    "334 UGFzc3dvcmQ6\r\n235 2.7.0 welcome\r\n", "" },
	{ SERVER_SMTP, PASSWORD, "AUTH PLAIN\r\n*\r\nQUIT\r\n", NEXT_CLOSED,
	    "220 mail.test ESMTP by tokend\r\n334 \r\n"
	    "535 5.7.8 the password is not the tunnel's\r\n221 2.0.0 bye\r\n",
	    "" },
	/* An empty line is no password, and no memory either. */
	{ SERVER_POP, PASSWORD, "AUTH PLAIN\r\n\r\nQUIT\r\n", NEXT_CLOSED,
	    "+OK mail.test POP3 by tokend\r\n+ \r\n"
	    "-ERR [AUTH] the password is not the tunnel's\r\n+OK bye\r\n",
	    "" },
	{ SERVER_SMTP, PASSWORD, "AUTH PLAIN\r\n\r\nQUIT\r\n", NEXT_CLOSED,
	    "220 mail.test ESMTP by tokend\r\n334 \r\n"
	    "535 5.7.8 the password is not the tunnel's\r\n221 2.0.0 bye\r\n",
	    "" },
	{ SERVER_POP, PASSWORD, "CAPA\r\nSTAT\r\nPASS the right one\r\nSTAT",
	    NEXT_JOIN, "+OK mail.test POP3 by tokend\r\n+OK\r\nUSER\r\n"
	    "SASL PLAIN\r\nRESP-CODES\r\n.\r\n"
	    "-ERR log in first, by USER or AUTH PLAIN\r\n+OK welcome\r\n",
	    "STAT" },
	{ SERVER_POP, PASSWORD, "PASS the right one \r\nPASS\r\nQUIT\r\n",
	    NEXT_CLOSED, "+OK mail.test POP3 by tokend\r\n"
	    "-ERR [AUTH] the password is not the tunnel's\r\n"
	    "-ERR [AUTH] the password is not the tunnel's\r\n+OK bye\r\n",
	    "" },
	{ SERVER_POP, PASSWORD, "AUTH PLAIN AHgAdGhlIHJpZ2h0IG9uZQ==\r\nSTAT"
	    "\r\n", NEXT_JOIN, "+OK mail.test POP3 by tokend\r\n"
	    "+OK welcome\r\n", "STAT\r\n" },
	{ SERVER_POP, PASSWORD, "auth plain\r\nAHgAdGhlIHdyb25nIG9uZQ==\r\n"
	    "AUTH PLAIN\r\nAHgAdGhlIHJpZ2h0IG9uZQ==\r\n", NEXT_JOIN,
	    "+OK mail.test POP3 by tokend\r\n+ \r\n"
	    "-ERR [AUTH] the password is not the tunnel's\r\n"
	    "+ \r\n+OK welcome\r\n", "" },
	{ SERVER_IMAP, PASSWORD, "a LOGIN x \"the right one\"\r\nb IDLE\r\n",
	    NEXT_JOIN, "* OK [CAPABILITY IMAP4rev1 SASL-IR LITERAL+ "
	    "AUTH=PLAIN] tokend\r\na OK [CAPABILITY IMAP4rev1 IDLE] welcome"
	    "\r\n", "b IDLE\r\n" },
	{ SERVER_IMAP, PASSWORD, "a SELECT x\r\nb LOGIN x\r\nc LOGIN {1}\r\n"
	    "x {13}\r\nthe right one\r\n", NEXT_JOIN, "* OK [CAPABILITY "
	    "IMAP4rev1 SASL-IR LITERAL+ AUTH=PLAIN] tokend\r\n"
	    "a BAD log in first\r\nb BAD name and password are missing\r\n"
	    "+ go on\r\n+ go on\r\nc OK [CAPABILITY IMAP4rev1 IDLE] welcome"
	    "\r\n", "" },
	{ SERVER_IMAP, PASSWORD,
	    "a LOGIN \"a\\\"b\" {13+}\r\nthe right one\r\n",
	    NEXT_JOIN, "* OK [CAPABILITY IMAP4rev1 SASL-IR LITERAL+ "
	    "AUTH=PLAIN] tokend\r\na OK [CAPABILITY IMAP4rev1 IDLE] welcome"
	    "\r\n", "" },
	{ SERVER_IMAP, PASSWORD, "a LOGIN {1} x\r\nb LOGIN x \"y\r\n"
	    "c LOGIN x y\r\nd CAPABILITY\r\ne LOGOUT\r\n", NEXT_CLOSED,
	    "* OK [CAPABILITY IMAP4rev1 SASL-IR LITERAL+ AUTH=PLAIN] tokend"
	    "\r\na BAD name and password are missing\r\n"
	    "b BAD name and password are missing\r\n"
	    "c NO [AUTHENTICATIONFAILED] the password is not the tunnel's\r\n"
	    "* CAPABILITY IMAP4rev1 SASL-IR LITERAL+ AUTH=PLAIN\r\n"
	    "d OK done\r\n* BYE until then\r\ne OK done\r\n", "" },
	{ SERVER_IMAP, PASSWORD, "a AUTHENTICATE PLAIN\r\n"
	    "eAB4AHRoZSByaWdodCBvbmU=\r\n", NEXT_JOIN, "* OK [CAPABILITY "
	    "IMAP4rev1 SASL-IR LITERAL+ AUTH=PLAIN] tokend\r\n+ \r\n"
	    "a OK [CAPABILITY IMAP4rev1 IDLE] welcome\r\n", "" }
};

TABLE_TEST(says_what_a_server_would, dialogues)
{
	static char heard[ANSWERS_MAX];

	begin(dialogues[_i].service, dialogues[_i].password);
	answer = "* CAPABILITY IMAP4rev1 IDLE\r\na3 OK\r\n";
	ck_assert_int_eq(talk(dialogues[_i].says, strlen(dialogues[_i].says),
	    heard), dialogues[_i].told);
	ck_assert_str_eq(heard, dialogues[_i].hears);
	if (dialogues[_i].told == NEXT_JOIN)
		ck_assert_str_eq(buf_text(&tunnel.local.in),
		    dialogues[_i].left);
	ck_assert_int_eq(entered, dialogues[_i].password == NULL ||
	    dialogues[_i].told == NEXT_JOIN);
	ck_assert_int_eq(why.code, STATUS_OK);
	end();
}

static const struct {
	enum account_server service;
	const char *says;
	const char *server;
	const char *asked;
	const char *hears;	/* behind the greeting */
} passed[] = {
	{ SERVER_SMTP, "EHLO me.test\r\nQUIT\r\n", "250-far.test\r\n"
	    "250-AUTH=PLAIN\r\n250-SIZE 100\r\n250-STARTTLS\r\n"
	    "250-AUTHX\r\n250 auth XOAUTH2\r\n", "EHLO me.test",
	    "250-far.test\r\n250-SIZE 100\r\n250-AUTHX\r\n"
	    "250 AUTH PLAIN LOGIN\r\n221 2.0.0 bye\r\n" },
	{ SERVER_SMTP, "ehlo -\r\nQUIT\r\n", "501 no such name\r\n", "ehlo -",
	    "501 no such name\r\n221 2.0.0 bye\r\n" },
	{ SERVER_SMTP, "HELO me\r\nQUIT\r\n", "250 far.test\r\n", "HELO me",
	    "250 far.test\r\n221 2.0.0 bye\r\n" },
	{ SERVER_POP, "CAPA\r\nQUIT\r\n", "+OK\r\nUIDL\r\nSASL XOAUTH2\r\n"
	    "STLS\r\nUSER\r\nTOP\r\n.\r\n", "CAPA", "+OK\r\nUIDL\r\nTOP\r\n"
	    "USER\r\nSASL PLAIN\r\n.\r\n+OK bye\r\n" },
	{ SERVER_POP, "CAPA\r\nQUIT\r\n", "-ERR what\r\n", "CAPA",
	    "+OK\r\nUSER\r\nSASL PLAIN\r\n.\r\n+OK bye\r\n" }
};

TABLE_TEST(shows_the_servers_abilities_with_our_logins, passed)
{
	static char heard[ANSWERS_MAX];
	const char *behind = NULL;

	begin(passed[_i].service, NULL);
	answer = passed[_i].server;
	talk(passed[_i].says, strlen(passed[_i].says), heard);
	ck_assert_str_eq(asked, passed[_i].asked);
	behind = strstr(heard, "\r\n");
	ck_assert_ptr_nonnull(behind);
	ck_assert_str_eq(behind + 2, passed[_i].hears);
	end();
}

static const struct {
	enum account_server service;
	const char *password;
	const char *says;
	enum status code;
	const char *ends;	/* of what is heard */
} refused[] = {
	{ SERVER_IMAP, NULL, "", STATUS_LATER,
	    "* BYE [UNAVAILABLE] why it is so\r\n" },
	{ SERVER_IMAP, NULL, "", STATUS_CONFIG,
	    "* BYE [AUTHENTICATIONFAILED] why it is so\r\n" },
	{ SERVER_POP, NULL, "", STATUS_LATER,
	    "-ERR [SYS/TEMP] why it is so\r\n" },
	{ SERVER_POP, NULL, "", STATUS_SIGN_IN,
	    "-ERR [SYS/PERM] why it is so\r\n" },
	{ SERVER_SMTP, NULL, "", STATUS_LATER, "421 4.3.2 why it is so\r\n" },
	{ SERVER_SMTP, NULL, "", STATUS_SIGN_IN,
	    "554 5.7.0 why it is so\r\n" },
	{ SERVER_SMTP, PASSWORD, "AUTH PLAIN AHgAdGhlIHJpZ2h0IG9uZQ==\r\n",
	    STATUS_LATER, "454 4.7.0 why it is so\r\n" },
	{ SERVER_SMTP, PASSWORD, "AUTH PLAIN AHgAdGhlIHJpZ2h0IG9uZQ==\r\n",
	    STATUS_HOST, "535 5.7.8 why it is so\r\n" },
	{ SERVER_POP, PASSWORD, "PASS the right one\r\n", STATUS_LATER,
	    "-ERR [SYS/TEMP] why it is so\r\n" },
	{ SERVER_IMAP, PASSWORD, "a LOGIN x \"the right one\"\r\n",
	    STATUS_LATER, "a NO [UNAVAILABLE] why it is so\r\n"
	    "* BYE [UNAVAILABLE] why it is so\r\n" }
};

TABLE_TEST(says_why_there_is_no_server, refused)
{
	static char heard[ANSWERS_MAX];
	size_t len = strlen(refused[_i].ends);

	begin(refused[_i].service, refused[_i].password);
	refuses = refused[_i].code;
	ck_assert_int_eq(talk(refused[_i].says, strlen(refused[_i].says),
	    heard), NEXT_FAILED);
	ck_assert_uint_ge(strlen(heard), len);
	ck_assert_str_eq(heard + strlen(heard) - len, refused[_i].ends);
	ck_assert_int_eq(why.code, refused[_i].code);
	end();
}

TEST(is_slow_and_ends_where_passwords_are_wrong)
{
	static const char says[] = "PASS a\r\nPASS b\r\nPASS c\r\n"
	    "PASS the right one\r\n";
	static char heard[ANSWERS_MAX];
	int64_t begun = clock_ms();

	begin(SERVER_POP, PASSWORD);
	tunnel.pause = 100;
	/* Half closed is not gone: the pauses are sat out. */
	ck_assert_int_eq(talk(says, sizeof(says) - 1, heard), NEXT_FAILED);
	ck_assert_int_eq(why.code, STATUS_DENIED);
	ck_assert_int_eq(entered, 0);
	ck_assert_int_ge(clock_ms() - begun, 300);
	end();
}

TEST(an_empty_password_opens_nothing)
{
	static const char says[] = "PASS \r\nPASS x\r\nQUIT\r\n";
	static char heard[ANSWERS_MAX];

	begin(SERVER_POP, "");
	ck_assert_int_eq(talk(says, sizeof(says) - 1, heard), NEXT_CLOSED);
	ck_assert_int_eq(entered, 0);
	end();
}

/* Too long, too many, with a NUL, with a CR of its own, no command at all. */
static const struct {
	enum account_server service;
	const char *piece;
	size_t len;
	int times;
} odd[] = {
	{ SERVER_SMTP, "x", 1, 30000 }, { SERVER_SMTP, "NOOP\r\n", 6, 5000 },
	{ SERVER_SMTP, "NO\0OP\r\n", 7, 1 }, { SERVER_SMTP, "A\rB\r\n", 5, 1 },
	{ SERVER_POP, "CAPA\r\n", 6, 5000 }, { SERVER_POP, "y", 1, 30000 },
	{ SERVER_POP, "AUTH PLAIN\r\nA\rB\r\n", 17, 1 },
	{ SERVER_IMAP, "a NOOP\r\n", 8, 4000 }, { SERVER_IMAP, "\r\n", 2, 1 },
	{ SERVER_IMAP, "a\r\n", 3, 1 },
	{ SERVER_IMAP, "a LOGIN {99999999999999999}\r\n", 29, 1 },
	{ SERVER_IMAP, "a LOGIN {1+}\r\n", 14, 100 },
	{ SERVER_IMAP, "a LOGIN {999999999999999999999}\r\na\r\n", 36, 1 },
	{ SERVER_IMAP, "z", 1, 30000 }
};

TABLE_TEST(bears_odd_programs, odd)
{
	static char heard[ANSWERS_MAX], says[65536];
	size_t len = 0;
	int i = 0;

	for (i = 0; i < odd[_i].times &&
	    len + odd[_i].len <= sizeof(says); i++, len += odd[_i].len)
		memcpy(says + len, odd[_i].piece, odd[_i].len);
	begin(odd[_i].service, PASSWORD);
	ck_assert_int_eq(talk(says, len, heard), NEXT_FAILED);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_int_eq(entered, 0);
	ck_assert_msg(strstr(heard, why.text) != NULL, "it heard \"%s\"",
	    heard);
	end();
}

TEST(waits_for_a_silent_program_so_long)
{
	begin(SERVER_SMTP, PASSWORD);
	tunnel.local.deadline = clock_ms() + 100;
	ck_assert_int_eq(tunnel_dialogue(&tunnel), NEXT_FAILED);
	ck_assert_int_eq(why.code, STATUS_LATER);
	end();
}

TEST(ends_with_the_job)
{
	begin(SERVER_SMTP, PASSWORD);
	close(job[0]);
	job[0] = -1;
	ck_assert_int_eq(tunnel_dialogue(&tunnel), NEXT_CLOSED);
	end();
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	return unit_run();
}
