/* SPDX-License-Identifier: BSD-2-Clause */
/* examine_findings.c - tokens, providers, mail servers, as workers see them */
#include "knowledge/findings/findings.h"

#define CONFIG STATUS_CONFIG

#define FAILED(id, why, fix) KNOWN_FAULT(id, STATUS_INTERNAL, \
	"{account}: {failure}", why, fix)

/* What a row of the provider's refusals does not say. */
#define NO_TOKEN_UNTIL "No new access token comes until "
#define RUN_LOGIN "Run \"tokend login {sh:account_name}\"."

#define GRAPH(id, fix) KNOWN_FAULT(id, CONFIG, \
	"{account}: its token is for Microsoft Graph ({cut:audience}), and " \
	"not for Exchange.", \
	"A token is for one service. The mail servers refuse this one: 535 " \
	"5.7.3, or \"AUTHENTICATE failed\".", \
	fix "run \"tokend {verb} {sh:account_name}\".")
#define PUT_SCOPE(scope) "Put the line \"scope = " scope "\" into {file}, " \
	"then "

#define RIGHTS "{account}: its token does not cover {services}: it has " \
	"{cut:granted}, and not {missing}."
#define NO_REASON "Exchange refuses such logins without a reason: 535 " \
	"5.7.3, or \"AUTHENTICATE failed\"."
#define ADD_ROLES "In Entra, API permissions, Office 365 Exchange Online, " \
	"Application permissions: add {missing}, and press \"Grant admin " \
	"consent\". Then run \"tokend refresh {sh:account_name}\"."
#define ADD_SCOPES "Put {missing} into scope of {file}, each after " \
	"\"https://outlook.office.com/\", and add them to the app's API " \
	"permissions; then run \"tokend login {sh:account_name}\"."

#define CLOCK "{account}: by what its token says, this machine's clock is " \
	"{seconds} s {side} the provider's."
#define CLOCK_WHY "The clock decides when a token expires, and signed " \
	"requests with another time are refused."
#define CLOCK_FIX "Compare \"date -u\" with another clock; \"timedatectl " \
	"set-ntp true\" sets it and keeps it right."
#define CLOCKS "{account}: this machine's clock is {seconds} s {side} that " \
	"of {host}."
#define CLOCKS_WHY "Tokens and certificates seem to expire too early or too " \
	"late, and signed requests (client_key, service accounts) are refused."
#define CLOCKS_FIX "Run \"timedatectl set-ntp true\", or what sets the clock " \
	"here; \"date -u\" shows it."

#define UNREACHED(id, fix) FAILED("provider-" id, "The provider cannot be " \
	"asked for a new token: when the present one expires, no program can " \
	"log in.", fix)
#define NO_CONNECTION(id, fix) FAILED("connection-" id, "{why}", fix)
#define BLOCKED "Let this machine connect to {host}: see its firewall, and " \
	"what is between them. For the provider a proxy will do: the line " \
	"\"proxy = http://HOST:PORT\" in tokend.conf."
#define NO_PROXY "put the line \"proxy = none\" into {file} to use none."

#define BROKEN_OFF(id, fix) FAILED(id, \
	"A login by {mechanism} does not come to an end there.", fix)

