/* SPDX-License-Identifier: BSD-2-Clause */
#include "cached.h"

#include <fcntl.h>
#include <unistd.h>

#include "disk/file.h"
#include "lineio.h"
#include "base/name.h"

/*
 * The file is judged when it is open, and its stamp ties it to the account;
 * the folder was judged by tokend, when it put the file there.
 */
static int
open_cache(const struct scope *s, const char *account)
{
	char path[SCOPE_PATH_MAX];

	if (scope_file(path, s->state, "/cache/", account, NULL) == -1)
		return -1;
	return file_open(AT_FDCWD, path, FILE_SECRET, s->owner, path, NULL);
}

/* A command names no server, and gets no further than asking. */
static int
serves_request(const struct cache *c, const struct request *r, int64_t now)
{
	return now < c->expires - c->min_valid &&
	    host_matches(c->hosts, r->host != NULL ? r->host : "*") &&
	    (r->host == NULL || !host_matches(c->refused, r->host));
}

enum cached
cached_take(struct answer *a, const struct scope *s, const char *stamp,
    const struct request *r, const char **allow)
{
	struct cache c = CACHE_INIT;
	int64_t now = clock_seconds();
	int fd = open_cache(s, r->account);
	enum cached result = CACHED_NONE;

	if (fd == -1)
		return CACHED_NONE;
	if (cache_read(&c, fd, stamp, now) == 0 && serves_request(&c, r, now)) {
		result = now < c.fresh_until ? CACHED_FRESH : CACHED_DUE;
		answer_from_cache(a, &c);
		a->user = users_for_service(&c.users, r->service);
		if (allow != NULL)
			*allow = c.allow;
	}
	close(fd);
	cache_free(&c);
	return result;
}
