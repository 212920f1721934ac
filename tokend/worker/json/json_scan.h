/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_scan.h - one string out of a JSON text, without json-c and without
 * memory.
 *
 * json-c needs memory for each member, goes on without one that it got none
 * for, and crashes at times. The one member that cannot be asked for twice is
 * found by this first, and compared with what json-c finds.
 */
#pragma once

#include <stddef.h>

#define SCAN_MISSING (-1L)	/* there is no such string */
#define SCAN_UNSURE (-2L)	/* not JSON, or nothing that this can judge */

/*
 * Looks for the string member name in the object that text of len bytes is; of
 * a member that comes twice the last counts. Its length, with the string in
 * out, which has size bytes; SCAN_MISSING, also where it is not a string; or
 * SCAN_UNSURE: it is longer, has characters that are not printable ASCII, or
 * the text is not one whole object. out may hold anything then.
 */
long scan_string(const char *text, size_t len, const char *name, char *out,
    size_t size);

/*
 * The first object in the object that text is, at most SCAN_DEPTH levels
 * down, that has a string member of that name, where the outer one has none:
 * its length, with *inner in text; SCAN_MISSING: there is none, or it is text
 * itself; SCAN_UNSURE as above.
 */
#define SCAN_DEPTH 3
long scan_inner(const char *text, size_t len, const char *name,
    const char **inner);
