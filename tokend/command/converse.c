/* SPDX-License-Identifier: BSD-2-Clause */
/* converse.c - see converse.h */
#include "command/converse.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "command/terminal/interrupt.h"
#include "command/worker.h"
#include "lineio.h"

int
converse_open(struct converse *c, const struct scope *s, const char *job,
    const char *account, struct failure *why)
{
	c->fd = command_converse(s, job, account, -1, why);
	return c->fd == -1 ? -1 : 0;
}

int
converse_say(struct converse *c, struct buf *message, struct failure *why)
{
	int result = message_send(c->fd, message);

	/* One that is gone has perhaps said why: its last word is there. */
	if (result == -1 && (errno == EPIPE || errno == ECONNRESET))
		result = 0;
	if (result == -1)
		fail(why, STATUS_INTERNAL, "the worker cannot be told: %s",
		    strerror(errno));
	buf_free(message);
	return result;
}

int
converse_say_one(struct converse *c, const char *name, const char *value,
    struct failure *why)
{
	struct buf message = BUF_INIT(MESSAGE_BYTES_MAX);

	if (attrs_add(&message, name, value) == 0)
		return converse_say(c, &message, why);
	if (errno == ENOMEM)
		fail_memory(why);
	else
		fail(why, STATUS_CONFIG, "%s: is too long, or not one line",
		    name);
	buf_free(&message);
	return -1;
}

static int
ended(struct converse *c, struct failure *why)
{
	enum status code;
	int64_t again = 0;

	if (status_parse(converse_value(c, "code"), &code) == -1)
		return fail(why, STATUS_INTERNAL, "the worker ended with a "
		    "word that is not known here: is it of another version?");
	if (code == STATUS_OK)
		return HAPPENED_END;
	fail(why, code, "%s", converse_value(c, "text"));
	if (attrs_number(&c->event.attrs, "retry_after", &again) == 0)
		why->retry_after = again;
	return -1;
}

static int
take_event(struct converse *c, struct failure *why)
{
	size_t i;
	int n = message_receive(c->fd, &c->event, clock_ms() + 1000);

	if (n == 0)
		return fail(why, STATUS_INTERNAL, "the worker ended without a "
		    "word: syslog may have one");
	if (n == -1)
		return fail(why, STATUS_INTERNAL, "no event came of the "
		    "worker: %s", strerror(errno));
	for (i = 0; i < c->event.attrs.count; i++)
		make_printable(c->event.attrs.attr[i].value,
		    strlen(c->event.attrs.attr[i].value) + 1);
	return converse_is(c, "end") ? ended(c, why) : HAPPENED_EVENT;
}

int
converse_wait(struct converse *c, enum patience how, int timeout_ms,
    struct failure *why)
{
	struct pollfd p[2] = { { .fd = c->fd, .events = POLLIN },
	    { .fd = STDIN_FILENO, .events = POLLIN } };
	int n;

	/* What interrupt.h holds back is blocked here, and ends no poll. */
	if (how == WAIT_FIRMLY)
		n = poll(p, 1, timeout_ms);
	else
		n = interrupt_poll(p, how == WAIT_INPUT ? 2 : 1, timeout_ms);
	if (n == -1)
		return interrupt_came() ? interrupt_fail(why) : fail(why,
		    STATUS_INTERNAL, "poll: %s", strerror(errno));
	if (p[0].revents != 0)
		return take_event(c, why);
	return n > 0 ? HAPPENED_INPUT : HAPPENED_NOTHING;
}

const char *
converse_value(struct converse *c, const char *name)
{
	const char *value = attrs_get(&c->event.attrs, name);

	return value != NULL ? value : "";
}

int
converse_is(struct converse *c, const char *event)
{
	return strcmp(converse_value(c, "event"), event) == 0;
}

void
converse_close(struct converse *c)
{
	if (c->fd != -1)
		close(c->fd);
	c->fd = -1;
	message_free(&c->event);
}
