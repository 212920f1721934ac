/* SPDX-License-Identifier: BSD-2-Clause */
/* key.c - see key.h */
#include "crypto/key.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/key_kind.h"
#include "crypto/key_source.h"

#define PIN_TRIES 1	/* a card locks itself after a few wrong ones */

struct key {
	EVP_PKEY *pkey;
	X509 *certificate;	/* NULL: none was added */
	void *engine;
};

EVP_PKEY *
key_pkey(const struct key *k)
{
	return k->pkey;
}

/*
 * The newest error that is of a loader, a token or an engine, rather than of
 * what stands between them and us; empties the queue.
 */
static unsigned long
take_error(void)
{
	unsigned long error = 0, next = 0, found = 0;

	while ((next = ERR_get_error()) != 0) {
		error = next;
		switch (ERR_GET_LIB(next)) {
		case ERR_LIB_SYS:
		case ERR_LIB_ENGINE:
		case ERR_LIB_OSSL_STORE:
		case ERR_LIB_UI:
			break;
		default:
			found = next;
		}
	}
	return found != 0 ? found : error;
}

int
key_fail(const struct key_from *from, const struct key_password *p,
    const char *what, struct failure *why)
{
	unsigned long error = take_error();
	const char *reason = ERR_reason_error_string(error);

	if (ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE)
		return fail_memory(why);
	if (p->asked > 0 && p->given->len == 0)
		return fail(why, STATUS_CONFIG, "%s: wants a password (or "
		    "PIN), and none is stored: give it with \"%s\"",
		    from->shown, from->login);
	if (reason == NULL)
		reason = "no reason given";
	if (from->pem != NULL)
		return p->asked == 0 ?
		    fail(why, STATUS_CONFIG, "%s: %s", from->shown, what) :
		    fail(why, STATUS_CONFIG, "%s: does not open with the "
		    "password that is stored: give it again with \"%s\"",
		    from->shown, from->login);
	return p->asked == 0 ?
	    fail(why, STATUS_CONFIG, "%s: %s (%s)", from->shown, what,
	    reason) : fail(why, STATUS_CONFIG, "%s: %s (%s): if that is the "
	    "PIN, give it again with \"%s\"", from->shown, what, reason,
	    from->login);
}

/* For PEM (pem_password_cb) and, wrapped, for all else that may ask. */
static int
give_password(char *out, int size, int is_writing, void *data)
{
	struct key_password *p = data;

	(void)is_writing;
	p->asked++;
	if (p->given->len == 0 || p->tries == 0 || size < 0 ||
	    p->given->len > (size_t)size)
		return -1;
	p->tries--;
	memcpy(out, p->given->data, p->given->len);
	return (int)p->given->len;
}

static BIO *
open_pem(const struct key_from *from)
{
	return BIO_new_mem_buf(buf_text(from->pem), (int)from->pem->len);
}

static int
read_key(const struct key_from *from, struct key_password *p,
    struct key_found *found, struct failure *why)
{
	BIO *bio = open_pem(from);

	if (bio == NULL)
		return fail_memory(why);
	p->tries = INT_MAX;
	found->pkey = PEM_read_bio_PrivateKey(bio, NULL, give_password, p);
	BIO_free(bio);
	return found->pkey != NULL ? 0 : key_fail(from, p,
	    "holds no private key in PEM (-----BEGIN PRIVATE KEY-----)", why);
}

static int
read_certificates(const struct key_from *from, struct key_password *p,
    struct key_found *found, struct failure *why)
{
	BIO *bio = open_pem(from);
	X509 *next = NULL;

	if (bio == NULL)
		return fail_memory(why);
	while (found->count < KEY_CERTIFICATES_MAX && (next =
	    PEM_read_bio_X509(bio, NULL, give_password, p)) != NULL)
		found->certificates[found->count++] = next;
	BIO_free(bio);
	if (found->count == 0)
		return key_fail(from, p, "holds no certificate in PEM "
		    "(-----BEGIN CERTIFICATE-----)", why);
	ERR_clear_error();	/* the end of the file is one */
	return 0;
}

