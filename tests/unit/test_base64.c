/* SPDX-License-Identifier: BSD-2-Clause */
/* test_base64.c - RFC 4648, and the hashes that are written in it */
#include <errno.h>
#include <string.h>

#include "base/base64.h"
#include "crypto/digest.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static struct buf b;

static void
setup(void)
{
	b = (struct buf)BUF_INIT(4096);
}

static void
teardown(void)
{
	buf_free(&b);
}

FIXTURE(setup, teardown);

/* RFC 4648 10, and bytes in which the alphabets differ */
static const struct {
	const char *plain;
	const char *usual;
	const char *for_urls;
} pairs[] = {
	{ "", "", "" },
	{ "f", "Zg==", "Zg" },
	{ "fo", "Zm8=", "Zm8" },
	{ "foo", "Zm9v", "Zm9v" },
	{ "foob", "Zm9vYg==", "Zm9vYg" },
	{ "fooba", "Zm9vYmE=", "Zm9vYmE" },
	{ "foobar", "Zm9vYmFy", "Zm9vYmFy" },
	{ "\xfb\xef\xff", "++//", "--__" },
};

TABLE_TEST(both_alphabets, pairs)
{
	const char *plain = pairs[_i].plain;

	ck_assert_int_eq(base64_add(&b, plain, strlen(plain)), 0);
	ck_assert_str_eq(buf_text(&b), pairs[_i].usual);
	buf_reset(&b);
	ck_assert_int_eq(base64url_add(&b, plain, strlen(plain)), 0);
	ck_assert_str_eq(buf_text(&b), pairs[_i].for_urls);
}

TABLE_TEST(back_again, pairs)
{
	const char *text[] = { pairs[_i].usual, pairs[_i].for_urls };
	size_t i;

	for (i = 0; i < 2; i++) {
		buf_reset(&b);
		ck_assert_int_eq(base64_decode(&b, text[i], strlen(text[i])),
		    0);
		ck_assert_str_eq(buf_text(&b), pairs[_i].plain);
	}
}

static const char *const broken[] = { "Z", "Zm9vY", "Zm 9", "Zm9\n", "Z===",
    "Zg=x", "Zg===", "====", "Zg\x80g" };

TABLE_TEST(what_is_not_base64_is_refused, broken)
{
	ck_assert_int_eq(base64_decode(&b, broken[_i], strlen(broken[_i])),
	    -1);
	ck_assert_int_eq(errno, EINVAL);
}

TEST(a_nul_is_no_digit)
{
	ck_assert_int_eq(base64_decode(&b, "Zm\0v", 4), -1);
	ck_assert_int_eq(errno, EINVAL);
}

TEST(bytes_of_every_value_come_back)
{
	unsigned char all[256];
	struct buf text = BUF_INIT(1024);
	size_t i;

	for (i = 0; i < sizeof(all); i++)
		all[i] = (unsigned char)i;
	ck_assert_int_eq(base64url_add(&text, all, sizeof(all)), 0);
	ck_assert_int_eq(base64_decode(&b, text.data, text.len), 0);
	ck_assert_uint_eq(b.len, sizeof(all));
	ck_assert_mem_eq(b.data, all, sizeof(all));
	buf_free(&text);
}

/* RFC 7636 appendix B */
TEST(the_challenge_of_rfc_7636)
{
	static const char verifier[] =
	    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
	unsigned char hash[SHA256_LEN];

	ck_assert_int_eq(digest_sha256(verifier, strlen(verifier), hash), 0);
	ck_assert_int_eq(base64url_add(&b, hash, sizeof(hash)), 0);
	ck_assert_str_eq(buf_text(&b),
	    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

/* FIPS 180-1 appendix A */
TEST(sha1_of_abc)
{
	static const unsigned char expected[SHA1_LEN] = { 0xa9, 0x99, 0x3e,
	    0x36, 0x47, 0x06, 0x81, 0x6a, 0xba, 0x3e, 0x25, 0x71, 0x78, 0x50,
	    0xc2, 0x6c, 0x9c, 0xd0, 0xd8, 0x9d };
	unsigned char hash[SHA1_LEN];

	ck_assert_int_eq(digest_sha1("abc", 3, hash), 0);
	ck_assert_mem_eq(hash, expected, sizeof(hash));
}

TEST(random_bytes_differ)
{
	unsigned char one[32] = { 0 }, two[32] = { 0 };

	ck_assert_int_eq(random_fill(one, sizeof(one)), 0);
	ck_assert_int_eq(random_fill(two, sizeof(two)), 0);
	ck_assert_mem_ne(one, two, sizeof(one));
}
