/* SPDX-License-Identifier: BSD-2-Clause */
/* test_setup_broken.c - files that are not as their programs want them */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/setup/postfix/table.h"
#include "edited.h"

#include "unit.h"	/* last: check.h has a macro fail() */

FIXTURE(edited_setup, edited_teardown);

/* What a recipe makes of the text: 0, or -1 with edited_why. */
static int
fetchmail(void)
{
	struct edit e = edited_by(&fetchmail_imap_recipe, &edited_imap);

	return fetchmail_edit(&e, "alice", &edited_why) == EDIT_FAILED ? -1 :
	    0;
}

static int
mbsync(void)
{
	struct edit e = edited_by_mbsync(&edited_imap);

	return edit_make(&e, &edited_why) == EDIT_FAILED ? -1 : 0;
}

static int
msmtp(void)
{
	struct edit e = edited_by(&msmtp_recipe, &edited_smtp);

	return msmtp_make(&e, &edited_why) == EDIT_FAILED ? -1 : 0;
}

static int
mutt(void)
{
	return mutt_edit(&edited, EDITED_PATH, &edited_imap,
	    mutt_sends_otherwise(&edited, &edited_smtp) ? NULL : &edited_smtp,
	    &edited_why);
}

static int
ssmtp(void)
{
	struct edit e = edited_by(&ssmtp_recipe, &edited_smtp);

	return ssmtp_edit(&e, &edited_why) == EDIT_FAILED ? -1 : 0;
}

static int
table(void)
{
	static char path[] = EDITED_PATH;
	struct setup_file f = { .path = path,
	    .new = BUF_INIT(SETUP_TEXT_MAX) };
	int result = -1;

	if (buf_add(&f.new, buf_text(&edited), edited.len) == 0)
		result = table_set(&f, "[smtp.gmail.com]:587", "a:tokend",
		    &edited_why);
	if (result == 0) {
		buf_reset(&edited);
		result = buf_add(&edited, buf_text(&f.new), f.new.len);
	}
	buf_free(&f.new);
	return result;
}

static int (*const recipes[])(void) = { fetchmail, mbsync, msmtp, mutt, ssmtp,
    table };

/* Each is put before, between and behind lines that are good. */
static const char *const broken[] = {
	"", "\n", "\r\n", "\\", "\"", "'", "`", "{", "}", "(", "=", ":", "#",
	"\\\n", "\\\r\n", "\"\n", "'\n", "`\n", "\"\\\"", "\t", "\v", "\f",
	"\xff\xfe", "\xc3", "\xe2\x80\xae", "\xef\xbb\xbf",
	"poll", "poll \"", "user", "user 'alice", "plugin \"x", "via",
	"poll imap.gmail.com", "poll imap.gmail.com proto imap user \"alice",
	"poll imap.gmail.com user alice@gmail.com plugin \"a\nb\" ssl",
	"IMAPAccount", "IMAPAccount \"a", "IMAPAccount a\nHost imap.gmail.com"
	    "\nUser \"alice@gmail.com", "Host imap.gmail.com\n", "Pass \"a b",
	"IMAPAccount g\nHost imap.gmail.com\nUser alice@gmail.com\nPass \"x\n",
	"account", "account a :", "account a : b", "account default :",
	"host \"smtp.gmail.com", "password \"x", "host smtp.gmail.com\n"
	    "user alice@gmail.com\npassword \"a\n", "eval",
	"set", "set imap_user", "set imap_user=", "set imap_user=\"a",
	"set imap_user='a", "set imap_user=`a", "set folder = \"imaps://",
	"set imap_user = \"alice@gmail.com\\", "set a=b\\",
	"source \"", "macro index \"", "MailHub", "MailHub=", "=",
	"MailHub=a=b", "[smtp.gmail.com]:587", "[smtp.gmail.com]:587 \"",
	" goes on", "[smtp.gmail.com]:587 a\n\tb\\",
};

static const char *const around[][2] = { { "", "" }, { "# x\n", "" },
    { "", "\n# y\n" }, { "\r\n# x\r\n", "\r\nz\r\n" },
    { "set realname=\"A\"\n", "\nset x=y" },
    { "poll a.example proto imap user b is c here\n\n", "\n" } };

/* A second run has nothing to do; an error changes nothing, and says where. */
static void
try(int (*recipe)(void), const char *text)
{
	char *once;
	int result;

	edited_begin(text);
	result = recipe();
	once = strdup(buf_text(&edited));
	ck_assert_ptr_nonnull(once);
	if (result == -1)
		ck_assert_msg(edited_why.text[0] != '\0', "%s", text);
	else
		ck_assert_msg(recipe() == 0 &&
		    strcmp(buf_text(&edited), once) == 0,
		    "recipe of:\n%s\nmade:\n%s\nand then:\n%s\n%s", text,
		    once, buf_text(&edited), edited_why.text);
	free(once);
}

TABLE_TEST(a_second_run_has_nothing_to_do, recipes)
{
	char text[4096];
	int i, k;

	for (i = 0; i < COUNT(broken); i++)
		for (k = 0; k < COUNT(around); k++) {
			snprintf(text, sizeof(text), "%s%s%s", around[k][0],
			    broken[i], around[k][1]);
			try(recipes[_i], text);
		}
}

TABLE_TEST(a_long_line_is_one, recipes)
{
	static const char *const heads[] = { "", "#", "\"", "user ", "poll " };
	char *text = malloc(100001);
	size_t len;
	int i;

	for (i = 0; i < COUNT(heads); i++) {
		len = strlen(heads[i]);
		memset(text, 'x', 100000);
		memcpy(text, heads[i], len);
		text[100000] = '\0';
		try(recipes[_i], text);
	}
	free(text);
}
