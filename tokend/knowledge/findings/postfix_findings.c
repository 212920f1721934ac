/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * postfix_findings.c - what keeps an instance of Postfix from logging in by
 * tokend. Each row has the values {config} and {option}, " -c FOLDER" where
 * that is not the default; {set} and {fix} come from postfix_fixes.
 */
#include "knowledge/findings/findings.h"

#define IN "Postfix in {config}: "
#define AT "Postfix in {config}, transport {transport}: "
#define RELOAD "\"postfix{option} reload\""
#define SET "{set}."
#define FIX "{fix}"

/* Findings of one parameter, which has to have another value. */
#define SETTING(id, why) KNOWN_FAULT(id, STATUS_CONFIG, \
	AT "{parameter} is {cut:value}.", why, SET)
#define SETTING_WARNING(id, why) KNOWN_WARNING(id, \
	AT "{parameter} is {cut:value}.", why, SET)
#define FAULT(id, found, why, fix) \
	KNOWN_FAULT(id, STATUS_CONFIG, found, why, fix)

#define IN_LOG "Anyone who reads the log can use it until it expires."
#define NO_MECHANISM "The log says \"No worthy mechs found\"."
#define NO_EHLO "Without EHLO a server does not announce TLS and AUTH."
#define MAIL_WAITS "Mail waits as long as Postfix cannot open a table: " \
	"\"local data error while talking to ...\"."
#define IMPORT_FIX "Remove the word from import_environment in " \
	"{config}/main.cf, then \"postfix stop\" and \"postfix start\"."
#define COMPILE "\"{tool}{option} {sh:table}\", then " RELOAD "."
#define TWICE IN "{file} has two lines for one relay, the second in line " \
	"{second}."
#define REMOVE "Remove one of them: \"sed -i {lines} {sh:file}\", "
#define COMPILE_AGAIN REMOVE "\"postmap{option} {sh:table}\", then " RELOAD "."
#define UNTRUSTED " The log says \"Server certificate not verified\", or " \
	"\"not trusted\"."
#define NO_ENTRY IN "smtp_sasl_password_maps has no entry for {relay} " \
	"({parameter})"
#define EXACT_NAME "Postfix looks for the name exactly as it is there, with " \
	"brackets and port. It finds none, does not log in, and the relay " \
	"refuses the mail."
#define HOST_FOUND "Account \"{account}\" is not for {host}, to which " \
	"Postfix in {config} sends with it ({parameter})."
#define HOST_WHY "tokend gives a token only for the servers in " \
	"`hosts`, so that a wrong map does not send it to another server. If " \
	"this one is right, it has to be listed."
#define ROOT_WHY "Mail to root, which cron and most services send, is " \
	"delivered on this machine (/var/mail/{cut:user}) and does not go to " \
	"{relay}."

