/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/find_in_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A person's PATH often lacks the folders of administrators. */
static const char usual[] = "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin";

int
find_in_folders(char *path, size_t size, const char *folders,
    const char *program)
{
	const char *at = folders;
	size_t len;

	for (; at != NULL; at = at[len] == ':' ? at + len + 1 : NULL) {
		len = strcspn(at, ":");
		if (at[0] == '/' && (size_t)snprintf(path, size, "%.*s/%s",
		    (int)len, at, program) < size && access(path, X_OK) == 0)
			return 0;
	}
	return -1;
}

int
find_in_path(char path[FOUND_MAX], const char *program)
{
	return find_in_folders(path, FOUND_MAX, getenv("PATH"),
	    program) == 0 ? 0 :
	    find_in_folders(path, FOUND_MAX, usual, program);
}
