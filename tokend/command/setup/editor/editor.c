/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/editor/editor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/setup/editor/match.h"
#include "command/setup/editor/template.h"
#include "command/setup/installed.h"
#include "base/number.h"

#define PORT_MAX 65535

/* What was done to the text; a failure has said why. */
enum edit_step { STEP_FAILED = -1, STEP_NONE, STEP_MADE };

static int
make_path(char path[SCOPE_PATH_MAX], const struct setup *s, const char *place)
{
	const char *xdg = secure_getenv("XDG_CONFIG_HOME");
	char folder[SCOPE_PATH_MAX];

	if (*place != '~')
		return scope_path(path, s->home, place);
	if (xdg != NULL && *xdg == '/')
		return scope_path(path, xdg, place + 1);
	return scope_path(folder, s->home, "/.config") == -1 ? -1 :
	    scope_path(path, folder, place + 1);
}

int
edit_find(char path[SCOPE_PATH_MAX], const struct setup *s,
    const char *const places[])
{
	for (; *places != NULL; places++)
		if (make_path(path, s, *places) == 0 &&
		    access(path, F_OK) == 0)
			return 1;
	return 0;
}

struct setup_file *
edit_open(struct edit *e, struct setup *s, const char *config,
    struct mailbox *m, struct failure *why)
{
	const struct recipe *r = e->recipe;
	char path[SCOPE_PATH_MAX];
	struct setup_file *f;

	if ((r->needs != NULL && program_find(path, r->needs, why) == -1) ||
	    mailbox_take(m, s->account, r->server, why) == -1)
		return NULL;
	if (config == NULL && !edit_find(path, s, r->places) &&
	    make_path(path, s, r->usual) == -1) {
		fail(why, STATUS_CONFIG, "%s: too long a path", s->home);
		return NULL;
	}
	if ((f = setup_file(s, config != NULL ? config : path, why)) != NULL) {
		f->has_words = r->grammar->insert == INSERT_WORD;
		e->text = &f->new;
		e->path = f->path;
		e->m = m;
	}
	return f;
}

/* As it is written: in quotes, where the grammar wants them. */
static int
make_value(struct edit *e, const struct rule *r, struct buf *out,
    struct failure *why)
{
	struct buf plain = BUF_INIT(RECIPE_VALUE_MAX);
	int result = edit_fill(e, r->value, &plain, why);

	if (result == 0 && ((r->flags & RULE_BARE) != 0 ? buf_adds(out,
	    buf_text(&plain)) : grammar_quote(e->recipe->grammar, out,
	    buf_text(&plain))) == -1)
		result = fail_memory(why);
	buf_free(&plain);
	return result;
}

/* A last line that ends in a backslash would take the next one in. */
static int
add_at_end(struct buf *text, const struct grammar *g, const char *words,
    struct failure *why)
{
	size_t end = text->len;

	end -= end > 0 && text->data[end - 1] == '\n';
	end -= end > 0 && text->data[end - 1] == '\r';
	if (end > 0 && text->data[end - 1] == '\\' && g->has_escapes &&
	    text_add_line(text, "", why) == -1)
		return -1;
	return text_add_line(text, words, why);
}

/* A new option, where the grammar has its place. */
static int
insert_option(struct edit *e, const struct block *b, const struct rule *r,
    const char *value, struct failure *why)
{
	const struct grammar *g = e->recipe->grammar;
	struct buf made = BUF_INIT(RECIPE_VALUE_MAX);
	struct piece place = { b->place[(r->flags & RULE_LATE) != 0], 0 };
	int result = -1;

	if (buf_adds(&made, g->before) == -1)
		fail_memory(why);
	else if (template_fill(e, r->names, strcspn(r->names, " "), 0, &made,
	    why) == -1)
		result = -1;
	else if (*value != '\0' && (buf_adds(&made, g->between) == -1 ||
	    buf_adds(&made, value) == -1))
		fail_memory(why);
	else if (g->insert == INSERT_WORD)
		result = text_replace(e->text, place, buf_text(&made), why);
	else if (g->insert == INSERT_END)
		result = add_at_end(e->text, g, buf_text(&made), why);
	else
		result = line_insert(e->text, &b->last, buf_text(&made), why);
	buf_free(&made);
	return result;
}

