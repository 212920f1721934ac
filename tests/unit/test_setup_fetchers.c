/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_setup_fetchers.c - files of getmail and offlineimap, as people have them
 * and as Python's configparser reads them
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edited.h"

#include "unit.h"	/* last: check.h has a macro fail() */

FIXTURE(edited_setup, edited_teardown);

#define FILES 20000
#define PIECES 8
#define CA_FILE "/etc/ca"
#define EVAL "__import__(\"subprocess\").run([\"" TOKEND "\", \"token\", " \
    "\"alice@gmail.com\"], check=True, stdout=-1, text=True).stdout.strip()"
#define GETMAIL_REST "use_xoauth2 = True\npassword_command = (\"" TOKEND \
    "\", \"token\", \"alice@gmail.com\")\nca_certs = " CA_FILE "\n"
#define OFFLINEIMAP_REST "auth_mechanisms = XOAUTH2\n" \
    "oauth2_access_token_eval = " EVAL "\nssl = yes\n" \
    "sslcacertfile = " CA_FILE "\n"
#define REPOSITORY "[Repository r]\ntype = IMAP\nremotehost = " \
    "imap.gmail.com\nremoteuser = alice@gmail.com\n"

/* To the text that is edited: an edit_result. */
static int
edit_as(int is_getmail, const struct mailbox *m)
{
	struct edit e = edited_by(is_getmail ? &getmail_recipe :
	    &offlineimap_recipe, m);
	struct fetch_values v;
	int result;

	fetch_values(&v, &e, is_getmail ? "port" : "remoteport", CA_FILE);
	if (!is_getmail)
		return offlineimap_make(&e, &v, &edited_why);
	result = getmail_edit(&e, &edited_why);
	return result == EDIT_NONE && getmail_add(&e, &edited_why) == -1 ?
	    EDIT_FAILED : result;
}

/* The second time nothing is to be done. */
static void
becomes(int is_getmail, const char *before, const char *after)
{
	int i;

	edited_begin(before);
	for (i = 0; i < 2; i++) {
		ck_assert_msg(edit_as(is_getmail, &edited_imap) !=
		    EDIT_FAILED, "%s", edited_why.text);
		ck_assert_str_eq(buf_text(&edited), after);
	}
}

static void
is_refused(int is_getmail, const char *text, const char *place)
{
	edited_begin(text);
	ck_assert_msg(edit_as(is_getmail, &edited_imap) == EDIT_FAILED, "%s",
	    text);
	ck_assert_msg(strncmp(edited_why.text, EDITED_PATH ":", 11) == 0 &&
	    strstr(edited_why.text, place) != NULL, "%s", edited_why.text);
}

TEST(a_new_file_is_whole)
{
	becomes(1, "", "[retriever]\ntype = SimpleIMAPSSLRetriever\n"
	    "server = imap.gmail.com\nusername = alice@gmail.com\n"
	    GETMAIL_REST "mailboxes = (\"INBOX\",)\n\n[destination]\n"
	    "type = Maildir\npath = ~/Mail/alice@gmail.com/\n\n"
	    "[options]\nread_all = False\n");
	becomes(0, "", "[general]\naccounts = alice@gmail.com\n\n"
	    "[Account alice@gmail.com]\n"
	    "localrepository = alice@gmail.com-near\n"
	    "remoterepository = alice@gmail.com-far\n\n"
	    "[Repository alice@gmail.com-near]\ntype = Maildir\n"
	    "localfolders = ~/Mail/alice@gmail.com\n\n"
	    "[Repository alice@gmail.com-far]\ntype = IMAP\n"
	    "remotehost = imap.gmail.com\nremoteuser = alice@gmail.com\n"
	    OFFLINEIMAP_REST);
}

