/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * list.h - all accounts of a scope, for `tokend status` and --check.
 */
#pragma once

#include <stdint.h>

#include "command/status/account_view.h"
#include "base/name.h"
#include "disk/scope.h"
#include "base/status.h"

/* One account; the views of many would fill the memory. */
struct row {
	char name[NAME_MAX_LEN + 1];
	enum health health;
	struct failure why;	/* view_health */
	int64_t expires;	/* 0: no token that counts */
	int64_t refreshed;	/* 0: never */
};

struct list {
	struct row *row;	/* the worst first, then by name */
	size_t count;
	size_t of[HEALTH_FAULT + 1];	/* how many are so */
	enum status worst;
};

/*
 * Looks at the accounts, or at given alone where that is not NULL. 0, or -1
 * with why. l is to be freed either way.
 */
int list_read(struct list *l, const struct scope *s, const char *given,
    int64_t now, struct failure *why);

/* Sorts and counts again, after a row has changed. */
void list_sort(struct list *l);

/*
 * A line an account on standard output, cut to the width of a terminal, and a
 * summary.
 */
void list_print(const struct list *l);
void list_free(struct list *l);

/* The worse of two failures, for an exit status. */
enum status list_worse(enum status a, enum status b);
