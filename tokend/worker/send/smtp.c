/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * smtp.c - see way.h: by the account's submission server (RFC 6409), with the
 * token.
 *
 * A mail goes to all recipients or to none: one that is refused ends it. The
 * connection stays for the next mail. Where it turns out to be gone, or the
 * server wants another login, another one is opened, once, as long as nothing
 * of the mail was sent.
 *
 * What is not known is whether a server has taken a mail that it was sent
 * whole, dot and all, and gave no reply to: then it may arrive twice, since
 * its queue sends it again.
 */
#include "send/way.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "account/account.h"
#include "common/failure_text.h"
#include "echo.h"
#include "knowledge/mail_advice.h"
#include "lineio.h"
#include "mail/connection.h"
#include "mail/sasl.h"
#include "send/smtp_refusal.h"
#include "send/smtp_reply.h"

#define LOGIN_MS 60000		/* from the name's look-up to the last word */
#define EARLY_MS 2000		/* for a reply that ended the content */
#define BLOCK 32768
#define COMMAND_MAX (2 * OUTGOING_ADDRESS_MAX)

struct smtp {
	struct mail *mail;
	char *user;		/* who is logged in */
	struct buf secrets;	/* the token, for echo_mask */
	char in[BLOCK];
	char out[2 * BLOCK];	/* the same with dots doubled */
};

/* One mail over a connection. */
struct work {
	struct sender *sender;
	struct smtp *smtp;
	struct outgoing *mail;
	struct sent_answer *answer;
	struct failure *why;
};

enum step {
	STEP_DONE,
	STEP_REFUSED,		/* the server said no; the connection is good */
	STEP_LOST		/* the connection is not */
};

static void
smtp_close(struct sender *s)
{
	struct smtp *c = s->connection;

	s->connection = NULL;
	if (c == NULL)
		return;
	mail_close(c->mail);
	buf_free(&c->secrets);
	free(c->user);
	free(c);
}

/* With a QUIT, where the connection is good and nothing is in between. */
static void
smtp_leave(struct sender *s)
{
	struct smtp *c = s->connection;

	if (c != NULL) {
		mail_set_deadline(c->mail, clock_ms() + EARLY_MS);
		sasl_log_out(c->mail);
	}
	smtp_close(s);
}

static void
limit_time(const struct work *w, int64_t ms, int64_t reserve)
{
	const int64_t latest = w->sender->deadline - reserve;
	const int64_t then = clock_ms() + ms;

	mail_set_deadline(w->smtp->mail, then < latest ? then : latest);
}

/*
 * The login
 */

static int
open_server(struct work *w, enum sasl_mechanism *mechanism)
{
	const struct account *a = w->sender->account;
	const struct mail_settings settings = mail_settings_of(a, SERVER_SMTP);
	const int64_t then = clock_ms() + LOGIN_MS;

	w->smtp->mail = mail_open(&settings, then < w->sender->deadline ?
	    then : w->sender->deadline, w->why);
	return w->smtp->mail == NULL ? -1 : sasl_prepare(w->smtp->mail,
	    a->hosts, settings.setting, mechanism, w->why);
}

/* A newer token may help only where it was the token. */
static enum sent
refuse_login(struct work *w, const char *user, const char *said)
{
	const struct known *advice = mail_advice_find(said);

	text_cut(w->answer->said, sizeof(w->answer->said), said);
	sasl_fail_refused(w->smtp->mail, user, said, w->why);
	if (w->why->code == STATUS_LATER)
		return SENT_FAILED;
	return sasl_challenge(said) != NULL ||
	    (advice->flags & KNOWN_MAY_BE_TOKEN) != 0 ? SENT_TOKEN_REFUSED :
	    SENT_FAILED;
}

