/*
 * way.h - what a grant is to grant.c: one file each, and a row in its table.
 */
#ifndef TOKEND_WAY_H
#define TOKEND_WAY_H

#include "account/account.h"
#include "buf.h"
#include "store/store.h"
#include "status.h"

struct way {
	enum grant grant;
	int needs_refresh_token;
	/*
	 * Adds the fields of the grant to form, without the client's own.
	 * Returns 0; or -1 with why and its whole text (STATUS_SIGN_IN or
	 * _CONFIG if something is missing, _INTERNAL without memory).
	 */
	int (*fill)(const struct account *a, const struct credential *c,
	    struct buf *form, struct failure *why);
};

extern const struct way way_refresh_token;
extern const struct way way_client_credentials;

#endif
