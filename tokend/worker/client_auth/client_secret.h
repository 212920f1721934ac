/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client_secret.h - the client's password (RFC 6749 2.3.1).
 */
#ifndef TOKEND_CLIENT_SECRET_H
#define TOKEND_CLIENT_SECRET_H

#include "account/account.h"
#include "buf.h"
#include "store/store.h"
#include "status.h"

/*
 * Finds the client's secret: the one typed at login, else client_secret, else
 * what client_secret_file holds now. Empty where there is none. Returns 0, or
 * -1 with a whole text: STATUS_CONFIG or _INTERNAL.
 */
int client_secret_find(const struct account *a, const struct credential *c,
    struct buf *secret, struct failure *why);

/*
 * Reads the one line of the secret file at path, the value of key, without one
 * newline at its end: each time anew, as such files get replaced. -1 as above.
 */
int secret_file_read(const struct account *a, const char *key,
    const char *path, struct buf *secret, struct failure *why);

#endif
