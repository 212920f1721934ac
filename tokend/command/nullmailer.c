/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/nullmailer.h"

#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk/scope.h"

static const char *const module_folders[] = { "/usr/lib/nullmailer",
    "/usr/libexec/nullmailer", "/usr/lib64/nullmailer",
    "/usr/local/libexec/nullmailer", TOKEND_NULLMAILER_DIR, NULL };

/* setuid, as the user of the queue. */
static const char *const queue_programs[] = { "/usr/sbin/nullmailer-queue",
    "/usr/local/sbin/nullmailer-queue", NULL };

const char *
nullmailer_modules(void)
{
	const char *const *folder;
	char path[SCOPE_PATH_MAX];

	for (folder = module_folders; *folder != NULL; folder++)
		if (scope_path(path, *folder, "/smtp") == 0 &&
		    access(path, X_OK) == 0)
			break;
	return *folder;
}

const char *
nullmailer_queue_program(void)
{
	const char *const *path;
	struct stat st;

	for (path = queue_programs; *path != NULL; path++)
		if (stat(*path, &st) == 0 && (st.st_mode & S_ISUID) != 0)
			break;
	return *path;
}

const struct passwd *
nullmailer_user(void)
{
	const char *path = nullmailer_queue_program();
	struct stat st;

	return path != NULL && stat(path, &st) == 0 ? getpwuid(st.st_uid) :
	    NULL;
}
