/* SPDX-License-Identifier: BSD-2-Clause */
#include "client_auth/jwt.h"

#include <stdio.h>

#include "base/base64.h"
#include "crypto/digest.h"

/* RFC 8259 7: what must be escaped is; the rest is UTF-8 as it is. */
static int
add_text(struct buf *part, const char *text)
{
	char code[8] = "";
	unsigned char c = 0;

	if (buf_adds(part, "\"") == -1)
		return -1;
	for (; *text != '\0'; text++) {
		c = (unsigned char)*text;
		if (c < ' ')
			snprintf(code, sizeof(code), "\\u%04x", c);
		else
			snprintf(code, sizeof(code), "%s%c", c == '"' ||
			    c == '\\' ? "\\" : "", c);
		if (buf_adds(part, code) == -1)
			return -1;
	}
	return buf_adds(part, "\"");
}

static int
add_name(struct buf *part, const char *name)
{
	return buf_add(part, part->len == 0 ? "{" : ",", 1) == -1 ||
	    add_text(part, name) == -1 ? -1 : buf_add(part, ":", 1);
}

int
jwt_string(struct buf *part, const char *name, const char *value)
{
	if (value == NULL)
		return 0;
	return add_name(part, name) == -1 ? -1 : add_text(part, value);
}

int
jwt_number(struct buf *part, const char *name, int64_t value)
{
	return add_name(part, name) == -1 ? -1 : buf_addnum(part, value);
}

int
jwt_bytes(struct buf *part, const char *name, const void *data, size_t len)
{
	return add_name(part, name) == -1 || buf_add(part, "\"", 1) == -1 ||
	    base64url_add(part, data, len) == -1 ? -1 :
	    buf_add(part, "\"", 1);
}

int
jwt_id(char id[JWT_ID_LEN + 1])
{
	unsigned char r[16];

	if (random_fill(r, sizeof(r)) == -1)
		return -1;
	r[6] = (unsigned char)(0x40 | (r[6] & 0x0f));	/* version 4 */
	r[8] = (unsigned char)(0x80 | (r[8] & 0x3f));	/* variant */
	snprintf(id, JWT_ID_LEN + 1, "%02x%02x%02x%02x-%02x%02x-%02x%02x-"
	    "%02x%02x-%02x%02x%02x%02x%02x%02x", r[0], r[1], r[2], r[3], r[4],
	    r[5], r[6], r[7], r[8], r[9], r[10], r[11], r[12], r[13], r[14],
	    r[15]);
	return 0;
}

static const char *
alg_name(enum assertion_alg alg)
{
	switch (alg) {
	case ASSERTION_ALG_ES256:
		return "ES256";
	case ASSERTION_ALG_RS256:
		return "RS256";
	default:
		return "PS256";
	}
}

/* alg and typ, and then what is in j->header. */
static int
add_header(struct buf *input, const struct jwt *j, enum assertion_alg alg)
{
	struct buf header = BUF_INIT(JWT_MAX / 2);
	int result = -1;

	if (jwt_string(&header, "alg", alg_name(alg)) == 0 &&
	    jwt_string(&header, "typ", "JWT") == 0 &&
	    (j->header.len == 0 || (buf_add(&header, ",", 1) == 0 &&
	    buf_add(&header, j->header.data + 1, j->header.len - 1) == 0)) &&
	    buf_add(&header, "}", 1) == 0)
		result = base64url_add(input, header.data, header.len);
	buf_free(&header);
	return result;
}

int
jwt_sign(struct jwt *j, const struct key *k, enum assertion_alg alg,
    const char *shown, struct buf *token, struct failure *why)
{
	struct buf input = BUF_INIT(JWT_MAX);
	struct buf signature = BUF_INIT(KEY_SIGNATURE_MAX);
	int result = -1;

	if (add_header(&input, j, alg) == -1 ||
	    buf_add(&input, ".", 1) == -1 ||
	    buf_adds(&j->claims, j->claims.len == 0 ? "{}" : "}") == -1 ||
	    base64url_add(&input, j->claims.data, j->claims.len) == -1)
		fail_memory(why);
	else if (key_sign(k, alg, shown, &input, &signature, why) == 0)
		result = buf_add(token, input.data, input.len) == -1 ||
		    buf_add(token, ".", 1) == -1 ||
		    base64url_add(token, signature.data, signature.len) == -1 ?
		    fail_memory(why) : 0;
	buf_free(&input);
	buf_free(&signature);
	return result;
}

void
jwt_free(struct jwt *j)
{
	buf_free(&j->header);
	buf_free(&j->claims);
}
