/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/request/send.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "common/log.h"
#include "common/message.h"
#include "lineio.h"
#include "serve/eviction.h"
#include "serve/exec_worker.h"
#include "serve/log_throttle.h"
#include "serve/request/get.h"
#include "serve/request/report.h"
#include "serve/start_sender.h"
#include "serve/start_worker.h"
#include "serve/worker_starter.h"
#include "state/send_hold.h"

/* Milliseconds. */
#define SEND_WAIT_MOST ((SEND_ALARM - 60) * 1000)
#define TOKEN_WAIT 60000
#define REPORT_WAIT 5000
#define BUSY_PAUSE 250		/* until a sender that is busy is asked again */
#define NOW 1000		/* for what is there already */
#define LOOK_PAUSE 500		/* whether to make room for another */

#define LATER_AGAIN 60		/* seconds */
#define TOKENS_MOST 2		/* of one mail: a newer one, once */
#define HOST_MAX 255
#define TOKEN_ID_MAX 64

/* One mail. */
struct sending {
	const struct send_request *q;
	const char *name;	/* the account's */
	char host[HOST_MAX + 1];
	struct answer token;
	int tokens;		/* that the sender got */
	int fd;			/* the conversation */
	int64_t deadline;	/* clock_ms */
	int64_t last_go;	/* after it, there is no time left to end */
	int may_be_sent;	/* the sender has leave to do the last step */
	struct answer *answer;
};

static int
fail_sending(struct sending *s, enum status code, const char *text)
{
	return fail(&s->answer->failure, code, "account \"%s\": %s", s->name,
	    text);
}

static int
fail_later(struct sending *s, const char *text)
{
	fail_sending(s, STATUS_LATER, text);
	s->answer->failure.retry_after = LATER_AGAIN;
	return -1;
}

/*
 * Before the sender
 */

static int
check_way(struct sending *s)
{
	const struct account *a = s->q->account;

	if (a->send == SEND_NONE)
		return fail(&s->answer->failure, STATUS_CONFIG, "account "
		    "\"%s\": it is not set up to send: add `send = smtp` (or "
		    "gmail or graph, tokend.conf(5)) to %.200s", s->name,
		    a->path);
	if (sending_host(a->send, a->server[SERVER_SMTP], a->send_endpoint,
	    s->host, sizeof(s->host)) == -1)
		return fail_sending(s, STATUS_CONFIG, "the host to send by has "
		    "a name that is too long");
	if (host_matches(a->hosts, s->host))
		return 0;
	return fail(&s->answer->failure, STATUS_HOST, "account \"%s\": not "
	    "for the host that it sends by, %.100s: add it to `hosts` in "
	    "%.150s", s->name, s->host, a->path);
}

/*
 * Of a file of FUSE a process of any user says when a read ends, and even when
 * a close does, which the starter makes. What the machine's root folder is on
 * is no user's.
 */
static int
is_of_a_process(int fd, const struct stat *st)
{
	struct statfs fs;
	struct stat root;

	return fstatfs(fd, &fs) == -1 || (fs.f_type == FUSE_SUPER_MAGIC &&
	    (stat("/", &root) == -1 || root.st_dev != st->st_dev));
}

/* A client could pass anything on: a device, a pipe that never ends. */
int
send_takes_file(int fd)
{
	int flags = fcntl(fd, F_GETFL);
	struct stat st;

	return flags != -1 && (flags & O_PATH) == 0 &&
	    (flags & O_ACCMODE) != O_WRONLY && fstat(fd, &st) == 0 &&
	    S_ISREG(st.st_mode) && !is_of_a_process(fd, &st);
}

static int
check_mail(struct sending *s)
{
	if (s->q->mail != -1)
		return 0;
	return fail_sending(s, STATUS_INTERNAL, "the mail to send did not come "
	    "as one regular file that is open for reading");
}

static int
check_hold(struct sending *s)
{
	return send_hold_is_on(s->q->scope, s->q->account, clock_seconds(),
	    &s->answer->failure) ? -1 : 0;
}

/* As every client gets it, for this host. */
static int
get_token(struct sending *s)
{
	const struct request r = { .verb = VERB_GET, .account = s->name,
	    .service = "smtp", .host = s->host, .mechanism = "none" };
	int64_t until = clock_ms() + TOKEN_WAIT;
	int renew;

	answer_free(&s->token);
	fail(&s->token.failure, STATUS_INTERNAL, "no answer");
	get_answer(&s->token, &r, s->q->scope, s->q->account,
	    until < s->last_go ? until : s->last_go, &renew);
	/* Not after the mail, which may take long. */
	if (renew != -1)
		worker_renew(s->name, renew);
	if (s->token.failure.code != STATUS_OK) {
		s->answer->failure = s->token.failure;
		return -1;
	}
	/* From here on it waits for the sender. */
	return eviction_wait_begin(s->name) == 0 ? 0 : fail_later(s,
	    "too many mails wait already");
}

