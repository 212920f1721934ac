/* SPDX-License-Identifier: BSD-2-Clause */
#include "send/edit_header.h"

#include <string.h>

int
is_header_field(const char *line, size_t len)
{
	size_t i = 0;

	while (i < len && line[i] > ' ' && line[i] < 0x7f && line[i] != ':')
		i++;
	if (i == 0)
		return 0;
	while (i < len && (line[i] == ' ' || line[i] == '\t'))
		i++;
	return i < len && line[i] == ':';
}

int
edit_header(struct buf *out, const char *raw, size_t len,
    const struct header_edit *e)
{
	const char *line = raw, *end = raw + len, *next = NULL;

	(void)e;
	for (; line < end; line = next + 1) {
		next = memchr(line, '\n', (size_t)(end - line));
		len = (size_t)(next - line);
		if (buf_add(out, line, len) == -1 ||
		    buf_adds(out, "\r\n") == -1)
			return -1;
	}
	return buf_adds(out, "\r\n");
}
