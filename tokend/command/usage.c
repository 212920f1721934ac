/* SPDX-License-Identifier: BSD-2-Clause */
/* usage.c - what --help says of each command; those that send have their own */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "command/command.h"
#include "command/setup/setup.h"

static const struct usage {
	const char *command;
	const char *text;
} usages[] = {
{ "login",
"Usage: tokend login [OPTION...] [NAME]\n"
"Creates the account NAME, usually a mail address, and signs in; for an\n"
"account that exists, signs in again. Missing values are prompted for. Then\n"
"logs in to a mail server as a test.\n"
"\n"
"The account; each option sets one key of its file, tokend.conf(5):\n"
"  --provider NAME       a preset, such as google or microsoft\n"
"  --cloud NAME          another cloud of the provider\n"
"  --issuer URL          a provider without a preset (RFC 8414)\n"
"  --tenant NAME         the directory, with Microsoft\n"
"  --client-id ID        as the provider's console shows it\n"
"  --user MAILBOX        if NAME is not the mailbox\n"
"  --grant GRANT         refresh_token, client_credentials, jwt_bearer,\n"
"                        metadata or command\n"
"  --scope SCOPES        instead of the preset's\n"
"  --redirect-uri URI    as it is registered, if not http://127.0.0.1\n"
"  --server-smtp, --server-imap, --server-pop HOST[:PORT]\n"
"  --send smtp|gmail|graph   how the account sends mail\n"
"  --set KEY=VALUE       any other key\n"
"\n"
"How to sign in:\n"
"  --send-only           with the right to send and no other, if the provider\n"
"                        has one; sets send and scope\n"
"  --device              with a code on another device; no browser here\n"
"  --no-browser          print the address, but do not open it\n"
"  --no-receiver         paste the final address here\n"
"  --any-user            accept any user who signs in\n"
"\n"
"Secrets from standard input, a line each in this order, the key to its end:\n"
"  --refresh-token-stdin --client-secret-stdin --key-password-stdin\n"
"  --client-key-stdin\n"
"\n"
"The test:\n"
"  --service smtp|imap|pop   this server instead of the first; repeatable\n"
"  --test-mail               send a mail to the account itself without asking\n"
"  --no-test                 no test\n" },
{ "revoke",
"Usage: tokend revoke [--yes] [--forget] [NAME]\n"
"Revokes the account's consent at the provider, if the provider can do that\n"
"(RFC 7009), and deletes the stored tokens. If the provider cannot be reached\n"
"nothing is changed. The account's file stays, and so does a client's secret\n"
"or key that is stored with the refresh token. \"tokend login NAME\" signs in\n"
"again.\n"
"  --yes     do not ask for confirmation\n"
"  --forget  delete the tokens even if the provider cannot be reached\n" },
{ "remove",
"Usage: tokend remove [--yes] [--keep-consent | --forget] [NAME]\n"
"Removes an account: revokes its consent as \"tokend revoke\" does, and\n"
"deletes its file, tokens, secrets, state and lock. First lists what \"tokend\n"
"setup\" has changed for it, and the commands that undo that. Also removes\n"
"what is left of an account that has no file.\n"
"  --yes           do not ask for confirmation; needed without a terminal\n"
"  --keep-consent  do not revoke: another machine uses the same consent\n"
"  --forget        go on if the consent cannot be revoked\n" },
{ "import",
"Usage: tokend import [OPTION...] FORMAT FILE [NAME]\n"
"Creates accounts from another tool's FILE (-: standard input), and stores\n"
"the secrets in it. FILE is not changed. NAME is the account's name if FILE\n"
"has none, and selects one account if FILE has several.\n"
"\n"
"  sasl-xoauth2            a token file; give its /etc/sasl-xoauth2.conf by\n"
"                          --config\n"
"  mutt_oauth2             a token file, decrypted: gpg --decrypt FILE |\n"
"                          tokend import mutt_oauth2 --client-id ID -\n"
"  email-oauth2-proxy      emailproxy.config; its tokens are encrypted, so\n"
"                          you sign in next\n"
"  getmail                 a token file of getmail6\n"
"  google-client           client_secret.json of Google's console; NAME is\n"
"                          the mailbox, and you sign in next\n"
"  google-token            token.json of a program with Google's library,\n"
"                          lieer's file; NAME is the mailbox\n"
"  google-service-account  a service account's key; NAME is the mailbox\n"
"\n"
"  --config FILE           the configuration that belongs to sasl-xoauth2's\n"
"                          FILE\n"
"  --client-id ID          instead of FILE's\n"
"  --client-secret-stdin   the same, from the first line of standard input\n"
"  --set KEY=VALUE         a key of the account's file, tokend.conf(5),\n"
"                          instead of what FILE says\n"
"  --replace               replace accounts that exist\n" },
{ "setup",
"Usage: tokend setup [--dry-run] [--yes] [--config PATH] PROGRAM [--send]\n"
"           [NAME]\n"
"       tokend setup [--dry-run] [--yes] --undo PROGRAM\n"
"Configures a program to use the account NAME: shows how its files change,\n"
"asks for confirmation, keeps copies, and writes all files or none. Running\n"
"it again changes nothing. A file that it does not understand is not changed.\n"
"  --dry-run      only show the changes\n"
"  --yes          do not ask for confirmation; needed without a terminal\n"
"  --config PATH  the program's file or folder, if it is not the usual one\n"
"  --send         tokend sends the mail, by the account's `send`; the program\n"
"                 gets no token and does not log in\n"
"  --undo         undo the last change; keeps what you have edited since, or\n"
"                 else changes nothing\n"
"Programs:\n" },
{ "token",
"Usage: tokend token [NAME]\n"
"Prints a valid access token, and nothing else; renews it first if that is\n"
"due. Does not read standard input.\n" },
{ "status",
"Usage: tokend status [--json | --watch] [NAME]\n"
"       tokend status --check [--warning TIME] [--critical TIME] [NAME]\n"
"Lists the accounts, one line each, those with problems first. Of one account\n"
"it shows how it gets tokens, how long the token is valid, when it was and\n"
"will be renewed, the last failure, what that means and how to fix it, and\n"
"which hosts refused a token. The exit status is that of the worst account,\n"
"else 0.\n"
"  --json   print all of each account, as a JSON list\n"
"  --watch  show this again every 2 seconds, until Ctrl-C\n"
"  --check  print one line for a monitoring system; the exit status is 0 for\n"
"           OK, 1 for WARNING, 2 for CRITICAL, 3 for UNKNOWN\n"
"  --warning TIME, --critical TIME\n"
"           report a token that is valid for less than TIME, such as 90s,\n"
"           15m, 2h or 3d\n" },
{ "doctor",
"Usage: tokend doctor [--live] [--json | --report FILE] [NAME]\n"
"Finds what keeps mail programs from logging in, in the order in which things\n"
"break, and says how to fix it. Changes nothing. As root it checks what mail\n"
"servers use, otherwise what your own programs use.\n"
"  --live  also get a token from the provider, and log in to the mail servers\n"
"  --json  print a list of objects: check, verdict (ok, warning, unknown,\n"
"          fault), code, found, matters, mend\n"
"  --report FILE  write everything a bug report needs, without secrets, to a\n"
"          new file (-: standard output)\n"
"The exit status is that of the first fault, else 0.\n" },
{ "refresh",
"Usage: tokend refresh [NAME]\n"
"Gets a new access token from the provider now: also if the last one is still\n"
"valid, if a server refused it, or if the next try after a failure is not\n"
"due.\n" },
{ "rekey",
"Usage: tokend rekey\n"
"Encrypts the stored refresh tokens and secrets of all accounts with the key\n"
"that credentials_key in tokend.conf names; if it names none, stores them\n"
"unencrypted. Decrypts with the key of credentials_key_before if needed. Can\n"
"be interrupted and repeated: tokend.conf(5) has the steps.\n" },
{ "serve",
"Usage: tokend serve [--socket PATH]...\n"
"       tokend serve --stdio\n"
"Answers programs that ask for tokens, and renews tokens before they\n"
"expire. Listens on the sockets given and on those that systemd hands\n"
"over; where there are neither, on those of tokend.conf. With --stdio it\n"
"answers one request on standard input, which is a socket: for Postfix's\n"
"spawn(8) and for the plugin.\n" },
{ "tunnel",
"Usage: tokend tunnel [--mechanism NAME] imap|pop|smtp HOST[:PORT] NAME\n"
"       tokend tunnel --listen 127.0.0.1:PORT [--certificate FILE\n"
"           --key FILE] [--mechanism NAME] imap|pop|smtp HOST[:PORT] NAME\n"
"       tokend tunnel --new-password NAME\n"
"Connects to a mail server by TLS, logs in with the account's token, and\n"
"passes the connection on: to standard input and output, for programs that\n"
"can run a command instead of connecting; with --listen, to each program that\n"
"connects and gives the account's local password, which --new-password makes\n"
"and prints.\n"
"NAME of --mechanism: XOAUTH2 or OAUTHBEARER.\n" },
};

int
command_usage(const char *command, int is_help)
{
	FILE *to = is_help ? stdout : stderr;
	const struct setup_program *p;
	size_t i;

	for (i = 0; strcmp(usages[i].command, command) != 0; i++)
		continue;
	fputs(usages[i].text, to);
	if (strcmp(command, "setup") == 0)
		for (p = setup_programs; p->name != NULL; p++)
			fprintf(to, "  %-13s  %s\n", p->name, p->summary);
	return is_help ? EX_OK : EX_USAGE;
}