TEST(a_password_becomes_a_command)
{
	becomes(1, "# mine\n[retriever]\ntype: SimpleIMAPRetriever\n"
	    "port = 143\nServer =imap.gmail.com\nusername=alice@gmail.com\n"
	    "; old\npassword: x\nuse_cram_md5 = True\n\n[destination]\n"
	    "type = Maildir\n", "# mine\n[retriever]\n"
	    "type: SimpleIMAPSSLRetriever\nport = 993\n"
	    "Server =imap.gmail.com\nusername=alice@gmail.com\n"
	    GETMAIL_REST "; old\n\n[destination]\ntype = Maildir\n");
	becomes(0, "[general]\naccounts = a\n[Account a]\n" REPOSITORY
	    "remotepass = x\nstarttls = no\n", "[general]\naccounts = a\n"
	    "[Account a]\n" REPOSITORY "starttls = no\n" OFFLINEIMAP_REST);
}

/* An empty first line, and lines that go on after a comment. */
TEST(an_option_is_all_its_lines)
{
	becomes(1, "[retriever]\ntype = SimpleIMAPSSLRetriever\n"
	    "server = imap.gmail.com\nusername = alice@gmail.com\n"
	    "password_command =\n  (\"pass\",\n\n   \"mail\")\n"
	    "mailboxes =\n # all\n  (\"INBOX\",\n  \"Sent\")\n"
	    "use_xoauth2 =\nca_certs=\nssl_fingerprints =\n",
	    "[retriever]\ntype = SimpleIMAPSSLRetriever\n"
	    "server = imap.gmail.com\nusername = alice@gmail.com\n"
	    "password_command =(\"" TOKEND "\", \"token\", "
	    "\"alice@gmail.com\")\n"
	    "mailboxes =\n # all\n  (\"INBOX\",\n  \"Sent\")\n"
	    "use_xoauth2 = True\nca_certs= " CA_FILE
	    "\nssl_fingerprints =\n");
}

TEST(what_another_section_says_stays)
{
	becomes(0, "[DEFAULT]\nsslcacertfile = /b\nssl = no\n[general]\n"
	    "accounts = a,\n  b\n[Repository b]\ntype = Gmail\n"
	    "remoteuser = bob@gmail.com\nremotepass = x\n[Repository o]\n"
	    "type = IMAP\nremoteuser = alice@gmail.com\n"
	    "remotehost = outlook.office365.com\nremotepass = y\n"
	    "[Repository g]\ntype = Gmail\nremoteuser = alice@gmail.com\n",
	    "[DEFAULT]\nsslcacertfile = /b\nssl = no\n[general]\n"
	    "accounts = a,\n  b\n[Repository b]\ntype = Gmail\n"
	    "remoteuser = bob@gmail.com\nremotepass = x\n[Repository o]\n"
	    "type = IMAP\nremoteuser = alice@gmail.com\n"
	    "remotehost = outlook.office365.com\nremotepass = y\n"
	    "[Repository g]\ntype = Gmail\nremoteuser = alice@gmail.com\n"
	    "remotehost = imap.gmail.com\nauth_mechanisms = XOAUTH2\n"
	    "oauth2_access_token_eval = " EVAL "\nssl = yes\n");
}

/* A Gmail of this user's is not that user's mailbox elsewhere. */
TEST(another_providers_section_is_not_the_accounts)
{
	const struct mailbox outlook = { .account = "alice@gmail.com",
	    .user = "alice@gmail.com", .host = "outlook.office365.com",
	    .port = 993 };
	const char *text = "[general]\naccounts = g\n[Repository g]\n"
	    "type = Gmail\nremoteuser = alice@gmail.com\n\n";

	edited_begin(text);
	ck_assert_int_eq(edit_as(0, &outlook), EDIT_NONE);
	ck_assert_ptr_nonnull(strstr(buf_text(&edited), "[general]\naccounts "
	    "= g, alice@gmail.com\n[Repository g]\ntype = Gmail\n"
	    "remoteuser = alice@gmail.com\n\n"));
	edited_begin("[retriever]\ntype = SimpleIMAPSSLRetriever\n"
	    "server = imap.gmail.com\nusername = alice@gmail.com\n");
	ck_assert_int_eq(edit_as(1, &outlook), EDIT_FAILED);
	ck_assert_ptr_nonnull(strstr(edited_why.text, "a file of its own"));
}

