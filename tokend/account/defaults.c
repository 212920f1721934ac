/* SPDX-License-Identifier: BSD-2-Clause */
#include "account/defaults.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "account/key_path.h"
#include "account/keys.h"
#include "disk/conf.h"
#include "disk/given.h"

#define KEY(name) { #name, offsetof(struct defaults, name) }

static const struct conf_key keys[] = {
	KEY(socket), KEY(allow), KEY(proxy), KEY(ca_file), KEY(ca_dir),
	KEY(on_error), KEY(on_warning), KEY(credentials_key),
	KEY(credentials_key_before), { NULL, 0 }
};

int
defaults_read(struct defaults *d, const struct scope *s, struct failure *why)
{
	char path[SCOPE_PATH_MAX + 16];
	struct given g;
	int fd, result;

	memset(d, 0, sizeof(*d));
	snprintf(path, sizeof(path), "%s/tokend.conf", s->config);
	fd = given_open(AT_FDCWD, path, FILE_SHOWN, s->owner, path, &g, why);
	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	result = conf_read(fd, path, keys, d, why) == -1 ||
	    conf_absolute(d->ca_file, path, "ca_file", why) == -1 ||
	    conf_absolute(d->ca_dir, path, "ca_dir", why) == -1 ||
	    conf_absolute(d->on_error, path, "on_error", why) == -1 ||
	    conf_absolute(d->on_warning, path, "on_warning", why) == -1 ||
	    key_path_check(d->credentials_key, path, "credentials_key",
	    why) == -1 || key_path_check(d->credentials_key_before, path,
	    "credentials_key_before", why) == -1 ? -1 : 0;
	close(fd);
	/* A password in it, "http://USER:PASSWORD@HOST": judged again. */
	g.st.st_mode &= ~(mode_t)022;	/* judged when it was opened */
	if (result == 0 && d->proxy != NULL &&
	    strchr(d->proxy, '@') != NULL && !g.is_shared_secret)
		result = file_judge(&g.st, FILE_SECRET, s->owner, path, why);
	return result;
}

void
defaults_free(struct defaults *d)
{
	const struct conf_key *k;

	for (k = keys; k->name != NULL; k++)
		key_drop((char **)((char *)d + k->offset));
}
