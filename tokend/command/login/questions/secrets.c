/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/login/questions/secrets.h"

#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/base64.h"
#include "command/terminal/input_file.h"

static int
take_key(struct secrets *s, int fd, const char *what, struct failure *why)
{
	struct buf content = BUF_INIT(SECRETS_KEY_MAX);
	int result = -1;

	if (input_file_read(fd, &content, what, why) == -1)
		goto out;
	if (content.len == 0) {
		fail(why, STATUS_CONFIG, "%s: has no key in it; nothing was "
		    "changed", what);
		goto out;
	}
	if (base64_add(&s->client_key, content.data, content.len) == -1) {
		fail_memory(why);
		goto out;
	}
	/* PKCS#8 has it in its name, the old PEM forms in a header. */
	result = s->key_password.len == 0 && ask_is_possible() &&
	    memmem(content.data, content.len, "ENCRYPTED", 9) != NULL ?
	    ask_password(&s->key_password, "Password of the key", why) : 0;
out:
	buf_free(&content);
	return result;
}

int
secrets_read(struct secrets *s, const struct options *o, struct failure *why)
{
	if ((o->refresh_token && ask_secret(&s->refresh_token,
	    "refresh token", 0, why) == -1) ||
	    (o->client_secret && ask_secret(&s->client_secret,
	    "client secret", 0, why) == -1) ||
	    (o->key_password && ask_password(&s->key_password,
	    "password of the key", why) == -1))
		return -1;
	return o->client_key ? take_key(s, STDIN_FILENO, "client key", why) :
	    0;
}

int
secrets_read_key_file(struct secrets *s, const char *path, struct failure *why)
{
	int fd = input_file_open(path, why), result;

	if (fd == -1)
		return -1;
	result = take_key(s, fd, path, why);
	close(fd);
	return result;
}

static int
add_secret(struct buf *message, const char *name, const struct buf *value)
{
	return attrs_add(message, name,
	    value->len > 0 ? buf_text(value) : NULL);
}

int
secrets_add(const struct secrets *s, struct buf *message)
{
	return add_secret(message, "refresh_token", &s->refresh_token) == -1 ||
	    add_secret(message, "client_secret", &s->client_secret) == -1 ||
	    add_secret(message, "client_key", &s->client_key) == -1 ||
	    add_secret(message, "key_password", &s->key_password) == -1 ?
	    -1 : 0;
}

void
secrets_free(struct secrets *s)
{
	buf_free(&s->refresh_token);
	buf_free(&s->client_secret);
	buf_free(&s->key_password);
	buf_free(&s->client_key);
}
