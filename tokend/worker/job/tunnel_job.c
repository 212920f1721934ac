/* SPDX-License-Identifier: BSD-2-Clause */
/* tunnel_job.c - the job tunnel: a local program and a mail server */
#include "tunnel/dialogue.h"

#include <signal.h>
#include <string.h>

#include "account/server_tls.h"
#include "base/base64.h"
#include "disk/cachefile.h"
#include "common/descriptors.h"
#include "job/jobs.h"
#include "lineio.h"
#include "base/name.h"
#include "tunnel/upstream.h"

#define TOKEN_MS 30000		/* for the command to get the token */
#define TALK_MS 120000		/* for the local program to log in */
#define PAUSE_MS 2000		/* after a wrong password */
/* For the server's last words, once the local program has said its own. */
#define LINGER_MS 10000
#define HOST_MAX 255

struct work {
	struct job *job;
	struct tunnel tunnel;
	struct upstream upstream;
};

static int
fail_job(struct work *w)
{
	return fail(&w->job->why, STATUS_INTERNAL, "the job is not whole: "
	    "tokend-worker is started by tokend only");
}

/*
 * Getting in
 */

/* Why the command has no token, in its own words. */
static int
take_failure(struct work *w, struct message *said)
{
	const char *code = attrs_get(&said->attrs, "code");
	const char *text = attrs_get(&said->attrs, "text");
	enum status status = STATUS_INTERNAL;

	if (code == NULL || text == NULL ||
	    status_parse(code, &status) == -1 || status == STATUS_OK)
		return fail_job(w);
	return fail(&w->job->why, status, "%s", text);
}

static void
report_refusal(struct work *w)
{
	struct failure why = w->job->why;
	const char *challenge = sasl_challenge(w->upstream.said);

	if (challenge != NULL)
		(void)job_event(w->job, "refused", "challenge", challenge,
		    NULL);
	w->job->why = why;
}

static int
log_in(struct work *w, const char *user, const char *token)
{
	if (upstream_open(&w->upstream, user, token, &w->job->why) == 0) {
		w->tunnel.is_in = 1;
		return 0;
	}
	/* A refusal that passes is none of the token. */
	if (w->job->why.code != STATUS_LATER)
		report_refusal(w);
	return -1;
}

static int
enter_server(struct tunnel *t)
{
	struct work *w = t->of;
	struct message said = MESSAGE_INIT;
	const char *token = NULL, *user = NULL;
	int result = -1;

	if (job_event(w->job, "wanted", NULL) == 0 &&
	    job_receive(w->job, &said, clock_ms() + TOKEN_MS) == 0) {
		token = attrs_get(&said.attrs, "token");
		user = attrs_get(&said.attrs, "user");
		result = token == NULL || user == NULL ?
		    take_failure(w, &said) : log_in(w, user, token);
	}
	/* The program is told the same text as the process that started us. */
	if (result == -1)
		failure_name(&w->job->why, w->job->account);
	message_free(&said);
	return result;
}

static int
ask_server(struct tunnel *t, const char *command, struct buf *answer)
{
	struct work *w = t->of;

	return upstream_ask(&w->upstream, command, answer, &w->job->why);
}

/*
 * The job
 */

static int
take_pem(struct work *w, const char *name, struct buf *pem)
{
	const char *text = job_value(w->job, name);

	return text == NULL || base64_decode(pem, text, strlen(text)) == 0 ?
	    0 : fail_job(w);
}

static int
take_mechanism(struct work *w)
{
	const char *word = job_value(w->job, "mechanism");
	int i = 0;

	for (i = 0; word != NULL && i < SASL_MECHANISMS; i++)
		if (strcmp(sasl_names[i], word) == 0) {
			w->upstream.mechanism = (enum sasl_mechanism)i;
			w->upstream.is_given = 1;
		}
	return word == NULL || w->upstream.is_given ? 0 : fail_job(w);
}

static int
take_tls(struct work *w)
{
	const char *word = job_value(w->job, "tls");

	return word == NULL ||
	    server_tls_parse(&w->upstream.settings.tls, word) == 0 ? 0 :
	    fail_job(w);
}

static int
read_first(struct work *w)
{
	struct tunnel *t = &w->tunnel;

	t->service = server_find(job_value(w->job, "service"));
	if (t->service == SERVERS)
		return fail_job(w);
	if (take_mechanism(w) == -1 ||
	    take_pem(w, "certificate", &t->certificate) == -1 ||
	    take_pem(w, "key", &t->key) == -1)
		return -1;
	w->upstream.settings = (struct mail_settings){
	    .service = t->service, .server = job_value(w->job, "server"),
	    .setting = "HOST", .ca_file = job_value(w->job, "ca_file"),
	    .ca_dir = job_value(w->job, "ca_dir") };
	if (w->upstream.settings.server == NULL)
		return fail_job(w);
	if (take_tls(w) == -1)
		return -1;
	t->host = w->upstream.settings.server;
	t->password = job_value(w->job, "password");
	t->pause = PAUSE_MS;
	t->why = &w->job->why;
	t->enter = enter_server;
	t->ask = ask_server;
	t->of = w;
	local_open(&t->local, WORKER_FILE, w->job->fd,
	    clock_ms() + TALK_MS);
	return 0;
}

static int
report_joined(struct work *w)
{
	return job_event(w->job, "joined", "server",
	    mail_server(w->upstream.mail), "mechanism",
	    sasl_names[w->upstream.mechanism], NULL);
}

static int
join_streams(struct work *w)
{
	struct local *l = &w->tunnel.local;
	struct stream far = { .in = -1 };
	struct join j;
	int result = -1;

	upstream_stream(&w->upstream, &far);
	if (join_open(&j, &l->stream, &far, LINGER_MS) == -1)
		fail_memory(&w->job->why);
	else if (report_joined(w) == 0) {
		join_begin_with(&j, l->in.data, l->in.len);
		result = join_run(&j, w->job->fd) != JOIN_BROKEN ? 0 :
		    fail(&w->job->why, STATUS_LATER, "%s: the connection "
		    "broke: try again", mail_server(w->upstream.mail));
	}
	join_free(&j);
	return result;
}

int
tunnel_run(struct job *job)
{
	struct work w = { .job = job,
	    .tunnel = { .certificate = BUF_INIT(MESSAGE_BYTES_MAX),
	    .key = BUF_INIT(MESSAGE_BYTES_MAX) } };
	enum next_step told = NEXT_FAILED;
	int result = -1;

	/* TLS writes with write(2). */
	signal(SIGPIPE, SIG_IGN);
	if (read_first(&w) == 0) {
		told = tunnel_dialogue(&w.tunnel);
		result = told == NEXT_JOIN ? join_streams(&w) :
		    told == NEXT_CLOSED ? 0 : -1;
		local_free(&w.tunnel.local);
	}
	if (w.upstream.mail != NULL && told == NEXT_CLOSED)
		sasl_log_out(w.upstream.mail);
	upstream_close(&w.upstream);
	buf_free(&w.tunnel.certificate);
	buf_free(&w.tunnel.key);
	return result;
}
