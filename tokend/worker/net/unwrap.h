/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * unwrap.h - the JSON text of an answer that is good except for how it is
 * wrapped.
 *
 * Proxies and gateways compress without being asked to; servers
 * put a byte order mark or a guard against scripts first, write UTF-16, or
 * answer in a form (application/x-www-form-urlencoded) in place of JSON, or put
 * the answer into a member of another object ({"data":{...}}). The
 * refresh token in such an answer may be the only one that is good from now
 * on, so each of these is read. What the bytes are decides, and not what the
 * head says of them, as both go wrong.
 */
#pragma once

#include "base/buf.h"

/*
 * Replaces body by what is in it: decompressed, without a mark, in bytes of
 * ASCII or UTF-8, as JSON. A body that is wrapped in none of these ways, or
 * in one that does not hold, stays as it is. encoding is Content-Encoding's
 * value. room has memory for as much as body may hold, so that this needs
 * none; it is of no other use to the caller.
 */
void unwrap_body(struct buf *body, const char *encoding, struct buf *room);
