/* SPDX-License-Identifier: BSD-2-Clause */
#include "account/provider.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "disk/conf.h"
#include "disk/given.h"
#include "base/name.h"

#define PATH_SIZE (SCOPE_PATH_MAX + NAME_MAX_LEN + 32)

static int
file_name(char name[NAME_MAX_LEN + 1], const char *provider,
    const char *cloud, const char *file, struct failure *why)
{
	char both[2 * NAME_MAX_LEN];
	int n = snprintf(both, sizeof(both), "%s%s%s", provider,
	    cloud != NULL ? "-" : "", cloud != NULL ? cloud : "");

	if (n < 0 || (size_t)n >= sizeof(both) ||
	    name_fold(name, both, (size_t)n, NULL) == -1)
		return conf_fail(why, file, "provider", "is not a name");
	return 0;
}

/* The installed presets are root's, or whose the prefix is. */
static int
open_preset(const struct scope *s, const char *name, const char *ending,
    char *path, struct failure *why)
{
	struct given g;
	int fd;

	snprintf(path, PATH_SIZE, "%s/providers/%s.%s", s->config, name,
	    ending);
	fd = given_open(AT_FDCWD, path, FILE_SHOWN, s->owner, path, &g, why);
	if (fd != -1 || errno != ENOENT)
		return fd;
	snprintf(path, PATH_SIZE, "%s/%s.%s", TOKEND_PROVIDERS_DIR, name,
	    ending);
	return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
}

/* Adds those of one folder that are not there yet. */
static int
add_names(struct names *n, const char *folder_path, struct failure *why)
{
	struct names more;
	size_t i, j;
	int folder = open(folder_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result = 0;

	if (folder == -1)
		return 0;
	if (names_read(&more, folder, why) == -1)
		result = -1;
	for (i = 0; i < more.count && result == 0; i++) {
		for (j = 0; j < n->count; j++)
			if (strcmp(n->name[j], more.name[i]) == 0)
				break;
		if (j == n->count && names_add(n, more.name[i]) == -1)
			result = fail_memory(why);
	}
	names_free(&more);
	return result;
}

int
provider_list(struct names *n, const struct scope *s, struct failure *why)
{
	char path[PATH_SIZE];

	n->name = NULL;
	n->count = 0;
	snprintf(path, sizeof(path), "%s/providers", s->config);
	return add_names(n, TOKEND_PROVIDERS_DIR, why) == -1 ||
	    add_names(n, path, why) == -1 ? -1 : 0;
}

static int
no_such_preset(const char *name, const struct scope *s, const char *file,
    struct failure *why)
{
	struct buf known = BUF_INIT(200);
	struct names n;
	size_t i;

	/* As many as fit: the text has a limit too. */
	if (provider_list(&n, s, NULL) == 0)
		for (i = 0; i < n.count; i++)
			if (buf_adds(&known, " ") == -1 ||
			    buf_adds(&known, n.name[i]) == -1)
				break;
	names_free(&n);
	fail(why, STATUS_CONFIG, "%s: provider: there is no preset \"%.40s\" "
	    "(there are:%s): take one of these, or leave provider out and "
	    "give token_endpoint, scope and hosts", file, name,
	    buf_text(&known));
	buf_free(&known);
	return -1;
}

int
provider_read(const char *provider, const char *cloud,
    const struct scope *s, const char *file, struct keys *k,
    struct failure *why)
{
	char name[NAME_MAX_LEN + 1], path[PATH_SIZE];
	int fd, result;

	if (file_name(name, provider, cloud, file, why) == -1)
		return -1;
	if ((fd = open_preset(s, name, "conf", path, why)) == -1) {
		if (errno == ENOENT)
			return no_such_preset(name, s, file, why);
		return errno == EPERM ? -1 : fail(why, STATUS_CONFIG,
		    "%s: %m", path);
	}
	result = conf_read(fd, path, preset_keys, k, why);
	close(fd);
	return result;
}

int
provider_steps(const char *provider, const char *cloud,
    const struct scope *s, struct buf *text, struct failure *why)
{
	char name[NAME_MAX_LEN + 1], path[PATH_SIZE];
	int fd, result = 0;

	if (file_name(name, provider, cloud, provider, why) == -1)
		return -1;
	fd = open_preset(s, name, "txt", path, why);
	if (fd == -1 && errno == ENOENT && cloud != NULL)
		return provider_steps(provider, NULL, s, text, why);
	if (fd == -1)
		return errno == ENOENT ? 1 : errno == EPERM ? -1 :
		    fail(why, STATUS_CONFIG, "%s: %m", path);
	if (file_read(fd, text) == -1)
		result = fail(why, status_of_errno(errno), "%s: %m", path);
	close(fd);
	return result;
}
