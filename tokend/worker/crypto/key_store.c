/* SPDX-License-Identifier: BSD-2-Clause */
/* key_store.c - URIs that the loaders of OpenSSL's store open */
#include <openssl/err.h>
#include <openssl/store.h>
#include <string.h>

#include "crypto/key_source.h"

#define OBJECTS_MAX 64	/* that a URI may find */
#define SCHEME_MAX 64

/*
 * OSSL_STORE_open takes any URI for the name of a file first. So it is asked
 * only if there is a loader for the scheme.
 */
static int
has_loader(const char *uri)
{
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
	char scheme[SCHEME_MAX] = "";
	size_t len = strcspn(uri, ":");
	OSSL_STORE_LOADER *loader = NULL;

	if (len >= sizeof(scheme))
		return 0;
	memcpy(scheme, uri, len);
	scheme[len] = '\0';
	if ((loader = OSSL_STORE_LOADER_fetch(NULL, scheme, NULL)) == NULL)
		return 0;
	OSSL_STORE_LOADER_free(loader);
#else
	(void)uri;
#endif
	return 1;
}

static enum key_source
find_open_error(void)
{
#if OPENSSL_VERSION_NUMBER < 0x30000000L
	if (ERR_GET_REASON(ERR_peek_last_error()) ==
	    OSSL_STORE_R_UNREGISTERED_SCHEME)
		return KEY_SOURCE_UNKNOWN;
#endif
	return KEY_SOURCE_FAILED;
}

static void
add_object(OSSL_STORE_INFO *info, int want_key, struct key_found *found)
{
	int type = OSSL_STORE_INFO_get_type(info);

	if (type == OSSL_STORE_INFO_PKEY && want_key && found->pkey == NULL)
		found->pkey = OSSL_STORE_INFO_get1_PKEY(info);
	if (type == OSSL_STORE_INFO_CERT && !want_key &&
	    found->count < KEY_CERTIFICATES_MAX)
		found->certificates[found->count++] =
		    OSSL_STORE_INFO_get1_CERT(info);
}

enum key_source
key_store_find(const char *uri, int want_key, UI_METHOD *ui, void *password,
    struct key_found *found)
{
	OSSL_STORE_CTX *store = NULL;
	OSSL_STORE_INFO *info = NULL;
	int i = 0;

	if (!has_loader(uri))
		return KEY_SOURCE_UNKNOWN;
	store = OSSL_STORE_open(uri, ui, password, NULL, NULL);
	if (store == NULL)
		return find_open_error();
	for (; i < OBJECTS_MAX && !OSSL_STORE_eof(store) &&
	    (!want_key || found->pkey == NULL); i++) {
		if ((info = OSSL_STORE_load(store)) == NULL)
			continue;
		add_object(info, want_key, found);
		OSSL_STORE_INFO_free(info);
	}
	OSSL_STORE_close(store);
	return KEY_SOURCE_OPENED;
}
