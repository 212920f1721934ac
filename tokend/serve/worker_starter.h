/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * worker_starter.h - the process of `tokend serve` that starts workers.
 *
 * Those that answer and renew are in a sandbox (sandbox.h), and what they
 * start would be, too. So they ask this one, by a socket, and all it does is
 * to start `tokend-worker refresh` for an account, with the descriptors that
 * come along, or to give those of a mail to the account's sender
 * (kept_senders.h).
 */
#pragma once

enum starter_task {
	STARTER_REFRESH,
	STARTER_SEND
};

/* What comes along, in this order. */
enum {
	STARTER_LOCK,
	STARTER_ANSWER,
	STARTER_REPORT,		/* exec closes it; else an errno comes */
	STARTER_FDS,

	/* for STARTER_SEND in place of the first two, as SENDER_FILES */
	STARTER_CONVERSATION = STARTER_LOCK,
	STARTER_MAIL = STARTER_ANSWER
};

/* From now on worker_start (start_worker.h) of this process asks by fd. */
void starter_use(int fd);

/* The descriptor to ask by, or -1: this process starts workers itself. */
int starter_fd(void);

/* Asks by fd, SOCK_SEQPACKET. 0, or an errno. */
int starter_ask(int fd, enum starter_task task, const char *account,
    const int sent[STARTER_FDS]);

/* Runs as the starter until the last asking process has ended. */
void starter_run(int fd) __attribute__((noreturn));
