/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * edit_header.h - the header of a mail as it is to be sent.
 */
#pragma once

#include <stddef.h>

#include "buf.h"

struct header_edit {	/* strings are borrowed */
	const char *address;	/* the account's own mailbox */
	const char *from;	/* for senders of this machine */
	/* The envelope's, and whether they are to be those of the header. */
	const char *const *recipients;
	size_t recipient_count;
	int recipients_in_header;
};

/* True if line, of len bytes, begins a header field (RFC 5322 2.2, 4.5). */
int is_header_field(const char *line, size_t len);

/*
 * Adds to out what is sent in place of the header raw: whole lines, each with
 * its LF, without CR and NUL, the first of which begins a field; with the
 * empty line that ends it. 0, or -1 with errno as buf_add.
 */
int edit_header(struct buf *out, const char *raw, size_t len,
    const struct header_edit *e);
