/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exchange.h - one request and its answer by libcurl: what http.c and upload.c
 * have in common.
 */
#pragma once

#include <curl/curl.h>
#include <stddef.h>

#include "base/buf.h"
#include "net/http_answer.h"
#include "net/transfer.h"
#include "net/url.h"
#include "base/status.h"

/* Why a callback stopped the transfer. */
enum exchange_stop {
	STOP_NOT,
	STOP_MEMORY,
	STOP_BODY,	/* of the answer: longer than it may be */
	STOP_HEAD,
	STOP_SOURCE	/* what is sent could not be read */
};

struct exchange {
	const struct http_settings *settings;
	struct url url;
	struct transfer transfer;
	struct curl_slist *fields;
	struct http_answer *answer;
	size_t head_len;
	enum exchange_stop stop;
	CURLcode code;		/* that it ended with */
};

/* Sets an option of x unless one before failed; for CURLcode code. */
#define EXCHANGE_SET(x, code, option, value) \
	TRANSFER_SET(&(x)->transfer, code, option, value)

/*
 * Reads url into x->url, and its host into the answer. -1 with STATUS_CONFIG:
 * it is no URL that is asked, or is neither https nor may it be plain.
 */
int exchange_read_url(struct exchange *x, const char *url,
    int may_be_metadata, struct failure *why);

/*
 * Adds the lines of the request's head: those that each has; more, which NULL
 * ends; and Authorization, if there is a value. 0, or -1 without memory.
 */
int exchange_add_fields(struct exchange *x, const char *const *more,
    const struct buf *authorization);

/* Frees the lines; one of them may hold a secret. */
void exchange_free_fields(struct exchange *x);

/*
 * The proxy that is gone through, or NULL; no_proxy may still except it.
 * *variable: of the environment, that names it.
 */
const char *exchange_find_proxy(const struct http_settings *s,
    const struct url *u, const char **variable);

/*
 * What every request has: HTTP/1.1, the fields, the proxy, and where the answer
 * goes. What is sent is set by the caller, afterwards.
 */
CURLcode exchange_set(struct exchange *x, const char *url);

/* Takes a line of the answer's head, for a caller who looks at it first. */
size_t exchange_take_head(char *data, size_t size, size_t count, void *x);

/*
 * Performs what was set. 0 with a whole answer, whatever its status; -1 with
 * why, as http_post has it. was_sent is the caller's to fill.
 */
int exchange_perform(struct exchange *x, struct failure *why);

/* Bytes of the body that went out, as far as the system knows. */
int64_t exchange_sent(const struct exchange *x);
