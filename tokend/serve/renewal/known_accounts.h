/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * known_accounts.h - the accounts that the schedule knows, by name.
 *
 * As many as there are account files: what is remembered of an account ends
 * with its file, so the memory is bounded by them.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "files/folder.h"
#include "serve/renewal/failure_memory.h"

struct known_account {
	char *name;
	int64_t due;		/* wall clock; 0: not ours to renew */
	int64_t look_at;	/* clock_ms; not started before */
	int is_running;
	int has_failed;		/* the last time */
	uint64_t provider;	/* running_workers_provider */
	struct failure_memory memory;
};

/* All zero: none is known. In the order of strcmp(3). */
struct known_accounts {
	struct known_account *known;
	size_t count;
};

/*
 * Takes over a list of names, in that order: those that were known keep what
 * is remembered of them, the others are new or forgotten. The names move out
 * of n. 0; or -1 without memory, then nothing has changed.
 */
int known_accounts_update(struct known_accounts *r, struct names *n);

/* The account of that name, or NULL. */
struct known_account *known_accounts_find(const struct known_accounts *r,
    const char *name);

/* The index of the first account after that name; count if there is none. */
size_t known_accounts_after(const struct known_accounts *r, const char *name);
