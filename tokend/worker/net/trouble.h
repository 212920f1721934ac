/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trouble.h - why a server gave no whole answer, in words for an admin.
 *
 * Not libcurl's own texts: those are for programmers, and hold at times a
 * proxy's URL with its password.
 */
#pragma once

#include "net/head.h"
#include "base/status.h"

enum trouble_kind {
	TROUBLE_NONE,
	TROUBLE_MEMORY,
	TROUBLE_NAME,		/* not resolved */
	TROUBLE_NAME_SLOW,	/* number: seconds, here and below */
	TROUBLE_CONNECT,	/* number: errno, or 0 */
	TROUBLE_CONNECT_SLOW,
	TROUBLE_PROXY,		/* number: HTTP status of its refusal */
	TROUBLE_TRUST,		/* our own certificates cannot be read */
	TROUBLE_CERTIFICATE,	/* detail: why the server's is not accepted */
	TROUBLE_CERTIFICATE_TIME,	/* the same: not now */
	TROUBLE_CERTIFICATE_NAME,	/* the same: not for this host */
	TROUBLE_TLS,		/* detail */
	TROUBLE_TLS_SLOW,
	TROUBLE_SILENT,
	TROUBLE_CLOSED,		/* no answer had begun */
	TROUBLE_BROKEN,		/* one had */
	TROUBLE_SLOW,
	TROUBLE_NOT_HTTP,
	TROUBLE_NOT_MAIL,	/* no ready mail server; both of connection.h */
	TROUBLE_NO_STARTTLS,
	TROUBLE_HEAD_LONG,	/* number: bytes */
	TROUBLE_LINE_LONG,	/* one line of it */
	TROUBLE_LINE_OR_MEMORY,	/* libcurl before 8.6 does not tell which */
	TROUBLE_BODY_LONG,	/* number: bytes */
	TROUBLE_SOURCE,		/* what was to be sent could not be read */
	TROUBLE_OTHER		/* detail */
};

struct trouble {
	enum trouble_kind kind;
	long number;
	const char *detail;	/* of the TLS library; no secrets */
	const char *host;	/* that was to be asked, cut */
	const char *proxy;	/* gone through, with its password; or NULL */
	int proxy_is_set;	/* by a setting; else by the environment */
	const char *setting;	/* key that names the server; NULL: */
				/* token_endpoint */
	const char *ca_file;	/* as set, NULL: not */
	const char *ca_dir;
};

/* host:port of a proxy's URL; a password may hold '/' and '@'. */
void trouble_show_proxy(char out[HEAD_HOST_SHOWN], const char *proxy);

/*
 * Fills why: STATUS_LATER; STATUS_CONFIG for TROUBLE_TRUST, STATUS_INTERNAL
 * for TROUBLE_MEMORY. The text begins with the host and has under 330 bytes.
 * Returns -1.
 */
int trouble_fail(const struct trouble *t, struct failure *why);
