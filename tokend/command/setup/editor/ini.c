/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/editor/ini.h"

#include <string.h>

#include "base/name.h"

#define DEFAULTS "DEFAULT"
#define TRIPLE "\"\"\""

struct reading {
	const struct edit *e;
	const struct buf *text;
	struct blocks *blocks;
	struct block defaults;
	struct block *block;	/* whose lines these are; NULL: before all */
	struct option option;	/* the last one; number 0: there is none */
	struct line line;
	int has_comment;	/* since that option */
	struct failure *why;
};

static int
refuse_line(const struct reading *r, const char *what, const char *fix)
{
	return fail(r->why, STATUS_CONFIG, "%s:%u: %s: nothing was changed. "
	    "Fix: %s, and run this again", r->e->path, r->line.number, what,
	    fix);
}

static int
is_ascii(char c)
{
	return (unsigned char)c < 0x80;
}

/* Some end a line, or are blanks, for Python only. */
static int
check_characters(const struct reading *r)
{
	const char *c = r->text->data + r->line.at, *end = c + r->line.len;

	for (; c < end; c++)
		if (is_ascii(*c) && *c < ' ' && *c != '\t')
			return refuse_line(r, "a control character is here",
			    "remove it");
	return 0;
}

static size_t
indent_width(const struct reading *r, const struct line *l)
{
	return line_rest(r->text, l, l->at).at - l->at;
}

static int
is_go(const struct reading *r)
{
	return r->e->recipe->grammar->is_go;
}

/* The rule by which the option counts, or NULL. */
static const struct rule *
find_rule(const struct reading *r, struct piece name)
{
	const struct rule *rule = r->e->recipe->rules;
	size_t i;

	for (i = 0; i < RULES_MAX && rule[i].names != NULL; i++)
		if (is_one_of(rule[i].names, r->text->data + name.at,
		    name.len))
			return &rule[i];
	return NULL;
}

static void
take_option(struct reading *r)
{
	block_take(r->e, r->block, r->text->data + r->option.name.at,
	    r->option.name.len, &r->option);
	r->block->last = r->option.line;
	r->has_comment = 0;
}

/* The line goes on with the last option's value. */
static int
extend_option(struct reading *r, struct piece rest)
{
	const struct rule *rule = find_rule(r, r->option.name);
	struct option *o = &r->option;

	if (rule != NULL && rule->kind == RULE_DROP)
		return refuse_line(r, "a secret goes on in this line",
		    "write it in one line");
	if (rule != NULL && r->has_comment)
		return refuse_line(r, "a comment is before this line, which "
		    "goes on with an option", "move the comment");
	o->value.len = rest.at + rest.len - o->value.at;
	o->line.next = r->line.next;
	o->line.len = r->line.at + r->line.len - o->line.at;
	take_option(r);
	return 0;
}

/* How much of the name is the recipe's head: all, or what is before " ". */
static size_t
head_length(const struct reading *r, struct piece name)
{
	const char *heads = r->e->recipe->heads;
	size_t len = heads != NULL ? strcspn(heads, " ") : 0;

	return len > 0 && name.len >= len && memcmp(r->text->data + name.at,
	    heads, len) == 0 && (heads[len] == '\0' ? name.len == len :
	    name.len > len && r->text->data[name.at + len] == ' ') ? len : 0;
}

/* There is that section above; or, of go-ini's, [a] and [a.b], which has it. */
static int
is_twice(const struct reading *r, struct piece name)
{
	const char *text = r->text->data;
	struct piece other;
	size_t i, n;

	for (i = 0; i + 1 < r->blocks->count; i++) {
		other = r->blocks->block[i].name;
		n = other.len < name.len ? other.len : name.len;
		if (memcmp(text + other.at, text + name.at, n) == 0 &&
		    (other.len == name.len || (is_go(r) && text[n + (other.len >
		    n ? other.at : name.at)] == '.')))
			return 1;
	}
	return 0;
}

