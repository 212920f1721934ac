/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * same_name.h - whether two names are of one person.
 *
 * A name is an address, or bare ("ann"), and only names of one kind can be
 * compared. What a provider puts around an address is taken off first
 * (name_plain). Whether two addresses are one mailbox is known where a public
 * provider says so (Gmail's dots); elsewhere the same local part in another
 * domain, or with "+tag", may be one mailbox or not.
 */
#pragma once

/* With NUL: an address of 64 bytes, '@' and 255 (RFC 5321 4.5.3.1). */
#define PERSON_NAME_MAX 321

enum likeness {
	NAMES_UNCOMPARABLE,	/* of two kinds: they cannot be compared */
	NAMES_OTHER,		/* of two persons */
	NAMES_MAYBE,		/* perhaps of one */
	NAMES_SAME
};

/*
 * Copies the address or the bare name that name holds: that of a guest
 * (ann_example.com#EXT#@tenant), behind another provider's name
 * (live.com#ann@example.com), a scheme (mailto:) or a Windows domain
 * (CORP\ann). Doing it again changes nothing. -1 if it is empty or too long.
 */
int name_plain(char plain[PERSON_NAME_MAX], const char *name);

/* Both as name_plain makes them. */
enum likeness name_compare(const char *a, const char *b);

/* True if it has an '@'. */
int name_is_address(const char *name);
