/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/editor/editor.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account/server_tls.h"
#include "command/setup/installed.h"
#include "base/name.h"
#include "base/number.h"

#define VALUE_MAX (2 * MAILBOX_COMMAND_MAX)
#define PORT_MAX 65535

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

static int
is_named(const char *name, size_t len, const char *wanted)
{
	return len == strlen(wanted) && memcmp(name, wanted, len) == 0;
}

static int
is_implicit(const struct edit *e)
{
	return server_is_implicit(e->recipe->server, e->port, e->m->tls);
}

/* What a URL's scheme says: with "s" at its end, and without. */
static unsigned
usual_port(const struct edit *e)
{
	static const unsigned plain[SERVERS] = { [SERVER_IMAP] = 143,
	    [SERVER_POP] = 110 };

	return is_implicit(e) ? server_port_tls(e->recipe->server) :
	    plain[e->recipe->server];
}

static int expand_template(struct edit *e, const char *template, size_t len,
    int is_quoted, struct buf *out, struct failure *why);

/* A word that may have any characters; 1 if it is none of these. */
static int
add_word(struct edit *e, const char *name, size_t len, struct buf *out,
    struct failure *why)
{
	struct buf words = BUF_INIT(VALUE_MAX);
	int result;

	if (is_named(name, len, "account"))
		return buf_adds(out, e->m->account);
	if (is_named(name, len, "user"))
		return buf_adds(out, e->m->user);
	if (is_named(name, len, "command")) {
		result = expand_template(e, e->recipe->command,
		    strlen(e->recipe->command), 0, &words, why) == -1 ? -1 :
		    mailbox_command(out, buf_text(&words), e->m, why);
		buf_free(&words);
		return result;
	}
	return 1;
}

/* One that has none that a grammar would take for its own. */
static int
add_plain(struct edit *e, const char *name, size_t len, struct buf *out)
{
	const int has_colons = strchr(e->m->host, ':') != NULL;
	const struct edit_value *v;
	const char *colon;

	for (v = e->values; v != NULL && v->name != NULL; v++)
		if (is_named(name, len, v->name))
			return buf_adds(out, v->value);
	if (is_named(name, len, "label"))
		return buf_adds(out, e->label);
	if (is_named(name, len, "host"))
		return buf_adds(out, e->m->host);
	if (is_named(name, len, "url_host"))
		return (has_colons && buf_adds(out, "[") == -1) ||
		    buf_adds(out, e->m->host) == -1 ||
		    (has_colons && buf_adds(out, "]") == -1) ? -1 : 0;
	if (is_named(name, len, "user%"))
		return mailbox_encode(out, e->m->user);
	if (is_named(name, len, "port"))
		return buf_addnum(out, e->port);
	if (is_named(name, len, "port!"))
		return e->port == usual_port(e) ? 0 : buf_adds(out, ":") == -1 ?
		    -1 : buf_addnum(out, e->port);
	/* implicit?A:B */
	colon = memchr(name, ':', len);
	name += strcspn(name, "?") + 1;
	return is_implicit(e) ? buf_add(out, name, (size_t)(colon - name)) :
	    buf_add(out, colon + 1, strcspn(colon + 1, "}"));
}

static int
add_placeholder(struct edit *e, const char *name, size_t len, int is_quoted,
    struct buf *out, struct failure *why)
{
	struct buf word = BUF_INIT(VALUE_MAX);
	int result = add_word(e, name, len, &word, why);

	if (result == 1)
		result = add_plain(e, name, len, out);
	else if (result == 0)
		result = is_quoted ? grammar_quote(e->recipe->grammar, out,
		    buf_text(&word)) : buf_adds(out, buf_text(&word));
	buf_free(&word);
	return result == -1 ? fail_memory(why) : 0;
}

static int
expand_template(struct edit *e, const char *template, size_t len, int is_quoted,
    struct buf *out, struct failure *why)
{
	const char *end = template + len, *brace;
	size_t n;

	while (template < end) {
		n = strcspn(template, "{");
		if (n >= (size_t)(end - template))
			n = (size_t)(end - template);
		if (buf_add(out, template, n) == -1)
			return fail_memory(why);
		if ((template += n) == end)
			break;
		brace = strchr(++template, '}');
		if (add_placeholder(e, template, (size_t)(brace - template),
		    is_quoted, out, why) == -1)
			return -1;
		template = brace + 1;
	}
	return 0;
}

int
edit_fill(struct edit *e, const char *template, struct buf *out,
    struct failure *why)
{
	return expand_template(e, template, strlen(template), 0, out, why);
}

static int
is_set(const struct option *o)
{
	return o->line.number != 0;
}

/*
 * The next of the templates in list, filled, without a "*" at its end, which
 * only a template can have. 1; 0: no more; -1 with why.
 */
