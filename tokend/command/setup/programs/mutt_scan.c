/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/programs/mutt_scan.h"

#include <string.h>

#include "base/name.h"

/* Where the scan is; the ends of lines that are passed are counted. */
struct scan {
	const struct buf *text;
	size_t at;
	unsigned line;
};

static int
is_more(const struct scan *s)
{
	return s->at < s->text->len;
}

static char
this_char(const struct scan *s)
{
	return s->text->data[s->at];
}

static void
step_char(struct scan *s)
{
	s->line += this_char(s) == '\n';
	s->at++;
}

/* A line that ends in a backslash goes on, in quotes and comments, too. */
static int
goes_on(const struct scan *s)
{
	const char *next = s->text->data + s->at + 1;
	size_t left = s->text->len - s->at - 1;

	return this_char(s) == '\\' && ((left > 0 && next[0] == '\n') ||
	    (left > 1 && next[0] == '\r' && next[1] == '\n'));
}

/* Any character, with its backslash; or an end of line that is none. */
static void
step_over(struct scan *s)
{
	if (goes_on(s)) {
		while (this_char(s) != '\n')
			step_char(s);
	} else if (this_char(s) == '\\' && s->at + 1 < s->text->len &&
	    s->text->data[s->at + 1] != '\n') {
		step_char(s);
	}
	step_char(s);
}

static int
ends_command(char c)
{
	return c == '\n' || c == ';';
}

static void
skip_blanks(struct scan *s)
{
	while (is_more(s) && (strchr(" \t\r", this_char(s)) != NULL ||
	    goes_on(s)))
		step_over(s);
}

static void
skip_comment(struct scan *s)
{
	while (is_more(s) && this_char(s) != '\n')
		if (goes_on(s))
			step_over(s);
		else
			step_char(s);
}

/*
 * The next word, which ends where one of stops is outside of quotes, and
 * at the end of the line. 1; 0 at the end of the command.
 */
static int
next_word(struct scan *s, const char *stops, struct piece *word)
{
	char quote = '\0';

	skip_blanks(s);
	word->at = s->at;
	word->len = 0;
	if (is_more(s) && this_char(s) == '#') {
		skip_comment(s);
		return 0;
	}
	while (is_more(s) && this_char(s) != '\n' && (quote != '\0' ||
	    strchr(stops, this_char(s)) == NULL)) {
		if (quote == '\0' && strchr("\"'`", this_char(s)) != NULL)
			quote = this_char(s);
		else if (this_char(s) == quote)
			quote = '\0';
		if (quote == '\'' && !goes_on(s))
			step_char(s);
		else
			step_over(s);
	}
	word->len = s->at - word->at;
	return word->len > 0;
}

#define WORD_STOPS " \t\r\n;"
#define NAME_STOPS WORD_STOPS "=+-"

static void
skip_command(struct scan *s)
{
	struct piece word;

	while (next_word(s, WORD_STOPS, &word))
		continue;
	if (is_more(s) && ends_command(this_char(s)))
		step_char(s);
}

/* One NAME, or NAME = VALUE, of a `set`. 1; 0 at its end. */
static int
next_setting(struct scan *s, struct piece *name, struct mutt_setting *set)
{
	if (!next_word(s, NAME_STOPS, name))
		return 0;
	set->line = s->line;
	set->value = (struct piece){ s->at, 0 };
	skip_blanks(s);
	if (!is_more(s) || strchr("=+-", this_char(s)) == NULL)
		return 1;
	while (is_more(s) && strchr("=+-", this_char(s)) != NULL)
		step_char(s);
	next_word(s, WORD_STOPS, &set->value);
	return 1;
}

struct mutt_setting
mutt_find(const struct buf *text, const char *name)
{
	struct mutt_setting found = { .line = 0 }, set;
	struct scan s = { .text = text, .line = 1 };
	struct piece command, word;

	while (is_more(&s)) {
		if (next_word(&s, WORD_STOPS, &command)) {
			if (piece_is(text, command, "set"))
				while (next_setting(&s, &word, &set)) {
					if (piece_is(text, word, name))
						found = set;
				}
			else if (piece_is(text, command, "unset") ||
			    piece_is(text, command, "reset"))
				while (next_word(&s, WORD_STOPS, &word))
					if (piece_is(text, word, name))
						found.line = 0;
		}
		skip_command(&s);
	}
	return found;
}

unsigned
mutt_find_command(const struct buf *text, const char *name)
{
	struct scan s = { .text = text, .line = 1 };
	struct piece command;

	while (is_more(&s)) {
		if (next_word(&s, WORD_STOPS, &command) &&
		    piece_is(text, command, name))
			return s.line;
		skip_command(&s);
	}
	return 0;
}

/* A setting without a value is set again, at the end. */
static int
read_settings(const struct edit *e, struct blocks *blocks,
    struct failure *why)
{
	struct line none = { .next = 0 };
	struct block *b = blocks_begin(e, blocks, &none, why);
	const struct rule *r = e->recipe->rules;
	struct mutt_setting set;

	for (; b != NULL && r < e->recipe->rules + RULES_MAX &&
	    r->names != NULL; r++) {
		set = mutt_find(e->text, r->names);
		block_take(e, b, r->names, strlen(r->names),
		    &(struct option){ .line = { .number = set.line },
		    .value = set.value });
	}
	return b != NULL ? 0 : -1;
}

const struct grammar mutt_grammar = { .quotes = "\"'", .quotes_anywhere = 1,
    .escaped = "\"\\$`", .has_escapes = 1, .variables = "$`", .quoted_if = "",
    .insert = INSERT_END, .before = "set ", .between = " = ",
    .read = read_settings };

/* Is the URL's host, after imap:// or imaps://, this one? */
static int
is_url_of(const char *url, size_t len, const char *host)
{
	size_t end = 0, begin = 0, n = strlen(host);

	while (end < len && strchr("/\"' \t\r\n;|)", url[end]) == NULL) {
		if (url[end] == '@')
			begin = end + 1;
		end++;
	}
	if (begin < end && url[begin] == '[' && strchr(host, ':') != NULL)
		begin++;
	return end - begin >= n && equal_folded(url + begin, host, n) &&
	    (end - begin == n || url[begin + n] == ':' ||
	    url[begin + n] == ']');
}

unsigned
mutt_find_other_host(const struct buf *text, const char *host)
{
	static const char *const schemes[] = { "imap://", "imaps://" };
	struct line l = { .next = 0 };
	struct piece rest;
	const char *url, *end;
	size_t i;

	while (line_next(text, &l)) {
		rest = line_rest(text, &l, l.at);
		if (rest.len == 0 || text->data[rest.at] == '#')
			continue;
		end = text->data + rest.at + rest.len;
		for (i = 0; i < 2; i++)
			for (url = text->data + rest.at; (url = memmem(url,
			    (size_t)(end - url), schemes[i],
			    strlen(schemes[i]))) != NULL;) {
				url += strlen(schemes[i]);
				if (!is_url_of(url, (size_t)(end - url), host))
					return l.number;
			}
	}
	return 0;
}
