/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * provider_errors.c - Google's errors, by their words, and those of the RFCs.
 */
#include "knowledge/provider_advice_table.h"

const struct advice_error_row advice_errors[] = {
	/* Google */
	{ "invalid_grant", "invalid_rapt", STATUS_SIGN_IN, { ADVICE_LOGIN,
	    "or have the administrator exempt the app from session control",
	    NULL, "The organisation's session control ended the session, and "
	    "will again, unless an administrator exempts the app.", NULL } },
	{ "invalid_grant", "Token has been expired or revoked",
	    STATUS_SIGN_IN, { ADVICE_LOGIN, "in a Google project that is in "
	    "\"Testing\" they end after 7 days: publish it", NULL,
	    "The refresh token has ended. That happens 7 days after the "
	    "sign-in while the project is in \"Testing\", when the person "
	    "changes the password or removes the app's access, after 6 "
	    "months without use, and when the account has more than 100 of "
	    "them for this client.", "If the last sign-in was 7 days ago, "
	    "first publish the app: Google Auth Platform, Audience, \"Publish "
	    "app\"." } },
	{ "invalid_grant", "Invalid JWT", STATUS_SIGN_IN, { 0,
	    "check the clock of this machine, and the service account's key",
	    NULL, "Google does not accept the signed assertion: its times are "
	    "not now, or its key is not one of the service account.",
	    "Check the clock of this machine, and that the key file's key "
	    "is still listed at the service account." } },
	{ "invalid_grant", "Invalid email or User ID", STATUS_SIGN_IN, { 0,
	    "check user: the service account finds no such mailbox", NULL,
	    "The mailbox that the service account wants to act for does not "
	    "exist in the organisation.", "Set user to the mailbox's "
	    "own address, and not to an alias." } },
	{ "invalid_grant", "Bad Request", STATUS_SIGN_IN, { ADVICE_LOGIN,
	    "check that client_id is the one that it was given to", NULL,
	    "The refresh token is broken, or belongs to another client_id.",
	    "Compare client_id with the console's." } },
	{ "invalid_client", "The OAuth client was not found", STATUS_CONFIG,
	    { 0, "check client_id: Google knows no such client", NULL,
	    "Google knows no client of this client_id: it was deleted, or is "
	    "misspelt, or still the sample's.", "Copy the client ID from the "
	    "console: Google Auth Platform, Clients." } },
	{ "invalid_grant", "Invalid grant: account not found", STATUS_SIGN_IN,
	    { 0, "check the service account's key file: Google knows no such "
	    "service account", NULL, "The service account of the key file "
	    "does not exist.", "Make a new key of a service account that "
	    "exists." } },
	{ "invalid_grant", "Malformed auth code", STATUS_SIGN_IN,
	    { ADVICE_LOGIN, NULL, NULL, "The authorization code is not whole, "
	    "or was used before.", NULL } },
	{ "rate_limit_exceeded", NULL, STATUS_LATER, { ADVICE_RETRY, NULL,
	    NULL, "Too many requests for this project.", NULL } },
	/* Yahoo, AOL: their own codes, in small letters */
	{ "token_expired", NULL, STATUS_SIGN_IN, { ADVICE_LOGIN, NULL, NULL,
	    "The grant has expired.", NULL } },
	{ "invalid_redirect_uri", NULL, STATUS_CONFIG, { 0,
	    "check redirect_uri: the client is not registered with it", NULL,
	    "The address that the browser was to return to is not one of the "
	    "client's.", "Set redirect_uri to what is registered." } },
	{ "invalid_callback", NULL, STATUS_CONFIG, { 0,
	    "check redirect_uri: the client is not registered with it", NULL,
	    "The address that the browser was to return to is not one of the "
	    "client's.", "Set redirect_uri to what is registered." } },
	{ "invalid_input", NULL, STATUS_CONFIG, { 0,
	    "check client_id, redirect_uri and scope", NULL, "The provider "
	    "misses something in the request, or does not accept it.",
	    "Compare client_id, redirect_uri and scope with the provider's "
	    "console." } },
	{ "unauthorized_client", "Client is unauthorized", STATUS_CONFIG,
	    { 0, "check the client's type; of a service account, its "
	    "delegation for this scope", NULL, "This client may not get "
	    "tokens in this way, or not for this scope.", "For a service "
	    "account: in the Admin console, API controls, Manage Domain Wide "
	    "Delegation, its numeric client ID must stand with exactly the "
	    "account's scope. Else: the client must be of type \"Desktop "
	    "app\"." } },
	{ "invalid_rapt", NULL, STATUS_SIGN_IN, { ADVICE_LOGIN,
	    "or have the administrator exempt the app from session control",
	    NULL, "The organisation's session control ended the session, and "
	    "will again, unless an administrator exempts the app.", NULL } },
	{ "admin_policy_enforced", NULL, STATUS_CONFIG, { 0,
	    "an administrator must allow the app and its scopes", NULL,
	    "The organisation's administrator has not allowed this app, or "
	    "not this scope.", "In Google's Admin console: Security, Access "
	    "and data control, API controls, Manage third-party app "
	    "access." } },
	{ "org_internal", NULL, STATUS_CONFIG, { 0,
	    "use an account of the project's organisation, or make the app "
	    "external", NULL, "The app is for members of the project's "
	    "organisation only.", "Sign in as one, or set the user type to "
	    "\"External\": Google Auth Platform, Audience." } },
	{ "deleted_client", NULL, STATUS_CONFIG, { 0,
	    "this client was deleted: make another, and set client_id", NULL,
	    "This client was deleted. Google does that by itself to clients "
	    "that nobody uses for 6 months.", "Make another in the console, "
	    "then run \"tokend login NAME\" with its id." } },
	{ "disabled_client", NULL, STATUS_CONFIG, { 0,
	    "enable the client in the provider's console", NULL,
	    "This client is switched off at the provider.", NULL } },
	{ "redirect_uri_mismatch", NULL, STATUS_CONFIG, { 0,
	    "check redirect_uri: the client is not registered with it", NULL,
	    "The address that the browser was to return to is not one of the "
	    "client's.", "Use a client of type \"Desktop app\", or set "
	    "redirect_uri to what is registered." } },
	/* RFC 6749 4.1.2.1 and 5.2, RFC 8707 2, OpenID Connect Core 3.1.2.6 */
	{ "invalid_grant", NULL, STATUS_SIGN_IN, { ADVICE_LOGIN, NULL, NULL,
	    "The consent is gone: it has ended, was withdrawn, or was given "
	    "to another client.", NULL } },
	{ "interaction_required", NULL, STATUS_SIGN_IN, { ADVICE_LOGIN,
	    "the provider wants to see a person", NULL,
	    "The provider wants the person to do something in a browser.",
	    NULL } },
	{ "consent_required", NULL, STATUS_SIGN_IN, { ADVICE_LOGIN,
	    "and consent to what is asked", "an administrator must consent to "
	    "what is asked", "Nobody has consented yet to what is asked for.",
	    NULL } },
	{ "login_required", NULL, STATUS_SIGN_IN, { ADVICE_LOGIN, NULL, NULL,
	    "The provider's session with the person has ended.", NULL } },
	{ "account_selection_required", NULL, STATUS_SIGN_IN, { ADVICE_LOGIN,
	    NULL, NULL, "The person must choose one of several accounts.",
	    NULL } },
	{ "invalid_client", NULL, STATUS_CONFIG, { ADVICE_OF_SECRET,
	    "check client_id, the client secret, and client_auth", NULL,
	    "The provider does not know this client, or what proves it (its "
	    "secret, its client_key) is wrong.", "Compare client_id with the "
	    "provider's console. A new secret is stored by \"tokend login "
	    "--client-secret-stdin NAME\". Some providers want it by "
	    "client_auth = basic." } },
	{ "unauthorized_client", NULL, STATUS_CONFIG, { 0,
	    "check client_id, and that the app may use this grant", NULL,
	    "This client may not get tokens in this way.", "Compare client_id "
	    "with the provider's console, and the app's type and "
	    "permissions with the account's grant." } },
	{ "invalid_scope", NULL, STATUS_CONFIG, { 0,
	    "check scope, and the app's permissions", NULL,
	    "The provider does not know the scope, or the app may not ask for "
	    "it.", "Check scope letter by letter, and the app's permissions "
	    "in the provider's console." } },
	{ "invalid_resource", NULL, STATUS_CONFIG, { 0,
	    "check the host in scope", NULL,
	    "The service that the scope names does not exist for this "
	    "client.", "Check the host in scope." } },
	{ "invalid_target", NULL, STATUS_CONFIG, { 0,
	    "check the host in scope", NULL,
	    "The service that is asked for does not exist for this client.",
	    "Check the host in scope." } },
	{ "invalid_request", NULL, STATUS_CONFIG, { 0,
	    "check token_endpoint, tenant, client_id and client_auth", NULL,
	    "The provider misses something in the request, or finds too much "
	    "in it.", "Check provider, token_endpoint, tenant, client_id and "
	    "client_auth in the account's file." } },
	{ "unsupported_grant_type", NULL, STATUS_CONFIG, { 0,
	    "check grant and token_endpoint", NULL,
	    "The provider gives no tokens by this grant.",
	    "Check grant and token_endpoint in the account's file." } },
	{ "unsupported_response_type", NULL, STATUS_CONFIG, { 0,
	    "check authorization_endpoint and client_id", NULL,
	    "The provider does not know the authorization code flow, or this "
	    "client may not use it.", "Check authorization_endpoint, and the "
	    "app's type in the provider's console." } },
	{ "temporarily_unavailable", NULL, STATUS_LATER, { ADVICE_RETRY, NULL,
	    NULL, "A passing fault at the provider.", NULL } },
	{ "server_error", NULL, STATUS_LATER, { ADVICE_RETRY, NULL, NULL,
	    "A passing fault at the provider.", NULL } },
	/* RFC 8628 3.5 and its likes: a sign-in on another device */
	{ "authorization_pending", NULL, STATUS_LATER, { ADVICE_RETRY,
	    "the sign-in is not finished yet", NULL,
	    "The person has not finished yet on the other device.", NULL } },
	{ "slow_down", NULL, STATUS_LATER, { ADVICE_RETRY,
	    "the sign-in is not finished yet", NULL,
	    "The person has not finished yet on the other device.", NULL } },
	{ "access_denied", NULL, STATUS_SIGN_IN, { ADVICE_LOGIN, NULL,
	    "an administrator must allow the app", "The person refused, or "
	    "the provider's policy did.", NULL } },
	{ "authorization_declined", NULL, STATUS_SIGN_IN, { ADVICE_LOGIN,
	    "and accept what is asked", NULL, "The person refused.", NULL } },
	{ "expired_token", NULL, STATUS_SIGN_IN, { ADVICE_LOGIN, NULL, NULL,
	    "The code was not entered in time.", NULL } },
	{ "bad_verification_code", NULL, STATUS_SIGN_IN, { ADVICE_LOGIN,
	    NULL, NULL, "The provider does not know the device's code.",
	    NULL } },
};

