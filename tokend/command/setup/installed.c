/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/installed.h"

#include <stdlib.h>
#include <string.h>

#include "command/find_in_path.h"
#include "command/setup/setup.h"
#include "base/number.h"

#define OUTPUT_MAX 4096

int
program_find(char path[SCOPE_PATH_MAX], const char *name, struct failure *why)
{
	const char *folders = secure_getenv("PATH");

	if (folders == NULL || *folders == '\0')
		folders = "/usr/local/bin:/usr/bin:/bin";
	return find_in_folders(path, SCOPE_PATH_MAX, folders, name) == 0 ? 0 :
	    fail(why, STATUS_CONFIG, "%s is not installed, or not in PATH",
	    name);
}

int
program_version(const char *path, struct failure *why)
{
	struct buf output = BUF_INIT(OUTPUT_MAX);
	int64_t major = 0, minor = 0;
	const char *number;
	size_t n;

	if (setup_must(&output, why, path, "--version") == -1) {
		buf_free(&output);
		return -1;
	}
	number = buf_text(&output);
	number += strcspn(number, "0123456789");
	n = number_read(number, &major);
	if (n > 0 && number[n] == '.')
		number_read(number + n + 1, &minor);
	buf_free(&output);
	if (n == 0 || major < 1 || major > 99 || minor < 0 || minor > 99)
		return fail(why, STATUS_CONFIG, "%s --version does not say "
		    "its version", path);
	return (int)(major * 100 + minor);
}
