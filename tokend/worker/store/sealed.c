/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/sealed.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "crypto/digest.h"

#define LINES_MAX 32
#define BOUND_MAX 1024

static int
bind_to(struct buf *bound, const char *key_id, const char *account)
{
	return attrs_add(bound, "tokend-credential", SEALED_VERSION) == -1 ||
	    attrs_add(bound, "key", key_id) == -1 ||
	    attrs_add(bound, "account", account) == -1 ? -1 : 0;
}

/* The lines of one value, which is longer than a line may be. */
static int
add_lines(struct buf *file, const struct buf *value)
{
	char name[24], line[SEALED_LINE + 1];
	size_t at = 0, len = 0;
	int i = 0;

	for (; at < value->len; at += len) {
		len = value->len - at < SEALED_LINE ? value->len - at :
		    SEALED_LINE;
		memcpy(line, value->data + at, len);
		line[len] = '\0';
		snprintf(name, sizeof(name), "sealed%d", i++);
		if (attrs_add(file, name, line) == -1)
			return -1;
	}
	return 0;
}

static int
add_all(struct buf *file, const char *key_id,
    const unsigned char nonce[SEAL_NONCE_LEN], const struct buf *sealed)
{
	struct buf line = BUF_INIT(64);
	struct buf value = BUF_INIT(sealed->len / 3 * 4 + 8);
	int result = base64_add(&line, nonce, SEAL_NONCE_LEN) == -1 ||
	    base64_add(&value, buf_text(sealed), sealed->len) == -1 ||
	    attrs_add(file, "tokend-credential", SEALED_VERSION) == -1 ||
	    attrs_add(file, "key", key_id) == -1 ||
	    attrs_add(file, "nonce", buf_text(&line)) == -1 ||
	    add_lines(file, &value) == -1 ||
	    attrs_add(file, "end", "yes") == -1 ||
	    attrs_end(file) == -1 ? -1 : 0;

	buf_free(&line);
	buf_free(&value);
	return result;
}

int
sealed_format(const struct buf *text, const struct keyring_key *k,
    const char *account, struct buf *file)
{
	unsigned char nonce[SEAL_NONCE_LEN];
	struct buf bound = BUF_INIT(BOUND_MAX);
	struct buf sealed = BUF_INIT(text->len + SEAL_TAG_LEN);
	int result = -1;

	if (random_fill(nonce, sizeof(nonce)) == 0 &&
	    bind_to(&bound, k->id, account) == 0) {
		errno = ENOMEM;
		if (seal_encrypt(k->key, nonce, &bound, text, &sealed) == 0)
			result = add_all(file, k->id, nonce, &sealed);
	}
	buf_free(&bound);
	buf_free(&sealed);
	return result;
}

const char *
sealed_key_id(struct attrs *file)
{
	const char *id = attrs_get(file, "key"), *end = attrs_get(file, "end");

	return id != NULL && strlen(id) == KEYRING_ID_LEN &&
	    strspn(id, "0123456789abcdef") == KEYRING_ID_LEN && end != NULL &&
	    strcmp(end, "yes") == 0 ? id : NULL;
}

static enum sealed_result
decode_base64(struct buf *to, const char *text)
{
	if (text == NULL)
		return SEALED_DAMAGED;
	if (base64_decode(to, text, strlen(text)) == 0)
		return SEALED_OPEN;
	return errno == ENOMEM ? SEALED_NO_MEMORY : SEALED_DAMAGED;
}

static enum sealed_result
join_lines(struct buf *sealed, struct attrs *file)
{
	enum sealed_result result = SEALED_DAMAGED;
	const char *line = NULL;
	char name[24];
	int i = 0;

	for (i = 0; i < LINES_MAX; i++) {
		snprintf(name, sizeof(name), "sealed%d", i);
		if ((line = attrs_get(file, name)) == NULL)
			break;
		if ((result = decode_base64(sealed, line)) != SEALED_OPEN)
			break;
	}
	return result;
}

enum sealed_result
sealed_read(struct attrs *file, const struct keyring_key *k,
    const char *account, struct buf *text)
{
	struct buf nonce = BUF_INIT(64), bound = BUF_INIT(BOUND_MAX);
	struct buf sealed = BUF_INIT(text->max + SEAL_TAG_LEN);
	enum sealed_result result;
	int opened;

	result = decode_base64(&nonce, attrs_get(file, "nonce"));
	if (result == SEALED_OPEN && nonce.len != SEAL_NONCE_LEN)
		result = SEALED_DAMAGED;
	if (result != SEALED_OPEN ||
	    (result = join_lines(&sealed, file)) != SEALED_OPEN)
		goto out;
	result = SEALED_NO_MEMORY;
	if (bind_to(&bound, k->id, account) == -1)
		goto out;
	opened = seal_decrypt(k->key, (const unsigned char *)nonce.data,
	    &bound, &sealed, text);
	if (opened != -1)
		result = opened == 0 ? SEALED_OPEN : SEALED_DAMAGED;
out:
	buf_free(&nonce);
	buf_free(&bound);
	buf_free(&sealed);
	return result;
}
