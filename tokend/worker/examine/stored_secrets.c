/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stored_secrets.c - see examine.h: the secrets, which only workers may read
 *
 * What can be seen without them (a failure that holds, a file that is not
 * there) the command has looked at (command/doctor/accounts/renewal.c).
 */
#include "examine/examine.h"

#include "client_auth/client_key.h"
#include "common/date.h"
#include "grant/grant.h"
#include "grant/service_account.h"
#include "lineio.h"
#include "store/store.h"

/* A service account's file has the PEM inside. */
static int
take_pem(struct client_key *at, struct failure *why)
{
	struct service_account s = { .doc = NULL };
	int result = -1;

	if (!service_account_is(&at->content))
		return 0;
	if (service_account_read(&s, &at->content, at->shown, why) == 0) {
		buf_reset(&at->content);
		result = buf_adds(&at->content, s.private_key) == -1 ?
		    fail_memory(why) : 0;
	}
	service_account_free(&s);
	return result;
}

static int
open_key(const struct account *a, const struct credential *c,
    struct client_key *at, struct failure *why)
{
	struct key *k = client_key_open(a, c, at, why);
	int result = k == NULL ? -1 : client_key_certify(a, c, k, why);

	key_free(k);
	return result;
}

/* A key that cannot be opened fails at the next request only. */
static void
check_key(struct examination *x, const struct credential *c)
{
	struct client_key at = CLIENT_KEY_INIT;
	struct failure why;
	enum client_key_found found = client_key_find(&x->account, c, &at,
	    &why);

	if (found == CLIENT_KEY_FOUND && (take_pem(&at, &why) == -1 ||
	    open_key(&x->account, c, &at, &why) == -1))
		found = CLIENT_KEY_FAILED;
	if (found == CLIENT_KEY_FOUND)
		examine_found(x, "token", KEY_OK,
		    KNOWN_VALUES({ "key", at.shown }));
	else if (found == CLIENT_KEY_FAILED)
		examine_advise(x, "token", &why,
		    &(struct detail){ .error = "" });
	client_key_free(&at);
}

/* A fault of the store, and not of the account's file. */
static void
report_unread(struct examination *x, const struct credential *c,
    const struct failure *why)
{
	if (c->is_locked)
		examine_failed(x, "token", CREDENTIAL_LOCKED, why, NULL);
	else if (why->code == STATUS_CONFIG)
		examine_failed(x, "token", CREDENTIAL_BROKEN, why, NULL);
	else
		examine_advise(x, "token", why,
		    &(struct detail){ .error = "" });
}

int
examine_stored(struct examination *x)
{
	struct credential c = CREDENTIAL_INIT;
	char duration[DURATION_MAX] = "";
	struct failure why;
	enum credential_found found = credential_read(&c, x->scope,
	    x->account.name, &why);
	int has_consent = c.refresh_token.len > 0;

	if (found == CREDENTIAL_FAILED)
		report_unread(x, &c, &why);
	else
		check_key(x, &c);
	/* A secret that was typed may be there, and no consent. */
	if (found == CREDENTIAL_READ && !has_consent &&
	    grant_needs_refresh_token(x->account.grant))
		examine_found(x, "token", CONSENT_NONE, NULL);
	else if (has_consent && c.granted > 0)
		examine_found(x, "token", CONSENT_OK, KNOWN_VALUES({ "age",
		    duration_text(duration, clock_seconds() - c.granted) }));
	credential_free(&c);
	return found != CREDENTIAL_FAILED && (has_consent ||
	    !grant_needs_refresh_token(x->account.grant));
}
