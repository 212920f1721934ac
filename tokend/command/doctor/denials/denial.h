/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * denial.h - one line of a log about a denial by SELinux or AppArmor.
 *
 * Both come as records of the kernel's audit, in whichever log they end up:
 * `avc:  denied  { PERMISSIONS } for ... comm= path= scontext= tcontext=
 * tclass=', `apparmor="DENIED" operation= profile= name= comm=
 * requested_mask='; the time is in `audit(SECONDS.'.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "common/finding.h"

#define DENIALS_CHECK "denials"
#define DENIAL_WORD 128
#define DENIAL_PATH 512

struct denial {
	int is_apparmor;
	int is_permissive;		/* logged, and allowed */
	int64_t when;			/* wall clock; 0: unknown */
	char what[DENIAL_WORD];		/* permissions, or operation */
	char mask[DENIAL_WORD];		/* requested_mask */
	char comm[DENIAL_WORD];		/* the program */
	char path[DENIAL_PATH];		/* "" if there is none */
	char profile[DENIAL_PATH];	/* AppArmor's */
	char type[DENIAL_WORD];		/* of tcontext */
	char tclass[DENIAL_WORD];
};

/*
 * Parses the line. 1; 0 if it is not a denial that names tokend or the plugin.
 * All texts are printable.
 */
int denial_parse(struct denial *a, const char *line, size_t len);

/* True if both are about the same access. */
int denial_equal(const struct denial *a, const struct denial *b);

/*
 * True if the policy, or the denied file, was changed after it: only a new
 * denial shows whether it still holds.
 */
int denial_is_over(const struct denial *a);

/* Fills the finding; now is for "ago". */
void denial_describe(const struct denial *a, struct finding *f, int64_t now);
