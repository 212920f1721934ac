/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/device_flow.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lineio.h"
#include "net/form.h"
#include "signin/consent.h"
#include "signin/device.h"
#include "signin/qr_code.h"

static int
send_code(struct attempt *at, const struct device *d)
{
	struct buf square = BUF_INIT(QR_MODULES_MAX);
	char seconds[24];
	int result;

	if (qr_modules(d->complete[0] != '\0' ? d->complete : d->uri,
	    &square) == -1)
		buf_reset(&square);
	snprintf(seconds, sizeof(seconds), "%" PRId64, d->expires_in);
	result = job_event(at->job, "device", "user_code", d->user_code,
	    "verification_uri", d->uri, "verification_uri_complete",
	    d->complete[0] != '\0' ? d->complete : NULL, "qr",
	    square.len > 0 ? buf_text(&square) : NULL, "expires_in", seconds,
	    NULL);
	buf_free(&square);
	return result;
}

/* The client's own secret may be a stored one; no lock for a look at it. */
static int
request_code(struct attempt *at, struct device *d)
{
	struct credential c = CREDENTIAL_INIT;
	int result = -1;

	(void)attempt_stored(at, &c, NULL);
	if (credential_replace(&c, &at->typed) == -1)
		fail_memory(&at->failure.failure);
	else
		result = device_begin(d, &at->account, &c, &at->failure);
	credential_free(&c);
	if (result == 0)
		return 0;
	/* Some providers have scopes that no device may ask for. */
	if (strcmp(at->failure.detail.error, "invalid_scope") == 0)
		job_note(at->job, "Perhaps the provider does not give this "
		    "scope to devices: then sign in in a browser, without "
		    "--device.");
	at->job->why = at->failure.failure;
	return -1;
}

/* Until then; ends at once when the command has gone. */
static int
pause_until(struct attempt *at, int64_t when)
{
	struct message said = MESSAGE_INIT;

	while (job_receive(at->job, &said, when) == 0)
		continue;
	message_free(&said);
	return at->job->why.code == STATUS_LATER ? 0 : -1;
}

enum poll_end {
	POLL_FAILED = -1,	/* job->why */
	POLL_DONE,		/* the tokens are there */
	POLL_PENDING
};

/* One request. */
static enum poll_end
poll_once(struct attempt *at, struct device *d)
{
	struct buf form = BUF_INIT(FORM_MAX);
	enum poll_end end = POLL_FAILED;

	if (attempt_begin(at, 1) == -1) {
		/* Another process renews the account; the code can wait. */
		if (at->lock == -1 && at->job->why.code == STATUS_LATER)
			end = POLL_PENDING;
	} else if (device_form(d, &form) == -1) {
		fail_memory(&at->job->why);
	} else if (token_request(&at->account, &at->keep.credential, &form,
	    keep_hooks(&at->keep, 0), &at->answer, &at->failure) == 0) {
		end = POLL_DONE;
	} else {
		at->job->why = at->failure.failure;
		if (device_goes_on(d, &at->failure))
			end = POLL_PENDING;
	}
	buf_free(&form);
	if (end == POLL_PENDING)
		attempt_end(at);
	return end;
}

static int
fail_expired(struct attempt *at, const struct device *d)
{
	return fail(&at->job->why, STATUS_SIGN_IN, "account \"%s\": the code "
	    "%s has expired before it was entered: begin again",
	    at->account.name, d->user_code);
}

static int
poll_until_decided(struct attempt *at, struct device *d)
{
	int64_t expiry = clock_ms() + d->expires_in * 1000, next;
	enum poll_end end = POLL_PENDING;

	while (end == POLL_PENDING) {
		next = clock_ms() + d->interval * 1000;
		if (next >= expiry)
			return pause_until(at, expiry) == -1 ? -1 :
			    fail_expired(at, d);
		if (pause_until(at, next) == -1)
			return -1;
		end = poll_once(at, d);
	}
	return end == POLL_DONE ? 0 : -1;
}

int
device_flow(struct attempt *at)
{
	struct device d = DEVICE_INIT;
	int result = -1, sends_iss = 0;

	if (consent_discover(at, METADATA_DEVICE, &sends_iss) == 0 &&
	    request_code(at, &d) == 0 && send_code(at, &d) == 0 &&
	    poll_until_decided(at, &d) == 0)
		result = consent_check_answer(at);
	device_free(&d);
	return result == 0 ? attempt_store(at) : -1;
}
