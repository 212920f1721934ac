/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_source.h - keys and certificates that OpenSSL opens by a URI: by a
 * loader of its store (key_store.c), or by an engine (key_engine.c).
 */
#pragma once

#include <openssl/ui.h>
#include <openssl/x509.h>

/* Room for a certificate and its chain, or for what a URI finds. */
#define KEY_CERTIFICATES_MAX 16

struct key_found {
	EVP_PKEY *pkey;
	/* That opened them, or NULL, and whether it is initialised. */
	void *engine;
	int engine_is_ready;
	X509 *certificates[KEY_CERTIFICATES_MAX];
	int count;
};

enum key_source {
	KEY_SOURCE_OPENED,	/* what is missing in found is not there */
	KEY_SOURCE_FAILED,
	KEY_SOURCE_UNKNOWN	/* no loader, or no engine, for such a URI */
};

/*
 * Open uri and add what is wanted (a key; else certificates) to found. ui
 * gives a password, with password as its data. Reasons are in OpenSSL's queue
 * of errors, in words that an engine may own: read them before it is released.
 */
enum key_source key_store_find(const char *uri, int want_key, UI_METHOD *ui,
    void *password, struct key_found *found);
enum key_source key_engine_find(const char *uri, int want_key, UI_METHOD *ui,
    void *password, struct key_found *found);

void key_engine_release(void *engine, int is_ready);	/* may be NULL */
