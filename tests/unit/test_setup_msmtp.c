/* SPDX-License-Identifier: BSD-2-Clause */
/* test_setup_msmtp.c - ~/.msmtprc, as people have it and as it shall be */
#include <stdio.h>
#include <string.h>

#include "edited.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define GOOD "host smtp.gmail.com\ntls on\nauth xoauth2\n" \
    "user alice@gmail.com\n" COMMAND
#define COMMAND "passwordeval " TOKEND " token alice@gmail.com\n"

static struct buf name;

static void
setup(void)
{
	edited_setup();
	name = (struct buf)BUF_INIT(NAME_MAX_LEN);
}

static void
teardown(void)
{
	buf_free(&name);
	edited_teardown();
}

FIXTURE(setup, teardown);

static int
edit(void)
{
	struct edit e = edited_by(&msmtp_recipe, &edited_smtp);
	int result = edit_blocks(&e, &edited_why);

	buf_reset(&name);
	ck_assert_int_eq(buf_adds(&name, e.label), 0);
	return result;
}

/* Adds the account: 0, or -1. */
static int
make_account(const struct mailbox *m)
{
	struct edit e = edited_by(&msmtp_recipe, m);
	int result = msmtp_make(&e, &edited_why);

	ck_assert_int_eq(buf_adds(&name, e.label), 0);
	return result;
}

/* Edits, and once more: the second time nothing is to be done. */
static void
becomes(const char *before, const char *behind)
{
	edited_begin(before);
	ck_assert_int_eq(edit(), 1);
	ck_assert_str_eq(buf_text(&edited), behind);
	ck_assert_int_eq(edit(), 1);
	ck_assert_str_eq(buf_text(&edited), behind);
}

TEST(a_password_becomes_a_command)
{
	becomes("# mine\naccount g\nhost smtp.gmail.com\nport 587\ntls on\n"
	    "auth on\nuser alice@gmail.com\npassword \"x y\"\n\naccount b\n",
	    "# mine\naccount g\nhost smtp.gmail.com\nport 587\ntls on\n"
	    "auth xoauth2\nuser alice@gmail.com\n" COMMAND "\naccount b\n");
	ck_assert_str_eq(buf_text(&name), "g");
}

TEST(what_is_good_stays)
{
	static const char *const good[] = { "account g\n" GOOD,
	    "account \"g\"\r\n  host  \"SMTP.gmail.com\"\r\n\ttls\r\n"
	    "auth OAUTHBEARER \r\nuser alice@gmail.com\r\n"
	    "passwordeval \"tokend token alice@gmail.com\"\r\n",
	    "defaults\ntls on\nauth xoauth2\naccount g\n"
	    "host smtp.gmail.com\nuser alice@gmail.com\n" COMMAND
	    "account default : g\n" };
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		becomes(good[i], good[i]);
		ck_assert_str_eq(buf_text(&name), "g");
	}
}

TEST(tls_is_there_and_verified)
{
	becomes("account g\nhost smtp.gmail.com\ntls_certcheck off\ntls off\n"
	    "auth xoauth2\nuser alice@gmail.com\n" COMMAND,
	    "account g\nhost smtp.gmail.com\ntls_certcheck on\ntls on\n"
	    "auth xoauth2\nuser alice@gmail.com\n" COMMAND);
}

/* The lines of `defaults` and of another account are not this account's. */
TEST(what_is_inherited_is_unsaid_where_it_is_wrong)
{
	becomes("defaults\npassword x\nauth plain\naccount g\n"
	    "host smtp.gmail.com\ntls on\nfrom alice@gmail.com\n"
	    "account h : g\nfrom other@gmail.com\n",
	    "defaults\npassword x\nauth plain\naccount g\n"
	    "host smtp.gmail.com\ntls on\nfrom alice@gmail.com\npassword\n"
	    "user alice@gmail.com\nauth xoauth2\n" COMMAND
	    "account h : g\nfrom other@gmail.com\n");
}

TEST(accounts_inherit_what_others_say_themselves)
{
	becomes("account g\n" GOOD "account o\nhost o\n"
	    "account h : o, \"g\"\npassword x\naccount i : h\nfrom i\n",
	    "account g\n" GOOD "account o\nhost o\n"
	    "account h : o, \"g\"\naccount i : h\nfrom i\n");
}

/* The defaults are those that stand above, not those of the other account. */
TEST(defaults_are_not_inherited_from_an_account)
{
	becomes("defaults\nauth plain\naccount g\nhost smtp.gmail.com\n"
	    "user bob\ntls on\n" COMMAND "defaults\nauth xoauth2\n"
	    "account h : g\nuser alice@gmail.com\n",
	    "defaults\nauth plain\naccount g\nhost smtp.gmail.com\n"
	    "user bob\ntls on\n" COMMAND "defaults\nauth xoauth2\n"
	    "account h : g\nuser alice@gmail.com\n");
}

