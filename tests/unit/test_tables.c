/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_tables.c - the rows of all tables of knowledge/: whole, and named once;
 * and the page that lists them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "knowledge/findings.h"
#include "knowledge/provider_advice_table.h"
#include "scratch.h"

#include <check.h>	/* last: it has a macro fail() */

#define TEMPLATE_MAX 500	/* bytes; with its values 600 at most */
#define TABLE(rows) { rows, sizeof(rows) / sizeof((rows)[0]) }
#define TABLES (sizeof(tables) / sizeof(tables[0]))

static struct {
	const struct known *rows;
	size_t count;
} tables[] = {
	TABLE(check_findings), TABLE(plugin_findings),
	TABLE(account_findings), TABLE(file_findings),
	TABLE(socket_findings), TABLE(examine_findings),
	TABLE(provider_proofs), TABLE(provider_publics),
	{ provider_errors, 0 }, { provider_numbers, 0 }
};

static char *documented;	/* known.h, to its include guard */

static char *
read_source(const char *path)
{
	const char *folder = getenv("TOKEND_SRCDIR");
	char full[1024];

	snprintf(full, sizeof(full), "%s/%s", folder != NULL ? folder :
	    "../..", path);
	return scratch_read(full);
}

static void
setup(void)
{
	tables[TABLES - 2].count = provider_errors_count;
	tables[TABLES - 1].count = provider_numbers_count;
	documented = read_source("tokend/knowledge/known.h");
	ck_assert_ptr_nonnull(documented);
	*strstr(documented, "#ifndef") = '\0';
}

static void
teardown(void)
{
	free(documented);
}

static void
each_row(void (*check)(const struct known *row))
{
	size_t i, n;

	for (i = 0; i < TABLES; i++) {
		ck_assert_uint_gt(tables[i].count, 0);
		for (n = 0; n < tables[i].count; n++)
			check(&tables[i].rows[n]);
	}
}

static int rows_of_id;
static const char *id_sought;

static void
count_id(const struct known *row)
{
	rows_of_id += strcmp(row->id, id_sought) == 0;
}

static void
has_own_id(const struct known *row)
{
	/* A row of an enum that was left out has none. */
	ck_assert_ptr_nonnull(row->id);
	id_sought = row->id;
	rows_of_id = 0;
	each_row(count_id);
	ck_assert_msg(rows_of_id == 1, "%s", row->id);
}

START_TEST(each_row_has_an_id_of_its_own)
{
	each_row(has_own_id);
}
END_TEST

static int
is_documented(const char *name, size_t len)
{
	const char *at = strstr(documented, "Names, by what");
	const char blanks[] = " \t\n*";

	for (; at != NULL && *at != '\0'; at += strcspn(at, blanks)) {
		at += strspn(at, blanks);
		if (strcspn(at, blanks) == len && memcmp(at, name, len) == 0)
			return 1;
	}
	return 0;
}

/* "{name}" or "{form:name}"; no other brace is in a template. */
static void
check_places(const char *id, const char *template)
{
	static const char *const forms[] = { "sh:", "ps:", "cf:", "cut:" };
	const char *end;
	size_t i;

	for (; (template = strpbrk(template, "{}")) != NULL; template = end +
	    1) {
		end = strchr(template, '}');
		ck_assert_msg(*template == '{' && end != NULL, "%s", id);
		template++;
		for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
			if (strncmp(template, forms[i], strlen(forms[i])) == 0)
				template += strlen(forms[i]);
		ck_assert_msg(is_documented(template,
		    (size_t)(end - template)), "%s: %.*s", id,
		    (int)(end - template), template);
	}
}

/* A sentence that ends, or a value that does. */
static void
check_text(const struct known *row, const char *template)
{
	const char *last;

	if (template == NULL)
		return;
	ck_assert_msg(strlen(template) <= TEMPLATE_MAX, "%s", row->id);
	check_places(row->id, template);
	last = template + strlen(template) - 1;
	ck_assert_msg(*last == '.' || *last == '}', "%s: %s", row->id,
	    template);
}

/* A failure's text says what to do, so such a row needs no more. */
static void
is_whole(const struct known *row)
{
	const int is_failure = row->found != NULL &&
	    strcmp(row->found, "{failure}") == 0;
	const int has_fix = row->fix != NULL || row->remedy != NULL ||
	    (row->flags & (KNOWN_SIGN_IN | KNOWN_PASSES)) != 0;

	check_text(row, row->found);
	check_text(row, row->why);
	check_text(row, row->fix);
	check_text(row, row->machine_fix);
	if (row->verdict == VERDICT_OK || row->verdict == VERDICT_UNKNOWN) {
		ck_assert_msg(row->found != NULL && row->why == NULL &&
		    row->fix == NULL, "%s", row->id);
		return;
	}
	ck_assert_msg(row->why != NULL && row->why[0] != '\0', "%s", row->id);
	ck_assert_msg(has_fix || is_failure, "%s", row->id);
	/* The exit status is that of a fault; a warning has none. */
	ck_assert_msg(row->verdict == VERDICT_FAULT ||
	    row->code == STATUS_OK, "%s", row->id);
}

START_TEST(each_row_is_whole)
{
	each_row(is_whole);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("tables");
	TCase *t = tcase_create("tables");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, each_row_has_an_id_of_its_own);
	tcase_add_test(t, each_row_is_whole);
	suite_add_tcase(s, t);
	return scratch_run(s);
}
