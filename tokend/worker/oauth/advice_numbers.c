/*
 * advice_numbers.c - Microsoft's AADSTS codes: facts/PROVIDERS 7 and, where a
 * row says so, other sections of it. Each can be looked up by its number at
 * https://login.microsoftonline.com/error?code=NUMBER.
 */
#include "oauth/advice_table.h"

/* What several numbers share. */
#define UNUSED_90_DAYS { ADVICE_LOGIN, \
	"and keep it in use: 90 days without a refresh end it", NULL, \
	"The refresh token was not used for 90 days, or for as long as the " \
	"organisation allows. In use it stays: \"tokend serve\" uses it, and " \
	"so does \"tokend refresh NAME\" from cron once a week.", NULL }
#define OTHER_TENANT { ADVICE_LOGIN, \
	"first correct tenant: it was given for another one", NULL, \
	"The grant was made in another tenant than the one that is asked.", \
	"Set tenant to the one that the person belongs to." }
#define SECOND_FACTOR { ADVICE_LOGIN, \
	"with a second factor; or use client_credentials", NULL, \
	"The organisation demands a second factor, which only a person in a " \
	"browser can give. A mailbox that must do without uses " \
	"grant = client_credentials.", NULL }
#define CONDITIONAL_ACCESS { 0, \
	"an administrator must let it pass Conditional Access", NULL, \
	"Conditional Access of the organisation blocks this: by the device, " \
	"the place or the app.", \
	"Show an administrator the provider's words: the sign-in logs of " \
	"Entra name the policy for them." }
#define NATIONAL_CLOUD { 0, "set cloud to that of the tenant", NULL, \
	"The tenant is in another national cloud.", \
	"Set cloud = usgov or cloud = china, or remove it." }
#define OTHER_PERSON { ADVICE_LOGIN, \
	"with an account of this tenant, or correct tenant", NULL, \
	"The person's account is not in this tenant.", \
	"Use another account, or set tenant to that of the person." }
#define PERMISSION { 0, \
	"add the API permission to the registration, and check scope", NULL, \
	"The app asks for a permission that its registration does not have, " \
	"or for a service that the organisation does not have.", \
	"In Entra, API permissions, Office 365 Exchange Online: add what " \
	"scope names. Check scope." }
#define ASSERTION { 0, \
	"check client_key, the certificate at the app, and the clock", NULL, \
	"The client assertion is not signed by a key that the app knows, or " \
	"not for now.", \
	"In Entra, Certificates & secrets: the certificate there must be the " \
	"one of client_certificate, and belong to client_key. Check the " \
	"clock of this machine." }
#define REDIRECT { 0, \
	"add the redirect http://localhost to the app: \"Mobile and " \
	"desktop\"", NULL, \
	"The address that the browser was to return to is not registered " \
	"with the app.", \
	"In Entra, Authentication, add http://localhost under \"Mobile and " \
	"desktop applications\", or set redirect_uri to what is there." }
#define PASSING { ADVICE_RETRY, NULL, NULL, \
	"A passing fault on Microsoft's side.", NULL }

