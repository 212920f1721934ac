/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * aadsts_numbers.c - Microsoft's AADSTS codes: facts/PROVIDERS 7 and, where a
 * row says so, other sections of it. Each can be looked up by its number at
 * https://login.microsoftonline.com/error?code=NUMBER.
 */
#include "knowledge/provider_advice_table.h"

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
/* What the documented list calls alike: the remedy, then the meaning. */
#define AGAIN { ADVICE_LOGIN, NULL, NULL, \
	"The session or the grant has ended (by time, by a change of the " \
	"password, by an administrator), or the person is needed again.", \
	NULL }
#define PASSWORD { ADVICE_LOGIN, \
	"after the password was changed or reset", NULL, \
	"The person's password is wrong, has expired, or has to be changed.", \
	"The person changes the password in a browser, or an administrator " \
	"resets it." }
#define LOCKED { 0, \
	"wait, or have an administrator unblock the user (sign-in logs)", \
	NULL, "The user is blocked: after too many wrong passwords, or " \
	"because of the address that the request came from.", \
	"An administrator finds the reason in the sign-in logs of Entra." }
#define CROSS_TENANT { 0, \
	"an administrator must allow access to this tenant (cross-tenant " \
	"or restricted access)", NULL, \
	"A rule for access to other tenants does not let the user into " \
	"this one.", "Show an administrator the provider's words; check " \
	"tenant, and the proxy on the way." }
#define NOT_ASSIGNED { 0, \
	"an administrator must assign the user to the app (Enterprise " \
	"applications)", NULL, \
	"The app is for assigned users only, and this one is not assigned.", \
	"In Entra, Enterprise applications, the app, Users and groups: an " \
	"administrator adds the user, or switches \"Assignment required\" " \
	"off." }
#define SECURITY_DEFAULTS { 0, \
	"an administrator must look: the tenant's security defaults block it", \
	NULL, "The security defaults of the tenant block this request.", \
	"Show an administrator the provider's words: they name the policy " \
	"in the sign-in logs of Entra." }
#define RISK { 0, "an administrator must look at the user's risk in Entra", \
	NULL, "The account is taken to be at risk, or is not of the age that " \
	"the organisation allows.", \
	"An administrator finds the reason in the sign-in logs of Entra." }
#define ADMIN_CONSENT { ADVICE_LOGIN, "after an administrator has consented", \
	"an administrator must consent: API permissions, \"Grant admin " \
	"consent\"", "What the app asks for needs an administrator's " \
	"consent.", "An administrator opens API permissions of the app " \
	"registration in Entra and presses \"Grant admin consent\"." }
#define APP_MISSING { 0, "check client_id, tenant and cloud", NULL, \
	"The tenant knows no app of this client_id, or has no service " \
	"principal of it.", "Compare client_id and tenant with the Overview " \
	"of the app registration; set cloud if the tenant is in a national " \
	"one. An app of another tenant needs an administrator's consent in " \
	"this one first." }
#define APP_DISABLED { 0, "an administrator must enable the app", NULL, \
	"The app is switched off in its tenant.", "In Entra, Enterprise " \
	"applications, the app's Properties: \"Enabled for users to sign " \
	"in\"." }
#define TENANT { 0, "check tenant: the directory's id or domain", NULL, \
	"The request does not tell which tenant it is for, or by a name " \
	"that none can have.", \
	"Set tenant to the directory's id or domain." }
#define OWN_TENANT { 0, "set tenant to your organisation's id or domain", \
	NULL, "The app, the grant or the service cannot be used at an " \
	"endpoint for all tenants.", "Set tenant to the directory's id or " \
	"domain." }
#define SCOPE { 0, "check scope letter by letter, and its host", NULL, \
	"The scope is missing, is not valid for this grant, or names a " \
	"service that is not there.", \
	"Check scope: whole, of one host, no misspelling." }
#define FEDERATED { 0, \
	"check client_assertion_file, and the federated credential at the " \
	"app", NULL, "The assertion does not fit a federated credential of " \
	"the app: its issuer, subject or audience is another.", \
	"In Entra, Certificates & secrets, Federated credentials: issuer, " \
	"subject and audience must be exactly those of the assertion." }
#define SPA { 0, \
	"in Entra move the redirect from \"Single-page\" to \"Mobile and " \
	"desktop\"", NULL, \
	"The app is registered as a single-page application, whose tokens " \
	"only a browser's script can get.", \
	"In Entra, Authentication, remove the redirect from \"Single-page " \
	"application\" and add http://localhost under \"Mobile and desktop " \
	"applications\". Then run \"tokend login NAME\"." }
