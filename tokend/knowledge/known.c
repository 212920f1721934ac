/* SPDX-License-Identifier: BSD-2-Clause */
#include "knowledge/known.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/shell_word.h"

#define CUT_MAX 160

struct filling {
	char *out;
	size_t size, len;
	int is_cut;
};

/* A {place} of a template. */
struct place {
	char form[4];		/* "sh", "ct", "ps", "cf", "cut", "" */
	char name[32];
	size_t len;		/* of all of it, with its braces */
};

const char *
known_number(char text[24], long long n)
{
	snprintf(text, 24, "%lld", n);
	return text;
}

static int
is_of_number(char c)
{
	return isdigit((unsigned char)c) || c == '.';
}

/* "5.1.1" is no part of 5.1.10, nor of an address such as 185.1.1.22. */
static int
has_number(const char *said, const char *number)
{
	const size_t len = strlen(number);
	const char *at;

	for (at = said; (at = strstr(at, number)) != NULL; at += len)
		if ((at == said || !is_of_number(at[-1])) &&
		    !isdigit((unsigned char)at[len]) && !(at[len] == '.' &&
		    isdigit((unsigned char)at[len + 1])))
			return 1;
	return 0;
}

static int
has_words(const char *said, const char *words)
{
	if (words == NULL || said == NULL)
		return words == NULL;
	return isdigit((unsigned char)words[0]) ? has_number(said, words) :
	    strcasestr(said, words) != NULL;
}

static int
is_recognised(const struct known *row, const char *source, const char *said)
{
	return (row->source == NULL || (source != NULL &&
	    strcmp(row->source, source) == 0)) &&
	    has_words(said, row->words) && has_words(said, row->also);
}

const struct known *
known_find(const struct known *rows, size_t count, const char *source,
    const char *said)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (is_recognised(&rows[i], source, said))
			return &rows[i];
	return NULL;
}

static void
add_bytes(struct filling *f, const char *bytes, size_t len)
{
	size_t room = f->size - 1 - f->len;

	if (f->is_cut)
		return;
	f->is_cut = len > room;
	if (len > room)
		len = room;
	memcpy(f->out + f->len, bytes, len);
	f->len += len;
	f->out[f->len] = '\0';
}

static void
add_text(struct filling *f, const char *text)
{
	add_bytes(f, text, strlen(text));
}

/* value, with before in front of each such byte. */
static void
add_escaped(struct filling *f, const char *value, char byte,
    const char *before)
{
	for (; *value != '\0'; value++) {
		if (*value == byte)
			add_text(f, before);
		add_bytes(f, value, 1);
	}
}

/* What means nothing to PowerShell stays; an @ does at a word's begin alone. */
static void
add_for_powershell(struct filling *f, const char *value)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.@_-";

	if (strchr("@-", *value) == NULL &&
	    value[strspn(value, plain)] == '\0') {
		add_text(f, value);
		return;
	}
	add_text(f, "'");
	add_escaped(f, value, '\'', "'");
	add_text(f, "'");
}

/* What was cut ends at a character, and shows it. */
static void
mark_cut(struct filling *f)
{
	static const char dots[] = "...";
	size_t at = f->size - 1;

	if (!f->is_cut || f->size < sizeof(dots))
		return;
	at -= sizeof(dots) - 1;
	while (at > 0 && ((unsigned char)f->out[at] & 0xc0) == 0x80)
		at--;
	memcpy(f->out + at, dots, sizeof(dots));
}

static void
add_cut(struct filling *f, const char *value)
{
	char out[CUT_MAX + 1] = "";
	struct filling part = { .out = out, .size = sizeof(out) };

	add_text(&part, value);
	mark_cut(&part);
	add_text(f, out);
}

static int
read_place(struct place *p, const char *at)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz_";
	size_t len = strspn(at + 1, letters);
	const char *name = at + 1;

	p->form[0] = '\0';
	if (name[len] == ':' && len < sizeof(p->form)) {
		snprintf(p->form, sizeof(p->form), "%.*s", (int)len, name);
		name += len + 1;
		len = strspn(name, letters);
	}
	if (len == 0 || name[len] != '}' || len >= sizeof(p->name))
		return -1;
	snprintf(p->name, sizeof(p->name), "%.*s", (int)len, name);
	p->len = (size_t)(name + len + 1 - at);
	return 0;
}

static const struct known_value *
find_value(const struct known_value *values, const char *name)
{
	for (; values != NULL && values->name != NULL; values++)
		if (strcmp(values->name, name) == 0)
			return values;
	return NULL;
}

static int
add_value(struct filling *f, const struct place *p,
    const struct known_value *values)
{
	const struct known_value *v = find_value(values, p->name);
	const char *value = v != NULL && v->value != NULL ? v->value : "";

	if (v == NULL)
		return -1;
	if (strcmp(p->form, "sh") == 0)
		add_text(f, SHELL_WORD(value));
	else if (strcmp(p->form, "cf") == 0)
		add_escaped(f, value, '$', "$");	/* "$$" is a dollar */
	else if (strcmp(p->form, "ct") == 0)
		add_escaped(f, SHELL_WORD(value), '%', "\\");
	else if (strcmp(p->form, "ps") == 0)
		add_for_powershell(f, value);
	else if (strcmp(p->form, "cut") == 0)
		add_cut(f, value);
	else
		add_text(f, value);
	return 0;
}

void
known_fill(char *out, size_t size, const char *template,
    const struct known_value *values)
{
	struct filling f = { .out = out, .size = size };
	struct place p;
	size_t len;

	out[0] = '\0';
	while (*template != '\0') {
		len = strcspn(template, "{");
		add_bytes(&f, template, len);
		template += len;
		if (*template == '\0')
			break;
		if (read_place(&p, template) == 0 &&
		    add_value(&f, &p, values) == 0) {
			template += p.len;
		} else {
			add_bytes(&f, template, 1);
			template++;
		}
	}
	mark_cut(&f);
}

static void
fill_text(char text[FINDING_TEXT_MAX + 1], const char *template,
    const struct known_value *values)
{
	known_fill(text, FINDING_TEXT_MAX + 1,
	    template != NULL ? template : "", values);
	make_printable(text, FINDING_TEXT_MAX + 1);
}

void
known_finding(struct finding *f, const char *check, const struct known *row,
    const struct known_value *values)
{
	f->check = check;
	f->verdict = row->verdict;
	f->code = row->code;
	fill_text(f->found, row->found, values);
	fill_text(f->matters, row->why, values);
	fill_text(f->fix, row->fix, values);
}
