/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/explain.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "state/state.h"

#define COLUMNS 80
#define INDENT 13

/* Columns of len bytes of UTF-8, each character taken for one. */
static int
width(const char *text, size_t len)
{
	int columns = 0;

	for (; len > 0; text++, len--)
		columns += ((unsigned char)*text & 0xc0) != 0x80;
	return columns;
}

/* Bytes up to a blank outside of quotes; to any blank in too long a quote. */
static size_t
next_piece(const char *text, int most)
{
	size_t first = strcspn(text, " "), len;
	int quoted = 0;

	for (len = 0; text[len] != '\0' && (text[len] != ' ' || quoted); len++)
		if (text[len] == '"')
			quoted = !quoted;
	return quoted || width(text, len) > most ? first : len;
}

void
explain_line(FILE *to, const char *label, int indent, const char *text)
{
	int column = fprintf(to, "%*s", -indent, label), is_first = 1, columns;
	size_t len;

	for (text += strspn(text, " "); *text != '\0';
	    text += strspn(text, " ")) {
		len = next_piece(text, COLUMNS - indent);
		columns = width(text, len);
		if (!is_first && column + 1 + columns > COLUMNS) {
			fprintf(to, "\n%*s", indent, "");
			column = indent;
			is_first = 1;
		}
		fprintf(to, "%s%.*s", is_first ? "" : " ", (int)len, text);
		column += columns + !is_first;
		is_first = 0;
		text += len;
	}
	fputc('\n', to);
}

void
explain_text(const char *text)
{
	explain_line(stderr, "", 0, text);
}

const char *
explain_look_up(char address[LOOK_UP_MAX], int64_t number)
{
	address[0] = '\0';
	if (number > 0)
		snprintf(address, LOOK_UP_MAX,
		    "https://login.microsoftonline.com/error?code=%lld",
		    (long long)number);
	return address;
}

void
explain(FILE *to, const struct detail *d)
{
	char look_up[LOOK_UP_MAX];
	const char *parts[][2] = { { "  error:", d->error },
	    { "  meaning:", d->meaning }, { "  to do:", d->remedy },
	    { "  its words:", d->words },
	    { "  look up:", explain_look_up(look_up, d->number) } };
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i][1][0] != '\0')
			explain_line(to, parts[i][0], INDENT, parts[i][1]);
}

void
explain_failure(const struct scope *s, const char *account,
    const struct failure *why)
{
	struct state *st;

	if (!isatty(STDERR_FILENO) || (st = malloc(sizeof(*st))) == NULL)
		return;
	state_read(st, s, account);
	if (st->code == why->code && st->text[0] != '\0' &&
	    strncmp(why->text, st->text, strlen(st->text)) == 0)
		explain(stderr, &st->detail);
	free(st);
}
