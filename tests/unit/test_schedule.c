/* SPDX-License-Identifier: BSD-2-Clause */
/* test_schedule.c - tables of the schedule: accounts, places for workers */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "serve/renewal/known_accounts.h"
#include "serve/renewal/running_workers.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define SILENT 1
#define OTHER 2

static struct running_workers f;
static struct known_accounts r;

static int
start(uint64_t provider, int has_failed)
{
	if (!running_workers_have_room(&f, provider, has_failed))
		return 0;
	running_workers_add(&f, "acct", provider, has_failed,
	    open("/dev/null", O_RDONLY | O_CLOEXEC), 0);
	return 1;
}

static int
start_all(uint64_t provider, int has_failed)
{
	int n = 0;

	while (start(provider, has_failed))
		n++;
	return n;
}

static void
setup(void)
{
	running_workers_init(&f);
	memset(&r, 0, sizeof(r));
}

static void
teardown(void)
{
	struct names none = { .name = NULL };
	int i;

	for (i = 0; i < RUNNING_WORKERS_MAX; i++)
		if (f.worker[i].channel != -1)
			running_workers_end(&f.worker[i]);
	known_accounts_update(&r, &none);
	free(r.known);
}

FIXTURE(setup, teardown);

TEST(one_provider_has_not_all_places)
{
	ck_assert_int_eq(start_all(SILENT, 0), RUNNING_WORKERS_PROVIDER);
	ck_assert_int_eq(start(OTHER, 0), 1);
	running_workers_end(&f.worker[0]);
	ck_assert_int_eq(start_all(SILENT, 0), 1);
}

TEST(many_providers_have_no_more_than_all)
{
	uint64_t provider;
	int n = 0;

	for (provider = 0; provider < RUNNING_WORKERS_MAX; provider++)
		n += start_all(provider, 0);
	ck_assert_int_eq(n, RUNNING_WORKERS_MAX);
	ck_assert_int_eq(start(RUNNING_WORKERS_MAX, 0), 0);
}

/* At one provider, and at many: half is for accounts that did not fail. */
TEST(those_that_failed_leave_room_for_the_rest)
{
	uint64_t provider;
	int n;

	ck_assert_int_eq(start_all(SILENT, 1), RUNNING_WORKERS_PROVIDER / 2);
	ck_assert_int_eq(start(SILENT, 0), 1);
	n = RUNNING_WORKERS_PROVIDER / 2;
	for (provider = OTHER; provider < RUNNING_WORKERS_MAX; provider++)
		n += start_all(provider, 1);
	ck_assert_int_eq(n, RUNNING_WORKERS_MAX / 2);
	ck_assert_int_eq(start(OTHER, 0), 1);
	ck_assert_int_eq(start(RUNNING_WORKERS_MAX, 1), 0);
	ck_assert_int_eq(start(RUNNING_WORKERS_MAX, 0), 1);
}

static const struct {
	const char *a, *b;
	int same;
} endpoints[] = {
	{ "https://as.example.org/t", "https://as.example.org/t", 1 },
	/* A tenant of its own is no host of its own. */
	{ "https://as.example.org/one/t", "https://as.example.org/two/t", 1 },
	{ "https://as.example.org", "https://as.example.org/t", 1 },
	{ "https://as.example.org?a", "https://as.example.org/t", 1 },
	{ "https://as.example.org/t", "https://as.example.com/t", 0 },
	{ "http://localhost:1/t", "http://localhost:2/t", 0 },
	{ "https://as.example.org/t", "https://as.example.org.evil/t", 0 },
};

TABLE_TEST(a_provider_is_known_by_its_host, endpoints)
{
	char one[64], two[64];
	struct account a = { .token_endpoint = one };
	struct account b = { .token_endpoint = two };

	snprintf(one, sizeof(one), "%s", endpoints[_i].a);
	snprintf(two, sizeof(two), "%s", endpoints[_i].b);
	ck_assert_int_eq(running_workers_provider(&a) ==
	    running_workers_provider(&b),
	    endpoints[_i].same);
	/* What the issuer names is found there. */
	b.issuer = one;
	ck_assert(running_workers_provider(&a) == running_workers_provider(&b));
}

TEST(what_asks_no_endpoint_is_known_by_what_it_asks)
{
	char print[] = "/bin/print", other[] = "/bin/other";
	struct account a = { .metadata_service = METADATA_AZURE };
	struct account b = { .metadata_service = METADATA_GCE };

	ck_assert(running_workers_provider(&a) != running_workers_provider(&b));
	a.command = print;
	b.command = other;
	ck_assert(running_workers_provider(&a) != running_workers_provider(&b));
	b.command = print;
	ck_assert(running_workers_provider(&a) == running_workers_provider(&b));
}

/* Names by blanks, in order. */
static void
update(const char *text)
{
	char *copy = strdup(text), *next = NULL, *word;
	struct names n = { .name = calloc(8, sizeof(char *)) };

	ck_assert_ptr_nonnull(copy);
	ck_assert_ptr_nonnull(n.name);
	for (word = strtok_r(copy, " ", &next); word != NULL;
	    word = strtok_r(NULL, " ", &next))
		n.name[n.count++] = strdup(word);
	free(copy);
	ck_assert_int_eq(known_accounts_update(&r, &n), 0);
	names_free(&n);
}

TEST(what_is_known_of_an_account_goes_with_its_file)
{
	update("b d f");
	ck_assert_int_eq((int)r.count, 3);
	known_accounts_find(&r, "b")->due = 1;
	known_accounts_find(&r, "d")->due = 2;
	known_accounts_find(&r, "f")->due = 3;
	update("a b c f g");
	ck_assert_int_eq((int)r.count, 5);
	ck_assert_int_eq((int)known_accounts_find(&r, "b")->due, 1);
	ck_assert_int_eq((int)known_accounts_find(&r, "f")->due, 3);
	ck_assert_int_eq((int)known_accounts_find(&r, "a")->due, 0);
	ck_assert_ptr_null(known_accounts_find(&r, "d"));
	update("d");
	ck_assert_int_eq((int)known_accounts_find(&r, "d")->due, 0);
	update("");
	ck_assert_int_eq((int)r.count, 0);
	ck_assert_ptr_null(known_accounts_find(&r, "d"));
}

TEST(a_round_goes_on_where_the_last_one_ended)
{
	ck_assert_int_eq((int)known_accounts_after(&r, "b"), 0);
	update("b d f");
	ck_assert_int_eq((int)known_accounts_after(&r, ""), 0);
	ck_assert_int_eq((int)known_accounts_after(&r, "b"), 1);
	/* The one it ended with may be gone. */
	ck_assert_int_eq((int)known_accounts_after(&r, "c"), 1);
	ck_assert_int_eq((int)known_accounts_after(&r, "f"), 3);
}
