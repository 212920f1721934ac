/* SPDX-License-Identifier: BSD-2-Clause */
/* check_findings.c - checks that could not be made, or were not asked for */
#include "knowledge/findings/findings.h"

const struct known check_findings[CHECK_FINDINGS] = {
	/* A failure's text says what to do, too. */
	[CHECK_FAILED] = KNOWN_UNKNOWN("check-failed", "{failure}."),
	[CHECK_NO_MEMORY] = KNOWN_UNKNOWN("check-no-memory",
	    "This was not checked: out of memory."),
	[CHECK_NO_PROCESS] = KNOWN_UNKNOWN("check-no-process",
	    "This was not checked: no process can be started for it: "
	    "{error}."),
	[CHECK_NO_SCOPE] = KNOWN_FAULT("check-no-scope", STATUS_OK,
	    "{failure}",
	    "There can be no accounts here, so nothing can log in.", NULL),
	[CHECK_SIGNAL] = KNOWN_UNKNOWN("check-signal",
	    "The check was ended by signal {signal}."),
	[CHECK_SLOW] = KNOWN_UNKNOWN("check-slow",
	    "The check was stopped after {seconds} s."),
	[EXAMINE_BAD_STORE] = KNOWN_UNKNOWN("examine-bad-store",
	    "account \"{account}\" was not examined: the store cannot be "
	    "used, see above."),
	[EXAMINE_ENDED] = KNOWN_UNKNOWN("examine-ended",
	    "account \"{account}\" was not examined: {failure}"),
	[EXAMINE_GOOD] = KNOWN_OK("examine-good",
	    "{account}: {count} checked and good."),
	[EXAMINE_NO_PROCESS] = KNOWN_UNKNOWN("examine-no-process",
	    "account \"{account}\" was not examined: no process can be "
	    "started for it: {error}"),
	[EXAMINE_NO_WORKER] = KNOWN_FAULT("examine-no-worker", STATUS_OK,
	    "{failure}", "Without the worker no token is ever renewed.", NULL),
	[EXAMINE_SLOW] = KNOWN_UNKNOWN("examine-slow",
	    "account \"{account}\": the check was stopped: no answer came for "
	    "{seconds} s."),
	[MAIL_NOT_ASKED] = KNOWN_UNKNOWN("mail-not-asked",
	    "No login at a mail server was tried: --live does that."),
	[PROVIDER_NOT_ASKED] = KNOWN_UNKNOWN("provider-not-asked",
	    "No provider was asked for a token: --live does that.")
};
