/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * outgoing.h - a mail as it is to be sent.
 *
 * The mail file is as nullmailer's queue has it: a line for the envelope
 * sender (empty: a bounce), a line for each recipient, an empty line, then the
 * content, whose lines end in LF or CRLF. It is read by pread(2), a block at a
 * time. Another process may change it meanwhile: that is a failure, not less.
 *
 * What outgoing_read gives has CRLF at the end of each line, of the last one,
 * too, and no CR or LF anywhere else. Dots are as they were. Lines over 998
 * bytes (RFC 5322 2.1.1) and 8-bit bytes are as they were: folding them would
 * break signatures, and the server says if it does not take them. The header
 * is edited (edit_header.h).
 *
 * In the envelope, an address without a domain is one of this machine: as the
 * sender it becomes rules.from, as a recipient rules.address; so does a domain
 * without a dot ("root@localhost"), which no mail server outside can know. A
 * sender at a name of this machine becomes rules.from, too (own_names.h); a
 * recipient there does not: the domain may have a mail server elsewhere.
 */
#pragma once

#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/status.h"

#define OUTGOING_BLOCK 65536
#define OUTGOING_RECIPIENTS_MAX 1000
#define OUTGOING_ADDRESS_MAX 320	/* bytes, ADDRESS_MAX of the header's */

struct outgoing_rules {		/* strings are borrowed */
	const char *address;	/* the account's own mailbox */
	const char *from;	/* send_from, else address */
	/* An API: the recipients are those whom To, Cc and Bcc name. */
	int recipients_in_header;
};

struct outgoing {
	struct outgoing_rules rules;
	const char *sender;	/* "": the null reverse-path */
	const char **recipients;	/* each once, as address_same */
	size_t recipient_count;
	int has_8bit;		/* known after outgoing_size */

	/* The rest is outgoing.c's. */
	int fd;
	struct stat st;		/* as it was when it was opened */
	int64_t size;		/* of all that is sent; -1: not known yet */
	struct buf envelope;
	struct buf header;	/* edited, with the empty line */
	size_t header_sent;
	off_t body;		/* where it begins in the file */
	off_t at;		/* where the next block begins */
	size_t in_len, in_used;
	int is_in_line;		/* the last byte given ended no line */
	off_t cr_count;		/* CRs that were read, and not given yet */
	char in[OUTGOING_BLOCK];
};

/*
 * Opens the mail in fd, which stays the caller's and open until outgoing_close.
 * -1 with why: STATUS_MESSAGE for what will never be sent (no recipient, an
 * address that cannot be one, a header without an end), else STATUS_LATER or
 * _INTERNAL. To be closed either way.
 */
int outgoing_open(struct outgoing *o, int fd, const struct outgoing_rules *r,
    struct failure *why);

/*
 * Reads the next bytes, size (2 at least) at most. 0: the end, and the file is
 * still the one that was opened. -1 with errno: ESTALE if it changed, else as
 * of pread(2).
 */
ssize_t outgoing_read(struct outgoing *o, void *data, size_t size);

/* The failure of outgoing_read by errno. Returns -1. */
int outgoing_fail(struct failure *why, int error);

/* The next outgoing_read begins at the first byte again. */
void outgoing_rewind(struct outgoing *o);

/*
 * How many bytes outgoing_read gives in all, by a pass over the file the first
 * time; rewinds. -1 with errno as above.
 */
int64_t outgoing_size(struct outgoing *o);

void outgoing_close(struct outgoing *o);
