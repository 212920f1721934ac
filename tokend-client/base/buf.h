/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * buf.h - a byte string with a maximum, wiped whenever it lets memory go.
 *
 * Everything that may hold a secret lives in one of these. There is no
 * formatted append, so no secret can pass through a printf argument. What is
 * written behind len must be counted into len, or it is not wiped.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct buf {
	char *data;	/* NUL-terminated once anything was added, else NULL */
	size_t len;	/* without the NUL */
	size_t size;	/* allocated */
	size_t max;	/* the most that len may reach */
};

/* A buffer that needs no other construction. */
#define BUF_INIT(most) { NULL, 0, 0, (most) }

/*
 * Appends. Returns 0, or -1 with errno ENOMEM or EMSGSIZE (over max); then
 * nothing was added.
 */
int buf_add(struct buf *b, const void *data, size_t len);
int buf_adds(struct buf *b, const char *string);
int buf_addnum(struct buf *b, int64_t number);	/* decimal */

/* Makes room for len more bytes behind data + len; -1 as above. */
int buf_room(struct buf *b, size_t len);

/* The content as a C string, "" if empty. Valid until the next change. */
const char *buf_text(const struct buf *b);

void buf_reset(struct buf *b);	/* wipes the content, keeps the memory */
void buf_free(struct buf *b);	/* wipes and frees; b can be used again */
