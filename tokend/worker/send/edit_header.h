/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * edit_header.h - the header of a mail as it is to be sent.
 *
 *   - Date, Message-ID and From are added where they are missing.
 *   - From, Sender and their Resent- forms: an address of this machine
 *     (own_names.h), unless its domain is the account's, becomes `from`; names
 *     and comments stay. Any other address stays: the provider decides
 *     whether the account may send as that one.
 *   - To, Cc and their Resent- forms: an address of this machine becomes
 *     `address`, as in the envelope (envelope.h).
 *   - In both, a name that has a comma or an @ (address_list.h) gets quotes:
 *     without them it is another address for a server.
 *   - Bcc and Resent-Bcc are left out.
 *   - With recipients_in_header, where To and Cc would be obeyed: a To or Cc
 *     that names anyone but recipients of the envelope becomes X-Original-To
 *     or X-Original-Cc, and a new one names those who are; the recipients
 *     whom neither names are in a new Bcc. A To or Cc without an address
 *     ("undisclosed-recipients:;") is left out: Microsoft Graph refuses it, and
 *     RFC 5322 3.6 requires none.
 *
 * Everything else stays as it is, in its order; lines end in CRLF. A CR that
 * ends no line becomes a blank, and blanks in front of a colon are left out: a
 * server must see the fields that we see.
 */
#pragma once

#include <stddef.h>

#include "base/buf.h"

struct header_edit {	/* strings are borrowed */
	const char *address;	/* the account's own mailbox */
	const char *from;	/* for senders of this machine */
	const char *sender;	/* of the envelope; may be "" */
	/* The envelope's, and whether they are to be those of the header. */
	const char *const *recipients;
	size_t recipient_count;
	int recipients_in_header;
};

/*
 * Adds to out what is sent in place of the header raw (common/header_fields.h),
 * with the empty line that ends it. 0, or -1 with errno as buf_add.
 */
int edit_header(struct buf *out, const char *raw, size_t len,
    const struct header_edit *e);
