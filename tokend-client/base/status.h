/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * status.h - the codes that every part of tokend fails with.
 *
 * One enum serves the whole path: the worker reports it, the wire carries its
 * word, the plugin maps it to a SASL code and the command to an exit status.
 * Below the program's edge a function fails in one way: it returns -1 and has
 * filled a struct failure, whose text is complete in itself (what, which
 * account, why, what to do next), because a container has no other log.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

enum status {
	STATUS_OK,
	STATUS_LATER,		/* transient: try again by itself */
	STATUS_SIGN_IN,		/* a person has to sign in again */
	STATUS_DENIED,		/* this peer may not, or need not know */
	STATUS_HOST,		/* the account does not list this host */
	STATUS_REJECTED,	/* this host refused two fresh tokens */
	STATUS_MESSAGE,		/* send: this mail will never be taken */
	STATUS_NO_ACCOUNT,	/* told to its own scope and to root only */
	STATUS_CONFIG,		/* a file, setting or argument is wrong */
	STATUS_VERSION,		/* the peer speaks another protocol version */
	STATUS_USAGE,		/* a command line is wrong; never on the wire */
	STATUS_INTERNAL		/* out of memory, broken peer, a defect */
};

#define FAILURE_TEXT_MAX 400	/* bytes on the wire, see PROTOCOL */

/* Seconds of wall clock are int64_t everywhere: 0 means "not known". */
struct failure {
	enum status code;
	int64_t retry_after;	/* seconds from now, 0 if not known */
	char text[FAILURE_TEXT_MAX + 1];
};

/*
 * Sets code and text (made printable, cut at FAILURE_TEXT_MAX) and clears
 * retry_after. Returns -1, so that a function can end with `return fail(...)`.
 * No secret may be an argument. why may be NULL.
 */
int fail(struct failure *why, enum status code, const char *format, ...)
    __attribute__((format(printf, 3, 4), cold));

/* The same for a function that takes what printf takes. */
int vfail(struct failure *why, enum status code, const char *format,
    va_list args) __attribute__((format(printf, 3, 0), cold));

/* The same for a failed allocation. */
int fail_memory(struct failure *why) __attribute__((cold));

/*
 * The code for a system call that failed with error: STATUS_LATER where the
 * machine is the reason (no room, no descriptors, no memory, a disk that
 * fails), else STATUS_CONFIG.
 */
enum status status_of_errno(int error);

/* Puts `account "NAME": ` in front of a text that does not name it. */
void failure_name(struct failure *why, const char *account);

/* The word on the wire ("sign-in"), never NULL. */
const char *status_word(enum status code);

/* Returns 0, or -1 for a word that this version does not know. */
int status_parse(const char *word, enum status *code);

/* sysexits(3) status of the command line programs. */
int status_exit(enum status code);

/*
 * Replaces what a log line or a terminal should not be given, in place: each
 * byte of a control character and of what is not whole UTF-8 by '?'; what
 * reorders or hides text (utf8_is_hidden) by its code, \u{202E}, or by '?'
 * where that is longer than the size bytes at text have room for.
 */
void make_printable(char *text, size_t size);
