/* SPDX-License-Identifier: BSD-2-Clause */
/* test_setup_text.c - differences, undoing, hiding, tables */
#include <stdlib.h>
#include <string.h>

#include "command/setup/lines/diff.h"
#include "command/setup/lines/revert_change.h"
#include "command/setup/plan.h"
#include "command/setup/postfix/table.h"
#include "command/setup/show_plan.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static struct failure why;

static struct buf
text(const char *content)
{
	struct buf b = BUF_INIT(SETUP_TEXT_MAX);

	ck_assert_int_eq(buf_adds(&b, content), 0);
	return b;
}

/* Both texts, put together again from the equal lines and the hunks. */
static void
check_diff(const char *from, const char *to, size_t hunks)
{
	struct buf a = text(from), b = text(to), made = text("");
	struct diff d;
	size_t i, k, at = 0;

	ck_assert_int_eq(diff_texts(&d, &a, &b), 0);
	ck_assert_uint_eq(d.count, hunks);
	for (i = 0; i < d.count; i++) {
		for (; at < d.hunks[i].a; at++)
			buf_add(&made, d.a.line[at].text, d.a.line[at].len);
		for (k = 0; k < d.hunks[i].b_count; k++)
			buf_add(&made, d.b.line[d.hunks[i].b + k].text,
			    d.b.line[d.hunks[i].b + k].len);
		at += d.hunks[i].a_count;
	}
	for (; at < d.a.count; at++)
		buf_add(&made, d.a.line[at].text, d.a.line[at].len);
	ck_assert_str_eq(buf_text(&made), to);
	diff_free(&d);
	buf_free(&a);
	buf_free(&b);
	buf_free(&made);
}

TEST(hunks_make_the_one_text_of_the_other)
{
	check_diff("", "", 0);
	check_diff("a\nb\n", "a\nb\n", 0);
	check_diff("", "a\nb\n", 1);
	check_diff("a\nb\n", "", 1);
	check_diff("a\nb\nc\n", "a\nx\nc\n", 1);
	check_diff("a\nb\nc\nd\ne\n", "x\nb\nc\nd\ny\n", 2);
	check_diff("a\nb", "a\nb\n", 1);
	check_diff("a\na\na\n", "a\nb\na\n", 1);
	check_diff("a\nb\nc\nd\n", "b\nc\nd\ne\n", 2);
}

/* Larger than what is compared line by line: one hunk, and still right. */
TEST(a_difference_without_end_is_one_hunk)
{
	struct buf a = text(""), b = text("");
	int i;

	for (i = 0; i < 3000; i++) {
		buf_addnum(&a, i);
		buf_adds(&a, "\n");
		buf_addnum(&b, 9000 - i);
		buf_adds(&b, "\n");
	}
	check_diff(buf_text(&a), buf_text(&b), 1);
	buf_free(&a);
	buf_free(&b);
}

/* What revert_change makes of it, or "!N": our line N is not there. */
static void
check_back(const char *before, const char *left, const char *now,
    const char *expected)
{
	struct buf b = text(before), l = text(left), n = text(now);
	struct buf result = text("");
	size_t line = 0;
	enum revert end = revert_change(&result, &b, &l, &n, &line);

	if (expected[0] == '!') {
		ck_assert_int_eq(end, REVERT_EDITED);
		ck_assert_int_eq((int)line, atoi(expected + 1));
	} else {
		ck_assert_int_eq(end, REVERT_DONE);
		ck_assert_str_eq(buf_text(&result), expected);
	}
	buf_free(&b);
	buf_free(&l);
	buf_free(&n);
	buf_free(&result);
}

TEST(what_was_left_becomes_what_was_before)
{
	check_back("a\nb", "a\nx\nb\n", "a\nx\nb\n", "a\nb");
	check_back("", "x\n", "x\n", "");
}

TEST(edits_beside_ours_stay)
{
	check_back("a\nb\n", "a\nx\nb\n", "0\na\nx\nb\nc\n", "0\na\nb\nc\n");
	check_back("a\nb\n", "a\nx\nb\n", "a\nnew\nx\nb\n", "a\nnew\nb\n");
	check_back("a\nb\n", "a\nx\nb\n", "a\nx\nnew\nb\n", "a\nnew\nb\n");
	check_back("a\nb\n", "a\nx\n", "a\nx\nmore\n", "a\nb\nmore\n");
	check_back("a\nb\n", "x\nb\n", "x\n", "a\n");
	check_back("r =\nb\n", "r = 1\nb\nq\n", "top\nr = 1\nB\nq\nend\n",
	    "top\nr =\nB\nend\n");
}

