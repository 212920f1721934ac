/* SPDX-License-Identifier: BSD-2-Clause */
#include "refresh/budget.h"

#include <string.h>
#include <unistd.h>

/* Seconds. */
#define LIFE_MARGIN 60	/* what looks at a clock ends before the alarm */
#define LIFE_LEAST 10	/* for the answer, once all is stored */

void
budget_begin(struct budget *b, int64_t now)
{
	memset(b, 0, sizeof(*b));
	b->begun = now;
}

void
budget_note(struct budget *b, int64_t ms)
{
	b->disk += ms > 0 ? ms : 0;
}

static int
fail_disk(const struct budget *b, const char *account, const char *folder,
    struct failure *why)
{
	return fail(why, STATUS_LATER, "account \"%s\": the disk below %s is "
	    "too slow (%lld.%lld s to make room for what a renewal brings), "
	    "so the provider is not asked: make that disk less busy, "
	    "or use a faster one", account, folder,
	    (long long)(b->disk / 1000), (long long)(b->disk % 1000 / 100));
}

static int
fail_other(const struct budget *b, int64_t elapsed, const char *account,
    struct failure *why)
{
	return fail(why, STATUS_LATER, "account \"%s\": preparing its renewal "
	    "took %lld s, of these %lld s on the disk, so the provider is not "
	    "asked for a token: see whether this machine or its network is "
	    "overloaded", account, (long long)(elapsed / 1000),
	    (long long)(b->disk / 1000));
}

int
budget_check(const struct budget *b, int64_t now, const char *account,
    const char *folder, struct failure *why)
{
	int64_t elapsed = now - b->begun;

	if (elapsed + BUDGET_REQUEST + b->disk <= BUDGET_TOTAL)
		return 0;
	return 2 * b->disk >= elapsed ?
	    fail_disk(b, account, folder, why) :
	    fail_other(b, elapsed, account, why);
}

void
budget_spend(struct budget *b)
{
	b->life = alarm((BUDGET_REQUEST + BUDGET_STORE) / 1000 + LIFE_MARGIN);
	b->is_spent = 1;
}

void
budget_end(struct budget *b)
{
	if (b->is_spent && b->life > 0)
		alarm(b->life > LIFE_LEAST ? b->life : LIFE_LEAST);
	b->is_spent = 0;
}

void
budget_store(void)
{
	alarm(BUDGET_STORE / 1000 + LIFE_MARGIN);
}
