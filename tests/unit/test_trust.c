/* SPDX-License-Identifier: BSD-2-Clause */
/* test_trust.c - which folders of certificates OpenSSL can look into */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/trust.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static void
setup(void)
{
	scratch_setup();
	scratch_folder(scratch_path("certs"), 0700);
}

FIXTURE(setup, scratch_teardown);

static const struct {
	const char *name;
	int is_hashed;
} names[] = {
	{ "certs/0a5f8e3d.0", 1 },
	{ "certs/ffffffff.12", 1 },
	{ "certs/ca-certificates.crt", 0 },
	{ "certs/0a5f8e3d.pem", 0 },
	{ "certs/0a5f8e3d.r0", 0 },	/* revoked certificates */
	{ "certs/0a5f8e3d.", 0 },
	{ "certs/0a5f8e3d", 0 },
	{ "certs/0a5f8e3.0", 0 },
	{ "certs/0a5f8e3d0.0", 0 },
	{ "certs/0A5F8E3D.0", 0 },
	{ "certs/0a5f8e3d.0.bak", 0 }
};

TABLE_TEST(names_tell, names)
{
	scratch_write(scratch_path("%s", names[_i].name), 0644,
	    "a certificate");
	ck_assert_int_eq(trust_is_hashed(scratch_path("certs")),
	    names[_i].is_hashed);
}

TEST(a_link_must_lead_somewhere)
{
	char link[256];

	snprintf(link, sizeof(link), "%s", scratch_path("certs/0a5f8e3d.0"));
	ck_assert_int_eq(symlink(scratch_path("authority.pem"), link), 0);
	ck_assert_int_eq(trust_is_hashed(scratch_path("certs")), 0);
	scratch_write(scratch_path("authority.pem"), 0644, "a certificate");
	ck_assert_int_eq(trust_is_hashed(scratch_path("certs")), 1);
}

TEST(no_folder_and_an_empty_one_have_none)
{
	ck_assert_int_eq(trust_is_hashed(scratch_path("certs")), 0);
	ck_assert_int_eq(trust_is_hashed(scratch_path("nowhere")), 0);
}

/* As this machine's libcurl was built: never a folder without a way back. */
TEST(a_folder_comes_with_a_bundle)
{
	const char *folder = trust_folder();

	ck_assert_ptr_nonnull(trust_bundle());
	if (folder == NULL)
		return;
	ck_assert_int_eq(trust_is_hashed(folder), 1);
	ck_assert_str_ne(trust_bundle(), "");
	ck_assert_str_ne(trust_bundle(), folder);
}
