/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/file_attributes.h"

#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/xattr.h>

#define ATTRIBUTES_MAX 65536	/* Linux's own limit of names and of values */

int
file_attributes_copy(int from, int to)
{
	char *names = malloc(ATTRIBUTES_MAX), *value = malloc(ATTRIBUTES_MAX);
	ssize_t len = -1, n;
	const char *name;
	int result = 0;

	if (names == NULL || value == NULL)
		result = -1;
	else
		len = flistxattr(from, names, ATTRIBUTES_MAX);
	for (name = names; result == 0 && len > 0 && name < names + len;
	    name += strlen(name) + 1) {
		n = fgetxattr(from, name, value, ATTRIBUTES_MAX);
		if (n >= 0 && fsetxattr(to, name, value, (size_t)n, 0) == -1 &&
		    strncmp(name, "system.posix_acl", 16) == 0)
			result = -1;
	}
	free(names);
	free(value);
	return result;
}
