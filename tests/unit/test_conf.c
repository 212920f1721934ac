/* SPDX-License-Identifier: BSD-2-Clause */
/* test_conf.c - `key = value` files: every mistake has its line */
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "disk/conf.h"

#include "unit.h"	/* last: check.h has a macro fail() */

struct target {
	char *socket;
	char *client_secret;
	char *token_endpoint;
};

static const struct conf_key keys[] = {
	{ "socket", offsetof(struct target, socket) },
	{ "client_secret", offsetof(struct target, client_secret) },
	{ "token_endpoint", offsetof(struct target, token_endpoint) },
	{ NULL, 0 }
};

static struct target target;
static struct failure why;

static void
forget(void)
{
	free(target.socket);
	free(target.client_secret);
	free(target.token_endpoint);
	memset(&target, 0, sizeof(target));
}

static void
setup(void)
{
	scratch_setup();
	memset(&why, 0, sizeof(why));
}

static void
teardown(void)
{
	forget();
	scratch_teardown();
}

FIXTURE(setup, teardown);

static int
read_bytes(const void *data, size_t len)
{
	int fd, result;

	scratch_bytes(scratch_path("a.conf"), 0600, data, len);
	fd = open(scratch_path("a.conf"), O_RDONLY | O_CLOEXEC);
	ck_assert_int_ne(fd, -1);
	result = conf_read(fd, "a.conf", keys, &target, &why);
	/* It is the caller's to close. */
	ck_assert_int_eq(close(fd), 0);
	return result;
}

static int
read_text(const char *text)
{
	return read_bytes(text, strlen(text));
}

static const struct {
	const char *text, *socket, *secret;
} good[] = {
	{ "", NULL, NULL },
	{ "\n\n", NULL, NULL },
	{ " \t \n", NULL, NULL },
	{ "# a comment\n#socket = x\n", NULL, NULL },
	{ "socket = a\n", "a", NULL },
	{ "socket = a", "a", NULL },	/* without a last line end */
	{ "socket=a\nclient_secret=b\n", "a", "b" },
	{ "  socket\t =\t  a b  c \t\nclient_secret = x\n", "a b  c", "x" },
	{ "socket = a # no comment\n", "a # no comment", NULL },
	{ "client_secret = #=a==\n", NULL, "#=a==" },
	{ "client_secret = \"\n", NULL, "\"" },
	{ "client_secret = a\"b'\n", NULL, "a\"b'" },
	{ "client_secret = \"a'\n", NULL, "\"a'" },
	{ "client_secret = j\xc3\xb6rg \xe2\x82\xac\n", NULL,
	    "j\xc3\xb6rg \xe2\x82\xac" },
	{ "client_secret = \\n\\ % $x ~\n", NULL, "\\n\\ % $x ~" },
};

static void
expect(const char *is, const char *should)
{
	if (should == NULL)
		ck_assert_ptr_null(is);
	else
		ck_assert_str_eq(is, should);
}

TABLE_TEST(a_file_is_read, good)
{
	ck_assert_msg(read_text(good[_i].text) == 0, "%s", why.text);
	expect(target.socket, good[_i].socket);
	expect(target.client_secret, good[_i].secret);
}

#define LINE(text) text, sizeof(text) - 1

