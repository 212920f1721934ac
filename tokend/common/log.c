/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>

#include "base/status.h"

#define LINE_MAX_LEN 1000

/* Set once by log_open, before there is a second thread or process. */
static const char *program = "tokend";
static enum log_to destination = LOG_TO_STDERR;

void
log_open(const char *name, enum log_to where)
{
	program = name;
	destination = where;
	/*
	 * Not LOG_NDELAY: a descriptor that syslog(3) holds from now on would
	 * be closed, or become the client's connection, when descriptors.h
	 * puts them in order, and the log's lines would go there.
	 */
	if (where == LOG_TO_SYSLOG)
		openlog(name, LOG_PID, LOG_MAIL);
}

enum log_to
log_where(void)
{
	return destination;
}

static void __attribute__((format(printf, 2, 0)))
log_line(int priority, const char *format, va_list args)
{
	char line[LINE_MAX_LEN];

	vsnprintf(line, sizeof(line), format, args);
	make_printable(line, sizeof(line));
	if (destination == LOG_TO_SYSLOG)
		syslog(priority, "%s", line);
	else
		fprintf(stderr, "%s: %s\n", program, line);
}

void
log_info(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_line(LOG_INFO, format, args);
	va_end(args);
}

void
log_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_line(LOG_WARNING, format, args);
	va_end(args);
}
