/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keyring.h - the keys with which credentials are encrypted on the disk.
 *
 * tokend.conf names them: credentials_key is the one to store with, and the
 * one before it (credentials_key_before) goes on opening what it closed, until
 * `tokend rekey` has been through all files. Without credentials_key files are
 * stored as they are.
 */
#pragma once

#include "account/key_path.h"
#include "crypto/seal.h"
#include "disk/scope.h"
#include "base/status.h"

#define KEYRING_ID_LEN 16		/* hexadecimal digits */

struct keyring_key {
	unsigned char key[SEAL_KEY_LEN];
	char id[KEYRING_ID_LEN + 1];	/* of the key's hash; "": no key */
	char path[KEY_PATH_MAX];	/* "": none is named */
};

struct keyring {
	struct keyring_key key;		/* to store with, if it has an id */
	struct keyring_key before;	/* to read with */
	char config[SCOPE_PATH_MAX + 16];	/* that names them, for texts */
};

#define KEYRING_INIT { .key = { .id = "" } }

/*
 * Reads tokend.conf and the keys that it names. 0; -1 with STATUS_CONFIG: the
 * present key cannot be read, or is none. One before it may be missing: what
 * needs it says so. v is to be closed either way.
 */
int keyring_read(struct keyring *v, const struct scope *s, struct failure *why);

/* The key of that id, or NULL. */
const struct keyring_key *keyring_find(const struct keyring *v, const char *id);

/* Wipes the keys. */
void keyring_wipe(struct keyring *v);
