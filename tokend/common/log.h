/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log.h - one line a fact, for the admin.
 *
 * To stderr of `tokend serve`; else to syslog(3), facility mail: there standard
 * error is another program's (helper mode, Postfix spawn(8)), or a command
 * reports its result by itself. Text is made printable first. No secret
 * may be an argument.
 */
#pragma once

enum log_to {
	LOG_TO_STDERR,
	LOG_TO_SYSLOG
};

/* program is the name in front of each line; call once, before threads. */
void log_open(const char *program, enum log_to where);

enum log_to log_where(void);

void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...)
    __attribute__((format(printf, 1, 2), cold));
