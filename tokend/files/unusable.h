/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * unusable.h - why a file of the store cannot be used, and what fixes that.
 */
#pragma once

#include <sys/stat.h>

#include "disk/scope.h"
#include "base/shell_word.h"
#include "base/status.h"

#define UNUSABLE_COMMAND_MAX (2 * SHELL_WORD_MAX(SCOPE_PATH_MAX) + 256)
#define UNUSABLE_REASON_MAX 80

/*
 * For the file account in the folder called folder_name below s->state, which
 * could not be opened or written: error is the errno. STATUS_CONFIG where a
 * person has to act (another owner or mode, a read-only mount); STATUS_LATER
 * where the machine is the reason (no room). Returns -1 with errno = error;
 * why may be NULL.
 */
int unusable(const struct scope *s, const char *folder_name,
    const char *account, int error, struct failure *why)
    __attribute__((cold));

/*
 * The same for a path in the store (s->state itself, too) that could not be
 * read or locked, or was judged (EPERM). No account is named.
 */
int unusable_path(const struct scope *s, const char *path, int error,
    struct failure *why) __attribute__((cold));

/*
 * When file_open() has failed for the path with errno: an owner or a mode gets
 * unusable_path's text, since the fix for all of the store is one command;
 * else why stays as it is. Returns -1, and leaves errno.
 */
int unusable_after_open(const struct scope *s, const char *path,
    struct failure *why);

/* In a few words, where error came of what st says: "belongs to uid 5". */
const char *unusable_reason(char text[UNUSABLE_REASON_MAX],
    const struct scope *s, const struct stat *st, int error);

/*
 * One line for the shell that gives all of the store to user (who may have
 * ":group" with it), and the modes that the store is to have; NULL and 0 leave
 * that out.
 */
const char *unusable_command(char command[UNUSABLE_COMMAND_MAX],
    const struct scope *s, const char *user, int with_modes);

/* 1 if a folder above the store, that is the barrier, lets us not pass. */
int unusable_find_closed(char barrier[SCOPE_PATH_MAX], const struct scope *s);
