/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client_file.h - the file that a provider's console lets one download, in
 * place of a client id.
 */
#pragma once

#include "command/login/login.h"

/* True if the answer names a file, and is no client id. */
int client_file_is_path(const char *answer);

/*
 * Has the worker read it. Puts the client id into id, the secret into
 * l->typed and a redirect URI into l->o.keys, if the file has these. 0, or -1
 * with why.
 */
int client_file_read(struct login *l, const char *path, struct buf *id,
    struct failure *why);
