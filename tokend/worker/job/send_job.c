/* SPDX-License-Identifier: BSD-2-Clause */
/* send_job.c - the job send: mails of an account, one after the other */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "account/account.h"
#include "common/descriptors.h"
#include "common/failure_text.h"
#include "common/log.h"
#include "job/jobs.h"
#include "lineio.h"
#include "passing.h"
#include "send/way.h"
#include "state/send_hold.h"

#define IDLE_MS 10000		/* without a mail, then it ends */
#define IDLE_LIFE 60		/* seconds: the same, and the ending */
#define MAIL_LIFE 900		/* seconds a mail, whatever it waits for */
#define MAIL_MS 840000		/* what is planned of it */
/* For a token that the answerer gets: reporting one, and a renewal. */
#define TOKEN_MS 90000
#define GO_MS 30000
#define TRIES_MOST 3		/* a mail: the answerer replaces one token */

struct post {
	struct job *job;
	const struct sending_way *way;	/* NULL: no account yet */
	struct account account;
	struct sender sender;
	int is_ending;		/* no more packets come than there are */
};

/* One mail and the conversation about it. */
struct delivery {
	struct post *post;
	struct job job;
	struct outgoing mail;
	struct sent_answer answer;
	const char *user, *token;
};

/*
 * The account
 */

/* As its file is now: another one may have another server or sender. */
static int
load_account(struct post *p, struct failure *why)
{
	struct account now = { .name = "" };

	if (account_load(&now, p->job->scope, p->job->account, why) == -1) {
		account_free(&now);
		return -1;
	}
	if (p->way != NULL && strcmp(now.stamp, p->account.stamp) == 0) {
		account_free(&now);
		return 0;
	}
	if (p->way != NULL)
		p->way->close(&p->sender);
	account_free(&p->account);
	p->account = now;
	p->way = sending_way_of(&p->account);
	return p->way != NULL ? 0 : fail(why, STATUS_CONFIG, "it has no way "
	    "to send: add \"send = smtp\" to the account's file");
}

static int
find_rules(const struct delivery *d, struct outgoing_rules *rules,
    struct failure *why)
{
	const struct account *a = &d->post->account;

	rules->address = a->users.user != NULL ? a->users.user :
	    strchr(a->name, '@') != NULL ? a->name : d->user;
	rules->from = a->send_from != NULL ? a->send_from : rules->address;
	rules->recipients_in_header = a->send != SEND_SMTP;
	return strchr(rules->address, '@') != NULL ? 0 : fail(why,
	    STATUS_CONFIG, "it names no mailbox to send from: add \"user = "
	    "ADDRESS\" to the account's file");
}

/*
 * The conversation
 */

/* 0: token and user are set. -1 with why: also the answerer's own. */
static int
receive_token(struct delivery *d, struct message *m)
{
	struct failure *why = &d->job.why;
	enum status status = STATUS_INTERNAL;
	const char *code = NULL, *text = NULL;

	if (message_receive(d->job.fd, m, clock_ms() + TOKEN_MS) == -1)
		return fail(why, STATUS_LATER, "no token came for the mail: "
		    "it is tried again later");
	d->token = attrs_get(&m->attrs, "token");
	d->user = attrs_get(&m->attrs, "user");
	if (d->token != NULL && d->user != NULL)
		return 0;
	code = attrs_get(&m->attrs, "code");
	text = attrs_get(&m->attrs, "text");
	if (code == NULL || text == NULL ||
	    status_parse(code, &status) == -1 || status == STATUS_OK)
		return fail(why, STATUS_INTERNAL, "the job is not whole: "
		    "tokend-worker is started by tokend only");
	return fail(why, status, "%s", text);
}

/* A stop of the service waits for what becomes of a mail that is on its way. */
static void
hold_sigterm(int how)
{
	sigset_t term;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(how, &term, NULL);
}

static int
ask_go(struct sender *s, struct failure *why)
{
	struct delivery *d = s->of;
	struct message m = MESSAGE_INIT;
	const char *go = NULL;
	int result = -1;

	if (job_event(&d->job, "ready", NULL) == 0 &&
	    message_receive(d->job.fd, &m, clock_ms() + GO_MS) == 0)
		go = attrs_get(&m.attrs, "go");
	if (go != NULL && strcmp(go, "yes") == 0) {
		hold_sigterm(SIG_BLOCK);
		result = 0;
	} else {
		(void)sender_fail_left(why);
	}
	message_free(&m);
	return result;
}

/* A newer token, into m; or why there is none. */
static int
replace_token(struct delivery *d, struct message *m)
{
	if (job_event(&d->job, "refused", "challenge", d->answer.said,
	    NULL) == -1)
		return -1;
	return receive_token(d, m);
}

