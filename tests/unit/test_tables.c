/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_tables.c - the rows of all tables of knowledge/: whole, and named once;
 * and the page that lists them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "knowledge/findings/findings.h"
#include "knowledge/mail_advice.h"
#include "knowledge/provider_advice.h"
#include "knowledge/send_refusals.h"
#include "knowledge/sending_advice.h"
#include "state/detail.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define TEMPLATE_MAX 500	/* bytes; with its values 600 at most */
#define TABLE(rows) { rows, &(const size_t){ sizeof(rows) / \
	sizeof((rows)[0]) } }
#define COUNTED(rows) { rows, &rows##_count }
#define TABLES (sizeof(tables) / sizeof(tables[0]))

static const struct {
	const struct known *rows;
	const size_t *count;
} tables[] = {
	TABLE(check_findings), TABLE(plugin_findings),
	TABLE(account_findings), TABLE(file_findings),
	TABLE(socket_findings), TABLE(examine_findings),
	TABLE(postfix_findings), TABLE(queue_findings),
	TABLE(denial_findings), TABLE(sending_findings),
	TABLE(provider_proofs), TABLE(provider_publics),
	COUNTED(queue_reasons), COUNTED(mail_advice),
	COUNTED(sending_advice), COUNTED(send_refusals_gmail),
	COUNTED(send_refusals_graph), COUNTED(send_refusals_any),
	COUNTED(provider_errors), COUNTED(provider_numbers)
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
	documented = read_source("tokend/knowledge/known.h");
	ck_assert_ptr_nonnull(documented);
	*strstr(documented, "#pragma once") = '\0';
}

static void
teardown(void)
{
	free(documented);
}

FIXTURE(setup, teardown);

static void
each_row(void (*check)(const struct known *row))
{
	size_t i, n;

	for (i = 0; i < TABLES; i++) {
		ck_assert_uint_gt(*tables[i].count, 0);
		for (n = 0; n < *tables[i].count; n++)
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

TEST(each_row_has_an_id_of_its_own)
{
	each_row(has_own_id);
}

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
	static const char *const forms[] = { "sh:", "ct:", "ps:", "cf:",
		"cut:" };
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

TEST(each_row_is_whole)
{
	size_t i;

	each_row(is_whole);
	for (i = 0; i < POSTFIX_FIXES; i++) {
		ck_assert_ptr_nonnull(postfix_fixes[i].id);
		check_places(postfix_fixes[i].id, postfix_fixes[i].fix);
	}
}

#define PAGE "doc/clients/troubleshooting.md"
#define SECTION "## All errors of providers\n"
#define API_SECTION "### The names that the APIs give\n"
#define WORDS_SECTION "## The provider's words\n"

static int
is_same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static int
is_alike(const struct known *a, const struct known *b)
{
	return a->flags == b->flags && is_same(a->why, b->why) &&
	    is_same(a->fix, b->fix) && is_same(a->remedy, b->remedy);
}

static void
print_filled(FILE *to, const char *template)
{
	char text[DETAIL_TEXT_MAX + 1] = "";

	known_fill(text, sizeof(text), template,
	    KNOWN_VALUES({ "account", "ACCOUNT" }, { "user", "ADDRESS" },
	    { "client", "CLIENT-ID" }));
	ck_assert_ptr_null(strchr(text, '|'));
	fputs(text, to);
}

/* As a refusal has it (worker/oauth/refusal.c). */
static void
print_fix(FILE *to, const struct known *row)
{
	const int is_login = (row->flags & KNOWN_SIGN_IN) != 0;

	if (row->fix != NULL)
		print_filled(to, row->fix);
	if (row->fix != NULL && is_login)
		fputc(' ', to);
	if (is_login)
		fprintf(to, "`tokend login ACCOUNT`%s%s",
		    row->fix == NULL && row->remedy != NULL ? "; " : "",
		    row->fix == NULL && row->remedy != NULL ? row->remedy :
		    "");
	else if (row->fix == NULL && row->remedy != NULL)
		fputs(row->remedy, to);
	else if (row->fix == NULL)
		fputs("it passes; tokend tries again by itself", to);
}

static int
was_printed(const struct known *rows, size_t at)
{
	size_t i;

	for (i = 0; i < at; i++)
		if (is_alike(&rows[i], &rows[at]))
			return 1;
	return 0;
}

/* What of an answer the row is for. */
static void
print_line(FILE *to, const char *prefix, const struct known *row)
{
	const char *source = row->source != NULL ? row->source : "";
	const int has_both = row->source != NULL && row->words != NULL;

	fprintf(to, "`%s%s%s%s%s`", row->source != NULL ? prefix : "", source,
	    has_both ? " (" : "", row->words != NULL ? row->words : "",
	    has_both ? ")" : "");
}

/* A line for each text, with all that it is said for. */
static void
print_table(FILE *to, const struct known *rows, size_t count,
    const char *prefix)
{
	size_t i, n;

	fputs("| line | it means | fix |\n|---|---|---|\n", to);
	for (i = 0; i < count; i++) {
		/* The last of some tables is for all else. */
		if (was_printed(rows, i) || (rows[i].source == NULL &&
		    rows[i].words == NULL))
			continue;
		fprintf(to, "| ");
		for (n = i; n < count; n++) {
			if (!is_alike(&rows[i], &rows[n]))
				continue;
			fputs(n > i ? ", " : "", to);
			print_line(to, prefix, &rows[n]);
		}
		fputs(" | ", to);
		print_filled(to, rows[i].why);
		fputs(" | ", to);
		print_fix(to, &rows[i]);
		fputs(" |\n", to);
	}
}

/* All that follows the section's heading, to the page's end. */
static char *
make_section(void)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(to);
	fputs("\nAs tokend's log and `tokend status` have them: the error, "
	    "and in brackets words\nthat may follow it. `tokend status "
	    "ACCOUNT` says for an account which line it is.\n\n", to);
	print_table(to, provider_errors, provider_errors_count, "");
	fputs("\nMicrosoft's numbers, which are in its words:\n\n", to);
	print_table(to, provider_numbers, provider_numbers_count, "AADSTS");
	fputs("\n<!-- This section and that of the APIs are made from "
	    "tokend/knowledge: "
	    "TOKEND_UPDATE=yes unit/test_tables. -->\n"
	    "<!-- SPDX-License-Identifier: BSD-2-Clause -->\n", to);
	fclose(to);
	return text;
}

/* What an API for sending says: to the next section. */
static char *
make_api_section(void)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(to);
	fputs("\nThey follow \"refused the mail:\", \"refused the token:\" "
	    "or \"does not take the\nmail now:\"; in brackets are words that "
	    "may follow. CLIENT-ID is the account's\n`client_id`. "
	    "Gmail's:\n\n", to);
	print_table(to, send_refusals_gmail, send_refusals_gmail_count, "");
	fputs("\nMicrosoft Graph's:\n\n", to);
	print_table(to, send_refusals_graph, send_refusals_graph_count, "");
	fputs("\nThe status of any other answer of either:\n\n", to);
	print_table(to, send_refusals_any, send_refusals_any_count, "HTTP ");
	fputs("\n", to);
	fclose(to);
	return text;
}

