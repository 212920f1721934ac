/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client_key.h - the account's private key: where it is, and opening it.
 */
#pragma once

#include "account/account.h"
#include "base/buf.h"
#include "crypto/key.h"
#include "store/store.h"
#include "base/status.h"

#define CLIENT_KEY_SHOWN 104
#define CLIENT_KEY_COMMAND (64 + NAME_MAX_LEN)

struct client_key {
	struct buf content;	/* of the file; empty: OpenSSL opens uri */
	const char *uri;	/* borrowed of the account */
	char shown[CLIENT_KEY_SHOWN];	/* how texts call it */
};

#define CLIENT_KEY_INIT { .content = BUF_INIT(KEY_FILE_MAX) }

enum client_key_found {
	CLIENT_KEY_FAILED = -1,
	CLIENT_KEY_FOUND,
	CLIENT_KEY_NONE		/* the account has none */
};

/*
 * Finds the key: the one typed at login, else client_key. A file is read, and
 * checked as one that holds a secret. It fails with a whole text, STATUS_CONFIG
 * or _INTERNAL. at is to be freed.
 */
enum client_key_found client_key_find(const struct account *a,
    const struct credential *c, struct client_key *at, struct failure *why);

/*
 * Opens what was found, with the password typed at login. NULL with a whole
 * text, as above.
 */
struct key *client_key_open(const struct account *a,
    const struct credential *c, const struct client_key *at,
    struct failure *why);

/* Adds client_certificate to k, if the account names one. 0, or -1. */
int client_key_certify(const struct account *a, const struct credential *c,
    struct key *k, struct failure *why);

/* `tokend login OPTION NAME`, for texts. */
void client_key_command(char out[CLIENT_KEY_COMMAND], const struct account *a,
    const char *option);

void client_key_free(struct client_key *at);
