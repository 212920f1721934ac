/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * postfix.h - one instance of Postfix, as its own tools show it.
 *
 * postconf(1) and postmap(1) read the files, so what counts here is what
 * counts for Postfix. They change nothing.
 */
#pragma once

#include "base/buf.h"
#include "disk/scope.h"
#include "base/status.h"

#define POSTFIX_DEFAULT "/etc/postfix"
#define POSTFIX_CLIENTS 32	/* smtp transports that are looked at */
#define POSTFIX_ROUTES 64
#define POSTFIX_COMMAND_MAX 256	/* bytes kept of a service's command */
#define POSTFIX_NAME_MAX 64
#define POSTFIX_TEXT_MAX 1048576	/* bytes that a tool may print */

/* A line of master.cf that runs smtp(8). */
struct postfix_service {
	char name[POSTFIX_NAME_MAX];
	int is_jailed;
	int is_verbose;		/* -v: it logs what it sends */
	char quiet[POSTFIX_COMMAND_MAX];	/* its command without -v */
};

struct postfix {
	char config[SCOPE_PATH_MAX];
	/* Lines, each ended by a NUL: */
	struct buf parameters;	/* "name = value", all there are */
	struct buf stated;	/* the same of those that main.cf has */
	struct buf overrides;	/* "name/unix/parameter = value" */
	struct postfix_service clients[POSTFIX_CLIENTS];
	size_t client_count;
};

#define POSTFIX_INIT { .parameters = BUF_INIT(POSTFIX_TEXT_MAX), \
	.overrides = BUF_INIT(POSTFIX_TEXT_MAX), \
	.stated = BUF_INIT(POSTFIX_TEXT_MAX) }

/* 0, or -1 with why. p is to be freed either way. */
int postfix_read(struct postfix *p, const char *config, struct failure *why);
void postfix_free(struct postfix *p);

/*
 * The value that counts for a service (NULL: main.cf's), "" for none. Valid
 * as long as p.
 */
const char *postfix_value(const struct postfix *p,
    const struct postfix_service *service, const char *name);

/* True if that value is the word, in any case: "yes" mostly. */
int postfix_is(const struct postfix *p, const struct postfix_service *service,
    const char *name, const char *word);

/* True if main.cf has it; and if the service's line in master.cf has it. */
int postfix_is_stated(const struct postfix *p, const char *name);
int postfix_is_override(const struct postfix *p,
    const struct postfix_service *service, const char *name);

/* True if any of its services logs in at a relay. */
int postfix_logs_in(const struct postfix *p);

/* True if its master(8) runs, which holds a lock; only root can see that. */
int postfix_runs(const struct postfix *p);

const struct postfix_service *postfix_find_client(const struct postfix *p,
    const char *name, size_t len);

/*
 * Runs a tool of Postfix (postconf, postmap, postqueue, postmulti) on the
 * instance at config, with the words after why, NULL-ended, 5 at most.
 * Appends what it prints to output, which may be a secret. Returns its exit
 * status, with its complaint in why; -1 with why if it did not end by itself.
 */
int postfix_tool(const char *config, const char *program, struct buf *output,
    struct failure *why, ...) __attribute__((sentinel));

/* The next line of text (NUL at its end), or NULL; *at goes on after it. */
char *postfix_next_line(char **at);
