/* SPDX-License-Identifier: BSD-2-Clause */
/* typed.c - see typed.h */
#include "command/login/typed.h"

#include <string.h>
#include <unistd.h>

#include "attr.h"
#include "base64.h"
#include "command/terminal/input_file.h"

static int
take_key(struct typed *t, int fd, const char *what, struct failure *why)
{
	struct buf content = BUF_INIT(TYPED_KEY_MAX);
	int result = input_file_read(fd, &content, what, why);

	if (result == 0 && content.len == 0)
		result = fail(why, STATUS_CONFIG, "%s: holds no key: nothing "
		    "was changed", what);
	if (result == 0 && base64_add(&t->client_key, content.data,
	    content.len) == -1)
		result = fail_memory(why);
	/* PKCS#8 says it by its name, the old PEM forms by a header. */
	if (result == 0 && t->key_password.len == 0 && ask_is_possible() &&
	    memmem(content.data, content.len, "ENCRYPTED", 9) != NULL)
		result = ask_password(&t->key_password, "Password of the key",
		    why);
	buf_free(&content);
	return result;
}

int
typed_read(struct typed *t, const struct options *o, struct failure *why)
{
	if ((o->refresh_token && ask_secret(&t->refresh_token,
	    "refresh token", 0, why) == -1) ||
	    (o->client_secret && ask_secret(&t->client_secret,
	    "client secret", 0, why) == -1) ||
	    (o->key_password && ask_password(&t->key_password,
	    "password of the key", why) == -1))
		return -1;
	return o->client_key ? take_key(t, STDIN_FILENO, "client key", why) :
	    0;
}

int
typed_read_key(struct typed *t, const char *path, struct failure *why)
{
	int fd = input_file_open(path, why), result;

	if (fd == -1)
		return -1;
	result = take_key(t, fd, path, why);
	close(fd);
	return result;
}

static int
add(struct buf *message, const char *name, const struct buf *value)
{
	return attrs_add(message, name,
	    value->len > 0 ? buf_text(value) : NULL);
}

int
typed_add(const struct typed *t, struct buf *message)
{
	return add(message, "refresh_token", &t->refresh_token) == -1 ||
	    add(message, "client_secret", &t->client_secret) == -1 ||
	    add(message, "client_key", &t->client_key) == -1 ||
	    add(message, "key_password", &t->key_password) == -1 ? -1 : 0;
}

void
typed_free(struct typed *t)
{
	buf_free(&t->refresh_token);
	buf_free(&t->client_secret);
	buf_free(&t->key_password);
	buf_free(&t->client_key);
}
