/* SPDX-License-Identifier: BSD-2-Clause */
/* test_name.c - account names, tokens, hosts, and the UTF-8 below them */
#include <stdio.h>
#include <string.h>

#include "base/name.h"
#include "base/utf8.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static const struct {
	const char *given, *folded;
} good_names[] = {
	{ "a", "a" },
	{ "Someone@Example.ORG", "someone@example.org" },
	{ "AZ[az`{@", "az[az`{@" },
	{ "j\xc3\x96rg", "j\xc3\x96rg" },	/* ASCII is folded, no more */
	{ "with blank and..dots-.conf", "with blank and..dots-.conf" },
	{ "\xf0\x9f\x93\xa7", "\xf0\x9f\x93\xa7" },
};

TABLE_TEST(a_good_name_is_folded, good_names)
{
	char name[NAME_MAX_LEN + 1];
	struct failure why;

	ck_assert_int_eq(name_fold(name, good_names[_i].given,
	    strlen(good_names[_i].given), &why), 0);
	ck_assert_str_eq(name, good_names[_i].folded);
}

static const struct {
	const char *given;
	size_t len;
	const char *text;
} bad_names[] = {
	{ "", 0, "is empty" },
	{ "a/b", 3, "\"a/b\": a name may not contain '/'" },
	{ "/", 1, "may not contain '/'" },
	{ "../../etc/passwd", 16, "may not contain '/'" },
	{ ".hidden", 7, "may not begin with '.'" },
	{ "..", 2, "may not begin with '.'" },
	{ "-rf", 3, "may not begin with '-'" },
	{ "a\nb", 3, "\"a?b\": a name is UTF-8 without control characters" },
	{ "a\0b", 3, "control characters" },
	{ "\x7f", 1, "control characters" },
	{ "a\xc2\x85", 3, "control characters" },	/* NEL, a C1 control */
	{ "a\xff", 2, "UTF-8" },
	{ "a\xc3", 2, "UTF-8" },
	{ "\xc0\xaf", 2, "UTF-8" },		/* an overlong '/' */
};

