/* SPDX-License-Identifier: BSD-2-Clause */
#include "mail/sasl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/name.h"
#include "echo.h"
#include "plugin/encode.h"

#define BEFORE_CHALLENGE " ("
#define SENT_MAX (ECHO_TOKEN_MAX + 2 * MESSAGE_MAX)
#define HEARD_MAX (2 * MAIL_LINE_MAX)
#define LINES_MOST 100		/* that a server may say in one login */

enum meaning {
	MEANS_MORE,		/* a challenge: it is our turn */
	MEANS_YES,
	MEANS_NO,
	MEANS_NOTHING,		/* a line of its own business */
	MEANS_PART		/* of an answer of several lines */
};

struct login {
	struct mail *mail;
	enum sasl_mechanism mechanism;
	struct buf sent;	/* the secrets, for echo_mask */
	struct buf heard;	/* what said shows of it, as it came */
	char *said;
	struct failure *why;
};

const char *const sasl_names[SASL_MECHANISMS] = {
	[SASL_XOAUTH2] = "XOAUTH2",
	[SASL_OAUTHBEARER] = "OAUTHBEARER"
};

/*
 * What the server says
 */

static int
fail_dialogue(struct login *l, const char *what)
{
	return fail(l->why, STATUS_LATER, "%s: it %s in a login by %s: see "
	    "who answers there", mail_server(l->mail), what,
	    sasl_names[l->mechanism]);
}

/* *text: what people read in the line. */
static enum meaning
read_line(enum account_server service, const char *line, const char **text)
{
	size_t len = strlen(line);

	*text = line;
	if (service == SERVER_IMAP) {
		if (line[0] == '*')
			return MEANS_NOTHING;
		if (line[0] == '+')
			return MEANS_MORE;
		*text = strchr(line, ' ') != NULL ? strchr(line, ' ') + 1 :
		    line;
		return strncmp(*text, "OK", 2) == 0 ? MEANS_YES : MEANS_NO;
	}
	if (service == SERVER_POP) {
		if (strncmp(line, "+OK", 3) == 0)
			return MEANS_YES;
		return line[0] == '+' ? MEANS_MORE : MEANS_NO;
	}
	if (len > 3 && line[3] == '-')
		return MEANS_PART;
	return strncmp(line, "334", 3) == 0 ? MEANS_MORE :
	    line[0] == '2' ? MEANS_YES : MEANS_NO;
}

/*
 * Text becomes a part of what was said, after what is there. All of it is
 * masked together: an echo may go on from line to line.
 */
static void
add_said(struct login *l, const char *before, const char *text,
    const char *after)
{
	/* What has no room there is more than is ever shown. */
	if (buf_adds(&l->heard, before) == 0 &&
	    buf_adds(&l->heard, text) == 0)
		(void)buf_adds(&l->heard, after);
	echo_mask(&l->sent, l->said, SASL_SAID_MAX + 1, buf_text(&l->heard),
	    l->heard.len);
}

/* Each line of an SMTP answer has the code, and mostly the enhanced one. */
static const char *
without_code(const char *line, const char *first)
{
	size_t same = 0;

	while (line[same] != '\0' && line[same] == first[same] &&
	    strchr("0123456789.- ", line[same]) != NULL)
		same++;
	line += same > 4 ? same : strlen(line) > 4 ? 4 : 0;
	return line + strspn(line, " ");
}

/*
 * The next answer; what it says goes into said where it is the last one, and
 * into challenge where it is one.
 */
