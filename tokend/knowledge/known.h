/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * known.h - what is known of a situation: one row for each, in tables by
 * subject in this folder.
 *
 * A row says where the situation is recognised, how it is classed, what was
 * found, why that matters and how it is fixed. Code decides which row applies
 * and names the values; all words are the row's.
 *
 * A template's {name} is the value of that name. {sh:name} is the value as one
 * word of sh(1), for a command that is typed (shell_word.h), {ct:name} the same
 * in a crontab, where % ends the command, {ps:name} a word of PowerShell,
 * {cf:name} a value for main.cf or master.cf, where Postfix expands $, and
 * {cut:name} its first 160 bytes. Any other brace is text.
 *
 * Names, by what their values are; a new one is added here:
 *	names of accounts	account account_name user person domain
 *	of clients, tokens	client client_id tenant audience grant granted
 *				missing services key
 *	of providers		provider proxy
 *	of hosts		host host_second hosts server address
 *	of ways to send		way
 *	of mechanisms		mechanism mechanism_second mechanism_strict
 *				offered offered_before list
 *	files and folders	file path folder folder_state library plugin
 *				point place spawned sockets barrier
 *	owners, modes		uid owner group mode names
 *	settings		setting setting_trust word source config
 *	times			age date days seconds side end
 *	numbers			count signal version
 *	commands		command package verb by_root by_proxy
 *	what others say		said words trusted service
 *	of Postfix		transport parameter value option set relay
 *				route_key for_relay level port wanted allow
 *				table tool line lines first second inside
 *				files chroot
 *	of mails		mailbox sender mails ago
 *	of denials		profile program access mask class type
 *	texts of other rows	failure error reason cause what why meaning
 *				remedy looks more found fix meant
 */
#pragma once

#include <stddef.h>

#include "common/finding.h"
#include "base/status.h"

enum known_flag {
	KNOWN_SIGN_IN = 1 << 0,		/* a new sign-in is a part of the fix */
	KNOWN_PASSES = 1 << 1,		/* trying again later is the fix */
	KNOWN_MAY_BE_TOKEN = 1 << 2,	/* another token may be accepted */
	/*
	 * It is about a client secret: where the client was proved by
	 * something else, or by nothing, that is advised on in its place;
	 * with KNOWN_UNPROVED the row's own text is for nothing, too.
	 */
	KNOWN_OF_SECRET = 1 << 3,
	KNOWN_UNPROVED = 1 << 4,
	KNOWN_OF_PUBLIC = 1 << 5,	/* it may send no proof, and sent one */
	KNOWN_OF_DAY = 1 << 6,		/* it passes with the day */
	KNOWN_FROM_PLUGIN = 1 << 7	/* our plugin's text is in the log */
};

/* What the refusal of a mail is about. */
enum sending_kind {
	SENDING_NONE,		/* it is none: a login's, or anything else */
	SENDING_UNKNOWN,
	SENDING_SENDER,		/* the mailbox may not send as that address */
	SENDING_NO_LOGIN,	/* the mail came without a login */
	SENDING_LIMIT,		/* a quota: it passes */
	SENDING_BLOCKED,	/* the provider has blocked the sender */
	SENDING_CONTENT,	/* this one mail: too large, taken for spam */
	SENDING_RECIPIENT	/* nothing that this machine could change */
};

/* What a row does not need is NULL or 0. Rows are constant. */
struct known {
	const char *id;		/* unique in all tables: "account-no-token" */
	/* Where it is recognised; NULL: anything. */
	const char *source;	/* an error's name or number, equal */
	/*
	 * In what was said, in either case; what begins with a digit as a
	 * whole number or status code.
	 */
	const char *words;
	const char *also;	/* as well */
	/* How it is classed. */
	enum verdict verdict;	/* in a finding */
	enum status code;	/* of a failure, and for the exit status */
	unsigned flags;		/* KNOWN_* */
	enum sending_kind kind;
	/* Whole sentences, as templates. */
	const char *found;
	const char *why;
	const char *fix;
	const char *machine_fix;	/* where no person signs in; else fix */
	/* The fix as a half sentence, for the one line of a failure. */
	const char *remedy;
	const char *machine_remedy;
};

/* Rows of findings in short: id, code, then found, why and fix. */
#define KNOWN_OK(i, f) { .id = i, .verdict = VERDICT_OK, .found = f }
#define KNOWN_UNKNOWN(i, f) { .id = i, .verdict = VERDICT_UNKNOWN, .found = f }
#define KNOWN_WARNING(i, f, w, x) \
	{ .id = i, .verdict = VERDICT_WARNING, .found = f, .why = w, .fix = x }
#define KNOWN_FAULT(i, c, f, w, x) \
	{ .id = i, .verdict = VERDICT_FAULT, .code = c, .found = f, .why = w, \
	.fix = x }

/* A value for a template; NULL counts as empty. */
struct known_value {
	const char *name;
	const char *value;
};

/* KNOWN_VALUES({ "account", name }, ...): lives as long as its block. */
#define KNOWN_VALUES(...) \
	((const struct known_value[]){ __VA_ARGS__, { NULL, NULL } })

/* A number as a value, which lives as long as its block. */
#define KNOWN_NUMBER(n) known_number((char[24]){ 0 }, (n))
const char *known_number(char text[24], long long n);

/* The first of count rows that is recognised in source and said, or NULL. */
const struct known *known_find(const struct known *rows, size_t count,
    const char *source, const char *said);

/*
 * Fills a template. A text that is too long is cut at a character and ends in
 * "..."; values may be NULL: there are none. A name that values do not have is
 * left as it is, which tests look for.
 */
void known_fill(char *out, size_t size, const char *template,
    const struct known_value *values);

/* Makes the finding of a row, for the check of that name. */
void known_finding(struct finding *f, const char *check,
    const struct known *row, const struct known_value *values);
