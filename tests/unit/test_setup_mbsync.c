/* SPDX-License-Identifier: BSD-2-Clause */
/* test_setup_mbsync.c - ~/.mbsyncrc, as people have it and as it shall be */
#include <string.h>

#include "edited.h"

#include "unit.h"	/* last: check.h has a macro fail() */

FIXTURE(edited_setup, edited_teardown);

static int
edit(const struct mailbox *m)
{
	struct edit e = edited_by_mbsync(m);

	return edit_blocks(&e, &edited_why);
}

static int
add_account(const struct mailbox *m)
{
	struct edit e = edited_by_mbsync(m);

	return edit_add(&e, &edited_why);
}

/* Edits, and once more: the second time nothing is to be done. */
static void
becomes(const char *before, const char *behind)
{
	edited_begin(before);
	ck_assert_int_eq(edit(&edited_imap), 1);
	ck_assert_str_eq(buf_text(&edited), behind);
	ck_assert_int_eq(edit(&edited_imap), 1);
	ck_assert_str_eq(buf_text(&edited), behind);
}

static void
is_not_theirs(const char *text)
{
	edited_begin(text);
	ck_assert_int_eq(edit(&edited_imap), 0);
	ck_assert_str_eq(buf_text(&edited), text);
}

TEST(the_password_goes_and_the_mechanism_comes)
{
	becomes("IMAPAccount g\nHost imap.gmail.com\nUser alice@gmail.com\n"
	    "PassCmd \"pass show g\"\nPass x\nSSLType IMAPS\n\nIMAPStore g\n"
	    "Account g\n",
	    "IMAPAccount g\nHost imap.gmail.com\nUser alice@gmail.com\n"
	    "SSLType IMAPS\nAuthMechs XOAUTH2\n\nIMAPStore g\nAccount g\n");
}

TEST(an_option_without_a_value_gets_one)
{
	becomes("IMAPAccount g\nHost imap.gmail.com\nUser alice@gmail.com\n"
	    "AuthMechs # mine\nSSLType\n",
	    "IMAPAccount g\nHost imap.gmail.com\nUser alice@gmail.com\n"
	    "AuthMechs XOAUTH2 # mine\nSSLType\n");
}

TEST(what_a_line_has_besides_stays)
{
	becomes("imapaccount g\r\n  host  \"IMAP.gmail.com\"\r\n"
	    "  User alice\\@gmail.com # me\r\n"
	    "# a comment\r\n  AuthMechs PLAIN LOGIN  # old\r\n"
	    "  SSLType None\r\n",
	    "imapaccount g\r\n  host  \"IMAP.gmail.com\"\r\n"
	    "  User alice\\@gmail.com # me\r\n"
	    "# a comment\r\n  AuthMechs XOAUTH2  # old\r\n"
	    "  SSLType IMAPS\r\n");
}

TEST(what_is_new_stands_as_the_line_before_it)
{
	becomes("IMAPAccount g\r\n\tHost imap.gmail.com\r\n"
	    "\tUser alice@gmail.com\r\n\r\nIMAPStore g\r\nAccount g\r\n",
	    "IMAPAccount g\r\n\tHost imap.gmail.com\r\n"
	    "\tUser alice@gmail.com\r\n\tAuthMechs XOAUTH2\r\n"
	    "\tSSLType IMAPS\r\n\r\nIMAPStore g\r\nAccount g\r\n");
	becomes("IMAPAccount g\n  Host imap.gmail.com\n"
	    "  User alice@gmail.com", "IMAPAccount g\n"
	    "  Host imap.gmail.com\n  User alice@gmail.com\n"
	    "  AuthMechs XOAUTH2\n  SSLType IMAPS");
}

TEST(what_is_good_stays)
{
	static const char *const good[] = {
	    "IMAPAccount g\nHost imap.gmail.com\nUser Alice@gmail.com\n"
	    "AuthMechs OAUTHBEARER\nTLSType STARTTLS\n",
	    "IMAPStore g\nHost imaps:imap.gmail.com\nUser alice@gmail.com\n"
	    "AuthMech xoauth2\nUseIMAPS yes",
	    "IMAPAccount g\nHost imap.gmail.com\nPort 993\n"
	    "User \"alice@gmail.com\"\nAuthMechs XOAUTH2\n" };
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		becomes(good[i], good[i]);
}

TEST(each_of_several_is_edited)
{
	becomes("IMAPAccount a\nHost imap.gmail.com\nUser alice@gmail.com\n"
	    "AuthMechs XOAUTH2\nSSLType IMAPS\n\nIMAPAccount b\n"
	    "Host imap.gmail.com\nUser bob@gmail.com\nPass x\n\n"
	    "IMAPStore c\nHost imap.gmail.com\nUser alice@gmail.com\nPass x",
	    "IMAPAccount a\nHost imap.gmail.com\nUser alice@gmail.com\n"
	    "AuthMechs XOAUTH2\nSSLType IMAPS\n\nIMAPAccount b\n"
	    "Host imap.gmail.com\nUser bob@gmail.com\nPass x\n\n"
	    "IMAPStore c\nHost imap.gmail.com\nUser alice@gmail.com\n"
	    "AuthMechs XOAUTH2\nSSLType IMAPS\n");
}

/* The name decides the account, wherever the mailbox has another one. */
TEST(the_user_becomes_the_account)
{
	struct mailbox m = edited_imap;

	m.account = "my work";
	edited_begin("IMAPAccount g\nHost imap.gmail.com\n"
	    "User alice@gmail.com\nAuthMechs XOAUTH2\nSSLType IMAPS\n");
	ck_assert_int_eq(edit(&m), 1);
	ck_assert_str_eq(buf_text(&edited), "IMAPAccount g\n"
	    "Host imap.gmail.com\nUser \"my work\"\nAuthMechs XOAUTH2\n"
	    "SSLType IMAPS\n");
}

