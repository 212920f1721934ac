/* SPDX-License-Identifier: BSD-2-Clause */
/* socket_findings.c - tokend's sockets, as its clients see them */
#include "knowledge/findings/findings.h"

#define LATER STATUS_LATER
#define DEFERRED "smtp(8) defers the mail: \"no tokend listens\", \"remote " \
	"authentication server unavailable\"."
#define UNITS "tokend.socket tokend-postfix.socket tokend.service"
#define SPAWN "\"postconf{config} -M 'tokend/unix=tokend unix - n n - 0 " \
	"spawn user=" TOKEND_USER " argv=" TOKEND_SERVE " --stdio'\", then " \
	"\"postfix{config} reload\"."

/* A line of master.cf does where nothing else starts a tokend. */
#define START_UNITS "\"systemctl enable --now " UNITS "\"."
#define START_RUNNING "A socket cannot join a service that runs: " \
	"\"systemctl stop tokend.socket tokend.service\", then " START_UNITS
#define START_SPAWN "Have Postfix start it: " SPAWN

#define ABSENT(id, fix) KNOWN_FAULT(id, LATER, \
	"Postfix finds no socket of tokend {place}: none of {sockets} is " \
	"there, seen from {folder}.", DEFERRED, fix)
#define DEAD(id, fix) KNOWN_FAULT(id, LATER, \
	"{file} is left over: no process listens there, and Postfix {place} " \
	"finds no other socket.", DEFERRED, fix)
#define LEFT "\"rm {sh:file}\": a line that master.cf has no more left it. "
#define DENIED(id, fix) KNOWN_FAULT(id, STATUS_DENIED, \
	"Postfix (uid {uid}) may not connect to {file} {place}: {barrier} " \
	"keeps it out.", DEFERRED, fix)
#define OTHER_OWNER(id, more) KNOWN_FAULT(id, STATUS_CONFIG, "{failure}.", \
	DEFERRED, "Find out which process it is (\"ss -xlp src {sh:file}\"), " \
	"end it, and start tokend as root." more)
#define UNSAFE(id, fix) KNOWN_FAULT(id, STATUS_CONFIG, \
	"Postfix {place} uses no socket below {file}: {failure}.", DEFERRED, \
	fix)
#define SILENT(id, fix) KNOWN_FAULT(id, LATER, \
	"{file} takes connections of Postfix {place}, and gives no answer: " \
	"{failure}.", DEFERRED, fix)

#define NO_NEW_TOKEN "Your programs get no new token when the present one " \
	"expires."
#define NO_SERVE(id, fix) KNOWN_WARNING(id, \
	"No tokend answers at {file}{reason}.", \
	"Only root gets tokens of the machine's accounts, by \"tokend " \
	"token\".", "If other users' programs are to have them" fix)

const struct known socket_findings[SOCKET_FINDINGS] = {
	[SOCKET_OK] = KNOWN_OK("socket-ok",
	    "Postfix reaches tokend {place}, as uid {uid}, at {file}."),
	[SOCKET_OK_SERVE] = KNOWN_OK("socket-ok-serve",
	    "tokend answers at {file}."),
	[SOCKET_OK_HELPER] = KNOWN_OK("socket-ok-helper",
	    "Your programs read your tokens, and start " TOKEND_SERVE
	    " where one is to be renewed."),
	[SOCKET_NO_OWNER] = KNOWN_UNKNOWN("socket-no-owner",
	    "{folder}: there is no user \"{user}\", whom mail_owner names."),
	[SOCKET_ABSENT_UNITS] = ABSENT("socket-absent-units", START_UNITS),
	[SOCKET_ABSENT_RUNNING] = ABSENT("socket-absent-running",
	    START_RUNNING),
	[SOCKET_ABSENT_SPAWN] = ABSENT("socket-absent-spawn", START_SPAWN),
	[SOCKET_LEFT_UNITS] = DEAD("socket-left-units", LEFT START_UNITS),
	[SOCKET_LEFT_RUNNING] = DEAD("socket-left-running",
	    LEFT START_RUNNING),
	[SOCKET_LEFT_SPAWN] = DEAD("socket-left-spawn", LEFT START_SPAWN),
	[SOCKET_DEAD_POSTFIX] = DEAD("socket-dead-postfix",
	    "It is Postfix's own: \"postfix{config} start\"."),
	[SOCKET_DEAD_BESIDE] = DEAD("socket-dead-beside",
	    "Postfix starts tokend itself here ({spawned}): \"rm "
	    "{sh:file}\"."),
	[SOCKET_DEAD_UNITS] = DEAD("socket-dead-units",
	    "\"systemctl restart " UNITS "\"."),
	[SOCKET_DEAD] = DEAD("socket-dead",
	    "Start the tokend that listens there (tokend serve), or if none "
	    "is meant to: \"rm {sh:file}\"."),
	[SOCKET_DENIED] = DENIED("socket-denied",
	    "\"chmod o+rw {sh:barrier}\"."),
	[SOCKET_DENIED_FOLDER] = DENIED("socket-denied-folder",
	    "\"chmod o+x {sh:barrier}\"."),
	[SOCKET_OTHER_OWNER] = OTHER_OWNER("socket-other-owner", ""),
	/* A path that an administrator named may be meant. */
	[SOCKET_OTHER_OWNER_NAMED] = OTHER_OWNER("socket-other-owner-named",
	    " Only if it is your tokend, name its uid by listener_uid in "
	    "plugin.conf."),
	[SOCKET_UNSAFE] = UNSAFE("socket-unsafe", "\"chown root {sh:file} && "
	    "chmod go-w {sh:file}\"."),
	[SOCKET_UNSAFE_OTHER] = UNSAFE("socket-unsafe-other",
	    "Put a folder of root's there."),
	[SOCKET_SILENT_SPAWN] = SILENT("socket-silent-spawn",
	    "Give it the right line in master.cf: " SPAWN),
	[SOCKET_SILENT_UNITS] = SILENT("socket-silent-units",
	    "\"systemctl restart tokend.service\"; journalctl -u tokend has "
	    "the reason."),
	[SOCKET_SILENT] = SILENT("socket-silent",
	    "Restart the tokend that listens there; its log has the reason."),
	[SOCKET_SILENT_OWN] = KNOWN_FAULT("socket-silent-own", STATUS_CONFIG,
	    "{file} is there, and does not answer: {failure}.", NO_NEW_TOKEN,
	    "End the process that listens there, or \"rm {sh:file}\"."),
	[POSTFIX_STOPPED] = KNOWN_FAULT("postfix-stopped", LATER,
	    "Postfix in {folder} does not run.",
	    "Its mail waits; and a tokend that Postfix starts cannot answer.",
	    "\"postfix{config} start\"."),
	[HELPER_MISSING] = KNOWN_FAULT("helper-missing", STATUS_CONFIG,
	    TOKEND_SERVE ": {error}, and no tokend serves you.", NO_NEW_TOKEN,
	    "Install tokend again: the plugin starts it by that path."),
	[SERVE_MISSING_UNITS] = NO_SERVE("serve-missing-units", ": "
	    "\"systemctl enable --now tokend.socket tokend.service\"."),
	[SERVE_MISSING] = NO_SERVE("serve-missing",
	    ", let tokend serve run.")
};