static enum sent
log_in(struct work *w, const char *user, const char *token)
{
	char said[SASL_SAID_MAX + 1] = "";
	enum sasl_mechanism mechanism = SASL_XOAUTH2;
	enum sasl_result taken;

	if (open_server(w, &mechanism) == -1)
		return SENT_FAILED;
	taken = sasl_login(w->smtp->mail, mechanism, user, token, said, w->why);
	if (taken == SASL_TAKEN)
		mail_set_task(w->smtp->mail, "the mail");
	return taken == SASL_TAKEN ? SENT_DONE : taken == SASL_REFUSED ?
	    refuse_login(w, user, said) : SENT_FAILED;
}

/* Connects and logs in; nothing is kept where that fails. */
static enum sent
connect_as(struct work *w, const char *user, const char *token)
{
	struct smtp *c = calloc(1, sizeof(*c));
	enum sent result = SENT_FAILED;

	if (c == NULL) {
		fail_memory(w->why);
		return SENT_FAILED;
	}
	w->sender->connection = w->smtp = c;
	c->secrets = (struct buf)BUF_INIT(ECHO_TOKEN_MAX);
	if ((c->user = strdup(user)) == NULL ||
	    echo_add_token(&c->secrets, token, strlen(token)) == -1)
		fail_memory(w->why);
	else
		result = log_in(w, user, token);
	if (result != SENT_DONE)
		smtp_close(w->sender);
	return result;
}

/*
 * The envelope
 */

static int
has_8bit(const char *text)
{
	while (*text != '\0')
		if ((unsigned char)*text++ >= 0x80)
			return 1;
	return 0;
}

/* An address that needs SMTPUTF8 (RFC 6531), or NULL. */
static const char *
find_8bit_address(const struct outgoing *o)
{
	size_t i = 0;

	if (has_8bit(o->sender))
		return o->sender;
	for (i = 0; i < o->recipient_count; i++)
		if (has_8bit(o->recipients[i]))
			return o->recipients[i];
	return NULL;
}

/* What the server has said that it does not take is not sent. */
static int
check_extensions(const struct work *w, int64_t size)
{
	const struct mail_extensions *e = mail_extensions(w->smtp->mail);
	const char *address = find_8bit_address(w->mail);
	const char *server = mail_server(w->smtp->mail);

	if (e->size > 0 && size > e->size)
		return fail(w->why, STATUS_MESSAGE, "the mail has %lld bytes, "
		    "and %s takes %lld at most: make it smaller, or send it "
		    "in another way", (long long)size, server,
		    (long long)e->size);
	if (address != NULL && !e->has_smtputf8)
		return fail(w->why, STATUS_MESSAGE, "%s does not take the "
		    "address <%.100s>, which is not ASCII (SMTPUTF8): use "
		    "another address", server, address);
	return 0;
}

static enum step
say(struct work *w, const char *command, struct smtp_reply *r)
{
	limit_time(w, w->sender->still_ms, SENDER_END_MS);
	if (smtp_exchange(w->smtp->mail, &w->smtp->secrets, command, r,
	    w->why) == -1)
		return STEP_LOST;
	/* It closes (RFC 5321 3.8), and says why. */
	return r->code == 421 ? STEP_LOST : r->code / 100 == 2 ? STEP_DONE :
	    STEP_REFUSED;
}

static enum step
refuse(struct work *w, enum smtp_step at, const char *address,
    const struct smtp_reply *r)
{
	const char *server = mail_server(w->smtp->mail);

	if (r->code < 400) {
		fail(w->why, STATUS_LATER, "%s: its reply is out of place "
		    "(%.100s): see which program answers there", server,
		    r->said);
		return STEP_LOST;
	}
	smtp_fail_refused(w->why, server, at, address, r);
	return r->code == 421 ? STEP_LOST : STEP_REFUSED;
}

static int
add_command(struct buf *b, const char *verb, const char *address)
{
	return buf_adds(b, verb) == -1 || buf_adds(b, address) == -1 ? -1 :
	    buf_adds(b, ">");
}

