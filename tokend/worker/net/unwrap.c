/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/unwrap.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "json/json_scan.h"
#include "net/form.h"

#define LAYERS_MOST 3
#define ARENA_SIZE 65536	/* inflate needs about 40 kB */
#define NAME_LONGEST 64		/* of a field in a form */

/* A form or an object with one of these is an answer of OAuth. */
static const char *const answer_names[] = { "access_token", "refresh_token",
    "error", "device_code" };
#define ANSWER_NAMES (sizeof(answer_names) / sizeof(answer_names[0]))

static void
swap_buffers(struct buf *a, struct buf *b)
{
	struct buf kept = *a;

	*a = *b;
	*b = kept;
}

/*
 * Compression
 */

/* zlib's memory: an answer is not lost because there is none left. */
struct arena {
	unsigned char bytes[ARENA_SIZE];
	size_t used;
};

static voidpf
allocate_memory(voidpf arg, uInt items, uInt size)
{
	struct arena *a = arg;
	size_t len = ((size_t)items * size + 15) & ~(size_t)15;
	void *found = a->bytes + a->used;

	if (len > sizeof(a->bytes) - a->used)
		return NULL;
	a->used += len;
	return found;
}

static void
ignore_free(voidpf arg, voidpf memory)
{
	(void)arg;
	(void)memory;
}

/*
 * As much as there is of it, and as has room; bits as inflateInit2 has it.
 * Without a frame (negative bits) anything may look compressed, so that has
 * to end as such, and where the body ends.
 */
static size_t
inflate_into(struct buf *to, const struct buf *from, int bits)
{
	static _Alignas(16) struct arena arena;
	z_stream z = { .zalloc = allocate_memory, .zfree = ignore_free,
	    .opaque = &arena };

	arena.used = 0;
	buf_reset(to);
	if (inflateInit2(&z, bits) != Z_OK)
		return 0;
	z.next_in = (unsigned char *)from->data;
	z.avail_in = (uInt)from->len;
	z.next_out = (unsigned char *)to->data;
	z.avail_out = (uInt)to->max;
	if ((inflate(&z, Z_FINISH) == Z_STREAM_END && z.avail_in == 0) ||
	    bits > 0)
		to->len = to->max - z.avail_out;
	to->data[to->len] = '\0';
	inflateEnd(&z);
	explicit_bzero(&arena, sizeof(arena));
	return to->len;
}

static int
has_gzip_mark(const struct buf *b)
{
	return b->len > 18 && memcmp(b->data, "\x1f\x8b\x08", 3) == 0;
}

static int
has_zlib_mark(const struct buf *b)
{
	const unsigned char *c = (const unsigned char *)b->data;

	return b->len > 6 && (c[0] & 0x0f) == 8 && c[0] >> 4 < 8 &&
	    (c[0] * 256 + c[1]) % 31 == 0;
}

static int
decompress_body(struct buf *body, const char *encoding, struct buf *room)
{
	int is_marked = has_gzip_mark(body) || has_zlib_mark(body);

	if (is_marked && inflate_into(room, body, MAX_WBITS + 32) > 0) {
		swap_buffers(body, room);
		return 1;
	}
	/* "deflate" without zlib's frame, as some have understood it. */
	if (!is_marked && strcasecmp(encoding, "deflate") == 0 &&
	    inflate_into(room, body, -MAX_WBITS) > 0) {
		swap_buffers(body, room);
		return 1;
	}
	return 0;
}

/*
 * What is before the text
 */

static void
cut_front(struct buf *body, size_t len)
{
	memmove(body->data, body->data + len, body->len - len);
	explicit_bzero(body->data + body->len - len, len);
	body->len -= len;
	body->data[body->len] = '\0';
}

static int
begins_with(const struct buf *body, const char *mark, size_t len)
{
	return body->len >= len && memcmp(body->data, mark, len) == 0;
}

/* UTF-16 to bytes; what is not ASCII becomes '?', as no token has it. */
static void
convert_utf16(struct buf *body, int is_big)
{
	size_t i, n = 0, before = body->len;
	char high, low;

	for (i = 2; i + 1 < before; i += 2) {
		high = body->data[is_big ? i : i + 1];
		low = body->data[is_big ? i + 1 : i];
		body->data[n++] = high == '\0' && (low & 0x80) == 0 ? low :
		    '?';
	}
	explicit_bzero(body->data + n, before - n);
	body->len = n;
}

