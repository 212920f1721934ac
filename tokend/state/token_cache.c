/* SPDX-License-Identifier: BSD-2-Clause */
/* token_cache.c - see token_cache.h */
#include "state/token_cache.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "files/folder.h"
#include "files/newfile.h"

int
token_cache_read(struct cache *c, const struct scope *s,
    const struct account *a, int64_t now)
{
	int folder, fd, result;

	if ((folder = folder_open(s, "cache", NULL)) == -1)
		return -1;
	fd = file_open(folder, a->name, FILE_SECRET, s->owner, a->name,
	    NULL);
	close(folder);
	if (fd == -1)
		return -1;
	result = cache_read(c, fd, a->stamp, now);
	close(fd);
	return result;
}

int
token_cache_write(const struct cache *c, const struct scope *s,
    const struct account *a, struct failure *why)
{
	struct buf content = BUF_INIT(CACHE_FILE_MAX);
	struct newfile f = { .folder = -1, .fd = -1, .may_be_lost = 1 };
	int folder, result = -1;

	if ((folder = folder_open(s, "cache", why)) == -1)
		return -1;
	if (cache_format(c, &content) == -1)
		fail(why, STATUS_INTERNAL, "account \"%s\": its token cannot "
		    "be kept: %s", a->name, strerror(errno));
	else if (newfile_reserve(&f, folder, s, "cache", a->name,
	    content.len, why) == 0) {
		result = newfile_commit(&f, &content);
		if (result == -1)
			fail(why, STATUS_LATER, "account \"%s\": its token "
			    "cannot be kept: %s", a->name, strerror(errno));
		newfile_abandon(&f);
	}
	close(folder);
	buf_free(&content);
	return result;
}

void
token_cache_drop(const struct scope *s, const struct account *a)
{
	int folder = folder_open(s, "cache", NULL);

	if (folder == -1)
		return;
	unlinkat(folder, a->name, 0);
	close(folder);
}
