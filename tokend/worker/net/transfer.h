/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * transfer.h - one use of libcurl, as each of them is set up: TLS, trust,
 * limits, and its troubles.
 *
 * http.c and connection.c, the only other users of libcurl, are built on it.
 * Certificate and name of the server are always checked. libcurl keeps copies
 * of what passes until transfer_end and frees them unwiped; the worker is not
 * dumpable and ends soon.
 *
 * Not for threads: between begin and end libcurl is initialised, and SIGPIPE
 * ignored.
 */
#pragma once

#include <curl/curl.h>
#include <signal.h>

#include "net/trouble.h"
#include "base/status.h"

struct transfer {
	CURL *curl;
	const char *host;		/* for texts */
	/* If one of the two is set, it is trusted in place of the system's. */
	const char *ca_file;
	const char *ca_dir;
	const char *folder;		/* of the system, used alone; or NULL */
	int needs_bundle;		/* for each request from here on */
	long total_ms;
	int is_tls;			/* from its first byte on */
	int has_begun_tls;		/* so it is connected; OpenSSL only */
	char detail[CURL_ERROR_SIZE];	/* libcurl's longer text */
	struct sigaction before;
};

/* Sets an option of t unless one before failed; for CURLcode code. */
#define TRANSFER_SET(t, code, option, value) \
	((code) = (code) != CURLE_OK ? (code) : \
	    curl_easy_setopt((t)->curl, option, value))

/* 0, or -1 without memory; transfer_end only after 0. */
int transfer_begin(struct transfer *t, struct failure *why);
void transfer_end(struct transfer *t);

/*
 * What every transfer to url has: one protocol (a scheme), no redirects, TLS
 * 1.2 or later, verified, and the time limits, in milliseconds.
 */
CURLcode transfer_set(struct transfer *t, const char *url,
    const char *protocol, long connect_ms, long total_ms);

/*
 * After curl_easy_perform ended with code: true if the system's folder alone
 * did not accept the server, and there is a bundle. Then its bundle is trusted
 * from here on, within the time that is left, and t is to be performed again.
 * Nothing was sent yet that is worth anything.
 */
int transfer_use_bundle(struct transfer *t, CURLcode code);

/* Which certificates were trusted, as a path; "" if libcurl does not tell. */
const char *transfer_trusted(const struct transfer *t);

/* The address that t is or was connected to, "" for none. */
#define TRANSFER_ADDRESS_MAX 46		/* an IPv6 one, with NUL */
void transfer_address(const struct transfer *t,
    char address[TRANSFER_ADDRESS_MAX]);

/* The same certificates and versions of TLS for a proxy that is https. */
CURLcode transfer_secure_proxy(struct transfer *t);

/* A setting was refused, by code. Returns -1 with why. */
int transfer_fail_setting(const struct transfer *t, CURLcode code,
    struct failure *why);

/*
 * What code, which curl_easy_perform ended with, was about; number as
 * trouble.h has it. has_answer: an answer had begun.
 */
enum trouble_kind transfer_trouble(const struct transfer *t, CURLcode code,
    int has_answer, long *number);

/* libcurl's words for trouble.h. */
const char *transfer_detail(const struct transfer *t, CURLcode code,
    enum trouble_kind kind);
