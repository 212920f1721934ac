/* SPDX-License-Identifier: BSD-2-Clause */
#include "account/granted_scope.h"

#include <stdio.h>
#include <string.h>

#include "knowledge/microsoft.h"
#include "base/name.h"
#include "base/shell_word.h"

#define OFFLINE "offline_access"
#define NAMING "openid profile email"
/* What Google calls two of these in its answers. */
#define USERINFO "https://www.googleapis.com/auth/userinfo."
#define DEFAULT "/.default"
#define SHOWN 300

int
granted_by_microsoft(const struct account *a)
{
	return microsoft_has(a->token_endpoint != NULL ? a->token_endpoint :
	    a->issuer);
}

/* Scopes are case-sensitive (RFC 6749 3.3); some separate them by commas. */
static int
has_word(const char *granted, const char *word, size_t len)
{
	size_t n = 0;

	for (granted += strspn(granted, " ,"); *granted != '\0';
	    granted += n + strspn(granted + n, " ,")) {
		n = strcspn(granted, " ,");
		if (n == len && memcmp(granted, word, len) == 0)
			return 1;
	}
	return 0;
}

/* The part of a scope of Microsoft's that names the permission. */
static const char *
cut_resource(const char *word, size_t *len)
{
	const char *slash = memrchr(word, '/', *len);

	if (slash == NULL)
		return word;
	*len -= (size_t)(slash + 1 - word);
	return slash + 1;
}

/* Its answers may spell a resource in another way, or leave it out. */
int
granted_has_permission(const char *granted, const char *word, size_t len)
{
	const char *permission = NULL;
	size_t n = 0, m = 0;

	/* "/.default" is all that the app was given: never named so. */
	if (len >= strlen(DEFAULT) && memcmp(word + len - strlen(DEFAULT),
	    DEFAULT, strlen(DEFAULT)) == 0)
		return 1;
	if (words_have(NAMING " " OFFLINE, word, len))
		return 1;
	word = cut_resource(word, &len);
	for (; (granted = words_next(granted, &n)) != NULL; granted += n) {
		m = n;
		permission = cut_resource(granted, &m);
		if (words_equal(permission, m, word, len))
			return 1;
	}
	return 0;
}

static int
has_userinfo(const char *granted, const char *word, size_t len)
{
	char name[sizeof(USERINFO) + 16] = "";

	if (!words_have(NAMING, word, len))
		return 0;
	snprintf(name, sizeof(name), USERINFO "%.*s", (int)len, word);
	return has_word(granted, name, strlen(name));
}

int
granted_has(const struct account *a, const char *granted, const char *word,
    size_t len)
{
	return has_word(granted, word, len) ||
	    has_userinfo(granted, word, len) ||
	    (granted_by_microsoft(a) &&
	    granted_has_permission(granted, word, len));
}

int
granted_covers(const struct account *a, const char *granted)
{
	const char *word = a->scope;
	size_t len = 0;

	if (*granted == '\0' || word == NULL)
		return 0;
	for (; (word = words_next(word, &len)) != NULL; word += len)
		if (!granted_has(a, granted, word, len))
			return 0;
	return 1;
}

int
granted_missing(char missing[GRANTED_MAX + 1], const struct account *a,
    const char *granted)
{
	const char *word = a->scope;
	size_t len = 0, at = 0;
	int count = 0;

	missing[0] = '\0';
	if (*granted == '\0' || word == NULL)
		return 0;
	for (; (word = words_next(word, &len)) != NULL; word += len) {
		if (words_have(NAMING, word, len) ||
		    granted_has(a, granted, word, len) ||
		    at + len + 2 > GRANTED_MAX)
			continue;
		at += (size_t)snprintf(missing + at, GRANTED_MAX + 1 - at,
		    "%s%.*s", at > 0 ? " " : "", (int)len, word);
		count++;
	}
	return count;
}

void
granted_remedy(char remedy[GRANTED_REMEDY_MAX], const struct account *a,
    const char *missing)
{
	if (a->grant != GRANT_REFRESH_TOKEN)
		snprintf(remedy, GRANTED_REMEDY_MAX, "let the provider's "
		    "administrator grant this to the app, then run \"tokend "
		    "refresh %s\"; or leave it out of scope in %s",
		    SHELL_NAME(a->name), a->path);
	/* Without it a refresh token lasts as long as the session at most. */
	else if (strcmp(missing, OFFLINE) == 0)
		snprintf(remedy, GRANTED_REMEDY_MAX, "its refresh token may "
		    "expire with the person's session: allow it to the app at "
		    "the provider, then run \"tokend login %s\"; or leave it "
		    "out of scope in %s", SHELL_NAME(a->name), a->path);
	else
		snprintf(remedy, GRANTED_REMEDY_MAX, "run \"tokend login %s\" "
		    "and allow all that is asked, or allow it to the app at "
		    "the provider first; or leave it out of scope in %s",
		    SHELL_NAME(a->name), a->path);
}

void
granted_text(char text[GRANTED_TEXT_MAX], const struct account *a,
    const char *granted)
{
	char missing[GRANTED_MAX + 1], remedy[GRANTED_REMEDY_MAX];

	text[0] = '\0';
	if (granted_missing(missing, a, granted) == 0)
		return;
	granted_remedy(remedy, a, missing);
	snprintf(text, GRANTED_TEXT_MAX, "the provider has not granted "
	    "\"%.*s\", which scope asks for (granted: \"%.*s\"): %s", SHOWN,
	    missing, SHOWN, granted, remedy);
}