static int
add_parameters(const struct work *w, struct buf *b, int64_t size)
{
	const struct mail_extensions *e = mail_extensions(w->smtp->mail);

	if (e->size > 0 && (buf_adds(b, " SIZE=") == -1 ||
	    buf_addnum(b, size) == -1))
		return -1;
	if (w->mail->has_8bit && e->has_8bitmime &&
	    buf_adds(b, " BODY=8BITMIME") == -1)
		return -1;
	return find_8bit_address(w->mail) == NULL ? 0 :
	    buf_adds(b, " SMTPUTF8");
}

/* STEP_LOST of what has a reply: by it, the server wants another login. */
static enum step
say_sender(struct work *w, int64_t size)
{
	struct buf line = BUF_INIT(COMMAND_MAX);
	struct smtp_reply r = { .code = 0 };
	enum step step = STEP_LOST;

	if (add_command(&line, "MAIL FROM:<", w->mail->sender) == -1 ||
	    add_parameters(w, &line, size) == -1)
		fail_memory(w->why);
	else
		step = say(w, buf_text(&line), &r);
	buf_free(&line);
	if (step != STEP_DONE && r.code != 0)
		step = refuse(w, SMTP_AT_SENDER, w->mail->sender, &r);
	return step == STEP_REFUSED && (r.code == 530 || r.code == 535) ?
	    STEP_LOST : step;
}

static enum step
say_recipient(struct work *w, const char *address)
{
	struct buf line = BUF_INIT(COMMAND_MAX);
	struct smtp_reply r = { .code = 0 };
	enum step step = STEP_LOST;

	if (add_command(&line, "RCPT TO:<", address) == -1)
		fail_memory(w->why);
	else
		step = say(w, buf_text(&line), &r);
	buf_free(&line);
	return step != STEP_DONE && r.code != 0 ?
	    refuse(w, SMTP_AT_RECIPIENT, address, &r) : step;
}

/*
 * All of them are asked for, unless one is refused for good: that is told, and
 * not what passes.
 */
static enum step
say_recipients(struct work *w)
{
	struct failure first = { .code = STATUS_OK };
	enum step step = STEP_DONE;
	size_t i = 0;

	for (i = 0; i < w->mail->recipient_count; i++) {
		step = say_recipient(w, w->mail->recipients[i]);
		if (step == STEP_LOST || (step == STEP_REFUSED &&
		    w->why->code != STATUS_LATER))
			return step;
		if (step == STEP_REFUSED && first.code == STATUS_OK)
			first = *w->why;
	}
	if (first.code == STATUS_OK)
		return STEP_DONE;
	*w->why = first;
	return STEP_REFUSED;
}

/*
 * The content
 */

static enum step
say_data(struct work *w)
{
	struct smtp_reply r = { .code = 0 };
	enum step step = say(w, "DATA", &r);

	if (r.code == 354)
		return STEP_DONE;
	return r.code == 0 ? step : refuse(w, SMTP_AT_CONTENT, NULL, &r);
}

/* RFC 5321 4.5.2. *at_start: a line begins here. */
static size_t
double_dots(char *out, const char *in, size_t len, int *at_start)
{
	const char *end = in + len, *next = NULL;
	size_t made = 0, n = 0;

	for (; in < end; in += n) {
		if (*at_start && *in == '.')
			out[made++] = '.';
		next = memchr(in, '\n', (size_t)(end - in));
		n = next != NULL ? (size_t)(next - in) + 1 :
		    (size_t)(end - in);
		memcpy(out + made, in, n);
		made += n;
		*at_start = next != NULL;
	}
	return made;
}

/* The server may have said why it closes. */
static enum step
hear_early_reply(struct work *w)
{
	struct failure why;
	struct smtp_reply r = { .code = 0 };

	mail_set_deadline(w->smtp->mail, clock_ms() + EARLY_MS);
	if (smtp_reply_receive(w->smtp->mail, &w->smtp->secrets, &r,
	    &why) == 0 && r.code >= 400)
		(void)refuse(w, SMTP_AT_CONTENT, NULL, &r);
	return STEP_LOST;
}

