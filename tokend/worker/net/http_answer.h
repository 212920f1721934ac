/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * http_answer.h - how a request is made, and what comes back: for http.h and
 * upload.h.
 */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "net/head.h"
#include "net/trouble.h"

#define HTTP_CONNECT_MS 5000	/* name, TCP, proxy and TLS: seconds at worst */
#define HTTP_TOTAL_MS 20000	/* a renewal's is of refresh/budget.h */
#define HTTP_BODY_MAX (1024 * 1024)	/* answers are a few kB */
#define HTTP_HEAD_MAX (64 * 1024)	/* of all header lines; libcurl 8.3
					 * has a limit of 300 kB */
#define HTTP_ADDRESS_MAX 46	/* bytes, an IPv6 one with NUL */
#define HTTP_MOVED_MAX 160	/* bytes of an address for texts, with NUL */
#define HTTP_RETRY_AFTER_MAX 3600	/* seconds; what is longer is cut */

struct http_settings {	/* strings are borrowed, NULL: not set */
	/*
	 * As libcurl writes proxies, with "user:password@" if need be;
	 * "none": no proxy at all; NULL: what the environment names.
	 */
	const char *proxy;
	/* If one of the two is set, it is trusted in place of the system's. */
	const char *ca_file;
	const char *ca_dir;
	const char *setting;	/* key that names the URL; token_endpoint */
	long connect_ms;	/* 0: HTTP_CONNECT_MS */
	long total_ms;		/* 0: HTTP_TOTAL_MS */
	long still_s;		/* seconds without a byte, either way; 0: any */
};

struct http_answer {
	char host[HEAD_HOST_SHOWN];	/* that was asked, for texts */
	char address[HTTP_ADDRESS_MAX];	/* its own or the proxy's; "": none */
	/* Path of the certificates that it was checked with; "": not known. */
	const char *trusted;
	enum trouble_kind trouble;	/* why no whole answer came */
	long status;		/* 0: no answer came */
	int was_sent;		/* the whole form, as far as the system knows */
	struct head head;
	/*
	 * Where a redirect leads, whole, if that is the same server and has no
	 * query, which may hold what was sent; else "".
	 */
	char moved[HTTP_MOVED_MAX];
	const char *setting;	/* key of the address; never NULL */
	int64_t retry_after;	/* seconds, 0 to HTTP_RETRY_AFTER_MAX */
	struct buf body;	/* as unwrap.h leaves it */
};

#define HTTP_ANSWER_INIT { .trusted = "", .setting = "token_endpoint", \
	.body = BUF_INIT(HTTP_BODY_MAX) }
