/* SPDX-License-Identifier: BSD-2-Clause */
/* test_setup_fetchmail.c - ~/.fetchmailrc and ssmtp.conf */
#include <string.h>

#include "edited.h"

#include "unit.h"	/* last: check.h has a macro fail() */

FIXTURE(edited_setup, edited_teardown);

#define PLUGIN " plugin \"" TOKEND " tunnel imap imap.gmail.com " \
    "alice@gmail.com\""
#define POP_PLUGIN " plugin \"" TOKEND " tunnel pop pop.gmail.com " \
    "alice@gmail.com\""

static const struct mailbox pop = { .account = "alice@gmail.com",
    .user = "alice@gmail.com", .host = "pop.gmail.com", .port = 995 };

/* For m, by the recipe of its server; a new entry is local's. */
static int
edit(const struct mailbox *m, const char *local)
{
	struct edit e = edited_by(m == &pop ? &fetchmail_pop_recipe :
	    &fetchmail_imap_recipe, m);

	return fetchmail_edit(&e, local, &edited_why);
}

static void
becomes(const struct mailbox *m, const char *before,
    const char *behind)
{
	int i;

	edited_begin(before);
	for (i = 0; i < 2; i++) {
		ck_assert_int_eq(edit(m, NULL), 1);
		ck_assert_str_eq(buf_text(&edited), behind);
	}
}

TEST(an_entry_goes_through_the_tunnel)
{
	becomes(&edited_imap, "poll imap.gmail.com proto imap\n"
	    "  user 'alice@gmail.com' there with password x ssl keep\n",
	    "poll imap.gmail.com" PLUGIN " proto imap\n"
	    "  user 'alice@gmail.com' there sslproto \"\" with password x "
	    "no ssl keep\n");
	becomes(&edited_imap, "skip g via imap.gmail.com plugin \"x y\":\n"
	    "user alice@gmail.com, is a here, sslproto tls1+",
	    "skip g via imap.gmail.com auth ssh" PLUGIN ":\n"
	    "user alice@gmail.com, is a here, sslproto \"\"");
	becomes(&pop, "poll pop.gmail.com proto POP3 "
	    "user alice@gmail.com is a here",
	    "poll pop.gmail.com" POP_PLUGIN " proto POP3 "
	    "user alice@gmail.com password \"tokend\" sslproto \"\" "
	    "is a here");
}

TEST(what_is_good_stays)
{
	static const char *const good[] = {
	    "poll imap.gmail.com protocol IMAP\n"
	    "  plugin \"tokend tunnel imap %h alice@gmail.com\"\n"
	    "  user \"alice@gmail.com\" password \"not-used\"\n"
	    "  sslproto \"\"\n",
	    "server imap.gmail.com auth ssh" PLUGIN " user alice@gmail.com "
	    "no ssl sslproto ''" };
	size_t i;

	for (i = 0; i < 2; i++)
		becomes(&edited_imap, good[i], good[i]);
}

TEST(each_of_several_is_edited_and_others_stay)
{
	becomes(&edited_imap, "set daemon 60 # poll imap.gmail.com\n"
	    "defaults user alice@gmail.com\n"
	    "poll imap.gmail.com user bob@gmail.com password \"poll \\\"x\"\n"
	    "poll imap.gmail.com auth ssh" PLUGIN " user alice@gmail.com "
	    "sslproto \"\" ssl\n"
	    "poll imap.gmail.com proto pop3 user alice@gmail.com ssl\n",
	    "set daemon 60 # poll imap.gmail.com\n"
	    "defaults user alice@gmail.com\n"
	    "poll imap.gmail.com user bob@gmail.com password \"poll \\\"x\"\n"
	    "poll imap.gmail.com auth ssh" PLUGIN " user alice@gmail.com "
	    "sslproto \"\" no ssl\n"
	    "poll imap.gmail.com proto pop3 user alice@gmail.com ssl\n");
}

TEST(an_entry_that_is_not_clear_is_an_error)
{
	static const char *const wrong[] = {
	    "\npoll imap.gmail.com user alice@gmail.com user bob\n",
	    "poll imap.gmail.com\nuser alice here is bob there\n" };
	size_t i;

	for (i = 0; i < 2; i++) {
		edited_begin(wrong[i]);
		ck_assert_int_eq(edit(&edited_imap, NULL), -1);
		ck_assert_ptr_nonnull(strstr(edited_why.text,
		    EDITED_PATH ":2: "));
		ck_assert_str_eq(buf_text(&edited), wrong[i]);
	}
}

TEST(texts_that_end_early)
{
	static const char *const texts[] = { "poll",
	    "poll imap.gmail.com user", "poll imap.gmail.com via", "\\",
	    "#" };
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		edited_begin(texts[i]);
		ck_assert_int_eq(edit(&edited_imap, NULL), 0);
		ck_assert_str_eq(buf_text(&edited), texts[i]);
	}
}