#define FEDERATION { 0, \
	"ask the administrator of the organisation's own sign-in service", \
	NULL, "The organisation's own identity provider or directory gave " \
	"no usable answer.", \
	"Show the provider's words to the administrator of that service." }
#define SUPPORT { 0, \
	"ask an administrator to open a support ticket with these words", \
	NULL, "A fault on Microsoft's side that does not pass by itself.", \
	"An administrator opens a support ticket at Microsoft, with the " \
	"provider's words." }
#define MALFORMED { 0, \
	"check client_id, scope, tenant and token_endpoint", NULL, \
	"The provider misses something in the request, or finds something in " \
	"it that does not belong there: its words say what.", \
	"Check that client_id and scope are set, and that token_endpoint, " \
	"if set, ends in /oauth2/v2.0/token." }
#define NEW_CODE { ADVICE_LOGIN, NULL, NULL, \
	"The code of this sign-in is wrong, was used before, or does not " \
	"belong to it.", NULL }
#define NOT_GIVEN { 0, "check grant, client_id and the app's type", NULL, \
	"This app may not get tokens in this way.", \
	"Check grant, and in Entra, Authentication, the app's platforms." }
#define VERSION_2 { 0, \
	"use the v2.0 endpoints: remove token_endpoint, or set it to " \
	".../oauth2/v2.0/token", NULL, "The request went to the first " \
	"version of the endpoints, or is one of it.", \
	"Remove token_endpoint and authorization_endpoint where provider is " \
	"set." }
#define UNKNOWN_CLOUD { 0, "check cloud, and the host of token_endpoint", \
	NULL, "The request names a national cloud that there is not.", \
	"Set cloud = usgov or cloud = china, or remove it." }