TEST(an_account_of_no_name_is_the_default_one)
{
	becomes("host smtp.gmail.com\nuser alice@gmail.com\nauth xoauth2\n"
	    "tls on\n" COMMAND, "host smtp.gmail.com\nuser alice@gmail.com\n"
	    "auth xoauth2\ntls on\n" COMMAND);
	ck_assert_str_eq(buf_text(&name), "default");
}

TEST(others_are_left_alone)
{
	static const char *const others[] = { "", "# account g\n",
	    "account g\nhost smtp.gmail.com\nuser bob@gmail.com\n"
	    "from alice@gmail.com\n",
	    "account g\nhost smtp.example.com\nuser alice@gmail.com\n"
	    "eval echo x\n",
	    "account g\nuser alice@gmail.com\n" };
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		edited_begin(others[i]);
		ck_assert_int_eq(edit(), 0);
		ck_assert_str_eq(buf_text(&edited), others[i]);
	}
}

TEST(a_star_in_a_name_is_a_character)
{
	static const char bobs[] = "account b\nhost smtp.gmail.com\n"
	    "user bob\npassword secret\n";
	static const struct mailbox starred = { .account = "b*", .user = "b*",
	    .host = "smtp.gmail.com", .port = 587 };
	struct edit e = edited_by(&msmtp_recipe, &starred);

	edited_begin(bobs);
	ck_assert_int_eq(edit_blocks(&e, &edited_why), EDIT_NONE);
	ck_assert_str_eq(buf_text(&edited), bobs);
}

TEST(what_is_not_known_is_an_error_at_its_line)
{
	static const struct {
		const char *text, *where;
	} wrong[] = {
	    { "account g\nhost smtp.gmail.com\neval echo user x\n", ":3: " },
	    { "account g\neval echo host x\n", ":2: " },
	    { "\naccount g : h\nhost smtp.gmail.com\n", ":2: " } };
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		edited_begin(wrong[i].text);
		ck_assert_int_eq(edit(), -1);
		ck_assert_int_eq(edited_why.code, STATUS_CONFIG);
		ck_assert_ptr_nonnull(strstr(edited_why.text, EDITED_PATH));
		ck_assert_ptr_nonnull(strstr(edited_why.text,
		    wrong[i].where));
		ck_assert_str_eq(buf_text(&edited), wrong[i].text);
	}
}

static void
make(const char *before, const char *behind)
{
	edited_begin(before);
	ck_assert_int_eq(make_account(&edited_smtp), 0);
	ck_assert_str_eq(buf_text(&edited), behind);
	ck_assert_str_eq(buf_text(&name), "alice@gmail.com");
	ck_assert_int_eq(edit(), 1);
	ck_assert_str_eq(buf_text(&edited), behind);
}

#define NEW "account alice@gmail.com\nhost smtp.gmail.com\nport 587\n" \
    "tls on\ntls_starttls on\nauth xoauth2\nuser alice@gmail.com\n" \
    "from alice@gmail.com\n" COMMAND

TEST(a_new_account_is_whole)
{
	make("", NEW "\naccount default : alice@gmail.com\n");
	buf_reset(&name);
	make("account b\nhost h", "account b\nhost h\n\n" NEW);
}

TEST(a_port_of_the_servers_own)
{
	struct mailbox m = edited_smtp;

	m.port = 2465;
	m.tls = SERVER_TLS_IMPLICIT;
	edited_begin("");
	ck_assert_int_eq(make_account(&m), 0);
	ck_assert_ptr_nonnull(strstr(buf_text(&edited), "port 2465\n"
	    "tls on\ntls_starttls off\n"));
}

TEST(a_new_account_takes_no_bad_default)
{
	make("defaults\npassword x\ntls_certcheck off\n",
	    "defaults\npassword x\ntls_certcheck off\n\n" NEW "password\n"
	    "tls_certcheck on\n\naccount default : alice@gmail.com\n");
}

TEST(a_name_that_is_taken_is_shown)
{
	edited_begin("account b\naccount alice@gmail.com\nhost h\n");
	ck_assert_int_eq(make_account(&edited_smtp), -1);
	ck_assert_ptr_nonnull(strstr(edited_why.text, EDITED_PATH ":2: "));
}

TEST(more_accounts_than_are_known)
{
	char line[32];
	int i;

	for (i = 0; i <= BLOCKS_MAX; i++) {
		snprintf(line, sizeof(line), "account a%d\n", i);
		ck_assert_int_eq(buf_adds(&edited, line), 0);
	}
	ck_assert_int_eq(edit(), -1);
	ck_assert_ptr_nonnull(strstr(edited_why.text, ":1025: more than 1024"));
}
