/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record.h - what was done to a program's files, and how they were before.
 *
 * Below the scope's state, in setup/, which belongs to who runs this: in the
 * system's scope to root, though the folder above is the tokend user's. For
 * the Nth change of a program: PROGRAM.N, attribute lines (attr.h), and
 * PROGRAM.N.I.old and .new, the texts of its file I. Mode 0600, as files may
 * hold passwords.
 */
#pragma once

#include "command/setup/setup.h"

#define RECORD_CHANGES_MAX 99
#define RECORD_NAME_MAX 64
#define RECORD_PATH_MAX (SCOPE_PATH_MAX + RECORD_NAME_MAX + 16)

struct record {
	const struct scope *scope;
	const char *program;
	int folder;		/* locked while it is open; -1 */
	int last;		/* number of the last change, 0: none */
};

/* A file of a change that was made; to be freed by recorded_free. */
struct recorded_file {
	char *path, *target;
	int existed;			/* before */
	struct buf before, left;
};

struct recorded_change {
	struct recorded_file files[SETUP_FILES];
	size_t count;
};

/*
 * Opens the records, and locks them against another `tokend setup`. 0, or -1
 * with why. To be closed in any case.
 */
int record_open(struct record *r, const struct scope *s, const char *program,
    struct failure *why);
void record_close(struct record *r);

/* Keeps the change s, which is about to be made, as r->last + 1. */
int record_keep(struct record *r, const struct setup *s,
    struct failure *why);

/*
 * Reads the last change; its steps are added to s. 0, or -1 with why. k is to
 * be freed in any case.
 */
int record_read(const struct record *r, struct recorded_change *k,
    struct setup *s, struct failure *why);
void recorded_free(struct recorded_change *k);

/* The account of the last change. 0; -1 where that cannot be read. */
int record_account(const struct record *r, char name[NAME_MAX_LEN + 1]);

/* A program with a change of its own in the same folder; NULL: none has. */
const char *record_of_another(const struct record *r);

/* Forgets the last change, which was not made, or was undone. */
void record_drop(struct record *r);

/* The path of the last change's copy of its file i, as it was before. */
const char *record_copy(char path[RECORD_PATH_MAX],
    const struct record *r, size_t i);
