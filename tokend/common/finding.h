/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * finding.h - what `tokend doctor` found, of one thing that it looked at.
 *
 * Command and worker (job examine) both find; a finding travels as attributes
 * (attr.h): check, verdict, code, found, matters and fix.
 */
#pragma once

#include "base/attr.h"
#include "base/buf.h"
#include "base/status.h"

#define FINDING_TEXT_MAX 600	/* of each text; in UTF-8, printable */

enum verdict {
	VERDICT_OK,
	VERDICT_UNKNOWN,		/* not looked at, and why not */
	VERDICT_WARNING,		/* works, but will surprise */
	VERDICT_FAULT
};

/*
 * The texts are whole sentences, and hold no secret. In fix, what is to be
 * typed, or to be put into a file, is in double quotes.
 */
struct finding {
	const char *check;	/* a word: plugin, accounts, postfix, ... */
	enum verdict verdict;
	enum status code;	/* of a fault, for the exit status */
	char found[FINDING_TEXT_MAX + 1];
	char matters[FINDING_TEXT_MAX + 1];	/* empty if ok or unknown */
	char fix[FINDING_TEXT_MAX + 1];	/* the same */
};

/* "ok", "unknown", "warning", "fault". */
const char *verdict_word(enum verdict verdict);

/* Appends the attributes; -1 with errno as attrs_add. */
int finding_format(const struct finding *f, struct buf *b);

/*
 * Takes them, texts printable, and ended by "..." where they are too long;
 * f->check points into a. -1 if it is no finding.
 */
int finding_parse(struct finding *f, struct attrs *a);
