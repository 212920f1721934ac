/* SPDX-License-Identifier: BSD-2-Clause */
/* test_nearest.c - the word that was meant */
#include <string.h>

#include "base/nearest.h"
#include "scratch.h"

#include <check.h>	/* last: it has a macro fail() */

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

START_TEST(meant)
{
	struct nearest n = { .word = NULL };
	size_t i;

	for (i = 0; known[i] != NULL; i++)
		nearest_compare(&n, words[_i].typed, known[i]);
	ck_assert_pstr_eq(nearest_found(&n), words[_i].meant);
}
END_TEST

START_TEST(nothing_compared)
{
	struct nearest n = { .word = NULL };

	ck_assert_ptr_null(nearest_found(&n));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("nearest");
	TCase *t = tcase_create("nearest");

	tcase_add_loop_test(t, meant, 0, COUNT(words));
	tcase_add_test(t, nothing_compared);
	suite_add_tcase(s, t);
	return scratch_run(s);
}
