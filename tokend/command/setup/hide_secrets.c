/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hide_secrets.c - see show_plan.h. What program a file is of does not matter:
 * what could be a secret in any of their grammars is hidden, and what goes on
 * in other lines in any of them does so here.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "command/setup/show_plan.h"

#define BLANKS " \t"
#define ENDS " \t\r\n=:;,+"	/* of a word that may name a secret */

static const char *const quotes[] = { "\"\"\"", "'''", "\"", "'", "`" };

#define QUOTES (sizeof(quotes) / sizeof(quotes[0]))

/* What lines that were read say of those after them. */
struct hiding {
	int has_words;		/* an option is words, wherever lines end */
	unsigned open_quotes;	/* of secrets: bits of quotes[] */
	int wants_word;		/* the next word is a secret */
	int is_open;		/* lines with more indentation go on with it */
	size_t indent;
	int has_key;		/* a table's key, with no value yet */
};

/* Whether the word of len bytes ends with one of ends, which NULL ends. */
static int
ends_with(const char *word, size_t len, const char *const *ends)
{
	size_t n;

	for (; *ends != NULL; ends++)
		if ((n = strlen(*ends)) <= len &&
		    strncasecmp(word + len - n, *ends, n) == 0)
			return 1;
	return 0;
}

/*
 * "imap_pass", "AuthPass", "password", "secret": the end of a name says it, but
 * a path (/etc/postfix/sasl_passwd) is no name. After echo, a command that
 * prints a password has it.
 */
static int
names_secret(const char *word, size_t len)
{
	static const char *const names[] = { "pass", "password", "passwd",
	    "passphrase", "secret", "_pw", "_token", "authorization", NULL };
	static const char *const commands[] = { "echo", "printf", NULL };

	while (len > 0 && !isalnum((unsigned char)word[len - 1]))
		len--;
	return ends_with(word, len, commands) ||
	    (memchr(word, '/', len) == NULL && ends_with(word, len, names));
}

static void
mark_text(char *text, size_t len)
{
	memset(text, HIDDEN_BYTE, len);
}

/* All that is left of a line, without its CR. */
static size_t
rest_length(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && text[len - 1] == '\r' ? len - 1 : len;
}

static void
open_lines(struct hiding *h, size_t indent)
{
	if (h->has_words)
		return;
	if (!h->is_open || indent < h->indent)
		h->indent = indent;
	h->is_open = 1;
}

/* What is after the quote that ends the string at text, or NULL. */
static const char *
find_end(const char *text, const char *quote)
{
	size_t n = strlen(quote);

	for (; *text != '\0'; text++) {
		if (strncmp(text, quote, n) == 0)
			return text + n;
		text += n == 1 && *text == '\\' && text[1] != '\0';
	}
	return NULL;
}

/*
 * Marks the secret at text, and returns its length: a quoted string where
 * options are words, else all that follows. It may go on in other lines.
 */
static size_t
hide_value(struct hiding *h, char *text)
{
	size_t len = rest_length(text), i, n;
	const char *end;

	for (i = 0; i < QUOTES; i++) {
		n = strlen(quotes[i]);
		if (strncmp(text, quotes[i], n) != 0)
			continue;
		end = find_end(text + n, quotes[i]);
		if (end == NULL)
			h->open_quotes |= 1U << i;
		else if (h->has_words)
			len = (size_t)(end - text);
		break;
	}
	mark_text(text, len);
	return len;
}

/* password VALUE, password = "VALUE", SetPass=VALUE */
static void
hide_named(struct hiding *h, char *text, size_t indent)
{
	char *word, *value;
	size_t len;
	int is_assigned;

	for (word = text; *word != '\0'; word += len) {
		word += strspn(word, ENDS);
		len = strcspn(word, ENDS);
		if (!names_secret(word, len))
			continue;
		value = word + len;
		value += strspn(value, BLANKS "+");
		is_assigned = *value == '=' || *value == ':';
		value += strspn(value, BLANKS "=:");
		open_lines(h, indent);
		if (rest_length(value) == 0 || *value == '#')
			h->wants_word = h->has_words || !is_assigned;
		len = (size_t)(value - word) + hide_value(h, value);
	}
}

/* tokend, tokend:NAME: the words in the place of a password. */
static int
is_ours(const char *password, size_t len)
{
	return len == 0 || (len >= 6 && memcmp(password, "tokend", 6) == 0 &&
	    (len == 6 || password[6] == ':'));
}