static const struct {
	const char *text;
	size_t len;
	const char *says;
} bad[] = {
	{ LINE("\xef\xbb\xbfsocket = a\n"),
	    "a.conf:1: begins with a byte order mark" },
	{ LINE("socket = a\r\n"), "a.conf:1: a carriage return" },
	{ LINE("socket = a\n# x\r\n"), "a.conf:2: a carriage return" },
	{ LINE("socket = a\rb\n"), "a.conf:1: a carriage return" },
	{ LINE("\nsocket = a\0b\n"), "a.conf:2: a NUL byte" },
	{ LINE("\0"), "a.conf:1: a NUL byte" },
	{ LINE("socket = a\001b\n"), "a.conf:1: a control character" },
	{ LINE("socket = a\033[0m\n"), "a.conf:1: a control character" },
	{ LINE("socket = a\x7f\n"), "a.conf:1: a control character" },
	{ LINE("socket = \xff\n"), "a.conf:1: a control character, or bytes "
	    "that are not UTF-8" },
	{ LINE("# latin-1: \xf6\n"), "a.conf:1: " },
	{ LINE("s\xc3\n"), "a.conf:1: " },
	{ LINE("\n\nsocket a\n"), "a.conf:3: not `key = value`" },
	{ LINE("[section]\n"), "a.conf:1: not `key = value`" },
	{ LINE("  # a = b\n"), "a.conf:1: " },
	{ LINE(" # indented\n"), "a.conf:1: not `key = value`" },
	{ LINE("socket =\n"), "a.conf:1: \"socket\" has no value" },
	{ LINE("socket = \t \n"), "a.conf:1: \"socket\" has no value" },
	{ LINE("socket = \"a\"\n"), "a.conf:1: \"socket\": values are "
	    "written without quotes" },
	{ LINE("socket = 'a'\n"), "a.conf:1: \"socket\": values are written "
	    "without quotes" },
	{ LINE("socket = \"\"\n"), "without quotes" },
	{ LINE("socket = a\n\nsocket = a\n"), "a.conf:3: \"socket\" is set "
	    "for the second time" },
	{ LINE("sokcet = a\n"), "a.conf:1: unknown key \"sokcet\", did you "
	    "mean \"socket\"?" },
	{ LINE("Socket = a\n"), "unknown key \"Socket\", did you mean "
	    "\"socket\"?" },
	{ LINE("sockets = a\n"), "did you mean \"socket\"?" },
	{ LINE("client_secert = a\n"), "did you mean \"client_secret\"?" },
	{ LINE("client-secret = a\n"), "did you mean \"client_secret\"?" },
	{ LINE("clientsecret = a\n"), "did you mean \"client_secret\"?" },
	{ LINE("token-endpont = a\n"), "did you mean \"token_endpoint\"?" },
	{ LINE("elephant = a\n"), "a.conf:1: unknown key \"elephant\"" },
	{ LINE(" = a\n"), "a.conf:1: not `key = value`" },
	{ LINE("=\n"), "a.conf:1: not `key = value`" },
	{ LINE("two words = a\n"), "a.conf:1: not `key = value`" },
};

TABLE_TEST(a_mistake_has_its_line, bad)
{
	ck_assert_int_eq(read_bytes(bad[_i].text, bad[_i].len), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_msg(strstr(why.text, bad[_i].says) != NULL, "%s", why.text);
}

TEST(no_nearest_key_is_made_up)
{
	ck_assert_int_eq(read_text("elephant = a\n"), -1);
	ck_assert_ptr_null(strstr(why.text, "did you mean"));
	ck_assert_int_eq(read_text(" = a\n"), -1);
	ck_assert_ptr_null(strstr(why.text, "did you mean"));
}

/*
 * A line without its '=', or one that an editor wrapped, has the secret where
 * a key should be. Base64 brings a '=' of its own.
 */
static const char *const slips[] = {
	"client_secret GOCSPX-s3cr3t==\n",
	"client_secret\tGOCSPX-s3cr3t=\n",
	"client_secret: GOCSPX-s3cr3t=\n",
	"client_secret = abc\nGOCSPX-s3cr3t==\n",
	"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3tGOCSPXs3cr3t=\n",
};

TABLE_TEST(no_secret_is_shown, slips)
{
	ck_assert_int_eq(read_text(slips[_i]), -1);
	ck_assert_msg(strstr(why.text, "s3cr3t") == NULL, "%s", why.text);
	ck_assert_ptr_nonnull(strstr(why.text, "a.conf:"));
}

TEST(a_key_absurdly_long_is_an_error)
{
	char *text = malloc(20000);

	memset(text, 'k', 20000);
	memcpy(text + 19000, " = a\n", 6);
	ck_assert_int_eq(read_text(text), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "a.conf:1: "));
	free(text);
}

TEST(a_value_is_replaced_and_others_stay)
{
	target.socket = strdup("old");
	target.token_endpoint = strdup("stays");
	ck_assert_int_eq(read_text("socket = new\n"), 0);
	ck_assert_str_eq(target.socket, "new");
	ck_assert_str_eq(target.token_endpoint, "stays");
}

TEST(the_size_of_a_file_is_limited)
{
	char *text = malloc(CONF_SIZE_MAX + 1);

	memset(text, '#', CONF_SIZE_MAX + 1);
	ck_assert_int_eq(read_bytes(text, CONF_SIZE_MAX), 0);
	ck_assert_int_eq(read_bytes(text, CONF_SIZE_MAX + 1), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "a.conf: File too large"));
	free(text);
}

