/* SPDX-License-Identifier: BSD-2-Clause */
#include "send/way.h"

#include <poll.h>
#include <stddef.h>

const struct sending_way *
sending_way_of(const struct account *a)
{
	switch (a->send) {
	case SEND_SMTP:
		return &send_by_smtp;
	case SEND_GMAIL:
		return &send_by_gmail;
	case SEND_GRAPH:
		return &send_by_graph;
	default:
		return NULL;
	}
}

int
sender_is_left(const struct sender *s)
{
	struct pollfd p = { .fd = s->client, .events = POLLRDHUP };

	return s->client != -1 && poll(&p, 1, 0) == 1 &&
	    (p.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

int
sender_fail_left(struct failure *why)
{
	return fail(why, STATUS_LATER, "the program that sends this mail has "
	    "ended before the mail was sent: nothing was sent");
}

int
sender_go(struct sender *s, struct failure *why)
{
	return s->ask_go == NULL ? 0 : s->ask_go(s, why);
}
