/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store.h - the credential store: refresh tokens, and the secrets that were
 * typed at login. Only the worker links it, and only it has the key where they
 * are encrypted (keyring.h).
 */
#pragma once

#include <stdint.h>

#include "account/granted_scope.h"
#include "base/buf.h"
#include "files/newfile.h"
#include "disk/scope.h"
#include "state/consent_end.h"
#include "base/status.h"
#include "store/sealed.h"
#include "store/keyring.h"

/* Bytes of one refresh token or secret; an attribute holds it (attr.h). */
#define SECRET_MAX 16000
#define CREDENTIAL_TEXT_MAX (4 * SECRET_MAX + 4096)
#define CREDENTIAL_FILE_MAX SEALED_MAX(CREDENTIAL_TEXT_MAX)

struct credential {
	struct buf refresh_token;	/* empty if there is none */
	struct buf client_secret;	/* empty: as the account file says */
	/* A key file's content in base64 (PEM, or Google's JSON); the same. */
	struct buf client_key;
	struct buf key_password;	/* of client_key, if it is encrypted */
	/* What the refresh token was granted for; empty: not known. */
	struct buf scope;
	int64_t granted;		/* wall clock of the consent */
	struct consent_end end;		/* of the refresh token */
	char key_id[KEYRING_ID_LEN + 1];	/* "": not encrypted */
	int is_locked;			/* read: the key for it is not here */
};

#define CREDENTIAL_INIT { .refresh_token = BUF_INIT(SECRET_MAX), \
	.client_secret = BUF_INIT(SECRET_MAX), \
	.client_key = BUF_INIT(SECRET_MAX), \
	.key_password = BUF_INIT(SECRET_MAX), \
	.scope = BUF_INIT(GRANTED_MAX) }

enum credential_found {
	CREDENTIAL_FAILED = -1,
	CREDENTIAL_READ,
	CREDENTIAL_NONE		/* c stays empty */
};

/*
 * Fails with STATUS_CONFIG. Where then c->is_locked is set, the file may be
 * whole, and the key for it is missing or another: it must not be replaced.
 */
enum credential_found credential_read(struct credential *c,
    const struct scope *s, const char *account, struct failure *why);

/*
 * What was typed (each member that is not empty) takes the place of what c
 * has; another refresh token brings its own scope and end. 0, or -1 with errno
 * as buf_add does.
 */
int credential_replace(struct credential *c, const struct credential *typed);

/* The text of it; -1 with errno as buf_add does. */
int credential_format(const struct credential *c, struct buf *b);

/*
 * The file's content: that text, closed with v's key where it has one. -1 as
 * above.
 */
int credential_seal(const struct credential *c, const struct keyring *v,
    const char *account, struct buf *b);

/* Removes the file. 0, also where there is none; -1 with why. */
int credential_remove(const struct scope *s, const char *account,
    struct failure *why);

void credential_free(struct credential *c);
