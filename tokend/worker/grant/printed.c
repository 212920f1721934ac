/* SPDX-License-Identifier: BSD-2-Clause */
#include "grant/printed.h"

#include <string.h>

#include "base/base64.h"
#include "common/date.h"
#include "json/json.h"
#include "base/name.h"
#include "base/number.h"

#define CLAIMS_MAX TOKEN_MAX

/* When the token expires, 0 if the document does not say; -1: unreadable. */
static int64_t
find_end(const struct jdoc *doc, int64_t now)
{
	static const char *const names[] = { "expires_on", "expires_at",
	    "expiry" };
	int64_t number = 0;
	const char *text = NULL;
	size_t i = 0;

	if (jdoc_integer(doc, "expires_in", &number) == 0)
		return number <= 0 ? -1 : number < EXPIRES_IN_MAX ?
		    now + number : now + EXPIRES_IN_MAX;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (jdoc_integer(doc, names[i], &number) == 0)
			return number > 0 ? number : -1;
		if ((text = jdoc_string(doc, names[i])) != NULL)
			return date_read(text);
	}
	return 0;
}

/* The `exp` of a JWT; 0 for any other token. */
static int64_t
find_exp(const char *token)
{
	const char *claims = strchr(token, '.'), *what = NULL;
	struct buf text = BUF_INIT(CLAIMS_MAX);
	struct jdoc *doc = NULL;
	size_t len = 0;
	int64_t when = 0;

	if (claims == NULL)
		return 0;
	len = strcspn(++claims, ".");
	if (claims[len] == '.' && base64_decode(&text, claims, len) == 0 &&
	    (doc = jdoc_parse(buf_text(&text), text.len, &what)) != NULL &&
	    (jdoc_integer(doc, "exp", &when) == -1 || when < 0))
		when = 0;
	jdoc_free(doc);
	buf_free(&text);
	return when;
}

static int
take_token(struct token_answer *answer, const char *token, size_t len,
    int64_t end, int64_t now, const char **what)
{
	if (len > TOKEN_MAX) {
		*what = "a token of more bytes than SASL carries";
		return -1;
	}
	if (!token_is_clean(token, len)) {
		*what = "characters that no bearer token has (RFC 6750 2.1)";
		return -1;
	}
	if (buf_add(&answer->access_token, token, len) == -1)
		return -1;
	if (end == 0)
		end = find_exp(buf_text(&answer->access_token));
	if (end == 0)
		end = now + PRINTED_LIFE;
	if (end <= now) {
		*what = "a token that has expired, or an expiry that cannot "
		    "be read";
		return -1;
	}
	answer->expires_in = end - now < EXPIRES_IN_MAX ? end - now :
	    EXPIRES_IN_MAX;
	return 0;
}

static int
take_document(struct token_answer *answer, const char *text, size_t len,
    int64_t now, const char **what)
{
	static const char *const names[] = { "access_token", "accessToken",
	    "token" };
	struct jdoc *doc = jdoc_parse(text, len, what);
	const char *token = NULL;
	size_t i = 0;
	int result = -1;

	if (doc == NULL)
		return -1;
	*what = NULL;
	for (i = 0; i < sizeof(names) / sizeof(names[0]) && token == NULL; i++)
		token = jdoc_string(doc, names[i]);
	if (token == NULL)
		*what = "JSON without an access_token";
	else
		result = take_token(answer, token, strlen(token),
		    find_end(doc, now), now, what);
	jdoc_free(doc);
	return result;
}

int
printed_read(struct token_answer *answer, const char *text, size_t len,
    int64_t now, const char **what)
{
	*what = NULL;
	while (len > 0 && strchr(" \t\r\n", text[0]) != NULL &&
	    text[0] != '\0') {
		text++;
		len--;
	}
	if (len > 0 && text[0] == '{')
		return take_document(answer, text, len, now, what);
	while (len > 0 && text[len - 1] != '\0' &&
	    strchr(" \t\r\n", text[len - 1]) != NULL)
		len--;
	if (len == 0)
		*what = "nothing";
	else if (memchr(text, '\n', len) != NULL)
		*what = "several lines that are not JSON";
	else
		return take_token(answer, text, len, 0, now, what);
	return -1;
}
