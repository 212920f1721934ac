/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * descriptors.h - the descriptors of a program that somebody else started.
 */
#ifndef TOKEND_DESCRIPTORS_H
#define TOKEND_DESCRIPTORS_H

/* The descriptors that a worker finds, besides 2 for its log. */
#define WORKER_STDIN 0		/* the conversation with a command (message.h) */
#define WORKER_ANSWER 1		/* refresh: one answer message (proto.h) */
#define WORKER_LOCK 3		/* refresh: lock/NAME, held */
#define WORKER_FILE 3		/* import: the file to read */

/* Closes every descriptor from first on. */
void close_from(int first);

/* Default actions for all signals, and none blocked. */
void restore_signals(void);

/*
 * Helper mode and Postfix spawn(8): moves the channel from 0 to above 2,
 * points 0, 1 and 2 at /dev/null (a line on stderr would stand in the
 * answer), and closes the rest. Returns the channel, or -1 with errno.
 */
int channel_from_stdin(void);

#endif
