/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * slot.h - what the password of a login tells tokend.
 *
 * Hosts have a place for a password and none for the name of an account, so
 * the one stands in the other. It is read where the host offers it and never
 * asked for.
 */
#pragma once

#include <stddef.h>

#include "base/status.h"

enum slot_kind {
	SLOT_SAME,	/* the account is named like the user */
	SLOT_ACCOUNT,	/* text names the account */
	SLOT_TOKEN	/* text is the token itself: no tokend is asked */
};

struct slot {
	enum slot_kind kind;
	const char *text;	/* borrowed from the password, no NUL behind */
	size_t len;
};

/*
 * Reads the password (NULL: none) of the user authid, for texts.
 * bare_tokens: take a word that is none of ours for a token. A token that
 * comes out has passed token_is_clean; a name has not been looked at. Returns
 * 0, or -1 with STATUS_CONFIG, whose text holds nothing of the password.
 */
int slot_parse(struct slot *slot, const char *password, size_t len,
    int bare_tokens, const char *authid, struct failure *why);
