/* SPDX-License-Identifier: BSD-2-Clause */
/* test_own_names.c - which addresses are this machine's own */
#include <stdio.h>
#include <string.h>
#include <unistd.h>


/* The machine of these rows is called HOST. */
static int
get_host(char *name, size_t size)
{
	return snprintf(name, size, "HOST") < (int)size ? 0 : -1;
}

#define gethostname(name, size) get_host(name, size)
#include "send/own_names.c"
#undef gethostname

#include "unit.h"	/* last: check.h has a macro fail() */

FIXTURE(scratch_setup, scratch_teardown);

static struct own_names names;

#define WITH_DOMAIN "127.0.0.1 localhost\n127.0.1.1 HOST.example.net HOST\n"
#define ALIAS "127.0.0.1 localhost.localdomain localhost HOST\n"
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
	{ "xHOST.example.net\n", WITH_DOMAIN, "xHOST.example.net", 0 },
	{ "example.com\n", "", "example.com", 0 },
	/* Only the name server has the full name, or that one. */
	{ "HOST.example.com\n", WITH_DOMAIN, "HOST.example.com", 1 },
	{ "HOST.example.com\n", ALIAS, "HOST.example.com", 1 },
	{ "HOST.example.com\n", WITHOUT, "HOST.example.com", 1 },
	{ "HOST.example.com\n", "", "HOST.EXAMPLE.com", 1 },
	{ "HOSTS.example.com\n", "", "HOSTS.example.com", 0 },
	{ "HOST.com\n", "", "HOST.com", 0 }
};

TABLE_TEST(test_whose_a_domain_is, rows)
{
	scratch_write(scratch_path("mailname"), 0644, rows[_i].mailname);
	scratch_write(scratch_path("hosts"), 0644, rows[_i].hosts);
	own_names_read(&names, scratch_path("mailname"),
	    scratch_path("hosts"));
	ck_assert_msg(own_names_have(&names, rows[_i].domain) ==
	    rows[_i].is_own, "%s", rows[_i].domain);
}

TEST(test_without_files)
{
	own_names_read(&names, scratch_path("none"), scratch_path("none"));
	ck_assert(own_names_have(&names, "HOST"));
	ck_assert(!own_names_have(&names, "example.com"));
}