static void
drop_marks(struct buf *body)
{
	static const char *const guards[] = { ")]}',", ")]}'", "while(1);",
	    "for(;;);" };
	size_t i;

	if (begins_with(body, "\xff\xfe", 2))
		convert_utf16(body, 0);
	else if (begins_with(body, "\xfe\xff", 2))
		convert_utf16(body, 1);
	if (begins_with(body, "\xef\xbb\xbf", 3))
		cut_front(body, 3);
	for (i = 0; i < sizeof(guards) / sizeof(guards[0]); i++)
		if (begins_with(body, guards[i], strlen(guards[i])))
			cut_front(body, strlen(guards[i]));
	/* NULs, which text files of some systems end in. */
	while (body->len > 0 && body->data[body->len - 1] == '\0')
		body->len--;
}

/*
 * Forms
 */

static int
add_value(struct buf *json, const char *at, const char *end)
{
	char code[8];
	unsigned char c;

	while (at < end) {
		c = form_decode_byte(&at, end);
		if (c < 0x20 || c == '"' || c == '\\')
			snprintf(code, sizeof(code), "\\u%04x", c);
		else
			snprintf(code, sizeof(code), "%c", c);
		if (buf_adds(json, code) == -1)
			return -1;
	}
	return 0;
}

static int
is_name(const char *text, size_t len)
{
	return len > 0 && len <= NAME_LONGEST && strspn(text,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")
	    >= len;
}

static int
is_answer_name(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < ANSWER_NAMES; i++)
		if (strlen(answer_names[i]) == len &&
		    memcmp(answer_names[i], text, len) == 0)
			return 1;
	return 0;
}

static int
add_field(struct buf *json, const char *field, size_t len, int *is_answer)
{
	const char *equals = memchr(field, '=', len);
	size_t name = equals != NULL ? (size_t)(equals - field) : 0;

	if (!is_name(field, name))
		return -1;
	if (is_answer_name(field, name))
		*is_answer = 1;
	return buf_adds(json, json->len > 1 ? ",\"" : "\"") == -1 ||
	    buf_add(json, field, name) == -1 ||
	    buf_adds(json, "\":\"") == -1 ||
	    add_value(json, equals + 1, field + len) == -1 ||
	    buf_adds(json, "\"") == -1 ? -1 : 0;
}

/* If all of it is a form with such a field. */
static void
read_form(struct buf *body, struct buf *room)
{
	const char *at = body->data, *end = at + body->len;
	int is_answer = 0;
	size_t len;

	while (end > at && strchr(" \t\r\n", end[-1]) != NULL)
		end--;
	buf_reset(room);
	if (buf_adds(room, "{") == -1)
		return;
	for (; at < end; at += len + 1) {
		const char *amp = memchr(at, '&', (size_t)(end - at));

		len = (size_t)((amp != NULL ? amp : end) - at);
		if (add_field(room, at, len, &is_answer) == -1)
			return;
	}
	if (is_answer && buf_adds(room, "}") == 0)
		swap_buffers(body, room);
}

/*
 * Members
 */

static void
cut_to_part(struct buf *body, const char *part, size_t len)
{
	cut_front(body, (size_t)(part - body->data));
	explicit_bzero(body->data + len, body->len - len);
	body->len = len;
	body->data[len] = '\0';
}

/* True if one of these members is the object's own, or may be. */
static int
is_answer(const struct buf *body)
{
	char none[1];
	size_t i;

	for (i = 0; i < ANSWER_NAMES; i++)
		if (scan_string(body->data, body->len, answer_names[i], none,
		    sizeof(none)) != SCAN_MISSING)
			return 1;
	return 0;
}

/* {"data":{"access_token":...}}, as gateways and some vendors' own forms. */
static void
use_inner_object(struct buf *body)
{
	const char *inner = NULL;
	long len = 0;

	if (is_answer(body))
		return;
	len = scan_inner(body->data, body->len, "access_token", &inner);
	if (len < 0)
		len = scan_inner(body->data, body->len, "device_code", &inner);
	if (len > 0)
		cut_to_part(body, inner, (size_t)len);
}

void
unwrap_body(struct buf *body, const char *encoding, struct buf *room)
{
	int i;

	/* They change places, so each has to have room for all there may be. */
	if (body->len == 0 || buf_room(room, body->max) == -1 ||
	    buf_room(body, body->max - body->len) == -1)
		return;
	for (i = 0; i < LAYERS_MOST && decompress_body(body,
	    i == 0 ? encoding : "", room); i++)
		continue;
	if (body->len > 0)
		drop_marks(body);
	if (body->len > 0)
		read_form(body, room);
	if (body->len > 0)
		use_inner_object(body);
	buf_reset(room);
}