/* Of the page: what is between the headings is made. NULL: to its end. */
static const struct {
	const char *heading, *next;
	char *(*make)(void);
} parts[] = {
	{ API_SECTION, WORDS_SECTION, make_api_section },
	{ SECTION, NULL, make_section }
};

static void
write_page(const char *page, const char *from, const char *section,
    const char *rest)
{
	char path[1024];
	FILE *to;

	snprintf(path, sizeof(path), "%s/" PAGE, getenv("TOKEND_SRCDIR"));
	to = fopen(path, "w");
	ck_assert_ptr_nonnull(to);
	fprintf(to, "%.*s%s%s", (int)(from - page), page, section, rest);
	ck_assert_int_eq(fclose(to), 0);
}

TABLE_TEST(the_page_has_each_row, parts)
{
	char *page = read_source(PAGE), *section = parts[_i].make();
	char *has, *rest;

	ck_assert_ptr_nonnull(page);
	has = strstr(page, parts[_i].heading);
	ck_assert_ptr_nonnull(has);
	has += strlen(parts[_i].heading);
	rest = parts[_i].next != NULL ? strstr(has, parts[_i].next) :
	    has + strlen(has);
	ck_assert_ptr_nonnull(rest);
	if (getenv("TOKEND_UPDATE") != NULL) {
		write_page(page, has, section, rest);
	} else {
		*rest = '\0';
		ck_assert_str_eq(has, section);
	}
	free(page);
	free(section);
}

/* "AADSTS50034", "Token has been ...", "redirect_uri_mismatch" */
static int
is_known(const char *line)
{
	size_t i;

	if (strncmp(line, "AADSTS", 6) == 0)
		return known_find(provider_numbers, provider_numbers_count,
		    line + 6, NULL) != NULL;
	for (i = 0; i < provider_errors_count; i++)
		if (strncmp(line, provider_errors[i].source,
		    strlen(provider_errors[i].source)) == 0 ||
		    is_same(provider_errors[i].words, line))
			return 1;
	return 0;
}

TEST(each_line_of_the_page_is_a_row)
{
	char *page = read_source(PAGE), *line, *end;
	int n = 0;

	line = strstr(page, WORDS_SECTION);
	ck_assert_ptr_nonnull(line);
	*strstr(line + 1, "\n## ") = '\0';
	while ((line = strstr(line, "\n| `")) != NULL) {
		line += strlen("\n| `");
		end = strchr(line, '`');
		*end = '\0';
		ck_assert_msg(is_known(line), "%s", line);
		line = end + 1;
		n++;
	}
	ck_assert_int_ge(n, 10);
	free(page);
}
