/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_setup_aerc.c - aerc's accounts.conf, as people have it and as go-ini
 * reads it
 */
#include <stdlib.h>
#include <string.h>

#include "edited.h"

#include "unit.h"	/* last: check.h has a macro fail() */

FIXTURE(edited_setup, edited_teardown);

#define SOURCE "source = imaps+xoauth2://alice%40gmail.com@imap.gmail.com\n"
#define OUTGOING "outgoing = smtp+xoauth2://alice%40gmail.com@" \
	"smtp.gmail.com:587\n"
#define COMMAND TOKEND " token alice@gmail.com"
#define SENDING OUTGOING "outgoing-cred-cmd = " COMMAND "\n" \
	"outgoing-cred-cmd-cache = false\n"
#define READING SOURCE "source-cred-cmd = " COMMAND "\n"
#define FROM "default = INBOX\nfrom = alice@gmail.com\n"

static int
edit_as(const struct mailbox *imap, const struct mailbox *smtp, int is_old)
{
	struct edit e = edited_by(&aerc_imap_recipe, imap);

	return aerc_make(&e, smtp, is_old, &edited_why);
}

/* The second time nothing is to be done. */
static void
becomes(const char *before, const char *after, int is_old)
{
	int i;

	edited_begin(before);
	for (i = 0; i < 2; i++) {
		ck_assert_msg(edit_as(&edited_imap, &edited_smtp, is_old) !=
		    EDIT_FAILED, "%s", edited_why.text);
		ck_assert_str_eq(buf_text(&edited), after);
	}
}

TEST(a_new_account_is_whole)
{
	becomes("", "[alice@gmail.com]\n" READING SENDING FROM, 0);
	becomes("; c\n[home]\nsource = maildir://~/Mail", "; c\n[home]\n"
	    "source = maildir://~/Mail\n\n[alice@gmail.com]\n" READING SENDING
	    "smtp-starttls = yes\n" FROM, 1);
	edited_begin("");
	ck_assert_int_eq(edit_as(&edited_imap, NULL, 0), EDIT_NONE);
	ck_assert_str_eq(buf_text(&edited), "[alice@gmail.com]\n" READING FROM);
}

TEST(passwords_become_commands)
{
	becomes("[g]\n  source = imaps://alice%40gmail.com:x@imap.gmail.com:993"
	    "\n  outgoing = smtp+plain://alice@GMAIL.com:x@smtp.gmail.com ; c\n"
	    "  from = Alice <a@b.c>\n\n[h]\narchive=`;`\n", "[g]\n  " SOURCE
	    "  outgoing = smtp+xoauth2://alice%40gmail.com@smtp.gmail.com:587"
	    " ; c\n  from = Alice <a@b.c>\n  outgoing-cred-cmd = " COMMAND
	    "\n  outgoing-cred-cmd-cache = false\n  source-cred-cmd = " COMMAND
	    "\n\n[h]\narchive=`;`\n", 0);
	becomes("[g]\nsource=\"imap+oauthbearer://alice%40gmail%2Ecom@"
	    "imap.gmail.com?token_endpoint=https://x\"\nsource-cred-cmd =\n"
	    "copy-to = Sent\n", "[g]\nsource=\"imaps+xoauth2://"
	    "alice%40gmail.com@imap.gmail.com\"\nsource-cred-cmd = "
	    COMMAND "\ncopy-to = Sent\n", 0);
}

TEST(what_is_as_good_stays)
{
	static const char *const good[] = {
	    "[g]\n" READING "outgoing = /usr/sbin/sendmail\n",
	    "[g]\nsource = 'imaps+oauthbearer://alice%40gmail.com@"
		"imap.gmail.com'\nsource-cred-cmd = tokend token "
		"alice@gmail.com # c\n[h]\nOther = x:y\n",
	    "[g]\noutgoing = smtps+xoauth2://alice%40gmail.com@"
		"smtp.gmail.com\noutgoing-cred-cmd = tokend token "
		"alice@gmail.com\noutgoing-cred-cmd-cache = no\n"
		"source = maildir://~/Mail\n" };
	int i;

	for (i = 0; i < COUNT(good); i++)
		becomes(good[i], good[i], 1);
}

