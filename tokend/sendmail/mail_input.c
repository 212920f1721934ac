/* SPDX-License-Identifier: BSD-2-Clause */
#include "sendmail/mail_input.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

/* The program that started us may have set O_NONBLOCK. */
static int
may_go_on(const struct mail_input *in)
{
	struct pollfd p = { .fd = in->fd, .events = POLLIN };

	if (errno == EAGAIN)
		return poll(&p, 1, -1) != -1 || errno == EINTR;
	return errno == EINTR;
}

/* 0, or -1 with errno. At the end in->is_ended is set. */
static int
fill_block(struct mail_input *in)
{
	ssize_t n;

	do
		n = read(in->fd, in->block, sizeof(in->block));
	while (n == -1 && may_go_on(in));
	if (n == -1)
		return -1;
	in->used = 0;
	in->len = (size_t)n;
	in->is_ended = n == 0;
	return 0;
}

/* Adds what was held back because it could have been the end. */
static size_t
add_held(struct mail_input *in, char *data)
{
	const size_t held = in->line == LINE_DOT_CR ? 2 :
	    in->line == LINE_DOT ? 1 : 0;

	memcpy(data, ".\r", held);
	in->line = LINE_MIDDLE;
	return held;
}

/* Takes a byte; returns how many (0 to 3) data has for it. */
static size_t
take_byte(struct mail_input *in, char c, char *data)
{
	size_t n = 0;

	if (in->dot_ends && in->line == LINE_BEGIN && c == '.') {
		in->line = LINE_DOT;
		return 0;
	}
	if (in->line == LINE_DOT && c == '\r') {
		in->line = LINE_DOT_CR;
		return 0;
	}
	if ((in->line == LINE_DOT || in->line == LINE_DOT_CR) && c == '\n') {
		in->line = LINE_BEGIN;
		in->is_ended = 1;
		return 0;
	}
	n = add_held(in, data);
	data[n] = c;
	in->line = c == '\n' ? LINE_BEGIN : LINE_MIDDLE;
	return n + 1;
}

ssize_t
mail_input_read(struct mail_input *in, char *data, size_t size)
{
	size_t n = 0;

	while (!in->is_ended && size - n >= 3) {
		if (in->used == in->len && fill_block(in) == -1)
			return -1;
		while (in->used < in->len && !in->is_ended && size - n >= 3)
			n += take_byte(in, in->block[in->used++], data + n);
	}
	/* The file ended after a dot that no line end follows. */
	if (in->is_ended && size - n >= 3)
		n += add_held(in, data + n);
	return (ssize_t)n;
}
