/* SPDX-License-Identifier: BSD-2-Clause */
#include "account/send_right.h"

#include <string.h>

#include "base/name.h"

#define GOOGLE "https://www.googleapis.com/auth/"
#define DEFAULT "/.default"

/* They name the person, or keep the consent; the last is Microsoft's. */
static const char harmless[] = "openid profile email offline_access "
    GOOGLE "userinfo.email " GOOGLE "userinfo.profile User.Read "
    "https://graph.microsoft.com/User.Read";

/* With each of these of Google's a mail can be sent, and more be done. */
static const char wide[] = "https://mail.google.com/ " GOOGLE "gmail.modify "
    GOOGLE "gmail.compose";

static int
is_known(const struct account *a)
{
	return a->send_scope != NULL && a->scope != NULL &&
	    strstr(a->send_scope, DEFAULT) == NULL;
}

/* The words of a scope that another one does not have. */
static void
find_more(const struct account *a, const char *scope, const char *other,
    char words[GRANTED_MAX + 1])
{
	char one[GRANTED_MAX + 1];
	size_t len = 0;

	words[0] = '\0';
	for (; (scope = words_next(scope, &len)) != NULL; scope += len) {
		if (words_have(harmless, scope, len) || len > GRANTED_MAX ||
		    granted_has(a, other, scope, len))
			continue;
		memcpy(one, scope, len);
		one[len] = '\0';
		words_append(words, GRANTED_MAX + 1, " ", one);
	}
}

/* True if one of the words of Google's that also send is there. */
static int
has_wide(const char *scope)
{
	size_t len = 0;

	for (; (scope = words_next(scope, &len)) != NULL; scope += len)
		if (words_have(wide, scope, len))
			return 1;
	return 0;
}

int
send_right_is_meant(const struct account *a)
{
	char words[GRANTED_MAX + 1];

	if (sending_is_api(a->send))
		return 1;
	if (a->send == SEND_NONE || !is_known(a))
		return 0;
	find_more(a, a->scope, a->send_scope, words);
	return words[0] == '\0';
}

enum send_right
send_right_judge(const struct account *a, const char *granted,
    char words[GRANTED_MAX + 1])
{
	const char *scope = *granted != '\0' ? granted : a->scope;

	words[0] = '\0';
	if (!is_known(a) || !send_right_is_meant(a))
		return SEND_RIGHT_UNKNOWN;
	find_more(a, a->send_scope, scope, words);
	if (words[0] != '\0' && !has_wide(scope))
		return SEND_RIGHT_MISSING;
	find_more(a, scope, a->send_scope, words);
	return words[0] != '\0' ? SEND_RIGHT_WIDER : SEND_RIGHT_ALONE;
}
