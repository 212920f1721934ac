/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * usable.h - whether the user who looks can read, write and lock the store.
 *
 * It changes nothing: what is written to see whether there is room has no name
 * (O_TMPFILE), and what is missing is not made.
 */
#pragma once

#include "files/unusable.h"
#include "base/name.h"
#include "disk/scope.h"
#include "base/status.h"

#define USABLE_PATH_MAX (SCOPE_PATH_MAX + NAME_MAX_LEN + 32)
#define USABLE_NAMES_MAX 400

/* What was found; the fix depends on that, and there may be several. */
enum usable_trouble {
	USABLE_OWNER = 1,	/* another user's */
	USABLE_MODE = 2,	/* ours, and closed to us or open to others */
	USABLE_PARENT = 4,		/* a folder above it is closed to us */
	USABLE_READ_ONLY = 8,
	USABLE_NO_ROOM = 16,
	USABLE_OTHER = 32	/* a link, no file; a disk that fails */
};

struct usable {
	unsigned troubles;	/* of enum usable_trouble; 0: it is usable */
	int error;		/* errno of the first one */
	int is_folder;		/* what that is */
	char path[USABLE_PATH_MAX];		/* its path */
	struct failure judged;	/* its failure, of USABLE_OTHER */
	size_t count;		/* of paths with a trouble */
	char names[USABLE_NAMES_MAX];	/* of these below the store, and the
					 * reason; as many as fit */
	char reason[UNUSABLE_REASON_MAX];	/* of the last one */
};

/* The store's folders. */
void usable_folders(struct usable *u, const struct scope *s);

/* Adds the files of the account, in those folders that can be opened. */
void usable_account(struct usable *u, const struct scope *s,
    const char *account);

/* The folders, and all files in them. */
void usable_all(struct usable *u, const struct scope *s);

/*
 * The folders and the files of the account, for who needs a yes or no. 0, or
 * -1 with why, which names the account and says what to do.
 */
int usable_check(const struct scope *s, const char *account,
    struct failure *why);

/*
 * The folders and the lock, for a sign-in: what cannot be read is replaced by
 * it. As usable_check.
 */
int usable_sign_in(const struct scope *s, const char *account,
    struct failure *why);

/* -1 with why for the first trouble, naming the account; 0 without any. */
int usable_failure(const struct usable *u, const struct scope *s,
    const char *account, struct failure *why);
