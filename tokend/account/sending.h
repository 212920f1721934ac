/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sending.h - how an account sends mail: its `send`.
 */
#pragma once

#include <stddef.h>

#include "status.h"

struct account;
struct keys;

enum send_way {
	SEND_NONE,		/* it does not */
	SEND_SMTP,		/* server_smtp, with the token (RFC 4954) */
	SEND_GMAIL,		/* Google's users.messages.send */
	SEND_GRAPH,		/* Microsoft Graph's sendMail */
	SEND_WAYS
};

/* The word in an account file; "" for SEND_NONE. */
const char *send_way_word(enum send_way way);

/*
 * Takes the way from k to a, and checks what it needs. The token of an API is
 * for its host alone: unless the file itself states them (hosts_are_own,
 * scope_is_stated), hosts and scope in k become those of the way. 0, or -1 with
 * STATUS_CONFIG.
 */
int sending_take(struct account *a, struct keys *k, struct failure *why);

/*
 * The host that a's way sends by, as its hosts have it: the token goes there
 * and nowhere else. a has a way. 0, or -1 where it does not fit into size.
 */
int sending_host(const struct account *a, char *host, size_t size);
