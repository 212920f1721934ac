/* SPDX-License-Identifier: BSD-2-Clause */
/* test_setup_mutt.c - a muttrc, as people have it and as it shall be */
#include <stdio.h>
#include <string.h>

#include "command/setup/programs/mutt_scan.h"
#include "edited.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define COMMAND "\"" TOKEND " token alice@gmail.com\"\n"
#define IMAP "set imap_user = \"alice@gmail.com\"\n" \
    "set folder = \"imaps://imap.gmail.com/\"\n" \
    "set spoolfile = \"+INBOX\"\n" TOKENS("imap")
#define TOKENS(service) "set " service "_authenticators = \"xoauth2\"\n" \
    "set " service "_oauth_refresh_command = " COMMAND
#define FROM "set from = \"alice@gmail.com\"\n"
#define SMTP "set smtp_url = \"smtp://alice%40gmail.com@smtp.gmail.com:587/\"" \
    "\n" FROM TOKENS("smtp") "set ssl_force_tls = \"yes\"\n"

static struct buf value;

static void
setup(void)
{
	edited_setup();
	value = (struct buf)BUF_INIT(SETUP_TEXT_MAX);
}

static void
teardown(void)
{
	buf_free(&value);
	edited_teardown();
}

FIXTURE(setup, teardown);

static void
becomes(const char *before, const char *behind)
{
	int i;

	edited_begin(before);
	for (i = 0; i < 2; i++) {
		ck_assert_int_eq(mutt_edit(&edited, EDITED_PATH, &edited_imap,
		    &edited_smtp, &edited_why), 0);
		ck_assert_str_eq(buf_text(&edited), behind);
	}
}

TEST(a_new_file_is_whole)
{
	becomes("", IMAP SMTP);
	becomes("set x=y \\\n", "set x=y \\\n\n" IMAP SMTP);
	becomes("set imap_authenticators\n", "set imap_authenticators\n" IMAP
	    SMTP);
	becomes("# \\", "# \\\n\n" IMAP SMTP);
}

TEST(what_is_good_stays)
{
	static const char good[] = "set imap_user=Alice@gmail.com; "
	    "set folder=~/Mail\nset imap_authenticators='oauthbearer:login' "
	    "imap_oauth_refresh_command='tokend token alice@gmail.com'\n"
	    "set smtp_url=smtps://alice@gmail.com@SMTP.gmail.com "
	    "smtp_authenticators=xoauth2:plain \\\n"
	    " smtp_oauth_refresh_command=\"tokend token alice@gmail.com\"\n"
	    "set ssl_force_tls\n";

	becomes(good, good);
}

/* What counts is the last one, and it is changed where it stands. */
TEST(what_is_set_is_set_there)
{
	becomes("set spoolfile=+INBOX imap_authenticators = 'login' # mine\r\n"
	    "set imap_authenticators=gssapi;set ssl_force_tls=no\r\n"
	    "set imap_user=alice@gmail.com\r\n"
	    "set imap_oauth_refresh_command=\"x\"\r\n" "unset smtp_url",
	    "set spoolfile=+INBOX imap_authenticators = 'login' # mine\r\n"
	    "set imap_authenticators=\"xoauth2\";set ssl_force_tls=\"yes\"\r\n"
	    "set imap_user=alice@gmail.com\r\n"
	    "set imap_oauth_refresh_command=\"" TOKEND
	    " token alice@gmail.com\"\r\n" "unset smtp_url\r\n"
	    "set smtp_url = "
	    "\"smtp://alice%40gmail.com@smtp.gmail.com:587/\"\r\n"
	    "set from = \"alice@gmail.com\"\r\n"
	    "set smtp_authenticators = \"xoauth2\"\r\n"
	    "set smtp_oauth_refresh_command = \"" TOKEND
	    " token alice@gmail.com\"\r\n");
}

TEST(who_writes_is_left_to_who_says_so)
{
	static const char *const said[] = { "set from=me@example.org\n",
	    "my_hdr From: me@example.org\n" };
	size_t i;

	for (i = 0; i < 2; i++) {
		edited_begin(said[i]);
		ck_assert_int_eq(mutt_edit(&edited, EDITED_PATH, NULL,
		    &edited_smtp, &edited_why), 0);
		ck_assert_ptr_eq(strstr(buf_text(&edited), said[i]),
		    buf_text(&edited));
		ck_assert_ptr_null(strstr(buf_text(&edited), "set from = "));
	}
}

TEST(imap_alone_and_smtp_alone)
{
	ck_assert_int_eq(mutt_edit(&edited, EDITED_PATH, &edited_imap, NULL,
	    &edited_why), 0);
	ck_assert_str_eq(buf_text(&edited), IMAP);
	edited_begin("");
	ck_assert_int_eq(mutt_edit(&edited, EDITED_PATH, NULL, &edited_smtp,
	    &edited_why), 0);
	ck_assert_str_eq(buf_text(&edited), SMTP);
}

TEST(ports_of_the_servers_own)
{
	struct mailbox imap = edited_imap, smtp = edited_smtp;

	imap.port = 1993;
	smtp.port = 2465;
	edited_begin("");
	ck_assert_int_eq(mutt_edit(&edited, EDITED_PATH, &imap, &smtp,
	    &edited_why), 0);
	ck_assert_ptr_nonnull(strstr(buf_text(&edited),
	    "\"imap://imap.gmail.com:1993/\""));
	ck_assert_ptr_nonnull(strstr(buf_text(&edited), "\"smtp://"));
	imap.tls = smtp.tls = SERVER_TLS_IMPLICIT;
	edited_begin("");
	ck_assert_int_eq(mutt_edit(&edited, EDITED_PATH, &imap, &smtp,
	    &edited_why), 0);
	ck_assert_ptr_nonnull(strstr(buf_text(&edited),
	    "\"imaps://imap.gmail.com:1993/\""));
	ck_assert_ptr_nonnull(strstr(buf_text(&edited), "\"smtps://"));
}

