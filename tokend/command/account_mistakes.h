/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account_mistakes.h - mistakes in an account that show without a network and
 * do not keep it from being loaded: for login and doctor.
 */
#pragma once

#include <stddef.h>

#include "account/account.h"

/*
 * A scope of Microsoft Graph, and whether there are ones of Outlook, too. Not
 * that of an account which sends by Graph.
 */
struct graph {
	const char *word;	/* in a->scope; NULL: none */
	int len;		/* cut for a text */
	int has_outlook;
};

void mistake_graph_scope(struct graph *g, const struct account *a);

/*
 * The next name of an `allow' that this machine does not know, with its '@',
 * from *at on, which moves past it. 1; 0 when there is none.
 */
int mistake_unknown_allow(const char **at, char name[256]);

/*
 * Refuses an allow with a user or group that this machine does not have: a
 * typing error would let no client in. 0 (also for NULL), or -1 with why.
 */
int mistake_check_allow(const char *account, const char *allow,
    struct failure *why);
