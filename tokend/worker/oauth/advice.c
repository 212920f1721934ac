/*
 * advice.c - see advice.h; the tables are facts/PROVIDERS section 7 and, where
 * a row says so, other sections of it.
 */
#include "oauth/advice.h"

#include <stddef.h>
#include <string.h>

#define LOOP_PAUSE 300	/* seconds: "stop for minutes" */

enum flags {
	LOGIN = 1,	/* the remedy is a new sign-in, then the text */
	RETRY = 2	/* passes by itself */
};

/* The first row counts whose words stand in the description or subtype. */
static const struct error_row {
	const char *error;
	const char *words;	/* NULL: any */
	enum status code;
	int flags;
	const char *remedy;
} errors[] = {
	/* Google */
	{ "invalid_grant", "invalid_rapt", STATUS_SIGN_IN, LOGIN,
	    "or have the administrator exempt the app from session control" },
	{ "invalid_grant", "Token has been expired or revoked",
	    STATUS_SIGN_IN, LOGIN, "in a Google project that is in "
	    "\"Testing\" they end after 7 days: publish it" },
	{ "invalid_grant", "Invalid JWT", STATUS_SIGN_IN, 0,
	    "check the clock of this machine, and the service account's key" },
	{ "invalid_grant", "Bad Request", STATUS_SIGN_IN, LOGIN,
	    "check that client_id is the one that it was given to" },
	{ "invalid_client", "The OAuth client was not found", STATUS_CONFIG, 0,
	    "check client_id: Google knows no such client" },
	{ "unauthorized_client", "Client is unauthorized", STATUS_CONFIG, 0,
	    "check the client's type; of a service account, its delegation "
	    "for this scope" },
	{ "invalid_rapt", NULL, STATUS_SIGN_IN, LOGIN,
	    "or have the administrator exempt the app from session control" },
	{ "admin_policy_enforced", NULL, STATUS_CONFIG, 0,
	    "an administrator must allow the app and its scopes" },
	{ "org_internal", NULL, STATUS_CONFIG, 0,
	    "use an account of the project's organisation, or make the app "
	    "external" },
	{ "deleted_client", NULL, STATUS_CONFIG, 0,
	    "this client was deleted: make another, and set client_id" },
	{ "disabled_client", NULL, STATUS_CONFIG, 0,
	    "enable the client in the provider's console" },
	/* RFC 6749 5.2, RFC 8707 2, OpenID Connect Core 3.1.2.6 */
	{ "invalid_grant", NULL, STATUS_SIGN_IN, LOGIN, NULL },
	{ "interaction_required", NULL, STATUS_SIGN_IN, LOGIN,
	    "the provider wants to see a person" },
	{ "consent_required", NULL, STATUS_SIGN_IN, LOGIN,
	    "and consent to what is asked" },
	{ "login_required", NULL, STATUS_SIGN_IN, LOGIN, NULL },
	{ "invalid_client", NULL, STATUS_CONFIG, 0,
	    "check client_id, the client secret, and client_auth" },
	{ "unauthorized_client", NULL, STATUS_CONFIG, 0,
	    "check client_id, and that the app may use this grant" },
	{ "invalid_scope", NULL, STATUS_CONFIG, 0,
	    "check scope, and the app's permissions" },
	{ "invalid_resource", NULL, STATUS_CONFIG, 0,
	    "check the host in scope" },
	{ "invalid_target", NULL, STATUS_CONFIG, 0,
	    "check the host in scope" },
	{ "invalid_request", NULL, STATUS_CONFIG, 0,
	    "check token_endpoint, tenant, client_id and client_auth" },
	{ "unsupported_grant_type", NULL, STATUS_CONFIG, 0,
	    "check grant and token_endpoint" },
	{ "temporarily_unavailable", NULL, STATUS_LATER, RETRY, NULL },
	{ "server_error", NULL, STATUS_LATER, RETRY, NULL },
	/* RFC 8628 3.5 and its likes: a sign-in on another device */
	{ "authorization_pending", NULL, STATUS_LATER, RETRY,
	    "the sign-in is not finished yet" },
	{ "slow_down", NULL, STATUS_LATER, RETRY,
	    "the sign-in is not finished yet" },
	{ "access_denied", NULL, STATUS_SIGN_IN, LOGIN, NULL },
	{ "authorization_declined", NULL, STATUS_SIGN_IN, LOGIN,
	    "and accept what is asked" },
	{ "expired_token", NULL, STATUS_SIGN_IN, LOGIN, NULL },
	{ "bad_verification_code", NULL, STATUS_SIGN_IN, LOGIN, NULL },
};