const size_t advice_errors_count =
    sizeof(advice_errors) / sizeof(advice_errors[0]);

const struct advice_text advice_proofs[5] = {
	{ 0, "check client_id: nothing proved the client, which the app may "
	    "need", NULL, "The provider does not know this client, or wants "
	    "it to prove itself, and it sent no proof.", "Compare client_id "
	    "with the provider's console. If the app has a secret there, give "
	    "its value by \"tokend login --client-secret-stdin NAME\"." },
	{ 0, "check client_id, client_key, and the certificate at the app",
	    NULL, "The provider does not know this client, or not the key "
	    "that signed its assertion.", "Compare client_id with the "
	    "provider's console, and client_key with the key or certificate "
	    "that the app has there. Check the clock of this machine." },
	{ 0, "check client_id, and the assertion in client_assertion_file",
	    NULL, "The provider does not know this client, or does not take "
	    "the assertion of client_assertion_file.", "Check that the file "
	    "is renewed by what writes it, and that the app's federated "
	    "credential names its issuer, subject and audience." },
	{ 0, "check the identity that the cloud gives this machine", NULL,
	    "The cloud's own service does not know the identity.",
	    "Check the identity of this machine, and client_id if it is "
	    "set." },
	{ 0, "check client_id: the provider does not know it, or not here",
	    NULL, "The provider does not know this client.", "Compare "
	    "client_id with the provider's console, and tenant or issuer if "
	    "one is set." }
};

#define NO_PROOF_SENT { 0, "check client_id: nothing proved the client, and " \
	"nothing may", NULL, "The app is a public client.", "Compare " \
	"client_id with the provider's console." }
const struct advice_text advice_publics[5] = {
	NO_PROOF_SENT,
	{ 0, "remove client_key: a public client has none", NULL,
	    "The app is a public client, and signed with a key.", "Remove "
	    "client_key and client_certificate, or make the app a "
	    "confidential one at the provider." },
	{ 0, "remove client_assertion_file: a public client has none", NULL,
	    "The app is a public client, and sent an assertion.", "Remove "
	    "client_assertion_file, or make the app a confidential one at "
	    "the provider." },
	NO_PROOF_SENT,
	NO_PROOF_SENT
};
