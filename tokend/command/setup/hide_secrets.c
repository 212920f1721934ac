/* SPDX-License-Identifier: BSD-2-Clause */
/* hide_secrets.c - see show_plan.h */
#include <string.h>
#include <strings.h>

#include "command/setup/show_plan.h"

#define BLANKS " \t"
#define ENDS " \t\r\n=:;,"	/* of a word that may name a secret */
#define HIDDEN "***"

/*
 * "imap_pass", "AuthPass", "password", "secret": the end of a name says it.
 * After echo, a command that prints a password has it.
 */
static int
names_secret(const char *word, size_t len)
{
	static const char *const ends[] = { "pass", "password", "passwd",
	    "passphrase", "secret", "_pw", "_token", "authorization",
	    "echo" };
	size_t i, n;

	while (len > 0 && strchr("\"'", word[len - 1]) != NULL)
		len--;
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if ((n = strlen(ends[i])) <= len &&
		    strncasecmp(word + len - n, ends[i], n) == 0)
			return 1;
	return 0;
}

/* Puts HIDDEN, or as much of it as fits, in place of len bytes at text. */
static char *
hide_word(char *text, size_t len)
{
	size_t n = len < strlen(HIDDEN) ? len : strlen(HIDDEN);

	memcpy(text, HIDDEN, n);
	memmove(text + n, text + len, strlen(text + len) + 1);
	return text + n;
}

/* The quote that ends the string at text, or NULL. */
static char *
find_quote(char *text, char quote)
{
	for (; *text != quote && *text != '\0'; text++)
		text += *text == '\\' && text[1] != '\0';
	return *text == quote ? text : NULL;
}

/* How long the secret at text is: a quoted string, or all that follows. */
static size_t
secret_length(char *text)
{
	const char *end;

	if ((*text == '"' || *text == '\'') &&
	    (end = find_quote(text + 1, *text)) != NULL)
		return (size_t)(end - text) + 1;
	return strcspn(text, "\r\n");
}

/* password VALUE, password = "VALUE", SetPass=VALUE */
static void
hide_named(char *text)
{
	char *word, *value;
	size_t len;

	for (word = text; *word != '\0'; word += len) {
		word += strspn(word, ENDS);
		len = strcspn(word, ENDS);
		value = word + len;
		value += strspn(value, BLANKS "=:");
		if (names_secret(word, len) && *value != '\0' &&
		    *value != '\n') {
			hide_word(value, secret_length(value));
			len = (size_t)(value - word) + strlen(HIDDEN);
			if (len > strlen(word))
				len = strlen(word);
		}
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
hide_tables(char *text)
{
	static const char *const types[] = { "static:", "inline:" };
	char *at;
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if ((at = strstr(text, types[i])) != NULL &&
		    strchr(at += strlen(types[i]), ':') != NULL)
			hide_word(at, strcspn(at, "\r\n"));
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
		end = at + strcspn(at, "/ \t\r\n");
		colon = is_web ? at - 1 : memchr(at, ':', (size_t)(end - at));
		end = memrchr(at, '@', (size_t)(end - at));
		if (colon != NULL && end != NULL && colon < end)
			at = hide_word(colon + 1, (size_t)(end - colon) - 1);
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

/* [relay]:587 user:password */
static void
hide_logins(char *text)
{
	char *at, *colon, *end;

	at = text + strcspn(text, BLANKS);
	at += strspn(at, BLANKS);
	/* After a relay's brackets a password may have blanks. */
	end = at + strcspn(at, text[0] == '[' && strstr(text, "]:") != NULL ?
	    "\r\n" : BLANKS "\r\n");
	/*
	 * "key = value" is no map; nor is what goes on in more words, and a
	 * rule about TLS of sendmail's has a colon and no password.
	 */
	if (at == text || *at == '=' || strncmp(text, "TLS_", 4) == 0 ||
	    end[strspn(end, BLANKS "\r\n")] != '\0')
		return;
	colon = memchr(at, ':', (size_t)(end - at));
	/* "Far :store:" (mbsync) has no user. */
	if (colon != NULL && colon > at && !is_transport(at, colon) &&
	    !is_ours(colon + 1, (size_t)(end - colon) - 1))
		hide_word(colon + 1, (size_t)(end - colon) - 1);
}

/* AuthInfo:relay "U:user" "P:password" (sendmail) */
static void
hide_quoted(char *text)
{
	char *at, *end;

	for (at = text; (at = strstr(at, "\"P")) != NULL; at++)
		if ((at[2] == ':' || at[2] == '=') &&
		    (end = find_quote(at + 3, '"')) != NULL &&
		    !is_ours(at + 3, (size_t)(end - at) - 3))
			hide_word(at + 3, (size_t)(end - at) - 3);
}

void
hide_secrets(char *text)
{
	hide_named(text);
	hide_quoted(text);
	hide_tables(text);
	hide_urls(text);
	hide_logins(text);
}
