/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/account_mistakes.h"
#include "account/granted_scope.h"
#include "base/name.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define GRAPH "https://graph.microsoft.com/"
#define OUTLOOK "https://outlook"
#define SHOWN 80

/* To Microsoft a permission without a resource is one of Graph's. */
static int
is_graph(const struct account *a, const char *word, size_t len)
{
	if (len >= strlen(GRAPH) && strncasecmp(word, GRAPH,
	    strlen(GRAPH)) == 0)
		return 1;
	return granted_by_microsoft(a) && memmem(word, len, "://", 3) == NULL &&
	    !words_have("openid profile email offline_access", word, len);
}

void
mistake_graph_scope(struct graph *g, const struct account *a)
{
	const char *word = a->scope;
	size_t len = 0;

	g->word = NULL;
	g->len = g->has_outlook = 0;
	while (word != NULL && (word = words_next(word, &len)) != NULL) {
		if (is_graph(a, word, len)) {
			g->word = word;
			g->len = (int)(len < SHOWN ? len : SHOWN);
		} else if (len > strlen(OUTLOOK) &&
		    strncasecmp(word, OUTLOOK, strlen(OUTLOOK)) == 0) {
			g->has_outlook = 1;
		}
		word += len;
	}
	/* Graph is where it sends. */
	if (a->send == SEND_GRAPH && !g->has_outlook)
		g->word = NULL;
}

int
mistake_unknown_allow(const char **at, char name[256])
{
	const char *word = *at;
	size_t len;

	for (; word != NULL && (word = words_next(word, &len)) != NULL;
	    word += len) {
		if (len >= 256 || strspn(word, "0123456789") >= len)
			continue;
		snprintf(name, 256, "%.*s", (int)len, word);
		if (name[0] == '@' ? getgrnam(name + 1) == NULL :
		    getpwnam(name) == NULL) {
			*at = word + len;
			return 1;
		}
	}
	return 0;
}

int
mistake_check_allow(const char *account, const char *allow, struct failure *why)
{
	char name[256];

	if (!mistake_unknown_allow(&allow, name))
		return 0;
	return fail(why, STATUS_CONFIG, "account \"%s\": allow names \"%s\", "
	    "but this machine has no such %s; nothing was written. Fix: name "
	    "one that exists by \"--set allow=...\", or add that %s first",
	    account, name, name[0] == '@' ? "group" : "user",
	    name[0] == '@' ? "group" : "user");
}
