/* SPDX-License-Identifier: BSD-2-Clause */
/* fetchmail_file.c - see fetchmail_file.h */
#include "command/setup/programs/fetchmail_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/setup/lines/file_lines.h"
#include "command/setup/setup.h"
#include "name.h"

#define VALUE_MAX (2 * MAILBOX_COMMAND_MAX)

/* A word and its value, which is the word behind it. */
struct word {
	struct piece whole;	/* with its quotes */
	unsigned line;		/* 0: it is not there */
};

struct entry {
	struct word head, name, via, proto, plugin, auth, ssl, sslproto;
	struct word user, password;
	struct word options;	/* of the user go behind this word */
	struct word local;	/* `here` behind the user: it is the local one */
	unsigned users;
};

struct scan {
	const struct buf *text;
	size_t at;
	unsigned line;
	unsigned open;		/* where a quote begins that has no end */
};

static void
step(struct scan *s)
{
	s->line += s->text->data[s->at] == '\n';
	s->at++;
}

static int
stands(const struct scan *s, const char *set)
{
	return s->at < s->text->len &&
	    strchr(set, s->text->data[s->at]) != NULL;
}

/* The next word; blanks, punctuation and comments are none. 1, or 0. */
static int
next_word(struct scan *s, struct word *w)
{
	char quote;

	for (;;) {
		while (stands(s, " \t\r\n,;:="))
			step(s);
		if (!stands(s, "#"))
			break;
		while (s->at < s->text->len && !stands(s, "\n"))
			step(s);
	}
	w->whole.at = s->at;
	w->line = s->line;
	if (stands(s, "\"'")) {
		quote = s->text->data[s->at];
		do {
			if (stands(s, "\\") && s->at + 1 < s->text->len)
				step(s);
			step(s);
		} while (s->at < s->text->len &&
		    s->text->data[s->at] != quote);
		if (s->at < s->text->len)
			step(s);
		else
			s->open = w->line;
	} else {
		while (s->at < s->text->len && !stands(s, " \t\r\n,;:="))
			step(s);
	}
	w->whole.len = s->at - w->whole.at;
	return w->whole.len > 0;
}

static int
is_word(const struct scan *s, const struct word *w, const char *const names[])
{
	for (; *names != NULL; names++)
		if (piece_is_folded(s->text, w->whole, *names))
			return 1;
	return 0;
}

static const char *const heads[] = { "poll", "skip", "server", NULL };
static const char *const ends[] = { "set", "defaults", NULL };

/* user NAME [there|here] */
static void
take_user(struct scan *s, struct entry *e)
{
	static const char *const there[] = { "there", NULL };
	static const char *const here[] = { "here", NULL };
	struct scan ahead;
	struct word w;

	e->users++;
	if (!next_word(s, &e->user))
		e->user.line = 0;
	e->options = e->user;
	ahead = *s;
	if (!next_word(&ahead, &w))
		return;
	if (is_word(s, &w, there))
		e->options = w;
	else if (is_word(s, &w, here))
		e->local = w;
}

/* Takes an option of the entry whose words begin here. */
static void
take_option(struct scan *s, struct entry *e, const struct word *w)
{
	static const char *const ssl[] = { "ssl", NULL };
	static const char *const user[] = { "user", "username", NULL };
	const struct {
		const char *const names[3];
		struct word *value;
	} known[] = { { { "via" }, &e->via },
	    { { "proto", "protocol" }, &e->proto },
	    { { "plugin" }, &e->plugin },
	    { { "auth", "authenticate" }, &e->auth },
	    { { "sslproto" }, &e->sslproto },
	    { { "pass", "password" }, &e->password } };
	size_t i;

	if (is_word(s, w, ssl))
		e->ssl = *w;
	if (is_word(s, w, user))
		take_user(s, e);
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (is_word(s, w, known[i].names)) {
			if (!next_word(s, known[i].value))
				known[i].value->line = 0;
			break;
		}
}

/* The next entry from s on. 1, or 0 at the end. */
static int
next_entry(struct scan *s, struct entry *e)
{
	struct scan ahead = *s;
	struct word w, before = { .line = 0 };
	static const char *const no[] = { "no", NULL };

	memset(e, 0, sizeof(*e));
	while (next_word(&ahead, &w)) {
		if (e->head.line != 0 && (is_word(&ahead, &w, heads) ||
		    is_word(&ahead, &w, ends)))
			return 1;
		if (e->head.line == 0 && is_word(&ahead, &w, heads)) {
			e->head = w;
			next_word(&ahead, &e->name);
		} else if (e->head.line != 0 &&
		    (before.line == 0 || !is_word(&ahead, &before, no))) {
			take_option(&ahead, e, &w);
		}
		before = w;
		*s = ahead;
	}
	return e->head.line != 0;
}

/* The word without the quotes that may be around it. */
static struct piece
inside(const struct buf *text, const struct word *w)
{
	struct piece p = w->whole;

	if (p.len >= 2 && strchr("\"'", text->data[p.at]) != NULL &&
	    text->data[p.at + p.len - 1] == text->data[p.at])
		p = (struct piece){ p.at + 1, p.len - 2 };
	return p;
}

