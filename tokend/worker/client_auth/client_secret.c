/* SPDX-License-Identifier: BSD-2-Clause */
/* client_secret.c - see client_secret.h */
#include "client_auth/client_secret.h"

#include "client_auth/named_file.h"
#include "common/failure_text.h"

int
secret_file_read(const struct account *a, const char *key, const char *path,
    struct buf *secret, struct failure *why)
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
