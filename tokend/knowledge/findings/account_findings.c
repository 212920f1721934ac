/* SPDX-License-Identifier: BSD-2-Clause */
/* account_findings.c - account files, and what their tokens depend on */
#include "knowledge/findings/findings.h"

#define CONFIG STATUS_CONFIG

#define NONE(id, fix) KNOWN_FAULT(id, STATUS_NO_ACCOUNT, \
	"There is no account in {folder}/accounts.", \
	"tokend has nothing to give a token for.", fix)
#define UNUSABLE "Account \"{account}\" cannot be used until that is fixed; " \
	"others can."

#define GRAPH(id, beside, why, fix) KNOWN_FAULT(id, CONFIG, \
	"{file}: scope: \"{word}\" is of Microsoft Graph" beside ".", why, fix)
#define REFUSED_ALONE "Such a token is for another service: SMTP, IMAP and " \
	"POP servers refuse it."
#define BESIDE ", next to ones of Outlook"
#define REFUSED_TOGETHER "A token is for one of the two only: Microsoft " \
	"refuses both together (AADSTS70011)."
#define REMOVE_SCOPE "Take scope out of that file, as the preset has the " \
	"right ones: \"sed -i /^scope/d {sh:file}\". Then \"tokend login " \
	"{sh:account}\"."
#define PUT_SCOPE "Put this line in {file}: \"scope = " \
	"https://outlook.office.com/SMTP.Send offline_access\" (other scopes " \
	"than SMTP.Send are IMAP.AccessAsUser.All and POP.AccessAsUser.All). " \
	"Then \"tokend login {sh:account}\"."

#define NO_NAME "That word of allow lets no process in."

#define NO_KEY(id, fix) KNOWN_FAULT(id, CONFIG, \
	"{folder}/tokend.conf: {setting}: there is no {file}.", \
	"Without the key no refresh token can be read or stored, and no " \
	"token is renewed.", fix)

#define NO_TOKEN(id, fix) KNOWN_FAULT(id, STATUS_SIGN_IN, \
	"account \"{account}\": no refresh token is stored.", \
	"No person has signed in for it yet, or the consent was revoked.", \
	"\"tokend login {sh:account}\"; where there is no browser, " fix)

#define ENDS(id, fix) KNOWN_WARNING(id, \
	"account \"{account}\": the consent {end}.", \
	"After that the provider refuses the refresh token, and mail stops " \
	"until a person signs in.", fix)

