/* SPDX-License-Identifier: BSD-2-Clause */
#include "knowledge/mail_passing.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* RFC 9051 7.1, RFC 5530, RFC 2449 8.1, RFC 3206; the others: seen. */
static const char *const response_codes[] = { "UNAVAILABLE", "INUSE",
	"IN-USE", "SYS/TEMP", "LOGIN-DELAY", "LIMIT", "THROTTLED",
	"OVERQUOTA" };

/* Google (two of them have no code that says it), Yahoo, RFC 6749. */
static const char *const words[] = { "temporar", "try again later",
	"too many simultaneous", "too many login" };

/* Of the status member. */
static const char *const statuses[] = { "server_error", "slow_down" };

/* At the start of a word: a mailbox may be at contemporary.example. */
static int
has_words(const char *text)
{
	const char *at;
	size_t i;

	for (at = text; *at != '\0'; at++)
		for (i = 0; i < COUNT(words); i++)
			if (strncasecmp(at, words[i], strlen(words[i])) == 0 &&
			    (at == text || !isalnum((unsigned char)at[-1])))
				return 1;
	return 0;
}

/* text begins after a bracket. */
static int
is_response_code(const char *text)
{
	size_t i, len = strcspn(text, "] ");

	for (i = 0; i < COUNT(response_codes); i++)
		if (strlen(response_codes[i]) == len &&
		    strncasecmp(text, response_codes[i], len) == 0)
			return 1;
	return 0;
}

static int
has_response_code(const char *text)
{
	for (; (text = strchr(text, '[')) != NULL; text++)
		if (is_response_code(text + 1))
			return 1;
	return 0;
}

/* A request that came at the wrong time, or a server that has a fault. */
static int
is_passing_http(const char *digits)
{
	return digits[0] == '5' || strncmp(digits, "408", 3) == 0 ||
	    strncmp(digits, "425", 3) == 0 || strncmp(digits, "429", 3) == 0;
}

/* value: the text after the colon, with or without quotes. */
static int
is_passing_status(const char *value)
{
	size_t i;

	value += strspn(value, " \t\"");
	if (strspn(value, "0123456789") == 3)
		return is_passing_http(value);
	for (i = 0; i < COUNT(statuses); i++)
		if (strncasecmp(value, statuses[i], strlen(statuses[i])) == 0)
			return 1;
	return 0;
}

int
mail_challenge_passing(const char *challenge)
{
	const char *status = strstr(challenge, "\"status\"");

	if (status != NULL) {
		status += strlen("\"status\"");
		status += strspn(status, " \t");
		if (*status == ':' && is_passing_status(status + 1))
			return 1;
	}
	return has_words(challenge) || has_response_code(challenge);
}

/* SMTP's 4yz, or a response code of IMAP or POP3. */
static int
has_passing_code(const char *said)
{
	static const char *const before[] = { "NO ", "BAD ", "BYE ", "-ERR " };
	size_t i;

	if (said[0] == '4' && strspn(said, "0123456789") == 3)
		return said[3] == ' ' || said[3] == '-' || said[3] == '\0';
	for (i = 0; i < COUNT(before); i++)
		if (strncasecmp(said, before[i], strlen(before[i])) == 0) {
			said += strlen(before[i]);
			break;
		}
	return said[0] == '[' && is_response_code(said + 1);
}

int
mail_passing(const char *said)
{
	const char *challenge = strstr(said, "({");

	return has_passing_code(said) || has_words(said) ||
	    (challenge != NULL && mail_challenge_passing(challenge + 1));
}
