/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * descriptors.h - the descriptors of a program that another one started.
 */
#pragma once

/* The descriptors that a worker is started with (serve/exec_worker.h). */
enum {
	WORKER_STDIN,		/* a command's conversation: message.h */
	WORKER_ANSWER,		/* refresh: one answer message (proto.h) */
	WORKER_LOG,		/* standard error, or /dev/null */
	WORKER_LOCK,		/* refresh: lock/NAME, held */
	WORKER_FILE = WORKER_LOCK,	/* import: the file to read */
	WORKER_REPORT,		/* a pipe: exec closes it, or an errno comes */
	WORKER_FDS
};

/* Closes every descriptor from first on. */
void close_from(int first);

/*
 * Opens what is closed of 0, 1 and 2, so that no file which is opened later is
 * taken for one of them. What was closed cannot be read; what is written there
 * is lost.
 */
void open_standard_files(void);

/* Default actions for all signals, and none blocked. */
void restore_signals(void);

/*
 * Helper mode and Postfix spawn(8): moves the channel from 0 to above 2,
 * points 0, 1 and 2 at /dev/null (a line on stderr would be in the
 * answer), and closes the rest. Returns the channel, or -1 with errno.
 */
int channel_from_stdin(void);
