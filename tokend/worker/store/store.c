/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/store.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "disk/file.h"
#include "files/folder.h"
#include "files/unusable.h"
#include "base/name.h"
#include "base/shell_word.h"

#define STORE_VERSION "1"

static int
take_value(struct buf *to, struct attrs *a, const char *name)
{
	const char *value = attrs_get(a, name);

	return value == NULL ? 0 : buf_adds(to, value);
}

static int
read_attributes(struct credential *c, struct attrs *a)
{
	const char *version = attrs_get(a, "tokend-credential");
	const char *end = attrs_get(a, "end");

	if (version == NULL || strcmp(version, STORE_VERSION) != 0 ||
	    end == NULL || strcmp(end, "yes") != 0 ||
	    take_value(&c->refresh_token, a, "refresh_token") == -1 ||
	    take_value(&c->client_secret, a, "client_secret") == -1 ||
	    take_value(&c->client_key, a, "client_key") == -1 ||
	    take_value(&c->key_password, a, "key_password") == -1 ||
	    take_value(&c->scope, a, "scope") == -1)
		return -1;
	attrs_number(a, "granted", &c->granted);
	attrs_number(a, "ends", &c->end.at);
	attrs_number(a, "ends_since", &c->end.since);
	return 0;
}

static int
read_text(struct credential *c, struct buf *text)
{
	struct attrs a;

	return attrs_parse(&a, text, NULL) == -1 ? -1 :
	    read_attributes(c, &a);
}

static int
fail_damaged(const char *path, const char *account, const char *what,
    struct failure *why)
{
	/* Not the file's fault. */
	if (errno == ENOMEM)
		return fail_memory(why);
	return fail(why, STATUS_CONFIG, "account \"%s\": %s is damaged%s: "
	    "sign in again, \"tokend login %s\"", account, path, what,
	    SHELL_NAME(account));
}

/* The file is of use again when the key is back. */
static int
fail_locked(struct credential *c, const struct keyring *v, const char *path,
    const char *account, struct failure *why)
{
	c->is_locked = 1;
	if (v->key.path[0] == '\0' && v->before.path[0] == '\0')
		return fail(why, STATUS_CONFIG, "account \"%s\": %s is "
		    "encrypted, and %s names no key: add \"credentials_key = "
		    "FILE\" with the key %s", account, path, v->config,
		    c->key_id);
	if (v->before.path[0] != '\0' && v->before.id[0] == '\0')
		return fail(why, STATUS_CONFIG, "account \"%s\": %s is "
		    "encrypted with the key %s, and %s of "
		    "credentials_key_before cannot be read: put that key back "
		    "there", account, path, c->key_id, v->before.path);
	return fail(why, STATUS_CONFIG, "account \"%s\": %s is encrypted "
	    "with the key %s, and %s is the key %s: put the other key back, or "
	    "name it by credentials_key_before", account, path, c->key_id,
	    v->key.path[0] != '\0' ? v->key.path : v->before.path,
	    v->key.path[0] != '\0' ? v->key.id : v->before.id);
}

static int
decrypt_file(struct credential *c, struct attrs *a, const struct keyring *v,
    const char *path, const char *account, struct failure *why)
{
	struct buf text = BUF_INIT(CREDENTIAL_TEXT_MAX);
	const struct keyring_key *k = keyring_find(v, c->key_id);
	enum sealed_result opened;
	int result = -1;

	if (k == NULL)
		return fail_locked(c, v, path, account, why);
	errno = 0;
	opened = sealed_read(a, k, account, &text);
	if (opened == SEALED_NO_MEMORY)
		fail_memory(why);
	else if (opened == SEALED_DAMAGED || read_text(c, &text) == -1)
		fail_damaged(path, account, ", or of another account", why);
	else
		result = 0;
	buf_free(&text);
	return result;
}

static int
read_sealed(struct credential *c, struct attrs *a, const struct scope *s,
    const char *path, const char *account, struct failure *why)
{
	const char *id = sealed_key_id(a);
	struct keyring v;
	int result = -1;

	if (id == NULL)
		return fail_damaged(path, account, "", why);
	snprintf(c->key_id, sizeof(c->key_id), "%s", id);
	if (keyring_read(&v, s, why) == -1) {
		c->is_locked = 1;
		failure_name(why, account);
	} else {
		result = decrypt_file(c, a, &v, path, account, why);
	}
	keyring_wipe(&v);
	return result;
}

