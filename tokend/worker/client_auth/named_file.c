/* SPDX-License-Identifier: BSD-2-Clause */
#include "client_auth/named_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/failure_text.h"
#include "disk/given.h"
#include "base/name.h"

int
named_file_fail(const struct account *a, const char *key, const char *what,
    struct failure *why)
{
	fail(why, STATUS_CONFIG, "%s: %s", key, what);
	return text_name_account(why, a->name);
}

int
named_file_read(const struct account *a, const char *key, const char *path,
    enum file_want want, struct buf *content, struct failure *why)
{
	struct failure inner;
	struct given g;
	int fd = given_open(AT_FDCWD, path, want, geteuid(), path, &g,
	    &inner);
	int result = 0;

	if (fd == -1)
		return named_file_fail(a, key, inner.text, why);
	if (file_read(fd, content) == -1)
		result = errno == ENOMEM ? fail_memory(why) :
		    named_file_fail(a, key, strerror(errno), why);
	close(fd);
	if (result == 0 && content->len == 0)
		result = named_file_fail(a, key, "the file is empty", why);
	return result;
}

int
named_file_read_secret(const struct account *a, const char *key,
    const char *path, struct buf *secret, struct failure *why)
{
	if (path[0] != '/')
		return named_file_fail(a, key, "is not an absolute path", why);
	if (named_file_read(a, key, path, FILE_SECRET, secret, why) == -1)
		return -1;
	if (secret->data[secret->len - 1] == '\n')
		secret->data[--secret->len] = '\0';
	if (secret->len == 0)
		return named_file_fail(a, key, "is empty", why);
	if (!text_is_clean(secret->data, secret->len))
		return named_file_fail(a, key, "holds more than one line, a "
		    "Windows line end, or bytes that are not UTF-8", why);
	return 0;
}
