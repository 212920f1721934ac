/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setup.h - `tokend setup PROGRAM`: what is to change in a program's files.
 *
 * A program's recipe (one file each, a row in recipes.c) reads the files as
 * they are and says how they must be: it changes nothing. setup_command.c
 * shows the difference, asks, keeps a copy, writes all or nothing, and can
 * undo it.
 * Where the program has a tool that edits its files (postconf, git config),
 * the recipe runs it on a copy, so that the tool decides how its files look.
 *
 * Idempotent: a plan without a difference is "nothing to do". What a recipe
 * does not understand is an error at FILE:LINE, and nothing is changed.
 */
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include "account/account.h"
#include "base/buf.h"
#include "base/truth.h"
#include "disk/scope.h"
#include "base/status.h"

#define SETUP_FILES 8
#define SETUP_STEPS 12
#define SETUP_ARGS 8
#define SETUP_TEXT_MAX 1048576	/* of one file */
#define SETUP_NOTES_MAX 4096

/*
 * A file, as it is and as it will be. Files are written in the order of their
 * setup_file() calls: what leads to the others comes last, so that a power
 * failure in between leaves nothing that refers to what is not there.
 */
struct setup_file {
	char *path;		/* absolute, as people know it */
	char *target;		/* what is written: path, its links followed */
	struct buf old, new;	/* old is empty if !existed */
	int existed;
	int is_removed;		/* it will not be there */
	int has_words;		/* its options are words, wherever lines end */
	mode_t mode;		/* of a new one; an old one keeps its own */
	uid_t uid;		/* the same; -1: who makes it */
	gid_t gid;
	struct stat st;		/* of the one that was read */
};

/* A command that makes it count, run once the files are written. */
enum step_kind {
	STEP_BOTH,		/* at setup, and again at --undo */
	STEP_QUESTION,		/* the same; if it fails the next is left out */
	STEP_SETUP,		/* at setup only */
	STEP_UNDO		/* at --undo only: undoes such a one */
};

struct setup_step {
	char *args[SETUP_ARGS + 1];	/* args[0] is an absolute path */
	enum step_kind kind;
	int is_left_out;
};

struct setup {
	const struct scope *scope;
	const struct account *account;	/* loaded; what it is set up for */
	const char *home;		/* absolute; NULL for root's programs */
	const char *config;		/* --config, absolute: instead of the
					   usual file or folder; NULL: usual */
	struct setup_file files[SETUP_FILES];
	size_t file_count;
	struct setup_step steps[SETUP_STEPS];
	size_t step_count;
	struct buf notes;		/* lines for the person, after all */
	char *copies;			/* folder of setup_copy_out, or NULL */
	const struct setup *before;	/* files are as this one leaves them */
};

struct setup_program {
	const char *name;		/* as typed */
	const char *summary;		/* for --help */
	/*
	 * What shows that it is installed, any of these words will do: programs
	 * in PATH, or paths.
	 */
	const char *signs;
	unsigned servers;		/* 1 << enum account_server: it needs
					   one of these, or has none to use */
	int for_root;			/* 1: system scope only, 0: user's */
	/*
	 * To log in with the account's tokens; and, --send, to hand mail over
	 * to tokend, which sends it. NULL: it does not do that.
	 */
	int (*plan)(struct setup *s, struct failure *why);
	int (*plan_send)(struct setup *s, struct failure *why);
};

extern const struct setup_program setup_programs[];	/* ends with NULL */

int setup_postfix(struct setup *s, struct failure *why);
int setup_postfix_send(struct setup *s, struct failure *why);
int setup_nullmailer(struct setup *s, struct failure *why);
int setup_sendmail(struct setup *s, struct failure *why);
int setup_exim(struct setup *s, struct failure *why);
int setup_ssmtp(struct setup *s, struct failure *why);
int setup_mbsync(struct setup *s, struct failure *why);
int setup_msmtp(struct setup *s, struct failure *why);
int setup_mutt(struct setup *s, struct failure *why);
int setup_fetchmail(struct setup *s, struct failure *why);
int setup_aerc(struct setup *s, struct failure *why);
int setup_getmail(struct setup *s, struct failure *why);
int setup_offlineimap(struct setup *s, struct failure *why);
int setup_git(struct setup *s, struct failure *why);

/*
 * The file at path, read; its new text begins as the old. One that is not
 * there is made, with its folders: 0644 by root's programs, 0600 by a user's
 * own, if the recipe sets no other mode. Links are followed, and the path is
 * checked, as safe_path.h says. NULL with why.
 */
struct setup_file *setup_file(struct setup *s, const char *path,
    struct failure *why);

/* The same of folder and, appended to it, name: "/main.cf". */
struct setup_file *setup_file_in(struct setup *s, const char *folder,
    const char *name, struct failure *why);

/* Adds text at the end of f, on a line of its own. -1 with why. */
int setup_append(struct setup_file *f, const char *text,
    struct failure *why);

/* Makes text all that f will hold; it is wiped. -1 with why. */
int setup_replace(struct setup_file *f, struct buf *text,
    struct failure *why);

/*
 * A line for the person; and a step: words, the first an absolute path. -1 with
 * why.
 */
int setup_note(struct setup *s, struct failure *why, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#define setup_step(s, why, ...) \
	plan_step(s, (const char *const[]){ __VA_ARGS__, NULL }, STEP_BOTH, why)
int plan_step(struct setup *s, const char *const args[], enum step_kind kind,
    struct failure *why);

/*
 * A line that says how the program is run with what was set up: `PROGRAM
 * [OPTION CONFIG] [ARGUMENT]', each a word of sh(1). OPTION is how it is given
 * another file than its usual one, ARGUMENT may be NULL. -1 with why.
 */
int setup_note_run(struct setup *s, struct failure *why, const char *program,
    const char *option, const char *argument);

/*
 * A step that only asks, before the files are written: if it fails, the step
 * after it is left out.
 */
#define setup_step_if(s, why, ...) \
	plan_step(s, (const char *const[]){ __VA_ARGS__, NULL }, \
	    STEP_QUESTION, why)

/*
 * Writes f's new text to a file of the same name in a private folder,
 * s->copies, for a program's own tool to edit; all copies share the folder,
 * which is removed at the end. And reads the copy back, as f's new text. -1
 * with why.
 */
int setup_copy_out(struct setup *s, const struct setup_file *f,
    struct failure *why);
int setup_copy_back(struct setup *s, struct setup_file *f, struct failure *why);

/*
 * Runs a tool (words, the first an absolute path) that may change nothing but
 * copies; output is appended, if it is not NULL. Returns its exit status; -1
 * with why: it could not be run, or said nothing in time.
 */
#define setup_tool(output, why, ...) \
	tool_run((const char *const[]){ __VA_ARGS__, NULL }, output, NULL, why)
int tool_run(const char *const argv[], struct buf *output,
    struct buf *complaint, struct failure *why);

/*
 * The same, where another status than 0 is a failure, whose text has what the
 * tool said. 0, or -1 with why.
 */
#define setup_must(output, why, ...) \
	tool_must((const char *const[]){ __VA_ARGS__, NULL }, output, why)
int tool_must(const char *const argv[], struct buf *output,
    struct failure *why);