/* At its line; what follows could be anything. */
TEST(a_quote_without_end_is_an_error)
{
	static const struct {
		const char *text, *says;
	} open[] = {
		{ "poll 'imap.gmail.com", ":1: a quote" },
		{ "# it's fine\n\npoll x user \"alice\npoll y\n", ":3: a q" },
		{ "poll imap.gmail.com user \"alice@gmail.com\\", ":1: a q" },
		{ "poll imap.gmail.com user \"alice@gmail.com\\\"\n", ":1: " },
	};
	size_t i;

	for (i = 0; i < sizeof(open) / sizeof(open[0]); i++) {
		edited_begin(open[i].text);
		ck_assert_int_eq(edit(&edited_imap, NULL), -1);
		ck_assert_msg(strstr(edited_why.text, EDITED_PATH) != NULL &&
		    strstr(edited_why.text, open[i].says) != NULL, "%s",
		    edited_why.text);
		ck_assert_str_eq(buf_text(&edited), open[i].text);
	}
}

TEST(a_new_entry_is_whole)
{
	static const char made[] = "poll imap.gmail.com protocol imap auth ssh"
	    "\n   " PLUGIN "\n    user \"alice@gmail.com\" sslproto \"\" is "
	    "\"alice\" here keep\n";

	ck_assert_int_eq(edit(&edited_imap, "alice"), 0);
	ck_assert_str_eq(buf_text(&edited), made);
	becomes(&edited_imap, made, made);
}

TEST(any_mailbox_is_read_back)
{
	static const char *const users[] = { "a\"", "\\", "a b", "it's",
	    "\\\"#" };
	struct mailbox m = edited_imap;
	size_t i;

	for (i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
		m.user = users[i];
		edited_begin("");
		ck_assert_int_eq(edit(&m, "alice"), 0);
		ck_assert_int_eq(edit(&m, NULL), 1);
	}
}

TEST(a_quote_is_in_those_of_the_other_kind)
{
	struct mailbox m = edited_imap;

	m.user = "\"a\\\"";
	edited_begin("");
	ck_assert_int_eq(edit(&m, "alice"), 0);
	ck_assert_ptr_nonnull(strstr(buf_text(&edited),
	    "user '\"a\\\\\"'"));
	m.user = "it's \"a\"";
	edited_begin("");
	ck_assert_int_eq(edit(&m, "alice"), -1);
	ck_assert_uint_eq(edited.len, 0);
}

/* fetchmail splits the command at blanks, and knows no quotes. */
TEST(a_name_that_it_cannot_pass_on)
{
	struct mailbox m = edited_imap;

	m.account = "my mail";
	ck_assert_int_eq(edit(&m, "alice"), -1);
	ck_assert_ptr_nonnull(strstr(edited_why.text, "\"my mail\""));
	ck_assert_uint_eq(edited.len, 0);
}

static void
ssmtp_becomes(const char *before, const char *behind)
{
	struct edit e = edited_by(&ssmtp_recipe, &edited_smtp);
	int i;

	edited_begin(before);
	for (i = 0; i < 2; i++) {
		ck_assert_int_eq(ssmtp_edit(&e, &edited_why), 1);
		ck_assert_str_eq(buf_text(&edited), behind);
	}
}

TEST(ssmtp_has_one_hub)
{
	ssmtp_becomes("", "MailHub=smtp.gmail.com:587\nUseTLS=YES\n"
	    "UseSTARTTLS=YES\nAuthUser=alice@gmail.com\nUseSASL=YES\n"
	    "SASLMechanisms=xoauth2\n");
	ssmtp_becomes("UseTLS=\n=UseSASL\nMailHub\n", "UseTLS=\n=UseSASL\n"
	    "MailHub\nMailHub=smtp.gmail.com:587\nUseTLS=YES\n"
	    "UseSTARTTLS=YES\nAuthUser=alice@gmail.com\nUseSASL=YES\n"
	    "SASLMechanisms=xoauth2\n");
	ssmtp_becomes("# mailhub=x\nroot=a\nmailhub = mail # old\n"
	    "AuthPass=x\nRemotePort=25\nUseTLS=NO\nauthpass y\nTLSVerify=NO\n"
	    "SASLMechanisms=oauthbearer,xoauth2\nUseSTARTTLS=YES\n"
	    "AuthUser=bob\nUseSASL=YES",
	    "# mailhub=x\nroot=a\nmailhub = smtp.gmail.com:587 # old\n"
	    "UseTLS=YES\nauthpass y\nTLSVerify=YES\n"
	    "SASLMechanisms=oauthbearer,xoauth2\nUseSTARTTLS=YES\n"
	    "AuthUser=alice@gmail.com\nUseSASL=YES");
}

TEST(ssmtp_has_no_such_names)
{
	struct mailbox m = edited_smtp;
	struct edit e = edited_by(&ssmtp_recipe, &m);

	m.account = "a#b";
	ck_assert_int_eq(ssmtp_edit(&e, &edited_why), -1);
	ck_assert_ptr_nonnull(strstr(edited_why.text, "\"a#b\""));
}
