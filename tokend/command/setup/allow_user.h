/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * allow_user.h - a user whom a program of the machine runs as, in a list of
 * the account: `allow` to get its tokens, `allow_send` to send by it.
 */
#pragma once

#include <sys/types.h>

#include "command/setup/setup.h"

/*
 * Whether one of the lists (NULL: empty) has the user, by uid or main group;
 * IS_UNKNOWN with why. Looks up the lists' names, which overwrites what
 * getpwnam(3) returned before.
 */
enum truth user_is_allowed(const char *list, const char *other, uid_t uid,
    gid_t gid, struct failure *why);

/* Adds the user to the list `key` of the account's file. -1 with why. */
int allow_user(struct setup *s, const char *key, const char *list,
    const char *user, struct failure *why);

/*
 * The same for the user of that name, who may not do it yet; one who gets
 * tokens sends, too. -1 with why, also where there is no such user.
 */
int allow_named(struct setup *s, const char *key, const char *user,
    struct failure *why);