/* The block's own option becomes value, or is added. */
static enum edit_step
set_option(struct edit *e, const struct block *b, const struct rule *r,
    const struct option *o, struct failure *why)
{
	const struct grammar *g = e->recipe->grammar;
	struct buf made = BUF_INIT(RECIPE_VALUE_MAX);
	int is_own = option_is_set(o) && !o->is_inherited, result;
	struct piece place = o->value;

	if (r->kind == RULE_LIST && place.len > 0)
		place = (struct piece){ place.at + place.len, 0 };
	/* An option without a value gets one after its name. */
	if (is_own && place.len == 0 && buf_adds(&made, o->value.len > 0 ?
	    ", " : o->is_assigned ? " " : g->between) == -1)
		result = fail_memory(why);
	else if (r->kind != RULE_DROP && make_value(e, r, &made, why) == -1)
		result = -1;
	else if (is_own && (o->value.len > 0 || g->insert == INSERT_LINE))
		result = text_replace(e->text, place, buf_text(&made), why);
	else
		result = insert_option(e, b, r, buf_text(&made) +
		    (is_own ? strlen(g->between) : 0), why);
	buf_free(&made);
	return result == -1 ? STEP_FAILED : STEP_MADE;
}

/* Makes the option right, where it is not. */
static enum edit_step
apply_rule(struct edit *e, const struct block *b, const struct rule *r,
    const struct option *o, struct failure *why)
{
	enum truth is_right = IS_FALSE;

	if (r->kind < RULE_SET || !rule_holds(e, b, r, o) ||
	    (!option_is_set(o) && (r->kind == RULE_DROP ||
	    (r->flags & RULE_OPTIONAL) != 0)))
		return STEP_NONE;
	if (r->kind == RULE_DROP) {
		if (o->value.len == 0 && e->recipe->grammar->has_parents)
			return STEP_NONE;
		/* What is inherited is unsaid by an empty one. */
		if (o->is_inherited)
			return set_option(e, b, r, o, why);
		return line_remove(e->text, &o->line, why) == -1 ?
		    STEP_FAILED : STEP_MADE;
	}
	if (option_is_set(o) && r->bad != NULL) {
		is_right = option_suits(e, r, o, r->bad, why);
		if (is_right != IS_UNKNOWN)
			is_right = is_right == IS_FALSE;
	} else if (option_is_set(o)) {
		if (r->kind != RULE_COMMAND)
			is_right = option_suits(e, r, o, r->value, why);
		if (is_right == IS_FALSE)
			is_right = option_suits(e, r, o, r->good, why);
	}
	return is_right == IS_FALSE ? set_option(e, b, r, o, why) :
	    is_right == IS_TRUE ? STEP_NONE : STEP_FAILED;
}

/* Where the block connects to: by default as the account does. */
static void
find_port(struct edit *e, const struct block *b)
{
	const struct rule *rules = e->recipe->rules;
	struct buf digits = BUF_INIT(8);
	int64_t port = 0;
	size_t i;

	e->port = e->m->port;
	for (i = 0; e->recipe->port != NULL && i < RULES_MAX &&
	    rules[i].names != NULL; i++) {
		if (strcmp(rules[i].names, e->recipe->port) != 0 ||
		    b->set[i].value.len == 0 || buf_add(&digits,
		    e->text->data + b->set[i].value.at,
		    b->set[i].value.len) == -1)
			continue;
		if (number_read(buf_text(&digits), &port) == digits.len &&
		    port > 0 && port <= PORT_MAX)
			e->port = (unsigned)port;
	}
	buf_free(&digits);
}

static int
name_block(struct edit *e, const struct block *b, struct failure *why)
{
	if (b->name.len >= sizeof(e->label))
		return fail(why, STATUS_CONFIG, "%s:%u: the name is too long",
		    e->path, b->head.number);
	if (b->name.len == 0) {
		strcpy(e->label, "default");
		return 0;
	}
	memcpy(e->label, e->text->data + b->name.at, b->name.len);
	e->label[b->name.len] = '\0';
	return 0;
}