const struct advice_number_row advice_numbers[] = {
	{ 50173, { ADVICE_LOGIN, "a password that was changed or reset ends "
	    "them", NULL, "The consent was withdrawn: the password was changed "
	    "or reset, or an administrator ended the sessions.", NULL } },
	{ 700082, UNUSED_90_DAYS },
	{ 70008, UNUSED_90_DAYS },
	{ 700084, { ADVICE_LOGIN, "first make the redirect's platform \"Mobile "
	    "and desktop\": a SPA's tokens end in 24 h", NULL,
	    "The refresh token was given to a single-page application: those "
	    "end after 24 hours, used or not.", "In Entra, Authentication, "
	    "remove the redirect from \"Single-page application\" and add "
	    "http://localhost under \"Mobile and desktop applications\"." } },
	{ 70000, { ADVICE_LOGIN, "first check client_id and tenant", NULL,
	    "The grant is malformed, or was given to another client.",
	    "Compare client_id and tenant with the Overview of the app "
	    "registration." } },
	{ 700005, OTHER_TENANT },
	{ 7000012, OTHER_TENANT },
	{ 70043, { ADVICE_LOGIN, "and ask for an exception from the sign-in "
	    "frequency, or use client_credentials", NULL, "The organisation's "
	    "sign-in frequency (Conditional Access) ended the session, and "
	    "will again. An administrator can exclude the app from it; or the "
	    "account uses grant = client_credentials.", NULL } },
	{ 50074, SECOND_FACTOR },
	{ 50076, SECOND_FACTOR },
	{ 50078, SECOND_FACTOR },
	{ 50079, SECOND_FACTOR },
	{ 53000, CONDITIONAL_ACCESS },
	{ 53003, CONDITIONAL_ACCESS },
	{ 530032, CONDITIONAL_ACCESS },
	{ 65001, { ADVICE_LOGIN, "or have an administrator consent for all",
	    "an administrator must consent: API permissions, \"Grant admin "
	    "consent\"", "Neither the person nor an administrator has "
	    "consented to what the app asks for.", NULL } },
	{ 90094, { ADVICE_LOGIN, "after an administrator has consented",
	    "an administrator must consent: API permissions, \"Grant admin "
	    "consent\"", "What the app asks for needs an administrator's "
	    "consent.", "An administrator opens API permissions of the app "
	    "registration in Entra and presses \"Grant admin consent\"." } },
	{ 65004, { ADVICE_LOGIN, "and accept what is asked", NULL,
	    "The person did not consent.", NULL } },
	{ 7000215, { 0, "set the secret anew: its Value, not its ID", NULL,
	    "The client secret is wrong. Often it is the secret's ID in place "
	    "of its Value.", "In Entra, Certificates & secrets, make a new "
	    "client secret, copy its Value, and store it by \"tokend login "
	    "--client-secret-stdin NAME\"." } },
	{ 7000222, { 0, "the secret has expired: make a new one, or use "
	    "client_key with a certificate", NULL, "The client secret has "
	    "expired.", "In Entra, Certificates & secrets, make a new client "
	    "secret, copy its Value, and store it by \"tokend login "
	    "--client-secret-stdin NAME\". A certificate (client_key) can "
	    "last longer." } },
	{ 7000218, { 0, "set client_secret, or switch \"Allow public client "
	    "flows\" on in the registration", NULL, "The app is a "
	    "confidential client, and nothing proved it.", "If it shall be a "
	    "public one: in Entra, Authentication, switch \"Allow public "
	    "client flows\" on. Else store its secret by \"tokend login "
	    "--client-secret-stdin NAME\", or set client_key." } },
	{ 700025, { 0, "remove the client secret: a public client has none",
	    NULL, "The app is a public client, and sent a secret.",
	    "Remove the secret: client_secret or client_secret_file of the "
	    "account's file, or by \"tokend login NAME\" where it was "
	    "typed." } },
	{ 700016, { 0, "check client_id, tenant and cloud", NULL,
	    "The tenant knows no app of this client_id.", "Compare client_id "
	    "and tenant with the Overview of the app registration; set cloud "
	    "if the tenant is in a national one." } },
	{ 7000112, { 0, "an administrator must enable the app", NULL,
	    "The app is switched off in its tenant.", "In Entra, Enterprise "
	    "applications, the app's Properties: \"Enabled for users to sign "
	    "in\"." } },
	{ 90002, { 0, "check tenant and cloud", NULL,
	    "There is no such tenant in this cloud.", "Check tenant letter by "
	    "letter, and cloud." } },
	{ 90038, NATIONAL_CLOUD },
	{ 900432, NATIONAL_CLOUD },
	{ 50194, { 0, "set tenant to the app's own: it is for a single tenant",
	    NULL, "The app is for a single tenant, and was asked for at a "
	    "common endpoint.", "Set tenant to the directory's id or "
	    "domain." } },
	{ 9002332, { 0, "set tenant to your organisation's: the app is not for "
	    "personal accounts", NULL, "The app is not for personal accounts.",
	    "Set tenant to your organisation's. For Outlook.com, register an "
	    "app for personal accounts, and set provider = outlook." } },
	{ 50020, OTHER_PERSON },
	{ 50034, OTHER_PERSON },
	{ 500011, { 0, "check the host in scope, and that the tenant has "
	    "Exchange", NULL, "The tenant has no service of the name that "
	    "scope holds.", "Check the host in scope. The tenant must have "
	    "Exchange Online." } },
	{ 650052, PERMISSION },
	{ 650057, PERMISSION },
	{ 70011, { 0, "check scope: one resource, and no misspelling", NULL,
	    "The scope does not exist, or is of several services at once.",
	    "Check scope: all of one host, no misspelling, no mail scope of "
	    "Graph." } },
	{ 50055, { 0, "the password has expired: an administrator must reset "
	    "it", NULL, "The person's password has expired.", "The person "
	    "changes it in a browser, or an administrator resets it." } },
	{ 50057, { 0, "an administrator must enable the user", NULL,
	    "The user is switched off in the tenant.", NULL } },
	{ 50196, { ADVICE_RETRY, "it sees the same request too often", NULL,
	    "Microsoft sees the same request too often and takes it for a "
	    "loop. tokend keeps away for some minutes; if that does not help, "
	    "another program uses the same account.", NULL } },
	{ 700027, ASSERTION },
	{ 700030, ASSERTION },
	{ 54005, { ADVICE_LOGIN, NULL, NULL,
	    "The authorization code was used before.", NULL } },
	{ 501481, { ADVICE_LOGIN, NULL, NULL,
	    "The code does not belong to this sign-in (PKCE).", NULL } },
	{ 70016, { ADVICE_RETRY, "the sign-in is not finished yet", NULL,
	    "The person has not finished yet on the other device.", NULL } },
	{ 70019, { ADVICE_LOGIN, "the code has expired", NULL,
	    "The code was not entered in time.", NULL } },
	{ 50033, PASSING },
	{ 50087, PASSING },
	{ 70012, PASSING },
	{ 90024, PASSING },
	{ 90033, PASSING },
	{ 90055, PASSING },
	/* sections 3 and 5: scopes of two resources */
	{ 9001023, { 0, "set tenant: client_credentials needs the tenant's own "
	    "endpoint", NULL, "This grant works at the tenant's own endpoint "
	    "only.", "Set tenant to the directory's id or domain." } },
	{ 700022, { 0, "check scope: one resource, and no other's scopes",
	    NULL, "Scopes of several services are asked for at once.",
	    "Leave those of one host in scope: no mail scope of Graph." } },
	/* section 3: the redirect of a public client */
	{ 50011, REDIRECT },
	{ 500113, REDIRECT },
};

const size_t advice_numbers_count =
    sizeof(advice_numbers) / sizeof(advice_numbers[0]);
