/* store.c - see store.h */
#include "store/store.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "account/folder.h"
#include "attr.h"
#include "file.h"
#include "name.h"

#define STORE_VERSION "1"

static int
take(struct buf *to, struct attrs *a, const char *name)
{
	const char *value = attrs_get(a, name);

	return value == NULL ? 0 : buf_adds(to, value);
}

static int
read_attributes(struct credential *c, struct buf *content)
{
	struct attrs a;
	const char *version, *end;

	if (attrs_parse(&a, content, NULL) == -1)
		return -1;
	version = attrs_get(&a, "tokend-credential");
	end = attrs_get(&a, "end");
	if (version == NULL || strcmp(version, STORE_VERSION) != 0 ||
	    end == NULL || strcmp(end, "yes") != 0 ||
	    take(&c->refresh_token, &a, "refresh_token") == -1 ||
	    take(&c->client_secret, &a, "client_secret") == -1 ||
	    take(&c->client_key, &a, "client_key") == -1 ||
	    take(&c->key_password, &a, "key_password") == -1)
		return -1;
	attrs_number(&a, "granted", &c->granted);
	return 0;
}

int
credential_read(struct credential *c, const struct scope *s,
    const char *account, struct failure *why)
{
	struct buf content = BUF_INIT(CREDENTIAL_FILE_MAX);
	char path[SCOPE_PATH_MAX + NAME_MAX_LEN + 32];
	int folder, fd, result = -1;

	c->granted = 0;
	if ((folder = folder_open(s, "credentials", why)) == -1)
		return -1;
	snprintf(path, sizeof(path), "%s/credentials/%s", s->state, account);
	fd = file_open(folder, account, FILE_SECRET, s->owner, path, why);
	close(folder);
	if (fd == -1)
		return errno == ENOENT ? 1 : -1;
	errno = 0;
	if (file_read(fd, &content) == -1)
		fail(why, status_of_errno(errno), "account \"%s\": %s: %s",
		    account, path, strerror(errno));
	else if (read_attributes(c, &content) == 0)
		result = 0;
	else if (errno == ENOMEM)	/* not the file's fault */
		fail_memory(why);
	else
		fail(why, STATUS_CONFIG, "account \"%s\": %s is damaged: sign "
		    "in again, \"tokend login %s\"", account, path,
		    account);
	close(fd);
	buf_free(&content);
	return result;
}

static int
replace(struct buf *old, const struct buf *typed)
{
	if (typed->len == 0)
		return 0;
	buf_reset(old);
	return buf_add(old, typed->data, typed->len);
}

int
credential_replace(struct credential *c, const struct credential *typed)
{
	return replace(&c->refresh_token, &typed->refresh_token) == -1 ||
	    replace(&c->client_secret, &typed->client_secret) == -1 ||
	    replace(&c->client_key, &typed->client_key) == -1 ||
	    replace(&c->key_password, &typed->key_password) == -1 ? -1 : 0;
}

static int
add(struct buf *b, const char *name, const struct buf *value)
{
	return value->len == 0 ? 0 : attrs_add(b, name, buf_text(value));
}

int
credential_format(const struct credential *c, struct buf *b)
{
	if (attrs_add(b, "tokend-credential", STORE_VERSION) == -1 ||
	    add(b, "refresh_token", &c->refresh_token) == -1 ||
	    add(b, "client_secret", &c->client_secret) == -1 ||
	    add(b, "client_key", &c->client_key) == -1 ||
	    add(b, "key_password", &c->key_password) == -1 ||
	    attrs_addnum(b, "granted", c->granted) == -1 ||
	    attrs_add(b, "end", "yes") == -1)
		return -1;
	return attrs_end(b);
}

int
credential_remove(const struct scope *s, const char *account,
    struct failure *why)
{
	int folder = folder_open(s, "credentials", why), result;

	if (folder == -1)
		return -1;
	result = unlinkat(folder, account, 0);
	/* Gone for good, and not back after a power cut. */
	if (result == 0 ? fsync(folder) == -1 : errno != ENOENT)
		result = fail(why, status_of_errno(errno), "account \"%s\": "
		    "%s/credentials/%s cannot be removed: %s", account,
		    s->state, account, strerror(errno));
	else
		result = 0;
	close(folder);
	return result;
}

void
credential_free(struct credential *c)
{
	buf_free(&c->refresh_token);
	buf_free(&c->client_secret);
	buf_free(&c->client_key);
	buf_free(&c->key_password);
}
