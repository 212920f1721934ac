/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sasl_host.h - libsasl2 and its plugins, as a mail program has them.
 *
 * tokend links no libsasl2. A child opens the one that programs here use and
 * has it load its plugins, as such a program would; what it sees it writes to
 * memory that it shares with its parent. A plugin that crashes ends the child
 * alone, and the next child does without that file.
 */
#pragma once

#include <stddef.h>

#define HOST_PATH 1024
#define HOST_TEXT 256
#define HOST_FILES 48
#define HOST_MECHS 64
#define HOST_QUESTIONS 8

/* A file that libsasl2 takes for a plugin. */
struct host_file {
	char path[HOST_PATH];
	char error[HOST_TEXT];	/* why it cannot be loaded; "": it can */
	int signal;		/* that ended the child, loading it, or 0 */
};

/* A client mechanism; first in libsasl2's order, first chosen. */
struct host_mech {
	char name[24];
	char file[HOST_PATH];	/* that it is of */
	unsigned flags;		/* SASL_SEC_* */
};

/* What would be chosen of a server's list? */
struct host_question {
	const char *list;
	unsigned flags;		/* SASL_SEC_* that the program asks for */
	char chosen[24];	/* "": none */
	char words[HOST_TEXT];	/* libsasl2's, where none is */
};

struct host {
	char library[HOST_PATH];	/* that was opened */
	char error[HOST_TEXT];		/* why none could be; else "" */
	size_t files, mechs, questions;
	struct host_file file[HOST_FILES];
	struct host_mech mech[HOST_MECHS];
	struct host_question question[HOST_QUESTIONS];
	int at;		/* of file[], being loaded; -1 */
	/*
	 * A library that this system's programs do not load by themselves: of
	 * its plugins none is loaded where others may write.
	 */
	int is_copy;
	int is_done;
};

/*
 * A host to be run, without questions; NULL without memory. As root it is one
 * that knows no SASL_PATH: mail servers have none.
 */
struct host *host_make(void);

void host_ask(struct host *h, const char *list, unsigned flags);

/*
 * Runs it, with the library of that path, or (NULL) the one that the loader
 * finds. Takes 10 s at most for each file that crashes or hangs (SIGALRM), of
 * which it bears a few. 0; -1 with h->error if nothing can be said.
 */
int host_run(struct host *h, const char *library);

void host_free(struct host *h);

/*
 * What the child does (sasl_child.c): opens the library and fills h. The
 * process ends soon after.
 */
void sasl_child_run(struct host *h, const char *library);

/* The first mechanism of that name, or NULL. */
const struct host_mech *host_find(const struct host *h, const char *name);

/* True if some mechanism of h is of the file. */
int host_offers(const struct host *h, const char *file);

/*
 * The folder that plugins are in: 1, of the first file; else 0, the usual one
 * next to the library.
 */
int host_folder(const struct host *h, char folder[HOST_PATH]);

/*
 * 1 if the file at path is a plugin of ours, with its version (if it says
 * one; NULL: it is not asked for); 0 if it is another's, or cannot be read.
 */
int host_is_ours(const char *path, char version[32]);

/* The first file of h that is a plugin of ours, or NULL. */
const struct host_file *host_find_ours(const struct host *h, char version[32]);