TEST(others_are_left_alone)
{
	is_not_theirs("");
	is_not_theirs("# IMAPAccount g\n# Host imap.gmail.com\n");
	is_not_theirs("IMAPAccount g\nHost imap.gmail.com\n\n"
	    "User alice@gmail.com\n");
	is_not_theirs("IMAPAccount g\nHost imap.gmail.com\nUser bob\nPass x\n");
	is_not_theirs("IMAPAccount g\nHost imap.gmail.com.example\n"
	    "User alice@gmail.com\n");
	is_not_theirs("IMAPAccount g\nTunnel \"ssh h imapd\"\n"
	    "User alice@gmail.com\n");
	is_not_theirs("Channel c\nHost imap.gmail.com\n"
	    "User alice@gmail.com\n");
}

TEST(a_command_for_the_user_is_not_guessed)
{
	edited_begin("\nIMAPAccount g\nHost imap.gmail.com\n"
	    "UserCmd \"echo x\"\n");
	ck_assert_int_eq(edit(&edited_imap), -1);
	ck_assert_ptr_nonnull(strstr(edited_why.text, EDITED_PATH ":4: "));
}

static void
add(const struct mailbox *m, const char *behind)
{
	ck_assert_int_eq(add_account(m), 0);
	ck_assert_str_eq(buf_text(&edited), behind);
	ck_assert_int_eq(edit(m), 1);
	ck_assert_str_eq(buf_text(&edited), behind);
}

TEST(a_new_account_is_whole)
{
	edited_begin("CopyArrivalDate yes");
	add(&edited_imap, "CopyArrivalDate yes\n\n"
	    "IMAPAccount alice@gmail.com\nHost imap.gmail.com\n"
	    "User alice@gmail.com\nAuthMechs XOAUTH2\nSSLType IMAPS\n\n"
	    "IMAPStore alice@gmail.com\nAccount alice@gmail.com\n\n"
	    "MaildirStore alice@gmail.com-mail\n"
	    "Path ~/Mail/alice@gmail.com/\n"
	    "Inbox ~/Mail/alice@gmail.com/INBOX\nSubFolders Verbatim\n\n"
	    "# \"Patterns *\" takes all folders.\n"
	    "Channel alice@gmail.com\nFar :alice@gmail.com:\n"
	    "Near :alice@gmail.com-mail:\nPatterns INBOX\nCreate Near\n"
	    "SyncState *\n");
}

TEST(a_new_account_of_an_odd_name)
{
	struct mailbox m = { .account = "a: \"b\" #c", .user = "a",
	    .host = "h", .port = 143 };

	add(&m, "IMAPAccount a---b---c\nHost h\nPort 143\n"
	    "User \"a: \\\"b\\\" #c\"\nAuthMechs XOAUTH2\n"
	    "SSLType STARTTLS\n\nIMAPStore a---b---c\n"
	    "Account a---b---c\n\nMaildirStore a---b---c-mail\n"
	    "Path ~/Mail/a---b---c/\nInbox ~/Mail/a---b---c/INBOX\n"
	    "SubFolders Verbatim\n\n# \"Patterns *\" takes all folders.\n"
	    "Channel a---b---c\nFar :a---b---c:\nNear :a---b---c-mail:\n"
	    "Patterns INBOX\nCreate Near\nSyncState *\n");
}

/* Once it is there, what was written for it is understood. */
TEST(any_name_is_read_back)
{
	static const char *const names[] = { "a\"", "\\\"", "a\\", "#a b",
	    "a\\\"b\" c", "it's" };
	struct mailbox m = { .user = "a", .host = "h", .port = 143 };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		m.account = names[i];
		edited_begin("");
		ck_assert_int_eq(add_account(&m), 0);
		ck_assert_int_eq(edit(&m), 1);
	}
}

/* The port and the setting say how TLS begins, not the usual port alone. */
TEST(a_port_of_the_servers_own)
{
	struct mailbox m = edited_imap;

	m.port = 1993;
	edited_begin("");
	ck_assert_int_eq(add_account(&m), 0);
	ck_assert_ptr_nonnull(strstr(buf_text(&edited), "Port 1993\n"));
	ck_assert_ptr_nonnull(strstr(buf_text(&edited), "SSLType STARTTLS\n"));
	m.tls = SERVER_TLS_IMPLICIT;
	edited_begin("");
	ck_assert_int_eq(add_account(&m), 0);
	ck_assert_ptr_nonnull(strstr(buf_text(&edited), "Port 1993\n"));
	ck_assert_ptr_nonnull(strstr(buf_text(&edited), "SSLType IMAPS\n"));
}

TEST(tls_of_an_account_with_a_port)
{
	becomes("IMAPAccount g\nHost imap.gmail.com\nPort 143\n"
	    "User alice@gmail.com\nAuthMechs XOAUTH2\nSSLType None\n",
	    "IMAPAccount g\nHost imap.gmail.com\nPort 143\n"
	    "User alice@gmail.com\nAuthMechs XOAUTH2\nSSLType STARTTLS\n");
}

TEST(a_name_that_is_taken_is_shown)
{
	static const char *const taken[] = { "Channel alice@gmail.com\n",
	    "MaildirStore \"alice@gmail.com-mail\"\n" };
	size_t i;

	for (i = 0; i < 2; i++) {
		edited_begin("\n");
		ck_assert_int_eq(buf_adds(&edited, taken[i]), 0);
		ck_assert_int_eq(add_account(&edited_imap), -1);
		ck_assert_ptr_nonnull(strstr(edited_why.text,
		    EDITED_PATH ":2: "));
	}
}