/* All but the final dot. What ends early, ends with the connection. */
static enum step
send_content(struct work *w)
{
	struct smtp *c = w->smtp;
	int at_start = 1;
	size_t len = 0;
	ssize_t n = 0;

	limit_time(w, INT64_MAX / 2, SENDER_END_MS);
	while ((n = outgoing_read(w->mail, c->in, sizeof(c->in))) > 0) {
		if (sender_is_left(w->sender)) {
			sender_fail_left(w->why);
			return STEP_LOST;
		}
		len = double_dots(c->out, c->in, (size_t)n, &at_start);
		if (mail_send(c->mail, c->out, len, w->why) == -1)
			return hear_early_reply(w);
	}
	if (n == -1)
		outgoing_fail(w->why, errno);
	return n == -1 ? STEP_LOST : STEP_DONE;
}

static enum step
fail_unknown(struct work *w)
{
	fail(w->why, STATUS_LATER, "%s: it has the whole mail, and did not "
	    "say whether it takes it: it may have been sent; it is sent "
	    "again, and may arrive twice", mail_server(w->smtp->mail));
	return STEP_LOST;
}

static enum step
end_mail(struct work *w)
{
	struct smtp *c = w->smtp;
	struct smtp_reply r = { .code = 0 };

	if (sender_go(w->sender, w->why) == -1)
		return STEP_LOST;
	limit_time(w, INT64_MAX / 2, 0);
	if (mail_send_line(c->mail, ".", w->why) == -1 ||
	    smtp_reply_receive(c->mail, &c->secrets, &r, w->why) == -1)
		return fail_unknown(w);
	if (r.code / 100 != 2 && r.code < 400)
		return fail_unknown(w);
	if (r.code / 100 != 2)
		return refuse(w, SMTP_AT_CONTENT, NULL, &r);
	text_cut(w->answer->said, sizeof(w->answer->said), r.said);
	return STEP_DONE;
}

/*
 * The mail
 */

/* So that the next mail begins where this one did. */
static void
reset_server(struct work *w)
{
	struct failure why = *w->why;
	struct smtp_reply r = { .code = 0 };

	if (say(w, "RSET", &r) != STEP_DONE)
		smtp_close(w->sender);
	*w->why = why;
}

/* MAIL has been taken. */
static enum sent
send_rest(struct work *w)
{
	enum step step = say_recipients(w);

	if (step == STEP_DONE)
		step = say_data(w);
	/* After these the server is ready for the next mail by itself. */
	if (step == STEP_DONE) {
		if ((step = send_content(w)) == STEP_DONE)
			step = end_mail(w);
	} else if (step == STEP_REFUSED) {
		reset_server(w);
	}
	if (step == STEP_LOST)
		smtp_close(w->sender);
	return step == STEP_DONE ? SENT_DONE : SENT_FAILED;
}

static enum step
begin_mail(struct work *w, int64_t size)
{
	return check_extensions(w, size) == -1 ? STEP_REFUSED :
	    say_sender(w, size);
}

static enum sent
smtp_send(struct sender *s, struct outgoing *o, const char *user,
    const char *token, struct sent_answer *answer, struct failure *why)
{
	struct work w = { .sender = s, .smtp = s->connection, .mail = o,
	    .answer = answer, .why = why };
	const int64_t size = outgoing_size(o);
	enum sent sent = SENT_DONE;
	enum step step = STEP_LOST;

	if (size == -1) {
		outgoing_fail(why, errno);
		return SENT_FAILED;
	}
	if (w.smtp != NULL && strcmp(w.smtp->user, user) == 0)
		step = begin_mail(&w, size);
	if (step == STEP_LOST) {
		smtp_close(s);
		if ((sent = connect_as(&w, user, token)) != SENT_DONE)
			return sent;
		step = begin_mail(&w, size);
	}
	if (step == STEP_DONE)
		return send_rest(&w);
	if (step == STEP_LOST)
		smtp_close(s);
	return SENT_FAILED;
}

const struct sending_way send_by_smtp = { smtp_send, smtp_leave };
