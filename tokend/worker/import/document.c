/* SPDX-License-Identifier: BSD-2-Clause */
/* document.c - see document.h */
#include "import/document.h"

#include <string.h>
#include <strings.h>

struct jdoc *
document_parse(const char *text, size_t len, const char *path,
    const char *should_be, struct failure *why)
{
	const char *what;
	struct jdoc *d = jdoc_parse(text, len, &what);

	if (d == NULL && what == NULL)
		fail_memory(why);
	else if (d == NULL)
		fail(why, STATUS_CONFIG, "%.200s: is %s, and not %s", path,
		    what, should_be);
	return d;
}

int
document_says_yes(const struct jdoc *d, const char *name)
{
	const char *word = jdoc_string(d, name);

	return jdoc_is_true(d, name) || (word != NULL &&
	    (strcasecmp(word, "yes") == 0 || strcasecmp(word, "true") == 0));
}
