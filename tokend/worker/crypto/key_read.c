/* SPDX-License-Identifier: BSD-2-Clause */
#include "crypto/key_read.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

#include "crypto/card.h"
#include "crypto/key_source.h"

#define PIN_TRIES 1	/* a card locks itself after a few wrong ones */

/* A password that a loader may ask for. */
struct password {
	const struct buf *given;
	const char *uri;	/* of the token that asks; NULL: a file */
	int tries;		/* how often it may be given */
	int asked;
	int wants_key;
	int is_spared;		/* not given: the last try is a person's */
};

/*
 * The newest error that is of a loader, a token or an engine, rather than of
 * what is between them and us; empties the queue.
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

/*
 * What the token says. Each of these has a fix of its own, and trying PINs is
 * the fix of one alone: cards count them. 0: it says nothing that explains it.
 */
static int
fail_card(const struct key_from *from, const struct password *p,
    struct failure *why)
{
	const char *object = p->wants_key ? "private key" : "certificate";

	if (p->is_spared)
		return fail(why, STATUS_CONFIG, "%s: one more wrong PIN would "
		    "lock this token, so tokend does not try the one that is "
		    "stored: log in to the token once with its own tool, "
		    "which resets the count; if the PIN is a new one, give "
		    "it with \"%s\"", from->shown, from->login);
	switch (from->uri != NULL ? card_find_state(from->uri) :
	    CARD_UNKNOWN) {
	case CARD_ABSENT:
		return fail(why, STATUS_CONFIG, "%s: no token of that name "
		    "is there: connect it, or correct token= and serial=",
		    from->shown);
	case CARD_LOCKED:
		return fail(why, STATUS_CONFIG, "%s: the token is locked "
		    "after too many wrong PINs, and takes none now: unlock it "
		    "with its PUK (or SO PIN) and its own tool, then \"%s\"",
		    from->shown, from->login);
	case CARD_OPEN:
		return fail(why, STATUS_CONFIG, "%s: the token has no such "
		    "%s (object not found): the PIN is right, correct object= "
		    "or id=", from->shown, object);
	case CARD_CLOSED:
	case CARD_LAST_TRY:
		if (p->asked > 0 && p->given->len > 0)
			return fail(why, STATUS_CONFIG, "%s: the token "
			    "refuses the PIN that is stored (PIN incorrect); "
			    "a few wrong ones lock it: give the right one "
			    "with \"%s\"", from->shown, from->login);
		if (p->asked == 0)
			return fail(why, STATUS_CONFIG, "%s: the token has no "
			    "such %s (object not found): correct object= or "
			    "id=, and if there are several tokens, name one by "
			    "token=", from->shown, object);
		break;
	case CARD_UNKNOWN:
		break;
	}
	return 0;
}

/*
 * What OpenSSL could not do, with its own reason. Its other words are left
 * out: they can hold a PIN. Returns -1.
 */
static int
fail_read(const struct key_from *from, const struct password *p,
    const char *what, struct failure *why)
{
	unsigned long error = take_error();
	const char *reason = ERR_reason_error_string(error);
	int is_asked = p->asked > 0;

	if (ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE)
		return fail_memory(why);
	if (fail_card(from, p, why) == -1)
		return -1;
	if (is_asked && p->given->len == 0)
		return fail(why, STATUS_CONFIG, "%s: wants a password (or "
		    "PIN), and none is stored: give it with \"%s\"",
		    from->shown, from->login);
	if (is_asked && from->pem != NULL)
		return fail(why, STATUS_CONFIG, "%s: does not open with the "
		    "password that is stored: give it again with \"%s\"",
		    from->shown, from->login);
	if (from->pem != NULL)
		return fail(why, STATUS_CONFIG, "%s: %s", from->shown, what);
	return fail(why, STATUS_CONFIG, "%s: %s (%s)%s%s%s", from->shown, what,
	    reason != NULL ? reason : "no reason given",
	    is_asked ? ": if that is the PIN, give it again with \"" : "",
	    is_asked ? from->login : "", is_asked ? "\"" : "");
}

/* For PEM (pem_password_cb) and, wrapped, for all else that may ask. */
static int
give_password(char *out, int size, int is_writing, void *data)
{
	struct password *p = data;

	(void)is_writing;
	p->asked++;
	if (p->tries > 0 && p->uri != NULL &&
	    card_find_state(p->uri) == CARD_LAST_TRY) {
		p->is_spared = 1;
		return -1;
	}
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
read_pem_key(const struct key_from *from, struct password *p,
    struct key_found *found, struct failure *why)
{
	BIO *bio = open_pem(from);

	if (bio == NULL)
		return fail_memory(why);
	p->tries = INT_MAX;
	found->pkey = PEM_read_bio_PrivateKey(bio, NULL, give_password, p);
	BIO_free(bio);
	return found->pkey != NULL ? 0 : fail_read(from, p,
	    "holds no private key in PEM (-----BEGIN PRIVATE KEY-----)", why);
}

static int
read_pem_certificates(const struct key_from *from, struct password *p,
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
		return fail_read(from, p, "holds no certificate in PEM "
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
read_uri(const struct key_from *from, int want_key, struct password *p,
    struct key_found *found, struct failure *why)
{
	enum key_source source = KEY_SOURCE_FAILED;
	UI_METHOD *ui = UI_UTIL_wrap_read_pem_callback(give_password, 0);

	if (ui == NULL)
		return fail_memory(why);
	p->tries = PIN_TRIES;
	source = key_store_find(from->uri, want_key, ui, p, found);
	if (source == KEY_SOURCE_UNKNOWN)
		source = key_engine_find(from->uri, want_key, ui, p, found);
	UI_destroy_method(ui);
	if (source == KEY_SOURCE_UNKNOWN)
		return fail_no_loader(from, why);
	if (source == KEY_SOURCE_FAILED)
		return fail_read(from, p, "cannot be opened", why);
	if (want_key && found->pkey == NULL)
		return fail_read(from, p, "no private key could be read from "
		    "there", why);
	if (!want_key && found->count == 0)
		return fail_read(from, p, "no certificate could be read from "
		    "there", why);
	ERR_clear_error();
	return 0;
}

int
key_read(const struct key_from *from, int want_key, struct key_found *found,
    struct failure *why)
{
	struct password p = { .given = from->password, .uri = from->uri,
	    .wants_key = want_key };

	/* A loader whose callback gives no PIN would ask where it can. */
	UI_set_default_method(UI_null());
	/* libcurl does the same, but later. */
	OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL);
	ERR_clear_error();
	if (from->pem == NULL)
		return read_uri(from, want_key, &p, found, why);
	return want_key ? read_pem_key(from, &p, found, why) :
	    read_pem_certificates(from, &p, found, why);
}

void
key_found_free(struct key_found *found)
{
	while (found->count > 0)
		X509_free(found->certificates[--found->count]);
	EVP_PKEY_free(found->pkey);
	key_engine_release(found->engine, found->engine_is_ready);
}
