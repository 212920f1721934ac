/* SPDX-License-Identifier: BSD-2-Clause */
/* test_setup_nullmailer.c - nullmailer's files, before and after */
#include <stdlib.h>
#include <string.h>

#include "command/setup/programs/nullmailer_files.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define ALICE "alice@gmail.com"
#define OURS ALICE " tokend\n"

static char path[] = "/etc/nullmailer/file";
static struct setup_file f;
static struct failure why;

static void
begin(const char *text)
{
	f = (struct setup_file){ .path = path,
	    .new = BUF_INIT(SETUP_TEXT_MAX) };
	ck_assert_int_eq(buf_adds(&f.new, text), 0);
}

static void
expect_text(const char *text)
{
	ck_assert_str_eq(buf_text(&f.new), text);
	buf_free(&f.new);
}

static const struct {
	const char *before, *after;
	size_t dropped;
} remotes[] = {
	{ "", OURS, 0 },
	{ OURS, OURS, 0 },
	{ ALICE " tokend", ALICE " tokend", 0 },
	{ "mail.example.net smtp\n", OURS, 1 },
	{ "# ours\n\nmail.example.net\n" OURS " \t#\n" OURS,
	    "# ours\n\n" OURS " \t#\n", 2 },
	{ "# no newline", "# no newline\n" OURS, 0 }
};

TABLE_TEST(the_account_is_the_only_server, remotes)
{
	size_t dropped = 77;

	begin(remotes[_i].before);
	ck_assert_int_eq(remotes_set(&f, ALICE, &dropped, &why), 0);
	ck_assert_uint_eq(dropped, remotes[_i].dropped);
	expect_text(remotes[_i].after);
}

static const struct {
	const char *before, *after, *kept;
} addresses[] = {
	{ "", ALICE "\n", "" },
	{ "\nbob@x.example\n", ALICE "\n", "" },
	{ " \t\r\n", ALICE "\n", "" },
	{ ALICE, ALICE, "" },
	{ "  " ALICE " \r\nmore\n", "  " ALICE " \r\nmore\n", "" },
	{ "bob@x.example\n", "bob@x.example\n", "bob@x.example" },
	/* The whole line is the address. */
	{ ALICE " # root\n", ALICE " # root\n", ALICE " # root" },
	{ ALICE ",bob@x.example\n", ALICE ",bob@x.example\n",
	    ALICE ",bob@x.example" },
	{ "a\033[2J\n", "a\033[2J\n", "a?[2J" }
};

TABLE_TEST(an_administrators_address_stays, addresses)
{
	char kept[ADDRESS_SHOWN] = "not set";

	begin(addresses[_i].before);
	ck_assert_int_eq(address_file_set(&f, ALICE, kept, &why), 0);
	ck_assert_str_eq(kept, addresses[_i].kept);
	expect_text(addresses[_i].after);
}

TEST(a_long_address_is_shown_cut)
{
	char kept[ADDRESS_SHOWN] = "", text[5000];

	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	begin(text);
	ck_assert_int_eq(address_file_set(&f, ALICE, kept, &why), 0);
	ck_assert_uint_eq(strlen(kept), ADDRESS_SHOWN - 1);
	ck_assert_str_eq(kept + ADDRESS_SHOWN - 5, "a...");
	expect_text(text);
}
