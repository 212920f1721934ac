/* SPDX-License-Identifier: BSD-2-Clause */
/* test_own_names.c - which addresses are this machine's own */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "scratch.h"
#include "send/own_names.h"

#include <check.h>	/* last: it has a macro fail() */

#define TEXT_MOST 600

static char host[OWN_NAME_MAX + 1];
static struct own_names names;

/* Each HOST is the machine's name. */
static void
fill_text(char out[TEXT_MOST], const char *text)
{
	const char *at;
	size_t len = 0;

	for (out[0] = '\0'; (at = strstr(text, "HOST")) != NULL;
	    text = at + 4)
		len += (size_t)snprintf(out + len, TEXT_MOST - len, "%.*s%s",
		    (int)(at - text), text, host);
	snprintf(out + len, TEXT_MOST - len, "%s", text);
}

static void
setup(void)
{
	scratch_setup();
	ck_assert_int_eq(gethostname(host, sizeof(host)), 0);
}

#define WITH_DOMAIN "127.0.0.1 localhost\n127.0.1.1 HOST.example.net HOST\n"
#define WITHOUT "127.0.0.1 localhost\n127.0.1.1 HOST\n"

static const struct {
	const char *mailname, *hosts;
	const char *domain;
	int is_own;
} rows[] = {
	{ "", "", "HOST", 1 },
	{ "", "", "localhost", 1 },
	{ "", "", "localhost.localdomain", 1 },
	{ "", "", "[192.0.2.1]", 0 },
	{ "", WITH_DOMAIN, "HOST.example.NET", 1 },
	{ "", WITH_DOMAIN, "example.net", 0 },
	{ "", WITH_DOMAIN, "mail.HOST.example.net", 0 },
	/* The machine's full name, and a name below it. */
	{ "HOST.example.net\n", WITH_DOMAIN, "HOST.example.net", 1 },
	{ "mail.HOST.example.net\n", WITH_DOMAIN, "mail.HOST.example.net", 1 },
	/* People's, where it is that of their addresses. */
	{ "example.net\n", WITH_DOMAIN, "example.net", 0 },
	{ "example.com\n", WITH_DOMAIN, "example.com", 0 },
	{ "HOST.example.com\n", WITH_DOMAIN, "HOST.example.com", 0 },
	{ "xHOST.example.net\n", WITH_DOMAIN, "xHOST.example.net", 0 },
	{ "example.com\n", "", "example.com", 0 },
	/* Only the name server has the full name. */
	{ "HOST.example.com\n", WITHOUT, "HOST.example.com", 1 },
	{ "HOST.example.com\n", "", "HOST.EXAMPLE.com", 1 },
	{ "HOSTS.example.com\n", "", "HOSTS.example.com", 0 },
	{ "HOST.com\n", "", "HOST.com", 0 }
};

START_TEST(test_whose_a_domain_is)
{
	char mailname[TEXT_MOST], hosts[TEXT_MOST], domain[TEXT_MOST];

	/* A name with a domain of its own is no HOST of these rows. */
	if (strchr(host, '.') != NULL)
		return;
	fill_text(mailname, rows[_i].mailname);
	fill_text(hosts, rows[_i].hosts);
	fill_text(domain, rows[_i].domain);
	scratch_write(scratch_path("mailname"), 0644, mailname);
	scratch_write(scratch_path("hosts"), 0644, hosts);
	own_names_read(&names, scratch_path("mailname"),
	    scratch_path("hosts"));
	ck_assert_msg(own_names_have(&names, domain) == rows[_i].is_own,
	    "%s", domain);
}
END_TEST

START_TEST(test_without_files)
{
	own_names_read(&names, scratch_path("none"), scratch_path("none"));
	ck_assert(own_names_have(&names, host));
	ck_assert(!own_names_have(&names, "example.com"));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("own_names");
	TCase *all = tcase_create("all");

	tcase_add_checked_fixture(all, setup, scratch_teardown);
	tcase_add_loop_test(all, test_whose_a_domain_is, 0,
	    (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(all, test_without_files);
	suite_add_tcase(suite, all);
	return scratch_run(suite);
}
