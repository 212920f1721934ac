/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * aadsts_numbers.c - Microsoft's AADSTS codes. Each can be looked up by its
 * number at https://login.microsoftonline.com/error?code=NUMBER.
 */
#include "knowledge/provider_advice.h"

#define NUMBER(n, ...) { .id = "aadsts-" #n, .source = #n, \
	.verdict = VERDICT_FAULT, __VA_ARGS__ }

/* What several numbers share. */
#define UNUSED_90_DAYS TEXT(KNOWN_SIGN_IN, "and keep it in use: 90 days " \
	"without a refresh end it", "The refresh token was not used for 90 " \
	"days, or for as long as the organisation allows. In use it stays: " \
	"\"tokend serve\" uses it, and so does \"tokend refresh " \
	"{ct:account}\" from cron once a week.", NULL)
#define OTHER_TENANT TEXT(KNOWN_SIGN_IN, "first correct tenant: it was " \
	"given for another one", "The grant was made in another tenant than " \
	"the one that is asked.", "Set tenant to the one that the person " \
	"belongs to.")
#define SECOND_FACTOR TEXT(KNOWN_SIGN_IN, "with a second factor; or use " \
	"client_credentials", "The organisation demands a second factor, " \
	"which only a person in a browser can give. A mailbox that must do " \
	"without uses grant = client_credentials.", NULL)
#define CONDITIONAL_ACCESS TEXT(0, "an administrator must let it pass " \
	"Conditional Access", "Conditional Access of the organisation " \
	"blocks this: by the device, the place or the app.", "Show an " \
	"administrator the provider's words: the sign-in logs of Entra name " \
	"the policy for them.")
#define NATIONAL_CLOUD TEXT(0, "set cloud to that of the tenant", "The " \
	"tenant is in another national cloud.", "Set cloud = usgov or cloud " \
	"= china, or remove it.")
#define OTHER_PERSON TEXT(KNOWN_SIGN_IN, "with an account of this tenant, " \
	"or correct tenant", "The person's account is not in this tenant.", \
	"Use another account, or set tenant to that of the person.")
#define PERMISSION TEXT(0, "add the API permission to the registration, " \
	"and check scope", "The app asks for a permission that its " \
	"registration does not have, or for a service that the organisation " \
	"does not have.", "In Entra, API permissions, Office 365 Exchange " \
	"Online: add what scope names. Check scope.")
#define ASSERTION TEXT(0, "check client_key, the certificate at the app, " \
	"and the clock", "The client assertion is not signed by a key that " \
	"the app knows, or not for now.", "In Entra, Certificates & " \
	"secrets: the certificate there must be the one of " \
	"client_certificate, and belong to client_key. Check the clock of " \
	"this machine.")
#define REDIRECT TEXT(0, "add the redirect http://localhost to the app: " \
	"\"Mobile and desktop\"", "The address that the browser was to " \
	"return to is not registered with the app.", "In Entra, " \
	"Authentication, add http://localhost under \"Mobile and desktop " \
	"applications\", or set redirect_uri to what is there.")
/* What the documented list calls alike: the remedy, then the meaning. */
#define AGAIN TEXT(KNOWN_SIGN_IN, NULL, "The session or the grant has " \
	"expired or was ended (by a change of the password, or by an " \
	"administrator), or the person is needed again.", NULL)
#define PASSWORD TEXT(KNOWN_SIGN_IN, "after the password was changed or " \
	"reset", "The person's password is wrong, has expired, or has to be " \
	"changed.", "The person changes the password in a browser, or an " \
	"administrator resets it.")
#define LOCKED TEXT(0, "wait, or have an administrator unblock the user " \
	"(sign-in logs)", "The user is blocked: after too many wrong " \
	"passwords, or because of the address that the request came from.", \
	"An administrator finds the reason in the sign-in logs of Entra.")
#define CROSS_TENANT TEXT(0, "an administrator must allow access to this " \
	"tenant (cross-tenant or restricted access)", "A rule for access to " \
	"other tenants does not let the user into this one.", "Show an " \
	"administrator the provider's words; check tenant, and the proxy on " \
	"the way.")
