/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * join.h - two streams become one connection: bytes go both ways at once, as
 * they are, until one side is gone.
 *
 * Each way has one buffer, which is filled when it is empty: a side that
 * does not read stops the one that writes, and nothing grows.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#define JOIN_BUFFER 16384	/* bytes each way */

/* One side: a socket, a pair of pipes, or TLS on one. */
struct stream {
	/*
	 * As read(2) and write(2) of what does not block: 0 at the end; -1
	 * with errno, EAGAIN when poll(2) has to be asked. Then write gets the
	 * same bytes again, and perhaps more behind them.
	 */
	ssize_t (*read)(void *of, void *data, size_t len);
	ssize_t (*write)(void *of, const void *data, size_t len);
	/* Nothing more will be written. NULL: it cannot be told. */
	void (*finish)(void *of);
	void *of;
	int in;		/* what poll(2) is asked about */
	int out;
};

/*
 * Two descriptors, or one socket twice. They may be blocking ones, which
 * others share, and stay as they are. s is not to be copied after that.
 */
void stream_open(struct stream *s, int in, int out);

struct flow {
	struct stream *from;
	struct stream *to;
	char *data;		/* JOIN_BUFFER bytes, wiped when freed */
	size_t at;		/* of what is still to be written */
	size_t len;
	int ended;		/* from has reached its end */
	int error;		/* why it could not be read, an errno, or 0 */
};

struct join {
	struct flow out;	/* from the local side to the far one */
	struct flow back;
	int linger;
	int64_t until;		/* clock_ms; 0: no end of lingering is set */
};

enum join_end {
	JOIN_ENDED,		/* one side is gone, and all is delivered */
	JOIN_BROKEN,		/* the far side, before its end */
	JOIN_WATCHED		/* the watched descriptor can be read */
};

/*
 * linger: how long in ms the far side may be silent once the local side has
 * reached its end; -1: for ever. A local side that cannot be written to, or has
 * gone altogether, ends it at once. 0, or -1 without memory; join_free after
 * either.
 */
int join_open(struct join *j, struct stream *local, struct stream *far,
    int linger);

/* Goes first to the far side; JOIN_BUFFER bytes at most. */
void join_begin_with(struct join *j, const void *data, size_t len);

/*
 * Passes bytes on, for as long as it takes; watched may be -1. May be called
 * again after JOIN_WATCHED.
 */
enum join_end join_run(struct join *j, int watched);

void join_free(struct join *j);
