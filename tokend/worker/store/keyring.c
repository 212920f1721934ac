/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/keyring.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "account/defaults.h"
#include "base/base64.h"
#include "crypto/digest.h"
#include "disk/given.h"

#define KEY_FILE_MAX 256	/* base64 with line ends, and room for more */

static int
hex_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = strchr(digits, c >= 'A' && c <= 'F' ?
	    c - 'A' + 'a' : c);

	return c == '\0' || at == NULL ? -1 : (int)(at - digits);
}

static int
take_hex(struct keyring_key *k, const char *text)
{
	size_t i = 0;
	int high = 0, low = 0;

	for (i = 0; i < SEAL_KEY_LEN; i++) {
		high = hex_value(text[2 * i]);
		low = hex_value(text[2 * i + 1]);
		if (high == -1 || low == -1)
			return -1;
		k->key[i] = (unsigned char)(high << 4 | low);
	}
	return 0;
}

static int
take_base64(struct keyring_key *k, const char *text, size_t len)
{
	struct buf bytes = BUF_INIT(KEY_FILE_MAX);
	int result = base64_decode(&bytes, text, len);

	if (result == 0 && bytes.len == SEAL_KEY_LEN)
		memcpy(k->key, bytes.data, SEAL_KEY_LEN);
	else
		result = -1;
	buf_free(&bytes);
	return result;
}

/* A text of that length is no 256 random bits, and was meant as a text. */
static int
is_text(const struct buf *content)
{
	size_t i = 0;

	while (i < content->len && (content->data[i] == '\n' ||
	    (content->data[i] >= ' ' && content->data[i] <= '~')))
		i++;
	return i == content->len;
}

static int
take_key(struct keyring_key *k, const struct buf *content)
{
	size_t len = content->len;

	if (len == SEAL_KEY_LEN && !is_text(content)) {
		memcpy(k->key, content->data, SEAL_KEY_LEN);
		return 0;
	}
	while (len > 0 && (content->data[len - 1] == '\n' ||
	    content->data[len - 1] == '\r' || content->data[len - 1] == ' '))
		len--;
	return len == (size_t)2 * SEAL_KEY_LEN ? take_hex(k, content->data) :
	    take_base64(k, buf_text(content), len);
}

/* Shows that another key is another one, and nothing else of it. */
static int
make_id(struct keyring_key *k)
{
	static const char label[] = "tokend credentials key id 1";
	unsigned char text[sizeof(label) + SEAL_KEY_LEN], hash[SHA256_LEN];
	size_t i = 0;
	int result = -1;

	memcpy(text, label, sizeof(label));
	memcpy(text + sizeof(label), k->key, SEAL_KEY_LEN);
	result = digest_sha256(text, sizeof(text), hash);
	explicit_bzero(text, sizeof(text));
	for (i = 0; result == 0 && i < KEYRING_ID_LEN / 2; i++)
		snprintf(k->id + 2 * i, 3, "%02x", hash[i]);
	return result;
}

static int
read_key(struct keyring_key *k, const struct scope *s, const char *config,
    const char *setting, struct failure *why)
{
	struct buf content = BUF_INIT(KEY_FILE_MAX);
	struct failure inner;
	struct given g;
	int fd = given_open(AT_FDCWD, k->path, FILE_SECRET, s->owner, k->path,
	    &g, &inner), result = -1;

	if (fd == -1)
		return fail(why, inner.code, "%s: %s: %s%s", config, setting,
		    inner.text, errno == ENOENT ? ": put the key back there; "
		    "without it no credential is read or stored" : "");
	if (file_read(fd, &content) == -1 && errno != EMSGSIZE)
		fail(why, status_of_errno(errno), "%s: %s: %s: %s", config,
		    setting, k->path, strerror(errno));
	else if (content.len == 0 || take_key(k, &content) == -1)
		fail(why, STATUS_CONFIG, "%s: %s: %s is no key: it must have "
		    "32 bytes, 64 hexadecimal digits or their base64, as "
		    "\"openssl rand -hex 32\" makes them", config, setting,
		    k->path);
	else
		result = make_id(k) == -1 ? fail_memory(why) : 0;
	close(fd);
	buf_free(&content);
	if (result == -1)
		explicit_bzero(k->key, sizeof(k->key));
	return result;
}

int
keyring_read(struct keyring *v, const struct scope *s, struct failure *why)
{
	struct defaults d;
	int result = defaults_read(&d, s, why);

	*v = (struct keyring)KEYRING_INIT;
	snprintf(v->config, sizeof(v->config), "%s/tokend.conf", s->config);
	if (result == 0 && d.credentials_key_before != NULL) {
		key_path_find(v->before.path, d.credentials_key_before);
		(void)read_key(&v->before, s, v->config,
		    "credentials_key_before", NULL);
	}
	if (result == 0 && d.credentials_key != NULL) {
		key_path_find(v->key.path, d.credentials_key);
		result = read_key(&v->key, s, v->config, "credentials_key",
		    why);
	}
	defaults_free(&d);
	return result;
}

const struct keyring_key *
keyring_find(const struct keyring *v, const char *id)
{
	if (v->key.id[0] != '\0' && strcmp(v->key.id, id) == 0)
		return &v->key;
	return v->before.id[0] != '\0' && strcmp(v->before.id, id) == 0 ?
	    &v->before : NULL;
}

void
keyring_wipe(struct keyring *v)
{
	explicit_bzero(v, sizeof(*v));
}
