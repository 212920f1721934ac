/* SPDX-License-Identifier: BSD-2-Clause */
/* test_root_mail.c - where mail to root goes: parameters of Postfix, a file */
#include <stdint.h>
#include <string.h>

#include "command/postfix/root_mail.h"

#include "unit.h"	/* last: check.h has a macro fail() */

FIXTURE(scratch_setup, scratch_teardown);

static const struct {
	const char *domain;
	const char *destination;
	enum origin origin;
} origins[] = {
	{ "host.example.org", "host.example.org, localhost", ORIGIN_LOCAL },
	{ "HOST.example.org", "localhost\thost.Example.org", ORIGIN_LOCAL },
	{ "example.org", "host.example.org localhost", ORIGIN_ELSEWHERE },
	{ "example.org", "", ORIGIN_ELSEWHERE },
	{ "example.org", " , ", ORIGIN_ELSEWHERE },
	{ "example.org", "localhost, hash:/etc/here", ORIGIN_UNKNOWN },
	{ "example.org", "/etc/here", ORIGIN_UNKNOWN },
	{ "example.org", "/etc/here example.org", ORIGIN_LOCAL },
};

TABLE_TEST(origin, origins)
{
	ck_assert_int_eq(root_mail_origin(origins[_i].domain,
	    origins[_i].destination), origins[_i].origin);
}

TEST(domain)
{
	const char *file = scratch_path("mailname");
	char found[ORIGIN_MAX];

	root_mail_domain("example.org", found);
	ck_assert_str_eq(found, "example.org");
	scratch_write(file, 0644, "host.example.org \nmore\n");
	root_mail_domain(file, found);
	ck_assert_str_eq(found, "host.example.org");
	root_mail_domain(scratch_path("none"), found);
	ck_assert_str_eq(found, "");
}

static const struct {
	const char *text;
	int has_root;
} aliases[] = {
	{ "root: alice@gmail.com\n", 1 },
	{ "postmaster: root\nROOT :bob", 1 },
	{ "\"root\": bob\n", 1 },
	{ "", 0 },
	{ "postmaster: root\n", 0 },
	{ "# root: alice@gmail.com\n", 0 },
	{ "staff: bob,\n root: no key, but a value\n", 0 },
	{ "rooted: bob\n\"root: bob\n", 0 },
	{ "root", 0 },
};

TABLE_TEST(alias, aliases)
{
	ck_assert_int_eq(root_mail_has_alias(aliases[_i].text),
	    aliases[_i].has_root);
}

/* "name=value", one after the other, are the aliases. */
static enum lookup
find_alias(const void *with, const char *parameter, const char *name,
    struct buf *value, struct failure *why)
{
	const char *const *each = with;
	const size_t len = strlen(name);

	(void)parameter;
	(void)why;
	for (; *each != NULL; each++)
		if (strncmp(*each, name, len) == 0 && (*each)[len] == '=') {
			ck_assert_int_eq(buf_adds(value, *each + len + 1), 0);
			return LOOKUP_FOUND;
		}
	return LOOKUP_ABSENT;
}

static const struct {
	const char *aliases[4];
	const char *last;	/* NULL: it leaves */
} ways[] = {
	{ { NULL }, "root" },
	{ { "root=alice@gmail.com\n" }, NULL },
	{ { "root=bob\n" }, "bob" },
	{ { "root=bob@localhost\n" }, "bob" },
	{ { "root=bob", "bob=alice@gmail.com" }, NULL },
	{ { "root=admin", "admin=bob, carol", "carol=carol" }, "carol" },
	{ { "root=bob, alice@gmail.com" }, NULL },
	{ { "root=\\root" }, "root" },
	{ { "root=bob", "bob=\\bob, alice@gmail.com" }, NULL },
	{ { "root=\"|/bin/cat\"" }, NULL },
	{ { "root=\"bob\"" }, "bob" },
	{ { "root=/dev/null" }, NULL },
	{ { "root=:include:/etc/staff" }, NULL },
	{ { "root=bob", "bob=root" }, NULL },	/* without an end */
};

TABLE_TEST(way, ways)
{
	struct root_mail m = { find_alias, ways[_i].aliases,
	    "host.example.org", "host.example.org, localhost" };
	char last[ORIGIN_MAX];
	struct failure why;
	enum truth leaves = root_mail_leaves(&m, last, &why);

	ck_assert_int_eq(leaves, ways[_i].last == NULL ? IS_TRUE : IS_FALSE);
	if (leaves == IS_FALSE)
		ck_assert_str_eq(last, ways[_i].last);
}

TEST(mailbox)
{
	ck_assert_int_eq(root_mail_is_plain("a.b+c@example-1.org"), 1);
	ck_assert_int_eq(root_mail_is_plain("alice"), 0);
	ck_assert_int_eq(root_mail_is_plain("-f@example.org"), 0);
	ck_assert_int_eq(root_mail_is_plain("a b@example.org"), 0);
	ck_assert_int_eq(root_mail_is_plain("a'b@example.org"), 0);
	ck_assert_int_eq(root_mail_is_plain("|a@example.org"), 0);
}