#define NOT_ASSIGNED TEXT(0, "an administrator must assign the user to the " \
	"app (Enterprise applications)", "The app is for assigned users " \
	"only, and this one is not assigned.", "In Entra, Enterprise " \
	"applications, the app, Users and groups: an administrator adds the " \
	"user, or switches \"Assignment required\" off.")
#define SECURITY_DEFAULTS TEXT(0, "an administrator must look: the " \
	"tenant's security defaults block it", "The security defaults of " \
	"the tenant block this request.", "Show an administrator the " \
	"provider's words: they name the policy in the sign-in logs of " \
	"Entra.")
#define RISK TEXT(0, "an administrator must look at the user's risk in " \
	"Entra", "The account is taken to be at risk, or is not of the age " \
	"that the organisation allows.", "An administrator finds the reason " \
	"in the sign-in logs of Entra.")
#define ADMIN_CONSENT TEXT(KNOWN_SIGN_IN, "after an administrator has " \
	"consented", "What the app asks for needs an administrator's " \
	"consent.", "An administrator opens API permissions of the app " \
	"registration in Entra and presses \"Grant admin consent\"."), \
	.machine_remedy = "an administrator must consent: API permissions, " \
	"\"Grant admin consent\""
#define APP_MISSING TEXT(0, "check client_id, tenant and cloud", "The " \
	"tenant knows no app of this client_id, or has no service principal " \
	"of it.", "Compare client_id and tenant with the Overview of the " \
	"app registration; set cloud if the tenant is in a national one. An " \
	"app of another tenant needs an administrator's consent in this one " \
	"first.")
#define APP_DISABLED TEXT(0, "an administrator must enable the app", "The " \
	"app is switched off in its tenant.", "In Entra, Enterprise " \
	"applications, the app's Properties: \"Enabled for users to sign " \
	"in\".")
#define TENANT TEXT(0, "check tenant: the directory's id or domain", "The " \
	"request does not say which tenant it is for, or names one that " \
	"cannot exist.", "Set tenant to the directory's id or domain.")
#define OWN_TENANT TEXT(0, "set tenant to your organisation's id or domain", \
	"The app, the grant or the service cannot be used at an endpoint " \
	"for all tenants.", "Set tenant to the directory's id or domain.")
#define SCOPE TEXT(0, "check scope letter by letter, and its host", "The " \
	"scope is missing, is not valid for this grant, or names a service " \
	"that does not exist.", "Check scope: whole, of one host, no " \
	"misspelling.")
#define FEDERATED TEXT(0, "check client_assertion_file, and the federated " \
	"credential at the app", "The assertion does not fit a federated " \
	"credential of the app: its issuer, subject or audience differs.", \
	"In Entra, Certificates & secrets, Federated credentials: issuer, " \
	"subject and audience must be exactly those of the assertion.")
#define SPA TEXT(0, "in Entra move the redirect from \"Single-page\" to " \
	"\"Mobile and desktop\"", "The app is registered as a single-page " \
	"application, whose tokens only a browser's script can get.", "In " \
	"Entra, Authentication, remove the redirect from \"Single-page " \
	"application\" and add http://localhost under \"Mobile and desktop " \
	"applications\". Then run \"tokend login {sh:account}\".")
#define FEDERATION TEXT(0, "ask the administrator of the organisation's " \
	"own sign-in service", "The organisation's own identity provider or " \
	"directory gave no usable answer.", "Show the provider's words to " \
	"the administrator of that service.")
#define SUPPORT TEXT(0, "ask an administrator to open a support ticket " \
	"with these words", "A fault on Microsoft's side that does not pass " \
	"by itself.", "An administrator opens a support ticket at " \
	"Microsoft, with the provider's words.")
#define MALFORMED TEXT(0, "check client_id, scope, tenant and " \
	"token_endpoint", "Something in the request is missing, or does not " \
	"belong there: the provider's words say what.", "Check that " \
	"client_id and scope are set, and that token_endpoint, if set, ends " \
	"in /oauth2/v2.0/token.")
