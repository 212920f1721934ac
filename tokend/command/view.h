/*
 * view.h - all that `tokend status` shows of one account.
 */
#ifndef TOKEND_VIEW_H
#define TOKEND_VIEW_H

#include <stdint.h>

#include "account/account.h"
#include "account/state.h"
#include "status.h"

struct view {
	const char *name;
	struct failure failure;	/* standing; STATUS_OK: none */
	struct account account;	/* its file, if is_loaded */
	int is_loaded;
	struct state state;
	int64_t expires;	/* of the token; 0: none that counts */
	int64_t fresh_until;	/* renewed from then on */
};

/* On standard output: for people, in 80 columns, and one JSON object. */
void view_print(const struct view *v, int64_t now);
void view_print_json(const struct view *v);

#endif
