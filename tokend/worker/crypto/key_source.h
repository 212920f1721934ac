/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_source.h - what key.c gets OpenSSL's objects from. Of key.c alone.
 */
#ifndef TOKEND_KEY_SOURCE_H
#define TOKEND_KEY_SOURCE_H

#include <openssl/ui.h>
#include <openssl/x509.h>

#include "crypto/key.h"

/* What a password was asked for, by whatever opens a key. */
struct key_password {
	const struct buf *given;
	int tries;		/* how often it may be given */
	int asked;
};

/* Room for a certificate and its chain, or for what a URI finds. */
#define KEY_CERTIFICATES_MAX 16

struct key_found {
	EVP_PKEY *pkey;
	void *engine;		/* that holds it, or NULL; key_engine.c's */
	X509 *certificates[KEY_CERTIFICATES_MAX];
	int count;
};

#define KEY_NOT_THERE "no private key could be taken from there"
#define CERTIFICATE_NOT_THERE "no certificate could be taken from there"

/*
 * Open from->uri and take what is wanted (a key; else certificates) into
 * found, whose owner is the caller. ui answers for a password with data p. 0;
 * 1 if there is no loader (an engine) for such a URI; -1 with why. What is
 * missing in found was not there.
 */
int key_store_find(const struct key_from *from, int want_key,
    UI_METHOD *ui, struct key_password *p, struct key_found *found,
    struct failure *why);
int key_engine_find(const struct key_from *from, int want_key,
    UI_METHOD *ui, struct key_password *p, struct key_found *found,
    struct failure *why);
void key_engine_done(void *engine);

/*
 * Sets why for what OpenSSL could not do, with its own reason, and empties its
 * queue of errors. Its other words are left out: they can hold a PIN. -1.
 */
int key_fail(const struct key_from *from, const struct key_password *p,
    const char *what, struct failure *why);

#endif
