/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * envelope.h - the addresses of a mail's envelope.
 */
#pragma once

#include <stddef.h>

#include "common/address_list.h"

/*
 * Reads the line text, of len bytes, as an address that can be said in MAIL and
 * RCPT (RFC 5321 4.1.2) and in a header, where it is the same one: alone,
 * without <>, control characters and comments. Writes it without needless
 * quotes; never longer. 0, or -1: it is none.
 */
int envelope_read(char address[ADDRESS_MAX + 1], const char *text, size_t len);

/* What follows its @; NULL: it has no domain. */
const char *envelope_domain(const char *address);

/* True for an address of this machine: no domain, or one without a dot. */
int envelope_is_local(const char *address);
