/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * redirect.h - the redirect URI of a native app (RFC 8252 7.3), as an account
 * states it.
 */
#pragma once

#include "net/url.h"

#define REDIRECT_MAX 1024	/* bytes, with NUL */

struct redirect {
	/* Plain http to loopback, so that a receiver can be at its end. */
	int is_loopback;
	int is_stated;			/* by the account */
	char host[URL_HOST_MAX];	/* without brackets */
	unsigned port;			/* 0: any that is free */
	char path[REDIRECT_MAX];	/* as a browser asks for it */
	char rest[REDIRECT_MAX];	/* behind host and port, verbatim */
	char uri[REDIRECT_MAX];		/* for the request, if not loopback */
};

/*
 * Reads uri; NULL is http://127.0.0.1/ at any port. 0, or -1 if it is too
 * long, or a loopback address with a port or an end that none can have.
 */
int redirect_read(struct redirect *r, const char *uri);

/* The URI with the port that the receiver has. 0, or -1 if it is too long. */
int redirect_write(const struct redirect *r, unsigned port,
    char uri[REDIRECT_MAX]);
