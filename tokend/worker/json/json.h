/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json.h - reading what a server sends as JSON (RFC 8259). The only user of
 * json-c.
 *
 * A document is wiped when it is freed. What json-c itself leaves while
 * it parses (its scratch buffer, the value of a member that came twice) is out
 * of reach; the worker is not dumpable and ends soon.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct jdoc;

#define JDOC_DEPTH 16	/* levels of nesting */
#define JDOC_VALUES 4096	/* values in all, a comma in a string counted */

/*
 * Parses the string text of len bytes, which must hold one object, within
 * those limits, and nothing but blanks after it. Returns it, to be freed by
 * jdoc_free; or NULL, and *what says what it is instead ("not JSON"), or is
 * NULL if there was no memory. Of a member that comes twice the last counts.
 */
struct jdoc *jdoc_parse(const char *text, size_t len, const char **what);

/*
 * The string member of that name; NULL if it is absent, not a string, or has
 * a NUL inside. Valid until d is freed.
 */
const char *jdoc_string(const struct jdoc *d, const char *name);

/*
 * The member as a whole number, whether it comes as one, as a fraction (cut),
 * or as a string of decimal digits, as some vendors send. What does not fit
 * becomes INT64_MAX or INT64_MIN. Returns 0, or -1 if it is absent or
 * anything else.
 */
int jdoc_integer(const struct jdoc *d, const char *name, int64_t *value);

/* The same for the first element of an array member. */
int jdoc_first_integer(const struct jdoc *d, const char *name, int64_t *value);

/*
 * How many elements the array member of that name has, 0 if there is none; and
 * the element at index, as jdoc_string gives a member.
 */
size_t jdoc_length(const struct jdoc *d, const char *name);
const char *jdoc_element(const struct jdoc *d, const char *name,
    size_t index);

/*
 * Goes into the object member of that name: from here on members are looked
 * for in it. 0, or -1 if there is no such object; then nothing has changed.
 */
int jdoc_enter(struct jdoc *d, const char *name);

/* The same into the element at index, an object, of an array member. */
int jdoc_enter_element(struct jdoc *d, const char *name, size_t index);

/* Goes back to the outermost object. */
void jdoc_leave(struct jdoc *d);

/* True if there is such a member and it is not null. */
int jdoc_has(const struct jdoc *d, const char *name);

/* The first member that is not among known, which NULL ends; or NULL. */
const char *jdoc_unknown(const struct jdoc *d, const char *const known[]);

/* True if the member is the JSON value true. */
int jdoc_is_true(const struct jdoc *d, const char *name);

void jdoc_free(struct jdoc *d);		/* wipes its strings; d may be NULL */
