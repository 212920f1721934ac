/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * relay.h - what the parts of `tokend setup postfix` share.
 *
 * smtp(8) logs in with the account's tokens; or, with --send, pipe(8) hands
 * each mail to tokend-sendmail, and no process of Postfix gets a token
 * (relay_send.c).
 *
 * Either has two ways. Where Postfix relays nothing yet, or relays by this
 * server already and by nothing else, the account relays all mail
 * (relay_all.c). In any other case nothing that works may change: mail from
 * the account's own address goes by a transport of its own, with its own
 * mechanism filter, and the rest goes as before (relay_sender.c).
 *
 * What Postfix says of itself is asked of postconf(1); it edits the copies.
 * Questions are about the files as they are: Postfix waits until a main.cf is
 * older than a second, so that to ask it about each edit would take minutes.
 */
#pragma once

#include "command/setup/setup.h"
#include "command/postfix/root_mail.h"

#define POSTFIX_FOLDER "/etc/postfix"
#define POSTCONF "/usr/sbin/postconf"
#define RELAY_VALUE_MAX 65536
#define RELAY_WORDS_MAX 600
#define RELAY_MECHANISMS "xoauth2,oauthbearer"

struct relaying {
	struct setup *s;
	const char *folder;		/* of main.cf */
	char host[256];			/* of the account's server */
	char relay[300];		/* "[HOST]:PORT" */
	int is_wrapped;			/* TLS from the first byte */
	int is_free;			/* nothing else is relayed */
	const char *ca_file;		/* read before the jail is entered */
	struct setup_file *master, *main;	/* copies to postconf */
	int sends;			/* no smtp(8): tokend sends */
	const char *from;		/* then: what senders become */
	int is_rewriting;		/* senders of this machine, by: */
	struct sender_rule rule;
};

/*
 * The effective value of a parameter, $names expanded, without its newline;
 * replaces what value held. -1 with why.
 */
int relay_get(const struct relaying *p, const char *name, struct buf *value,
    struct failure *why);

/* Questions below are IS_UNKNOWN with why. */

/* Is the parameter's value the word? */
enum truth relay_is(const struct relaying *p, const char *name,
    const char *word, struct failure *why);

/* A parameter, and the values that will do; "-" is an empty one. */
struct usual_value {
	const char *name, *words;
};

/* Has each one of its values? A row without a name ends them. */
enum truth relay_is_usual(const struct relaying *p,
    const struct usual_value *usual, struct failure *why);

/*
 * Does a service of master.cf ("smtp/unix") itself set a parameter that begins
 * with prefix? The value of an exact name is put into value, if there is a
 * place for it.
 */
enum truth relay_overrides(const struct relaying *p, const char *service,
    const char *prefix, struct buf *value, struct failure *why);

/* Has master.cf the service? */
enum truth relay_has(const struct relaying *p, const char *service,
    struct failure *why);

/* Sets a parameter in the copies main.cf, if it is not that by now. */
int relay_set(struct relaying *p, const char *name, const char *value,
    struct failure *why);

/*
 * Adds the text file of the folder to the tables that are a parameter's value
 * there, unless it is one of them; check, which may be NULL, sees those before.
 */
typedef int relay_check(const struct relaying *p, const char *tables,
    struct failure *why);
int relay_add_table(struct relaying *p, const char *parameter,
    const char *file, relay_check *check, struct failure *why);

/* Adds a service to the copies master.cf: its seven columns and command. */
int relay_add(struct relaying *p, const char *service, const char *line,
    struct failure *why);

/* Sets a parameter of a service there, if it is not that by now. */
int relay_override(struct relaying *p, const char *service,
    const char *name, const char *value, struct failure *why);

/* The column "chroot" of smtp/unix: "y", "n" or "-". */
int relay_chroot(const struct relaying *p, char column[8],
    struct failure *why);

/* What a table of passwords has for the account: "NAME:tokend". */
int relay_login(const struct relaying *p, char text[RELAY_WORDS_MAX],
    struct failure *why);

/*
 * Can the account relay, or does it relay, all mail? p->is_free says whether
 * main.cf may change for it.
 */
enum truth relay_is_alone(struct relaying *p, struct failure *why);
int relay_all(struct relaying *p, struct failure *why);

/*
 * The path of a single table whose text is a file that postmap(1) or
 * postalias(1) reads, "hash:/etc/aliases"; NULL for any other.
 */
const char *relay_table_path(const char *table);

/*
 * Where mail to root stays on the machine, gives root an alias: the account's
 * mailbox. -1 with why.
 */
int relay_root(struct relaying *p, struct failure *why);

/*
 * The account's mailbox: that which smtp(8) logs in as, and where tokend sends
 * (p->sends), that of the person. relay_mailbox: NULL if no table takes it as
 * it is.
 */
const char *relay_address(const struct relaying *p);
const char *relay_mailbox(const struct relaying *p);

/* Of which domain this machine's own mail is, and where that belongs. */
enum origin relay_origin(const struct relaying *p, char domain[ORIGIN_MAX],
    struct failure *why);

/*
 * Where the relay takes no sender but the mailbox's own, gives what programs of
 * this machine send the mailbox as their sender: first the table, then, in the
 * copies main.cf, what names it. -1 with why.
 */
int relay_rewrite(struct relaying *p, struct failure *why);
int relay_set_rewriting(struct relaying *p, struct failure *why);

/* Does mail from the account's address go by it already? */
enum truth relay_has_sender(const struct relaying *p, struct failure *why);

/*
 * Where mail from the account's address goes: its line in the table of
 * senders; and, in the copies main.cf, the table among those that there are.
 * -1 with why.
 */
int relay_route_sender(struct relaying *p, const char *route,
    struct failure *why);
int relay_set_routes(struct relaying *p, struct failure *why);

/* The folder has a name that lists of tables can have; -1 with why. */
int relay_check_folder(const struct relaying *p, struct failure *why);

int relay_sender(struct relaying *p, int plugin_is_new, struct failure *why);

/* Reads main.cf and master.cf, as the last files, and copies them. */
int relay_copy_out(struct relaying *p, struct failure *why);

/* Takes what became of one of the two. -1 with why. */
int relay_copy_back(struct relaying *p, struct setup_file *f,
    struct failure *why);

/* At the end: takes both, and a Postfix that runs is reloaded. */
int relay_finish(struct relaying *p, struct failure *why);
