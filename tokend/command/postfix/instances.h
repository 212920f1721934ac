/* SPDX-License-Identifier: BSD-2-Clause */
/* instances.h - all instances of Postfix on this machine, each read once */
#pragma once

#include <stddef.h>

#include "command/postfix/postfix.h"

struct postfix_instance {
	struct postfix postfix;	/* its config always */
	int is_read;
	struct failure why;	/* if it is not */
};

struct postfix_instances {
	struct postfix_instance *each;
	size_t count;
};

/*
 * The one at config, then those that postmulti(1) says are active. -1 with
 * why: out of memory. To be freed either way.
 */
int instances_read(struct postfix_instances *all, const char *config,
    struct failure *why);
void instances_free(struct postfix_instances *all);