/*
 * static:user:password, inline:{ relay=user:password }: Postfix's own. Without
 * a colon (static:all) it is no login.
 */
static void
hide_tables(struct hiding *h, char *text)
{
	static const char *const types[] = { "static:", "inline:" };
	char *at;
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if ((at = strstr(text, types[i])) == NULL)
			continue;
		at += strlen(types[i]);
		if (rest_length(at) == 0 || strpbrk(at, ":{") != NULL)
			open_lines(h, 0);
		if (strchr(at, ':') != NULL)
			mark_text(at, rest_length(at));
	}
}

/* smtp://user:password@relay; the user of the web's may be a token. */
static void
hide_urls(char *text)
{
	char *at, *colon, *end;
	int is_web;

	for (at = text; (at = strstr(at, "://")) != NULL;) {
		is_web = at - text >= 4 && (strncmp(at - 4, "http", 4) == 0 ||
		    strncmp(at - 4, "ttps", 4) == 0);
		at += 3;
		end = at + strcspn(at, BLANKS "\r");
		colon = is_web ? at - 1 : memchr(at, ':', (size_t)(end - at));
		end = memrchr(at, '@', (size_t)(end - at));
		if (colon != NULL && end != NULL && colon < end)
			mark_text(colon + 1, (size_t)(end - colon) - 1);
	}
}

