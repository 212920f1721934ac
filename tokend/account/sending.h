/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sending.h - how an account sends mail: its `send`.
 */
#pragma once

#include <stddef.h>

#include "base/status.h"

struct buf;
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

/* The way of a word; SEND_NONE for NULL and any other word. */
enum send_way sending_parse(const char *word);

/* True if mail goes to an API of the provider, and not to its SMTP server. */
int sending_is_api(enum send_way way);

/*
 * The member of k that holds the narrowest scope of a way; NULL where an
 * administrator, and no scope, decides what an application may do.
 */
char **sending_scope(struct keys *k, enum send_way way, int has_person);

/* The host of an endpoint, allocated; NULL if it has none, or no memory. */
char *sending_copy_host(const char *endpoint);

/* What of an account decides it. */
struct send_basis {
	const char *path;	/* of its file, for texts */
	int has_person;		/* its grant is a person's consent */
	int hosts_are_own;	/* the file itself states them, and its scope */
	int scope_is_stated;
	/* Set by sending_take; SEND_NONE and NULL before. */
	enum send_way way;
	char *scope;		/* the narrowest of it; the caller's */
};

/*
 * Takes the way from k to s, and checks what it needs. The token of an API is
 * for its host alone: unless the file itself states them, hosts and scope in k
 * become those of the way. 0, or -1 with STATUS_CONFIG.
 */
int sending_take(struct send_basis *s, struct keys *k, struct failure *why);

/*
 * The host that the token goes to, by an account's server_smtp or
 * send_endpoint, as `hosts` names it. 0, or -1 where size is too small.
 */
int sending_host(enum send_way way, const char *server, const char *endpoint,
    char *host, size_t size);

/* Adds an address of the API to url: send_endpoint and path. As buf_add. */
int sending_address(struct buf *url, const char *endpoint, const char *path);
