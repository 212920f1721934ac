/* client_secret.c - see client_secret.h */
#include "oauth/client_secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "name.h"
#include "oauth/text.h"

static int
fail_file(const struct account *a, const char *key, const char *what,
    struct failure *why)
{
	char name[TEXT_NAME_MAX] = "";

	text_cut(name, sizeof(name), a->name);
	return fail(why, STATUS_CONFIG, "account \"%s\": %s: %s", name, key,
	    what);
}

int
secret_file_read(const struct account *a, const char *key, const char *path,
    struct buf *secret, struct failure *why)
{
	uid_t owner = geteuid();
	struct failure inner;
	int fd = -1, result = 0;

	if (path[0] != '/')
		return fail_file(a, key, "is not an absolute path", why);
	fd = file_open(AT_FDCWD, path, FILE_SECRET, owner, path, &inner);
	if (fd == -1)
		return fail_file(a, key, inner.text, why);
	if (file_read(fd, secret) == -1)
		result = errno == ENOMEM ? fail_memory(why) :
		    fail_file(a, key, strerror(errno), why);
	close(fd);
	if (result == -1)
		return -1;
	if (secret->len > 0 && secret->data[secret->len - 1] == '\n')
		secret->data[--secret->len] = '\0';
	if (secret->len == 0)
		return fail_file(a, key, "is empty", why);
	if (!text_is_clean(secret->data, secret->len))
		return fail_file(a, key, "holds more than one line, a Windows "
		    "line end, or bytes that are not UTF-8", why);
	return 0;
}

int
client_secret_find(const struct account *a, const struct credential *c,
    struct buf *secret, struct failure *why)
{
	const char *given = NULL;

	if (c->client_secret.len > 0)
		given = buf_text(&c->client_secret);
	else if (a->client_secret != NULL)
		given = a->client_secret;
	else if (a->client_secret_file != NULL)
		return secret_file_read(a, "client_secret_file",
		    a->client_secret_file, secret, why);
	if (given == NULL)
		return 0;
	return buf_adds(secret, given) == -1 ? fail_memory(why) : 0;
}