/* The same user elsewhere, or by another protocol. */
TEST(other_accounts_stay)
{
	static const char *const others[] = {
	    "source = imaps://alice%40gmail.com:x@outlook.office365.com\n",
	    "source = imaps://bob%40gmail.com:x@imap.gmail.com\n",
	    "source = jmap://alice%40gmail.com:x@imap.gmail.com\n",
	    "source = imaps://imap.gmail.com\n",
	    "source = imaps://alice%40gmail.com:x#@imap.gmail.com\n",
	    "source = imaps://alice%40gmail.com:x/@imap.gmail.com\n",
	    "source = \"imaps://alice%40gmail.com:\"x@imap.gmail.com\"\n",
	    "; source = imaps://alice%40gmail.com:x@imap.gmail.com\n" };
	struct buf after = BUF_INIT(SETUP_TEXT_MAX);
	int i;

	for (i = 0; i < COUNT(others); i++) {
		buf_reset(&after);
		edited_begin("[g]\n");
		ck_assert_int_eq(buf_adds(&edited, others[i]), 0);
		ck_assert_int_eq(buf_adds(&after, buf_text(&edited)), 0);
		ck_assert_int_eq(buf_adds(&after, "\n[alice@gmail.com]\n"
		    READING SENDING FROM), 0);
		ck_assert_int_eq(edit_as(&edited_imap, &edited_smtp, 0),
		    EDIT_NONE);
		ck_assert_str_eq(buf_text(&edited), buf_text(&after));
	}
	buf_free(&after);
}

TEST(what_is_not_understood_is_refused)
{
	static const struct {
		const char *text, *place;
	} bad[] = {
	    { "[a]\nsource\n", ":2: this is no" },
	    { "[a]\nsource: x\n", ":2: this is no" },
	    { "source = x\n", ":1: no [section]" },
	    { "[a]\n[a]\n", ":2: there is a section" },
	    { "[a.b]\n[a]\n", ":2: there is a section" },
	    { "[a]\n[a.b.c]\n", ":2: there is a section" },
	    { "[a]\nsource = x\nsource = y\n", ":3: the section has" },
	    { "[a]\nSource = x\n", ":2: this name counts" },
	    { "[a]\nx = b\\\n c\n", ":2: by its backslash" },
	    { "[a]\nx = b\\\302\240\n c\n", ":2: by its backslash" },
	    { "[a]\n\"x\" = b\n", ":2: quotes" },
	    { "[a]\n`x` = b\n", ":2: quotes" },
	    { "[a]\nx = `b\n[c]\n`\n", ":2: quotes" },
	    { "[a]\nx =\302\240`b\n[c]\n`\n", ":2: quotes" },
	    { "[a]\nx = \"\"\"b\n[c]\n\"\"\"\n", ":2: quotes" },
	    { "[a]\nsource = `x`\n", ":2: quotes" },
	    { "[a]\nsource = %(x)s\n", ":2: this depends" },
	    { "[DEFAULT]\nsource = x\n", ":2: [DEFAULT] has" },
	    { "[a]\nsource =\302\240x\n", ":2: characters" },
	    { "[alice@gmail]\nx = y\n", ":4: there is a section" },
	    { "[alice@gmail.com]\nx = y\n", ":1: the name" } };
	int i;

	for (i = 0; i < COUNT(bad); i++) {
		edited_begin(bad[i].text);
		ck_assert_msg(edit_as(&edited_imap, &edited_smtp, 0) ==
		    EDIT_FAILED, "%s", bad[i].text);
		ck_assert_msg(strncmp(edited_why.text, EDITED_PATH ":", 11) ==
		    0 && strstr(edited_why.text, bad[i].place) != NULL, "%s",
		    edited_why.text);
	}
}

TEST(an_account_needs_names_that_aerc_can_have)
{
	struct mailbox m = edited_imap;

	edited_begin("");
	m.account = "a;b";
	ck_assert_int_eq(edit_as(&m, NULL, 0), EDIT_FAILED);
	m.account = m.user = "work";
	ck_assert_int_eq(edit_as(&m, NULL, 0), EDIT_FAILED);
	ck_assert_ptr_nonnull(strstr(edited_why.text, "an address to send"));
	m.user = "al+ice@gmail.com";
	ck_assert_int_eq(edit_as(&m, NULL, 0), EDIT_NONE);
	ck_assert_str_eq(buf_text(&edited), "[work]\nsource = imaps+xoauth2://"
	    "al%2Bice%40gmail.com@imap.gmail.com\nsource-cred-cmd = " TOKEND
	    " token work\ndefault = INBOX\nfrom = al+ice@gmail.com\n");
}