TEST(what_cannot_be_read_is_an_error)
{
	int fd = open(scratch(), O_RDONLY | O_CLOEXEC);

	ck_assert_int_eq(conf_read(fd, "folder", keys, &target, &why), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "folder: "));
	close(fd);
	ck_assert_int_eq(conf_read(-1, "none", keys, &target, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "none: Bad file desc"));
}

TEST(random_bytes_do_no_harm)
{
	static const char likely[] =
	    "socket =\n\n\t #\"client_secret= \xc3\xb6";
	char bytes[300];
	size_t len, i;
	int round;

	srand(3);
	for (round = 0; round < 2000; round++) {
		len = (size_t)rand() % sizeof(bytes);
		for (i = 0; i < len; i++)
			bytes[i] = rand() % 100 == 0 ? (char)rand() :
			    likely[(size_t)rand() % (sizeof(likely) - 1)];
		if (read_bytes(bytes, len) == -1)
			ck_assert_int_eq(strncmp(why.text, "a.conf:", 7), 0);
		forget();
	}
}

TEST(a_later_check_names_file_and_key)
{
	ck_assert_int_eq(conf_fail(&why, "a.conf", "grant", "is this or that"),
	    -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_str_eq(why.text, "a.conf: grant: is this or that");
}

TEST(yes_and_no)
{
	static const char *const wrong[] = { "", "Yes", "true", "1", "yes ",
	    "noo", "on" };
	int is = 7, i;

	ck_assert_int_eq(conf_bool("yes", &is, "f", "k", &why), 0);
	ck_assert_int_eq(is, 1);
	ck_assert_int_eq(conf_bool("no", &is, "f", "k", &why), 0);
	ck_assert_int_eq(is, 0);
	for (i = 0; i < COUNT(wrong); i++) {
		ck_assert_int_eq(conf_bool(wrong[i], &is, "f", "k", &why), -1);
		ck_assert_int_eq(why.code, STATUS_CONFIG);
		ck_assert_ptr_nonnull(strstr(why.text, "f: k: "));
		ck_assert_int_eq(is, 0);
	}
}

/* In the range of 60 to 86400 seconds. */
static const struct {
	const char *value;
	long seconds;	/* -1: no time, -2: out of range */
} times[] = {
	{ "60", 60 },
	{ "90", 90 },
	{ "90s", 90 },
	{ "0060", 60 },
	{ "1m", 60 },
	{ "15m", 900 },
	{ "1h", 3600 },
	{ "24h", 86400 },
	{ "1d", 86400 },
	{ "86400", 86400 },
	{ "59", -2 },
	{ "0", -2 },
	{ "0m", -2 },
	{ "0d", -2 },
	{ "86401", -2 },
	{ "25h", -2 },
	{ "2d", -2 },
	{ "99999999d", -2 },
	{ "100000000", -2 },
	{ "", -1 },
	{ "s", -1 },
	{ "m", -1 },
	{ "-60", -2 },
	{ "+60", -1 },
	{ " 60", -1 },
	{ "60 ", -1 },
	{ "60 s", -1 },
	{ "1w", -1 },
	{ "1M", -1 },
	{ "1hh", -1 },
	{ "1h30m", -1 },
	{ "1.5h", -1 },
	{ "0x60", -1 },
	{ "999999999999999999d", -2 },
	{ "10000000000000000000000", -1 },
	{ "1\xc3\xb6", -1 },
};

TABLE_TEST(a_time_is_read, times)
{
	long seconds = 4711, expected = times[_i].seconds;

	ck_assert_int_eq(conf_seconds(times[_i].value, 60, 86400, &seconds,
	    "f", "k", &why), expected < 0 ? -1 : 0);
	ck_assert_int_eq(seconds, expected < 0 ? 4711 : expected);
	if (expected < 0) {
		ck_assert_int_eq(why.code, STATUS_CONFIG);
		ck_assert_str_eq(why.text, expected == -1 ?
		    "f: k: is a time such as 90, 90s, 15m, 1h or 1d" :
		    "f: k: is 60 to 86400 seconds");
	}
}

TEST(a_unit_keeps_to_the_range)
{
	long seconds;

	/* 61 to 119 seconds: no whole minute is in there. */
	ck_assert_int_eq(conf_seconds("1m", 61, 119, &seconds, "f", "k",
	    &why), -1);
	ck_assert_int_eq(conf_seconds("2m", 61, 119, &seconds, "f", "k",
	    &why), -1);
	ck_assert_int_eq(conf_seconds("2m", 61, 120, &seconds, "f", "k",
	    &why), 0);
	ck_assert_int_eq(seconds, 120);
}