const struct known postfix_findings[POSTFIX_FINDINGS] = {
	[RELAY_OK] = KNOWN_OK("relay-ok",
	    "Postfix in {config} sends to {relay} as account \"{account}\"."),
	[RELAY_SENDS] = KNOWN_OK("relay-sends",
	    "Postfix in {config} hands mail to tokend, which sends it by "
	    "account \"{account}\"."),
	[RELAY_NONE] = KNOWN_UNKNOWN("relay-none",
	    "Postfix in {config} has no relay with a login by tokend: "
	    "\"tokend setup postfix\" makes one."),
	[RELAY_NO_BRACKETS] = KNOWN_WARNING("relay-no-brackets",
	    IN "{parameter} is {relay}, without brackets.",
	    "Postfix then asks for the MX records of {host}, and goes to "
	    "another host if there are any.", FIX),
	[RELAY_NO_PORT] = KNOWN_WARNING("relay-no-port",
	    IN "{parameter} is {relay}, without the port of submission.",
	    "Port {port} is for mail between servers: many networks block it, "
	    "and not every provider accepts a login there.", FIX),
	[SENDERS_OFF] = FAULT("senders-off",
	    AT "smtp_sasl_password_maps has entries by sender ({key}), and "
	    "{parameter} is no.",
	    "Postfix does not look for them, and logs in as another account, "
	    "or not at all.", SET),

	[SMTP_NO_LOGIN] = SETTING("smtp-no-login",
	    "Postfix does not log in at all, and the relay refuses its mail."),
	[SMTP_OTHER_SASL] = SETTING("smtp-other-sasl",
	    "Only Cyrus SASL loads tokend's plugin."),
	[SMTP_CACHE] = SETTING("smtp-cache",
	    "That cache remembers a refused login for 90 days as long as the "
	    "password in the map is the same, and the word \"tokend\" always "
	    "is: one refused token disables the account."),
	[SMTP_BOUNCE] = SETTING("smtp-bounce",
	    "Mail is returned to its sender when the relay refuses a token, "
	    "and does not wait for the next token."),
	[SMTP_SOFT_BOUNCE] = SETTING_WARNING("smtp-soft-bounce",
	    "Mail that is refused for good waits in the queue until its "
	    "lifetime ends, so a fault is noticed late."),
	[SMTP_NO_EHLO] = SETTING("smtp-no-ehlo", NO_EHLO),
	[SMTP_NEVER_EHLO] = SETTING("smtp-never-ehlo", NO_EHLO),
	[SMTP_DISCARDED] = SETTING("smtp-discarded",
	    "Postfix does not see that a server offers AUTH or TLS, and does "
	    "not log in."),
	[SMTP_VERBOSE] = FAULT("smtp-verbose",
	    AT "its line in master.cf has -v.",
	    "With -v smtp(8) writes each token into the mail log. " IN_LOG,
	    "\"postconf{option} -F {sh:setting}\", then " RELOAD ". Lines "
	    "that are in the log already stay there."),
	[SMTP_DEBUG] = FAULT("smtp-debug",
	    IN "{parameter} is {cut:value}, which includes {host}.",
	    "smtp(8) then writes each token for that server into the mail "
	    "log. " IN_LOG, SET),
	[IMPORT_TOKEND] = KNOWN_WARNING("import-tokend",
	    IN "import_environment has {cut:word}.",
	    "With it the plugin uses other accounts than the system's, which "
	    "\"tokend status\" shows.", IMPORT_FIX),
	[IMPORT_SASL_PATH] = FAULT("import-sasl-path",
	    IN "import_environment has SASL_PATH={folder}, and there is no "
	    "libxoauth2.so.",
	    "Postfix looks for plugins there and nowhere else, and does not "
	    "find tokend's.", IMPORT_FIX),
	[NOT_RELOADED] = KNOWN_WARNING("not-reloaded",
	    IN "{files} changed after the last start or reload.",
	    "The running processes may still have the old settings; this "
	    "doctor checks the new ones.", RELOAD "."),

	[ROOT_NO_ALIAS] = KNOWN_WARNING("root-no-alias",
	    IN "root has no alias that leaves this machine.", ROOT_WHY, FIX),
	[ROOT_ALIAS_STAYS] = KNOWN_WARNING("root-alias-stays",
	    IN "mail to root goes to {cut:user}, which has no alias.",
	    ROOT_WHY, FIX),
	[ROOT_UNKNOWN] = KNOWN_UNKNOWN("root-unknown",
	    IN "the alias of root cannot be read: {failure}"),
	[SENDER_STAYS] = KNOWN_WARNING("sender-stays",
	    IN "nothing rewrites the sender root@{domain} of this machine's "
	    "programs.",
	    "{host} accepts only senders that the mailbox {mailbox} may use. "
	    "It refuses cron's mail after the login, and the mail is lost.",
	    FIX),
	[SENDER_UNKNOWN] = KNOWN_UNKNOWN("sender-unknown",
	    IN "the tables that rewrite senders cannot be read: {failure}"),

	[TLS_CLEAR] = FAULT("tls-clear",
	    AT "the TLS level{for_relay} is {level}, and "
	    "smtp_sasl_security_options allows a login in clear text.",
	    "A token can be sent without TLS. Anyone who reads it can use it.",
	    FIX),
	[TLS_NONE] = FAULT("tls-none",
	    AT "the TLS level{for_relay} is {level}.",
	    "Without TLS Postfix sends no token, and servers offer no login. "
	    NO_MECHANISM, FIX),
	[TLS_MAY] = KNOWN_WARNING("tls-may",
	    AT "the TLS level{for_relay} is {level}.",
	    "If the server or the network hides TLS, no mail leaves; and the "
	    "server that gets the token is not verified.", FIX),
	[TLS_NO_PLAINTEXT] = FAULT("tls-no-plaintext",
	    AT "{parameter} is \"{cut:value}\".",
	    "XOAUTH2 and OAUTHBEARER send a token as it is, so noplaintext "
	    "excludes them, also under TLS. " NO_MECHANISM, SET),
	[CA_UNREADABLE] = FAULT("ca-unreadable",
	    AT "smtp_tls_CAfile is {file}, which cannot be read.",
	    "Without it no server is trusted." UNTRUSTED, FIX),
	[CA_NONE] = FAULT("ca-none", AT "smtp_tls_CAfile is not set.",
	    "The TLS level needs a trusted certificate, and none is trusted."
	    UNTRUSTED, FIX),
	[CA_JAILED] = FAULT("ca-jailed",
	    AT "smtp_tls_CApath is {folder}, smtp(8) is jailed, and there is "
	    "no {inside}.",
	    "That folder is read from within the jail; a CAfile is read "
	    "before smtp(8) enters it." UNTRUSTED, FIX),
	[WRAPPER_ON] = FAULT("wrapper-on",
	    AT "{parameter} is yes, and mail goes to port {port} of {host}.",
	    "That port begins without TLS, so the connection fails.", SET),
	[WRAPPER_OFF] = FAULT("wrapper-off",
	    AT "{parameter} is no, and mail goes to port {port} of {host}.",
	    "That port begins with TLS, and Postfix waits for a greeting that "
	    "does not come.", SET),
	[TLS_REMNANT] = KNOWN_WARNING("tls-remnant",
	    IN "main.cf sets {parameter}.",
	    "It has no effect next to smtp_tls_security_level, and is "
	    "misleading.", "\"postconf{option} -X {parameter}\"."),

	[TABLE_MISSING] = FAULT("table-missing",
	    IN "{parameter} names {cut:table}, which is not there.",
	    MAIL_WAITS, "Make that file, as \"tokend setup postfix\" does."),
	[TABLE_NOT_COMPILED] = FAULT("table-not-compiled",
	    IN "{parameter} names {cut:table}, which was never compiled.",
	    MAIL_WAITS, COMPILE),
	[TABLE_OLD] = FAULT("table-old",
	    IN "{parameter} names {cut:table}, which was changed since it was "
	    "compiled.",
	    "Postfix reads the compiled file, which has the source's old "
	    "lines.", COMPILE),
	[TABLE_UNREADABLE] = FAULT("table-unreadable",
	    IN "a table of smtp_sasl_password_maps cannot be read: {failure}",
	    "Mail waits as long as Postfix cannot open a table.",
	    "\"postconf -m\" shows the types that this Postfix has; the file "
	    "itself should be owned by root, with mode 600."),
	[TABLE_NOT_ROOT] = KNOWN_UNKNOWN("table-not-root",
	    IN "only root can read the password map."),
	[TABLE_TWICE] = FAULT("table-twice", TWICE,
	    "Postfix opens no such table: mail waits, \"local data error "
	    "while talking to ...\".", REMOVE "then " RELOAD "."),
	[TABLE_TWICE_OTHER] = FAULT("table-twice-other", TWICE,
	    "postmap keeps the first and warns: line {first} counts, which is "
	    "not tokend's, and line {second} has no effect.", COMPILE_AGAIN),
	[TABLE_TWICE_OURS] = KNOWN_WARNING("table-twice-ours", TWICE,
	    "postmap keeps the first and warns: line {first} counts, which is "
	    "tokend's, and line {second} has no effect.", COMPILE_AGAIN),

	[PASSWORD_MISSING] = FAULT("password-missing", NO_ENTRY ".",
	    EXACT_NAME, FIX),
	[PASSWORD_NEAR] = FAULT("password-near", NO_ENTRY ", but one for "
	    "{key}.", EXACT_NAME, FIX),
	[PASSWORD_PATH] = FAULT("password-path",
	    IN "the entry for {key} has the path of a file in place of a "
	    "password.",
	    "Another plugin reads its tokens from such a file; tokend does "
	    "not. Import it once: \"tokend import sasl-xoauth2 --set "
	    "allow=postfix FILE\".", FIX),
	[PASSWORD_PLAIN] = FAULT("password-plain",
	    IN "the entry for {key} has a password of {cut:user}, and "
	    "transport {transport} uses only XOAUTH2 or OAUTHBEARER.",
	    "The plugin takes no passwords: the entry must have one of "
	    "tokend's words. The log says \"the password is none of tokend's "
	    "words\".", FIX),
	[PASSWORD_WRONG] = FAULT("password-wrong",
	    IN "the entry for {key}: {failure}",
	    "The plugin refuses it, and no mail leaves.", FIX),
	[PASSWORD_TOKEN] = KNOWN_WARNING("password-token",
	    IN "the entry for {key} holds a token itself.",
	    "A token expires, usually in an hour, and this one is not renewed.",
	    FIX),
	[MECHANISMS_OTHER] = SETTING("mechanisms-other",
	    "It keeps Postfix from XOAUTH2. The log says \"offered no "
	    "supported AUTH mechanisms\", or the word of the entry for {key} "
	    "is sent as a password."),
	[MECHANISMS_MORE] = SETTING_WARNING("mechanisms-more",
	    "Another mechanism may be chosen for {relay}, and would send the "
	    "word that is in place of a password."),
	[MECHANISMS_PASSWORD] = FAULT("mechanisms-password",
	    AT "the login at {relay} is by a password, and "
	    "smtp_sasl_mechanism_filter allows XOAUTH2.",
	    "If that server offers XOAUTH2, too, Postfix chooses it, and the "
	    "plugin refuses the password. A transport of its own, named where "
	    "{parameter} leads to that relay, avoids it.",
	    "\"postconf{option} -M 'smtp-password/unix=smtp-password unix - - "
	    "{chroot} - - smtp -o smtp_sasl_mechanism_filter=plain,login'\", "
	    "write \"smtp-password:{cut:relay}\" for {cut:key}, then " RELOAD
	    "."),

	[ALLOW_NOT_POSTFIX] = KNOWN_FAULT("allow-not-postfix", STATUS_DENIED,
	    "Account \"{account}\": user {user}, as which Postfix in {config} "
	    "asks, may not use it.",
	    "tokend answers as if there were no such account: \"may not use "
	    "it, or there is no such account\".",
	    "Write the line \"allow = {allow}{user}\" in {file}."),
	[HOSTS_OTHER] = KNOWN_FAULT("hosts-other", STATUS_HOST,
	    HOST_FOUND, HOST_WHY,
	    "Write the line \"hosts = {hosts} {host}\" in {file}."),
	/* A line that is cut would be typed as it is shown. */
	[HOSTS_OTHER_LONG] = KNOWN_FAULT("hosts-other-long", STATUS_HOST,
	    HOST_FOUND, HOST_WHY,
	    "Add {host} to the line `hosts` in {file}."),
	[NAME_NEAR] = KNOWN_FAULT("name-near", STATUS_NO_ACCOUNT,
	    IN "the entry for {key} names the account \"{account}\", which is "
	    "not there; \"{meant}\" is.",
	    "The plugin takes the name as it is written, with brackets, "
	    "quotes or blanks, and finds no such account. If another one is "
	    "meant, sign in for it with tokend login.", FIX),
	[NAME_UNKNOWN] = KNOWN_FAULT("name-unknown", STATUS_NO_ACCOUNT,
	    IN "the entry for {key} names the account \"{account}\", which is "
	    "not in {folder}/accounts.",
	    "It was never signed in for, or it has another name there "
	    "(\"tokend status\" shows all), which the entry can give as "
	    "\"tokend:NAME\" after its user.",
	    "\"tokend login --set allow={sh:user} {sh:account}\"."),
	[NAME_NOT_ROOT] = KNOWN_UNKNOWN("name-not-root",
	    "Only root can read account \"{account}\", as which Postfix logs "
	    "in."),
};

