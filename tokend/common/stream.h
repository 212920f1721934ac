/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stream.h - one side of a connection that is joined with another (join.h): a
 * socket, a pair of pipes, or what speaks TLS on one.
 */
#ifndef TOKEND_STREAM_H
#define TOKEND_STREAM_H

#include <sys/types.h>

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

#endif