/* A last line without its newline is not joined with what came after. */
TEST(a_line_without_its_end_gets_one)
{
	check_back("a", "a\nx\n", "a\nx\nmine\n", "a\nmine\n");
}

TEST(our_lines_that_were_edited_are_refused)
{
	check_back("a\nb\n", "a\nx\nb\n", "a\ny\nb\n", "!2");
	check_back("a\nb\n", "a\nx\ny\nb\n", "a\nx\nmine\ny\nb\n", "!2");
	check_back("a\nb\n", "a\nx\nb\n", "a\nb\n", "!2");
	/* Twice there: which of them is ours? */
	check_back("a\nb\n", "a\nx\nb\n", "a\nx\nb\nx\n", "!2");
	/* We removed lines, and others were written where they were. */
	check_back("a\nold\nb\n", "a\nb\n", "a\nmine\nb\n", "!2");
}

TEST(lines_that_we_took_away_come_back)
{
	check_back("a\nold\nb\n", "a\nb\n", "a\nb\nmine\n",
	    "a\nold\nb\nmine\n");
	check_back("old\na\n", "a\n", "a\nmine\n", "old\na\nmine\n");
}

/* The text as it is shown, line by line; to be freed. */
static char *
show_text(const char *content, int has_words)
{
	struct buf shown = text("");
	char *copy = strdup(content), *at, *next, *line;

	ck_assert_int_eq(hide_secrets(copy, has_words), 0);
	ck_assert_uint_eq(strlen(copy), strlen(content));
	for (at = copy; *at != '\0'; at = next) {
		next = strchrnul(at, '\n');
		next += *next == '\n';
		line = shown_line(at, (size_t)(next - at));
		buf_adds(&shown, line);
		if (next[-1] == '\n')
			buf_adds(&shown, "\n");
		free(line);
	}
	free(copy);
	copy = strdup(buf_text(&shown));
	buf_free(&shown);
	return copy;
}

static void
check_hidden(const char *line, const char *expected)
{
	char *shown = show_text(line, 0);

	ck_assert_str_eq(shown, expected);
	free(shown);
}

static void
check_words(const char *line, const char *expected)
{
	char *shown = show_text(line, 1);

	ck_assert_str_eq(shown, expected);
	free(shown);
}

TEST(secrets_are_hidden)
{
	check_hidden("password s3cret word", "password ***");
	check_hidden("  Pass \"s3 cret\" # mine", "  Pass ***");
	check_hidden("AuthPass=s3cret", "AuthPass=***");
	check_hidden("set imap_pass = 's3cret'", "set imap_pass = ***");
	check_hidden("user bob password s3cret", "user bob password ***");
	check_hidden("[mx.example.org]:587  bob:s3cret",
	    "[mx.example.org]:587  bob:***");
	check_hidden("AuthInfo:mx \"U:bob\" \"P:s3cret\" \"M:PLAIN\"",
	    "AuthInfo:mx \"U:bob\" \"P:***\" \"M:PLAIN\"");
	check_hidden("set smtp_url = smtps://bob:s3cret@mx/",
	    "set smtp_url = smtps://bob:***@mx/");
	check_hidden("pass x", "pass ***");
	check_hidden("Pass \"a\\\"b\" # mine", "Pass ***");
	check_words("user bob pass \"a\\\"b\" ssl", "user bob pass *** ssl");
	check_hidden("AuthInfo:mx \"U:bob\" \"P:a\\\"b\"",
	    "AuthInfo:mx \"U:bob\" \"P:***\"");
	check_hidden("[mx]:587 bob:s3 cret", "[mx]:587 bob:***");
	check_hidden("\t-o maps=static:bob:s3cret",
	    "        -o maps=static:***");
	check_hidden("maps = inline:{ mx=bob:s3cret }", "maps = inline:***");
	check_hidden("PassCmd \"echo s3cret\"", "PassCmd \"echo ***");
	check_hidden("url = https://s3cret@example.org/x",
	    "url = https://***@example.org/x");
	check_hidden("extraheader = Authorization: Basic s3cret",
	    "extraheader = Authorization: ***");
	check_hidden("-d refresh_token=s3cret", "-d refresh_token=***");
	check_hidden("client_secret = abc", "client_secret = ***");
	check_hidden("set imap_pass+=s3cret", "set imap_pass+=***");
	check_hidden("mx.example.org bob:s3 cret", "mx.example.org bob:***");
	check_hidden("AuthInfo:mx \"U:bob\" \"P:s3cret",
	    "AuthInfo:mx \"U:bob\" \"P:***");
	check_hidden("set folder=imaps://bob:s/cret@mx/",
	    "set folder=imaps:***");
}

