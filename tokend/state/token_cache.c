/* SPDX-License-Identifier: BSD-2-Clause */
#include "state/token_cache.h"

#include <unistd.h>

#include "files/folder.h"
#include "files/newfile.h"

int
token_cache_read(struct cache *c, const struct scope *s,
    const struct account *a, int64_t now)
{
	int fd = folder_open_file(s, "cache", a->name), result;

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
	int result = -1;

	if (cache_format(c, &content) == -1)
		fail_memory(why);
	else
		result = newfile_replace(s, "cache", a->name, &content, why);
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
