/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * redact.h - a line for strangers' eyes: without what looks like a secret, and
 * without what is known to be one.
 */
#pragma once

#include <stdio.h>

#include "base/buf.h"

#define REDACT_KNOWN_MAX 1048576
#define REDACT_SHORTEST 4	/* bytes of a known secret that is sought */
#define REDACT_RUN_MAX 40	/* bytes that a word of base64's may have */

struct redact {
	struct buf known;	/* secrets, each ended by a NUL */
};

#define REDACT_INIT { .known = BUF_INIT(REDACT_KNOWN_MAX) }

/* -1 with errno as buf_add. One that is too short to be sought is left out. */
int redact_add(struct redact *r, const char *secret);

/*
 * Writes the line and its end to `to`, printable, with "[masked]" for
 *   - known secrets,
 *   - what follows "Bearer" and "Basic", or as the value of a name
 *     such as client_secret, client_id, refresh_token or smtp_password,
 *   - what is within a table of Postfix (inline: and static:),
 *   - the user of a URL (RFC 3986 3.2.1),
 *   - words of base64's alphabet (RFC 4648 4 and 5) that are too long for a
 *     name, but for paths.
 * 0, or -1 with errno; then nothing was written.
 */
int redact_line(const struct redact *r, const char *line, FILE *to);

void redact_free(struct redact *r);