/* [NAME], and whatever is after it: older versions end it at the first "]". */
static int
begin_section(struct reading *r, struct piece rest)
{
	const char *begin = r->text->data + rest.at + 1;
	const char *end = memchr(begin, ']', rest.len - 1);
	struct piece name = { rest.at + 1, 0 };

	if (end == NULL || end == begin || memchr(end + 1, ']', rest.len - 2 -
	    (size_t)(end - begin)) != NULL)
		return refuse_line(r, "this is no plain [section]",
		    "correct it");
	/* A new option would take it in. */
	if (r->block != NULL && r->option.line.number == 0 &&
	    indent_width(r, &r->line) > indent_width(r, &r->block->head))
		return refuse_line(r, "this [section] has more indentation "
		    "than the empty one above", "remove it");
	name.len = (size_t)(end - begin);
	r->option = (struct option){ .line = { .number = 0 } };
	r->block = &r->defaults;
	r->defaults.head = r->line;
	if (piece_is(r->text, name, DEFAULTS))
		return 0;
	r->block = blocks_begin(r->e, r->blocks, &r->line, r->why);
	if (r->block == NULL)
		return -1;
	r->block->name = name;
	r->block->kind = (struct piece){ name.at, head_length(r, name) };
	return !is_twice(r, name) ? 0 : refuse_line(r, is_go(r) ? "there is a "
	    "section above of this name, or of a part of it before a dot" :
	    "there is a section of this name above", "make one of both, or "
	    "rename one");
}

/*
 * What go-ini has otherwise: quotes that can hold lines, a backslash by which
 * the value goes on, names in one case, and values of other options.
 */
static int
check_go(const struct reading *r, const struct option *o)
{
	const char *name = r->text->data + o->name.at;
	const char *begin = r->text->data + o->value.at;
	const char *end = begin + o->value.len, *quote = NULL;
	const struct rule *rule = find_rule(r, o->name);
	size_t n;

	/* What is not ASCII may be a blank. */
	while (begin < end && !is_ascii(*begin))
		begin++;
	while (end > begin && (!is_ascii(end[-1]) || strchr(" \t", end[-1]) !=
	    NULL))
		end--;
	if (end > begin && end[-1] == '\\')
		return refuse_line(r, "by its backslash this goes on in the "
		    "next line", "write it in one line");
	if (end > begin && *begin == '`')
		quote = "`";
	else if (end - begin >= 3 && memcmp(begin, TRIPLE, 3) == 0)
		quote = TRIPLE;
	n = quote != NULL ? strlen(quote) : 0;
	if (strchr("\"`", *name) != NULL || (quote != NULL && (rule != NULL ||
	    memmem(begin + n, (size_t)(end - begin) - n, quote, n) == NULL)))
		return refuse_line(r, "quotes of this kind are not understood "
		    "here", "write it in one line, without them");
	if (rule == NULL)
		return 0;
	if (!piece_is(r->text, o->name, rule->names))
		return refuse_line(r, "this name counts in small letters only",
		    "write it so");
	return memmem(begin, (size_t)(end - begin), "%(", 2) == NULL ? 0 :
	    refuse_line(r, "this depends on what is not known here",
	    "write it out");
}

/* What is before a comment, and in quotes: none if there are more inside. */
static struct piece
read_go_value(const struct reading *r, struct piece value)
{
	const char *text = r->text->data + value.at;
	struct line part = { .at = value.at, .len = strcspn(text, "#;") };

	if (part.len < value.len)
		value = line_rest(r->text, &part, value.at);
	return value.len >= 2 && (*text == '"' || *text == '\'') &&
	    memchr(text + 1, *text, value.len - 1) == text + value.len - 1 ?
	    (struct piece){ value.at + 1, value.len - 2 } : value;
}

