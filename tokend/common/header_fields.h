/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * header_fields.h - the header of a mail, field by field (RFC 5322 2.2).
 *
 * A line ends with LF, and the CRs in front of it are of its end. A server may
 * see a line end in a lone CR, too, where a field that it hides from us would
 * count: so it ends a line if a field follows, and is a blank of the same line
 * otherwise. A field goes on in the lines after it that begin with a blank or a
 * tab.
 */
#pragma once

#include <stddef.h>

#define HEADER_MAX (256 * 1024)	/* bytes that a header may have */

struct header_scan {
	const char *text;	/* a mail's begin */
	size_t len;
	int whole;		/* true: the mail has no more bytes */
	size_t at;		/* of what comes next; 0 to begin with */
	int in_fields;		/* true: one was found */
};

/* One field, as it is in the text. */
struct header_field {
	const char *start;	/* all of it, with its line ends */
	size_t len;
	size_t name_len;	/* the name is what it starts with */
	const char *body;	/* after the colon, folded, without the last */
	size_t body_len;	/* line end */
};

enum header_step {
	HEADER_FIELD,		/* f is set */
	HEADER_END,		/* the body begins at s->at */
	HEADER_MORE		/* the text ends too early to tell */
};

/*
 * The next field. Lines in front of all fields that begin with "From " or
 * ">From ", which mailboxes have there, are left out. The header ends after an
 * empty line; in front of a line that is no field, which then is the first
 * one of the body; and with the mail. After HEADER_MORE the same scan may go on
 * with a longer text.
 */
enum header_step header_next(struct header_scan *s, struct header_field *f);

/* True if f has this name, in whatever case. */
int header_is(const struct header_field *f, const char *name);