/* One change for the first block that needs it. */
static enum edit_step
edit_one(struct edit *e, int *found, struct failure *why)
{
	struct blocks blocks;
	const struct block *b;
	enum edit_step step = blocks_read(e, &blocks, why) == -1 ?
	    STEP_FAILED : STEP_NONE;
	enum truth is_ours;
	size_t i, k;

	for (i = 0; step == STEP_NONE && i < blocks.count; i++) {
		b = &blocks.block[i];
		if ((is_ours = block_suits(e, b, why)) == IS_FALSE)
			continue;
		if (is_ours == IS_UNKNOWN ||
		    (!*found && name_block(e, b, why) == -1))
			step = STEP_FAILED;
		*found = 1;
		find_port(e, b);
		for (k = 0; step == STEP_NONE && k < RULES_MAX &&
		    e->recipe->rules[k].names != NULL; k++)
			step = apply_rule(e, b, &e->recipe->rules[k],
			    &b->set[k], why);
	}
	blocks_free(&blocks);
	return step;
}

enum edit_result
edit_blocks(struct edit *e, struct failure *why)
{
	enum edit_step step;
	int found = 0;

	while ((step = edit_one(e, &found, why)) == STEP_MADE)
		continue;
	return step == STEP_FAILED ? EDIT_FAILED :
	    found ? EDIT_FOUND : EDIT_NONE;
}

void
edit_make_label(struct edit *e)
{
	char *c;

	snprintf(e->label, sizeof(e->label), "%s", e->m->account);
	for (c = e->label; e->recipe->not_in_label != NULL &&
	    (c = strpbrk(c, e->recipe->not_in_label)) != NULL; c++)
		*c = '-';
}

/* No block has a name that the new one needs. is_first: there is none. */
static int
check_names(struct edit *e, int *is_first, struct failure *why)
{
	struct blocks blocks;
	struct buf name = BUF_INIT(RECIPE_VALUE_MAX);
	const char *list;
	int result = blocks_read(e, &blocks, why), is_beginning;
	enum truth more;
	size_t i;

	*is_first = result == 0 && blocks.count == 0;
	for (i = 0; result == 0 && i < blocks.count; i++)
		for (list = e->recipe->taken; result == 0 && (more =
		    template_next(e, &list, &name, &is_beginning, why)) !=
		    IS_FALSE;)
			if (more == IS_UNKNOWN)
				result = -1;
			else if (blocks.block[i].name.len == name.len &&
			    memcmp(e->text->data + blocks.block[i].name.at,
			    buf_text(&name), name.len) == 0)
				result = fail(why, STATUS_CONFIG, "%s:%u: the "
				    "name \"%s\" is needed for the new "
				    "account. Fix: rename this one, here and "
				    "where it is named", e->path,
				    blocks.block[i].head.number,
				    buf_text(&name));
	blocks_free(&blocks);
	buf_free(&name);
	return result;
}

static unsigned
count_lines(const struct buf *text)
{
	struct line l = { .next = 0 };

	while (line_next(text, &l))
		continue;
	return l.number;
}

int
edit_check_name(const struct edit *e, const char *characters,
    struct failure *why)
{
	return strpbrk(e->m->account, characters) == NULL &&
	    strpbrk(e->m->user, characters) == NULL ? 0 : fail(why,
	    STATUS_CONFIG, "account \"%s\": %s's file cannot have this name "
	    "or its user: nothing was changed. Fix: use an account without "
	    "any of %s in both", e->m->account, e->recipe->program,
	    characters);
}

int
edit_add(struct edit *e, struct failure *why)
{
	const struct recipe *r = e->recipe;
	struct buf block = BUF_INIT(SETUP_TEXT_MAX);
	unsigned line = count_lines(e->text);
	int is_first, result;

	e->port = e->m->port;
	edit_make_label(e);
	result = check_names(e, &is_first, why);
	if (result == 0)
		result = template_fill(e, r->block, strlen(r->block), 1,
		    &block, why);
	if (result == 0 && is_first && r->first != NULL)
		result = template_fill(e, r->first, strlen(r->first), 1,
		    &block, why);
	if (result == 0)
		result = text_append(e->text, buf_text(&block), why);
	buf_free(&block);
	if (result == -1)
		return -1;
	/* What is before it may take it in; defaults may have to be unsaid. */
	result = edit_blocks(e, why);
	return result != EDIT_NONE ? result == EDIT_FOUND ? 0 : -1 : fail(why,
	    STATUS_CONFIG, "%s:%u: a new entry would begin here, and what is "
	    "before it is not complete: nothing was changed. Fix: complete it, "
	    "and run this again", e->path, line + (line > 0) + 1);
}

enum edit_result
edit_make(struct edit *e, struct failure *why)
{
	enum edit_result result = edit_blocks(e, why);

	return result == EDIT_NONE && edit_add(e, why) == -1 ? EDIT_FAILED :
	    result;
}