/*
 * Values that go on in other lines, by each grammar that has them; $ is the
 * secret, of which no 8 bytes may be shown. After a bar: a line that is shown.
 */
TEST(secrets_of_several_lines_are_hidden)
{
	static const char secret[] = "Zq7vKx2Wm9Lp4Rt8Yb3Nd6Hs";
	static const struct {
		const char *text;
		int has_words;
		const char *shown;
	} files[] = {
		/* mutt, git: a backslash, wherever it is */
		{ "set imap_pass = abc\\\n$\nset a = b\n", 0, "set a = b" },
		{ "set imap_pass = \\\n\"$\\\n$\"\nset a = b\n", 0,
		    "set a = b" },
		{ "set imap_pa\\\nss=$\nset a = b\n", 0, "set imap_pa" },
		{ "set imap_pass\\\r\n=$\r\nset a = b\r\n", 0, "a = b" },
		{ "set smtp_url=smtp://bob:$\\\n$@mx\nset a = b\n", 0,
		    "set a = b" },
		{ "# \\\nset pop_pass=$\nset a = b\n", 0, "set a = b" },
		{ "\tsmtpPass = \"abc\\\n$\"\n\tsmtpUser = bob\n", 0,
		    "smtpUser = bob" },
		{ "set a=\"x\" imap_pass=\"abc\"'$'\nset a = b\n", 0,
		    "set a = b" },
		/* configparser: more indentation, after anything */
		{ "password = abc\n  $\n\n# c\n  # $\n\t$\na = b\n", 0,
		    "a = b" },
		{ "  remotepass =\n    $\n  a = b\n    c\n", 0, "    c" },
		{ "password = \"abc\" $\na = b\n", 0, "a = b" },
		{ "password_command = (\"echo\",\n  \"$\")\na = b\n", 0,
		    "a = b" },
		/* Postfix: any indentation */
		{ "maps = inline:{\n    { mx = bob:$ },\n  { m = a:$ } }\n"
		    "a = b\n", 0, "a = b" },
		{ "maps =\n    static:\n  bob:$\na = b\n", 0, "a = b" },
		{ "  -o maps=static:bob:\n  $\nsmtp unix - - n\n", 0,
		    "smtp unix" },
		{ "[mx]:587 bob:\n  $\n[my]:587 bob:tokend\n", 0,
		    "bob:tokend" },
		{ "[mx]:587\n  bob:x $\n[my]:587 bob:tokend\n", 0,
		    "bob:tokend" },
		{ "mx.test\n bob:\n $ $\nmy.test bob:tokend\n", 0,
		    "bob:tokend" },
		/* fetchmail, .netrc: words, and strings over lines */
		{ "user bob password\n$\nssl\n", 1, "ssl" },
		{ "user bob password # $\n\n  # c\n\"$\" ssl\n", 1, "*** ssl" },
		{ "user bob password = \"abc\n$\" ssl\nkeep\n", 1,
		    "*** ssl\nkeep" },
		{ "user bob pass 'a\\'\n$' ssl\n  keep\n", 1,
		    "*** ssl\n  keep" },
		{ "password \"a\nb\" password 'c\n$' password $\nkeep\n", 1,
		    "keep" },
		{ "machine mx login bob password\n\t$\nmachine my\n", 0,
		    "machine my" },
		/* go-ini */
		{ "password = \"\"\"abc\n$\n\"b\"\n$\"\"\" $\na = b\n", 0,
		    "a = b" },
		{ "password = `abc\n$`\na = b\n", 0, "a = b" },
	};
	struct buf content;
	const char *from, *mark;
	char *shown;
	size_t i, at;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		content = text("");
		for (from = files[i].text; *from != '\0'; from = mark) {
			mark = strchrnul(from, '$');
			buf_add(&content, from, (size_t)(mark - from));
			if (*mark == '$') {
				buf_adds(&content, secret);
				mark++;
			}
		}
		shown = show_text(buf_text(&content), files[i].has_words);
		for (at = 0; at + 8 < sizeof(secret); at++)
			ck_assert_msg(memmem(shown, strlen(shown),
			    secret + at, 8) == NULL, "%s\nis shown as:\n%s",
			    buf_text(&content), shown);
		ck_assert_msg(strstr(shown, files[i].shown) != NULL,
		    "%s\nis shown as:\n%s", buf_text(&content), shown);
		free(shown);
		buf_free(&content);
	}
}

