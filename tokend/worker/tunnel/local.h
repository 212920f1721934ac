/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * local.h - the local program's side of a tunnel, while it is talked with:
 * lines in, lines out, until it is joined with the server.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "common/join.h"
#include "net/tls.h"
#include "base/status.h"

enum next_step {
	NEXT_FAILED = -1,	/* why says it, and the program was told */
	NEXT_CLOSED,		/* the program has left, by QUIT or without */
	NEXT_JOIN,		/* what local.in has is the server's */
	NEXT_LINE		/* within a dialogue: it goes on */
};

struct local {
	int fd;
	int watched;		/* when it can be read, the talk is over */
	int64_t deadline;	/* clock_ms, for all of the talk */
	struct tls *tls;
	struct stream stream;
	struct buf in;		/* what came: JOIN_BUFFER bytes at most */
	size_t line;		/* bytes of in that local_drop_line takes */
};

/* fd, a socket, stays the caller's. local_free ends TLS. */
void local_open(struct local *l, int fd, int watched, int64_t deadline);
void local_free(struct local *l);

/*
 * Shows the next line, without its end, as one NUL-terminated text in line;
 * it is not taken yet. NEXT_LINE; NEXT_CLOSED; NEXT_FAILED: it says nothing for
 * too long, or what is no line.
 */
enum next_step local_receive_line(struct local *l, struct buf *line,
    struct failure *why);

/* Drops the line that was shown: the next one is received next. */
void local_drop_line(struct local *l);

/* Appends the next len bytes to data, and takes them; as local_receive_line. */
enum next_step local_receive_bytes(struct local *l, struct buf *data,
    size_t len, struct failure *why);

/*
 * Say one line (CRLF is added), or what is one already. No secret may be an
 * argument. 0, or -1: the program has gone, or does not read.
 */
int local_send_line(struct local *l, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int local_send(struct local *l, const char *data, size_t len);

/*
 * Waits for so many ms, or until the program has gone or the job is over. 0,
 * or -1.
 */
int local_pause(struct local *l, int ms);

/*
 * TLS from here on. Data in clear that follows the request for TLS is
 * refused (RFC 3207 5). 0, or -1 with why.
 */
int local_start_tls(struct local *l, const struct buf *certificate,
    const struct buf *key, struct failure *why);