static int
send_token(struct sending *s)
{
	struct buf b = BUF_INIT(MESSAGE_BYTES_MAX);
	const char *user = s->token.user != NULL ? s->token.user : s->name;
	int result = -1;

	s->tokens++;
	if (attrs_add(&b, "token", s->token.token) == 0 &&
	    attrs_add(&b, "user", user) == 0 && message_send(s->fd, &b) == 0)
		result = 0;
	else if (errno == ENOMEM)
		fail_memory(&s->answer->failure);
	else
		fail_later(s, "the process that sends does not listen");
	buf_free(&b);
	return result;
}

static int
client_is_gone(const struct sending *s)
{
	struct pollfd p = { .fd = s->q->client };

	return poll(&p, 1, 0) == 1 && (p.revents & (POLLHUP | POLLERR)) != 0;
}

/* Before the last step all of it is a reason to give up. */
static int
check_client(struct sending *s)
{
	if (client_is_gone(s))
		return fail_later(s, "the client has gone: nothing was sent");
	if (eviction_must_leave())
		return fail_later(s, "too many requests wait already: nothing "
		    "was sent, and it is to be tried again");
	if (clock_ms() >= s->last_go)
		return fail_later(s, "the mail server or those mails that come "
		    "first are slow: nothing was sent, and it is to be tried "
		    "again");
	return 0;
}

/*
 * To the sender
 */

/* 0, or an errno. */
static int
give_mail(const struct sending *s, int conversation)
{
	int report[2], packets = -1, error;

	if (pipe2(report, O_CLOEXEC) == -1)
		return errno;
	if (starter_fd() != -1) {
		error = starter_ask(starter_fd(), STARTER_SEND, s->name,
		    (const int[]){ [STARTER_CONVERSATION] = conversation,
		    [STARTER_MAIL] = s->q->mail,
		    [STARTER_REPORT] = report[1] });
	} else {
		error = sender_start(s->name, report[1], &packets);
	}
	close(report[1]);
	if (error == 0)
		error = exec_worker_wait(report[0]);
	close(report[0]);
	if (packets != -1 && error == 0)
		error = sender_pass(packets, (const int[]){
		    [SENDER_CONVERSATION] = conversation,
		    [SENDER_MAIL] = s->q->mail });
	if (packets != -1)
		close(packets);
	return error;
}

static int
reach_sender(struct sending *s)
{
	int pair[2], error = EAGAIN;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
		return fail(&s->answer->failure, STATUS_LATER, "account "
		    "\"%s\": no socket: %m", s->name);
	s->fd = pair[0];
	if (send_token(s) == 0)
		while ((error = give_mail(s, pair[1])) == EAGAIN &&
		    check_client(s) == 0)
			poll(NULL, 0, BUSY_PAUSE);
	close(pair[1]);
	if (error == 0)
		return 0;
	return error == EAGAIN ? -1 : exec_worker_failed(s->name, error,
	    &s->answer->failure);
}

/*
 * The conversation
 */

/* Whichever step it was at. */
static int
fail_without_end(struct sending *s)
{
	/* One that was killed had no time for a line of its own. */
	log_warning("account \"%s\": tokend-worker ended while it had a mail "
	    "to send: it was killed, or crashed", s->name);
	return fail_later(s, s->may_be_sent ? "tokend-worker ended when the "
	    "mail was given to the mail server: it may have been sent" :
	    "tokend-worker ended without a result: nothing was sent");
}

/* What comes next. 0, or -1 with the answer. */
static int
hear_sender(struct sending *s, struct message *m)
{
	struct pollfd p[2] = { { .fd = s->fd, .events = POLLIN },
	    { .fd = s->q->client } };

	for (;;) {
		/* One that has gone is no matter after the last step. */
		if (poll(p, s->may_be_sent ? 1 : 2, LOOK_PAUSE) > 0 &&
		    p[0].revents != 0)
			return message_receive(s->fd, m, clock_ms() + NOW) ==
			    0 ? 0 : fail_without_end(s);
		if (!s->may_be_sent && check_client(s) == -1)
			return -1;
		if (clock_ms() >= s->deadline)
			return fail_later(s, "no answer came to a mail that "
			    "was given to the mail server: it may have been "
			    "sent");
	}
}

/* What a mail server's refusal has as its consequence for all clients. */
static void
report_refusal(struct sending *s, const char *challenge)
{
	const struct request r = { .verb = VERB_REJECT, .account = s->name,
	    .id = s->token.id, .service = "smtp", .host = s->host,
	    .challenge = challenge };
	struct answer a = ANSWER_INIT;
	int renew = -1;

	report_answer(&a, &r, s->q->scope, s->q->account, s->q->uid,
	    clock_ms() + REPORT_WAIT, &renew);
	if (renew != -1)
		worker_renew(s->name, renew);
	answer_free(&a);
}

/* Tells the sender that there is no other token. */
static void
send_failure(struct sending *s)
{
	struct buf b = BUF_INIT(MESSAGE_BYTES_MAX);
	const struct failure *f = &s->answer->failure;

	if (attrs_add(&b, "code", status_word(f->code)) == 0 &&
	    attrs_add(&b, "text", f->text) == 0)
		message_send(s->fd, &b);
	buf_free(&b);
}

