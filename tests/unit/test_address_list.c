/* SPDX-License-Identifier: BSD-2-Clause */
/* test_address_list.c - the addresses that a list has, as people write it */
#include <stdio.h>
#include <string.h>

#include "common/address_list.h"

#include "unit.h"	/* last: check.h has a macro fail() */

/* Each found address, then a blank; `!` for an element that is none. */
static void
read_list(char *found, size_t size, const char *text)
{
	struct address_scan s = { .text = text, .len = strlen(text) };
	enum address_step step;
	struct address a;

	*found = '\0';
	while ((step = address_next(&s, &a)) != ADDRESS_END)
		snprintf(found + strlen(found), size - strlen(found), "%s ",
		    step == ADDRESS_WRONG ? "!" : a.text);
}

static const struct {
	const char *text;
	const char *found;
} lists[] = {
	{ "", "" },
	{ " ,, (nothing) ,", "" },
	{ "alice@example.org", "alice@example.org " },
	{ "root", "root " },
	{ "root, alice@example.org,bob", "root alice@example.org bob " },
	{ "Alice <alice@example.org>", "alice@example.org " },
	{ "Alice B. Example <alice@example.org>", "alice@example.org " },
	{ "\"Example, Alice\" <alice@example.org>, bob@example.org",
	    "alice@example.org bob@example.org " },
	{ "alice@example.org <alice@example.org>", "alice@example.org " },
	{ "=?utf-8?q?J=C3=B6rg?= <j@example.org>", "j@example.org " },
	{ "J\303\266rg <j\303\266rg@b\303\274cher.example>",
	    "j\303\266rg@b\303\274cher.example " },
	{ "alice@example.org (Alice (a) \\) Example), bob (Bob)",
	    "alice@example.org bob " },
	{ "alice (comment, with comma) @ example . org", "alice@example.org " },
	{ "Alice\r\n <alice@example.org>,\n\tbob", "alice@example.org bob " },
	{ "undisclosed-recipients:;", "" },
	{ "Friends: a@x.example, \"B\" <b@x.example>;, c@x.example",
	    "a@x.example b@x.example c@x.example " },
	{ "a@x.example; b@x.example", "a@x.example b@x.example " },
	{ "<@relay.example,@other.example:alice@example.org>",
	    "alice@example.org " },
	{ "\"alice\"@example.org", "alice@example.org " },
	{ "\"alice b\"@example.org", "\"alice b\"@example.org " },
	{ "\"a\\\"b\"@example.org", "\"a\\\"b\"@example.org " },
	{ "\"a@b, c\"@example.org", "\"a@b, c\"@example.org " },
	{ "\"al\r\n\"@example.org", "al@example.org " },
	{ "\"a.\r\n.\"@example.org", "\"a..\"@example.org " },
	{ "\"\"@example.org", "\"\"@example.org " },
	{ "a..b.@example.org", "a..b.@example.org " },
	{ "alice@[192.0.2.1]", "alice@[192.0.2.1] " },
	{ "alice+tag/x=y@example.org", "alice+tag/x=y@example.org " },
	{ "-f@example.org", "-f@example.org " },
	{ "<root>", "root " },
	/* A comma in a name, without quotes. */
	{ "Doe, John <john@x.example>", "john@x.example " },
	{ "a@x.example, Doe, John <john@x.example>, Bee,\r\n B. <b@x.example>,"
	    "root", "a@x.example john@x.example b@x.example root " },
	{ "Example Ltd., Sales, East <s@x.example>", "s@x.example " },
	{ "Friends: Doe, John <john@x.example>;", "john@x.example " },
	{ "Doe,John<john@x.example>(J, D)", "john@x.example " },
	{ "a, b, c, d, e, F <f@x.example>", "a f@x.example " },
	/* None of these is one. */
	{ "root, <john@x.example>", "root john@x.example " },
	{ "root, \"John\" <john@x.example>", "root john@x.example " },
	{ "root (r), John <john@x.example>", "root john@x.example " },
	{ "root; John <john@x.example>", "root john@x.example " },
	{ "root, Friends: John <john@x.example>;", "root john@x.example " },
	{ "root, a@x.example, John <j@x.example>",
	    "root a@x.example j@x.example " },
	{ "root, John <john@x.example", "root ! " },
	{ "Doe,, John <john@x.example>", "Doe john@x.example " },
	/* None of these is guessed at. */
	{ "<>", "! " },
	{ "alice bob", "! " },
	{ "alice@", "! " },
	{ "@example.org", "! " },
	{ "alice@.example.org", "! " },
	{ "alice@example.org.", "! " },
	{ "alice@example..org", "! " },
	{ "alice@b@example.org", "! " },
	{ "alice@\"example.org\"", "! " },
	{ "alice[192.0.2.1]", "! " },
	{ "alice@[192.0.2.1", "! " },
	{ "<alice@example.org", "! " },
	{ "<alice@example.org, bob@example.org>", "! ! " },
	{ "<alice@example.org> <bob@example.org>", "! " },
	{ "alice@example.org>", "! " },
	{ "\"alice <alice@example.org>, bob", "! " },
	{ "alice@example.org (open, bob", "! " },
	{ "al\\ice@example.org", "! " },
	{ "al\001ice@example.org", "! " },
	{ "\"al\001ice\"@example.org", "! " },
	{ "\"alice\\\r\n\"@example.org", "! " },
	{ "<@relay.example>", "! " },
	{ "bad one, good@example.org", "! good@example.org " },
};

