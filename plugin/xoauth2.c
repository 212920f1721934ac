/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xoauth2.c - the message of XOAUTH2, as Google and Microsoft document it:
 *
 *	user=USER ^A auth=Bearer TOKEN ^A ^A
 *
 * There is no RFC. "Bearer" is spelled as the documents spell it, because old
 * servers compare it byte by byte.
 */
#include "encode.h"

#include <errno.h>
#include <string.h>

#include "base/name.h"

#define USER "user="
#define AUTH KVSEP "auth=Bearer "
#define END KVSEP KVSEP

int
xoauth2_encode(struct buf *out, const char *user, const char *token,
    size_t token_len)
{
	size_t user_len = strlen(user);

	if (user_len == 0 || !text_is_clean(user, user_len)) {
		errno = EILSEQ;
		return -1;
	}
	/* All the room at once: a growing buffer would copy the token. */
	if (buf_room(out, strlen(USER AUTH END) + user_len + token_len) == -1)
		return -1;
	return buf_adds(out, USER) == -1 ||
	    buf_add(out, user, user_len) == -1 ||
	    buf_adds(out, AUTH) == -1 ||
	    buf_add(out, token, token_len) == -1 ||
	    buf_adds(out, END) == -1 ? -1 : 0;
}
