/* SPDX-License-Identifier: BSD-2-Clause */
/* test_encode.c - the two messages, byte by byte */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "encode.h"

#include "unit.h"	/* last: check.h has a macro fail() */

typedef int encoder(struct buf *, const char *, const char *, size_t);

static encoder *const encoders[] = { xoauth2_encode, oauthbearer_encode };

static void
expect(encoder *encode, const char *user, const char *token,
    const char *message, size_t len)
{
	struct buf out = BUF_INIT(MESSAGE_MAX);

	ck_assert_int_eq(encode(&out, user, token, strlen(token)), 0);
	ck_assert_uint_eq(out.len, len);
	ck_assert_mem_eq(out.data, message, len);
	ck_assert_int_eq(out.data[len], '\0');
	buf_free(&out);
}

#define EXPECT(encode, user, token, message) \
	expect(encode, user, token, message, sizeof(message) - 1)

TEST(xoauth2_is_what_google_documents)
{
	EXPECT(xoauth2_encode, "someuser@example.com",
	    "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg",
	    "user=someuser@example.com\001auth=Bearer "
	    "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\001\001");
	EXPECT(xoauth2_encode, "a", "b", "user=a\001auth=Bearer b\001\001");
	/* No escaping exists. */
	EXPECT(xoauth2_encode, "a,b=c", "b",
	    "user=a,b=c\001auth=Bearer b\001\001");
}

TEST(oauthbearer_is_rfc_7628)
{
	EXPECT(oauthbearer_encode, "user@example.com", "vF9dft4qmT",
	    "n,a=user@example.com,\001auth=Bearer vF9dft4qmT\001\001");
	EXPECT(oauthbearer_encode, "a,b=c", "b",
	    "n,a=a=2Cb=3Dc,\001auth=Bearer b\001\001");
	EXPECT(oauthbearer_encode, ",,==", "b",
	    "n,a==2C=2C=3D=3D,\001auth=Bearer b\001\001");
	EXPECT(oauthbearer_encode, "n,a=x,", "b",
	    "n,a=n=2Ca=3Dx=2C,\001auth=Bearer b\001\001");
}

TEST(utf8_passes_as_it_is)
{
	EXPECT(xoauth2_encode, "j\xc3\xb6rg@example.org", "t",
	    "user=j\xc3\xb6rg@example.org\001auth=Bearer t\001\001");
	EXPECT(oauthbearer_encode, "j\xc3\xb6rg@example.org", "t",
	    "n,a=j\xc3\xb6rg@example.org,\001auth=Bearer t\001\001");
}

TEST(the_token_alphabet_is_rfc_6750)
{
	EXPECT(xoauth2_encode, "u", "AZaz09-._~+/==",
	    "user=u\001auth=Bearer AZaz09-._~+/==\001\001");
	EXPECT(oauthbearer_encode, "u", "AZaz09-._~+/==",
	    "n,a=u,\001auth=Bearer AZaz09-._~+/==\001\001");
}

TEST(a_bad_user_is_refused)
{
	static const char *const bad[] = {
		"", "a\001b", "a\001auth=Bearer x\001\001", "a\rb", "a\nb",
		"\tb", "a\x7f", "\xff", "a\xc3", "\xc0\x80", "\xed\xa0\x80"
	};
	struct buf out = BUF_INIT(MESSAGE_MAX);
	size_t i, k;

	for (k = 0; k < 2; k++) {
		for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
			errno = 0;
			ck_assert_int_eq(encoders[k](&out, bad[i], "t", 1),
			    -1);
			ck_assert_int_eq(errno, EILSEQ);
			ck_assert_uint_eq(out.len, 0);
		}
	}
	buf_free(&out);
}

/* The longest that fits, and one byte more. */
TEST(the_limit_is_what_a_server_takes)
{
	static const size_t frame[] = { 20, 20 };
	struct buf out = BUF_INIT(MESSAGE_MAX);
	char *token = malloc(MESSAGE_MAX + 1);
	size_t k, most;

	ck_assert_ptr_nonnull(token);
	memset(token, 'x', MESSAGE_MAX + 1);
	for (k = 0; k < 2; k++) {
		most = MESSAGE_MAX - frame[k] - 1;
		ck_assert_int_eq(encoders[k](&out, "u", token, most), 0);
		ck_assert_uint_eq(out.len, MESSAGE_MAX);
		ck_assert_uint_eq((out.len + 2) / 3 * 4, 12288);
		buf_reset(&out);
		errno = 0;
		ck_assert_int_eq(encoders[k](&out, "u", token, most + 1), -1);
		ck_assert_int_eq(errno, EMSGSIZE);
		ck_assert_uint_eq(out.len, 0);
	}
	/* Escapes count by what they grow to. */
	most = MESSAGE_MAX - frame[1] - 3;
	ck_assert_int_eq(oauthbearer_encode(&out, ",", token, most), 0);
	ck_assert_uint_eq(out.len, MESSAGE_MAX);
	buf_reset(&out);
	ck_assert_int_eq(oauthbearer_encode(&out, ",", token, most + 1), -1);
	buf_free(&out);
	free(token);
}
