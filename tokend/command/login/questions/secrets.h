/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * secrets.h - the secrets of a sign-in, on their way from a person to the
 * worker. On this side they are in no file and in no argument list.
 */
#pragma once

#include "base/buf.h"
#include "command/login/options.h"
#include "command/terminal/ask.h"

/* A key file's bytes: in base64 they are one attribute (attr.h). */
#define SECRETS_KEY_MAX 12000

struct secrets {		/* empty: not given */
	struct buf refresh_token;
	struct buf client_secret;
	struct buf key_password;
	struct buf client_key;	/* the file's content, in base64 */
};

#define SECRETS_INIT { BUF_INIT(ASK_LINE_MAX), BUF_INIT(ASK_LINE_MAX), \
	BUF_INIT(ASK_LINE_MAX), BUF_INIT(ASK_LINE_MAX) }

/*
 * Those that the options name, from standard input in the order above, the key
 * to its end; at a terminal the lines are asked for. 0, or -1 with why.
 */
int secrets_read(struct secrets *s, const struct options *o,
    struct failure *why);

/* The key in a file whose path its owner has typed. 0, or -1 with why. */
int secrets_read_key_file(struct secrets *s, const char *path,
    struct failure *why);

/* Adds them to a job's first message. -1 with errno as attrs_add does. */
int secrets_add(const struct secrets *s, struct buf *message);

void secrets_free(struct secrets *s);
