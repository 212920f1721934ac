/* SPDX-License-Identifier: BSD-2-Clause */
/* provider_errors.c - Google's errors, by their words, and those of the RFCs */
#include "knowledge/provider_advice.h"

#define ERROR(name, c, ...) { .id = name, .source = name, \
	.verdict = VERDICT_FAULT, .code = STATUS_##c, __VA_ARGS__ }
#define WORDS(name, said, c, ...) { .id = name ": " said, .source = name, \
	.words = said, .verdict = VERDICT_FAULT, .code = STATUS_##c, \
	__VA_ARGS__ }
#define PROOF(name, ...) \
	{ .id = name, .verdict = VERDICT_FAULT, __VA_ARGS__ }

const struct known provider_errors[] = {
	/* Google */
	WORDS("invalid_grant", "invalid_rapt", SIGN_IN, TEXT(KNOWN_SIGN_IN,
	    "or have the administrator exempt the app from session control",
	    "The organisation's session control ended the session, and will "
	    "again, unless an administrator exempts the app.", NULL)),
	WORDS("invalid_grant", "Token has been expired or revoked", SIGN_IN,
	    TEXT(KNOWN_SIGN_IN, "in a Google project that is in \"Testing\" "
	    "they end after 7 days: publish it", "The refresh token has "
	    "expired or was revoked. That happens 7 days after the sign-in "
	    "while the project is in \"Testing\", when the person changes the "
	    "password or removes the app's access, after 6 months without "
	    "use, and when the account has more than 100 of them for this "
	    "client.", "If the last sign-in was 7 days ago, first publish the "
	    "app: Google Auth Platform, Audience, \"Publish app\".")),
	WORDS("invalid_grant", "Invalid JWT", SIGN_IN, TEXT(0, "check the "
	    "clock of this machine, and the service account's key", "Google "
	    "does not accept the signed assertion: its times are not now, or "
	    "its key is not one of the service account.", "Check the clock of "
	    "this machine, and that the key file's key is still listed at the "
	    "service account.")),
	WORDS("invalid_grant", "Invalid email or User ID", SIGN_IN, TEXT(0,
	    "check user: the service account finds no such mailbox", "The "
	    "mailbox that the service account wants to act for does not exist "
	    "in the organisation.", "Set user to the mailbox's own address, "
	    "and not to an alias.")),
	WORDS("invalid_grant", "Bad Request", SIGN_IN, TEXT(KNOWN_SIGN_IN,
	    "check that client_id is the one that it was given to", "The "
	    "refresh token is broken, or belongs to another client_id.",
	    "Compare client_id with the console's.")),
	WORDS("invalid_client", "The OAuth client was not found", CONFIG,
	    TEXT(0, "check client_id: Google knows no such client", "Google "
	    "knows no client of this client_id: it was deleted, or is "
	    "misspelt, or still the sample's.", "Copy the client ID from the "
	    "console: Google Auth Platform, Clients.")),
	WORDS("invalid_grant", "Invalid grant: account not found", SIGN_IN,
	    TEXT(0, "check the service account's key file: Google knows no "
	    "such service account", "The service account of the key file does "
	    "not exist.", "Make a new key of a service account that exists.")),
	WORDS("invalid_grant", "Malformed auth code", SIGN_IN,
	    TEXT(KNOWN_SIGN_IN, NULL, "The authorization code is not whole, "
	    "or was used before.", NULL)),
	ERROR("rate_limit_exceeded", LATER, TEXT(KNOWN_PASSES, NULL, "Too "
	    "many requests for this project.", NULL)),
	/* Yahoo, AOL: their own codes, in small letters */
	ERROR("token_expired", SIGN_IN, TEXT(KNOWN_SIGN_IN, NULL, "The grant "
	    "has expired.", NULL)),
	ERROR("invalid_redirect_uri", CONFIG, TEXT(0, "check redirect_uri: "
	    "the client is not registered with it", "The address that the "
	    "browser was to return to is not one of the client's.", "Set "
	    "redirect_uri to what is registered.")),
	ERROR("invalid_callback", CONFIG, TEXT(0, "check redirect_uri: the "
	    "client is not registered with it", "The address that the browser "
	    "was to return to is not one of the client's.", "Set redirect_uri "
	    "to what is registered.")),
	ERROR("invalid_input", CONFIG, TEXT(0, "check client_id, "
	    "redirect_uri and scope", "Something in the request is missing, "
	    "or is not accepted.", "Compare client_id, redirect_uri and scope "
	    "with the provider's console.")),
	WORDS("unauthorized_client", "Client is unauthorized", CONFIG, TEXT(0,
	    "check the client's type; of a service account, its delegation "
	    "for this scope", "This client may not get tokens in this way, or "
	    "not for this scope.", "For a service account: in the Admin "
	    "console, API controls, Manage Domain Wide Delegation, its "
	    "numeric client ID must be listed with exactly the account's "
	    "scope. Else: the client must be of type \"Desktop app\".")),
	ERROR("invalid_rapt", SIGN_IN, TEXT(KNOWN_SIGN_IN, "or have the "
	    "administrator exempt the app from session control", "The "
	    "organisation's session control ended the session, and will "
	    "again, unless an administrator exempts the app.", NULL)),
	ERROR("admin_policy_enforced", CONFIG, TEXT(0, "an administrator "
	    "must allow the app and its scopes", "The organisation's "
	    "administrator has not allowed this app, or not this scope.",
	    "In Google's Admin console: Security, Access and data control, "
	    "API controls, Manage third-party app access.")),
	ERROR("org_internal", CONFIG, TEXT(0, "use an account of the "
	    "project's organisation, or make the app external", "The app is "
	    "for members of the project's organisation only.", "Sign in as "
	    "one, or set the user type to \"External\": Google Auth Platform, "
	    "Audience.")),
	ERROR("deleted_client", CONFIG, TEXT(0, "this client was deleted: "
	    "make another, and set client_id", "This client was deleted. "
	    "Google does that by itself to clients that are not used for 6 "
	    "months.", "Make another in the console, then run \"tokend login "
	    "{sh:account}\" with its id.")),
	ERROR("disabled_client", CONFIG, TEXT(0, "enable the client in the "
	    "provider's console", "This client is switched off at the "
	    "provider.", NULL)),
	ERROR("redirect_uri_mismatch", CONFIG, TEXT(0, "check redirect_uri: "
	    "the client is not registered with it", "The address that the "
	    "browser was to return to is not one of the client's.", "Use a "
	    "client of type \"Desktop app\", or set redirect_uri to what is "
	    "registered.")),
	/* RFC 6749 4.1.2.1 and 5.2, RFC 8707 2, OpenID Connect Core 3.1.2.6 */
	ERROR("invalid_grant", SIGN_IN, TEXT(KNOWN_SIGN_IN, NULL, "The "
	    "consent is no longer valid: it has expired, was revoked, or was "
	    "given to another client.", NULL)),
	ERROR("interaction_required", SIGN_IN, TEXT(KNOWN_SIGN_IN, "the "
	    "provider wants a person in a browser", "The provider wants the "
	    "person to do something in a browser.", NULL)),
	ERROR("consent_required", SIGN_IN, TEXT(KNOWN_SIGN_IN, "and consent "
	    "to what is asked", "No person has consented yet to what is asked "
	    "for.", NULL), .machine_remedy = "an administrator must consent "
	    "to what is asked"),
	ERROR("login_required", SIGN_IN, TEXT(KNOWN_SIGN_IN, NULL, "The "
	    "provider's session with the person has expired.", NULL)),
	ERROR("account_selection_required", SIGN_IN, TEXT(KNOWN_SIGN_IN, NULL,
	    "The person must choose one of several accounts.", NULL)),
	ERROR("invalid_client", CONFIG, TEXT(KNOWN_OF_SECRET, "check "
	    "client_id, the client secret, and client_auth", "The provider "
	    "does not know this client, or its proof (its secret, its "
	    "client_key) is wrong.", "Compare client_id with the provider's "
	    "console. A new secret is stored by \"tokend login "
	    "--client-secret-stdin {sh:account}\". Some providers want it by "
	    "client_auth = basic.")),
	ERROR("unauthorized_client", CONFIG, TEXT(0, "check client_id, and "
	    "that the app may use this grant", "This client may not get "
	    "tokens in this way.", "Compare client_id with the provider's "
	    "console, and the app's type and permissions with the account's "
	    "grant.")),
	ERROR("invalid_scope", CONFIG, TEXT(0, "check scope, and the app's "
	    "permissions", "The provider does not know the scope, or the app "
	    "may not ask for it.", "Check scope letter by letter, and the "
	    "app's permissions in the provider's console.")),
	ERROR("invalid_resource", CONFIG, TEXT(0, "check the host in scope",
	    "The service that the scope names does not exist for this client.",
	    "Check the host in scope.")),
	ERROR("invalid_target", CONFIG, TEXT(0, "check the host in scope",
	    "The service that is asked for does not exist for this client.",
	    "Check the host in scope.")),
	ERROR("invalid_request", CONFIG, TEXT(0, "check token_endpoint, "
	    "tenant, client_id and client_auth", "Something in the request is "
	    "missing, or is too much.", "Check provider, token_endpoint, "
	    "tenant, client_id and client_auth in the account's file.")),
	ERROR("unsupported_grant_type", CONFIG, TEXT(0, "check grant and "
	    "token_endpoint", "The provider gives no tokens by this grant.",
	    "Check grant and token_endpoint in the account's file.")),
	ERROR("unsupported_response_type", CONFIG, TEXT(0, "check "
	    "authorization_endpoint and client_id", "The provider does not "
	    "know the authorization code flow, or this client may not use it.",
	    "Check authorization_endpoint, and the app's type in the "
	    "provider's console.")),
	ERROR("temporarily_unavailable", LATER, TEXT(KNOWN_PASSES, NULL, "A "
	    "temporary fault at the provider.", NULL)),
	ERROR("server_error", LATER, TEXT(KNOWN_PASSES, NULL, "A temporary "
	    "fault at the provider.", NULL)),
	/* RFC 8628 3.5 and its likes: a sign-in on another device */
	ERROR("authorization_pending", LATER, TEXT(KNOWN_PASSES, "the "
	    "sign-in is not finished yet", "The person has not finished yet "
	    "on the other device.", NULL)),
	ERROR("slow_down", LATER, TEXT(KNOWN_PASSES, "the sign-in is not "
	    "finished yet", "The person has not finished yet on the other "
	    "device.", NULL)),
	ERROR("access_denied", SIGN_IN, TEXT(KNOWN_SIGN_IN, NULL, "The "
	    "person refused, or the provider's policy did.", NULL),
	    .machine_remedy = "an administrator must allow the app"),
	ERROR("authorization_declined", SIGN_IN, TEXT(KNOWN_SIGN_IN, "and "
	    "accept what is asked", "The person refused.", NULL)),
	ERROR("expired_token", SIGN_IN, TEXT(KNOWN_SIGN_IN, NULL, "The code "
	    "was not entered in time.", NULL)),
	ERROR("bad_verification_code", SIGN_IN, TEXT(KNOWN_SIGN_IN, NULL,
	    "The provider does not know the device's code.", NULL)),
};

