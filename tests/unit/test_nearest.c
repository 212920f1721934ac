/* SPDX-License-Identifier: BSD-2-Clause */
/* test_nearest.c - the word that was meant */
#include <string.h>

#include "base/nearest.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static const char *const known[] = { "login", "revoke", "refresh", "serve",
    NULL };

static const struct {
	const char *typed;
	const char *meant;
} words[] = {
	{ "login", "login" },
	{ "lgin", "login" },
	{ "loginn", "login" },
	{ "logni", "login" },
	{ "refersh", "refresh" },
	{ "server", "serve" },
	{ "xyzzy", NULL },
	{ "", NULL },
	{ "a-word-that-is-far-too-long-to-be-one-of-these", NULL },
};

TABLE_TEST(meant, words)
{
	struct nearest n = { .word = NULL };
	size_t i;

	for (i = 0; known[i] != NULL; i++)
		nearest_compare(&n, words[_i].typed, known[i]);
	ck_assert_pstr_eq(nearest_found(&n), words[_i].meant);
}

TEST(nothing_compared)
{
	struct nearest n = { .word = NULL };

	ck_assert_ptr_null(nearest_found(&n));
}
