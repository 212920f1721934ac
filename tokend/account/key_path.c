/* SPDX-License-Identifier: BSD-2-Clause */
#include "account/key_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "disk/conf.h"

#define OF_UNIT "/run/credentials/tokend.service"

static const char systemd[] = "systemd:";

int
key_path_is_systemd(const char *value)
{
	return strncmp(value, systemd, sizeof(systemd) - 1) == 0;
}

int
key_path_check(const char *value, const char *file, const char *key,
    struct failure *why)
{
	const char *name = NULL;

	if (value == NULL)
		return 0;
	if (strlen(value) >= KEY_PATH_MAX - sizeof(OF_UNIT))
		return conf_fail(why, file, key, "is too long");
	if (value[0] == '/')
		return 0;
	name = value + sizeof(systemd) - 1;
	if (key_path_is_systemd(value) && *name != '\0' && *name != '.' &&
	    strchr(name, '/') == NULL)
		return 0;
	return conf_fail(why, file, key, "is an absolute path, or "
	    "systemd:NAME");
}

void
key_path_find(char path[KEY_PATH_MAX], const char *value)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	const char *name = value + sizeof(systemd) - 1;

	if (!key_path_is_systemd(value)) {
		snprintf(path, KEY_PATH_MAX, "%s", value);
		return;
	}
	/* Another unit's folder may be in the environment of a shell. */
	if (folder != NULL && folder[0] == '/' && snprintf(path, KEY_PATH_MAX,
	    "%s/%s", folder, name) < KEY_PATH_MAX && access(path, F_OK) == 0)
		return;
	snprintf(path, KEY_PATH_MAX, "%s/%s", OF_UNIT, name);
}