TEST(what_is_not_understood_is_refused)
{
	static const struct {
		int is_getmail;
		const char *text, *place;
	} bad[] = {
	    { 1, "[retriever]\nserver\n", ":2: this is no" },
	    { 1, "[retriever]\n= x\n", ":2: this is no" },
	    { 1, "server = x\n", ":1: no [section]" },
	    { 1, "[retriever]\n[retriever]\n", ":2: there is a section" },
	    { 1, "[retriever]\nserver = a\nSERVER: b\n", ":3: the section has" },
	    { 1, "[retriever] ]\n", ":1: this is no plain" },
	    { 1, "[]\n", ":1: this is no plain" },
	    { 1, "[retriever\n", ":1: this is no plain" },
	    { 0, "[general]\n # c\n\t[Account a]\n", ":3: this [section]" },
	    { 1, "# a\rpassword = x\n", ":1: a control character" },
	    { 1, "[retriever]\n\f\n", ":2: a control character" },
	    { 1, "[retriever]\na = b\n\302\240c = d\n", ":3: the line begins" },
	    { 1, "[retriever]\n\342\204\252ey = x\n", ":2: the line begins" },
	    { 1, "[retriever]\ntype\302\240= x\n", ":2: characters" },
	    { 1, "[retriever]\nserver =\302\240x\n", ":2: characters" },
	    { 1, "\357\273\277[retriever]\n", ":1: the line begins" },
	    { 1, "[retriever]\npassword = a\n  b\n", ":3: a secret goes on" },
	    { 1, "[retriever]\nserver =\n# c\n a\n", ":4: a comment is before" },
	    { 1, "[retriever]\ntype = SimpleIMAPSSLRetriever\n"
		"server = imap.gmail.com\nusername = alice@gmail.com\n"
		"[DEFAULT]\nuse_netrc = true\n[options]\n", ": a .netrc" },
	    { 1, "[options]\n[destination]\n", ":1: this file is not" },
	    { 0, "[DEFAULT]\nremotepass = x\n", ":2: [DEFAULT] has" },
	    { 0, "[DEFAULT]\naccounts = x\n", ":2: [DEFAULT] has" },
	    { 0, "[general]\naccounts = %(x)s\n", ":2: this depends on" },
	    { 0, "[Repository a]\ntype = IMAP\nremotehost = %(x)s\n",
		":3: this depends on" },
	    { 0, "[Repository a]\ntype = IMAP\nremotehosteval = h\n",
		":3: what Python says" },
	    { 0, REPOSITORY "remoteusereval = f()\n", ":5: what Python says" },
	    { 0, "[Account alice@gmail.com]\n", ":1: the name" } };
	int i;

	for (i = 0; i < COUNT(bad); i++)
		is_refused(bad[i].is_getmail, bad[i].text, bad[i].place);
}

TEST(a_token_goes_by_tls_only)
{
	struct mailbox m = edited_imap;

	m.port = 143;
	for (edited_begin(""); m.account != NULL; m.account = NULL) {
		ck_assert_int_eq(edit_as(1, &m), EDIT_FAILED);
		ck_assert_int_eq(edit_as(0, &m), EDIT_FAILED);
	}
	ck_assert_ptr_nonnull(strstr(edited_why.text, "without TLS"));
	m = edited_imap;
	m.user = "a\"b@gmail.com";
	ck_assert_int_eq(edit_as(0, &m), EDIT_FAILED);
	ck_assert_ptr_nonnull(strstr(edited_why.text, "cannot have this"));
}

