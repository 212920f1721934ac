/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * entry.h - what a password map has for a relay: whose login it is, and what
 * kind. The password itself does not leave entry.c.
 */
#pragma once

#include "command/postfix/postfix.h"
#include "command/doctor/postfix/route.h"
#include "base/name.h"

enum entry_kind {
	ENTRY_NONE,
	ENTRY_HIDDEN,		/* the map cannot be read: why */
	ENTRY_ACCOUNT,		/* one of tokend's words: account */
	ENTRY_TOKEN,		/* a token by itself */
	ENTRY_PATH,		/* another plugin's token file */
	ENTRY_PASSWORD,
	ENTRY_BROKEN		/* nothing that the plugin would take: why */
};

struct entry {
	enum entry_kind kind;
	char key[ROUTE_TEXT_MAX];	/* by which it was found, or is near */
	char user[NAME_MAX_LEN + 1];	/* cut if it is longer */
	char account[NAME_MAX_LEN + 1];
	struct failure why;
};

/*
 * Looks as smtp(8) does: by the sender (NULL: none, or not asked for), the
 * host, the nexthop. For ENTRY_NONE key is one that only looks like it, or "".
 */
void entry_find(struct entry *e, const struct postfix *p,
    const struct route *r, const char *sender, int bare_tokens);

/* Judges "user:password". Its key is left as it is. */
void entry_judge(struct entry *e, const char *value, int bare_tokens);
