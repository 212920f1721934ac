/* SPDX-License-Identifier: BSD-2-Clause */
/* guard.c - see guard.h */
#include "common/guard.h"

#include <sys/prctl.h>
#include <sys/resource.h>

void
guard_process(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
}
