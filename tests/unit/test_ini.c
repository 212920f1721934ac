/* SPDX-License-Identifier: BSD-2-Clause */
/* test_ini.c - files of sections, as Python's configparser has them */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import/ini.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static int line;
static const char *what;

static struct ini *
parsed(const char *text)
{
	struct ini *ini = ini_parse(text, strlen(text), &line, &what);

	ck_assert_msg(ini != NULL, "%d: %s", line, what);
	return ini;
}

static const struct {
	const char *text, *value;	/* of "o" in the first section */
} values[] = {
	{ "[s]\no = v\n", "v" },
	{ "[s]\no=v", "v" },
	{ "[s]\r\no = v \r\n", "v" },
	{ "[s]\nO : v\n", "v" },
	{ "[s]\no = a = b: c\n", "a = b: c" },
	{ "[s]\no: a = b\n", "a = b" },
	{ "[s]\no =\n", "" },
	{ "# c\n; c\n\n[s]\n# c = d\no = v\n", "v" },
	{ "[s]\no = v # no comment\n", "v # no comment" },
	{ "[s]\no = one\n  two\n\tthree\n", "one\ntwo\nthree" },
	{ "[s]\no =\n  one\n", "\none" },
	{ "[s]\no = one\n# between\n  two\n", "one\ntwo" },
	{ "[s]\no = one\n\n  two\n\n\n", "one\n\ntwo" },
	{ "[s]\no = one\n\np = two\n", "one" },
	{ "[s]\no = 1\n  [not a section]\n  p = q\n", "1\n[not a section]\n"
	    "p = q" },
	{ "  [s]\n  o = v\n  p = w\n", "v" },
	{ "[s]\np = v\n[t]\no = w\n", NULL },
	{ "[s]\np = v\n[DEFAULT]\no = w\n", "w" },
	{ "[s]\no = v\n[DEFAULT]\no = w\n", "v" },
	{ "[s]\no = %(home)s %\n", "%(home)s %" }
};

TABLE_TEST(values_are_as_python_reads_them, values)
{
	struct ini *ini = parsed(values[_i].text);
	const char *value = ini_value(ini, 0, "o");

	if (values[_i].value == NULL)
		ck_assert_ptr_null(value);
	else
		ck_assert_msg(value != NULL && strcmp(value,
		    values[_i].value) == 0, "%s: \"%s\"", values[_i].text,
		    value != NULL ? value : "(none)");
	ini_free(ini);
}

TEST(sections_keep_order_and_names)
{
	struct ini *ini = parsed("[Server setup]\nx = 1\n[IMAP-1993]\n"
	    "[a@example.org]\nx = 3\n[odd]name]\n");

	ck_assert_str_eq(ini_section(ini, 0), "Server setup");
	ck_assert_str_eq(ini_section(ini, 1), "IMAP-1993");
	ck_assert_str_eq(ini_section(ini, 2), "a@example.org");
	ck_assert_str_eq(ini_section(ini, 3), "odd]name");
	ck_assert_ptr_null(ini_section(ini, 4));
	ck_assert_ptr_null(ini_value(ini, 1, "x"));
	ck_assert_str_eq(ini_value(ini, 2, "x"), "3");
	ini_free(ini);
}

TEST(an_empty_file_is_one)
{
	struct ini *ini = parsed("");

	ck_assert_ptr_null(ini_section(ini, 0));
	ck_assert_ptr_null(ini_value(ini, 0, "o"));
	ini_free(ini);
	ini_free(NULL);
}

static const struct {
	const char *text;
	size_t len;	/* 0: to its NUL */
	int line;
	const char *what;
} wrong[] = {
	{ "o = v\n", 0, 1, "before the first [section]" },
	{ "[s]\njust words\n", 0, 2, "no option = value" },
	{ "[s]\n= v\n", 0, 2, "no option = value" },
	{ "[s\n", 0, 1, "no option = value" },
	{ "[]\n", 0, 1, "no option = value" },
	{ "[s]\n[t]\n[s]\n", 0, 3, "there already" },
	{ "[s]\no = 1\n\nO : 2\n", 0, 4, "again" },
	{ "[s]\no = a\0b\n", 12, 2, "NUL" },
	{ "{\"json\": 1}\n", 0, 1, "before the first [section]" }
};

TABLE_TEST(what_is_wrong_is_told_by_its_line, wrong)
{
	size_t len = wrong[_i].len != 0 ? wrong[_i].len :
	    strlen(wrong[_i].text);

	ck_assert_ptr_null(ini_parse(wrong[_i].text, len, &line, &what));
	ck_assert_int_eq(line, wrong[_i].line);
	ck_assert_msg(what != NULL && strstr(what, wrong[_i].what) != NULL,
	    "%s: %s", wrong[_i].text, what != NULL ? what : "(memory)");
}

/* A file of 1 MiB costs neither hours nor memory without bound. */
TEST(a_flood_of_entries_is_refused)
{
	size_t size = 1024 * 1024, at;
	char *text = malloc(size + 16);
	int number = 0;

	ck_assert_ptr_nonnull(text);
	at = (size_t)sprintf(text, "[s]\n");
	while (at + 16 < size)
		at += (size_t)sprintf(text + at, "o%d=\n", number++);
	ck_assert_ptr_null(ini_parse(text, at, &line, &what));
	ck_assert_ptr_nonnull(what);
	ck_assert_ptr_nonnull(strstr(what, "too much"));
	ck_assert_int_eq(line, INI_ENTRIES + 1);
	free(text);
}

/* One value of many lines, and one line that is the whole file. */
TEST(a_long_value_is_a_value)
{
	size_t size = 1024 * 1024, at;
	char *text = malloc(size);
	struct ini *ini;

	ck_assert_ptr_nonnull(text);
	memset(text, 'v', size);
	memcpy(text, "[s]\no=", 6);
	ini = ini_parse(text, size, &line, &what);
	ck_assert_ptr_nonnull(ini);
	ck_assert_uint_eq(strlen(ini_value(ini, 0, "o")), size - 6);
	ini_free(ini);
	for (at = 6; at + 3 <= size; at += 3)
		memcpy(text + at, "\n v", 3);
	ini = ini_parse(text, at, &line, &what);
	ck_assert_ptr_nonnull(ini);
	ck_assert_uint_eq(strlen(ini_value(ini, 0, "o")), (at - 6) / 3 * 2);
	ini_free(ini);
	free(text);
}