/* smtp-tokend:[relay]:587, tokend-send:ACCOUNT: transports of setup's. */
static int
is_transport(const char *text, const char *colon)
{
	static const struct {
		const char *name;
		int is_to_relay;	/* and the next hop is in brackets */
	} of[] = { { "smtp-tokend", 1 }, { "smtps-tokend", 1 },
	    { "tokend-send", 0 }, { "tokend-send-api", 0 } };
	size_t i, len = (size_t)(colon - text);

	for (i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		if (len == strlen(of[i].name) &&
		    memcmp(text, of[i].name, len) == 0 &&
		    (!of[i].is_to_relay || colon[1] == '['))
			return 1;
	return 0;
}

/* user:password, of at most len bytes. */
static void
hide_login(struct hiding *h, char *at, size_t len)
{
	char *colon = memchr(at, ':', len), *end = at + len;

	/* "Far :store:" (mbsync) has no user. */
	if (colon == NULL || colon == at || is_transport(at, colon))
		return;
	if (colon + 1 == end)
		open_lines(h, 0);
	if (is_ours(colon + 1, (size_t)(end - colon) - 1))
		return;
	open_lines(h, 0);
	mark_text(colon + 1, (size_t)(end - colon) - 1);
}

/* [relay]:587 user:password, which may be in the next line. */
static void
hide_logins(struct hiding *h, char *text)
{
	size_t key = strcspn(text, BLANKS "\r"), word;
	char *at = text + key + strspn(text + key, BLANKS);
	int has_key = h->has_key;

	h->has_key = key > 0 && rest_length(at) == 0 && text[key - 1] != ']' &&
	    memchr(text, '=', key) == NULL;
	word = strcspn(at, BLANKS "\r");
	/*
	 * "key = value" is no map; nor is what goes on in more words, and a
	 * rule about TLS of sendmail's has a colon and no password.
	 */
	if (at == text || *at == '=' || strncmp(text, "TLS_", 4) == 0)
		return;
	/* After a relay's brackets a user may have blanks, too. */
	if (text[0] == '[' && strstr(text, "]:") != NULL)
		hide_login(h, at, rest_length(at));
	else if (rest_length(at) == word || ((has_key ||
	    strcspn(text, ".@") < key) && memchr(at, ':', word) != NULL))
		hide_login(h, at, rest_length(at));
}

/* AuthInfo:relay "U:user" "P:password" (sendmail) */
static void
hide_quoted(char *text)
{
	const char *end;
	char *at;
	size_t len;

	for (at = text; (at = strstr(at, "\"P")) != NULL; at++) {
		if (at[2] != ':' && at[2] != '=')
			continue;
		end = find_end(at + 3, "\"");
		len = end != NULL ? (size_t)(end - at) - 4 :
		    rest_length(at + 3);
		if (!is_ours(at + 3, len))
			mark_text(at + 3, len);
	}
}

static void
hide_patterns(struct hiding *h, char *text, size_t indent)
{
	hide_named(h, text, indent);
	hide_quoted(text);
	hide_tables(h, text);
	hide_urls(text);
	hide_logins(h, text);
}

/*
 * How much of the line belongs to quotes that are open before it. Which of
 * them count depends on the grammar, so each is open until its own end.
 */
static size_t
quoted_length(struct hiding *h, const char *line)
{
	const char *end;
	size_t len = 0, i;

	for (i = 0; i < QUOTES; i++) {
		if ((h->open_quotes & 1U << i) == 0)
			continue;
		if ((end = find_end(line, quotes[i])) == NULL)
			return strlen(line);
		h->open_quotes &= ~(1U << i);
		if ((size_t)(end - line) > len)
			len = (size_t)(end - line);
	}
	return len;
}

/*
 * Marks the secrets of one line, as those before it have it. What they say may
 * be wrong for this program's grammar, so the line counts by itself, too.
 */
static void
hide_line(struct hiding *h, char *line)
{
	const struct hiding before = *h;
	size_t indent = strspn(line, BLANKS), open = quoted_length(h, line);
	int is_hidden = h->is_open && indent > h->indent;

	if (before.open_quotes != 0) {
		is_hidden |= h->open_quotes != 0 || !h->has_words;
	} else if (rest_length(line + indent) == 0) {
		return;
	} else if (line[indent] == '#' && !is_hidden) {
		hide_patterns(h, line, indent);
		*h = before;
		return;
	} else {
		h->is_open = is_hidden;
	}
	h->wants_word = 0;
	hide_patterns(h, line, indent);
	if (before.wants_word)
		hide_value(h, line + indent);
	mark_text(line, open);
	if (is_hidden)
		mark_text(line + indent, rest_length(line + indent));
}

/* How long the line at text is, without LF; *next: where another begins. */
static size_t
line_length(const char *text, const char **next)
{
	size_t len = strcspn(text, "\n");

	*next = text + len + (text[len] == '\n');
	return len;
}

/* The bytes of line before a backslash at its end; or len, without one. */
static size_t
before_backslash(const char *line, size_t len)
{
	size_t n = len > 0 && line[len - 1] == '\r' ? len - 1 : len;

	return n > 0 && line[n - 1] == '\\' ? n - 1 : len;
}

static void
copy_marks(char *shown, const char *line, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (line[i] == HIDDEN_BYTE)
			shown[i] = HIDDEN_BYTE;
}

/* Each line, as programs read it for which a backslash does not join two. */
static void
hide_lines(const char *text, char *shown, char *line, int has_words)
{
	struct hiding h = { .has_words = has_words };
	const char *at = text, *next;
	size_t len;

	for (; *at != '\0'; at = next) {
		len = line_length(at, &next);
		memcpy(line, at, len);
		line[len] = '\0';
		hide_line(&h, line);
		copy_marks(shown + (at - text), line, len);
	}
}

/*
 * Lines that a backslash joins, as one. What may be split is any word, so of
 * what follows the first secret nothing is shown.
 */
static void
hide_joined(const char *text, char *shown, char *line)
{
	const char *at = text, *next, *part, *mark;
	size_t len, part_len, first, i;

	for (; *at != '\0'; at = next) {
		struct hiding h = { .has_words = 0 };

		part = at;
		first = len = 0;
		do {
			part_len = line_length(part, &next);
			i = before_backslash(part, part_len);
			memcpy(line + len, part, i);
			len += i;
			first = part == at ? i : first;
			part = i < part_len ? next : NULL;
		} while (part != NULL && *part != '\0');
		line[len] = '\0';
		if (first == len)
			continue;
		hide_line(&h, line);
		if ((mark = memchr(line, HIDDEN_BYTE, len)) == NULL)
			continue;
		i = (size_t)(mark - line);
		for (i = i < first ? i : first; at + i < next; i++)
			if (at[i] != '\n')
				shown[at - text + (ptrdiff_t)i] = HIDDEN_BYTE;
	}
}

int
hide_secrets(char *text, int has_words)
{
	size_t size = strlen(text) + 1;
	char *read = strdup(text), *line = malloc(size);
	int result = read != NULL && line != NULL ? 0 : -1;

	if (result == 0) {
		hide_lines(read, text, line, has_words);
		hide_joined(read, text, line);
	}
	if (read != NULL)
		explicit_bzero(read, size);
	if (line != NULL)
		explicit_bzero(line, size);
	free(read);
	free(line);
	return result;
}
