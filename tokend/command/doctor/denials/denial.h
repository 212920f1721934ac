/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * denial.h - one line of a log by which SELinux or AppArmor says no.
 *
 * Both come as records of the kernel's audit, in whichever log they end up:
 * `avc:  denied  { PERMISSIONS } for ... comm= path= scontext= tcontext=
 * tclass=', `apparmor="DENIED" operation= profile= name= comm=
 * requested_mask='; the time stands in `audit(SECONDS.'.
 */
#ifndef TOKEND_DOCTOR_DENIAL_H
#define TOKEND_DOCTOR_DENIAL_H

#include <stddef.h>
#include <stdint.h>

#include "common/finding.h"

#define DENIAL_WORD 128
#define DENIAL_PATH 512

struct denial {
	int is_apparmor;
	int is_permissive;		/* said, and let through */
	int64_t when;			/* wall clock, 0: not said */
	char what[DENIAL_WORD];		/* permissions, or operation */
	char mask[DENIAL_WORD];		/* requested_mask */
	char comm[DENIAL_WORD];		/* the program */
	char path[DENIAL_PATH];		/* "" if it says none */
	char profile[DENIAL_PATH];	/* AppArmor's */
	char type[DENIAL_WORD];		/* of tcontext */
	char tclass[DENIAL_WORD];
};

/*
 * Takes the line apart if it is a denial that names tokend or the plugin. 1,
 * or 0. All texts are printable.
 */
int denial_parse(struct denial *a, const char *line, size_t len);

/* True if both tell of the same. */
int denial_equal(const struct denial *a, const struct denial *b);

/*
 * True if the policy, or what was denied, was changed after it: whether it
 * still holds, only a new denial can tell.
 */
int denial_is_over(const struct denial *a);

/* Fills the finding, but for its check; now is for "ago". */
void denial_describe(const struct denial *a, struct finding *f, int64_t now);

#endif
