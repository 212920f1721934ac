/* SPDX-License-Identifier: BSD-2-Clause */
#include "command_job.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int
fail_closed(struct job *j)
{
	return fail(&j->why, STATUS_INTERNAL, "the command that started this "
	    "has ended: nothing was stored");
}

const char *
job_value(struct job *j, const char *name)
{
	return attrs_get(&j->first.attrs, name);
}

int
job_says(struct job *j, const char *name, const char *word)
{
	const char *value = job_value(j, name);

	return value != NULL && strcmp(value, word) == 0;
}

int
job_event(struct job *j, const char *event, ...)
{
	struct buf b = BUF_INIT(MESSAGE_BYTES_MAX);
	int result = attrs_add(&b, "event", event);
	const char *name;
	va_list args;

	va_start(args, event);
	while (result == 0 && (name = va_arg(args, const char *)) != NULL)
		result = attrs_add(&b, name, va_arg(args, const char *));
	va_end(args);
	return job_send(j, &b, result);
}

int
job_send(struct job *j, struct buf *b, int built)
{
	int result = built == -1 ? -1 : message_send(j->fd, b);
	int is_memory = built == -1 || errno == ENOMEM;

	buf_free(b);
	if (result == 0)
		return 0;
	return is_memory ? fail_memory(&j->why) : fail_closed(j);
}

void
job_note(struct job *j, const char *format, ...)
{
	struct failure note, why = j->why;
	va_list args;

	va_start(args, format);
	vfail(&note, STATUS_OK, format, args);
	va_end(args);
	(void)job_event(j, "note", "text", note.text, NULL);
	j->why = why;
}

int
job_receive(struct job *j, struct message *m, int64_t deadline)
{
	if (message_receive(j->fd, m, deadline) == 0)
		return 0;
	if (errno == ETIMEDOUT)
		return fail(&j->why, STATUS_LATER, "the command sent nothing "
		    "for too long: nothing was stored");
	return fail_closed(j);
}

void
job_end(struct job *j)
{
	struct buf b = BUF_INIT(MESSAGE_BYTES_MAX);
	const struct failure *f = &j->why;

	if (attrs_add(&b, "event", "end") == 0 &&
	    attrs_add(&b, "code", status_word(f->code)) == 0 &&
	    (f->code == STATUS_OK || (attrs_add(&b, "text", f->text) == 0 &&
	    detail_format(&j->detail, &b) == 0 && (f->retry_after <= 0 ||
	    attrs_addnum(&b, "retry_after", f->retry_after) == 0))))
		(void)message_send(j->fd, &b);
	buf_free(&b);
}
