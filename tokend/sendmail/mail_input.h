/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mail_input.h - a mail as a program writes it to our standard input.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#define INPUT_BLOCK 65536

struct mail_input {
	int fd;
	int dot_ends;		/* a line with a dot alone ends the mail */
	/* The rest is mail_input.c's; all 0 to begin with. */
	enum { LINE_BEGIN, LINE_MIDDLE, LINE_DOT, LINE_DOT_CR } line;
	int is_ended;
	size_t used, len;
	char block[INPUT_BLOCK];
};

/* The next bytes, size (3 at least) at most. 0 at the end, -1 with errno. */
ssize_t mail_input_read(struct mail_input *in, char *data, size_t size);
