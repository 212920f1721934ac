/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * address_list.h - the addresses of From, To, Cc, Bcc and their like (RFC 5322
 * 3.4), and of a command line.
 *
 * Read as they are written: names without quotes and with dots or an @,
 * dots anywhere in a local part, routes, empty elements, `;` between addresses,
 * addresses of a user of this host alone, 8-bit text. Groups are read through.
 * In `Doe, John <john@x.example>` the comma is of a name that has no quotes: it
 * is one address. A user of this host in front of a name is one, too, for who
 * looks at words_len.
 */
#pragma once

#include <stddef.h>

#define ADDRESS_MAX 320		/* 64 + @ + 255 bytes: RFC 5321 4.5.3.1 */

struct address_scan {
	const char *text;	/* a field's body, or an argument */
	size_t len;
	size_t at;		/* of what comes next; 0 to begin with */
	int in_group;
	/* It has a ; of no group, or groups in groups: few others read that. */
	int is_odd;
};

struct address {
	/*
	 * Without name, comments and folding: `local@domain`, or `local` alone.
	 * Quotes are where the local part needs them.
	 */
	char text[ADDRESS_MAX + 1];
	size_t domain;		/* where the domain begins in it; 0: none */
	/* The same in the text, to be replaced. */
	const char *at;
	size_t len;
	/* The whole element there, with name, <> and comments. */
	const char *element;
	size_t element_len;
	/* What it begins with if that is a name with a comma and no quotes, */
	size_t words_len;
	/* or with an @ or another byte that needs them, outside of quotes. */
	size_t name_len;
};

enum address_step {
	ADDRESS_FOUND,		/* a is set */
	ADDRESS_WRONG,		/* element is no address; others may be */
	ADDRESS_END
};

enum address_step address_next(struct address_scan *s, struct address *a);

/*
 * True if both are one mailbox. Case never counts: where it does in a local
 * part, the mailbox is a trap for its owner.
 */
int address_same(const char *a, const char *b);
