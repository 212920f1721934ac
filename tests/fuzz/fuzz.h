/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz.h - a fuzz target: bytes that come from outside go into one parser, and
 * what must hold of its result is checked.
 *
 * Two mains run the same targets: replay.c gives each the files of its corpus
 * (make check), libfuzzer.c lets libFuzzer look for new ones (fuzz/run).
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "disk/scope.h"

struct fuzz_target {
	const char *name;	/* and of its folder in corpus/ */
	void (*run)(const char *data, size_t len);
	struct fuzz_target *next;
};

void fuzz_add(struct fuzz_target *t);
struct fuzz_target *fuzz_find(const char *name);	/* NULL: the first */

/* Defines a target, and what its run does with the bytes data, len. */
#define FUZZ_TARGET(target) \
static void run_##target(const char *data, size_t len); \
__attribute__((constructor)) static void \
add_##target(void) \
{ \
	static struct fuzz_target t = { #target, run_##target, NULL }; \
\
	fuzz_add(&t); \
} \
static void \
run_##target(const char *data, size_t len)

/* Ends the process where a property does not hold. */
#define MUST(condition) \
	((condition) ? (void)0 : fuzz_broken(#condition, __FILE__, __LINE__))
void fuzz_broken(const char *condition, const char *file, int line)
    __attribute__((noreturn));

/*
 * The bytes as a string, of exactly the memory that it needs, so that reading
 * behind it is seen; what follows a NUL is left out. To be freed.
 */
char *fuzz_text(const char *data, size_t len);

/* The bytes as a buffer of at most max; cut if they are more. To be freed. */
struct buf fuzz_buf(const char *data, size_t len, size_t max);

/*
 * The part of the bytes up to the next line of "--" alone, which is taken with
 * it; then all that is left. So one input can be several files.
 */
struct part {
	const char *data;
	size_t len;
};
struct part fuzz_part(const char **data, size_t *len);

/* Ends the process unless text is UTF-8 without control characters. */
void fuzz_printable(const char *text);

/*
 * A secret for an input to have where it likes: the bytes with it in place of
 * each '$', as a buffer to be freed. fuzz_shows: true if 8 bytes in a row of it
 * are in text, and fuzz_hides ends the process then. fuzz_has: also if they are
 * taken for the end of an escape.
 */
#define FUZZ_SECRET "Zq7vKx2Wm9Lp4Rt8Yb3Nd6Hs"
struct buf fuzz_insert(const char *data, size_t len);
int fuzz_shows(const char *text, size_t len);
int fuzz_has(const char *text, size_t len);
#define fuzz_hides(text, len)	MUST(!fuzz_shows(text, len))

/*
 * A scope of this process's own, with the folders that an account needs, and a
 * file below one of its two folders, mode 0600.
 */
const struct scope *fuzz_scope(void);
void fuzz_file(const char *folder, const char *name, const char *data,
    size_t len);
