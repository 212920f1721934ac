/* SPDX-License-Identifier: BSD-2-Clause */
/* test_unwrap.c - answers that are good except for how they are wrapped */
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "net/decode.h"
#include "net/unwrap.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define MOST 65536
#define JSON "{\"refresh_token\":\"r1\"}"

static struct buf body, room;

static void
setup(void)
{
	body = (struct buf)BUF_INIT(MOST);
	room = (struct buf)BUF_INIT(MOST);
}

static void
teardown(void)
{
	buf_free(&body);
	buf_free(&room);
}

FIXTURE(setup, teardown);

static void
unwraps(const char *text, size_t len, const char *encoding, const char *to)
{
	buf_reset(&body);
	ck_assert_int_eq(buf_add(&body, text, len), 0);
	unwrap_body(&body, encoding, &room);
	ck_assert_uint_eq(body.len, strlen(to));
	ck_assert_str_eq(buf_text(&body), to);
	ck_assert_uint_eq(room.len, 0);
}

#define TEXT(text) text, sizeof(text) - 1

static const struct {
	const char *text;
	size_t len;
	const char *to;
} texts[] = {
	{ TEXT(JSON), JSON },
	{ TEXT("\xef\xbb\xbf" JSON), JSON },
	{ TEXT("\xef\xbb\xbf\r\n" JSON), "\r\n" JSON },
	{ TEXT(")]}'\n" JSON), "\n" JSON },
	{ TEXT("while(1);" JSON), JSON },
	{ TEXT(JSON "\0"), JSON },
	{ TEXT("\xff\xfe{\0\"\0a\0\"\0:\0""1\0}\0"), "{\"a\":1}" },
	{ TEXT("\xfe\xff\0{\0\"\0a\0\"\0:\0""1\0}"), "{\"a\":1}" },
	{ TEXT("\xff\xfe\xe4\1x\0y"), "?x" },
	{ TEXT("\xef\xbb\xbf"), "" },
	{ TEXT("error=invalid_grant&error_description=Gone+%22now%22%21\n"),
	    "{\"error\":\"invalid_grant\",\"error_description\":\"Gone "
	    "\\u0022now\\u0022!\"}" },
	{ TEXT("access_token=a%2Bb&refresh_token=1%2f%2F0g&expires_in=60"),
	    "{\"access_token\":\"a+b\",\"refresh_token\":\"1//0g\","
	    "\"expires_in\":\"60\"}" },
	{ TEXT("error=%zz%5c%0a%"), "{\"error\":\"%zz\\u005c\\u000a%\"}" },
	{ TEXT("error="), "{\"error\":\"\"}" },
	/* In a member. */
	{ TEXT("{\"data\":{\"access_token\":\"a\"}}"),
	    "{\"access_token\":\"a\"}" },
	{ TEXT(" {\"ok\":true, \"result\" : {\"token\":{\"a\":[{}],"
	    "\"access_token\":\"a\"}},\"x\":1}"),
	    "{\"a\":[{}],\"access_token\":\"a\"}" },
	{ TEXT("{\"error\":null,\"data\":{\"device_code\":\"d\"}}"),
	    "{\"device_code\":\"d\"}" },
	/* Nor is one of these in a member: each has what an answer has. */
	{ TEXT("{\"refresh_token\":\"r\",\"x\":{\"access_token\":\"a\"}}"),
	    "{\"refresh_token\":\"r\",\"x\":{\"access_token\":\"a\"}}" },
	{ TEXT("{\"access_token\":\"r\",\"x\":{\"device_code\":\"a\"}}"),
	    "{\"access_token\":\"r\",\"x\":{\"device_code\":\"a\"}}" },
	{ TEXT("{\"error\":\"e\",\"x\":{\"access_token\":\"a\"}}"),
	    "{\"error\":\"e\",\"x\":{\"access_token\":\"a\"}}" },
	/* Too deep, in a list, not whole. */
	{ TEXT("{\"a\":{\"a\":{\"a\":{\"a\":{\"access_token\":\"a\"}}}}}"),
	    "{\"a\":{\"a\":{\"a\":{\"a\":{\"access_token\":\"a\"}}}}}" },
	{ TEXT("{\"a\":[{\"access_token\":\"a\"}]}"),
	    "{\"a\":[{\"access_token\":\"a\"}]}" },
	{ TEXT("{\"a\":{\"access_token\":\"a\"}"),
	    "{\"a\":{\"access_token\":\"a\"}" },
	/* None of these is a form of OAuth. */
	{ TEXT("a=b&c=d"), "a=b&c=d" },
	{ TEXT("error"), "error" },
	{ TEXT("error=x&<html>"), "error=x&<html>" },
	{ TEXT("<a href=\"?error=x\">"), "<a href=\"?error=x\">" },
	{ TEXT("busy, error=x"), "busy, error=x" },
	{ TEXT("&"), "&" },
	{ TEXT("="), "=" },
	{ TEXT("x"), "x" },
};

TABLE_TEST(finds_the_text, texts)
{
	unwraps(texts[_i].text, texts[_i].len, "", texts[_i].to);
}

