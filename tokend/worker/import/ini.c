/* SPDX-License-Identifier: BSD-2-Clause */
/* ini.c - see ini.h */
#include "import/ini.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"

#define STRINGS_MAX (4 * 1024 * 1024)	/* of a file of 1 MiB, with its NULs */
#define DEFAULTS "DEFAULT"

/* Offsets in the strings, which move while they grow. */
struct entry {
	size_t section;		/* that it is in, or that it is */
	size_t name;
	size_t value;		/* of an option; a section's is not used */
	int is_section;
};

struct ini {
	struct buf strings;	/* each ended by a NUL */
	struct entry *entries;
	size_t count;
	size_t sections;
};

/* What the line before this one leaves behind. */
struct parser {
	struct ini *ini;
	size_t indent;		/* of the last option */
	int in_value;
	size_t empty;		/* lines within a value, not yet in it */
	const char *what;	/* is wrong, if something is */
};

static const char *
string(const struct ini *ini, size_t offset)
{
	return ini->strings.data + offset;
}

static int
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static void
trim(const char **text, size_t *len)
{
	while (*len > 0 && is_blank(**text)) {
		(*text)++;
		(*len)--;
	}
	while (*len > 0 && is_blank((*text)[*len - 1]))
		(*len)--;
}

static int
add_string(struct ini *ini, const char *text, size_t len, size_t *offset)
{
	*offset = ini->strings.len;
	return buf_add(&ini->strings, text, len) == -1 ||
	    buf_add(&ini->strings, "", 1) == -1 ? -1 : 0;
}

static struct entry *
add_entry(struct parser *p)
{
	struct ini *ini = p->ini;
	struct entry *more;

	if (ini->count == INI_ENTRIES) {
		p->what = "has too much in it";
		return NULL;
	}
	if ((ini->count & 63) == 0) {
		more = realloc(ini->entries, (ini->count + 64) *
		    sizeof(*more));
		if (more == NULL)
			return NULL;
		ini->entries = more;
	}
	return &ini->entries[ini->count];
}

/* The entry of that name among those of one kind; NULL if there is none. */
static const struct entry *
find(const struct ini *ini, int is_section, size_t section, const char *name)
{
	const struct entry *e;
	size_t i;

	for (i = 0; i < ini->count; i++) {
		e = &ini->entries[i];
		if (e->is_section == is_section &&
		    (is_section || e->section == section) &&
		    strcmp(string(ini, e->name), name) == 0)
			return e;
	}
	return NULL;
}

static int
add_section(struct parser *p, const char *text, size_t len)
{
	struct entry *e = add_entry(p);
	const struct entry *old;
	size_t name;

	if (e == NULL || add_string(p->ini, text, len, &name) == -1)
		return -1;
	old = find(p->ini, 1, 0, string(p->ini, name));
	if (old != NULL) {
		p->what = "begins a section that is there already";
		return -1;
	}
	*e = (struct entry){ p->ini->sections++, name, name, 1 };
	p->ini->count++;
	p->in_value = 0;
	return 0;
}

static int
add_option(struct parser *p, const char *text, size_t len)
{
	const char *value = text, *end = text + len;
	size_t name_len, value_len, name, at, i;
	struct entry *e;

	while (value < end && *value != '=' && *value != ':')
		value++;
	if (value == end || value == text) {
		p->what = "is no [section], and no option = value";
		return -1;
	}
	if (p->ini->sections == 0) {
		p->what = "stands before the first [section]";
		return -1;
	}
	name_len = (size_t)(value - text);
	trim(&text, &name_len);
	value_len = (size_t)(end - ++value);
	trim(&value, &value_len);
	if ((e = add_entry(p)) == NULL ||
	    add_string(p->ini, text, name_len, &name) == -1)
		return -1;
	for (i = name; i < name + name_len; i++)
		if (p->ini->strings.data[i] >= 'A' &&
		    p->ini->strings.data[i] <= 'Z')
			p->ini->strings.data[i] += 'a' - 'A';
	if (find(p->ini, 0, p->ini->sections - 1, string(p->ini, name)) !=
	    NULL) {
		p->what = "sets an option of this section again";
		return -1;
	}
	if (add_string(p->ini, value, value_len, &at) == -1)
		return -1;
	*e = (struct entry){ p->ini->sections - 1, name, at, 0 };
	p->ini->count++;
	p->in_value = 1;
	return 0;
}

/* The value is the last of the strings: its NUL makes room. */
static int
go_on(struct parser *p, const char *text, size_t len)
{
	struct buf *b = &p->ini->strings;

	b->data[--b->len] = '\0';
	for (; p->empty > 0; p->empty--)
		if (buf_add(b, "\n", 1) == -1)
			return -1;
	return buf_add(b, "\n", 1) == -1 || buf_add(b, text, len) == -1 ||
	    buf_add(b, "", 1) == -1 ? -1 : 0;
}

static int
take_line(struct parser *p, const char *line, size_t len)
{
	const char *text = line, *close;
	size_t indent;

	trim(&text, &len);
	indent = (size_t)(text - line);
	if (len == 0) {
		p->empty += (size_t)p->in_value;
		return 0;
	}
	if (text[0] == '#' || text[0] == ';')
		return 0;
	if (p->in_value && indent > p->indent)
		return go_on(p, text, len);
	p->empty = 0;
	p->indent = indent;
	close = text[0] == '[' ? memrchr(text, ']', len) : NULL;
	if (close != NULL && close > text + 1)
		return add_section(p, text + 1, (size_t)(close - text) - 1);
	return add_option(p, text, len);
}

struct ini *
ini_parse(const char *text, size_t len, int *line, const char **what)
{
	const char *end = text + len, *newline;
	struct parser p = { .ini = calloc(1, sizeof(*p.ini)) };

	*line = 0;
	*what = NULL;
	if (p.ini == NULL)
		return NULL;
	p.ini->strings = (struct buf)BUF_INIT(STRINGS_MAX);
	for (; text < end; text = newline + 1) {
		++*line;
		newline = memchr(text, '\n', (size_t)(end - text));
		if (newline == NULL)
			newline = end;
		errno = ENOMEM;
		if (memchr(text, '\0', (size_t)(newline - text)) != NULL)
			p.what = "has a NUL byte in it";
		else if (take_line(&p, text, (size_t)(newline - text)) == 0)
			continue;
		if (p.what == NULL && errno == EMSGSIZE)
			p.what = "is one too many";
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
		if (ini->entries[at].is_section &&
		    ini->entries[at].section == i)
			return string(ini, ini->entries[at].name);
	return NULL;
}

const char *
ini_value(const struct ini *ini, size_t i, const char *option)
{
	const struct entry *e = find(ini, 0, i, option), *defaults;

	if (e == NULL && (defaults = find(ini, 1, 0, DEFAULTS)) != NULL)
		e = find(ini, 0, defaults->section, option);
	return e != NULL ? string(ini, e->value) : NULL;
}

void
ini_free(struct ini *ini)
{
	if (ini == NULL)
		return;
	buf_free(&ini->strings);
	free(ini->entries);
	free(ini);
}