static int
fail_refused(struct sending *s, const char *challenge)
{
	fail(&s->answer->failure, STATUS_LATER, "account \"%s\": %.100s does "
	    "not take the token%s%.200s", s->name, s->host,
	    challenge != NULL ? ": " : "", challenge != NULL ? challenge : "");
	s->answer->failure.retry_after = LATER_AGAIN;
	return -1;
}

/* A refusal that passes by itself brings no new token. */
static int
replace_token(struct sending *s, struct message *m)
{
	const char *challenge = attrs_get(&m->attrs, "challenge");
	char refused[TOKEN_ID_MAX] = "";
	int result = -1;

	snprintf(refused, sizeof(refused), "%s", s->token.id);
	report_refusal(s, challenge);
	if (get_token(s) == 0)
		result = s->tokens < TOKENS_MOST &&
		    strcmp(s->token.id, refused) != 0 ? send_token(s) :
		    fail_refused(s, challenge);
	if (result == -1)
		send_failure(s);
	return result;
}

/*
 * From here on a signal must not come between the sender's result and the
 * client: it would send the same mail again.
 */
static int
allow_last_step(struct sending *s)
{
	struct buf b = BUF_INIT(MESSAGE_BYTES_MAX);
	sigset_t term;
	int result = -1;

	if (check_client(s) == -1)
		return -1;
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	s->may_be_sent = 1;
	if (attrs_add(&b, "go", "yes") == 0 && message_send(s->fd, &b) == 0)
		result = 0;
	else
		fail_later(s, "the process that sends has ended: nothing was "
		    "sent");
	buf_free(&b);
	return result;
}

static int
take_end(struct sending *s, struct message *m)
{
	struct failure *f = &s->answer->failure;
	const char *word = attrs_get(&m->attrs, "code");
	const char *text = attrs_get(&m->attrs, "text");
	const char *said = attrs_get(&m->attrs, "said");
	enum status code = STATUS_INTERNAL;
	int64_t retry = 0;

	if (word == NULL || status_parse(word, &code) == -1)
		return fail_later(s, "the process that sends gave no result");
	if (code == STATUS_OK) {
		f->code = STATUS_OK;
		/* A copy: the message goes. */
		if (said != NULL && buf_adds(&s->answer->raw, said) == 0)
			s->answer->said = s->answer->raw.data;
		return 0;
	}
	fail(f, code, "%s", text != NULL ? text :
	    "the process that sends gave no reason");
	if (attrs_number(&m->attrs, "retry_after", &retry) == 0 && retry > 0)
		f->retry_after = retry;
	return -1;
}

static int
converse(struct sending *s)
{
	struct message m = MESSAGE_INIT;
	const char *event = "";
	int result = 0;

	while (result == 0 && strcmp(event, "end") != 0) {
		if ((result = hear_sender(s, &m)) == -1)
			break;
		if ((event = attrs_get(&m.attrs, "event")) == NULL)
			event = "";
		if (strcmp(event, "end") == 0)
			result = take_end(s, &m);
		else if (strcmp(event, "refused") == 0)
			result = replace_token(s, &m);
		else if (strcmp(event, "ready") == 0)
			result = allow_last_step(s);
	}
	message_free(&m);
	return result;
}

static void
log_result(const struct sending *s)
{
	const struct answer *a = s->answer;
	const unsigned long uid = (unsigned long)s->q->uid;

	if (a->failure.code == STATUS_OK)
		log_info("account \"%s\": sent a mail of uid %lu by %s: %s",
		    s->name, uid, s->host, a->said != NULL ? a->said : "");
	else
		throttle_warning(s->q->uid, THROTTLE_MAIL, s->name, "a mail "
		    "of uid %lu was not sent (%s): %s", uid,
		    status_word(a->failure.code), a->failure.text);
	if (a->failure.code == STATUS_OK && client_is_gone(s))
		log_warning("account \"%s\": that mail's client had gone: it "
		    "may be sent again", s->name);
}

void
answer_send(struct answer *a, const struct send_request *q, int64_t begun)
{
	struct sending s = { .q = q, .name = q->account->name,
	    .token = ANSWER_INIT, .fd = -1, .answer = a };
	int64_t wait = q->request->wait;

	if (wait <= 0 || wait > SEND_WAIT_MOST)
		wait = SEND_WAIT_MOST;
	s.deadline = begun + wait;
	s.last_go = begun + wait * 2 / 3;
	alarm(SEND_ALARM);
	if (check_way(&s) == 0 && check_mail(&s) == 0 &&
	    check_hold(&s) == 0 && get_token(&s) == 0 &&
	    reach_sender(&s) == 0)
		converse(&s);
	eviction_wait_end();
	log_result(&s);
	if (s.fd != -1)
		close(s.fd);
	answer_free(&s.token);
}