/* bits as deflateInit2 has it. */
static size_t
compress_to(char *out, size_t size, const char *text, size_t len, int bits)
{
	z_stream z;

	memset(&z, 0, sizeof(z));
	ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, bits, 8,
	    Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (unsigned char *)(uintptr_t)text;
	z.avail_in = (uInt)len;
	z.next_out = (unsigned char *)out;
	z.avail_out = (uInt)size;
	ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return size - z.avail_out;
}

static const struct {
	int bits;
	const char *encoding;
} ways[] = {
	{ 31, "gzip" }, { 31, "" }, { 31, "br" }, { 15, "deflate" },
	{ 15, "" }, { -15, "deflate" }, { -15, "Deflate" }
};

TABLE_TEST(decompresses, ways)
{
	char out[1024];
	size_t len = compress_to(out, sizeof(out), TEXT(JSON),
	    ways[_i].bits);

	unwraps(out, len, ways[_i].encoding, JSON);
	len = compress_to(out, sizeof(out), TEXT("\xef\xbb\xbf" JSON),
	    ways[_i].bits);
	unwraps(out, len, ways[_i].encoding, JSON);
}

TEST(decompresses_twice)
{
	char once[1024], twice[1024];
	size_t len = compress_to(once, sizeof(once), TEXT(JSON), 31);

	len = compress_to(twice, sizeof(twice), once, len, 31);
	unwraps(twice, len, "gzip", JSON);
}

/* The buffer that it came in is the room for what is in it. */
TEST(decompresses_twice_in_a_small_buffer)
{
	static char text[MOST - 1], once[MOST], twice[MOST];
	size_t len = 0;

	memset(text, ' ', sizeof(text) - 1);
	memcpy(text, JSON, strlen(JSON));
	len = compress_to(once, sizeof(once), text, sizeof(text) - 1, 31);
	len = compress_to(twice, sizeof(twice), once, len, 31);
	ck_assert_uint_lt(len, 256);
	buf_free(&body);
	unwraps(twice, len, "gzip", text);
}

/* A server that says so and does not do so, or sends a part. */
TEST(leaves_what_is_not_compressed)
{
	char out[1024];
	size_t len = compress_to(out, sizeof(out), TEXT(JSON), 31);

	unwraps(TEXT(JSON), "gzip", JSON);
	unwraps(TEXT(JSON), "deflate", JSON);
	unwraps(TEXT(JSON), "utf-8", JSON);
	buf_reset(&body);
	ck_assert_int_eq(buf_add(&body, out, len - 9), 0);
	unwrap_body(&body, "gzip", &room);
	ck_assert_uint_lt(body.len, sizeof(JSON));
	out[2] = 9;
	buf_reset(&body);
	ck_assert_int_eq(buf_add(&body, out, len), 0);
	unwrap_body(&body, "gzip", &room);
	ck_assert_int_eq(memcmp(buf_text(&body), out, body.len), 0);
}

/* Frames without compression, as each of them may have. */
#define BROTLI "\x50\x01\x10" JSON "\x03"
#define ZSTD "\x28\xb5\x2f\xfd\x20\x16\xb1\0\0" JSON

static const struct {
	const char *text;
	size_t len;
	const char *encoding, *to;
	int feature;	/* of libcurl */
} decoded[] = {
	{ TEXT(BROTLI), "br", JSON, CURL_VERSION_BROTLI },
	{ TEXT(ZSTD), "zstd", JSON, CURL_VERSION_ZSTD },
	{ TEXT(ZSTD), "ZSTD", JSON, CURL_VERSION_ZSTD },
	/* Said, and not so; or not said. */
	{ TEXT(JSON), "br", JSON, 0 }, { TEXT(JSON), "zstd", JSON, 0 },
	{ TEXT(JSON), "br, gzip", JSON, 0 }, { TEXT(JSON), "gzip", JSON, 0 },
	{ TEXT(JSON), "brx", JSON, 0 }, { TEXT(JSON), "", JSON, 0 },
	/* Broken off. */
	{ BROTLI, 10, "br", "\x50\x01\x10{\"refre", 0 }
};

TABLE_TEST(decodes_what_libcurl_can, decoded)
{
	const curl_version_info_data *v = curl_version_info(CURLVERSION_NOW);

	ck_assert_int_eq(buf_add(&body, decoded[_i].text, decoded[_i].len), 0);
	ck_assert_int_eq(buf_room(&room, room.max), 0);
	decode_body(&body, decoded[_i].encoding, &room);
	if ((v->features & decoded[_i].feature) == decoded[_i].feature)
		ck_assert_str_eq(buf_text(&body), decoded[_i].to);
	else
		ck_assert_mem_eq(body.data, decoded[_i].text, body.len);
	ck_assert_uint_eq(room.len, 0);
}

/* A bomb has as much room as any answer. */
TEST(is_bounded)
{
	static char zeros[4 * MOST], out[MOST];
	size_t len = 0;

	memset(zeros, '1', sizeof(zeros));
	len = compress_to(out, sizeof(out), zeros, sizeof(zeros), 31);
	ck_assert_int_eq(buf_add(&body, out, len), 0);
	unwrap_body(&body, "gzip", &room);
	ck_assert_uint_eq(body.len, MOST);
}