static int
next_filled(struct edit *e, const char **list, struct buf *out,
    int *is_beginning, struct failure *why)
{
	size_t len;

	buf_reset(out);
	if (*list == NULL)
		return 0;
	/* A "|" in a placeholder's braces does not occur. */
	len = strcspn(*list, "|");
	*is_beginning = len > 0 && (*list)[len - 1] == '*';
	if (expand_template(e, *list, len - (size_t)*is_beginning, 0, out,
	    why) == -1)
		return -1;
	*list = (*list)[len] == '|' ? *list + len + 1 : NULL;
	return 1;
}

static int
add_decoded(struct buf *out, const char **at)
{
	char digits[3] = "", c = *(*at)++;

	if (c == '%' && isxdigit((unsigned char)**at) &&
	    isxdigit((unsigned char)(*at)[1])) {
		memcpy(digits, *at, 2);
		c = (char)strtoul(digits, NULL, 16);
		*at += 2;
	}
	return buf_add(out, &c, 1);
}

/* Of a URL USER@HOST, the user decoded; nothing where it has no user. */
static int
reduce_url(struct buf *text)
{
	struct buf out = BUF_INIT(SETUP_TEXT_MAX);
	const char *at = strstr(buf_text(text), "://"), *host = NULL;
	int result = 0;
	size_t len;

	if (at != NULL) {
		at += 3;
		host = memrchr(at, '@', strcspn(at, "/?#"));
	}
	while (result == 0 && host != NULL && at < host && *at != ':')
		result = add_decoded(&out, &at);
	if (host != NULL && result == 0) {
		len = strcspn(host, host[1] == '[' ? "]" : ":/?#");
		result = buf_add(&out, host, len + (host[len] == ']'));
	}
	buf_free(text);
	*text = out;
	return result;
}

/* A list with commas between its words, as offlineimap splits it. */
static int
list_has(const char *list, const struct buf *word)
{
	size_t len;

	for (; *list != '\0'; list += len + (list[len] != '\0')) {
		list += strspn(list, " \t\r\n");
		len = strcspn(list, ",");
		if (len == word->len && memcmp(list, word->data, len) == 0)
			return 1;
	}
	return 0;
}

/* Is the text what the rule wants, as wanted has it? */
static int
text_suits(const struct edit *e, const struct rule *r, const struct buf *text,
    const struct buf *wanted, int is_beginning)
{
	if (r->kind == RULE_LIST)
		return list_has(buf_text(text), wanted);
	if ((r->flags & RULE_EXACT) != 0)
		return strcmp(buf_text(text), buf_text(wanted)) == 0;
	if (r->kind == RULE_COMMAND)
		return mailbox_owns_command(e->m, buf_text(wanted),
		    buf_text(text), text->len);
	return (is_beginning ? text->len >= wanted->len :
	    text->len == wanted->len) && (wanted->len == 0 ||
	    equal_folded(buf_text(text), wanted->data, wanted->len));
}

/* Is o's value one of those in list? 1, 0; -1 with why. */
static int
is_value(struct edit *e, const struct rule *r, const struct option *o,
    const char *list, struct failure *why)
{
	struct buf text = BUF_INIT(SETUP_TEXT_MAX), wanted =
	    BUF_INIT(VALUE_MAX);
	int result = grammar_unquote(e->recipe->grammar, e->text, o->value,
	    &text), is_one = 0, is_beginning;

	if (result == 0 && (r->flags & RULE_URL) != 0)
		result = reduce_url(&text);
	if (result == -1)
		fail_memory(why);
	else if (result == 1 && (r->kind == RULE_MATCH || r->kind == RULE_LIST))
		result = fail(why, STATUS_CONFIG, "%s:%u: this depends on what "
		    "is not known here: nothing was changed. Fix: write it "
		    "out, and run this again", e->path, o->line.number);
	else if (result == 1)
		result = 0;
	else
		while (!is_one && (result = next_filled(e, &list, &wanted,
		    &is_beginning, why)) == 1)
			is_one = text_suits(e, r, &text, &wanted,
			    is_beginning);
	buf_free(&text);
	buf_free(&wanted);
	return result == -1 ? -1 : is_one;
}

static int
has_any(const struct edit *e, const struct block *b, const char *names)
{
	const struct rule *rules = e->recipe->rules;
	size_t i;

	for (i = 0; i < RULES_MAX && rules[i].names != NULL; i++)
		if (is_set(&b->set[i]) && b->set[i].value.len > 0 &&
		    is_one_of(names, rules[i].names,
		    strcspn(rules[i].names, " ")))
			return 1;
	return 0;
}

static int
rule_holds(const struct edit *e, const struct block *b, const struct rule *r,
    const struct option *o)
{
	return (r->when == 0 || (r->when & e->when) != 0) &&
	    (r->unless == NULL || !has_any(e, b, r->unless) ||
	    (is_set(o) && (r->flags & RULE_SKIP) == 0));
}

