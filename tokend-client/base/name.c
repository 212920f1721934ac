/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/name.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static char
fold_case(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int
is_fit(const char *text, size_t len, int may_hide)
{
	size_t i = 0, n;

	for (;; i += n) {
		/* Most of all text is ASCII. */
		while (i < len && text[i] >= ' ' && text[i] < 0x7f)
			i++;
		if (i == len)
			return 1;
		n = utf8_length(text + i, len - i);
		if (n == 0 || utf8_is_control(text + i, n) ||
		    (!may_hide && utf8_is_hidden(text + i, n)))
			return 0;
	}
}

int
text_is_clean(const char *text, size_t len)
{
	return is_fit(text, len, 1);
}

int
text_is_plain(const char *text, size_t len)
{
	return is_fit(text, len, 0);
}

static int
refuse_characters(const char *given, size_t len, struct failure *why)
{
	if (!text_is_clean(given, len))
		return fail(why, STATUS_CONFIG, "account \"%.*s\": a name is "
		    "UTF-8 without control characters", (int)len, given);
	return fail(why, STATUS_CONFIG, "account \"%.*s\": a name may not "
	    "have characters that cannot be seen or change the order of "
	    "others, which are shown by their codes here", (int)len, given);
}

int
name_fold(char name[NAME_MAX_LEN + 1], const char *given, size_t len,
    struct failure *why)
{
	size_t i;

	if (len == 0)
		return fail(why, STATUS_CONFIG, "an account name is empty");
	if (len > NAME_MAX_LEN)
		return fail(why, STATUS_CONFIG, "account \"%.20s...\": a name "
		    "may have %d bytes, this one has %zu", given,
		    NAME_MAX_LEN, len);
	if (!text_is_plain(given, len))
		return refuse_characters(given, len, why);
	if (memchr(given, '/', len) != NULL)
		return fail(why, STATUS_CONFIG, "account \"%.*s\": a name may "
		    "not contain '/' (it is a name, not a path)", (int)len,
		    given);
	if (given[0] == '.' || given[0] == '-')
		return fail(why, STATUS_CONFIG, "account \"%.*s\": a name may "
		    "not begin with '%c'", (int)len, given, given[0]);
	for (i = 0; i < len; i++)
		name[i] = fold_case(given[i]);
	name[len] = '\0';
	return 0;
}

/*
 * b64token of RFC 6750 2.1 without its '='. Tokens have kilobytes, and every
 * login looks at each byte of one: so 16 at a time, by the compiler's vectors.
 */
typedef unsigned char sixteen __attribute__((vector_size(16)));

static int
in_token(unsigned char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26 ||
	    (unsigned char)(c - '-') < '9' - '-' + 1 ||	/* - . / 0-9 */
	    c == '+' || c == '_' || c == '~';
}

/* Not by value: how a vector is returned differs among machines. */
static void
keep_in_token(sixteen *good, const char *t)
{
	sixteen c;

	memcpy(&c, t, sizeof(c));
	*good &= (sixteen)(((c | 0x20) - 'a' < 26) |
	    (c - '-' < '9' - '-' + 1) |
	    (c == '+') | (c == '_') | (c == '~'));
}

/* The compiler has no word for "all of them": eight bytes at a time. */
static int
sixty_four_in_token(const char *t)
{
	sixteen good;
	uint64_t half[2];
	int i;

	memset(&good, 0xff, sizeof(good));
	for (i = 0; i < 64; i += (int)sizeof(good))
		keep_in_token(&good, t + i);
	memcpy(half, &good, sizeof(half));
	return (half[0] & half[1]) == UINT64_MAX;
}

int
token_is_clean(const char *token, size_t len)
{
	size_t i = 0;

	while (i + 64 <= len && sixty_four_in_token(token + i))
		i += 64;
	while (i < len && in_token((unsigned char)token[i]))
		i++;
	if (i == 0)
		return 0;
	while (i < len && token[i] == '=')
		i++;
	return i == len;
}

int
equal_folded(const char *a, const char *b, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (fold_case(a[i]) != fold_case(b[i]))
			return 0;
	return 1;
}

/* "*." does not become "*", which would be everything. */
static size_t
without_dot(const char *s, size_t len)
{
	return len > 1 && s[len - 1] == '.' && s[len - 2] != '*' ? len - 1 :
	    len;
}

static int
matches_one(const char *p, size_t plen, const char *host, size_t hlen)
{
	if (plen == 1 && p[0] == '*')
		return 1;
	if (plen > 2 && p[0] == '*' && p[1] == '.') {
		/* "*.x" wants at least one label before ".x". */
		p++;
		plen--;
		return hlen > plen && host[0] != '.' &&
		    equal_folded(p, host + hlen - plen, plen);
	}
	return plen == hlen && equal_folded(p, host, plen);
}

int
host_matches(const char *patterns, const char *host)
{
	size_t hlen = without_dot(host, strlen(host)), plen;

	if (hlen == 0)
		return 0;
	for (;; patterns += plen) {
		patterns += strspn(patterns, " \t");
		plen = strcspn(patterns, " \t");
		if (plen == 0)
			return 0;
		if (matches_one(patterns, without_dot(patterns, plen), host,
		    hlen))
			return 1;
	}
}

const char *
words_next(const char *text, size_t *len)
{
	text += strspn(text, " ");
	*len = strcspn(text, " ");
	return *len > 0 ? text : NULL;
}

int
words_equal(const char *a, size_t a_len, const char *b, size_t b_len)
{
	return a_len == b_len && equal_folded(a, b, a_len);
}

int
words_have(const char *text, const char *word, size_t len)
{
	size_t n;

	for (; (text = words_next(text, &n)) != NULL; text += n)
		if (words_equal(text, n, word, len))
			return 1;
	return 0;
}

void
words_append(char *list, size_t size, const char *between, const char *word)
{
	size_t len = strlen(list);

	snprintf(list + len, size - len, "%s%s", len > 0 ? between : "", word);
}