#define NEW_CODE TEXT(KNOWN_SIGN_IN, NULL, "The code of this sign-in is " \
	"wrong, was used before, or does not belong to it.", NULL)
#define NOT_GIVEN TEXT(0, "check grant, client_id and the app's type", \
	"This app may not get tokens in this way.", "Check grant, and in " \
	"Entra, Authentication, the app's platforms.")
#define VERSION_2 TEXT(0, "use the v2.0 endpoints: remove token_endpoint, " \
	"or set it to .../oauth2/v2.0/token", "The request went to the " \
	"first version of the endpoints, or is one of it.", "Remove " \
	"token_endpoint and authorization_endpoint where provider is set.")
#define UNKNOWN_CLOUD TEXT(0, "check cloud, and the host of token_endpoint", \
	"The request names a national cloud that does not exist.", "Set " \
	"cloud = usgov or cloud = china, or remove it.")
#define PASSING_THERE TEXT(KNOWN_PASSES, NULL, "The organisation's own " \
	"directory or sign-in service gave no answer in time.", NULL)
#define PASSING TEXT(KNOWN_PASSES, NULL, "A temporary fault on Microsoft's " \
	"side.", NULL)

const struct known provider_numbers[] = {
	NUMBER(50173, TEXT(KNOWN_SIGN_IN, "a password that was changed or "
	    "reset ends them", "The consent was withdrawn: the password was "
	    "changed or reset, or an administrator ended the sessions.", NULL)),
	NUMBER(700082, UNUSED_90_DAYS), NUMBER(70008, UNUSED_90_DAYS),
	NUMBER(700084, TEXT(KNOWN_SIGN_IN, "first make the redirect's "
	    "platform \"Mobile and desktop\": a SPA's tokens end in 24 h",
	    "The refresh token was given to a single-page application: those "
	    "expire after 24 hours, used or not.", "In Entra, Authentication, "
	    "remove the redirect from \"Single-page application\" and add "
	    "http://localhost under \"Mobile and desktop applications\".")),
	NUMBER(70000, TEXT(KNOWN_SIGN_IN, "first check client_id and tenant",
	    "The grant is malformed, or was given to another client.",
	    "Compare client_id and tenant with the Overview of the app "
	    "registration.")),
	NUMBER(700005, OTHER_TENANT), NUMBER(7000012, OTHER_TENANT),
	NUMBER(70043, TEXT(KNOWN_SIGN_IN, "and ask for an exception from the "
	    "sign-in frequency, or use client_credentials", "The "
	    "organisation's sign-in frequency (Conditional Access) ended the "
	    "session, and will again. An administrator can exclude the app "
	    "from it; or the account uses grant = client_credentials.", NULL)),
	NUMBER(50074, SECOND_FACTOR), NUMBER(50076, SECOND_FACTOR),
	NUMBER(50078, SECOND_FACTOR), NUMBER(50079, SECOND_FACTOR),
	NUMBER(53000, CONDITIONAL_ACCESS), NUMBER(53003, CONDITIONAL_ACCESS),
	NUMBER(530032, CONDITIONAL_ACCESS),
	NUMBER(65001, TEXT(KNOWN_SIGN_IN, "or have an administrator consent "
	    "for all", "Neither the person nor an administrator has consented "
	    "to what the app asks for.", NULL), .machine_remedy = "an "
	    "administrator must consent: API permissions, \"Grant admin "
	    "consent\""),
	NUMBER(90094, ADMIN_CONSENT),
	NUMBER(90008, TEXT(KNOWN_SIGN_IN, "and consent; the app needs the "
	    "permission User.Read for that", "Neither the person nor an "
	    "administrator has consented to this app.", "In Entra, API "
	    "permissions of the app, add User.Read of Microsoft Graph."),
	    .machine_remedy = "an administrator must consent: API "
	    "permissions, \"Grant admin consent\""),
	NUMBER(65004, TEXT(KNOWN_SIGN_IN, "and accept what is asked", "The "
	    "person did not consent.", NULL)),
	NUMBER(7000215, TEXT(KNOWN_OF_SECRET, "set the secret again: its "
	    "Value, not its ID", "The client secret is wrong. Often it is the "
	    "secret's ID instead of its Value.", "In Entra, Certificates & "
	    "secrets, make a new client secret, copy its Value, and store it "
	    "by \"tokend login --client-secret-stdin {sh:account}\".")),
	NUMBER(7000222, TEXT(KNOWN_OF_SECRET, "the secret has expired: make "
	    "a new one, or use client_key with a certificate", "The client "
	    "secret has expired.", "In Entra, Certificates & secrets, make a "
	    "new client secret, copy its Value, and store it by \"tokend "
	    "login --client-secret-stdin {sh:account}\". A certificate "
	    "(client_key) can last longer.")),
	NUMBER(7000218, TEXT(KNOWN_OF_SECRET | KNOWN_UNPROVED, "set "
	    "client_secret, or switch \"Allow public client flows\" on in the "
	    "registration", "The app is a confidential client, and the "
	    "request had no proof of it.", "If it is to be a public one: in "
	    "Entra, Authentication, switch \"Allow public client flows\" on. "
	    "Else store its secret by \"tokend login --client-secret-stdin "
	    "{sh:account}\", or set client_key.")),
	NUMBER(700025, TEXT(KNOWN_OF_PUBLIC, "remove the client secret: a "
	    "public client has none", "The app is a public client, and sent a "
	    "secret.", "Remove the secret: client_secret or "
	    "client_secret_file of the account's file, or by \"tokend login "
	    "{sh:account}\" where it was typed.")),
	NUMBER(700016, APP_MISSING), NUMBER(7000112, APP_DISABLED),
	NUMBER(90002, TEXT(0, "check tenant and cloud", "There is no such "
	    "tenant in this cloud.", "Check tenant letter by letter, and "
	    "cloud.")),
	NUMBER(90038, NATIONAL_CLOUD), NUMBER(900432, NATIONAL_CLOUD),
	NUMBER(50194, TEXT(0, "set tenant to the app's own: it is for a "
	    "single tenant", "The app is for a single tenant, and was asked "
	    "for at a common endpoint.", "Set tenant to the directory's id or "
	    "domain.")),
	NUMBER(9002332, TEXT(0, "set tenant to your organisation's: the app "
	    "is not for personal accounts", "The app is not for personal "
	    "accounts.", "Set tenant to your organisation's. For Outlook.com, "
	    "register an app for personal accounts, and set provider = "
	    "outlook.")),
	NUMBER(50020, OTHER_PERSON), NUMBER(50034, OTHER_PERSON),
	NUMBER(500011, TEXT(0, "check the host in scope, and that the tenant "
	    "has Exchange", "The tenant has no service of the name that scope "
	    "holds.", "Check the host in scope. The tenant must have Exchange "
	    "Online.")),
	NUMBER(650052, PERMISSION), NUMBER(650057, PERMISSION),
	NUMBER(70011, TEXT(0, "check scope: one resource, and no misspelling",
	    "The scope does not exist, or is of several services at once.",
	    "Check scope: all of one host, no misspelling, no mail scope of "
	    "Graph.")),
	NUMBER(50055, TEXT(0, "the password has expired: an administrator "
	    "must reset it", "The person's password has expired.", "The "
	    "person changes it in a browser, or an administrator resets it.")),
	NUMBER(50057, TEXT(0, "an administrator must enable the user", "The "
	    "user is switched off in the tenant.", NULL)),
	NUMBER(50196, TEXT(KNOWN_PASSES, "it sees the same request too often",
	    "Microsoft sees the same request too often and takes it for a "
	    "loop. tokend keeps away for some minutes; if that does not help, "
	    "another program uses the same account.", NULL)),
	NUMBER(700027, ASSERTION), NUMBER(700030, ASSERTION),
	NUMBER(54005, TEXT(KNOWN_SIGN_IN, NULL, "The authorization code was "
	    "used before.", NULL)),
	NUMBER(501481, TEXT(KNOWN_SIGN_IN, NULL, "The code does not belong "
	    "to this sign-in (PKCE).", NULL)),
	NUMBER(70016, TEXT(KNOWN_PASSES, "the sign-in is not finished yet",
	    "The person has not finished yet on the other device.", NULL)),
	NUMBER(70019, TEXT(KNOWN_SIGN_IN, "the code has expired", "The code "
	    "was not entered in time.", NULL)),
	/* The rest of the documented list that a mail client can meet. */
	NUMBER(50058, AGAIN), NUMBER(50085, AGAIN), NUMBER(50089, AGAIN),
	NUMBER(50132, AGAIN), NUMBER(50133, AGAIN), NUMBER(50139, AGAIN),
	NUMBER(50140, AGAIN), NUMBER(50143, AGAIN), NUMBER(50197, AGAIN),
	NUMBER(50199, AGAIN), NUMBER(16001, AGAIN), NUMBER(16002, AGAIN),
	NUMBER(160021, AGAIN), NUMBER(51006, AGAIN), NUMBER(50136, AGAIN),
	NUMBER(90086, AGAIN), NUMBER(700020, AGAIN), NUMBER(50168, AGAIN),
	NUMBER(50125, PASSWORD), NUMBER(50126, PASSWORD),
	NUMBER(50135, PASSWORD), NUMBER(50144, PASSWORD),
	NUMBER(50056, PASSWORD), NUMBER(50064, PASSWORD), NUMBER(50053, LOCKED),
	NUMBER(50072, SECOND_FACTOR), NUMBER(50158, SECOND_FACTOR),
	NUMBER(53004, SECOND_FACTOR), NUMBER(53010, SECOND_FACTOR),
	NUMBER(50005, CONDITIONAL_ACCESS), NUMBER(50097, CONDITIONAL_ACCESS),
	NUMBER(50127, CONDITIONAL_ACCESS), NUMBER(50129, CONDITIONAL_ACCESS),
	NUMBER(50131, CONDITIONAL_ACCESS), NUMBER(50155, CONDITIONAL_ACCESS),
	NUMBER(50187, CONDITIONAL_ACCESS), NUMBER(53001, CONDITIONAL_ACCESS),
	NUMBER(53002, CONDITIONAL_ACCESS), NUMBER(53009, CONDITIONAL_ACCESS),
	NUMBER(135011, CONDITIONAL_ACCESS),
	NUMBER(50180, TEXT(0, "an administrator must look: the tenant wants "
	    "integrated Windows authentication", "People sign in to the "
	    "tenant by integrated Windows authentication only.", "Show an "
	    "administrator the provider's words.")),
	NUMBER(80012, TEXT(KNOWN_SIGN_IN, "at an hour that the organisation "
	    "allows", "The organisation lets this person sign in at certain "
	    "hours only.", NULL), .machine_remedy = "an administrator must "
	    "allow the hours"),
	NUMBER(50134, TEXT(KNOWN_SIGN_IN, "without --device", "The code of a "
	    "device was entered in another region of Microsoft's than the one "
	    "that gave it.", "Sign in in a browser of this machine or by ssh, "
	    "without --device.")),
	NUMBER(50032, TEXT(0, "make a longer client_key: RSA of 2048 bits or "
	    "more", "The key that signed is too weak.", "Make a key of 2048 "
	    "bits or more and its certificate, and add that to the app in "
	    "Entra, Certificates & secrets.")),
	NUMBER(530035, SECURITY_DEFAULTS), NUMBER(53011, RISK),
	NUMBER(530034, RISK), NUMBER(54000, RISK), NUMBER(50015, RISK),
	NUMBER(50002, CROSS_TENANT), NUMBER(500021, CROSS_TENANT),
	NUMBER(500022, CROSS_TENANT), NUMBER(500212, CROSS_TENANT),
	NUMBER(500213, CROSS_TENANT), NUMBER(1000104, CROSS_TENANT),
	NUMBER(90084, CROSS_TENANT), NUMBER(50105, NOT_ASSIGNED),
	NUMBER(16000, OTHER_PERSON), NUMBER(16003, OTHER_PERSON),
	NUMBER(50014, OTHER_PERSON), NUMBER(51004, OTHER_PERSON),
	NUMBER(90072, OTHER_PERSON), NUMBER(500208, OTHER_PERSON),
	NUMBER(90125, OTHER_PERSON), NUMBER(90126, OTHER_PERSON),
	NUMBER(90093, ADMIN_CONSENT), NUMBER(90095, ADMIN_CONSENT),
	NUMBER(90099, ADMIN_CONSENT),
	NUMBER(9002341, TEXT(KNOWN_SIGN_IN, "and permit what is asked",
	    "The person has not permitted the app yet.", NULL)),
	NUMBER(65002, TEXT(0, "set client_id to an app that you register: "
	    "this one is Microsoft's own", "client_id is an app of "
	    "Microsoft's, which may not be used for this service.",
	    "Register an app in Entra, then run \"tokend login {sh:account}\" "
	    "with its client ID.")),
	NUMBER(700011, APP_MISSING), NUMBER(7000229, APP_MISSING),
	NUMBER(70001, APP_DISABLED), NUMBER(1000031, APP_DISABLED),
	NUMBER(50059, TENANT), NUMBER(50128, TENANT), NUMBER(90019, TENANT),
	NUMBER(50029, TENANT), NUMBER(90043, NATIONAL_CLOUD),
	NUMBER(900382, NATIONAL_CLOUD), NUMBER(50049, UNKNOWN_CLOUD),
	NUMBER(90051, UNKNOWN_CLOUD), NUMBER(90124, OWN_TENANT),
	NUMBER(90130, OWN_TENANT), NUMBER(90133, OWN_TENANT),
	NUMBER(28002, SCOPE), NUMBER(28003, SCOPE), NUMBER(50001, SCOPE),
	NUMBER(700023, SCOPE), NUMBER(90009, SCOPE),
	NUMBER(1002012, TEXT(0, "set scope to the service's host with "
	    "/.default, as this grant needs it", "client_credentials takes "
	    "the scope .default of a service, and no single permissions.",
	    "Set scope = https://outlook.office365.com/.default, or remove "
	    "scope where provider is set.")),
	NUMBER(65005, PERMISSION), NUMBER(650053, PERMISSION),
	NUMBER(650054, PERMISSION), NUMBER(650056, PERMISSION),
	NUMBER(70002, TEXT(KNOWN_OF_SECRET, "set the secret again: its "
	    "Value, not its ID", "The client secret is wrong.", "In Entra, "
	    "Certificates & secrets, make a new client secret, copy its "
	    "Value, and store it by \"tokend login --client-secret-stdin "
	    "{sh:account}\".")),
	NUMBER(50003, ASSERTION), NUMBER(50006, ASSERTION),
	NUMBER(50012, ASSERTION), NUMBER(50013, ASSERTION),
	NUMBER(500133, ASSERTION), NUMBER(50017, ASSERTION),
	NUMBER(50027, ASSERTION), NUMBER(50048, ASSERTION),
	NUMBER(700021, ASSERTION), NUMBER(700024, ASSERTION),
	NUMBER(900384, ASSERTION), NUMBER(70021, FEDERATED),
	NUMBER(700211, FEDERATED), NUMBER(700212, FEDERATED),
	NUMBER(700213, FEDERATED), NUMBER(700229, FEDERATED),
	NUMBER(240002, FEDERATED), NUMBER(9002325, SPA), NUMBER(9002326, SPA),
	NUMBER(9002327, SPA), NUMBER(70004, REDIRECT), NUMBER(500112, REDIRECT),
	NUMBER(900971, REDIRECT), NUMBER(90102, REDIRECT),
	NUMBER(70003, NOT_GIVEN), NUMBER(70005, NOT_GIVEN),
	NUMBER(70007, NOT_GIVEN), NUMBER(700054, NOT_GIVEN),
	NUMBER(7000114, NOT_GIVEN), NUMBER(100007, NOT_GIVEN),
	NUMBER(50147, NEW_CODE), NUMBER(501491, NEW_CODE),
	NUMBER(70018, NEW_CODE), NUMBER(90119, NEW_CODE),
	NUMBER(90120, NEW_CODE), NUMBER(90027, VERSION_2),
	NUMBER(500201, VERSION_2), NUMBER(901002, VERSION_2),
	NUMBER(90004, MALFORMED), NUMBER(90005, MALFORMED),
	NUMBER(90013, MALFORMED), NUMBER(90014, MALFORMED),
	NUMBER(900144, MALFORMED), NUMBER(90015, MALFORMED),
	NUMBER(90016, MALFORMED), NUMBER(90023, MALFORMED),
	NUMBER(9002313, MALFORMED), NUMBER(90056, MALFORMED),
	NUMBER(900561, MALFORMED), NUMBER(90100, MALFORMED),
	NUMBER(90101, MALFORMED), NUMBER(90107, MALFORMED),
	NUMBER(90117, MALFORMED), NUMBER(90121, MALFORMED),
	NUMBER(90010, MALFORMED), NUMBER(20001, FEDERATION),
	NUMBER(20012, FEDERATION), NUMBER(20033, FEDERATION),
	NUMBER(40008, FEDERATION), NUMBER(40009, FEDERATION),
	NUMBER(40015, FEDERATION), NUMBER(50008, FEDERATION),
	NUMBER(5000819, FEDERATION), NUMBER(50107, FEDERATION),
	NUMBER(50161, FEDERATION), NUMBER(50170, FEDERATION),
	NUMBER(50177, FEDERATION), NUMBER(50178, FEDERATION),
	NUMBER(80007, FEDERATION), NUMBER(80010, FEDERATION),
	NUMBER(80013, FEDERATION), NUMBER(90081, FEDERATION),
	NUMBER(90082, FEDERATION), NUMBER(90087, FEDERATION),
	NUMBER(90123, FEDERATION), NUMBER(1000000, FEDERATION),
	NUMBER(50000, SUPPORT), NUMBER(50007, SUPPORT), NUMBER(50042, SUPPORT),
	NUMBER(50043, SUPPORT), NUMBER(50086, SUPPORT), NUMBER(90036, SUPPORT),
	NUMBER(90085, SUPPORT), NUMBER(90092, SUPPORT),
	NUMBER(40010, PASSING_THERE), NUMBER(50166, PASSING_THERE),
	NUMBER(80001, PASSING_THERE), NUMBER(80002, PASSING_THERE),
	NUMBER(80005, PASSING_THERE), NUMBER(80014, PASSING_THERE),
	NUMBER(50088, PASSING), NUMBER(501621, PASSING), NUMBER(51005, PASSING),
	NUMBER(90006, PASSING), NUMBER(90012, PASSING), NUMBER(90090, PASSING),
	NUMBER(90091, PASSING), NUMBER(50033, PASSING), NUMBER(50087, PASSING),
	NUMBER(70012, PASSING), NUMBER(90024, PASSING), NUMBER(90033, PASSING),
	NUMBER(90055, PASSING),
	/* scopes of two resources */
	NUMBER(9001023, TEXT(0, "set tenant: this grant does not work at an "
	    "endpoint for all tenants", "This grant works neither at /common "
	    "nor at /consumers.", "Set tenant to the directory's id or "
	    "domain.")),
	NUMBER(700022, TEXT(0, "check scope: one resource, and no other's "
	    "scopes", "Scopes of several services are asked for at once.",
	    "Leave those of one host in scope: no mail scope of Graph.")),
	/* the redirect of a public client */
	NUMBER(50011, REDIRECT), NUMBER(500113, REDIRECT),
};

const size_t provider_numbers_count =
    sizeof(provider_numbers) / sizeof(provider_numbers[0]);
