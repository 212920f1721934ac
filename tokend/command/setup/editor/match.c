/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/editor/match.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/name.h"
#include "command/setup/editor/template.h"

int
option_is_set(const struct option *o)
{
	return o->line.number != 0;
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

enum truth
option_suits(struct edit *e, const struct rule *r, const struct option *o,
    const char *list, struct failure *why)
{
	struct buf text = BUF_INIT(SETUP_TEXT_MAX), wanted =
	    BUF_INIT(RECIPE_VALUE_MAX);
	enum unquoted read = grammar_unquote(e->recipe->grammar, e->text,
	    o->value, &text);
	enum truth result = IS_FALSE, more = IS_FALSE;
	int is_beginning;

	if (read == UNQUOTED && (r->flags & RULE_URL) != 0 &&
	    reduce_url(&text) == -1)
		read = UNQUOTED_NO_MEMORY;
	if (read == UNQUOTED_NO_MEMORY)
		result = fail_memory(why);
	else if (read == UNQUOTED_UNKNOWN && (r->kind == RULE_MATCH ||
	    r->kind == RULE_LIST))
		result = fail(why, STATUS_CONFIG, "%s:%u: this depends on what "
		    "is not known here: nothing was changed. Fix: write it "
		    "out, and run this again", e->path, o->line.number);
	while (read == UNQUOTED && result == IS_FALSE && (more = template_next(
	    e, &list, &wanted, &is_beginning, why)) == IS_TRUE)
		result = text_suits(e, r, &text, &wanted, is_beginning);
	buf_free(&text);
	buf_free(&wanted);
	return more == IS_UNKNOWN ? IS_UNKNOWN : result;
}

static int
has_any(const struct edit *e, const struct block *b, const char *names)
{
	const struct rule *rules = e->recipe->rules;
	size_t i;

	for (i = 0; i < RULES_MAX && rules[i].names != NULL; i++)
		if (option_is_set(&b->set[i]) && b->set[i].value.len > 0 &&
		    is_one_of(names, rules[i].names,
		    strcspn(rules[i].names, " ")))
			return 1;
	return 0;
}

int
rule_holds(const struct edit *e, const struct block *b, const struct rule *r,
    const struct option *o)
{
	return (r->when == 0 || (r->when & e->when) != 0) &&
	    (r->unless == NULL || !has_any(e, b, r->unless) ||
	    (option_is_set(o) && (r->flags & RULE_SKIP) == 0));
}

enum truth
block_suits(struct edit *e, const struct block *b, struct failure *why)
{
	const struct rule *r = e->recipe->rules;
	const struct option *o = b->set;
	struct buf text = BUF_INIT(RECIPE_VALUE_MAX);
	enum truth result = e->recipe->heads == NULL ||
	    is_one_of(e->recipe->heads, e->text->data + b->kind.at,
	    b->kind.len);

	for (; result == IS_TRUE && o < b->set + RULES_MAX && r->names != NULL;
	    r++, o++) {
		if (!rule_holds(e, b, r, o))
			continue;
		if (r->kind == RULE_MATCH)
			result = option_is_set(o) ? option_suits(e, r, o,
			    r->good, why) : (r->flags & RULE_OPTIONAL) != 0;
		else if (r->kind == RULE_REFUSE && option_is_set(o))
			result = edit_fill(e, r->value, &text, why) == -1 ?
			    -1 : fail(why, STATUS_CONFIG, "%s:%u: %s, and run "
			    "this again", e->path, o->line.number,
			    buf_text(&text));
	}
	buf_free(&text);
	return result;
}
