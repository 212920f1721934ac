/* SPDX-License-Identifier: BSD-2-Clause */
/* provider_check.c - from the clock to the token: the provider, and what it gave */
#include "command/doctor/accounts/live_checks.h"

void
doctor_provider(struct doctor *d)
{
	if (doctor_examine(d, "provider", NULL) > 0 && !d->is_live)
		doctor_unknown(d, "provider", "No provider was asked for a "
		    "token: --live does that.");
}