TABLE_TEST(list, lists)
{
	char found[512];

	read_list(found, sizeof(found), lists[_i].text);
	ck_assert_str_eq(found, lists[_i].found);
}

/* What a caller replaces, and what it can show. */
static const struct {
	const char *text;
	const char *at;
	const char *element;
	size_t words_len, name_len;
} places[] = {
	{ " Alice <alice@example.org> (a) ", "alice@example.org",
	    "Alice <alice@example.org> (a)", 0, 0 },
	{ "Friends: a (x) @ b ; ", "a (x) @ b", "a (x) @ b", 0, 0 },
	{ "\"a\"@b (c)", "\"a\"@b", "\"a\"@b (c)", 0, 0 },
	{ "<@r:a@b>", "a@b", "<@r:a@b>", 0, 0 },
	{ "f: Doe, J. <j@b> (c), k", "j@b", "Doe, J. <j@b> (c)", 7, 0 },
	{ "a @b (c) <d@e>", "d@e", "a @b (c) <d@e>", 0, 8 },
	{ "[A] <d@e>", "d@e", "[A] <d@e>", 0, 3 },
	{ "\"a@b\" <d@e>", "d@e", "\"a@b\" <d@e>", 0, 0 },
};

TABLE_TEST(place, places)
{
	struct address_scan s = { .text = places[_i].text,
	    .len = strlen(places[_i].text) };
	char text[64];
	struct address a;

	ck_assert_int_eq(address_next(&s, &a), ADDRESS_FOUND);
	snprintf(text, sizeof(text), "%.*s", (int)a.len, a.at);
	ck_assert_str_eq(text, places[_i].at);
	snprintf(text, sizeof(text), "%.*s", (int)a.element_len, a.element);
	ck_assert_str_eq(text, places[_i].element);
	ck_assert_uint_eq(a.words_len, places[_i].words_len);
	ck_assert_uint_eq(a.name_len, places[_i].name_len);
}

static const struct {
	const char *text;
	int is_odd;
} odd[] = {
	{ "a, b", 0 },
	{ "a: b;", 0 },
	{ "a:; , b: c, d; , e", 0 },
	{ "a; b", 1 },
	{ "a: b; ;", 1 },
	{ "a: b: c;", 1 },
	{ "a: b, c: d;", 1 },
	{ "Doe, J. <j@b>; c", 1 }
};

TABLE_TEST(is_odd, odd)
{
	struct address_scan s = { .text = odd[_i].text,
	    .len = strlen(odd[_i].text) };
	struct address a;

	while (address_next(&s, &a) != ADDRESS_END)
		continue;
	ck_assert_int_eq(s.is_odd, odd[_i].is_odd);
	ck_assert(!s.in_group);
}

TEST(domain)
{
	struct address_scan s = { .text = "\"a@b\"@c, root", .len = 13 };
	struct address a;

	ck_assert_int_eq(address_next(&s, &a), ADDRESS_FOUND);
	ck_assert_str_eq(a.text + a.domain, "c");
	ck_assert_int_eq(address_next(&s, &a), ADDRESS_FOUND);
	ck_assert_uint_eq(a.domain, 0);
}

TEST(too_long)
{
	char text[ADDRESS_MAX + 8];
	struct address_scan s = { .text = text, .len = ADDRESS_MAX };
	struct address a;

	memset(text, 'a', sizeof(text));
	ck_assert_int_eq(address_next(&s, &a), ADDRESS_FOUND);
	s = (struct address_scan){ .text = text, .len = ADDRESS_MAX + 1 };
	ck_assert_int_eq(address_next(&s, &a), ADDRESS_WRONG);
}

TEST(same)
{
	ck_assert(address_same("Alice@Example.org", "alice@example.ORG"));
	ck_assert(!address_same("alice@example.org", "alice@example.com"));
}
