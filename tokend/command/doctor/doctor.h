/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doctor.h - `tokend doctor`: what is looked at, and what is found.
 *
 * Checks run in the order in which things break (the table in
 * doctor_command.c); one file has the checks of one concern. Each reports
 * findings, by rows of knowledge/: a good one is one line, any other says why
 * it matters and how to fix it, and has a status for the exit. One that cannot
 * look says so (VERDICT_UNKNOWN); it never guesses, changes nothing, and ends
 * in time.
 *
 * Each check runs in a process of its own, which is killed at the end of its
 * time (run_check.c): so it may become another user, change its root, or crash
 * by a plugin. As root it runs as root, but where the table says that it is
 * to see what tokend sees.
 *
 * What speaks with providers and mail servers, or reads a token, is the
 * worker's job `examine` (common/message.h); its findings pass through here.
 */
#pragma once

#include <stdio.h>
#include <sys/types.h>

#include "account/account.h"
#include "command/postfix/instances.h"
#include "common/finding.h"
#include "knowledge/known.h"
#include "base/name.h"
#include "disk/scope.h"
#include "base/status.h"

#define STORE_CHECK "store"	/* its fault is noted: has_bad_store */

struct doctor {
	struct scope scope;
	int has_scope;
	const char *account;	/* folded; NULL: all there are */
	int is_live;		/* --live: may ask the provider and log in */
	int is_json;
	struct postfix_instances postfixes;	/* none if not root */
	FILE *to;		/* where findings are shown */
	int channel;		/* of a check's process; -1 in the command's */
	enum status worst;	/* of the first fault */
	int has_bad_store;	/* reported already, with all its effects */
	unsigned faults, warnings, shown;
	char *again;		/* the faults found, a line each; allocated */
};

struct check {
	const char *name;	/* of findings about the check itself */
	void (*run)(struct doctor *d);
	int seconds;		/* after which it is killed */
	int is_tokend;		/* as root: run as the tokend user */
};

/* Shows the finding of a row for the check of that name. */
void doctor_found(struct doctor *d, const char *check,
    const struct known *row, const struct known_value *values);

/* The same, with a failure's code in place of the row's. */
void doctor_found_as(struct doctor *d, const char *check,
    const struct known *row, enum status code,
    const struct known_value *values);

/* Shows a finding, and counts it. */
void doctor_report(struct doctor *d, const struct finding *f);

/* At a terminal: the check that runs; NULL removes the line. */
void doctor_progress(const struct doctor *d, const char *what);

/* Runs it in a process of its own, and shows what that found (run_check.c). */
void doctor_run_check(struct doctor *d, const struct check *c);

/* A process that checks, and the channel on which its findings come. */
struct check_child {
	pid_t pid;
	int channel;
};

/*
 * Forks one, whose findings go to the channel (run_check.c): 0 in the child,
 * which ends by _exit; 1 in the parent; -1 with errno.
 */
int doctor_fork(struct doctor *d, struct check_child *c);

/* Closes the channel and waits for the end of it. Returns its wait status. */
int doctor_wait(const struct check_child *c);

/* The checks, in their order. */
void doctor_plugin(struct doctor *d);	/* where it is, loads, rivals */
void doctor_choice(struct doctor *d);	/* what a host would choose */
void doctor_scopes(struct doctor *d);	/* accounts of two scopes */
void doctor_accounts(struct doctor *d);	/* files, placeholders, owners */
void doctor_nullmailer(struct doctor *d);	/* its module, its user */
void doctor_sockets(struct doctor *d);	/* what can reach tokend */
void doctor_denials(struct doctor *d);	/* SELinux, AppArmor in the log */
void doctor_provider(struct doctor *d);	/* job examine: clock to token */
void doctor_mail(struct doctor *d);	/* job examine: mail servers */
void doctor_postfix(struct doctor *d);	/* options that defeat it */
void doctor_queue(struct doctor *d);	/* mail that waits because of us */