static int
receive_answer(struct login *l, enum meaning *meaning,
    char challenge[MAIL_LINE_MAX])
{
	char line[MAIL_LINE_MAX] = "", first[16] = "";
	const char *text = NULL;
	int lines = 0;

	l->said[0] = '\0';
	buf_reset(&l->heard);
	do {
		if (lines++ == LINES_MOST)
			return fail_dialogue(l, "says too much");
		if (mail_receive_line(l->mail, line, l->why) == -1)
			return -1;
		*meaning = read_line(mail_service(l->mail), line, &text);
		if (*meaning == MEANS_NOTHING)
			continue;
		if (*meaning == MEANS_MORE) {
			snprintf(challenge, MAIL_LINE_MAX, "%s", line);
		} else if (l->said[0] == '\0') {
			/* A '-' behind the code would tell of what is cut. */
			if (*meaning == MEANS_PART)
				line[3] = ' ';
			snprintf(first, sizeof(first), "%.15s", line);
			add_said(l, "", text, "");
		} else {
			if (*meaning == MEANS_PART)
				line[3] = ' ';
			add_said(l, " ", without_code(line, first), "");
		}
	} while (*meaning == MEANS_NOTHING || *meaning == MEANS_PART);
	return 0;
}

/* RFC 7628 3.2.2, and XOAUTH2's alike: JSON with a status. */
static void
add_challenge(struct login *l, const char *challenge)
{
	struct buf text = BUF_INIT(MAIL_LINE_MAX);
	const char *encoded = challenge + strcspn(challenge, " ");

	encoded += strspn(encoded, " ");
	if (base64_decode(&text, encoded, strlen(encoded)) == 0 &&
	    buf_text(&text)[0] == '{')
		add_said(l, BEFORE_CHALLENGE, buf_text(&text), ")");
	buf_free(&text);
}

/*
 * What we say
 */

static int
send_auth(struct login *l)
{
	char line[64] = "";

	snprintf(line, sizeof(line), "%s %s", mail_service(l->mail) ==
	    SERVER_IMAP ? "a1 AUTHENTICATE" : "AUTH",
	    sasl_names[l->mechanism]);
	return mail_send_line(l->mail, line, l->why);
}

/* The very message that the plugin sends. */
static int
encode_message(struct buf *message, const struct login *l, const char *user,
    const char *token)
{
	int result = l->mechanism == SASL_XOAUTH2 ?
	    xoauth2_encode(message, user, token, strlen(token)) :
	    oauthbearer_encode(message, user, token, strlen(token));

	if (result == 0 || errno == ENOMEM)
		return result == 0 ? 0 : fail_memory(l->why);
	return fail(l->why, STATUS_CONFIG, "%s: no message can hold this user "
	    "name and token: %s", mail_server(l->mail), errno == EMSGSIZE ?
	    "they are too long (RFC 4954)" : "the name is not UTF-8 without "
	    "control characters");
}

static int
send_response(struct login *l, const char *user, const char *token)
{
	struct buf message = BUF_INIT(MESSAGE_MAX);
	struct buf encoded = BUF_INIT(2 * MESSAGE_MAX);
	int result = -1;

	if (encode_message(&message, l, user, token) == -1)
		goto out;
	if (base64_add(&encoded, message.data, message.len) == -1 ||
	    echo_add(&l->sent, encoded.data, encoded.len) == -1)
		fail_memory(l->why);
	else
		result = mail_send_line(l->mail, buf_text(&encoded), l->why);
out:
	buf_free(&message);
	buf_free(&encoded);
	return result;
}

/* The challenge has said why not: an empty answer brings the final words. */
static int
send_dismissal(struct login *l)
{
	return mail_send_line(l->mail, l->mechanism == SASL_OAUTHBEARER ?
	    "AQ==" : "", l->why);
}

static enum sasl_result
exchange_messages(struct login *l, const char *user, const char *token)
{
	char challenge[MAIL_LINE_MAX] = "", empty[MAIL_LINE_MAX] = "";
	enum meaning meaning = MEANS_NO;

	if (send_auth(l) == -1 || receive_answer(l, &meaning, empty) == -1)
		return SASL_FAILED;
	if (meaning == MEANS_YES)
		return fail_dialogue(l, "says yes before it has the token");
	if (meaning == MEANS_MORE && (send_response(l, user, token) == -1 ||
	    receive_answer(l, &meaning, challenge) == -1))
		return SASL_FAILED;
	if (meaning == MEANS_MORE && (send_dismissal(l) == -1 ||
	    receive_answer(l, &meaning, empty) == -1))
		return SASL_FAILED;
	if (meaning == MEANS_MORE)
		return fail_dialogue(l, "asks for more than there is");
	if (challenge[0] != '\0')
		add_challenge(l, challenge);
	return meaning == MEANS_YES ? SASL_TAKEN : SASL_REFUSED;
}