const struct known account_findings[ACCOUNT_FINDINGS] = {
	[ACCOUNT_OK] = KNOWN_OK("account-ok",
	    "{account}: {grant}{provider}, {age}."),
	[ACCOUNT_NONE_SYSTEM] = NONE("account-none-system", "\"tokend login "
	    "--set allow=postfix you@example.org\", with the address that "
	    "Postfix sends by."),
	[ACCOUNT_NONE_USER] = NONE("account-none-user", "\"tokend login "
	    "you@example.org\", with your own address."),
	[ACCOUNT_MISSING] = KNOWN_FAULT("account-missing", STATUS_NO_ACCOUNT,
	    "{failure}", UNUSABLE, "\"tokend login {sh:account}\"; tokend "
	    "status lists the accounts that there are."),
	[ACCOUNT_UNUSABLE] = KNOWN_FAULT("account-unusable", CONFIG,
	    "{failure}", UNUSABLE, "Correct that in {file}: tokend.conf(5) "
	    "has the keys. Then \"tokend refresh {sh:account}\"."),
	[ACCOUNTS_UNREADABLE] = KNOWN_FAULT("accounts-unreadable", CONFIG,
	    "{failure}", "No account can be used until that is fixed.", NULL),
	[ACCOUNT_LEFTOVER] = KNOWN_WARNING("account-leftover",
	    "{account} has no account file, but tokens or secrets are stored "
	    "for it in {folder_state}.",
	    "No program uses them, and the provider still accepts them.",
	    "\"tokend remove {sh:account}\"; or put its file back into "
	    "{folder}/accounts."),
	/* By a sign-in before root was root, or by another program. */
	[ACCOUNT_OF_ROOT] = KNOWN_WARNING("account-of-root",
	    "{file} is never read{more}: root has no accounts of its own, only "
	    "the machine's in {folder}/accounts.",
	    "Programs run by root ask the machine's tokend.",
	    "As root tokend login makes an account of the machine's; then "
	    "\"rm {sh:file}\"."),
	[ACCOUNT_TWICE] = KNOWN_WARNING("account-twice",
	    "{account} is an account of your own and one of the machine's "
	    "({file}).",
	    "Your programs use your own, and a failure of it never falls back "
	    "to the other.",
	    "If you mean the machine's: \"tokend remove {sh:account}\"."),
	[GRAPH_PRESET] = GRAPH("scope-graph-preset", "", REFUSED_ALONE,
	    REMOVE_SCOPE),
	[GRAPH_OWN] = GRAPH("scope-graph-own", "", REFUSED_ALONE, PUT_SCOPE),
	[GRAPH_MIXED_PRESET] = GRAPH("scope-graph-mixed-preset", BESIDE,
	    REFUSED_TOGETHER, REMOVE_SCOPE),
	[GRAPH_MIXED_OWN] = GRAPH("scope-graph-mixed-own", BESIDE,
	    REFUSED_TOGETHER, PUT_SCOPE),
	[SECRET_ID] = KNOWN_FAULT("secret-id", CONFIG,
	    "{file}: client_secret looks like the secret's ID, and not like "
	    "its value.",
	    "Microsoft refuses it as an invalid client secret "
	    "(AADSTS7000215).",
	    "In the Entra console, under Certificates & secrets, copy the "
	    "column Value to client_secret in {file}. It is shown once, right "
	    "after the secret is made; else make a new one."),
	[TENANT_MISSING] = KNOWN_FAULT("tenant-missing", CONFIG,
	    "{file}: the token endpoint is for any directory ({word}), and "
	    "grant = client_credentials needs one.",
	    "An application has no user by which Microsoft could find the "
	    "directory, and it refuses the request.",
	    "Put this line in {file}: \"tenant = {domain}\". It is the "
	    "directory's id, or a domain of it."),
	[ALLOW_NO_USER] = KNOWN_WARNING("allow-no-user",
	    "account \"{account}\": allow: this machine has no user "
	    "\"{word}\".", NO_NAME,
	    "Correct allow in {file}, or make that user."),
	[ALLOW_NO_GROUP] = KNOWN_WARNING("allow-no-group",
	    "account \"{account}\": allow: this machine has no group "
	    "\"{word}\".", NO_NAME,
	    "Correct allow in {file}, or make that group."),
	[FILE_MISSING] = KNOWN_FAULT("file-missing", CONFIG,
	    "{file}: {setting}: there is no file {path}.",
	    "No token is renewed without it.",
	    "Put the file back there, or correct {setting} in {file}. In a "
	    "container: the secret or volume that has it is not mounted "
	    "there, or has it by another name."),
	[KEY_MISSING] = NO_KEY("key-missing", "Put the key back there. If it "
	    "is lost, the refresh tokens are, too: \"tokend revoke --forget "
	    "NAME\" for each account, a new key, and \"tokend login NAME\"."),
	[KEY_MISSING_SYSTEMD] = NO_KEY("key-missing-systemd",
	    "\"systemctl restart tokend.service\", with a line LoadCredential= "
	    "or LoadCredentialEncrypted= of that name in the unit."),
	[CREDENTIALS_CLEAR] = KNOWN_WARNING("credentials-clear",
	    "Not encrypted: {count} of the files in {folder}/credentials, "
	    "though tokend.conf has credentials_key.",
	    "A copy of the disk or of a backup gives away the refresh tokens "
	    "in them.",
	    "Run \"tokend rekey\"."),
	[REKEY_UNFINISHED] = KNOWN_WARNING("rekey-unfinished",
	    "{folder}/tokend.conf has credentials_key_before: the change of "
	    "the key is not finished.",
	    "The old key still opens what was encrypted with it.",
	    "Run \"tokend rekey\"; when it says that no credential needs the "
	    "old key, remove that line, then the key."),
	[TOKEN_MISSING] = NO_TOKEN("token-missing", "open the address that it "
	    "shows on another machine, and paste the final one."),
	[TOKEN_MISSING_DEVICE] = NO_TOKEN("token-missing-device",
	    "\"tokend login --device {sh:account}\"."),
	[RENEWAL_FAILED] = KNOWN_FAULT("renewal-failed", STATUS_INTERNAL,
	    "{failure}.", "The last attempt to renew its token failed.",
	    "When that is fixed: \"tokend refresh {sh:account}\" tries at "
	    "once."),
	/* The provider's refusal, with what is known of it. */
	[RENEWAL_FAILED_ADVISED] = KNOWN_FAULT("renewal-failed-advised",
	    STATUS_INTERNAL, "{failure}.", "{meaning}", "{remedy}"),
	[RENEWAL_INTERRUPTED] = KNOWN_WARNING("renewal-interrupted",
	    "account \"{account}\": the renewal of {date} {what}: {cause}.",
	    "Where refresh tokens are good for one use, this one is probably "
	    "spent, and the next renewal is refused.",
	    "\"tokend refresh {sh:account}\" tries it now; if that is refused, "
	    "\"tokend login {sh:account}\"."),
	[RENEWAL_RESTS] = KNOWN_WARNING("renewal-rests",
	    "account \"{account}\": it was last renewed {age} ago, and no "
	    "tokend serves here.",
	    "It is not renewed while no program asks, and providers drop a "
	    "refresh token that is not used for a while.",
	    "\"tokend refresh {sh:account}\" now, and \"tokend refresh "
	    "{ct:account}\" from cron once a week; or let tokend serve run."),
	[HOST_REFUSED] = KNOWN_FAULT("host-refused", STATUS_REJECTED,
	    "{failure}.", "Its own words: {words}",
	    "\"tokend doctor --live {sh:account}\" explains the refusal. When "
	    "it is fixed: \"tokend refresh {sh:account}\"."),
	[CONSENT_TESTING] = KNOWN_WARNING("consent-testing",
	    "account \"{account}\": the consent is {days} days old.",
	    "If its app is in \"Testing\" in Google's console, the consent "
	    "expires on the seventh day, and mail stops.",
	    "In Google's console, under Audience, publish the app (In "
	    "production), then \"tokend login {sh:account}\"."),
	[CONSENT_ENDS] = ENDS("consent-ends", "\"tokend login "
	    "{sh:account}\"."),
	[CONSENT_ENDS_UNSERVED] = ENDS("consent-ends-unserved", "\"tokend "
	    "refresh {sh:account}\" now, and let tokend serve run."),
	[SCOPE_NOT_GRANTED] = KNOWN_WARNING("scope-not-granted",
	    "account \"{account}\": \"{missing}\" was not granted, though "
	    "scope asks for it; granted was \"{granted}\".",
	    "A mail server refuses a token that was not granted for it, and "
	    "without offline_access a refresh token may end with the person's "
	    "session.",
	    "To fix it, {remedy}.")
};