TEST(what_is_no_secret_is_shown)
{
	static const char *const lines[] = {
		"passwordeval tokend token alice@example.org",
		"PassCmd \"tokend token alice@example.org\"",
		"smtp_sasl_password_maps = texthash:/etc/postfix/sasl_passwd",
		"[smtp.gmail.com]:587    alice@gmail.com:tokend",
		"[smtp.gmail.com]:587    alice:tokend:work",
		"AuthInfo:mx \"U:alice\" \"P:tokend\" \"M:XOAUTH2\"",
		"TLS_Srv:smtp.gmail.com    TEMP+VERIFY:128+CN",
		"smtp_sasl_mechanism_filter = xoauth2,oauthbearer",
		"Far :alice@gmail.com:",
		"alice@gmail.com    smtp-tokend:[smtp.gmail.com]:587",
		"alice@gmail.com    tokend-send:alice@gmail.com",
		"alice@gmail.com    tokend-send-api:alice@gmail.com",
		"password", "", "pass =", "relayhost = [smtp.gmail.com]:587",
		"set smtp_url = smtps://alice@smtp.gmail.com:465/",
		"[smtp.gmail.com]:587 encrypt ciphers=high",
		"proxy:unix:passwd.byname static:",
		"smtp_sasl_mechanism_filter = !xoauth2, static:all",
	};
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		check_hidden(lines[i], lines[i]);
	/* Less indentation, or as much, is another option. */
	check_hidden("[a]\n\tpass = x\n\tuser = bob\n\t\tlee\n",
	    "[a]\n        pass = ***\n        user = bob\n                "
	    "lee\n");
	check_hidden("maps = texthash:/etc/sasl_passwd\na = b\n",
	    "maps = texthash:/etc/sasl_passwd\na = b\n");
	check_hidden("password =\nuser = bob\n", "password =\nuser = bob\n");
	check_hidden("# my password\nuser bob\n", "# my password\nuser bob\n");
	check_words("pass 'x'\n  is bob here\n", "pass ***\n  is bob here\n");
}

static struct setup_file table;

static void
begin(const char *content)
{
	static char path[] = "/etc/table";

	table = (struct setup_file){ .path = path, .existed = 1,
	    .old = BUF_INIT(SETUP_TEXT_MAX), .new = text(content) };
}

static void
check_set(const char *content, const char *key, const char *expected)
{
	begin(content);
	ck_assert_int_eq(table_set(&table, key, "new", &why), 0);
	ck_assert_str_eq(buf_text(&table.new), expected);
	buf_free(&table.new);
}

TEST(a_table_gets_an_entry)
{
	check_set("", "k", "k    new\n");
	check_set("# k old\n\na  b", "k", "# k old\n\na  b\nk    new\n");
	check_set("a b\nK old\n  goes on\nc d\n", "k",
	    "a b\nk    new\nc d\n");
	check_set("a b\n  k old\n", "k", "a b\n  k old\nk    new\n");
}

TEST(a_table_is_read)
{
	struct buf value = text("");

	begin("# c\na   one two \nb\tx\n y\n");
	ck_assert_int_eq(table_get(&table, "a", &value, &why), IS_TRUE);
	ck_assert_str_eq(buf_text(&value), "one two");
	ck_assert_int_eq(table_get(&table, "c", &value, &why), IS_FALSE);
	ck_assert_uint_eq(table_others(&table, "a"), 1);
	ck_assert_uint_eq(table_others(&table, "z"), 2);
	buf_free(&table.new);
	buf_free(&value);
}

TEST(a_key_that_is_there_twice_is_refused)
{
	begin("k one\nother x\n\nK two\n");
	ck_assert_int_eq(table_set(&table, "k", "new", &why), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "/etc/table:4: k "));
	buf_free(&table.new);
}
