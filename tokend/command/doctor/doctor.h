/*
 * doctor.h - `tokend doctor`: what is looked at, and what is found.
 *
 * Checks run in the order in which things break (the table in doctor.c); one
 * file has the checks of one concern. Each tells what it found by findings: a
 * good one is one line, any other says why it matters and how to mend it, and
 * has a status for the exit. A check that cannot look says so (DOCTOR_UNSEEN);
 * it never guesses, changes nothing, and has a bound in time.
 *
 * What speaks with providers and mail servers, or reads a token, is the
 * worker's job `examine` (worker/job/job.h); its findings pass through here.
 */
#ifndef TOKEND_DOCTOR_H
#define TOKEND_DOCTOR_H

#include "account/account.h"
#include "name.h"
#include "scope.h"
#include "status.h"

#define FINDING_TEXT_MAX 400	/* of each text; in UTF-8, printable */

enum verdict {
	DOCTOR_GOOD,
	DOCTOR_UNSEEN,		/* not looked at, and why not */
	DOCTOR_ODD,		/* works, but will surprise */
	DOCTOR_FAULT
};

/* The texts are whole sentences, and hold no secret. */
struct finding {
	const char *check;	/* a word: plugin, accounts, socket, postfix... */
	enum verdict verdict;
	enum status code;	/* of a fault, for the exit status */
	char found[FINDING_TEXT_MAX + 1];
	char matters[FINDING_TEXT_MAX + 1];	/* empty if good */
	char mend[FINDING_TEXT_MAX + 1];	/* a command, or a line to add */
};

struct doctor {
	struct scope scope;
	int has_scope;
	const char *account;	/* folded; NULL: all there are */
	int is_live;		/* --live: may ask the provider and log in */
	int is_json;
	const char *postfix;	/* configuration folder, NULL: there is none */
	enum status worst;	/* of the first fault */
	unsigned faults, odds;
};

/* Shows a finding, and counts it. */
void doctor_report(struct doctor *d, const struct finding *f);

/*
 * The same in one call: good and unseen have found only; the others all
 * three. Each text is formatted by its own arguments beforehand.
 */
void doctor_good(struct doctor *d, const char *check, const char *found, ...)
    __attribute__((format(printf, 3, 4)));
void doctor_unseen(struct doctor *d, const char *check, const char *why, ...)
    __attribute__((format(printf, 3, 4)));

/* Formats one of a finding's texts; what is too long ends in "...". */
void finding_text(char text[FINDING_TEXT_MAX + 1], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The checks, in their order. */
void doctor_plugin(struct doctor *d);	/* where it is, loads, rivals */
void doctor_choice(struct doctor *d);	/* what a host would choose */
void doctor_accounts(struct doctor *d);	/* files, placeholders, owners */
void doctor_sockets(struct doctor *d);	/* who can reach tokend */
void doctor_denials(struct doctor *d);	/* SELinux, AppArmor in the log */
void doctor_provider(struct doctor *d);	/* job examine: clock to token */
void doctor_mail(struct doctor *d);	/* job examine: mail servers */
void doctor_postfix(struct doctor *d);	/* options that defeat it */
void doctor_queue(struct doctor *d);	/* mail that waits because of us */

#endif
