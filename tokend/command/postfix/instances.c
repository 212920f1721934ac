/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/postfix/instances.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/name.h"

static int
add_instance(struct postfix_instances *all, const char *config,
    struct failure *why)
{
	struct postfix_instance *more, *new;

	more = reallocarray(all->each, all->count + 1, sizeof(*more));
	if (more == NULL)
		return fail_memory(why);
	all->each = more;
	new = &more[all->count++];
	*new = (struct postfix_instance){ .postfix = POSTFIX_INIT };
	new->is_read = postfix_read(&new->postfix, config, &new->why) == 0;
	return 0;
}

/* Of a line "name group active folder" of postmulti(1). */
static const char *
active_folder(const char *line)
{
	const char *word = line;
	size_t len = 0;
	int i, is_active = 1;

	for (i = 0; i < 4 && word != NULL; i++) {
		word = words_next(word + len, &len);
		if (i == 2 && word != NULL)
			is_active = *word == 'y';
	}
	return is_active ? word : NULL;
}

int
instances_read(struct postfix_instances *all, const char *config,
    struct failure *why)
{
	struct buf list = BUF_INIT(POSTFIX_TEXT_MAX);
	const char *folder;
	char *at, *line;
	int result = add_instance(all, config, why);

	/* Without postmulti there is one instance. */
	if (result == 0 && postfix_tool(config, "postmulti", &list, NULL, "-l",
	    (char *)NULL) != EX_OK)
		buf_reset(&list);
	for (at = list.data; result == 0 &&
	    (line = postfix_next_line(&at)) != NULL; )
		if ((folder = active_folder(line)) != NULL &&
		    strcmp(folder, config) != 0)
			result = add_instance(all, folder, why);
	buf_free(&list);
	return result;
}

void
instances_free(struct postfix_instances *all)
{
	size_t i;

	for (i = 0; i < all->count; i++)
		postfix_free(&all->each[i].postfix);
	free(all->each);
	*all = (struct postfix_instances){ NULL, 0 };
}
