/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * recipe_rows.h - the rows that the editor goes by, one or two for each
 * program; its file has them, with where its files are.
 */
#pragma once

#include "command/setup/editor/editor.h"
#include "base/name.h"

/*
 * mbsync(1), "CONFIGURATION". Values: tls_type, the option of the installed
 * version; folder, for new mail, with no slash; port_line, see mbsync_values.
 */
extern const struct recipe mbsync_recipe;

#define MBSYNC_VALUES 4

/* The values for m, and a version with that option. */
void mbsync_values(struct edit_value values[MBSYNC_VALUES],
    char port_line[32], const char *tls_type, const struct mailbox *m);

/* msmtp(1), "CONFIGURATION FILES". */
extern const struct recipe msmtp_recipe;

/* edit_make for it, where msmtp can have m's sender. */
enum edit_result msmtp_make(struct edit *e, struct failure *why);

/* ssmtp.conf(5), with the keys of the patch. */
extern const struct recipe ssmtp_recipe;

/* edit_blocks for it, where the file can have m's name. */
enum edit_result ssmtp_edit(struct edit *e, struct failure *why);

/* Which of its configurations Debian's Exim has; edit_blocks for it. */
extern const struct recipe exim_recipe;

/*
 * muttrc(5), as far as it is `set` commands that nothing else runs: hooks and
 * sourced files are not looked at.
 */
extern const struct recipe mutt_imap_recipe, mutt_smtp_recipe;

/*
 * Makes mutt fetch by imap, and send by smtp, with tokens; either may be
 * NULL. A file with several IMAP accounts in it is an error. The caller has
 * asked mutt_sends_otherwise. -1 with why, at path and line.
 */
int mutt_edit(struct buf *text, const char *path, const struct mailbox *imap,
    const struct mailbox *smtp, struct failure *why);

/*
 * True if the file sends by something else than smtp's server: a smtp_url of
 * another host, or a program.
 */
int mutt_sends_otherwise(const struct buf *text, const struct mailbox *smtp);

/* fetchmail(1), "THE RUN CONTROL FILE". */
extern const struct recipe fetchmail_imap_recipe, fetchmail_pop_recipe;

/*
 * edit_blocks, and edit_add for the user here if local is not NULL. The edit's
 * values are set.
 */
enum edit_result fetchmail_edit(struct edit *e, const char *local,
    struct failure *why);

/* aerc-accounts(5). Values: from; sending, the lines by which it sends. */
extern const struct recipe aerc_imap_recipe, aerc_smtp_recipe;

/*
 * edit_make for both; e is aerc_imap_recipe's. smtp NULL: the account does not
 * send. asks_starttls: the version sends by STARTTLS only where it is told to.
 */
enum edit_result aerc_make(struct edit *e, const struct mailbox *smtp,
    int asks_starttls, struct failure *why);

/* getmail6, and offlineimap3 with its values. */
extern const struct recipe getmail_recipe, offlineimap_recipe;

struct fetch_values {
	char port_line[32];
	char label[NAME_MAX_LEN + 1], folder[NAME_MAX_LEN + 16];
	char general[NAME_MAX_LEN + 32];	/* a section, or nothing */
	struct edit_value values[7];
};

/* Sets e's values and bits; port_name is the option with a port. */
void fetch_values(struct fetch_values *v, struct edit *e,
    const char *port_name, const char *ca_file);

/* edit_blocks; and edit_add, to a file without any section. */
enum edit_result getmail_edit(struct edit *e, struct failure *why);
int getmail_add(struct edit *e, struct failure *why);

/* edit_make, and the new account is one of those that are synchronised. */
enum edit_result offlineimap_make(struct edit *e, struct fetch_values *v,
    struct failure *why);
