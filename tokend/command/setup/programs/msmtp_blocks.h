/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * msmtp_blocks.h - msmtp's configuration, read as msmtp reads it.
 */
#ifndef TOKEND_SETUP_MSMTP_BLOCKS_H
#define TOKEND_SETUP_MSMTP_BLOCKS_H

#include "buf.h"
#include "command/setup/lines/file_lines.h"
#include "status.h"

#define MSMTP_ACCOUNTS 64

enum msmtp_key {
	MSMTP_HOST,
	MSMTP_FROM,
	MSMTP_USER,
	MSMTP_AUTH,
	MSMTP_PASSWORD,
	MSMTP_PASSWORDEVAL,
	MSMTP_TLS,
	MSMTP_TLS_CERTCHECK,
	MSMTP_EVAL,	/* prints a line that counts in its place */
	MSMTP_KEYS
};

extern const char *const msmtp_keys[MSMTP_KEYS];

struct msmtp_setting {
	struct line line;	/* number 0: not set */
	struct piece value;	/* without the quotes around it */
	int is_inherited;	/* from `defaults`, or from an account */
	int is_default;		/* so no account inherits it from this one */
};

struct msmtp_block {
	struct piece name;	/* len 0: lines before any account */
	struct line head, last;
	struct msmtp_setting set[MSMTP_KEYS];	/* what counts */
};

/* The accounts of a text, which borrow nothing but places in it. */
struct msmtp_blocks {
	struct msmtp_block defaults;	/* as the last account found them */
	struct msmtp_block account[MSMTP_ACCOUNTS];
	size_t count;
};

/* 0; -1 with why, at path and line. */
int msmtp_read(struct msmtp_blocks *b, const struct buf *text,
    const char *path, struct failure *why);

#endif
