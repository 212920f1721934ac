/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * upload.h - requests whose body is read piece by piece, over a connection that
 * is kept for the next one, by libcurl (transfer.h).
 *
 * What holds for http_post holds here: verified TLS, no redirect followed, no
 * cookie, the account's proxy and certificates. A body is never sent a second
 * time by libcurl itself: whether that is safe is the caller's to judge, by
 * is_complete.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "net/http_answer.h"
#include "base/status.h"

#define UPLOAD_ANSWER_MAX (64 * 1024)	/* bytes; answers are under 4 kB */
#define UPLOAD_LOCATION_MAX 2048	/* of an address, with NUL */
#define UPLOAD_WAIT_MS 60000		/* for the answer, and for the body */
#define UPLOAD_BYTES_PER_MS 4		/* by a line of 32 kbit/s */

struct upload;		/* the kept connection */

/* ms that a request with a body of so many bytes may take. */
int64_t upload_limit(int64_t size);

struct upload_request {
	const char *method;
	const char *url;
	const struct buf *authorization;	/* the value, or NULL */
	const char *const *fields;	/* more lines of the head, NULL ends */
	int64_t size;			/* of the body */
	/* Its next bytes, as read(2). */
	ssize_t (*read)(void *arg, void *data, size_t size);
	/*
	 * Asked before the last bytes go out, when all were read: -1 keeps
	 * them back, so that the request is never complete. NULL: no question.
	 */
	int (*may_complete)(void *arg);
	void *arg;
	int64_t deadline;		/* clock_ms; 0: none but the above */
};

struct upload_answer {
	struct http_answer http;
	/* All of the body went out, as far as the system knows. */
	int is_complete;
	int is_whole;		/* the answer */
	int was_kept;		/* by a connection of an earlier request */
	char location[UPLOAD_LOCATION_MAX];	/* Location; "" */
	int64_t received;	/* bytes that Range says are there; 0 */
};

#define UPLOAD_ANSWER_INIT { .http = { .trusted = "", \
	.setting = "send_endpoint", .body = BUF_INIT(UPLOAD_ANSWER_MAX) } }

/*
 * Takes one line of an answer's head, line end and all, for location and
 * received; a status line forgets them.
 */
void upload_answer_add_line(struct upload_answer *a, const char *data,
    size_t len);

/*
 * settings, and hosts, the names that requests may go to (name.h), are borrowed
 * until upload_close. NULL without memory. total_ms is a limit for one request
 * in place of the two above.
 */
struct upload *upload_open(const struct http_settings *settings,
    const char *hosts, struct failure *why);

/*
 * Performs one request. 0 with a whole answer, whatever its status; -1 with why
 * as http_post, and STATUS_LATER where the body cannot be read or may not be
 * completed. answer is cleared first.
 */
int upload_perform(struct upload *u, const struct upload_request *r,
    struct upload_answer *answer, struct failure *why);

void upload_close(struct upload *u);	/* u may be NULL */