TABLE_TEST(a_bad_name_is_refused, bad_names)
{
	char name[NAME_MAX_LEN + 1];
	struct failure why = { .code = STATUS_OK };

	ck_assert_int_eq(name_fold(name, bad_names[_i].given,
	    bad_names[_i].len, &why), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_msg(strstr(why.text, bad_names[_i].text) != NULL, "%s",
	    why.text);
	ck_assert_int_eq(name_fold(name, bad_names[_i].given,
	    bad_names[_i].len, NULL), -1);
}

TEST(two_hundred_bytes_are_a_name)
{
	char given[NAME_MAX_LEN + 2], name[NAME_MAX_LEN + 1];
	struct failure why;

	memset(given, 'X', sizeof(given));
	ck_assert_int_eq(name_fold(name, given, NAME_MAX_LEN, &why), 0);
	ck_assert_uint_eq(strlen(name), NAME_MAX_LEN);
	ck_assert_int_eq(name_fold(name, given, NAME_MAX_LEN + 1, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "may have 200 bytes, this one "
	    "has 201"));
}

static const struct {
	const char *token;
	size_t len;
	int clean;
} tokens[] = {
	{ "a", 1, 1 },
	{ "ya29.A-b_c~d+e/f", 16, 1 },
	{ "abc=", 4, 1 },
	{ "abc===", 6, 1 },
	{ "", 0, 0 },
	{ "=", 1, 0 },
	{ "==", 2, 0 },
	{ "ab=c", 4, 0 },
	{ "a b", 3, 0 },
	{ " a", 2, 0 },
	{ "a\n", 2, 0 },
	{ "a\0", 2, 0 },
	{ "\0", 1, 0 },
	{ "a\001b", 3, 0 },
	{ "a,b", 3, 0 },
	{ "\xc3\xb6", 2, 0 },
};

TABLE_TEST(a_token_is_of_rfc_6750, tokens)
{
	ck_assert_int_eq(token_is_clean(tokens[_i].token, tokens[_i].len),
	    tokens[_i].clean);
}

TEST(of_all_bytes_these_are_in_a_token)
{
	int c;

	for (c = 0; c < 256; c++) {
		char one = (char)c;
		int is_in = c > 0 && c < 128 && strchr("ABCDEFGHIJKLMNOPQRSTUV"
		    "WXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/", c) !=
		    NULL;

		ck_assert_msg(!!token_is_clean(&one, 1) == is_in, "byte %d",
		    c);
	}
}

/* At any place of a long one too: it is looked at in larger pieces. */
TEST(a_bad_byte_is_found_anywhere)
{
	char token[200];
	size_t len, at;
	int c;

	memset(token, 'A', sizeof(token));
	for (len = 1; len < sizeof(token); len++)
		ck_assert(token_is_clean(token, len));
	for (at = 0; at < sizeof(token); at++) {
		for (c = 0; c < 256; c++) {
			token[at] = (char)c;
			/* What may stand alone may stand anywhere. */
			ck_assert_msg(!!token_is_clean(token,
			    sizeof(token)) == (!!token_is_clean(token + at,
			    1) || (c == '=' && at == sizeof(token) - 1)),
			    "byte %d at %zu", c, at);
		}
		token[at] = 'z';
	}
	memset(token + 70, '=', sizeof(token) - 70);
	ck_assert(token_is_clean(token, sizeof(token)));
	token[150] = 'A';
	ck_assert(!token_is_clean(token, sizeof(token)));
}

static const struct {
	const char *patterns, *host;
	int matches;
} hosts[] = {
	{ "imap.example.org", "imap.example.org", 1 },
	{ "IMAP.Example.org", "imap.eXAMPLE.ORG", 1 },
	{ "imap.example.org", "imap.example.org.", 1 },
	{ "imap.example.org.", "imap.example.org", 1 },
	{ "a b\tc", "c", 1 },
	{ "  a  b  ", "b", 1 },
	{ "a b", "a b", 0 },
	{ "imap.example.org", "xmap.example.org", 0 },
	{ "imap.example.org", "imap.example.or", 0 },
	{ "imap.example.or", "imap.example.org", 0 },
	{ "imap.example.org", "imap.example.org..", 0 },
	{ "*.example.org", "imap.example.org", 1 },
	{ "*.example.org", "a.b.example.org", 1 },
	{ "*.EXAMPLE.org", "imap.example.ORG.", 1 },
	{ "*.example.org", "example.org", 0 },
	{ "*.example.org", ".example.org", 0 },
	{ "*.example.org", "..example.org", 0 },
	{ "*.example.org", "evilexample.org", 0 },
	{ "*.example.org", "imap.example.org.evil.net", 0 },
	{ "*", "anything", 1 },
	{ "*", "192.0.2.1", 1 },
	{ "*", "", 0 },
	{ "", "a", 0 },
	{ "   ", "a", 0 },
	{ "*x", "ax", 0 },		/* no other kind of pattern */
	{ "imap.*", "imap.x", 0 },
	{ "192.0.2.1", "192.0.2.1", 1 },
	{ "192.0.2.1", "192.0.2.10", 0 },
	{ "2001:db8::1", "2001:DB8::1", 1 },
	{ "2001:db8::1", "2001:db8:0::1", 0 },	/* as text */
	{ "*.", "a", 0 },
};

TABLE_TEST(a_host_matches_or_not, hosts)
{
	ck_assert_msg(!!host_matches(hosts[_i].patterns, hosts[_i].host) ==
	    hosts[_i].matches, "\"%s\" and \"%s\"", hosts[_i].patterns,
	    hosts[_i].host);
}

static const struct {
	const char *bytes;
	size_t len, length;
} sequences[] = {
	{ "", 0, 0 },
	{ "a", 1, 1 },
	{ "\0", 1, 1 },
	{ "\x7f", 1, 1 },
	{ "\xc2\x80", 2, 2 },
	{ "\xdf\xbf", 2, 2 },
	{ "\xe0\xa0\x80", 3, 3 },
	{ "\xed\x9f\xbf", 3, 3 },
	{ "\xee\x80\x80", 3, 3 },
	{ "\xef\xbf\xbf", 3, 3 },
	{ "\xf0\x90\x80\x80", 4, 4 },
	{ "\xf4\x8f\xbf\xbf", 4, 4 },
	{ "\xc3\xb6rg", 4, 2 },		/* one character at a time */
	{ "\x80", 1, 0 },		/* a continuation by itself */
	{ "\xbf", 1, 0 },
	{ "\xc0\x80", 2, 0 },		/* overlong */
	{ "\xc1\xbf", 2, 0 },
	{ "\xe0\x9f\xbf", 3, 0 },
	{ "\xf0\x8f\xbf\xbf", 4, 0 },
	{ "\xed\xa0\x80", 3, 0 },	/* surrogates */
	{ "\xed\xbf\xbf", 3, 0 },
	{ "\xf4\x90\x80\x80", 4, 0 },	/* beyond U+10FFFF */
	{ "\xf5\x80\x80\x80", 4, 0 },
	{ "\xff", 1, 0 },
	{ "\xc3", 1, 0 },		/* cut off */
	{ "\xe2\x82", 2, 0 },
	{ "\xf0\x9f\x93", 3, 0 },
	{ "\xc3\x28", 2, 0 },		/* no continuation */
	{ "\xe2\x28\xa1", 3, 0 },
	{ "\xe2\x82\x28", 3, 0 },
	{ "\xf0\x9f\x93\x28", 4, 0 },
	{ "\xc3\xb6", 1, 0 },		/* not beyond what is given */
};

TABLE_TEST(utf8_is_of_rfc_3629, sequences)
{
	ck_assert_uint_eq(utf8_length(sequences[_i].bytes, sequences[_i].len),
	    sequences[_i].length);
}

TEST(controls_are_known)
{
	char c[3] = "";
	int i;

	for (i = 0; i < 128; i++) {
		c[0] = (char)i;
		ck_assert_int_eq(!!utf8_is_control(c, 1), i < 32 || i == 127);
	}
	for (i = 0x80; i < 0x100; i++) {	/* U+0080 to U+00FF */
		c[0] = i < 0xc0 ? '\xc2' : '\xc3';
		c[1] = (char)(0x80 | (i & 0x3f));
		ck_assert_int_eq(!!utf8_is_control(c, 2), i < 0xa0);
	}
	ck_assert(!utf8_is_control("\xe2\x82\xac", 3));
}

/* Unicode's own examples of each property, and the edges of the table. */
static const struct {
	const char *bytes;
	int is_hidden;
} seen[] = {
	{ "a", 0 }, { "\x1b", 0 },		/* a control, and not this */
	{ "\xc2\xac", 0 }, { "\xc2\xad", 1 },	/* SHY */
	{ "\xc2\xae", 0 },
	{ "\xcd\x8e", 0 }, { "\xcd\x8f", 1 },	/* grapheme joiner */
	{ "\xd8\x9c", 1 },			/* Arabic letter mark */
	{ "\xe1\xa0\x8e", 1 },			/* U+180E */
	{ "\xe2\x80\x8a", 0 }, { "\xe2\x80\x8b", 1 },	/* U+200B */
	{ "\xe2\x80\x8f", 1 }, { "\xe2\x80\x90", 0 },
	{ "\xe2\x80\xa7", 0 }, { "\xe2\x80\xa8", 1 },	/* U+2028 */
	{ "\xe2\x80\xa9", 1 }, { "\xe2\x80\xaa", 1 },
	{ "\xe2\x80\xae", 1 }, { "\xe2\x80\xaf", 0 },
	{ "\xe2\x81\x9f", 0 }, { "\xe2\x81\xa0", 1 },	/* U+2060 */
	{ "\xe2\x81\xa6", 1 }, { "\xe2\x81\xa9", 1 },	/* isolates */
	{ "\xe2\x81\xaf", 1 }, { "\xe2\x81\xb0", 0 },
	{ "\xe2\x82\xac", 0 },			/* the euro sign */
	{ "\xe3\x85\xa4", 1 },			/* Hangul filler */
	{ "\xef\xb7\x8f", 0 }, { "\xef\xb7\x90", 1 },	/* U+FDD0 */
	{ "\xef\xb8\x8f", 1 }, { "\xef\xb8\x90", 0 },	/* variation */
	{ "\xef\xbb\xbf", 1 },			/* U+FEFF */
	{ "\xef\xbf\xb9", 1 }, { "\xef\xbf\xbd", 0 },	/* U+FFFD */
	{ "\xef\xbf\xbf", 1 },			/* noncharacter */
	{ "\xf0\x9f\x98\x80", 0 },		/* a face */
	{ "\xf3\x9f\xbf\xbd", 0 }, { "\xf3\x9f\xbf\xbe", 1 },
	{ "\xf3\xa0\x80\x81", 1 }, { "\xf3\xa0\x81\xbf", 1 },	/* tags */
	{ "\xf3\xa0\xbf\xbf", 1 }, { "\xf3\xa1\x80\x80", 0 },
};

TABLE_TEST(what_cannot_be_seen_is_known, seen)
{
	const char *c = seen[_i].bytes;
	size_t len = strlen(c);
	char name[NAME_MAX_LEN + 1];
	struct failure why;

	ck_assert_uint_eq(utf8_length(c, len), len);
	ck_assert_int_eq(!!utf8_is_hidden(c, len), seen[_i].is_hidden);
	if (utf8_is_control(c, len))
		return;
	ck_assert(text_is_clean(c, len));
	ck_assert_int_eq(text_is_plain(c, len), !seen[_i].is_hidden);
	ck_assert_int_eq(name_fold(name, c, len, &why),
	    seen[_i].is_hidden ? -1 : 0);
	if (seen[_i].is_hidden)
		ck_assert_ptr_nonnull(strstr(why.text, "\\u{"));
}

TEST(a_clean_text_has_no_control)
{
	ck_assert(text_is_clean("", 0));
	ck_assert(text_is_clean("j\xc3\xb6rg \xe2\x82\xac", 9));
	ck_assert(!text_is_clean("a\tb", 3));
	ck_assert(!text_is_clean("a\0b", 3));
	ck_assert(!text_is_clean("a\xc2\x9f", 3));
	ck_assert(!text_is_clean("a\xe2\x82", 3));
	ck_assert(text_is_clean("a\xe2\x82", 1));
}