enum sasl_result
sasl_login(struct mail *m, enum sasl_mechanism mechanism, const char *user,
    const char *token, char said[SASL_SAID_MAX + 1], struct failure *why)
{
	struct login l = { .mail = m, .mechanism = mechanism,
	    .sent = BUF_INIT(SENT_MAX), .heard = BUF_INIT(HEARD_MAX),
	    .said = said, .why = why };
	enum sasl_result result = SASL_FAILED;

	/* Before its turn, too: the server may know it of another login. */
	if (echo_add_token(&l.sent, token, strlen(token)) == -1)
		fail_memory(why);
	else
		result = exchange_messages(&l, user, token);
	buf_free(&l.sent);
	buf_free(&l.heard);
	return result;
}

/* After a login by IMAP. said changes only where the mailbox is refused. */
static enum sasl_result
open_inbox(struct mail *m, const char *token, char said[SASL_SAID_MAX + 1],
    struct failure *why)
{
	struct buf sent = BUF_INIT(ECHO_TOKEN_MAX);
	char answer[MAIL_LINE_MAX] = "";
	enum sasl_result result = SASL_FAILED;
	int lines = 0;

	if (mail_send_line(m, "a2 EXAMINE INBOX", why) == -1)
		return SASL_FAILED;
	do {
		if (lines++ == LINES_MOST)
			return fail(why, STATUS_LATER, "%s: it says too much "
			    "when the mailbox is opened: see who answers "
			    "there", mail_server(m));
		if (mail_receive_line(m, answer, why) == -1)
			return SASL_FAILED;
	} while (strncmp(answer, "a2 ", 3) != 0);
	if (strncmp(answer + 3, "OK", 2) == 0)
		return SASL_TAKEN;
	if (echo_add_token(&sent, token, strlen(token)) == 0) {
		echo_mask(&sent, said, SASL_SAID_MAX + 1, answer + 3,
		    strlen(answer + 3));
		result = SASL_REFUSED;
	} else {
		fail_memory(why);
	}
	buf_free(&sent);
	return result;
}

enum sasl_result
sasl_login_mailbox(struct mail *m, enum sasl_mechanism mechanism,
    const char *user, const char *token, char said[SASL_SAID_MAX + 1],
    struct failure *why)
{
	enum sasl_result result = sasl_login(m, mechanism, user, token, said,
	    why);

	return result == SASL_TAKEN && mail_service(m) == SERVER_IMAP ?
	    open_inbox(m, token, said, why) : result;
}

int
sasl_choose(const struct mail *m, enum sasl_mechanism *mechanism)
{
	int i = 0;

	for (i = 0; i < SASL_MECHANISMS; i++)
		if (mail_offers(m, sasl_names[i])) {
			*mechanism = (enum sasl_mechanism)i;
			return 0;
		}
	return -1;
}

int
sasl_prepare(const struct mail *m, const char *hosts, const char *setting,
    enum sasl_mechanism *mechanism, struct failure *why)
{
	/* The plugin would not give the token to another host, either. */
	if (!host_matches(hosts, mail_host(m)))
		return fail(why, STATUS_HOST, "its hosts do not list %s: add "
		    "it in the account's file", mail_host(m));
	if (sasl_choose(m, mechanism) == -1)
		return fail(why, STATUS_CONFIG, "%s offers neither XOAUTH2 "
		    "nor OAUTHBEARER, so no token opens it: check %s, and "
		    "what the server allows", mail_server(m), setting);
	return 0;
}

const char *
sasl_challenge(const char *said)
{
	const char *found = strstr(said, BEFORE_CHALLENGE "{");

	return found != NULL ? found + strlen(BEFORE_CHALLENGE) : NULL;
}

void
sasl_log_out(struct mail *m)
{
	(void)mail_send_line(m, mail_service(m) == SERVER_IMAP ? "a3 LOGOUT" :
	    "QUIT", NULL);
}
