/* provider.c - see provider.h */
#include "account/provider.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "account/folder.h"
#include "buf.h"
#include "file.h"
#include "name.h"

/* The installed presets are root's, or whose the prefix is. */
static int
open_preset(const struct scope *s, const char *name, char *path, size_t size,
    struct failure *why)
{
	int fd;

	snprintf(path, size, "%s/providers/%s.conf", s->config, name);
	fd = file_open(AT_FDCWD, path, FILE_SHOWN, s->owner, path, why);
	if (fd != -1 || errno != ENOENT)
		return fd;
	snprintf(path, size, "%s/%s.conf", TOKEND_PROVIDERS_DIR, name);
	return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
}

static int
no_such_preset(const char *name, const char *file, struct failure *why)
{
	struct buf known = BUF_INIT(200);
	struct names n;
	size_t i;
	int folder = open(TOKEND_PROVIDERS_DIR, O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC);

	if (folder != -1) {
		/* As many as fit: the text has a limit too. */
		if (names_read(&n, folder, NULL) == 0)
			for (i = 0; i < n.count; i++)
				if (buf_adds(&known, " ") == -1 ||
				    buf_adds(&known, n.name[i]) == -1)
					break;
		names_free(&n);
	}
	fail(why, STATUS_CONFIG, "%s: provider: there is no preset \"%.40s\" "
	    "(there are:%s): take one of these, or leave provider out and "
	    "give token_endpoint, scope and hosts", file, name,
	    buf_text(&known));
	buf_free(&known);
	return -1;
}

int
provider_read(const char *provider, const struct scope *s, const char *file,
    const struct conf_key *keys, void *target, struct failure *why)
{
	char name[NAME_MAX_LEN + 1], path[SCOPE_PATH_MAX + NAME_MAX_LEN + 32];
	int fd, result;

	if (name_fold(name, provider, strlen(provider), why) == -1)
		return conf_fail(why, file, "provider", "is not a name");
	if ((fd = open_preset(s, name, path, sizeof(path), why)) == -1) {
		if (errno == ENOENT)
			return no_such_preset(name, file, why);
		return errno == EPERM ? -1 : fail(why, STATUS_CONFIG,
		    "%s: %s", path, strerror(errno));
	}
	result = conf_read(fd, path, keys, target, why);
	close(fd);
	return result;
}