/* What is no option for all versions, and what counts twice. */
static int
check_option(const struct reading *r, const struct option *o)
{
	const char *name = r->text->data + o->name.at;
	const char *value = r->text->data + o->value.at;
	const struct rule *rule = find_rule(r, o->name);
	const struct option *other;
	size_t i;

	for (i = 0; i < o->name.len && is_ascii(name[i]); i++)
		continue;
	if (i < o->name.len || (rule != NULL && o->value.len > 0 &&
	    (!is_ascii(*value) || !is_ascii(value[o->value.len - 1]))))
		return refuse_line(r, "characters that are not ASCII are here",
		    "correct it");
	if (rule == NULL)
		return 0;
	other = &r->block->set[rule - r->e->recipe->rules];
	if (other->line.number != 0 && other->name.len == o->name.len &&
	    equal_folded(r->text->data + other->name.at, name, o->name.len))
		return refuse_line(r, "the section has this option above, too",
		    "remove one of both");
	/* Versions of aerc differ in whether this counts. */
	return r->block != &r->defaults || r->e->recipe->grammar->defaults ==
	    NULL || (!is_go(r) && rule->kind != RULE_DROP &&
	    rule->kind != RULE_LIST) ? 0 :
	    refuse_line(r, "[" DEFAULTS "] has an option that would count for "
	    "this account, too", "move it to the sections that need it");
}

/* NAME = VALUE, or, not for go-ini, with a colon, whatever comes first. */
static int
begin_option(struct reading *r, struct piece rest)
{
	size_t len = strcspn(r->text->data + rest.at, is_go(r) ? "=" : "=:");
	struct line name = { .at = rest.at, .len = len };
	struct option o = { .line = r->line, .is_assigned = 1 };

	if (len >= rest.len || len == 0)
		return refuse_line(r, "this is no section, option or comment",
		    "correct it");
	if (r->block == NULL)
		return refuse_line(r, "no [section] is before this option",
		    "write it");
	o.name = line_rest(r->text, &name, rest.at);
	o.value = line_rest(r->text, &r->line, rest.at + len + 1);
	if (is_go(r)) {
		if (check_go(r, &o) == -1)
			return -1;
		o.value = read_go_value(r, o.value);
	}
	if (check_option(r, &o) == -1)
		return -1;
	r->option = o;
	take_option(r);
	return 0;
}

static int
read_line(struct reading *r)
{
	struct piece rest = line_rest(r->text, &r->line, r->line.at);

	if (check_characters(r) == -1)
		return -1;
	if (rest.len == 0)
		return 0;
	if (!is_ascii(r->text->data[rest.at]))
		return refuse_line(r, "the line begins with a character that "
		    "is not ASCII", "correct it");
	if (strchr("#;", r->text->data[rest.at]) != NULL) {
		r->has_comment = 1;
		return 0;
	}
	if (!is_go(r) && r->option.line.number != 0 &&
	    indent_width(r, &r->line) > indent_width(r, &r->option.line))
		return extend_option(r, rest);
	return r->text->data[rest.at] == '[' ? begin_section(r, rest) :
	    begin_option(r, rest);
}

/* [DEFAULT] counts wherever it is. */
static void
inherit_defaults(struct block *b, const struct block *defaults)
{
	size_t i;

	for (i = 0; i < RULES_MAX; i++)
		if (b->set[i].line.number == 0) {
			b->set[i] = defaults->set[i];
			b->set[i].is_inherited = b->set[i].is_default = 1;
		}
}

int
ini_read(const struct edit *e, struct blocks *b, struct failure *why)
{
	struct reading r = { .e = e, .text = e->text, .blocks = b,
	    .line = { .next = 0 }, .why = why };
	size_t i;

	while (line_next(r.text, &r.line))
		if (read_line(&r) == -1)
			return -1;
	for (i = 0; i < b->count && e->recipe->grammar->defaults != NULL; i++)
		inherit_defaults(&b->block[i], &r.defaults);
	return 0;
}
