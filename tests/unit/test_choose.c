/* SPDX-License-Identifier: BSD-2-Clause */
/* test_choose.c - the provider of an address */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command/login/questions/choose.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static struct scope s;
static struct choices c;
static struct keys k;
static struct failure why;

static void
preset(const char *name, const char *text)
{
	scratch_write(scratch_path("config/providers/%s.conf", name), 0644,
	    text);
}

static void
setup(void)
{
	scratch_scope(&s);
	memset(&k, 0, sizeof(k));
	memset(&c, 0, sizeof(c));
	scratch_folder(scratch_path("config"), 0700);
	scratch_folder(scratch_path("config/providers"), 0700);
	preset("zz-one", "title = The One\ndomains = one.example *.one.example"
	    "\nmx = *.mx.one.example\n");
	preset("zz-two", "domains = two.example\nmx = in.two.example\n");
	preset("zz-wrong", "domain = three.example\n");
	ck_assert_msg(choices_read(&c, &s, &why) == 0, "%s", why.text);
}

static void
teardown(void)
{
	choices_free(&c);
	keys_free(&k);
	scratch_teardown();
}

FIXTURE(setup, teardown);

static const char *
name(int i)
{
	return i == -1 ? "none" : c.names.name[i];
}

TEST(a_domain_that_a_preset_lists)
{
	ck_assert_str_eq(name(choices_by_domain(&c, "one.example")),
	    "zz-one");
	ck_assert_str_eq(name(choices_by_domain(&c, "Two.Example")),
	    "zz-two");
	ck_assert_str_eq(name(choices_by_domain(&c, "a.one.example")),
	    "zz-one");
	ck_assert_str_eq(name(choices_by_domain(&c, "a.two.example")),
	    "none");
	ck_assert_str_eq(name(choices_by_domain(&c, "")), "none");
}

TEST(the_first_exchanger_that_is_known_counts)
{
	ck_assert_str_eq(name(choices_by_exchanger(&c, "in.two.example "
	    "a.mx.one.example")), "zz-two");
	ck_assert_str_eq(name(choices_by_exchanger(&c, "mx.elsewhere.example "
	    "a.mx.one.example. in.two.example")), "zz-one");
	ck_assert_str_eq(name(choices_by_exchanger(&c, "mx.example")), "none");
	ck_assert_str_eq(name(choices_by_exchanger(&c, "")), "none");
}

TEST(a_preset_that_is_wrong_is_left_out)
{
	size_t i;

	for (i = 0; i < c.names.count; i++)
		ck_assert_str_ne(c.names.name[i], "zz-wrong");
}

TEST(answers_are_numbers_names_and_titles)
{
	char number[16];
	int two = choices_parse(&c, "zz-two");

	ck_assert_str_eq(name(two), "zz-two");
	snprintf(number, sizeof(number), "%d", two + 1);
	ck_assert_int_eq(choices_parse(&c, number), two);
	ck_assert_str_eq(name(choices_parse(&c, "the one")), "zz-one");
	ck_assert_str_eq(name(choices_parse(&c, "ZZ-ONE")), "zz-one");
	ck_assert_int_eq(choices_parse(&c, "0"), -1);
	ck_assert_int_eq(choices_parse(&c, "-1"), -1);
	ck_assert_int_eq(choices_parse(&c, "999999999999"), -1);
	ck_assert_int_eq(choices_parse(&c, "1x"), -1);
	ck_assert_int_eq(choices_parse(&c, ""), -1);
	ck_assert_int_eq(choices_parse(&c, "zz-wrong"), -1);
}

/* Where nobody can be asked, a domain is enough, and else nothing is set. */
TEST(without_a_person)
{
	ck_assert_int_eq(choose_provider(&k, &s, "a@two.example", NULL, 0,
	    &why), 0);
	ck_assert_str_eq(k.provider, "zz-two");
	keys_free(&k);
	ck_assert_int_eq(choose_provider(&k, &s, "a@else.example", NULL, 0,
	    &why), 0);
	ck_assert_ptr_null(k.provider);
	ck_assert_ptr_null(k.issuer);
	ck_assert_int_eq(choose_provider(&k, &s, "no-address", NULL, 0,
	    &why), 0);
	ck_assert_ptr_null(k.provider);
}
