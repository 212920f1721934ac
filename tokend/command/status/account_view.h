/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account_view.h - what `tokend status` knows of one account, and shows of it.
 */
#pragma once

#include <stdint.h>

#include "account/account.h"
#include "files/usable.h"
#include "state/send_hold.h"
#include "state/state.h"
#include "base/status.h"

/* The worst is the largest number. */
enum health {
	HEALTH_GOOD,
	HEALTH_WARNING,		/* mail still goes, or some of it */
	HEALTH_FAULT		/* no token can be had */
};

struct view {
	const char *name;
	struct failure failure;	/* that holds; STATUS_OK: none */
	struct account account;	/* its file, if is_loaded */
	int is_loaded;
	int is_system;		/* of the system's scope */
	struct state state;
	struct send_hold hold;	/* of one that sends; until is 0: none counts */
	int64_t expires;	/* of the token; 0: none that counts */
	int64_t fresh_until;	/* renewed from then on */
	int is_served;		/* something renews it (command.h): set by */
				/* who calls view_print */
};

/*
 * Looks at the account; asks no provider. folders is what usable_folders()
 * found, once for all accounts. name is borrowed; v->account is to be freed
 * (account_look.c).
 */
void view_look(struct view *v, const struct scope *s,
    const struct usable *folders, const char *name, int64_t now);

/* Its health; why is one line about it, with STATUS_OK too. */
enum health view_health(const struct view *v, int64_t now,
    struct failure *why);

/* How long its token is good, and since when, as a text with STATUS_OK. */
void view_tokens(const struct view *v, int64_t now, struct failure *text);

/*
 * On standard output: for people, in 80 columns, and one JSON object, without
 * the line's end (-1 if there is no memory).
 */
void view_print(const struct view *v, int64_t now);
int view_print_json(const struct view *v);

/* A failure's text without the name of the account in front of it. */
const char *view_unnamed(const char *text, const char *name);