static int
is_value(const struct buf *text, const struct word *w, const char *value)
{
	const struct piece p = inside(text, w);
	const int is_quoted = p.len != w->whole.len;
	size_t i;

	if (w->line == 0)
		return 0;
	for (i = p.at; i < p.at + p.len && *value != '\0'; i++, value++) {
		if (is_quoted && text->data[i] == '\\' &&
		    i + 1 < p.at + p.len)
			i++;
		if (!equal_folded(text->data + i, value, 1))
			return 0;
	}
	return i == p.at + p.len && *value == '\0';
}

static int
is_pop(const struct buf *text, const struct entry *e)
{
	return is_value(text, &e->proto, "pop3");
}

/* 1 if it is m's; 0; -1 with why. */
static int
is_theirs(const struct buf *text, const char *path, const struct entry *e,
    const struct fetchmail_way *way, struct failure *why)
{
	const struct word *host = e->via.line != 0 ? &e->via : &e->name;

	if (!is_value(text, host, way->m->host) ||
	    is_pop(text, e) != way->is_pop ||
	    (!way->is_pop && e->proto.line != 0 &&
	    !is_value(text, &e->proto, "imap")))
		return 0;
	if (e->users > 1)
		return fail(why, STATUS_CONFIG, "%s:%u: this entry has several "
		    "users, and all would be logged in as %s: give each an "
		    "entry of its own, and run this again", path,
		    e->head.line, way->m->account);
	if (e->local.line != 0)
		return fail(why, STATUS_CONFIG, "%s:%u: this entry begins with "
		    "the local user: begin with the one there, `user %s is "
		    "... here`, if it is that, and run this again", path,
		    e->local.line, way->m->user);
	return is_value(text, &e->user, way->m->user) ||
	    is_value(text, &e->user, way->m->account);
}

/* tunnel imap HOST[:PORT], as a command's words. -1: too long. */
static int
make_words(char words[VALUE_MAX], const struct fetchmail_way *way)
{
	const struct mailbox *m = way->m;
	unsigned usual = way->is_pop ? 995 : 993;
	int n = m->port == usual ?
	    snprintf(words, VALUE_MAX, "tunnel %s %s", way->is_pop ? "pop" :
	    "imap", m->host) :
	    snprintf(words, VALUE_MAX, "tunnel %s %s:%u", way->is_pop ?
	    "pop" : "imap", m->host, m->port);

	return n < VALUE_MAX ? 0 : -1;
}

/* Appends "COMMAND". fetchmail splits it at blanks, and knows no quotes. */
static int
add_command(struct buf *b, const struct fetchmail_way *way,
    struct failure *why)
{
	struct buf command = BUF_INIT(MAILBOX_COMMAND_MAX);
	char words[VALUE_MAX];
	int result = make_words(words, way) == -1 ? fail_memory(why) :
	    mailbox_command(&command, words, way->m, why);

	if (result == 0 && strpbrk(buf_text(&command), "\"'\\%") != NULL)
		result = fail(why, STATUS_CONFIG, "account \"%s\": fetchmail's "
		    "plugin knows no quotes: give the account a name of "
		    "letters, digits and @ + = : , . / _ - only",
		    way->m->account);
	if (result == 0 && (buf_adds(b, "\"") == -1 ||
	    buf_adds(b, buf_text(&command)) == -1 || buf_adds(b, "\"") == -1))
		result = fail_memory(why);
	buf_free(&command);
	return result;
}

/* value in the place of the word; or behind another, after its key. */
static int
put(struct buf *text, const struct word *now, const struct word *behind,
    const char *key, const char *value, struct failure *why)
{
	struct piece place = now->whole;
	char *words = NULL;
	int result;

	if (now->line != 0)
		return text_replace(text, place, value, why) == -1 ? -1 : 1;
	place = (struct piece){ behind->whole.at + behind->whole.len, 0 };
	if (asprintf(&words, " %s %s", key, value) == -1)
		return fail_memory(why);
	result = text_replace(text, place, words, why);
	free(words);
	return result == -1 ? -1 : 1;
}

static int
is_tunnel(const struct buf *text, const struct entry *e,
    const struct fetchmail_way *way)
{
	struct piece command = inside(text, &e->plugin);
	const char *at = buf_text(text) + command.at;
	char words[VALUE_MAX];

	/* fetchmail puts the server's name in the place of %h. */
	return e->plugin.line != 0 && (mailbox_owns_command(way->m,
	    way->is_pop ? "tunnel pop %h" : "tunnel imap %h", at,
	    command.len) || (make_words(words, way) == 0 &&
	    mailbox_owns_command(way->m, words, at, command.len)));
}

