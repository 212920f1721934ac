/* hide.c - see present.h */
#include <string.h>
#include <strings.h>

#include "command/setup/present.h"

#define BLANKS " \t"
#define ENDS " \t\r\n=:;,"	/* of a word that may name a secret */
#define HIDDEN "***"

/* "imap_pass", "AuthPass", "password", "secret": the end of a name says it. */
static int
names_secret(const char *word, size_t len)
{
	static const char *const ends[] = { "pass", "password", "passwd",
	    "passphrase", "secret" };
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
hide(char *text, size_t len)
{
	size_t n = len < strlen(HIDDEN) ? len : strlen(HIDDEN);

	memcpy(text, HIDDEN, n);
	memmove(text + n, text + len, strlen(text + len) + 1);
	return text + n;
}

/* How long the secret at text is: a quoted string, or a word. */
static size_t
secret_length(const char *text)
{
	const char *end;

	if ((*text == '"' || *text == '\'') &&
	    (end = strchr(text + 1, *text)) != NULL)
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
			hide(value, secret_length(value));
			len = (size_t)(value - word) + strlen(HIDDEN);
			if (len > strlen(word))
				len = strlen(word);
		}
	}
}

/* tokend, tokend:NAME: the words that stand where a password would. */
static int
is_ours(const char *password, size_t len)
{
	return len == 0 || (len >= 6 && memcmp(password, "tokend", 6) == 0 &&
	    (len == 6 || password[6] == ':'));
}

/* [relay]:587 user:password, and smtp://user:password@relay */
static void
hide_logins(char *text)
{
	char *at, *colon, *end;

	for (at = text; (at = strstr(at, "://")) != NULL;) {
		at += 3;
		end = at + strcspn(at, "/ \t\r\n");
		colon = memchr(at, ':', (size_t)(end - at));
		end = memrchr(at, '@', (size_t)(end - at));
		if (colon != NULL && end != NULL && colon < end)
			at = hide(colon + 1, (size_t)(end - colon) - 1);
	}
	at = text + strcspn(text, BLANKS);
	at += strspn(at, BLANKS);
	/* "key = value" is no map; nor is what goes on in more words, and a
	   rule about TLS of sendmail's has a colon and no password. */
	end = at + strcspn(at, BLANKS "\r\n");
	if (at == text || *at == '=' || strncmp(text, "TLS_", 4) == 0 || end[strspn(end, BLANKS "\r\n")] != '\0')
		return;
	colon = memchr(at, ':', (size_t)(end - at));
	if (colon != NULL && !is_ours(colon + 1, (size_t)(end - colon) - 1))
		hide(colon + 1, (size_t)(end - colon) - 1);
}

/* AuthInfo:relay "U:user" "P:password" (sendmail) */
static void
hide_quoted(char *text)
{
	char *at, *end;

	for (at = text; (at = strstr(at, "\"P")) != NULL; at++)
		if ((at[2] == ':' || at[2] == '=') &&
		    (end = strchr(at + 3, '"')) != NULL &&
		    !is_ours(at + 3, (size_t)(end - at) - 3))
			hide(at + 3, (size_t)(end - at) - 3);
}

void
hide_secrets(char *text)
{
	hide_named(text);
	hide_quoted(text);
	hide_logins(text);
}
