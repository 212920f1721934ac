/*
 * setup.h - `tokend setup PROGRAM`: what is to change in a program's files.
 *
 * A program's recipe (one file each, a row in programs.c) reads the files as
 * they are and says how they shall be: it changes nothing. setup.c shows the
 * difference, asks, keeps a copy, writes all or nothing, and can take it back.
 * Where the program has a tool that edits its files (postconf, git config),
 * the recipe runs it on a copy, so that the tool decides how its files look.
 *
 * Idempotent: a plan without a difference is "nothing to do". What a recipe
 * does not understand is an error at FILE:LINE, and nothing is changed.
 */
#ifndef TOKEND_SETUP_H
#define TOKEND_SETUP_H

#include <sys/types.h>

#include "account/account.h"
#include "buf.h"
#include "scope.h"
#include "status.h"

#define SETUP_FILES 6
#define SETUP_STEPS 4
#define SETUP_ARGS 8
#define SETUP_TEXT_MAX 1048576	/* of one file */

/* A file, as it is and as it shall be. */
struct setup_file {
	char *path;		/* absolute */
	struct buf old, new;	/* old is empty if !existed */
	int existed;
	mode_t mode;		/* of a new one; an old one keeps its own */
	uid_t uid;
	gid_t gid;
};

/* A command that makes it count, run once the files are written. */
struct setup_step {
	char *args[SETUP_ARGS + 1];	/* args[0] is an absolute path */
};

struct setup {
	const struct scope *scope;
	const struct account *account;	/* loaded; what it is set up for */
	const char *home;		/* NULL for root's system-wide files */
	const char *config;		/* --config: instead of the usual file or
					   folder; NULL: the usual */
	struct setup_file files[SETUP_FILES];
	size_t file_count;
	struct setup_step steps[SETUP_STEPS];
	size_t step_count;
	struct buf notes;		/* lines for the person, after all */
};

struct setup_program {
	const char *name;		/* as typed */
	const char *summary;		/* for --help */
	int for_root;			/* 1: system scope only, 0: user's own */
	int (*plan)(struct setup *s, struct failure *why);
};

extern const struct setup_program setup_programs[];	/* ends with NULL */

int setup_postfix(struct setup *s, struct failure *why);
int setup_sendmail(struct setup *s, struct failure *why);
int setup_ssmtp(struct setup *s, struct failure *why);
int setup_mbsync(struct setup *s, struct failure *why);
int setup_msmtp(struct setup *s, struct failure *why);
int setup_mutt(struct setup *s, struct failure *why);
int setup_fetchmail(struct setup *s, struct failure *why);
int setup_git(struct setup *s, struct failure *why);

/*
 * The file at path, read; its new text begins as the old. A file that is a
 * symbolic link is followed once its target's folder is as safe as its own.
 * NULL with why.
 */
struct setup_file *setup_file(struct setup *s, const char *path,
    struct failure *why);

/* A line for the person; and a step (NULL-ended words). -1 with why. */
int setup_note(struct setup *s, struct failure *why, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int setup_step(struct setup *s, struct failure *why, const char *path, ...)
    __attribute__((sentinel));

#endif