/* One step nearer to what the entry shall be. 1; 0: it is that; -1. */
static int
improve(struct buf *text, const struct entry *e,
    const struct fetchmail_way *way, struct failure *why)
{
	const struct word *server = e->via.line != 0 ? &e->via : &e->name;
	struct buf command = BUF_INIT(VALUE_MAX);
	int result = 0;

	if (!is_tunnel(text, e, way)) {
		result = add_command(&command, way, why);
		if (result == 0)
			result = put(text, &e->plugin, server, "plugin",
			    buf_text(&command), why);
	} else if (!way->is_pop && e->password.line == 0 &&
	    !is_value(text, &e->auth, "ssh")) {
		/* So it asks for none, which the tunnel would not want. */
		result = put(text, &e->auth, server, "auth", "ssh", why);
	} else if (e->ssl.line != 0) {
		/* The tunnel has the TLS; what is local has none. */
		result = put(text, &e->ssl, NULL, NULL, "no ssl", why);
	} else if (!is_value(text, &e->sslproto, "")) {
		result = put(text, &e->sslproto, &e->options, "sslproto",
		    "\"\"", why);
	} else if (way->is_pop && e->password.line == 0) {
		result = put(text, &e->password, &e->options, "password",
		    "\"tokend\"", why);
	}
	buf_free(&command);
	return result;
}

/* All that follows a quote without its end would be one word. */
static int
check_quotes(const struct buf *text, const char *path, struct failure *why)
{
	struct scan s = { .text = text, .line = 1 };
	struct word w;

	while (next_word(&s, &w))
		continue;
	return s.open == 0 ? 0 : fail(why, STATUS_CONFIG, "%s:%u: a quote "
	    "begins here and has no end: nothing was changed. Fix: close it, "
	    "and run this again", path, s.open);
}

int
fetchmail_edit(struct buf *text, const char *path,
    const struct fetchmail_way *way, struct failure *why)
{
	struct scan s = { .text = text, .line = 1 }, before = s;
	struct entry e;
	int found = 0, result;

	if (check_quotes(text, path, why) == -1)
		return -1;
	while (next_entry(&s, &e)) {
		result = is_theirs(text, path, &e, way, why);
		if (result == 1) {
			found = 1;
			result = improve(text, &e, way, why);
			/* What is behind has moved: once more from here. */
			s = result == 1 ? before : s;
		}
		if (result == -1)
			return -1;
		before = s;
	}
	return found;
}

/*
 * Appends a word in quotes: fetchmail takes a quote only in those of the other
 * kind, and a backslash doubled.
 */
static int
add_quoted(struct buf *b, const char *value)
{
	const char *quote = strchr(value, '"') != NULL ? "'" : "\"";
	int result = buf_adds(b, quote);

	for (; result == 0 && *value != '\0'; value++)
		result = (*value == '\\' && buf_adds(b, "\\") == -1) ? -1 :
		    buf_add(b, value, 1);
	return result == -1 ? -1 : buf_adds(b, quote);
}

/* An option without its value takes the first word of what follows for it. */
static int
check_added(struct buf *text, const char *path,
    const struct fetchmail_way *way, struct failure *why)
{
	struct line l = { .next = 0 };
	unsigned last = 0;
	int found;

	while (line_next(text, &l))
		if (l.len > 5 && memcmp(text->data + l.at, "poll ", 5) == 0)
			last = l.number;
	found = fetchmail_edit(text, path, way, why);
	return found == 0 ? fail(why, STATUS_CONFIG, "%s:%u: a new entry would "
	    "begin here, and what stands before it is not complete: nothing "
	    "was changed. Fix: complete it, and run this again", path, last) :
	    found;
}

int
fetchmail_add(struct buf *text, const char *path,
    const struct fetchmail_way *way, const char *local_user,
    struct failure *why)
{
	struct buf b = BUF_INIT(2 * VALUE_MAX);
	int result = -1;

	if (strchr(way->m->user, '"') != NULL &&
	    strchr(way->m->user, '\'') != NULL)
		return fail(why, STATUS_CONFIG, "account \"%s\": fetchmail takes "
		    "no mailbox with both kinds of quotes, as \"%s\" has",
		    way->m->account, way->m->user);
	if (buf_adds(&b, "poll ") == -1 || buf_adds(&b, way->m->host) == -1 ||
	    buf_adds(&b, way->is_pop ? " protocol pop3\n    plugin " :
	    " protocol imap auth ssh\n    plugin ") == -1)
		fail_memory(why);
	else if (add_command(&b, way, why) == 0)
		result = buf_adds(&b, "\n    user ") == -1 ||
		    add_quoted(&b, way->m->user) == -1 ||
		    buf_adds(&b, way->is_pop ? " password \"tokend\"" : "") ==
		    -1 || buf_adds(&b, " sslproto \"\" is ") == -1 ||
		    add_quoted(&b, local_user) == -1 ||
		    buf_adds(&b, " here keep\n") == -1 ? fail_memory(why) :
		    text_append(text, buf_text(&b), why);
	buf_free(&b);
	return result == 0 && check_added(text, path, way, why) == -1 ? -1 :
	    result;
}