/* What lines are made of, most of which Python takes. */
static const char *const pieces[] = {
	"[retriever]\n", "[retriever]\ntype = SimpleIMAPSSLRetriever\n"
	    "server = imap.gmail.com\nusername = alice@gmail.com\n",
	"[retriever]\ntype = MultidropIMAPRetriever\nserver: IMAP.gmail.com\n"
	    "username:alice@gmail.com\npassword=x\n",
	"[destination]\ntype = Maildir\npath = ~/Mail/\n", "[options]\n",
	REPOSITORY, REPOSITORY "remotepass = x\n",
	"[Repository g]\ntype = Gmail\nremoteuser = alice@gmail.com\n",
	"[Repository o]\ntype=IMAP\nremotehost = outlook.office365.com\n"
	    "remoteuser = alice@gmail.com\nremotepass = y\n",
	"[general]\naccounts = a, b\n", "[Account a]\n", "[DEFAULT]\n",
	"[general]\n", "[x]\n", "[ x ] y\n", "  [y]\n", "[a]b]\n", "[",
	"password = secret\n", "password =\n", "use_xoauth2 = false\n",
	"use_cram_md5 = 1\n", "port = 143\n", "ca_certs =\n", "ssl_fingerprints =\n",
	"type = IMAP\n", "type = gmail\n", "remotehost = imap.gmail.com\n",
	"RemoteUser = alice@gmail.com\n", "remoteuser = bob@gmail.com\n",
	"server = imap.gmail.com\n", "username = alice@gmail.com\n",
	"auth_mechanisms = xoauth2\n", "auth_mechanisms = GSSAPI,\n PLAIN\n",
	"oauth2_access_token_eval = token(\"alice@gmail.com\")\n",
	"oauth2_refresh_token = 1//x\n", "ssl = no\n", "sslcacertfile =\n",
	"sslcacertfile = OS-DEFAULT\n", "cert_fingerprint = aa:bb\n",
	"accounts = b\n", "accounts =\n", "preauthtunnel = ssh h\n",
	"password_command = (\"pass\",\n  \"x\")\n",
	"folderfilter = lambda f: f in [\n    'a',\n# c\n\n  'b']\n",
	"key = %(x)s\n", "key: 100%\n", "empty =\n", "key\n", "= x\n",
	"a = b = c\n", "a:b=c\n", "; c = d\n", "# [x]\n", "   # c\n",
	"  goes on\n", "\tgoes on\n", " a = b\n", "    c = d\n", "\n", "   \n",
	"a = b\r\n", "\r\n", "\r", "\f", "\v", "\302\240", "\342\200\250",
	"\303\251", "\357\273\277", "=", ":", " ", "]", "#", "%", "x",
};

/* A file of them, by a row of numbers that is the same each time. */
static void
make_file(unsigned *seed)
{
	int i, n, count = 1 + rand_r(seed) % PIECES;

	edited_begin("");
	for (i = 0; i < count; i++) {
		/* Heads more often, and the last ones, which few files stand. */
		n = rand_r(seed) % COUNT(pieces);
		if (i == 0 || (n > COUNT(pieces) - 26 && rand_r(seed) % 8 != 0))
			n = rand_r(seed) % 16;
		ck_assert_int_eq(buf_adds(&edited, pieces[n]), 0);
	}
}

/* Both readers have the same file, before and after. */
LOOP_TEST(python_reads_what_was_set, 0, 2)
{
	const char *folder = getenv("TOKEND_SRCDIR");
	struct buf before = BUF_INIT(SETUP_TEXT_MAX);
	char command[4096];
	unsigned seed = 12;
	FILE *cases;
	int i, status;

	if (folder == NULL || system("python3 -c 'import configparser' "
	    "2>/dev/null") != 0)
		return;
	snprintf(command, sizeof(command), "python3 '%s/tests/support/"
	    "ini_readers.py' %s", folder, _i ? "getmail" : "offlineimap");
	ck_assert_ptr_nonnull(cases = popen(command, "w"));
	for (i = 0; i < FILES; i++) {
		make_file(&seed);
		buf_reset(&before);
		ck_assert_int_eq(buf_add(&before, buf_text(&edited),
		    edited.len), 0);
		status = edit_as(_i, &edited_imap);
		fprintf(cases, "%d %zu %zu\n", status, before.len, edited.len);
		fwrite(buf_text(&before), 1, before.len, cases);
		fwrite(buf_text(&edited), 1, edited.len, cases);
		buf_reset(&before);
		ck_assert_int_eq(buf_add(&before, buf_text(&edited),
		    edited.len), 0);
		if (status == EDIT_FAILED)
			continue;
		ck_assert_msg(edit_as(_i, &edited_imap) != EDIT_FAILED, "%s",
		    edited_why.text);
		ck_assert_str_eq(buf_text(&edited), buf_text(&before));
	}
	ck_assert_int_eq(pclose(cases), 0);
	buf_free(&before);
}
