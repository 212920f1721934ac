/* SPDX-License-Identifier: BSD-2-Clause */
/* test_echo.c - what is left of a secret in what a peer says */
#include <string.h>

#include "base/base64.h"
#include "echo.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define TOKEN "EwBYA8l6BAAUkj1NuJYtTVha+Mogk+HEiPbQo04AAbX/4n_Jw-2mTzkq=="

static struct buf secrets;
static char out[ECHO_INPUT_MAX + 1];

static void
setup(void)
{
	secrets = (struct buf)BUF_INIT(ECHO_TOKEN_MAX);
	ck_assert_int_eq(echo_add_token(&secrets, TOKEN, strlen(TOKEN)), 0);
}

static void
teardown(void)
{
	buf_free(&secrets);
}

FIXTURE(setup, teardown);

static const char *
mask(const char *text)
{
	echo_mask(&secrets, out, sizeof(out), text, strlen(text));
	return out;
}

static const char *const told[][2] = {
	{ "", "" },
	{ "535 5.7.8 no", "535 5.7.8 no" },
	{ TOKEN, "***" },
	{ TOKEN " and " TOKEN, "*** and ***" },
	/* Seven bytes tell nothing, eight do. */
	{ "EwBYA8l", "EwBYA8l" },
	{ "EwBYA8l6", "***" },
	{ "xEwBYA8l6x", "x***x" },
	/* What is not of it goes between. */
	{ "\"EwBY A8l6\"", "\"***\"" },
	{ "E w B Y A 8 l 6", "***" },
	{ "EwBY\r\n\tA8l6", "***" },
	{ "EwBY\\r\\nA8l6", "***" },
	{ "EwBY\\A8l6", "***" },
	{ "EwBY\\u00418l6", "***" },
	{ "EwBY\\u0020A8l6", "***" },
	{ "Vha\\/Mogk", "Vha\\/Mogk" },
	{ "AAbX\\/4n_Jw", "***" },
	{ "%45%77%42%59%41%38%6c%36", "***" },
	{ "%45w%42YA8%6C6%20", "***%20" },
	{ "AAbX%2F4n_Jw", "***" },
	/* The other alphabet of base64. */
	{ "AAbX_4n/Jw+2", "***" },
	/* An escape that is none is what it is. */
	{ "EwBYA8l6%", "***%" },
	{ "EwBYA8l6%4", "***%4" },
	{ "EwBYA8l6\\u00", "***\\u00" },
	{ "EwBYA8l6\\", "***\\" },
	{ "\\", "\\" }, { "%", "%" }, { "\\u", "\\u" }, { "%zz", "%zz" },
	{ "100% of it\\s \"own\"", "100% of it\\s \"own\"" },
	/* Another case is another token. */
	{ "ewbya8L6", "ewbya8L6" },
	{ "\033[0mEwBYA8l6\x01", "?[0m***?" },
};

TABLE_TEST(runs_of_the_token_are_masked, told)
{
	ck_assert_str_eq(mask(told[_i][0]), told[_i][1]);
}

/* Wherever the token begins in it: no eight digits of its own are left. */
LOOP_TEST(the_message_in_base64_is_masked, 0, 10)
{
	static const char *const users[] = { "", "a", "ab", "abc",
	    "someone@example.org" };
	struct buf message = BUF_INIT(1000), encoded = BUF_INIT(2000);
	const char *end;
	int is_url = _i >= COUNT(users);

	ck_assert_int_eq(buf_adds(&message, "user="), 0);
	ck_assert_int_eq(buf_adds(&message, users[_i % COUNT(users)]), 0);
	ck_assert_int_eq(buf_adds(&message, "\001auth=Bearer " TOKEN
	    "\001\001"), 0);
	ck_assert_int_eq((is_url ? base64url_add : base64_add)(&encoded,
	    message.data, message.len), 0);
	mask(buf_text(&encoded));
	end = strstr(out, "***");
	ck_assert_msg(end != NULL && strstr(end + 1, "***") == NULL, "%s",
	    out);
	/* What is in front is as long as what is in front of the token. */
	ck_assert_int_le(end - out,
	    (int)((message.len - strlen(TOKEN) - 2) * 8 + 5) / 6);
	ck_assert_uint_le(strlen(end + 3), 6);
	buf_free(&message);
	buf_free(&encoded);
}

TEST(every_piece_that_is_long_enough_is_masked)
{
	char piece[sizeof(TOKEN)];
	size_t from, len;

	for (from = 0; from < strlen(TOKEN); from++)
		for (len = ECHO_RUN; from + len <= strlen(TOKEN); len++) {
			memcpy(piece, &TOKEN[from], len);
			piece[len] = '\0';
			ck_assert_str_eq(mask(piece), "***");
		}
}

/* A secret of a person, which is no token. */
TEST(a_short_secret_is_masked_as_a_whole)
{
	static const char short_one[] = "pw%42!", blank[] = " \t";

	ck_assert_int_eq(echo_add(&secrets, short_one, strlen(short_one)), 0);
	ck_assert_int_eq(echo_add(&secrets, blank, strlen(blank)), 0);
	ck_assert_int_eq(echo_add(&secrets, "", 0), 0);
	ck_assert_str_eq(mask("a pw%42! b"), "a *** b");
	ck_assert_str_eq(mask("a pw%42 b c d"), "a pw%42 b c d");
}

TEST(a_text_is_cut_at_no_run)
{
	char text[ECHO_INPUT_MAX + 100];
	size_t size;

	for (size = 1; size < 40; size++) {
		echo_mask(&secrets, out, size, "one " TOKEN " two", strlen(
		    "one " TOKEN " two"));
		ck_assert_uint_lt(strlen(out), size);
		ck_assert_ptr_null(strstr(out, "Ew"));
	}
	memset(text, 'x', sizeof(text));
	memcpy(text + ECHO_INPUT_MAX - 10, TOKEN, 50);
	echo_mask(&secrets, out, sizeof(out), text, sizeof(text));
	ck_assert_uint_lt(strlen(out), ECHO_INPUT_MAX);
	ck_assert_ptr_null(strstr(out, "Ew"));
	/* Bytes that no string has. */
	echo_mask(&secrets, out, sizeof(out), "a\0EwBY\0A8l6\0", 12);
	ck_assert_str_eq(out, "a?***?");
}

TEST(the_longest_token_has_room)
{
	static char token[TOKEN_MAX + 1];
	size_t i;

	for (i = 0; i < TOKEN_MAX; i++)
		token[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef"[i * i % 31];
	buf_reset(&secrets);
	ck_assert_int_eq(echo_add_token(&secrets, token, TOKEN_MAX), 0);
	ck_assert_str_eq(mask(token), "***");
	ck_assert_int_eq(echo_add_token(&secrets, "x", 1), 0);
}
