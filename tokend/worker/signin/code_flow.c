/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/code_flow.h"

#include <stdio.h>
#include <string.h>

#include "lineio.h"
#include "net/form.h"
#include "signin/authorize.h"
#include "signin/consent.h"
#include "signin/receiver.h"

#define FLOW_MS (30 * 60 * 1000LL)	/* for the person */
#define SAID_MS 2000		/* for a message that has begun to come */
#define FINISH_MS 3000		/* for a browser to fetch the last page */

struct flow {
	struct attempt *at;
	struct authorize authorize;
	struct receiver receiver;
	struct start start;
	int is_refused;		/* by the provider: job->why says it */
	int was_visited;	/* the answer came by a browser */
	int was_pasted;		/* or from the command */
};

/* An answer, however it came: 1 if it ends the wait. */
static int
take_query(struct flow *f, const char *query, char refused[])
{
	struct token_failure *tf = &f->at->failure;
	const struct failure *why = &tf->failure;
	enum authorize_answer answer = authorize_read(&f->authorize,
	    &f->at->account, query, tf);

	if (answer == AUTHORIZE_REFUSED) {
		f->at->job->why = *why;
		f->is_refused = 1;
	} else if (answer == AUTHORIZE_OTHER) {
		job_note(f->at->job, "%s", why->text);
		memcpy(refused, why->text, sizeof(why->text));
	}
	return answer != AUTHORIZE_OTHER;
}

static int
judge_query(void *flow, char *query, char refused[FAILURE_TEXT_MAX + 1])
{
	struct flow *f = flow;

	f->was_visited = take_query(f, query, refused);
	return f->was_visited;
}

static void
send_note(void *flow, const char *text)
{
	const struct flow *f = flow;

	job_note(f->at->job, "%s", text);
}

static int
send_address(struct flow *f, const struct buf *url)
{
	struct receiver *r = &f->receiver;
	char port[16];

	snprintf(port, sizeof(port), "%u", r->port);
	return job_event(f->at->job, "open", "url", buf_text(url),
	    "redirect", r->uri, "start", r->start != NULL ? r->start->uri :
	    NULL, "port", r->is_listening ? port : NULL, NULL);
}

/* Without one the person opens the address itself, as always elsewhere. */
static void
offer_start(struct flow *f, const struct buf *url)
{
	const struct attempt *at = f->at;
	struct failure why;

	if (!job_says(at->job, "start", "yes"))
		return;
	if (start_open(&f->start, buf_text(url), at->account.name, &why) == 0)
		f->receiver.start = &f->start;
	else
		job_note(at->job, "%s", why.text);
}

static int
begin_flow(struct flow *f, int receive)
{
	struct attempt *at = f->at;
	struct failure *why = &at->job->why;
	struct buf url = BUF_INIT(AUTHORIZE_URL_MAX);
	int result = -1;

	if (receiver_open(&f->receiver, at->account.name,
	    at->account.redirect_uri, receive, why) == 0 &&
	    authorize_begin(&f->authorize, &at->account, f->receiver.uri,
	    &url, why) == 0) {
		offer_start(f, &url);
		result = send_address(f, &url);
	}
	f->receiver.judge = judge_query;
	f->receiver.note = send_note;
	f->receiver.flow = f;
	buf_free(&url);
	return result;
}

/* What the command says meanwhile: the final address may be in it. */
static int
listen_to_command(struct flow *f)
{
	struct message said = MESSAGE_INIT;
	char refused[FAILURE_TEXT_MAX + 1];
	int result = job_receive(f->at->job, &said, clock_ms() + SAID_MS);
	char *pasted = result == 0 ? attrs_get(&said.attrs, "pasted") : NULL;
	const char *query;
	size_t len;

	if (pasted != NULL) {
		query = authorize_find_query(pasted, &len);
		pasted[(size_t)(query - pasted) + len] = '\0';
		f->was_pasted = take_query(f, query, refused);
	}
	message_free(&said);
	return result;
}

/* Waits for the answer, and 0 with the code; -1 with job->why. */
static int
wait_for_code(struct flow *f)
{
	int64_t deadline = clock_ms() + FLOW_MS;
	enum receiver_end end = RECEIVER_OTHER;

	while (end == RECEIVER_OTHER && !f->was_pasted) {
		end = receiver_wait(&f->receiver, f->at->job->fd, deadline);
		if (end == RECEIVER_OTHER && listen_to_command(f) == -1)
			return -1;
	}
	if (end == RECEIVER_EXPIRED)
		return fail(&f->at->job->why, STATUS_LATER, "account \"%s\": "
		    "no sign-in within %d min: begin again",
		    f->at->account.name, (int)(FLOW_MS / 60000));
	return f->is_refused ? -1 : 0;
}

static int
request_token(struct flow *f)
{
	struct attempt *at = f->at;
	struct buf form = BUF_INIT(FORM_MAX);
	int result = -1;

	if (authorize_form(&f->authorize, f->receiver.uri, &form) == -1)
		fail_memory(&at->job->why);
	else if (attempt_begin(at, 1) == 0) {
		result = token_request(&at->account, &at->keep.credential,
		    &form, keep_hooks(&at->keep, 0), &at->answer, &at->failure);
		if (result == -1)
			at->job->why = at->failure.failure;
		else
			result = consent_check_answer(at);
	}
	buf_free(&form);
	return result;
}

static void
show_outcome(struct flow *f, int result)
{
	if (!f->was_visited)
		return;
	if (result == 0)
		receiver_finish(&f->receiver, "Signed in",
		    "tokend has its tokens. You may close this page and go "
		    "back to the terminal.", FINISH_MS);
	else
		receiver_finish(&f->receiver, "Not signed in",
		    f->at->job->why.text, FINISH_MS);
}

int
code_flow(struct attempt *at, int receive)
{
	struct flow f = { .at = at, .authorize = AUTHORIZE_INIT,
	    .start = START_INIT };
	int result;

	if (consent_discover(at, METADATA_AUTHORIZATION,
	    &f.authorize.expects_iss) == -1)
		return -1;
	if ((result = begin_flow(&f, receive)) == 0) {
		if ((result = wait_for_code(&f)) == 0)
			result = request_token(&f);
		show_outcome(&f, result);
	}
	/* No more requests are served while the command decides. */
	receiver_close(&f.receiver);
	start_close(&f.start);
	authorize_free(&f.authorize);
	return result == 0 ? attempt_store(at) : -1;
}
