/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/decode.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

typedef int brotli_decode(size_t from_len, const uint8_t *from, size_t *to_len,
    uint8_t *to);
typedef size_t zstd_decode(void *to, size_t room, const void *from,
    size_t from_len);

/* The library that libcurl has brought, and one function of it; or NULL. */
static void *
find_function(const char *library, const char *name, void **handle)
{
	*handle = dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
	return *handle != NULL ? dlsym(*handle, name) : NULL;
}

/* How many bytes came out, 0: it is nothing of the kind. */
static size_t
decode_brotli(struct buf *to, const struct buf *from)
{
	void *handle = NULL;
	void *found = find_function("libbrotlidec.so.1",
	    "BrotliDecoderDecompress", &handle);
	brotli_decode *decode = NULL;
	size_t len = to->max;

	memcpy(&decode, &found, sizeof(decode));
	if (decode == NULL || decode(from->len, (const uint8_t *)from->data,
	    &len, (uint8_t *)to->data) != 1)
		len = 0;
	if (handle != NULL)
		dlclose(handle);
	return len;
}

static size_t
decode_zstd(struct buf *to, const struct buf *from)
{
	void *handle = NULL;
	void *found = find_function("libzstd.so.1", "ZSTD_decompress",
	    &handle);
	zstd_decode *decode = NULL;
	size_t len = 0;

	memcpy(&decode, &found, sizeof(decode));
	if (decode != NULL)
		len = decode(to->data, to->max, from->data, from->len);
	if (handle != NULL)
		dlclose(handle);
	/* An error is a number near the top of size_t. */
	return len <= to->max ? len : 0;
}

void
decode_body(struct buf *body, const char *encoding, struct buf *room)
{
	struct buf kept = *body;
	size_t len = 0;

	if (body->len == 0 || (strcasecmp(encoding, "br") != 0 &&
	    strcasecmp(encoding, "zstd") != 0))
		return;
	if (strcasecmp(encoding, "br") == 0)
		len = decode_brotli(room, body);
	else
		len = decode_zstd(room, body);
	if (len == 0) {
		room->len = room->max;	/* what was begun is wiped */
		buf_reset(room);
		return;
	}
	room->len = len;
	room->data[len] = '\0';
	*body = *room;
	*room = kept;
	buf_reset(room);
}