static int
read_file(struct credential *c, struct buf *content, const struct scope *s,
    const char *path, const char *account, struct failure *why)
{
	struct attrs a;
	const char *version = NULL;

	if (attrs_parse(&a, content, NULL) == -1)
		return fail_damaged(path, account, "", why);
	version = attrs_get(&a, "tokend-credential");
	if (version != NULL && strcmp(version, SEALED_VERSION) == 0)
		return read_sealed(c, &a, s, path, account, why);
	return read_attributes(c, &a) == 0 ? 0 :
	    fail_damaged(path, account, "", why);
}

enum credential_found
credential_read(struct credential *c, const struct scope *s,
    const char *account, struct failure *why)
{
	struct buf content = BUF_INIT(CREDENTIAL_FILE_MAX);
	char path[SCOPE_PATH_MAX + NAME_MAX_LEN + 32];
	int folder, fd, result = -1;

	c->granted = 0;
	c->end = (struct consent_end){ 0, 0 };
	c->key_id[0] = '\0';
	c->is_locked = 0;
	if ((folder = folder_open(s, "credentials", why)) == -1)
		return -1;
	snprintf(path, sizeof(path), "%s/credentials/%s", s->state, account);
	fd = file_open(folder, account, FILE_SECRET, s->owner, path, why);
	close(folder);
	if (fd == -1)
		return errno == ENOENT ? CREDENTIAL_NONE :
		    unusable_after_open(s, path, why);
	errno = 0;
	if (file_read(fd, &content) == -1) {
		unusable_path(s, path, errno, why);
	} else {
		errno = 0;
		result = read_file(c, &content, s, path, account, why);
	}
	close(fd);
	buf_free(&content);
	return result;
}

static int
replace_value(struct buf *old, const struct buf *typed)
{
	if (typed->len == 0)
		return 0;
	buf_reset(old);
	return buf_add(old, typed->data, typed->len);
}

int
credential_replace(struct credential *c, const struct credential *typed)
{
	if (typed->refresh_token.len > 0) {
		buf_reset(&c->scope);
		c->end = typed->end;
	}
	return replace_value(&c->refresh_token, &typed->refresh_token) == -1 ||
	    replace_value(&c->scope, &typed->scope) == -1 ||
	    replace_value(&c->client_secret, &typed->client_secret) == -1 ||
	    replace_value(&c->client_key, &typed->client_key) == -1 ||
	    replace_value(&c->key_password,
	    &typed->key_password) == -1 ? -1 : 0;
}

static int
add_value(struct buf *b, const char *name, const struct buf *value)
{
	return value->len == 0 ? 0 : attrs_add(b, name, buf_text(value));
}

int
credential_format(const struct credential *c, struct buf *b)
{
	if (attrs_add(b, "tokend-credential", STORE_VERSION) == -1 ||
	    add_value(b, "refresh_token", &c->refresh_token) == -1 ||
	    add_value(b, "client_secret", &c->client_secret) == -1 ||
	    add_value(b, "client_key", &c->client_key) == -1 ||
	    add_value(b, "key_password", &c->key_password) == -1 ||
	    add_value(b, "scope", &c->scope) == -1 ||
	    attrs_addnum(b, "granted", c->granted) == -1 ||
	    (c->end.at > 0 && (attrs_addnum(b, "ends", c->end.at) == -1 ||
	    attrs_addnum(b, "ends_since", c->end.since) == -1)) ||
	    attrs_add(b, "end", "yes") == -1)
		return -1;
	return attrs_end(b);
}

int
credential_seal(const struct credential *c, const struct keyring *v,
    const char *account, struct buf *b)
{
	struct buf text = BUF_INIT(CREDENTIAL_TEXT_MAX);
	int result = -1;

	if (v->key.id[0] == '\0')
		return credential_format(c, b);
	if (credential_format(c, &text) == 0)
		result = sealed_format(&text, &v->key, account, b);
	buf_free(&text);
	return result;
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
	buf_free(&c->scope);
}
