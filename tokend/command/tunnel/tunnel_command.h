/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tunnel_command.h - the parts of `tokend tunnel`. The worker (the job tunnel,
 * common/message.h) talks to the mail server and to the local program.
 */
#pragma once

#include <sys/socket.h>

#include "base/buf.h"
#include "disk/cachefile.h"
#include "command/converse.h"
#include "base/name.h"
#include "disk/scope.h"
#include "base/status.h"

#define TUNNEL_HOST_MAX 255
#define TUNNEL_PASSWORD_MAX 200
#define TUNNEL_PEM_MAX 12000	/* bytes of a file: in base64 one attribute */

struct tunnel_task {
	struct scope scope;		/* entered (place.h) */
	const char *service;		/* smtp, imap, pop */
	const char *server;		/* as given: HOST[:PORT] */
	const char *mechanism;		/* NULL: what the server offers */
	char host[TUNNEL_HOST_MAX + 1];
	char account[NAME_MAX_LEN + 1];
	struct buf password;		/* of a listener, else empty */
	struct buf certificate;		/* PEM in base64, or empty */
	struct buf key;
};

/* One local program's worker, and the token that it was given. */
struct tunnel_session {
	struct converse c;
	char id[TOKEN_ID_LEN + 1];
};

#define TUNNEL_SESSION_INIT { .c = CONVERSE_INIT }

/*
 * Starts the worker for the local program at the socket file, which the
 * caller keeps a copy of. 0, or -1 with why. converse_close after either.
 */
int tunnel_start(struct tunnel_session *k, const struct tunnel_task *t,
    int file, struct failure *why);

/*
 * Waits for the worker's next word, and does what it asks for. Returns
 * CONVERSE_EVENT (k->c has it), or CONVERSE_END when all is over; -1 with why.
 */
int tunnel_follow(struct tunnel_session *k, const struct tunnel_task *t,
    struct failure *why);

/* One tunnel on standard input and output. 0, or -1 with why. */
int tunnel_on_stdio(const struct tunnel_task *t, struct failure *why);

/* Reads [::1]:PORT or 127.0.0.1:PORT. -1 with why: it is no such address. */
int tunnel_address(struct sockaddr_storage *address, const char *text,
    struct failure *why);

/* A socket that listens there, or -1 with why. */
int tunnel_bind(const struct sockaddr_storage *address, const char *text,
    struct failure *why);

/*
 * A tunnel for each that connects to listener, until SIGTERM or SIGINT comes:
 * then it ends them all. 0, or -1 with why.
 */
int tunnel_listen(const struct tunnel_task *t, int listener,
    struct failure *why);

/*
 * The password by which local programs come to the account's tunnels:
 * tunnel/NAME below the state folder, 0600. Both 0, or -1 with why.
 */
int tunnel_read_password(struct buf *password, const struct scope *s,
    const char *account, struct failure *why);

/* Makes a new one and appends it; who has the old one has none any more. */
int tunnel_make_password(struct buf *password, const struct scope *s,
    const char *account, struct failure *why);
