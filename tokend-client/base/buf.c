/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/buf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

int
buf_room(struct buf *b, size_t len)
{
	size_t size = b->size > 0 ? b->size : 128;
	char *data;

	if (len > b->max || b->len > b->max - len) {
		errno = EMSGSIZE;
		return -1;
	}
	if (b->data != NULL && b->len + len < b->size)
		return 0;
	while (size < b->len + len + 1)
		size *= 2;
	/* Not realloc(): it would leave a copy of the secret behind. */
	if ((data = malloc(size)) == NULL) {
		errno = ENOMEM;
		return -1;
	}
	if (b->data != NULL) {
		memcpy(data, b->data, b->len);
		explicit_bzero(b->data, b->len);
		free(b->data);
	}
	data[b->len] = '\0';
	b->data = data;
	b->size = size;
	return 0;
}

int
buf_add(struct buf *b, const void *data, size_t len)
{
	if (buf_room(b, len) == -1)
		return -1;
	if (len > 0)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
	return 0;
}

int
buf_adds(struct buf *b, const char *string)
{
	return buf_add(b, string, strlen(string));
}

int
buf_addnum(struct buf *b, int64_t number)
{
	char digits[NUMBER_MAX_LEN + 1];

	return buf_add(b, digits, number_write(digits, number));
}

const char *
buf_text(const struct buf *b)
{
	return b->data != NULL ? b->data : "";
}

void
buf_reset(struct buf *b)
{
	if (b->data != NULL)
		explicit_bzero(b->data, b->len);
	b->len = 0;
}

void
buf_free(struct buf *b)
{
	buf_reset(b);
	free(b->data);
	b->data = NULL;
	b->size = 0;
}