/* https://login.microsoftonline.com/error?code=NUMBER */
static const struct number_row {
	int64_t number;
	int flags;
	const char *remedy;
} numbers[] = {
	{ 50173, LOGIN, "a password that was changed or reset ends them" },
	{ 700082, LOGIN, "and keep it in use: 90 days without a refresh "
	    "end it" },
	{ 70008, LOGIN, "and keep it in use: 90 days without a refresh "
	    "end it" },
	{ 700084, LOGIN, "first make the redirect's platform \"Mobile and "
	    "desktop\": a SPA's tokens end in 24 h" },
	{ 70000, LOGIN, "first check client_id and tenant" },
	{ 700005, LOGIN, "first correct tenant: it was given for another one" },
	{ 7000012, LOGIN, "first correct tenant: it was given for another "
	    "one" },
	{ 70043, LOGIN, "and ask for an exception from the sign-in frequency, "
	    "or use client_credentials" },
	{ 50074, LOGIN, "with a second factor; or use client_credentials" },
	{ 50076, LOGIN, "with a second factor; or use client_credentials" },
	{ 50078, LOGIN, "with a second factor; or use client_credentials" },
	{ 50079, LOGIN, "with a second factor; or use client_credentials" },
	{ 53000, 0, "an administrator must let it pass Conditional Access" },
	{ 53003, 0, "an administrator must let it pass Conditional Access" },
	{ 530032, 0, "an administrator must let it pass Conditional Access" },
	{ 65001, LOGIN, "or have an administrator consent for all" },
	{ 90094, LOGIN, "after an administrator has consented" },
	{ 65004, LOGIN, "and accept what is asked" },
	{ 7000215, 0, "set the secret anew: its Value, not its ID" },
	{ 7000222, 0, "the secret has expired: make a new one" },
	{ 7000218, 0, "set client_secret, or switch \"Allow public client "
	    "flows\" on in the registration" },
	{ 700025, 0, "remove the client secret: a public client has none" },
	{ 700016, 0, "check client_id and tenant" },
	{ 7000112, 0, "an administrator must enable the app" },
	{ 90002, 0, "check tenant, and that token_endpoint is of its cloud" },
	{ 90038, 0, "set token_endpoint to the national cloud of the tenant" },
	{ 900432, 0, "set token_endpoint to the national cloud of the tenant" },
	{ 50194, 0, "set tenant to the app's own: it is for a single tenant" },
	{ 9002332, 0, "set tenant to your organisation's: the app is not for "
	    "personal accounts" },
	{ 50020, LOGIN, "with an account of this tenant, or correct tenant" },
	{ 50034, LOGIN, "with an account of this tenant, or correct tenant" },
	{ 500011, 0, "check the host in scope, and that the tenant has "
	    "Exchange" },
	{ 650052, 0, "add the API permission to the registration, and check "
	    "scope" },
	{ 650057, 0, "add the API permission to the registration, and check "
	    "scope" },
	{ 70011, 0, "check scope: one resource, and no misspelling" },
	{ 50055, 0, "the password has expired: an administrator must reset "
	    "it" },
	{ 50057, 0, "an administrator must enable the user" },
	{ 50196, RETRY, "it sees the same request too often" },
	{ 700027, 0, "check the certificate at the app, and the clock" },
	{ 700030, 0, "check the certificate at the app, and the clock" },
	{ 54005, LOGIN, NULL },
	{ 501481, LOGIN, NULL },
	{ 70016, RETRY, "the sign-in is not finished yet" },
	{ 70019, LOGIN, "the code has expired" },
	{ 50033, RETRY, NULL },
	{ 50087, RETRY, NULL },
	{ 70012, RETRY, NULL },
	{ 90024, RETRY, NULL },
	{ 90033, RETRY, NULL },
	{ 90055, RETRY, NULL },
	/* section 3, and section 5: scopes of two resources */
	{ 9001023, 0, "set tenant: client_credentials needs the tenant's own "
	    "endpoint" },
	{ 700022, 0, "check scope: one resource, and no other's scopes" },
};

static int
holds(const char *text, const char *words)
{
	return text != NULL && strstr(text, words) != NULL;
}

static const struct error_row *
find_error(const struct refusal *r)
{
	const struct error_row *row = errors;
	const struct error_row *end = row + sizeof(errors) / sizeof(*row);

	for (; row < end; row++)
		if (strcmp(row->error, r->error) == 0 && (row->words == NULL ||
		    holds(r->description, row->words) ||
		    holds(r->subtype, row->words)))
			return row;
	return NULL;
}

static const struct number_row *
find_number(int64_t number)
{
	const struct number_row *row = numbers;
	const struct number_row *end = row + sizeof(numbers) / sizeof(*row);

	for (; row < end; row++)
		if (row->number == number)
			return row;
	return NULL;
}

int64_t
advice_number(const char *description)
{
	static const char prefix[] = "AADSTS";
	const char *c = description != NULL ? strstr(description, prefix) :
	    NULL;
	int64_t number = 0;
	int digits = 0;

	if (c == NULL)
		return 0;
	for (c += strlen(prefix); *c >= '0' && *c <= '9'; c++, digits++) {
		if (digits == 9)
			return 0;
		number = number * 10 + (*c - '0');
	}
	return number;
}

void
advice_find(struct advice *found, const struct refusal *r)
{
	const struct error_row *row = find_error(r);
	const struct number_row *number = find_number(r->number);

	memset(found, 0, sizeof(*found));
	/* Not known: permanent all the same, but in the provider's words. */
	found->code = row != NULL ? row->code : STATUS_CONFIG;
	found->is_known = row != NULL;
	if (row != NULL) {
		found->sign_in = (row->flags & LOGIN) != 0;
		found->remedy = row->remedy;
	}
	if (number == NULL || found->code == STATUS_LATER)
		return;
	found->sign_in = (number->flags & LOGIN) != 0;
	found->remedy = number->remedy;
	if (number->flags & RETRY)
		found->code = STATUS_LATER;
	else if (row == NULL && found->sign_in)
		found->code = STATUS_SIGN_IN;
	if (number->number == 50196)
		found->retry_after = LOOP_PAUSE;
}
