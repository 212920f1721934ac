/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * order.h - what a command line orders: which mail, to whom, by which account.
 */
#pragma once

#include "sendmail/recipients.h"
#include "base/status.h"

enum order_kind {
	ORDER_SEND,
	ORDER_LIST_QUEUE,	/* mailq, -bp */
	ORDER_RUN_QUEUE,	/* -q */
	ORDER_MAKE_ALIASES,	/* newaliases, -bi */
	ORDER_HELP
};

struct order {		/* strings are borrowed */
	enum order_kind kind;
	const char *account;	/* NULL: plugin.conf's */
	const char *sender;	/* NULL: the user; "": the null reverse-path */
	const char *full_name;	/* for a From that is missing, or NULL */
	int is_in_header;	/* -t: To, Cc and Bcc name recipients, too */
	int dot_ends;		/* a line with a dot alone ends the mail */
	int is_quiet;
	int is_verbose;
	struct recipients to;
};

/*
 * Reads sendmail's command line, as programs have it. argv[0] is the program's
 * name, of which mailq and newaliases have a meaning. -1 with STATUS_USAGE, or
 * STATUS_MESSAGE for a recipient that is no address. To be freed either way.
 */
int order_read_sendmail(struct order *o, int argc, char *argv[],
    struct failure *why);

/* The same for `tokend send`. */
int order_read_send(struct order *o, int argc, char *argv[],
    struct failure *why);

void order_free(struct order *o);