static void
end_conversation(struct delivery *d)
{
	struct job *j = &d->job;

	if (j->why.code == STATUS_OK) {
		(void)job_event(j, "end", "code", status_word(STATUS_OK),
		    "said", d->answer.said, NULL);
		return;
	}
	/* What the answerer said names the account already. */
	if (strncmp(j->why.text, "account \"", 9) != 0)
		(void)text_name_account(&j->why, j->account);
	job_end(j);
}

/*
 * A mail
 */

static void
send_mail(struct delivery *d)
{
	struct post *p = d->post;
	struct message newer = MESSAGE_INIT;
	enum sent sent = SENT_FAILED;
	int tries = 0;

	do {
		outgoing_rewind(&d->mail);
		sent = p->way->send(&p->sender, &d->mail, d->user, d->token,
		    &d->answer, &d->job.why);
	} while (sent == SENT_TOKEN_REFUSED && ++tries < TRIES_MOST &&
	    replace_token(d, &newer) == 0);
	if (sent == SENT_DONE)
		d->job.why.code = STATUS_OK;
	message_free(&newer);
}

/*
 * A limit of the provider's holds all mails of the account. The result itself
 * is the answerer's to log.
 */
static void
note_limit(struct delivery *d)
{
	const struct failure *why = &d->job.why;
	struct failure ignored;

	if (why->code == STATUS_LATER && why->retry_after > 0 &&
	    send_hold_note(d->job.scope, &d->post->account, why,
	    clock_seconds(), &ignored) == -1)
		log_warning("%s", ignored.text);
}

static void
handle_mail(struct delivery *d, int file)
{
	struct post *p = d->post;
	struct outgoing_rules rules = { .address = NULL };
	struct failure *why = &d->job.why;

	if (receive_token(d, &d->job.first) == -1 ||
	    load_account(p, why) == -1 || find_rules(d, &rules, why) == -1)
		return;
	p->sender = (struct sender){ .scope = d->job.scope,
	    .account = &p->account, .connection = p->sender.connection,
	    .client = d->job.fd, .deadline = clock_ms() + MAIL_MS,
	    .still_ms = SENDER_STILL_MS, .ask_go = ask_go, .of = d };
	/* It may have waited long for others. */
	if (sender_is_left(&p->sender)) {
		(void)sender_fail_left(why);
		return;
	}
	if (send_hold_is_on(d->job.scope, &p->account, clock_seconds(), why))
		return;
	if (outgoing_open(&d->mail, file, &rules, why) == 0) {
		send_mail(d);
		note_limit(d);
	}
	outgoing_close(&d->mail);
}

static void
take_mail(struct post *p, int conversation, int file)
{
	struct delivery d = { .post = p, .job = { .fd = conversation,
	    .scope = p->job->scope, .account = p->job->account,
	    .first = MESSAGE_INIT, .why = p->job->why } };

	alarm(MAIL_LIFE);
	/* Where this job could not begin, each mail is told why. */
	if (d.job.why.code == STATUS_OK)
		handle_mail(&d, file);
	end_conversation(&d);
	hold_sigterm(SIG_UNBLOCK);
	message_free(&d.job.first);
}

/*
 * The packets
 */

/* Until there is a packet, or the end; after IDLE_MS no more may come. */
static void
wait_for_packet(struct post *p)
{
	if (p->is_ending || io_wait(p->job->fd, POLLIN,
	    clock_ms() + IDLE_MS) == 0)
		return;
	p->is_ending = 1;
	shutdown(p->job->fd, SHUT_RD);
}

/* False if there is no packet, and none will come. */
static int
handle_packet(struct post *p)
{
	int files[2] = { -1, -1 }, count = 0;
	char byte = 0;
	ssize_t n = 0;

	alarm(IDLE_LIFE);
	wait_for_packet(p);
	n = passing_receive(p->job->fd, &byte, 1, files, 2, &count,
	    MSG_DONTWAIT);
	if (n == 1 && count == 2)
		take_mail(p, files[0], files[1]);
	while (count > 0)
		close(files[--count]);
	return n == 1 || (n == -1 && errno == EPROTO) ||
	    (n == -1 && errno == EAGAIN && !p->is_ending);
}

int
send_run(struct job *j)
{
	struct post p = { .job = j };

	/* TLS writes with write(2). */
	signal(SIGPIPE, SIG_IGN);
	while (handle_packet(&p))
		continue;
	if (p.way != NULL)
		p.way->close(&p.sender);
	account_free(&p.account);
	return j->why.code == STATUS_OK ? 0 : -1;
}
