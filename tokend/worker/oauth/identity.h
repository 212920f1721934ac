/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * identity.h - who signed in, as the tokens say it.
 *
 * Read out of the ID token (OpenID Connect Core 2), and out of an access token
 * that is a JWT; neither signature is checked. For what it is used, a text and
 * a comparison with the name that the account states, that is enough: the
 * tokens came over TLS from the token endpoint itself (OpenID Connect Core
 * 3.1.3.7, item 6), and nothing is granted by what is in them. An access
 * token is the mail server's to read, so a form that is not known here says
 * nothing and is no failure.
 */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "oauth/token_answer.h"
#include "person/person.h"

#define IDENTITY_TEXT_MAX 512		/* with NUL */

/*
 * Each is a whole claim, or "" where it is absent, too long, or has bytes that
 * are not for a terminal.
 */
struct identity {
	struct person person;	/* an address goes before a bare name */
	char tenant[IDENTITY_TEXT_MAX];		/* tid, Microsoft's */
	/* Of the access token: for whom it is, and what it is good for. */
	char audience[IDENTITY_TEXT_MAX];	/* aud, the first of several */
	char scope[IDENTITY_TEXT_MAX];		/* scp, else scope */
	char roles[IDENTITY_TEXT_MAX];		/* of an app, by blanks */
	char client[IDENTITY_TEXT_MAX];		/* to whom it was given: */
						/* appid, else azp */
	int64_t expires;			/* exp; 0: not said */
	int is_jwt;				/* else it says nothing */
};

/* Fills i from the two tokens, either of which may be empty. */
void identity_read(struct identity *i, const struct buf *id_token,
    const struct buf *access_token);
