/* SPDX-License-Identifier: BSD-2-Clause */
/* job.c - see job.h */
#include "job/job.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int
fail_gone(struct job *j)
{
	return fail(&j->why, STATUS_INTERNAL, "the command that began this "
	    "has gone: nothing was kept");
}

int
job_is_draft(struct job *j)
{
	const char *draft = attrs_get(&j->first.attrs, "draft");

	return draft != NULL && strcmp(draft, "yes") == 0;
}

int
job_send(struct job *j, struct buf *b)
{
	int result = talk_send(j->fd, b);

	buf_free(b);
	if (result == 0)
		return 0;
	return errno == ENOMEM ? fail_memory(&j->why) : fail_gone(j);
}

void
job_note(struct job *j, const char *format, ...)
{
	struct buf b = BUF_INIT(TALK_MESSAGE_MAX);
	struct failure told;
	va_list args;

	va_start(args, format);
	vfail(&told, STATUS_OK, format, args);
	va_end(args);
	if (attrs_add(&b, "event", "note") == 0 &&
	    attrs_add(&b, "text", told.text) == 0)
		(void)talk_send(j->fd, &b);
	buf_free(&b);
}

int
job_listen(struct job *j, struct talk *said, int64_t deadline)
{
	int result = talk_receive(j->fd, said, deadline);

	if (result == 1)
		return 1;
	if (result == -1 && errno == ETIMEDOUT)
		return fail(&j->why, STATUS_LATER, "the command said nothing "
		    "for too long: nothing was kept");
	return fail_gone(j);
}

void
job_end(struct job *j)
{
	struct buf b = BUF_INIT(TALK_MESSAGE_MAX);
	const struct failure *f = &j->why;

	if (attrs_add(&b, "event", "end") == 0 &&
	    attrs_add(&b, "code", status_word(f->code)) == 0 &&
	    (f->code == STATUS_OK || (attrs_add(&b, "text", f->text) == 0 &&
	    detail_add(&j->detail, &b) == 0 && (f->retry_after <= 0 ||
	    attrs_addnum(&b, "retry_after", f->retry_after) == 0))))
		(void)talk_send(j->fd, &b);
	buf_free(&b);
}