const struct known postfix_fixes[POSTFIX_FIXES] = {
	[FIX_MAIN] = { .id = "fix-main",
	    .fix = "\"postconf{option} -e {setting}\", then " RELOAD },
	[FIX_MASTER] = { .id = "fix-master",
	    .fix = "\"postconf{option} -P {setting}\", then " RELOAD },
	[FIX_SET] = { .id = "fix-set", .fix = SET },
	[FIX_POLICY] = { .id = "fix-policy",
	    .fix = "Write \"secure\" for the level of {relay} in "
	    "smtp_tls_policy_maps, then " RELOAD "." },
	[FIX_PACKAGE] = { .id = "fix-package",
	    .fix = "Restore {file}: \"{command}\", then " RELOAD "." },
	[FIX_ENTRY] = { .id = "fix-entry",
	    .fix = "Add the line in {file}: \"{key} {user}:tokend\", then "
	    RELOAD "." },
	[FIX_ENTRY_COMPILED] = { .id = "fix-entry-compiled",
	    .fix = "Add the line in {file}: \"{key} {user}:tokend\", then "
	    "\"postmap {sh:table}\", " RELOAD "." },
	[FIX_LINE] = { .id = "fix-line",
	    .fix = "Write, in place of that line in {file}: \"{key} "
	    "{user}:tokend\", then " RELOAD "." },
	[FIX_LINE_COMPILED] = { .id = "fix-line-compiled",
	    .fix = "Write, in place of that line in {file}: \"{key} "
	    "{user}:tokend\", then \"postmap {sh:table}\", " RELOAD "." },
	[FIX_ROUTE] = { .id = "fix-route",
	    .fix = "Write {wanted} in place of {relay} for {route_key} in "
	    "{parameter}." },
	[FIX_ALIAS] = { .id = "fix-alias",
	    .fix = "\"echo {sh:line} >>{sh:file}\", then \"postalias{option} "
	    "{sh:table}\"." },
	[FIX_ALIAS_TABLE] = { .id = "fix-alias-table",
	    .fix = "Give {cut:user} the alias {mailbox} in a table of "
	    "alias_maps." },
	[FIX_SENDER] = { .id = "fix-sender",
	    .fix = "\"echo {sh:line} >>{sh:table}\", {set}." },
	[FIX_SENDER_TABLE] = { .id = "fix-sender-table",
	    .fix = "Add the line \"{line}\" to a table of {parameter}, then "
	    RELOAD "." },
};
