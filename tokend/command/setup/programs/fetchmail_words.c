/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/programs/fetchmail_words.h"

#include <string.h>

struct scan {
	const struct buf *text;
	size_t at;
	unsigned line;
	unsigned open;		/* where a quote begins that has no end */
};

static void
step_char(struct scan *s)
{
	s->line += s->text->data[s->at] == '\n';
	s->at++;
}

static int
is_at(const struct scan *s, const char *set)
{
	return s->at < s->text->len &&
	    strchr(set, s->text->data[s->at]) != NULL;
}

/* The next word; blanks, punctuation and comments are none. 1, or 0. */
static int
next_word(struct scan *s, struct option *w)
{
	char quote;

	for (;;) {
		while (is_at(s, " \t\r\n,;:="))
			step_char(s);
		if (!is_at(s, "#"))
			break;
		while (s->at < s->text->len && !is_at(s, "\n"))
			step_char(s);
	}
	*w = (struct option){ .line = { .number = s->line },
	    .value = { s->at, 0 } };
	if (is_at(s, "\"'")) {
		quote = s->text->data[s->at];
		do {
			if (is_at(s, "\\") && s->at + 1 < s->text->len)
				step_char(s);
			step_char(s);
		} while (s->at < s->text->len &&
		    s->text->data[s->at] != quote);
		if (s->at < s->text->len)
			step_char(s);
		else
			s->open = w->line.number;
	} else {
		while (s->at < s->text->len && !is_at(s, " \t\r\n,;:="))
			step_char(s);
	}
	w->value.len = s->at - w->value.at;
	return w->value.len > 0;
}

static int
is_word(const struct scan *s, const struct option *w, const char *names)
{
	return is_one_of(names, s->text->data + w->value.at, w->value.len);
}

static void
take_word(const struct edit *e, struct block *b, const char *name,
    const struct option *w)
{
	block_take(e, b, name, strlen(name), w);
}

static size_t
end_of(const struct option *w)
{
	return w->value.at + w->value.len;
}

/* user NAME [there|here] */
static void
take_user(const struct edit *e, struct scan *s, struct block *b)
{
	struct scan ahead;
	struct option user, w;

	if (!next_word(s, &user))
		return;
	/* The name of the block is not needed, and counts the users. */
	if (b->name.len > 0)
		take_word(e, b, ENTRY_USERS, &(struct option){
		    .line = b->head });
	b->name = user.value;
	take_word(e, b, "user", &user);
	b->place[1] = end_of(&user);
	ahead = *s;
	if (!next_word(&ahead, &w))
		return;
	if (is_word(s, &w, "there"))
		b->place[1] = end_of(&w);
	else if (is_word(s, &w, "here"))
		take_word(e, b, ENTRY_LOCAL, &w);
}

static void
take_option(const struct edit *e, struct scan *s, struct block *b,
    const struct option *w)
{
	const char *name = s->text->data + w->value.at;
	struct option value;

	if (is_word(s, w, "ssl"))
		take_word(e, b, "ssl", w);
	else if (is_word(s, w, "user username"))
		take_user(e, s, b);
	else if (is_word(s, w, "via proto protocol plugin auth authenticate "
	    "sslproto pass password") && next_word(s, &value)) {
		block_take(e, b, name, w->value.len, &value);
		if (is_word(s, w, "via"))
			b->place[0] = end_of(&value);
	}
}

static int
read_entries(const struct edit *e, struct blocks *blocks,
    struct failure *why)
{
	struct scan s = { .text = e->text, .line = 1 };
	struct option w, name;
	struct block *b = NULL;
	int is_negated = 0;

	for (; next_word(&s, &w); is_negated = is_word(&s, &w, "no")) {
		if (is_word(&s, &w, "set defaults")) {
			b = NULL;
		} else if (is_word(&s, &w, "poll skip server")) {
			if ((b = blocks_begin(e, blocks, &w.line,
			    why)) == NULL)
				return -1;
			if (next_word(&s, &name)) {
				take_word(e, b, ENTRY_NAME, &name);
				b->place[0] = end_of(&name);
			}
		} else if (b != NULL && !is_negated) {
			take_option(e, &s, b, &w);
		}
	}
	return s.open == 0 ? 0 : open_quote(e, s.open, why);
}

/*
 * fetchmail takes a quote only in those of the other kind, and a backslash
 * doubled.
 */
const struct grammar fetchmail_grammar = { .quotes = "\"'", .escaped = "\\",
    .has_escapes = 1, .quoted_if = "", .insert = INSERT_WORD, .before = " ",
    .between = " ", .read = read_entries };
