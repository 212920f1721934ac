/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * draft.h - a new account file: written next to the old one, tried, renamed.
 *
 * `tokend login` writes what the account shall be into the draft, the worker
 * signs in by it, and only what works becomes the account. The stamp
 * (cachefile.h) lives through the rename.
 *
 * The process that has written a draft holds a lock on it: of two logins at
 * once the second fails, and neither commits what the other has written.
 */
#pragma once

#include "account/keys.h"
#include "base/buf.h"
#include "base/name.h"
#include "disk/scope.h"
#include "base/status.h"

#define DRAFT_NAME_MAX (NAME_MAX_LEN + 16)

/* ".NAME.conf.new", in accounts/: no account's name begins with a dot. */
void draft_name(char file[DRAFT_NAME_MAX], const char *account);

/*
 * Reads the account's file, as it is before a draft is made of it. 0; 1 if
 * there is none; -1 with why.
 */
int draft_before(const struct scope *s, const char *account,
    struct buf *before, struct failure *why);

/*
 * Whether a draft of it can be written and take the place of the account's
 * file, as far as can be seen before anything is asked. 0, or -1 with why.
 */
int draft_is_possible(const struct scope *s, const char *account,
    struct failure *why);

/*
 * Writes and syncs the draft, making accounts/ (with its parents, and 0700 in a
 * user's scope) where it is missing. Mode 0640 and the folder's group in the
 * system's scope, else 0600. One that a killed process has left is replaced.
 * Returns the descriptor that holds it, to be closed when it is committed or
 * abandoned. -1 with why: STATUS_CONFIG where this user may not, and says which
 * user may; STATUS_LATER where another process holds it.
 */
int draft_write(const struct scope *s, const char *account,
    const struct buf *content, struct failure *why);

/*
 * It becomes the account, and is on the disk. before is what draft_before
 * found, NULL for nothing: if the account's file is another by now, that of an
 * editor or of another login, it stays. -1 with why.
 */
int draft_commit(const struct scope *s, const char *account,
    const struct buf *before, struct failure *why);

/*
 * Undoes a commit, because what came after it failed: the account's file is
 * before again, or gone if that is NULL. -1 with why.
 */
int draft_take_back(const struct scope *s, const char *account,
    const struct buf *before, struct failure *why);

/* Removes the draft that held holds, if it is there, and closes held. */
void draft_abandon(const struct scope *s, const char *account, int held);

/*
 * The same for a draft whose answers are of use to the next try: it is kept as
 * ".NAME.conf.tried", until the account is made. It holds no secret. 0, or -1;
 * then it is gone.
 */
int draft_set_aside(const struct scope *s, const char *account, int held);

/* Forgets what was set aside, in the open folder accounts/. */
void draft_forget(int folder, const char *account);

/*
 * Reads what was set aside into k, which is empty and to be freed either way.
 * 0; -1 where there is none, or none that can be used.
 */
int draft_tried(const struct scope *s, const char *account, struct keys *k);
