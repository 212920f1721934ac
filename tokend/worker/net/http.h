/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * http.h - one request over verified TLS, by libcurl (transfer.h).
 *
 * HTTPS only, except to a host that is literally loopback, and for a GET to a
 * cloud's fixed metadata address (url.h); both are also never reached
 * through a proxy. No redirect is followed, no cookie or netrc is read. What
 * goes out and what comes in is never logged.
 */
#pragma once

#include "base/buf.h"
#include "net/http_answer.h"
#include "base/status.h"

/* A proxy on the way. */
struct http_route {
	char proxy[HEAD_HOST_SHOWN];	/* its host:port, for texts; "": none */
	const char *variable;	/* of the environment, that names it; NULL: */
				/* the settings do */
};

/*
 * Posts form to url. authorization is the value of that header field, or NULL.
 * Returns 0 with a whole answer, whatever its status is. Returns -1 with why:
 * STATUS_LATER for what may pass (names, network, TLS, proxy, an answer that
 * broke off or has no end), STATUS_CONFIG for a setting that is wrong here,
 * STATUS_INTERNAL without memory; its text begins with the host, names no
 * account, and is under 330 bytes. Then status still says if an answer had
 * begun, and retry_after what it said. answer is to be freed either way.
 */
int http_post(const struct http_settings *s, const char *url,
    const struct buf *authorization, const struct buf *form,
    struct http_answer *answer, struct failure *why);

/*
 * The same for a GET. fields are more lines of the head ("Name: value"), ended
 * by NULL.
 */
int http_get(const struct http_settings *s, const char *url,
    const char *const fields[], struct http_answer *answer,
    struct failure *why);

/*
 * The way to url under s; of a proxy that the environment names, no_proxy may
 * still except it. -1 for a url that cannot be asked.
 */
int http_find_route(const struct http_settings *s, const char *url,
    struct http_route *r);

void http_answer_free(struct http_answer *answer);