TEST(an_address_of_ipv6_has_brackets)
{
	struct mailbox imap = edited_imap;

	snprintf(imap.host, sizeof(imap.host), "2001:db8::1");
	edited_begin("");
	ck_assert_int_eq(mutt_edit(&edited, EDITED_PATH, &imap, NULL,
	    &edited_why), 0);
	ck_assert_ptr_nonnull(strstr(buf_text(&edited),
	    "\"imaps://[2001:db8::1]/\""));
	ck_assert_int_eq(mutt_edit(&edited, EDITED_PATH, &imap, NULL,
	    &edited_why), 0);
	ck_assert_int_eq(mutt_find_other_host(&edited, imap.host), 0);
	ck_assert_int_ne(mutt_find_other_host(&edited, "2001:db8::"), 0);
}

TEST(several_accounts_are_an_error_at_their_line)
{
	static const struct {
		const char *text, *where;
	} wrong[] = {
	    { "#\naccount-hook . 'unset imap_user'\n", ":2: " },
	    { "# imaps://a.example\nmailboxes imaps://bob@b.example/x\n",
	      ":2: " },
	    { "set folder=imap://imap.gmail.com.example/\n", ":1: " },
	    { "set \\\n imap_user=bob@gmail.com\n", ":2: " } };
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		edited_begin(wrong[i].text);
		ck_assert_int_eq(mutt_edit(&edited, EDITED_PATH, &edited_imap,
		    &edited_smtp, &edited_why), -1);
		ck_assert_msg(strstr(edited_why.text, wrong[i].where) != NULL,
		    "%s", edited_why.text);
		ck_assert_ptr_nonnull(strstr(edited_why.text, "--config"));
		ck_assert_str_eq(buf_text(&edited), wrong[i].text);
	}
	edited_begin("mailboxes imaps://alice@gmail.com@imap.gmail.com:993/x "
	    "imap://imap.gmail.com\n");
	ck_assert_int_eq(mutt_edit(&edited, EDITED_PATH, &edited_imap, NULL,
	    &edited_why), 0);
}

TEST(who_sends_otherwise_is_seen)
{
	static const struct {
		const char *text;
		int otherwise;
	} rows[] = { { "", 0 }, { "set sendmail=/usr/bin/msmtp\n", 1 },
	    { "set smtp_url=smtp://bob@mail.example\n", 1 },
	    { "set smtp_url=smtp://smtp.gmail.com\n", 1 },
	    { "set smtp_url=smtp://a@smtp.gmail.community\n", 1 },
	    { "set smtp_url=`cat url`\n", 1 },
	    { "set smtp_url=smtp://a@smtp.gmail.com sendmail=x\n", 0 },
	    { "set smtp_url=smtp://a@smtp.gmail.com:587/\n", 0 } };
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		edited_begin(rows[i].text);
		ck_assert_msg(mutt_sends_otherwise(&edited, &edited_smtp) ==
		    rows[i].otherwise, "%s", rows[i].text);
	}
}

TEST(words_are_read_as_mutt_does)
{
	static const struct {
		const char *text, *value;	/* NULL: it is not set */
		unsigned line;
	} rows[] = { { "set x=a", "a", 1 }, { "  set  x = a ", "a", 1 },
	    { "set y x=\"a b\" z", "a b", 1 },
	    { "set x='a;b#c'\n", "a;b#c", 1 },
	    { "\nset y=1 \\\n x=a\\ b", "a b", 3 },
	    { "set x=a # set x=b\n", "a", 1 },
	    { "# set x=b\n", NULL, 0 }, { "set yx=b x_y=c\n", NULL, 0 },
	    { "set x=a\nset x=b", "b", 2 }, { "set x=a; unset x", NULL, 0 },
	    { "set x=a; reset y x", NULL, 0 },
	    { "folder-hook . 'set x=a'", NULL, 0 },
	    { "set x=\"a\\\"b\\\\c\"", "a\"b\\c", 1 },
	    { "macro index x \"set x=a\"", NULL, 0 },
	    { "set x='a\nset y=1", "a", 1 }, { "set x='a", "a", 1 },
	    { "\"\nset x=a", "a", 2 }, { "# \\\nset x=a\n", NULL, 0 },
	    { "# \\\r\n\r\nset x='b\\'\r\n", "b\\", 3 },
	    { "= set x=a\nset x=b", "b", 2 } };
	struct mutt_setting found;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		edited_begin(rows[i].text);
		found = mutt_find(&edited, "x");
		ck_assert_msg(found.line == rows[i].line, "%s: %u",
		    rows[i].text, found.line);
		if (rows[i].value == NULL)
			continue;
		buf_reset(&value);
		ck_assert_int_eq(grammar_unquote(&mutt_grammar, &edited,
		    found.value, &value), UNQUOTED);
		ck_assert_str_eq(buf_text(&value), rows[i].value);
	}
	edited_begin("set x=$HOME");
	ck_assert_int_eq(grammar_unquote(&mutt_grammar, &edited,
	    mutt_find(&edited, "x").value, &value), UNQUOTED_UNKNOWN);
}

TEST(what_is_quoted_is_read_back)
{
	static const char odd[] = "a 'b' \"c\" $d `e` \\f;#";

	edited_begin("set x=");
	ck_assert_int_eq(grammar_quote(&mutt_grammar, &edited, odd), 0);
	ck_assert_int_eq(grammar_unquote(&mutt_grammar, &edited,
	    mutt_find(&edited, "x").value, &value), UNQUOTED);
	ck_assert_str_eq(buf_text(&value), odd);
}
