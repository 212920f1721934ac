/* SPDX-License-Identifier: BSD-2-Clause */
#include "import/ini.h"

#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\r\f\v"
#define DEFAULTS "DEFAULT"

struct entry {
	size_t section;		/* that it is in, or that it is */
	const char *name;
	const char *value;	/* NULL: this is a section */
};

struct ini {
	char *text;		/* a copy, cut into names and values */
	size_t len;
	size_t count;
	size_t sections;
	struct entry entries[INI_ENTRIES];
};

/* What the line before this one leaves behind. */
struct parser {
	struct ini *ini;
	size_t indent;		/* of the last option */
	char *value_end;	/* of the last option; NULL: a section began */
	size_t empty;		/* lines within a value, not yet in it */
	const char *what;	/* is wrong, if something is */
};

/* Ends the text before the blanks at its end, and leaves out those before. */
static char *
trim_blanks(char *text)
{
	size_t len;

	text += strspn(text, BLANKS);
	for (len = strlen(text); len > 0 &&
	    strchr(BLANKS, text[len - 1]) != NULL; len--)
		text[len - 1] = '\0';
	return text;
}

/* A section, or an option of a section; or NULL. */
static const struct entry *
find_entry(const struct ini *ini, int is_section, size_t section,
    const char *name)
{
	const struct entry *e = ini->entries, *end = e + ini->count;

	for (; e < end; e++)
		if ((e->value == NULL) == is_section &&
		    (is_section || e->section == section) &&
		    strcmp(e->name, name) == 0)
			return e;
	return NULL;
}

static int
add_entry(struct parser *p, const char *name, char *value)
{
	struct ini *ini = p->ini;
	const int is_section = value == NULL;

	ini->sections += is_section;
	if (ini->count == INI_ENTRIES)
		p->what = "has too much in it";
	else if (find_entry(ini, is_section, ini->sections - 1, name) != NULL)
		p->what = is_section ? "begins a section that is there already"
		    : "sets an option of this section again";
	else
		ini->entries[ini->count++] = (struct entry){
		    ini->sections - 1, name, value };
	p->value_end = is_section ? NULL : value + strlen(value);
	return p->what == NULL ? 0 : -1;
}

static int
add_option(struct parser *p, char *text)
{
	char *value = strpbrk(text, "=:"), *c;

	if (value == NULL || value == text)
		p->what = "is no [section], and no option = value";
	else if (p->ini->sections == 0)
		p->what = "comes before the first [section]";
	if (p->what != NULL)
		return -1;
	*value++ = '\0';
	for (c = text; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c += 'a' - 'A';
	return add_entry(p, trim_blanks(text), trim_blanks(value));
}

/* The line ends that were passed make room for those that are put there. */
static int
add_to_value(struct parser *p, const char *text)
{
	const size_t len = strlen(text);

	memset(p->value_end, '\n', p->empty + 1);
	p->value_end += p->empty + 1;
	memmove(p->value_end, text, len + 1);
	p->value_end += len;
	p->empty = 0;
	return 0;
}

static int
take_line(struct parser *p, char *line)
{
	const size_t indent = strspn(line, BLANKS);
	char *text = trim_blanks(line), *close;

	if (*text == '\0') {
		p->empty += p->value_end != NULL;
		return 0;
	}
	if (*text == '#' || *text == ';')
		return 0;
	if (p->value_end != NULL && indent > p->indent)
		return add_to_value(p, text);
	p->empty = 0;
	p->indent = indent;
	close = *text == '[' ? strrchr(text, ']') : NULL;
	if (close == NULL || close == text + 1)
		return add_option(p, text);
	*close = '\0';
	return add_entry(p, text + 1, NULL);
}

struct ini *
ini_parse(const char *text, size_t len, int *line, const char **what)
{
	struct parser p = { .ini = calloc(1, sizeof(*p.ini)) };
	char *next, *end, *newline;

	*line = 0;
	*what = NULL;
	if (p.ini == NULL || (p.ini->text = malloc(len + 1)) == NULL) {
		free(p.ini);
		return NULL;
	}
	p.ini->len = len;
	next = memcpy(p.ini->text, text, len);
	end = next + len;
	for (; next < end; next = newline + 1) {
		++*line;
		newline = memchr(next, '\n', (size_t)(end - next));
		if (newline == NULL)
			newline = end;
		*newline = '\0';
		if (strlen(next) < (size_t)(newline - next))
			p.what = "has a NUL byte in it";
		else if (take_line(&p, next) == 0)
			continue;
		*what = p.what;
		ini_free(p.ini);
		return NULL;
	}
	return p.ini;
}

const char *
ini_section(const struct ini *ini, size_t i)
{
	size_t at;

	for (at = 0; at < ini->count; at++)
		if (ini->entries[at].value == NULL &&
		    ini->entries[at].section == i)
			return ini->entries[at].name;
	return NULL;
}

const char *
ini_value(const struct ini *ini, size_t i, const char *option)
{
	const struct entry *e = find_entry(ini, 0, i, option), *defaults;

	if (e == NULL && (defaults = find_entry(ini, 1, 0, DEFAULTS)) != NULL)
		e = find_entry(ini, 0, defaults->section, option);
	return e != NULL ? e->value : NULL;
}

void
ini_free(struct ini *ini)
{
	if (ini == NULL)
		return;
	explicit_bzero(ini->text, ini->len);
	free(ini->text);
	free(ini);
}
