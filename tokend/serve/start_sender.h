/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start_sender.h - tokend-worker as a sender (common/message.h, "send"), and
 * how mails come to it.
 */
#pragma once

/* The open files of one mail, in the order in which they are passed. */
enum {
	SENDER_CONVERSATION,
	SENDER_MAIL,
	SENDER_FILES
};

/*
 * Starts a sender for the account, detached (exec_worker.h). *packets is where
 * mails go in. exec closes report, or writes an errno there; it stays the
 * caller's. 0, or an errno.
 */
int sender_start(const char *account, int report, int *packets);

/*
 * Passes a mail on, without waiting. 0, or an errno: EAGAIN if too many wait
 * there, EPIPE or ECONNRESET if the sender takes no more.
 */
int sender_pass(int packets, const int files[SENDER_FILES]);