/* Is the block the account's? 1, 0; -1 with why. */
static int
is_ours(struct edit *e, const struct block *b, struct failure *why)
{
	const struct rule *r = e->recipe->rules;
	const struct option *o = b->set;
	struct buf text = BUF_INIT(VALUE_MAX);
	int result = e->recipe->heads == NULL || is_one_of(e->recipe->heads,
	    e->text->data + b->kind.at, b->kind.len);

	for (; result == 1 && o < b->set + RULES_MAX && r->names != NULL;
	    r++, o++) {
		if (!rule_holds(e, b, r, o))
			continue;
		if (r->kind == RULE_MATCH)
			result = is_set(o) ? is_value(e, r, o, r->good,
			    why) :
			    (r->flags & RULE_OPTIONAL) != 0;
		else if (r->kind == RULE_REFUSE && is_set(o))
			result = edit_fill(e, r->value, &text, why) == -1 ?
			    -1 : fail(why, STATUS_CONFIG, "%s:%u: %s, and run "
			    "this again", e->path, o->line.number,
			    buf_text(&text));
	}
	buf_free(&text);
	return result;
}

/* As it is written: in quotes, where the grammar wants them. */
static int
make_value(struct edit *e, const struct rule *r, struct buf *out,
    struct failure *why)
{
	struct buf plain = BUF_INIT(VALUE_MAX);
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
	struct buf made = BUF_INIT(VALUE_MAX);
	struct piece place = { b->place[(r->flags & RULE_LATE) != 0], 0 };
	int result = -1;

	if (buf_adds(&made, g->before) == -1)
		fail_memory(why);
	else if (expand_template(e, r->names, strcspn(r->names, " "), 0, &made,
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

/* The block's own option becomes value, or is added. 1, or -1 with why. */
static int
set_option(struct edit *e, const struct block *b, const struct rule *r,
    const struct option *o, struct failure *why)
{
	const struct grammar *g = e->recipe->grammar;
	struct buf made = BUF_INIT(VALUE_MAX);
	int is_own = is_set(o) && !o->is_inherited, result;
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
	return result == -1 ? -1 : 1;
}

/* Makes the option right. 1; 0: it is; -1 with why. */
static int
apply_rule(struct edit *e, const struct block *b, const struct rule *r,
    const struct option *o, struct failure *why)
{
	int is_right;

	if (r->kind < RULE_SET || !rule_holds(e, b, r, o) || (!is_set(o) &&
	    (r->kind == RULE_DROP || (r->flags & RULE_OPTIONAL) != 0)))
		return 0;
	if (r->kind == RULE_DROP) {
		if (o->value.len == 0 && e->recipe->grammar->has_parents)
			return 0;
		/* What is inherited is unsaid by an empty one. */
		if (o->is_inherited)
			return set_option(e, b, r, o, why);
		return line_remove(e->text, &o->line, why) == -1 ? -1 : 1;
	}
	if (!is_set(o))
		is_right = 0;
	else if (r->bad != NULL && (is_right = is_value(e, r, o, r->bad,
	    why)) != -1)
		is_right = !is_right;
	else if (r->bad == NULL && (r->kind == RULE_COMMAND ||
	    (is_right = is_value(e, r, o, r->value, why)) == 0))
		is_right = is_value(e, r, o, r->good, why);
	return is_right == 0 ? set_option(e, b, r, o, why) :
	    is_right == 1 ? 0 : -1;
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

/* One change for the first block that needs it. 1; 0: none does; -1. */
static int
edit_one(struct edit *e, int *found, struct failure *why)
{
	struct blocks blocks;
	const struct block *b;
	int result = blocks_read(e, &blocks, why);
	size_t i, k;

	for (i = 0; result == 0 && i < blocks.count; i++) {
		b = &blocks.block[i];
		if ((result = is_ours(e, b, why)) != 1)
			continue;
		result = *found ? 0 : name_block(e, b, why);
		*found = 1;
		find_port(e, b);
		for (k = 0; result == 0 && k < RULES_MAX &&
		    e->recipe->rules[k].names != NULL; k++)
			result = apply_rule(e, b, &e->recipe->rules[k],
			    &b->set[k], why);
	}
	blocks_free(&blocks);
	return result;
}

enum edit_result
edit_blocks(struct edit *e, struct failure *why)
{
	int found = 0, result;

	while ((result = edit_one(e, &found, why)) == 1)
		continue;
	return result == -1 ? EDIT_FAILED : found ? EDIT_FOUND : EDIT_NONE;
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
	struct buf name = BUF_INIT(VALUE_MAX);
	const char *list;
	int result = blocks_read(e, &blocks, why), more, is_beginning;
	size_t i;

	*is_first = result == 0 && blocks.count == 0;
	for (i = 0; result == 0 && i < blocks.count; i++)
		for (list = e->recipe->taken; result == 0 && (more =
		    next_filled(e, &list, &name, &is_beginning, why)) != 0;)
			if (more == -1)
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
		result = expand_template(e, r->block, strlen(r->block), 1,
		    &block, why);
	if (result == 0 && is_first && r->first != NULL)
		result = expand_template(e, r->first, strlen(r->first), 1,
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
