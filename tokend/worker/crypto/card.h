/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * card.h - what a PKCS#11 token says of itself, and of its PIN.
 *
 * OpenSSL has no error for a key that a loader does not find, and
 * pkcs11-provider discards those of the token, so that a wrong PIN, a locked
 * card and a missing object look the same. The module that the loader has
 * opened in this process answers: PKCS#11 shares its state among all callers.
 */
#pragma once

/* Where several tokens are the URI's, the last of these counts. */
enum card_state {
	CARD_UNKNOWN,		/* no module is loaded, or none answers */
	CARD_ABSENT,		/* no token is the URI's */
	CARD_LOCKED,		/* no PIN is accepted any more */
	CARD_CLOSED,		/* no user is logged in */
	CARD_OPEN,		/* the PIN was accepted */
	CARD_LAST_TRY		/* CARD_CLOSED, and a wrong PIN would lock it */
};

/* Of the tokens that a pkcs11: URI names (RFC 7512); changes nothing there. */
enum card_state card_find_state(const char *uri);
