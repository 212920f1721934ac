/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * imap_command.h - one command of an IMAP client, whole, with the literals in
 * it (RFC 3501 4.3, RFC 7888).
 */
#pragma once

#include "tunnel/tunnel.h"

#define IMAP_COMMAND_MAX 16384

struct imap_command {
	struct buf text;	/* without its end; it may hold a password */
	size_t tag_len;		/* the tag is what text begins with */
	const char *name;	/* in text, and all behind it */
	const char *arguments;	/* behind the name; "" if there are none */
};

#define IMAP_COMMAND_INIT { .text = BUF_INIT(IMAP_COMMAND_MAX) }

/* Hears one; literals that wait for it are asked for. As tunnel_receive. */
enum next_step imap_receive(struct tunnel *t, struct imap_command *c);

/*
 * Appends the argument (an astring) at `at` to out; returns what is behind it
 * and a blank. NULL: there is none, or it is too long.
 */
const char *imap_argument(const struct imap_command *c, const char *at,
    struct buf *out);
