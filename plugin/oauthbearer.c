/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * oauthbearer.c - the message of OAUTHBEARER (RFC 7628 3.1):
 *
 *	n,a=USER, ^A auth=Bearer TOKEN ^A ^A
 *
 * "n" says that the client knows no channel binding (RFC 5801 4). The
 * authorization identity is always there, because servers may insist on it
 * and none may mind.
 *
 * The optional pairs host= and port= are never sent. They are for tokens that
 * sign them; a bearer token does not. A server that knows its name otherwise
 * has to refuse them, and what a host hands us as the server's name may be an
 * MX name, an address literal, the name behind a tunnel or the reverse of an
 * address: never surely the name that the server has in mind. Leaving them
 * out cannot fail; sending them can.
 */
#include "encode.h"

#include <errno.h>
#include <string.h>

#include "base/name.h"

#define HEADER "n,a="
#define AUTH "," KVSEP "auth=Bearer "
#define END KVSEP KVSEP

/* saslname of RFC 5801 4: the two characters that gs2-header is made of. */
static const char *
escape_of(char c)
{
	return c == ',' ? "=2C" : c == '=' ? "=3D" : NULL;
}

static size_t
escaped_length(const char *user)
{
	size_t len = 0;

	for (; *user != '\0'; user++)
		len += escape_of(*user) != NULL ? 3 : 1;
	return len;
}

static int
add_escaped(struct buf *out, const char *user)
{
	size_t plain;

	for (;;) {
		plain = strcspn(user, ",=");
		if (buf_add(out, user, plain) == -1)
			return -1;
		user += plain;
		if (*user == '\0')
			return 0;
		if (buf_adds(out, escape_of(*user)) == -1)
			return -1;
		user++;
	}
}

int
oauthbearer_encode(struct buf *out, const char *user, const char *token,
    size_t token_len)
{
	size_t user_len = strlen(user);

	if (user_len == 0 || !text_is_clean(user, user_len)) {
		errno = EILSEQ;
		return -1;
	}
	/* All the room at once: a growing buffer would copy the token. */
	if (buf_room(out, strlen(HEADER AUTH END) + escaped_length(user) +
	    token_len) == -1)
		return -1;
	return buf_adds(out, HEADER) == -1 ||
	    add_escaped(out, user) == -1 ||
	    buf_adds(out, AUTH) == -1 ||
	    buf_add(out, token, token_len) == -1 ||
	    buf_adds(out, END) == -1 ? -1 : 0;
}
