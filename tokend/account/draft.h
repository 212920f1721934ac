/*
 * draft.h - an account file on its way: written beside, tried, then renamed.
 *
 * `tokend login` writes what the account shall be into the draft, the worker
 * signs in by it, and only what works becomes the account. The stamp
 * (cachefile.h) lives through the rename.
 */
#ifndef TOKEND_DRAFT_H
#define TOKEND_DRAFT_H

#include "buf.h"
#include "name.h"
#include "scope.h"
#include "status.h"

#define DRAFT_NAME_MAX (NAME_MAX_LEN + 16)

/* ".NAME.conf.new", in accounts/: no account's name begins with a dot. */
void draft_name(char file[DRAFT_NAME_MAX],
    const char account[NAME_MAX_LEN + 1]);

/*
 * Writes and syncs the draft, making accounts/ (with its parents, and 0700 in
 * a user's scope) where it is missing. Mode 0640 and the folder's group in the
 * system's scope, else 0600. An old draft is replaced. -1 with why:
 * STATUS_CONFIG where this user may not, with who may.
 */
int draft_write(const struct scope *s, const char *account,
    const struct buf *content, struct failure *why);

/* It becomes the account, and is on the disk. -1 with why. */
int draft_commit(const struct scope *s, const char *account,
    struct failure *why);

/*
 * Undoes a commit, because what came behind it failed: the account's file is
 * before again, or gone if that is NULL. -1 with why.
 */
int draft_take_back(const struct scope *s, const char *account,
    const struct buf *before, struct failure *why);

/* Removes it, if it is there. */
void draft_abandon(const struct scope *s, const char *account);

#endif
