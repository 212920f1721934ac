/* client_auth.c - see client_auth.h */
#include "oauth/client_auth.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "name.h"
#include "oauth/base64.h"
#include "oauth/text.h"

static int
fail_file(const struct account *a, const char *what, struct failure *why)
{
	char name[TEXT_NAME_MAX] = "";

	text_cut(name, sizeof(name), a->name);
	return fail(why, STATUS_CONFIG, "account \"%s\": client_secret_file: "
	    "%s", name, what);
}

static int
read_secret_file(const struct account *a, struct buf *secret,
    struct failure *why)
{
	const char *path = a->client_secret_file;
	uid_t owner = geteuid();
	struct failure inner;
	int fd = -1, result = 0;

	if (path[0] != '/')
		return fail_file(a, "is not an absolute path", why);
	fd = file_open(AT_FDCWD, path, FILE_SECRET, owner, path, &inner);
	if (fd == -1)
		return fail_file(a, inner.text, why);
	if (file_read(fd, secret) == -1)
		result = errno == ENOMEM ? fail_memory(why) :
		    fail_file(a, strerror(errno), why);
	close(fd);
	if (result == -1)
		return -1;
	if (secret->len > 0 && secret->data[secret->len - 1] == '\n')
		secret->data[--secret->len] = '\0';
	if (secret->len == 0)
		return fail_file(a, "is empty", why);
	if (!text_is_clean(secret->data, secret->len))
		return fail_file(a, "holds more than one line, a Windows line "
		    "end, or bytes that are not UTF-8", why);
	return 0;
}

int
client_secret_find(const struct account *a, const struct credential *c,
    struct buf *secret, struct failure *why)
{
	const char *given = NULL;
	char name[TEXT_NAME_MAX] = "";

	if (c->client_secret.len > 0)
		given = buf_text(&c->client_secret);
	else if (a->client_secret != NULL)
		given = a->client_secret;
	else if (a->client_secret_file != NULL)
		return read_secret_file(a, secret, why);
	if (given != NULL)
		return buf_adds(secret, given) == -1 ? fail_memory(why) : 0;
	/* RFC 6749 4.4: for confidential clients only. */
	if (a->grant != GRANT_CLIENT_CREDENTIALS)
		return 0;
	text_cut(name, sizeof(name), a->name);
	return fail(why, STATUS_CONFIG, "account \"%s\": client_credentials "
	    "needs a client secret, and there is none: give it with \"tokend "
	    "login --client-secret-stdin %s\", or set client_secret_file",
	    name, strlen(a->name) < sizeof(name) ? a->name : "NAME");
}

/* Each part is encoded before they are joined, so a ':' in one stays there. */
static int
add_basic(const char *client_id, const struct buf *secret,
    struct buf *authorization)
{
	struct buf pair = BUF_INIT(FORM_MAX);
	int result = -1;

	if (form_encode(&pair, client_id) == 0 &&
	    buf_add(&pair, ":", 1) == 0 &&
	    form_encode(&pair, buf_text(secret)) == 0 &&
	    buf_adds(authorization, "Basic ") == 0)
		result = base64_add(authorization, pair.data, pair.len);
	buf_free(&pair);
	return result;
}

int
client_authenticate(const struct account *a, const struct buf *secret,
    struct buf *form, struct buf *authorization)
{
	if (secret->len > 0 && a->client_auth == CLIENT_AUTH_BASIC)
		return add_basic(a->client_id, secret, authorization);
	return form_add(form, "client_id", a->client_id) == -1 ||
	    form_add(form, "client_secret", buf_text(secret)) == -1 ? -1 : 0;
}
