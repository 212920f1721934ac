/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_engine.c - URIs that an engine opens, where OpenSSL still has engines.
 *
 * `org.openssl.engine:ID:NAME`, as OpenSSL's own programs write it (the loader
 * is theirs and not the library's); and SCHEME:..., where an engine is called
 * like the scheme: libp11's is called pkcs11.
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

int
key_engine_find(const struct key_from *from, int want_key,
    UI_METHOD *ui, struct key_password *p, struct key_found *found,
    struct failure *why)
{
	(void)from, (void)want_key, (void)ui, (void)p, (void)found, (void)why;
	return 1;
}

void
key_engine_done(void *engine)
{
	(void)engine;
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
load(ENGINE *e, const char *name, int want_key, UI_METHOD *ui,
    struct key_password *p, struct key_found *found)
{
	/* The command that libp11 has for it, and engines after its manner. */
	struct {
		const char *name;
		X509 *certificate;
	} wanted = { name, NULL };

	/* libp11 would speak on stderr too, which can be a log. */
	ENGINE_ctrl_cmd_string(e, "QUIET", NULL, 1);
	if (want_key) {
		found->pkey = ENGINE_load_private_key(e, name, ui, p);
	} else if (ENGINE_ctrl_cmd(e, "LOAD_CERT_CTRL", 0, &wanted, NULL,
	    0) == 1 && wanted.certificate != NULL) {
		found->certificates[found->count++] = wanted.certificate;
	}
}

int
key_engine_find(const struct key_from *from, int want_key,
    UI_METHOD *ui, struct key_password *p, struct key_found *found,
    struct failure *why)
{
	const char *name = NULL;
	char id[ID_MAX] = "";
	ENGINE *e = NULL;
	int is_ready = 0, result = 0;

	if (read_id(from->uri, id, &name) == -1 ||
	    (e = ENGINE_by_id(id)) == NULL)
		return 1;
	if ((is_ready = ENGINE_init(e) == 1))
		load(e, name, want_key, ui, p, found);
	/* While the engine is there, which knows the words for its errors. */
	if (want_key ? found->pkey == NULL : found->count == 0)
		result = key_fail(from, p, want_key ? KEY_NOT_THERE :
		    CERTIFICATE_NOT_THERE, why);
	if (found->pkey != NULL)
		found->engine = e;	/* its key needs it */
	else if (is_ready)
		ENGINE_finish(e);
	ENGINE_free(e);
	return result;
}

void
key_engine_done(void *engine)
{
	ENGINE_finish(engine);
}

#endif