#define PASSING_THERE { ADVICE_RETRY, NULL, NULL, \
	"The organisation's own directory or sign-in service gave no answer " \
	"in time.", NULL }
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
	{ 90094, ADMIN_CONSENT },
	{ 90008, { ADVICE_LOGIN, "and consent; the app needs the permission "
	    "User.Read for that", "an administrator must consent: API "
	    "permissions, \"Grant admin consent\"", "Neither the person nor "
	    "an administrator has consented to this app.", "In Entra, API "
	    "permissions of the app, add User.Read of Microsoft Graph." } },
	{ 65004, { ADVICE_LOGIN, "and accept what is asked", NULL,
	    "The person did not consent.", NULL } },
	{ 7000215, { ADVICE_OF_SECRET,
	    "set the secret again: its Value, not its ID", NULL,
	    "The client secret is wrong. Often it is the secret's ID in place "
	    "of its Value.", "In Entra, Certificates & secrets, make a new "
	    "client secret, copy its Value, and store it by \"tokend login "
	    "--client-secret-stdin NAME\"." } },
	{ 7000222, { ADVICE_OF_SECRET, "the secret has expired: make a new "
	    "one, or use client_key with a certificate", NULL, "The client secret has "
	    "expired.", "In Entra, Certificates & secrets, make a new client "
	    "secret, copy its Value, and store it by \"tokend login "
	    "--client-secret-stdin NAME\". A certificate (client_key) can "
	    "last longer." } },
	{ 7000218, { ADVICE_OF_SECRET | ADVICE_UNPROVED,
	    "set client_secret, or switch \"Allow public client "
	    "flows\" on in the registration", NULL, "The app is a "
	    "confidential client, and nothing proved it.", "If it shall be a "
	    "public one: in Entra, Authentication, switch \"Allow public "
	    "client flows\" on. Else store its secret by \"tokend login "
	    "--client-secret-stdin NAME\", or set client_key." } },
	{ 700025, { ADVICE_OF_PUBLIC,
	    "remove the client secret: a public client has none",
	    NULL, "The app is a public client, and sent a secret.",
	    "Remove the secret: client_secret or client_secret_file of the "
	    "account's file, or by \"tokend login NAME\" where it was "
	    "typed." } },
	{ 700016, APP_MISSING },
	{ 7000112, APP_DISABLED },
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
	/* The rest of the documented list that a mail client can meet. */
	{ 50058, AGAIN }, { 50085, AGAIN }, { 50089, AGAIN },
	{ 50132, AGAIN }, { 50133, AGAIN }, { 50139, AGAIN },
	{ 50140, AGAIN }, { 50143, AGAIN }, { 50197, AGAIN },
	{ 50199, AGAIN }, { 16001, AGAIN }, { 16002, AGAIN },
	{ 160021, AGAIN }, { 51006, AGAIN }, { 50136, AGAIN },
	{ 90086, AGAIN }, { 700020, AGAIN }, { 50168, AGAIN },
	{ 50125, PASSWORD }, { 50126, PASSWORD }, { 50135, PASSWORD },
	{ 50144, PASSWORD }, { 50056, PASSWORD }, { 50064, PASSWORD },
	{ 50053, LOCKED },
	{ 50072, SECOND_FACTOR }, { 50158, SECOND_FACTOR },
	{ 53004, SECOND_FACTOR }, { 53010, SECOND_FACTOR },
	{ 50005, CONDITIONAL_ACCESS }, { 50097, CONDITIONAL_ACCESS },
	{ 50127, CONDITIONAL_ACCESS }, { 50129, CONDITIONAL_ACCESS },
	{ 50131, CONDITIONAL_ACCESS }, { 50155, CONDITIONAL_ACCESS },
	{ 50187, CONDITIONAL_ACCESS }, { 53001, CONDITIONAL_ACCESS },
	{ 53002, CONDITIONAL_ACCESS }, { 53009, CONDITIONAL_ACCESS },
	{ 135011, CONDITIONAL_ACCESS },
	{ 50180, { 0, "an administrator must look: the tenant wants integrated "
	    "Windows authentication", NULL, "The tenant lets people in by "
	    "integrated Windows authentication only.", "Show an administrator "
	    "the provider's words." } },
	{ 80012, { ADVICE_LOGIN, "at an hour that the organisation allows",
	    "an administrator must allow the hours", "The organisation lets "
	    "this person sign in at certain hours only.", NULL } },
	{ 50134, { ADVICE_LOGIN, "without --device", NULL, "The code of a "
	    "device was entered in another region of Microsoft's than the one "
	    "that gave it.", "Sign in in a browser of this machine or by ssh, "
	    "without --device." } },
	{ 50032, { 0, "make a longer client_key: RSA of 2048 bits or more",
	    NULL, "The key that signed is too weak.", "Make a key of 2048 "
	    "bits or more and its certificate, and add that to the app in "
	    "Entra, Certificates & secrets." } },
	{ 530035, SECURITY_DEFAULTS },
	{ 53011, RISK }, { 530034, RISK }, { 54000, RISK }, { 50015, RISK },
	{ 50002, CROSS_TENANT }, { 500021, CROSS_TENANT },
	{ 500022, CROSS_TENANT }, { 500212, CROSS_TENANT },
	{ 500213, CROSS_TENANT }, { 1000104, CROSS_TENANT },
	{ 90084, CROSS_TENANT },
	{ 50105, NOT_ASSIGNED },
	{ 16000, OTHER_PERSON }, { 16003, OTHER_PERSON },
	{ 50014, OTHER_PERSON }, { 51004, OTHER_PERSON },
	{ 90072, OTHER_PERSON }, { 500208, OTHER_PERSON },
	{ 90125, OTHER_PERSON }, { 90126, OTHER_PERSON },
	{ 90093, ADMIN_CONSENT }, { 90095, ADMIN_CONSENT },
	{ 90099, ADMIN_CONSENT },
	{ 9002341, { ADVICE_LOGIN, "and permit what is asked", NULL,
	    "The person has not permitted the app yet.", NULL } },
	{ 65002, { 0, "set client_id to an app that you register: this one is "
	    "Microsoft's own", NULL, "client_id is an app of Microsoft's, "
	    "which may not be used for this service.", "Register an app in "
	    "Entra, then run \"tokend login NAME\" with its client ID." } },
	{ 700011, APP_MISSING }, { 7000229, APP_MISSING },
	{ 70001, APP_DISABLED }, { 1000031, APP_DISABLED },
	{ 50059, TENANT }, { 50128, TENANT }, { 90019, TENANT },
	{ 50029, TENANT },
	{ 90043, NATIONAL_CLOUD }, { 900382, NATIONAL_CLOUD },
	{ 50049, UNKNOWN_CLOUD }, { 90051, UNKNOWN_CLOUD },
	{ 90124, OWN_TENANT }, { 90130, OWN_TENANT }, { 90133, OWN_TENANT },
	{ 28002, SCOPE }, { 28003, SCOPE }, { 50001, SCOPE },
	{ 700023, SCOPE }, { 90009, SCOPE },
	{ 1002012, { 0, "set scope to the service's host with /.default, as "
	    "this grant needs it", NULL, "client_credentials takes the scope "
	    ".default of a service, and no single permissions.",
	    "Set scope = https://outlook.office365.com/.default, or remove "
	    "scope where provider is set." } },
	{ 65005, PERMISSION }, { 650053, PERMISSION },
	{ 650054, PERMISSION }, { 650056, PERMISSION },
	{ 70002, { ADVICE_OF_SECRET,
	    "set the secret again: its Value, not its ID", NULL,
	    "The client secret is wrong.", "In Entra, Certificates & "
	    "secrets, make a new client secret, copy its Value, and store it "
	    "by \"tokend login --client-secret-stdin NAME\"." } },
	{ 50003, ASSERTION }, { 50006, ASSERTION }, { 50012, ASSERTION },
	{ 50013, ASSERTION }, { 500133, ASSERTION }, { 50017, ASSERTION },
	{ 50027, ASSERTION }, { 50048, ASSERTION },
	{ 700021, ASSERTION }, { 700024, ASSERTION }, { 900384, ASSERTION },
	{ 70021, FEDERATED }, { 700211, FEDERATED }, { 700212, FEDERATED },
	{ 700213, FEDERATED }, { 700229, FEDERATED }, { 240002, FEDERATED },
	{ 9002325, SPA }, { 9002326, SPA }, { 9002327, SPA },
	{ 70004, REDIRECT }, { 500112, REDIRECT }, { 900971, REDIRECT },
	{ 90102, REDIRECT },
	{ 70003, NOT_GIVEN }, { 70005, NOT_GIVEN }, { 70007, NOT_GIVEN },
	{ 700054, NOT_GIVEN }, { 7000114, NOT_GIVEN }, { 100007, NOT_GIVEN },
	{ 50147, NEW_CODE }, { 501491, NEW_CODE }, { 70018, NEW_CODE },
	{ 90119, NEW_CODE }, { 90120, NEW_CODE },
	{ 90027, VERSION_2 }, { 500201, VERSION_2 }, { 901002, VERSION_2 },
	{ 90004, MALFORMED }, { 90005, MALFORMED }, { 90013, MALFORMED },
	{ 90014, MALFORMED }, { 900144, MALFORMED }, { 90015, MALFORMED },
	{ 90016, MALFORMED }, { 90023, MALFORMED }, { 9002313, MALFORMED },
	{ 90056, MALFORMED }, { 900561, MALFORMED }, { 90100, MALFORMED },
	{ 90101, MALFORMED }, { 90107, MALFORMED }, { 90117, MALFORMED },
	{ 90121, MALFORMED }, { 90010, MALFORMED },
	{ 20001, FEDERATION }, { 20012, FEDERATION }, { 20033, FEDERATION },
	{ 40008, FEDERATION }, { 40009, FEDERATION }, { 40015, FEDERATION },
	{ 50008, FEDERATION }, { 5000819, FEDERATION },
	{ 50107, FEDERATION }, { 50161, FEDERATION }, { 50170, FEDERATION },
	{ 50177, FEDERATION }, { 50178, FEDERATION }, { 80007, FEDERATION },
	{ 80010, FEDERATION }, { 80013, FEDERATION },
	{ 90081, FEDERATION }, { 90082, FEDERATION }, { 90087, FEDERATION },
	{ 90123, FEDERATION }, { 1000000, FEDERATION },
	{ 50000, SUPPORT }, { 50007, SUPPORT }, { 50042, SUPPORT },
	{ 50043, SUPPORT }, { 50086, SUPPORT }, { 90036, SUPPORT },
	{ 90085, SUPPORT }, { 90092, SUPPORT },
	{ 40010, PASSING_THERE }, { 50166, PASSING_THERE },
	{ 80001, PASSING_THERE }, { 80002, PASSING_THERE },
	{ 80005, PASSING_THERE }, { 80014, PASSING_THERE },
	{ 50088, PASSING }, { 501621, PASSING }, { 51005, PASSING },
	{ 90006, PASSING }, { 90012, PASSING }, { 90090, PASSING },
	{ 90091, PASSING },
	{ 50033, PASSING },
	{ 50087, PASSING },
	{ 70012, PASSING },
	{ 90024, PASSING },
	{ 90033, PASSING },
	{ 90055, PASSING },
	/* sections 3 and 5: scopes of two resources */
	{ 9001023, { 0, "set tenant: this grant does not work at an endpoint "
	    "for all tenants", NULL, "This grant works neither at /common nor "
	    "at /consumers.", "Set tenant to the directory's id or "
	    "domain." } },
	{ 700022, { 0, "check scope: one resource, and no other's scopes",
	    NULL, "Scopes of several services are asked for at once.",
	    "Leave those of one host in scope: no mail scope of Graph." } },
	/* section 3: the redirect of a public client */
	{ 50011, REDIRECT },
	{ 500113, REDIRECT },
};

const size_t advice_numbers_count =
    sizeof(advice_numbers) / sizeof(advice_numbers[0]);