const struct known examine_findings[EXAMINE_FINDINGS] = {
	/* The job itself */
	[TOKEN_NONE] = KNOWN_UNKNOWN("token-none", "{account}: there is no "
	    "token to look at; the next program that asks gets one."),
	[STORE_NOT_USABLE] = KNOWN_UNKNOWN("examine-store", "{account}: not "
	    "examined: its files in the store cannot be used, see above."),
	[SERVERS_NONE] = KNOWN_UNKNOWN("servers-none", "{account}: no server "
	    "to log in at: it has no server_smtp, server_imap or "
	    "server_pop."),
	/* Failures, by their code where no more is known */
	[FAILED_ADVISED] = FAILED("failed-advised", "{meaning}", "{remedy}"),
	[FAILED_SIGN_IN] = FAILED("failed-sign-in", NO_TOKEN_UNTIL "a person "
	    "has signed in again.", RUN_LOGIN),
	[FAILED_CONFIG] = FAILED("failed-config", NO_TOKEN_UNTIL "this is "
	    "fixed.", "Correct {file} as said, then run \"tokend refresh "
	    "{sh:account_name}\"."),
	[FAILED_LATER] = FAILED("failed-later", NO_TOKEN_UNTIL "this has "
	    "passed; tokend tries again by itself.", "Run \"tokend refresh "
	    "{sh:account_name}\" to try at once."),
	[FAILED_OTHER] = FAILED("failed-other", NO_TOKEN_UNTIL "this is "
	    "fixed.", "Run \"tokend refresh {sh:account_name}\" to try at "
	    "once."),
	[CREDENTIAL_LOCKED] = FAILED("credential-locked", NO_TOKEN_UNTIL
	    "this is fixed.", "Put the key back as said, then run \"tokend "
	    "refresh {sh:account_name}\"."),
	[CREDENTIAL_BROKEN] = FAILED("credential-broken", NO_TOKEN_UNTIL
	    "this is fixed.", RUN_LOGIN),
	/* What is stored */
	[CONSENT_NONE] = KNOWN_FAULT("consent-none", STATUS_SIGN_IN,
	    "{account}: no person has signed in: no refresh token is stored.",
	    "Without it tokend gets no access token, and no mail program can "
	    "log in.", RUN_LOGIN),
	[CONSENT_OK] = KNOWN_OK("consent-ok", "{account}: signed in {age} "
	    "ago."),
	[KEY_OK] = KNOWN_OK("key-ok", "{account}: its private key opens "
	    "({key})."),
	[HVE_MIN_VALID] = KNOWN_FAULT("hve-min-valid", CONFIG,
	    "{account}: High Volume Email gets tokens that expire in "
	    "{seconds} s.",
	    "It refuses tokens in their last ten minutes: 501 5.5.127, "
	    "\"Token will expire soon\".",
	    "Put the line \"min_valid = 10m\" into {file}."),
	/* What a token says of itself */
	[TOKEN_OPAQUE] = KNOWN_UNKNOWN("token-opaque", "{account}: its token "
	    "is opaque (not a JWT): whose it is, and for what, only the "
	    "provider knows."),
	[TOKEN_CLAIMS] = KNOWN_OK("token-claims", "{account}: its token is for "
	    "{cut:audience}, of {cut:person} (tenant {tenant}, app "
	    "{cut:client}), and covers {cut:granted}."),
	[TOKEN_VALID] = KNOWN_OK("token-valid", "{account}: its token is good "
	    "for {age}."),
	[TOKEN_EXPIRED] = KNOWN_UNKNOWN("token-expired", "{account}: its token "
	    "expired {age} ago; the next program that asks gets a new one."),
	[TOKEN_GRAPH_PRESET] = GRAPH("token-graph-preset", "Remove the line "
	    "\"scope = ...\" from {file}: the preset {provider} has the right "
	    "one. Then "),
	[TOKEN_GRAPH_PERSON] = GRAPH("token-graph-person", PUT_SCOPE(
	    "https://outlook.office.com/SMTP.Send "
	    "https://outlook.office.com/IMAP.AccessAsUser.All "
	    "offline_access")),
	[TOKEN_GRAPH_APP] = GRAPH("token-graph-app", PUT_SCOPE(
	    "https://outlook.office365.com/.default")),
	[TOKEN_AUDIENCE] = KNOWN_WARNING("token-audience",
	    "{account}: its token is for \"{cut:audience}\", which is none of "
	    "Exchange's names.",
	    "A token is for one service, and mail servers refuse those for "
	    "others.",
	    "Check the host in scope, and cloud, in {file}."),
	[TOKEN_NO_ROLE] = KNOWN_FAULT("token-no-role", CONFIG, RIGHTS,
	    NO_REASON, ADD_ROLES),
	[TOKEN_FEW_ROLES] = KNOWN_WARNING("token-few-roles", RIGHTS, NO_REASON,
	    ADD_ROLES),
	[TOKEN_NO_SCOPE] = KNOWN_FAULT("token-no-scope", CONFIG, RIGHTS,
	    NO_REASON, ADD_SCOPES),
	[TOKEN_FEW_SCOPES] = KNOWN_WARNING("token-few-scopes", RIGHTS,
	    NO_REASON, ADD_SCOPES),
	[TOKEN_OTHER_APP] = KNOWN_WARNING("token-other-app",
	    "{account}: its token was given to the app {cut:client}, and "
	    "client_id is {client_id}.",
	    "The next renewal is for another app than this token.",
	    "Run \"tokend login {sh:account_name}\" to sign in for the app of "
	    "client_id."),
	[TOKEN_CLOCK] = KNOWN_FAULT("token-clock", CONFIG, CLOCK, CLOCK_WHY,
	    CLOCK_FIX),
	[TOKEN_CLOCK_NEAR] = KNOWN_WARNING("token-clock-near", CLOCK,
	    CLOCK_WHY, CLOCK_FIX),
	/* Whose it is */
	[PERSON_OTHER_SENDER] = KNOWN_FAULT("person-other-sender", CONFIG,
	    "{account}: SMTP logs in as {cut:user}, but its token is of "
	    "{cut:person}.",
	    "Exchange refuses that: 535 5.7.3. At SMTP the user must be the "
	    "person who signed in, for a shared mailbox, too.",
	    "If {cut:user} is a shared mailbox, put the line \"user_smtp = "
	    "{person}\" into {file}, and let an administrator give that "
	    "person Send As. If the wrong person signed in, run \"tokend login "
	    "{sh:account_name}\"."),
	[PERSON_OTHER_MAILBOX] = KNOWN_WARNING("person-other-mailbox",
	    "{account}: {service} opens the mailbox {cut:user} with the token "
	    "of {cut:person}.",
	    "That works where {cut:person} has full access to it (a shared "
	    "mailbox). Else the server says \"User is authenticated but not "
	    "connected\".",
	    "An administrator runs \"Add-MailboxPermission -Identity "
	    "{ps:user} -User {ps:person} -AccessRights FullAccess\". If the "
	    "wrong person signed in, run \"tokend login {sh:account_name}\"."),
	[PERSON_SHARED] = KNOWN_OK("person-shared", "{account}: {service} "
	    "opens {cut:user}, as the account's file says, with the token of "
	    "{cut:person}."),
	[PERSON_WRONG] = KNOWN_FAULT("person-wrong", CONFIG,
	    "{account}: its token is of {cut:person}, and the account is for "
	    "{cut:user}.",
	    "Mail servers refuse the token of one person for another's "
	    "mailbox.",
	    "To fix it, {remedy}."),
	[PERSON_AGREED] = KNOWN_OK("person-agreed", "{account}: its token is "
	    "of {cut:person}, for the mailbox {cut:user}: that was accepted "
	    "at the sign-in."),
	/* The provider */
	[PROXY_USED] = KNOWN_OK("proxy-used", "{account}: the proxy {proxy} is "
	    "used (from {source})."),
	[PROXY_OF_SHELL] = KNOWN_WARNING("proxy-of-shell",
	    "{account}: the proxy {proxy} is used, from {source} of this "
	    "shell's environment.",
	    "tokend serve has another environment, and may go without that "
	    "proxy.",
	    "Put the line \"proxy = http://{proxy}\" into "
	    "{folder}/tokend.conf; or \"proxy = none\", to use none."),
	[PROVIDER_OK] = KNOWN_OK("provider-ok", "{account}: {host} answers "
	    "({by_proxy}{address}); its certificate was checked with "
	    "{trusted}."),
	[PROVIDER_RENEWED] = KNOWN_OK("provider-renewed", "{account}: the "
	    "provider gives a new token, good for {age}."),
	[PROVIDER_PROXY] = UNREACHED("proxy", "If it wants a name and password "
	    "(HTTP 407), put the line \"proxy = http://USER:PASSWORD@{proxy}\" "
	    "into {file}; else have the proxy's administrator open this "
	    "host."),
	[PROVIDER_PROXY_ENV] = UNREACHED("proxy-env", "Correct the "
	    "environment's {source}; or " NO_PROXY),
	[PROVIDER_PROXY_SET] = UNREACHED("proxy-set", "Correct the line "
	    "\"proxy = ...\" in {source}, or " NO_PROXY),
	[PROVIDER_UNREACHED] = UNREACHED("unreached", BLOCKED),
	[CLOCK_UNKNOWN] = KNOWN_UNKNOWN("clock-unknown", "{account}: {host} "
	    "does not say what time it is."),
	[CLOCK_OK] = KNOWN_OK("clock-ok", "{account}: the clocks of this "
	    "machine and of {host} agree ({age})."),
	[CLOCK_WRONG] = KNOWN_FAULT("clock-wrong", CONFIG, CLOCKS, CLOCKS_WHY,
	    CLOCKS_FIX),
	[CLOCK_NEAR] = KNOWN_WARNING("clock-near", CLOCKS, CLOCKS_WHY,
	    CLOCKS_FIX),
	/* Connections, by what went wrong: why it matters, the caller knows */
	[CONNECTION_NAME] = NO_CONNECTION("name", "See whether \"getent hosts "
	    "{host}\" finds it. If not, fix DNS (/etc/resolv.conf), or the "
	    "name in {setting} of {file}."),
	[CONNECTION_TRUST] = NO_CONNECTION("trust", "Run "
	    "\"update-ca-certificates\" (Debian; elsewhere reinstall the "
	    "package ca-certificates)."),
	[CONNECTION_TRUST_SET] = NO_CONNECTION("trust-set", "Correct the line "
	    "\"{setting_trust} = {path}\" of {file} or of tokend.conf, or "
	    "remove it to trust the system's certificates."),
	[CONNECTION_ISSUER] = NO_CONNECTION("issuer", "If the network has a "
	    "proxy that intercepts TLS, or a CA of its own, put the line "
	    "\"ca_file = FILE\" with that CA's certificate into {file}. If "
	    "this system's certificates are old, run "
	    "\"update-ca-certificates\"."),
	[CONNECTION_TIME] = NO_CONNECTION("time", "Compare \"date -u\" with "
	    "another clock; \"timedatectl set-ntp true\" sets it. If it is "
	    "right, the server's certificate has expired."),
	[CONNECTION_OTHER] = NO_CONNECTION("other", "Correct {setting} of "
	    "{file}: what answers there does not answer as {host} should. Or "
	    "a device on the path changes what it says."),
	/* Mail servers */
	[SERVER_UNREACHED] = FAILED("server-unreached", "No mail program of "
	    "this machine gets any further with this server.", BLOCKED),
	[SERVER_OK] = KNOWN_OK("server-ok", "{account}: {server} answers "
	    "({address}), and offers {cut:offered}; its certificate was "
	    "checked with {cut:trusted}."),
	[SERVER_OK_EARLY] = KNOWN_OK("server-ok-early", "{account}: {server} "
	    "answers ({address}), and offers {cut:offered}, and before TLS "
	    "{cut:offered_before}; its certificate was checked with "
	    "{cut:trusted}."),
	[SERVER_NO_MECHANISM] = KNOWN_FAULT("server-no-mechanism", CONFIG,
	    "{account}: {server} offers neither XOAUTH2 nor OAUTHBEARER.",
	    "No token opens it; Postfix says \"offered no supported AUTH "
	    "mechanisms\", others \"No worthy mechs found\".",
	    "Correct {setting} in {file}, if that is not the provider's "
	    "server; or use a password there, without tokend."),
	[SERVER_OTHER_MECHANISM] = KNOWN_FAULT("server-other-mechanism",
	    CONFIG, "{account}: {server} offers {mechanism}, and plugin.conf "
	    "has only {plugin}.",
	    "Programs that use the plugin find no mechanism in common with "
	    "this server.",
	    "Put the line \"mechanisms = xoauth2 oauthbearer\" into "
	    "plugin.conf in the place of the one there, and restart the "
	    "programs (\"postfix reload\")."),
	[SERVER_NOT_IN_HOSTS] = KNOWN_FAULT("server-not-in-hosts", STATUS_HOST,
	    "{account}: its hosts do not list {host}.",
	    "Tokens go only to the servers in hosts, so a program that logs "
	    "in there gets none.",
	    "Put the line \"hosts = {hosts}{host}\" into {file}."),
	[SERVER_NO_TOKEN] = KNOWN_UNKNOWN("server-no-token", "{account}: no "
	    "login at {server}: there is no token that is valid now."),
	[LOGIN_OK] = KNOWN_OK("login-ok", "{account}: {server} lets {cut:user} "
	    "in by {mechanism}: {cut:said}"),
	/* With what is known of the server's words (mail_advice.h) */
	[LOGIN_REFUSED] = KNOWN_FAULT("login-refused", STATUS_REJECTED,
	    "{account}: {server} refuses {cut:user} by {mechanism}: {said}",
	    "{meaning}", "{remedy}"),
	[LOGIN_LOST] = BROKEN_OFF("login-lost", "Try again: \"tokend doctor "
	    "--live {sh:account_name}\". If it lasts, see what answers at "
	    "{server}."),
	/* Some servers hang up at a line that is longer than they take. */
	[LOGIN_LOST_LONG] = BROKEN_OFF("login-lost-long", "Once more to be "
	    "sure: \"tokend doctor --live {sh:account_name}\". If it lasts, "
	    "the token is too long for {server}: it has {count} bytes, and "
	    "many servers take only lines of 2048, where RFC 4954 asks for "
	    "12288. Have the provider put less into it (groups and other "
	    "claims), or that server's administrator raise its limit."),
	[TOKEN_REPLACED] = KNOWN_WARNING("token-replaced",
	    "{account}: {host} refused the token that was in the cache, and "
	    "takes the new one: {cut:said}",
	    "Programs were given that token until now, and would have been "
	    "until it expired. A server that refuses with no challenge tells "
	    "the plugin nothing to pass on, so \"tokend status\" called the "
	    "account good.",
	    "The new token is in its place: let the programs log in again "
	    "(Postfix: \"postqueue -f\"). When it happens again, \"tokend "
	    "refresh {sh:account_name}\" replaces the token.")
};
