/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attr.h - `attribute=value` lines that an empty line ends: the form of the
 * protocol's messages and of the files that tokend keeps for itself.
 *
 * At most 64 lines of at most 16384 bytes. A name is lower case ASCII,
 * digits, '_' and '-'. A value has no CR, LF or NUL.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"

#define ATTR_LINES_MAX 64
#define ATTR_LINE_MAX 16384

struct attrs {
	size_t count;
	size_t next;	/* where attrs_get begins: most read in order */
	uint32_t letters;	/* that names begin with */
	struct {
		char *name;
		char *value;
	} attr[ATTR_LINES_MAX];
};

/*
 * Parses raw in place, which holds one whole message and nothing after it. -1
 * with STATUS_INTERNAL: a line that is not an attribute, a duplicate, too many
 * lines, one that is too long, bytes after the end.
 */
int attrs_parse(struct attrs *a, struct buf *raw, struct failure *why);

/* The value, or NULL; quick where values are taken in the order written. */
char *attrs_get(struct attrs *a, const char *name);

/*
 * The value made printable, cut to size with its NUL; "" if it is not there.
 */
void attrs_copy(struct attrs *a, const char *name, char *text, size_t size);

/* A decimal number of at most 18 digits and a sign; -1 if it is not there. */
int attrs_number(struct attrs *a, const char *name, int64_t *number);

/*
 * Append one line; a NULL value appends nothing. -1 with errno: ENOMEM,
 * EMSGSIZE, or EINVAL for a value that would break the line.
 */
int attrs_add(struct buf *b, const char *name, const char *value);
int attrs_addnum(struct buf *b, const char *name, int64_t number);
int attrs_end(struct buf *b);

/*
 * Looks for the end of the first message in the bytes so far: its length with
 * the empty line; 0 if it is not there yet; -1 if it can no longer come (NUL,
 * CR, too many lines, a line too long).
 */
long attrs_complete(const char *data, size_t len);
