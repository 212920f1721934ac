/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_engine.c - URIs that an engine opens, where OpenSSL still has engines.
 *
 * `org.openssl.engine:ID:NAME`, as OpenSSL's own programs write it (the loader
 * is theirs and not the library's); and SCHEME:..., if an engine has the
 * scheme's name: libp11's has the name pkcs11.
 */
#define OPENSSL_SUPPRESS_DEPRECATED	/* 3.0 has them, and 4.0 has none */
#include <openssl/opensslconf.h>
#include <openssl/opensslv.h>

#include <string.h>

#include "crypto/key_source.h"

/* Fedora has the header in a package of its own, and not always that. */
#ifdef __has_include
#if !__has_include(<openssl/engine.h>) && !defined(OPENSSL_NO_ENGINE)
#define OPENSSL_NO_ENGINE
#endif
#endif

#if defined(OPENSSL_NO_ENGINE) || OPENSSL_VERSION_NUMBER >= 0x40000000L

enum key_source
key_engine_find(const char *uri, int want_key, UI_METHOD *ui, void *password,
    struct key_found *found)
{
	(void)uri, (void)want_key, (void)ui, (void)password, (void)found;
	return KEY_SOURCE_UNKNOWN;
}

void
key_engine_release(void *engine, int is_ready)
{
	(void)engine, (void)is_ready;
}

#else

#include <openssl/engine.h>

#define ID_MAX 64

static const char engine_scheme[] = "org.openssl.engine:";
static const char id_bytes[] = "abcdefghijklmnopqrstuvwxyz"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

/* The engine's id, and what it is to open; -1 for a URI that names none. */
static int
read_id(const char *uri, char id[ID_MAX], const char **name)
{
	int is_named = strncmp(uri, engine_scheme, strlen(engine_scheme)) == 0;
	const char *at = is_named ? uri + strlen(engine_scheme) : uri;
	size_t len = strspn(at, id_bytes);

	/* An id becomes the name of a file in OpenSSL's folder of engines. */
	if (len == 0 || len >= ID_MAX || at[len] != ':')
		return -1;
	memcpy(id, at, len);
	id[len] = '\0';
	*name = is_named ? at + len + 1 : uri;
	return 0;
}

static void
load_object(ENGINE *e, const char *name, int want_key, UI_METHOD *ui,
    void *password, struct key_found *found)
{
	/* The parameter of libp11's command, which other engines have taken. */
	struct {
		const char *name;
		X509 *certificate;
	} wanted = { name, NULL };

	/* libp11 would write to stderr too, which can be a log. */
	ENGINE_ctrl_cmd_string(e, "QUIET", NULL, 1);
	if (want_key) {
		found->pkey = ENGINE_load_private_key(e, name, ui, password);
	} else if (ENGINE_ctrl_cmd(e, "LOAD_CERT_CTRL", 0, &wanted, NULL,
	    0) == 1 && wanted.certificate != NULL) {
		found->certificates[found->count++] = wanted.certificate;
	}
}

enum key_source
key_engine_find(const char *uri, int want_key, UI_METHOD *ui, void *password,
    struct key_found *found)
{
	const char *name = NULL;
	char id[ID_MAX] = "";

	if (read_id(uri, id, &name) == -1 ||
	    (found->engine = ENGINE_by_id(id)) == NULL)
		return KEY_SOURCE_UNKNOWN;
	if ((found->engine_is_ready = ENGINE_init(found->engine) == 1))
		load_object(found->engine, name, want_key, ui, password,
		    found);
	return KEY_SOURCE_OPENED;
}

void
key_engine_release(void *engine, int is_ready)
{
	if (is_ready)
		ENGINE_finish(engine);
	ENGINE_free(engine);
}

#endif
