/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_path.h - where the key of the credentials is: what `credentials_key` of
 * tokend.conf names. Only the worker reads the file itself.
 */
#pragma once

#include "disk/scope.h"
#include "base/status.h"

#define KEY_PATH_MAX SCOPE_PATH_MAX

/*
 * 0 for NULL, an absolute path, and systemd:NAME (a credential of a unit,
 * systemd.exec(5)). -1 as conf_fail, which names file and key.
 */
int key_path_check(const char *value, const char *file, const char *key,
    struct failure *why);

/*
 * The path that value means. A credential of systemd's is where
 * CREDENTIALS_DIRECTORY says; else where that of tokend.service is while it
 * runs, for commands that are typed and for what Postfix starts.
 */
void key_path_find(char path[KEY_PATH_MAX], const char *value);

/* True if value names a credential of systemd's. */
int key_path_is_systemd(const char *value);