const size_t provider_errors_count =
    sizeof(provider_errors) / sizeof(provider_errors[0]);

const struct known provider_proofs[5] = {
	PROOF("client-none", TEXT(0, "check client_id: the request had no "
	    "proof of the client", "The provider does not know this client, "
	    "or wants it to prove itself, and it sent no proof.", "Compare "
	    "client_id with the provider's console. If the app has a secret "
	    "there, give its value by \"tokend login --client-secret-stdin "
	    "{sh:account}\".")),
	PROOF("client-key", TEXT(0, "check client_id, client_key, and the "
	    "certificate at the app", "The provider does not know this "
	    "client, or not the key that signed its assertion.", "Compare "
	    "client_id with the provider's console, and client_key with the "
	    "key or certificate that the app has there. Check the clock of "
	    "this machine.")),
	PROOF("client-file", TEXT(0, "check client_id, and the assertion in "
	    "client_assertion_file", "The provider does not know this client, "
	    "or does not take the assertion of client_assertion_file.",
	    "Check that the file is renewed by what writes it, and that the "
	    "app's federated credential names its issuer, subject and "
	    "audience.")),
	PROOF("client-cloud", TEXT(0, "check the identity that the cloud "
	    "gives this machine", "The cloud's own service does not know the "
	    "identity.", "Check the identity of this machine, and client_id "
	    "if it is set.")),
	PROOF("client-unasked", TEXT(0, "check client_id: the provider does "
	    "not know it, or not here", "The provider does not know this "
	    "client.", "Compare client_id with the provider's console, and "
	    "tenant or issuer if one is set."))
};

#define NO_PROOF_SENT TEXT(0, "check client_id: a public client sends no " \
	"proof", "The app is a public client.", "Compare client_id with the " \
	"provider's console.")
const struct known provider_publics[5] = {
	PROOF("public-client-none", NO_PROOF_SENT),
	PROOF("public-client-key", TEXT(0, "remove client_key: a public "
	    "client has none", "The app is a public client, and signed with a "
	    "key.", "Remove client_key and client_certificate, or make the "
	    "app a confidential one at the provider.")),
	PROOF("public-client-file", TEXT(0, "remove client_assertion_file: a "
	    "public client has none", "The app is a public client, and sent "
	    "an assertion.", "Remove client_assertion_file, or make the app a "
	    "confidential one at the provider.")),
	PROOF("public-client-cloud", NO_PROOF_SENT),
	PROOF("public-client-unasked", NO_PROOF_SENT)
};
