/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scope.h - where things are: the system's folders or a user's.
 */
#pragma once

#include "disk/file.h"
#include "base/status.h"
#include "base/truth.h"

#define SCOPE_PATH_MAX 1024

enum scope_kind {
	SCOPE_SYSTEM,
	SCOPE_USER,	/* XDG folders of the user who runs this */
	SCOPE_GIVEN	/* TOKEND_CONFIG_DIR and TOKEND_STATE_DIR */
};

struct scope {
	enum scope_kind kind;
	uid_t owner;			/* of its files, besides root */
	char config[SCOPE_PATH_MAX];	/* holds accounts/ */
	char state[SCOPE_PATH_MAX];	/* holds cache/, state/, lock/, ... */
	char socket[SCOPE_PATH_MAX];	/* "" until scope_take_socket, and
					 * where there is none to try */
};

/*
 * The scope of this process's own, for account lookup: GIVEN if both
 * variables are set, else USER if this process has one (not AT_SECURE, euid
 * not 0, HOME or XDG set). IS_FALSE if there is none; IS_UNKNOWN with
 * STATUS_CONFIG if the environment is wrong (one variable of the two, a
 * relative or overlong path).
 */
enum truth scope_own(struct scope *s, struct failure *why);

/*
 * Fills s->socket, for those who ask or listen; a login from the cache does
 * not. 0, or -1 with STATUS_CONFIG.
 */
int scope_take_socket(struct scope *s, struct failure *why);

/* The system's scope, from the paths compiled in. */
void scope_system(struct scope *s, uid_t tokend_uid);

/*
 * Join folder and rest, or four parts; -1 if that is too long. suffix, or name
 * and suffix, may be NULL.
 */
int scope_file(char path[SCOPE_PATH_MAX], const char *folder,
    const char *below, const char *name, const char *suffix);
int scope_path(char path[SCOPE_PATH_MAX], const char *folder,
    const char *rest);

/*
 * Looks for accounts/NAME.conf of s and judges it. IS_TRUE with st; IS_FALSE
 * if it is not there, or (SCOPE_USER) neither it nor its folder is the user's
 * own; IS_UNKNOWN with STATUS_CONFIG.
 *
 * The folders are judged when the file is read (scope_open_accounts). This look
 * decides the scope and gives the stamp, in each login: one system call, not
 * six.
 */
enum truth scope_find_account(const struct scope *s, const char *account,
    struct stat *st, struct failure *why);

/*
 * Opens the accounts/ folder of s. Returns a descriptor, or -1 as file_open
 * does (ENOENT: nothing is set up there). A USER scope counts only if its
 * configuration folder is the user's own.
 */
int scope_open_accounts(const struct scope *s, struct failure *why);
