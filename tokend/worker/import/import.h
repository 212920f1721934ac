/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import.h - other tools' files, as accounts of tokend.
 *
 * A format (reading.h) is a map from its file's members to the keys of an
 * account and its secrets. Reading opens nothing except presets, and writes
 * nothing: what becomes of an account is up to the job (job/import_job.c).
 */
#pragma once

#include <stddef.h>

#include "account/keys.h"
#include "base/name.h"
#include "disk/scope.h"
#include "base/status.h"
#include "store/store.h"

#define IMPORT_FILE_MAX (1024 * 1024)	/* bytes of a file that is read */

/* One account of a file; found_free in any case. */
struct found {
	char name[NAME_MAX_LEN + 1];	/* folded */
	struct keys keys;		/* of its file; none is a secret */
	struct credential credential;
};

#define FOUND_INIT { .credential = CREDENTIAL_INIT }

void found_free(struct found *f);

struct import {
	/* What the command gave; NULL where it did not. */
	const char *path;		/* of the file, for texts; never NULL */
	const char *name;		/* folded */
	const char *client_id;
	const char *client_secret;
	struct keys set;		/* by --set: before the file's */
	const char *config;		/* the text of the second file */
	size_t config_len;

	const struct scope *scope;	/* whose presets count */

	/*
	 * Takes one account over. -1 with why only where it makes no sense to
	 * go on; an account that was not taken goes to import_refuse.
	 */
	int (*take)(struct import *im, struct found *f, struct failure *why);
	void (*note)(struct import *im, const char *text);
	void *context;			/* theirs */

	size_t count;			/* of accounts found so far */
	struct failure refused;		/* the first; STATUS_OK if none was */
};

struct format;

/*
 * The format that a user calls so; case and '_' for '-' make no difference.
 * NULL with why, which says what to do instead, with the account's name as a
 * word of the shell.
 */
const struct format *format_find(const char *word, const char *name,
    struct failure *why);

/*
 * Reads text, which has a NUL behind its len bytes; what an editor of Windows
 * puts before it is left out. 0, also where single accounts were refused; -1
 * with why, which names the file.
 */
int format_read(const struct format *format, struct import *im,
    const char *text, size_t len, struct failure *why);

/*
 * An account could not be taken. The first such failure is the outcome of the
 * import, further ones become notes.
 */
void import_refuse(struct import *im, const struct failure *why);
