/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/failure_text.h"
#include "base/shell_word.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define WORDS_LEAST 16		/* bytes: below that they say nothing */

static const char dots[] = "...";

/* The longest part of text of at most max bytes that ends at a character. */
static size_t
whole_characters(const char *text, size_t max)
{
	size_t len = strnlen(text, max + 1);

	if (len <= max)
		return len;
	for (len = max; len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80;)
		len--;
	return len;
}

void
text_cut(char *out, size_t size, const char *text)
{
	size_t len = strlen(text);

	if (len < size)
		snprintf(out, size, "%s", text);
	else
		snprintf(out, size, "%.*s%s", (int)whole_characters(text,
		    size - sizeof(dots)), text, dots);
}

int
text_fail(struct failure *why, enum status code, const char *head,
    const char *words, const char *tail)
{
	size_t taken = strlen(head) + strlen(tail) + strlen(" ()");
	char shown[FAILURE_TEXT_MAX + 1] = "";

	if (words[0] == '\0' || taken + WORDS_LEAST > TEXT_MAX)
		return fail(why, code, "%s%s", head, tail);
	text_cut(shown, TEXT_MAX + 1 - taken, words);
	return fail(why, code, "%s (%s)%s", head, shown, tail);
}

int
text_name_account(struct failure *why, const char *account)
{
	struct failure inner = *why;
	char name[TEXT_NAME_MAX] = "";

	if (why->code == STATUS_INTERNAL)
		return -1;
	text_cut(name, sizeof(name), account);
	fail(why, inner.code, "account \"%s\": %s", name, inner.text);
	why->retry_after = inner.retry_after;
	return -1;
}

static int
ends_address(char c)
{
	return strchr(" \t<>()[],;:\"", c) != NULL;
}

/* Where the local part before at begins: "a \"b"@x.example has one. */
static char *
find_local_part(char *text, char *at)
{
	char *from = at;

	if (from == text || from[-1] != '"') {
		while (from > text && !ends_address(from[-1]))
			from--;
		return from;
	}
	from--;
	while (from > text && (*--from != '"' ||
	    (from > text && from[-1] == '\\')))
		continue;
	return *from == '"' && from + 1 < at ? from : at;
}

/* Where the domain ends that begins after at; [192.0.2.1] is one. */
static char *
find_domain_end(char *at)
{
	char *to = at + 1;

	if (*to == '[')
		to += strcspn(to, " ]");
	if (*to == ']')
		return to + 1;
	while (*to != '\0' && !ends_address(*to))
		to++;
	return to;
}

void
text_hide_addresses(char *text, const char *except)
{
	char *at = text, *from, *to;
	size_t len, stars;

	while ((at = strchr(at, '@')) != NULL) {
		from = find_local_part(text, at);
		to = find_domain_end(at);
		len = (size_t)(to - from);
		at = to;
		if (len == 1 || (except != NULL && strlen(except) == len &&
		    strncasecmp(from, except, len) == 0))
			continue;
		/* Half an address may be as short as "a@". */
		stars = len < 3 ? len : 3;
		memset(from, '*', stars);
		memmove(from + stars, to, strlen(to) + 1);
		at = from + stars;
	}
}

void
text_sign_in(char out[TEXT_SIGN_IN_MAX], const char *account)
{
	const char *name = SHELL_NAME(account);

	/* A command with half a name in it would be wrong. */
	snprintf(out, TEXT_SIGN_IN_MAX, "sign in again with \"tokend login "
	    "%s\"", strlen(name) < TEXT_NAME_MAX ? name : "NAME");
}