static int
fail_no_loader(const struct key_from *from, struct failure *why)
{
	int scheme = (int)strcspn(from->uri, ":");

	ERR_clear_error();
	return fail(why, STATUS_CONFIG, "%s: OpenSSL of this machine has no "
	    "loader for %.*s: URIs: install %s", from->shown, scheme,
	    from->uri, strncmp(from->uri, "pkcs11:", 7) == 0 ?
	    "pkcs11-provider and name it in openssl.cnf, or "
	    "libengine-pkcs11-openssl" : "the provider or engine for them");
}

static int
find(const struct key_from *from, int want_key, struct key_found *found,
    struct failure *why)
{
	struct key_password p = { .given = from->password };
	UI_METHOD *ui = NULL;
	int result = 0;

	/* libcurl does the same; it has not come to it yet. */
	OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL);
	ERR_clear_error();
	if (from->pem != NULL)
		return want_key ? read_key(from, &p, found, why) :
		    read_certificates(from, &p, found, why);
	if ((ui = UI_UTIL_wrap_read_pem_callback(give_password, 0)) == NULL)
		return fail_memory(why);
	p.tries = PIN_TRIES;
	result = key_store_find(from, want_key, ui, &p, found, why);
	if (result == 1)
		result = key_engine_find(from, want_key, ui, &p, found, why);
	UI_destroy_method(ui);
	if (result == 1)
		return fail_no_loader(from, why);
	if (result == 0 && (want_key ? found->pkey == NULL : found->count == 0))
		return key_fail(from, &p, want_key ? KEY_NOT_THERE :
		    CERTIFICATE_NOT_THERE, why);
	ERR_clear_error();
	return result;
}

static void
found_free(struct key_found *found)
{
	while (found->count > 0)
		X509_free(found->certificates[--found->count]);
	EVP_PKEY_free(found->pkey);
	if (found->engine != NULL)
		key_engine_done(found->engine);
}

struct key *
key_open(const struct key_from *from, struct failure *why)
{
	struct key_found found = { .pkey = NULL };
	struct key *k = NULL;

	if (find(from, 1, &found, why) == 0 &&
	    key_kind_check(found.pkey, from->shown, why) == 0) {
		if ((k = calloc(1, sizeof(*k))) == NULL) {
			fail_memory(why);
		} else {
			k->pkey = found.pkey;
			k->engine = found.engine;
			found.pkey = NULL;
			found.engine = NULL;
		}
	}
	found_free(&found);
	return k;
}

int
key_add_certificate(struct key *k, const struct key_from *from,
    struct failure *why)
{
	struct key_found found = { .pkey = NULL };
	int i = 0, result = find(from, 0, &found, why);

	for (; result == 0 && i < found.count && k->certificate == NULL; i++)
		if (X509_check_private_key(found.certificates[i], k->pkey) == 1
		    && X509_up_ref(found.certificates[i]) == 1)
			k->certificate = found.certificates[i];
	ERR_clear_error();
	if (result == 0 && k->certificate == NULL)
		result = fail(why, STATUS_CONFIG, "%s: does not belong to the "
		    "private key: name the certificate that was made for it",
		    from->shown);
	found_free(&found);
	return result;
}

int
key_certificate(const struct key *k, struct buf *der)
{
	unsigned char *bytes = NULL;
	int len = 0, result = -1;

	if (k->certificate == NULL)
		return -1;
	if ((len = i2d_X509(k->certificate, &bytes)) > 0)
		result = buf_add(der, bytes, (size_t)len);
	OPENSSL_free(bytes);
	return result;
}

void
key_free(struct key *k)
{
	if (k == NULL)
		return;
	X509_free(k->certificate);
	EVP_PKEY_free(k->pkey);
	if (k->engine != NULL)
		key_engine_done(k->engine);
	free(k);
}
