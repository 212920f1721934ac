/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * endpoint.h - the URLs that an account sends secrets to.
 */
#pragma once

#include "base/status.h"

/*
 * True for https://, and for http:// to this machine's loopback by a literal
 * address or "localhost" (RFC 6749 3.2 demands TLS; nothing leaves there).
 */
int endpoint_is_safe(const char *url);

/* True if scheme, host and port are the same, or both are NULL. */
int endpoint_same_origin(const char *a, const char *b);

/*
 * Puts tenant in the place of "{tenant}" in *url (which is replaced by an
 * allocated string) and refuses a URL that is not safe, or still has a
 * placeholder. 0, or -1 with STATUS_CONFIG that names file and key.
 */
int endpoint_complete(char **url, const char *tenant, const char *file,
    const char *key, struct failure *why);
