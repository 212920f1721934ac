/* SPDX-License-Identifier: BSD-2-Clause */
/* test_ask.c - lines and secrets of standard input, and what yes is */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/base64.h"
#include "command/login/questions/secrets.h"
#include "command/terminal/ask.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static struct buf line;
static struct secrets typed;
static struct options o;
static struct failure why;

static void
setup(void)
{
	scratch_setup();
	line = (struct buf)BUF_INIT(ASK_LINE_MAX);
	typed = (struct secrets)SECRETS_INIT;
	memset(&o, 0, sizeof(o));
}

static void
teardown(void)
{
	buf_free(&line);
	secrets_free(&typed);
	scratch_teardown();
}

FIXTURE(setup, teardown);

/* What comes on standard input from now on: no terminal, and an end. */
static void
input(const char *text, size_t len)
{
	scratch_bytes(scratch_path("input"), 0600, text, len);
	ck_assert_ptr_nonnull(freopen(scratch_path("input"), "r", stdin));
	ck_assert_int_eq(lseek(STDIN_FILENO, 0, SEEK_SET), 0);
}

static void
input_text(const char *text)
{
	input(text, strlen(text));
}

TEST(lines_are_read_one_by_one)
{
	input_text("one\r\n\ntwo");
	ck_assert_int_eq(ask_read(&line, &why), IS_TRUE);
	ck_assert_str_eq(buf_text(&line), "one");
	buf_reset(&line);
	ck_assert_int_eq(ask_read(&line, &why), IS_TRUE);
	ck_assert_str_eq(buf_text(&line), "");
	ck_assert_int_eq(ask_read(&line, &why), IS_TRUE);
	ck_assert_str_eq(buf_text(&line), "two");
	buf_reset(&line);
	ck_assert_int_eq(ask_read(&line, &why), IS_FALSE);
}

TEST(a_line_is_bounded)
{
	static char many[ASK_LINE_MAX + 2];

	memset(many, 'x', sizeof(many));
	input(many, ASK_LINE_MAX);
	ck_assert_int_eq(ask_read(&line, &why), IS_TRUE);
	ck_assert_uint_eq(line.len, ASK_LINE_MAX);
	buf_reset(&line);
	input(many, ASK_LINE_MAX + 1);
	ck_assert_int_eq(ask_read(&line, &why), IS_UNKNOWN);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
}

TEST(secrets_that_cannot_be_right)
{
	static const char *const wrong[] = { "", "\n", "a\tb\n",
	    "a\001b\n", "\xff\n" };
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		input_text(wrong[i]);
		buf_reset(&line);
		ck_assert_int_eq(ask_secret(&line, "it", 0, &why), -1);
		ck_assert_int_eq(why.code, STATUS_CONFIG);
		ck_assert_int_eq(strncmp(why.text, "it: ", 4), 0);
	}
	input_text("\n");
	buf_reset(&line);
	ck_assert_int_eq(ask_secret(&line, "it", 1, &why), 0);
	ck_assert_uint_eq(line.len, 0);
	input_text("");
	ck_assert_int_eq(ask_secret(&line, "it", 1, &why), -1);
}

/* RFC 6749 A.2: 1*VSCHAR, from the blank on. */
TEST(a_secret_may_hold_blanks)
{
	input_text("a b ~\"c\n");
	ck_assert_int_eq(ask_secret(&line, "it", 0, &why), 0);
	ck_assert_str_eq(buf_text(&line), "a b ~\"c");
}

/* As an editor begins a file. */
TEST(a_mark_is_no_part_of_a_secret)
{
	input_text("\357\273\277secret\n");
	ck_assert_int_eq(ask_secret(&line, "it", 0, &why), 0);
	ck_assert_str_eq(buf_text(&line), "secret");
	input_text("\357\273\277\n");
	buf_reset(&line);
	ck_assert_int_eq(ask_secret(&line, "it", 0, &why), -1);
}

TEST(secrets_come_in_their_order)
{
	struct buf key = BUF_INIT(100);

	o.refresh_token = o.client_secret = o.key_password = 1;
	o.client_key = 1;
	input_text("token\nsecret\npassword\nof the key\nto its end\n");
	ck_assert_int_eq(secrets_read(&typed, &o, &why), 0);
	ck_assert_str_eq(buf_text(&typed.refresh_token), "token");
	ck_assert_str_eq(buf_text(&typed.client_secret), "secret");
	ck_assert_str_eq(buf_text(&typed.key_password), "password");
	ck_assert_int_eq(base64_add(&key, "of the key\nto its end\n", 22), 0);
	ck_assert_str_eq(buf_text(&typed.client_key), buf_text(&key));
	buf_free(&key);
}

TEST(what_is_not_named_is_not_read)
{
	o.client_secret = 1;
	input_text("secret\nnext\n");
	ck_assert_int_eq(secrets_read(&typed, &o, &why), 0);
	ck_assert_str_eq(buf_text(&typed.client_secret), "secret");
	ck_assert_uint_eq(typed.refresh_token.len, 0);
	ck_assert_int_eq(ask_read(&line, &why), IS_TRUE);
	ck_assert_str_eq(buf_text(&line), "next");
}

TEST(a_key_is_bounded_and_one)
{
	static char many[SECRETS_KEY_MAX + 1];
	struct buf message = BUF_INIT(65536);

	o.client_key = 1;
	memset(many, 'x', sizeof(many));
	input(many, SECRETS_KEY_MAX);
	ck_assert_int_eq(secrets_read(&typed, &o, &why), 0);
	/* And it fits into one attribute. */
	ck_assert_int_eq(secrets_add(&typed, &message), 0);
	buf_free(&message);
	secrets_free(&typed);
	input(many, SECRETS_KEY_MAX + 1);
	ck_assert_int_eq(secrets_read(&typed, &o, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "too large"));
	input_text("");
	ck_assert_int_eq(secrets_read(&typed, &o, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "no key"));
}

TEST(only_what_was_typed_is_sent)
{
	struct buf message = BUF_INIT(65536);

	ck_assert_int_eq(buf_adds(&typed.client_secret, "secret"), 0);
	ck_assert_int_eq(secrets_add(&typed, &message), 0);
	ck_assert_str_eq(buf_text(&message), "client_secret=secret\n");
	buf_free(&message);
}

TEST(yes_and_no)
{
	ck_assert_int_eq(ask_parse_yes("y"), IS_TRUE);
	ck_assert_int_eq(ask_parse_yes("YES"), IS_TRUE);
	ck_assert_int_eq(ask_parse_yes(""), IS_FALSE);
	ck_assert_int_eq(ask_parse_yes("N"), IS_FALSE);
	ck_assert_int_eq(ask_parse_yes("no"), IS_FALSE);
	ck_assert_int_eq(ask_parse_yes("yesterday"), IS_UNKNOWN);
}
