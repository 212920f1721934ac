/* SPDX-License-Identifier: BSD-2-Clause */
/* test_explain.c - a refusal, whole, in lines of 80 columns */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/explain.h"
#include "set_text.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define COLUMNS 80

static char *shown;
static size_t shown_len;
static FILE *to;

static void
setup(void)
{
	to = open_memstream(&shown, &shown_len);
	ck_assert_ptr_nonnull(to);
}

static void
teardown(void)
{
	fclose(to);
	free(shown);
}

FIXTURE(setup, teardown);

static void
begin_anew(void)
{
	teardown();
	setup();
}

static const char *
line(const char *label, int indent, const char *text)
{
	begin_anew();
	explain_line(to, label, indent, text);
	fflush(to);
	return shown;
}

/* Columns of the longest line: bytes that begin a character of UTF-8. */
static int
widest(const char *text)
{
	int columns = 0, most = 0;

	for (; *text != '\0'; text++) {
		if (*text == '\n')
			columns = 0;
		else if (((unsigned char)*text & 0xc0) != 0x80)
			columns++;
		if (columns > most)
			most = columns;
	}
	return most;
}

TEST(a_short_line_stays_one)
{
	ck_assert_str_eq(line("  a: ", 4, "b c"), "  a: b c\n");
	ck_assert_str_eq(line("a:", 6, "b"), "a:    b\n");
	ck_assert_str_eq(line("a:", 6, "  b   c  "), "a:    b c\n");
	ck_assert_str_eq(line("a:", 6, ""), "a:    \n");
}

TEST(a_long_line_is_broken_at_blanks)
{
	char text[600] = "", *word = text, *copy, *next;
	int i;

	for (i = 0; i < 80; i++)
		word += sprintf(word, "w%d ", i);
	line("  a: ", 4, text);
	ck_assert_int_le(widest(shown), COLUMNS);
	ck_assert_int_ge(widest(shown), COLUMNS - 4);
	ck_assert_ptr_nonnull(strstr(shown, "\n    w"));
	/* Nothing is lost, and nothing comes to it. */
	copy = strdup(shown + strlen("  a:"));
	for (i = 0, word = strtok_r(copy, " \n", &next); word != NULL;
	    word = strtok_r(NULL, " \n", &next), i++) {
		snprintf(text, sizeof(text), "w%d", i);
		ck_assert_str_eq(word, text);
	}
	ck_assert_int_eq(i, 80);
	free(copy);
}

/* A line that ends exactly at the margin, and one that is one longer. */
TEST(the_margin_is_exact)
{
	char text[COLUMNS + 1];

	memset(text, 'x', sizeof(text) - 1);
	text[COLUMNS] = '\0';
	text[37] = ' ';
	text[COLUMNS - 2] = '\0';	/* 78 columns behind two */
	ck_assert_ptr_eq(strchr(line("a ", 2, text), '\n'),
	    shown + COLUMNS);
	text[COLUMNS - 2] = 'x';
	text[COLUMNS - 1] = '\0';
	ck_assert_ptr_eq(strchr(line("a ", 2, text), '\n'), shown + 39);
}

TEST(characters_count_and_not_bytes)
{
	char text[400] = "", *end = text;
	int i;

	for (i = 0; i < 38; i++)
		end += sprintf(end, "\xe2\x82\xac ");
	ck_assert_ptr_null(strstr(line("a ", 2, text), "\n  "));
}

static const char quoted[] = "word word word word word word "
    "word word word word then run \"tokend login alice@example.org\".";

TEST(a_command_is_not_broken)
{
	ck_assert_ptr_nonnull(strstr(line("  to do:", 13, quoted),
	    "\n             \"tokend login alice@example.org\".\n"));
	ck_assert_int_le(widest(shown), COLUMNS);
}

/* Providers open quotes and never close them. */
TEST(an_open_quote_holds_nothing_together)
{
	char text[400] = "\"", *end = text + 1;
	int i;

	for (i = 0; i < 60; i++)
		end += sprintf(end, "word ");
	ck_assert_int_le(widest(line("a ", 2, text)), COLUMNS);
	text[strlen(text) - 1] = '"';
	ck_assert_int_le(widest(line("a ", 2, text)), COLUMNS);
}

TEST(all_that_there_is)
{
	struct detail d = { .error = "invalid_grant", .number = 700082,
	    .meaning = "It has ended.", .remedy = "Do it again.",
	    .words = "AADSTS700082: ended." };

	explain(to, &d);
	fflush(to);
	ck_assert_str_eq(shown,
	    "  error:     invalid_grant\n"
	    "  meaning:   It has ended.\n"
	    "  to do:     Do it again.\n"
	    "  its words: AADSTS700082: ended.\n"
	    "  look up:   https://login.microsoftonline.com/error?code="
	    "700082\n");
}

TEST(nothing_where_there_is_nothing)
{
	struct detail d = { .error = "" };

	explain(to, &d);
	fflush(to);
	ck_assert_uint_eq(shown_len, 0);
	set_text(d.error, "strange");
	explain(to, &d);
	fflush(to);
	ck_assert_str_eq(shown, "  error:     strange\n");
}
