/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * envelope.h - the addresses of a mail's envelope.
 */
#pragma once

#include <stddef.h>

/*
 * True if the address, of len bytes, can be said in MAIL and RCPT (RFC 5321
 * 4.1.2) as it is: no control characters, and outside of quotes no blank and
 * nothing that would end it.
 */
int envelope_allows(const char *address, size_t len);

/* True for an address of this machine: no domain, or one without a dot. */
int envelope_is_local(const char *address);
