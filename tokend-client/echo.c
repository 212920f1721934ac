/* SPDX-License-Identifier: BSD-2-Clause */
#include "echo.h"

#include <stdint.h>
#include <string.h>

#include "base/base64.h"
#include "base/status.h"

/* A text as it is compared, and where each byte of that is in it. */
struct reduced {
	size_t len;
	char byte[ECHO_INPUT_MAX];
	uint16_t at[ECHO_INPUT_MAX];
};

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The number of so many hex digits, or -1. */
static int
hex_number(const char *text, size_t len, size_t digits)
{
	int value = 0, digit;
	size_t i;

	if (len < digits)
		return -1;
	for (i = 0; i < digits; i++) {
		if ((digit = hex_digit(text[i])) == -1)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* A byte for which texts are compared, or -1 for one that only separates. */
static int
comparable_byte(int c)
{
	if (c <= ' ' || c == 0x7f || c == '"' || c == '\'' || c > 0xff)
		return -1;
	/* The digits in which base64url differs (RFC 4648 5). */
	return c == '-' ? '+' : c == '_' ? '/' : c;
}

/*
 * The byte at the beginning of text, as it is compared; *used bytes of text
 * stand for it.
 */
static int
first_byte(const char *text, size_t len, size_t *used)
{
	int value;

	*used = 1;
	if (text[0] == '%' &&
	    (value = hex_number(text + 1, len - 1, 2)) != -1) {
		*used = 3;
		return comparable_byte(value);
	}
	if (text[0] != '\\')
		return comparable_byte((unsigned char)text[0]);
	/* RFC 8259 7 */
	if (len > 1 && text[1] == 'u' &&
	    (value = hex_number(text + 2, len - 2, 4)) != -1) {
		*used = 6;
		return comparable_byte(value);
	}
	if (len > 1 && memchr("bfnrt", text[1], 5) != NULL)
		*used = 2;
	return -1;
}

int
echo_add(struct buf *secrets, const char *secret, size_t len)
{
	size_t used, before = secrets->len;
	char byte;
	int c;

	for (; len > 0; secret += used, len -= used) {
		c = first_byte(secret, len, &used);
		byte = (char)c;
		if (c != -1 && buf_add(secrets, &byte, 1) == -1)
			return -1;
	}
	/* One of blanks alone has nothing to be known by. */
	return secrets->len == before ? 0 : buf_add(secrets, "", 1);
}

/* The token's digits in base64 where so many bytes are in front of it. */
static int
add_encoded(struct buf *secrets, const char *token, size_t len, size_t before)
{
	struct buf plain = BUF_INIT(TOKEN_MAX + 2);
	struct buf encoded = BUF_INIT(ECHO_TOKEN_MAX);
	size_t first = (before * 8 + 5) / 6, end = (before + len) * 8 / 6;
	int result = -1;

	/* Those that other bytes have a part in tell nothing. */
	if (buf_add(&plain, "\0", before) == 0 &&
	    buf_add(&plain, token, len) == 0 &&
	    base64_add(&encoded, plain.data, plain.len) == 0)
		result = end <= first ? 0 : echo_add(secrets,
		    encoded.data + first, end - first);
	buf_free(&plain);
	buf_free(&encoded);
	return result;
}

int
echo_add_token(struct buf *secrets, const char *token, size_t len)
{
	size_t before;

	if (echo_add(secrets, token, len) == -1)
		return -1;
	for (before = 0; before < 3; before++)
		if (add_encoded(secrets, token, len, before) == -1)
			return -1;
	return 0;
}

static void
reduce_text(struct reduced *r, const char *text, size_t len)
{
	size_t at, used;
	int c;

	r->len = 0;
	for (at = 0; at < len; at += used) {
		c = first_byte(text + at, len - at, &used);
		if (c == -1)
			continue;
		r->byte[r->len] = (char)c;
		r->at[r->len++] = (uint16_t)at;
	}
}

static size_t
common_length(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t n = 0;

	while (n < a_len && n < b_len && a[n] == b[n])
		n++;
	return n;
}

/* The longest run at text that is somewhere in one secret, or 0. */
static size_t
find_run(const char *secret, size_t secret_len, const char *text, size_t len)
{
	size_t least = secret_len < ECHO_RUN ? secret_len : ECHO_RUN;
	const char *end = secret + secret_len, *at = secret;
	size_t best = 0, n = 0;

	if (least == 0 || len < least)
		return 0;
	while (best < len && (at = memmem(at, (size_t)(end - at), text,
	    least)) != NULL) {
		n = common_length(at, (size_t)(end - at), text, len);
		if (n > best)
			best = n;
		at++;
	}
	return best;
}

static size_t
find_any_run(const struct buf *secrets, const char *text, size_t len)
{
	const char *secret = buf_text(secrets);
	const char *end = secret + secrets->len;
	size_t best = 0, n = 0;

	for (; secret < end; secret += strlen(secret) + 1) {
		n = find_run(secret, strlen(secret), text, len);
		if (n > best)
			best = n;
	}
	return best;
}

static void
copy_masked(const struct buf *secrets, const struct reduced *r, char *out,
    size_t size, const char *text, size_t len)
{
	static const char stars[] = "***";
	size_t at = 0, next = 0, done = 0, n, used;
	int was_masked = 0;

	/* Room for the stars is kept, so that no run is cut into parts. */
	while (at < len && done + sizeof(stars) <= size) {
		n = next < r->len && r->at[next] == at ? find_any_run(secrets,
		    r->byte + next, r->len - next) : 0;
		if (n == 0) {
			next += next < r->len && r->at[next] == at;
			out[done++] = text[at] != '\0' ? text[at] : '?';
			at++;
			was_masked = 0;
			continue;
		}
		if (!was_masked) {
			memcpy(out + done, stars, sizeof(stars) - 1);
			done += sizeof(stars) - 1;
		}
		was_masked = 1;
		next += n;
		at = r->at[next - 1];
		first_byte(text + at, len - at, &used);
		at += used;
	}
	out[done] = '\0';
}

void
echo_mask(const struct buf *secrets, char *out, size_t size, const char *text,
    size_t len)
{
	struct reduced r;

	if (len > ECHO_INPUT_MAX)
		len = ECHO_INPUT_MAX;
	reduce_text(&r, text, len);
	copy_masked(secrets, &r, out, size, text, len);
	make_printable(out, size);
	explicit_bzero(&r, sizeof(r));
}
