/* test_setup_text.c - lines changed in place, and what an account means */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/setup/program.h"
#include "command/setup/text.h"
#include "edited.h"
#include "scratch.h"

#include <check.h>	/* last: it has a macro fail() */

static struct line
line_of(unsigned number)
{
	struct line l = { .next = 0 };

	while (l.number < number)
		ck_assert_int_eq(line_next(&edited, &l), 1);
	return l;
}

START_TEST(lines_are_counted_and_know_their_ends)
{
	struct line l = { .next = 0 };

	edited_begin("one\n\r\n two \r\nlast");
	ck_assert_int_eq(line_next(&edited, &l), 1);
	ck_assert_uint_eq(l.len, 3);
	ck_assert_int_eq(line_next(&edited, &l), 1);
	ck_assert_uint_eq(l.len, 0);
	ck_assert_uint_eq(l.next - l.at, 2);
	ck_assert_int_eq(line_next(&edited, &l), 1);
	ck_assert_uint_eq(l.len, 5);
	ck_assert_int_eq(line_next(&edited, &l), 1);
	ck_assert_uint_eq(l.number, 4);
	ck_assert_uint_eq(l.next, edited.len);
	ck_assert_int_eq(line_next(&edited, &l), 0);
	edited_begin("");
	l = (struct line){ .next = 0 };
	ck_assert_int_eq(line_next(&edited, &l), 0);
}
END_TEST

START_TEST(a_line_goes_behind_another_as_that_one_looks)
{
	struct line l;

	edited_begin("a\r\n\t b\r\nc");
	l = line_of(2);
	ck_assert_int_eq(line_insert(&edited, &l, "new", &edited_why), 0);
	ck_assert_str_eq(buf_text(&edited), "a\r\n\t b\r\n\t new\r\nc");
	l = line_of(4);
	ck_assert_int_eq(line_insert(&edited, &l, "end", &edited_why), 0);
	ck_assert_str_eq(buf_text(&edited), "a\r\n\t b\r\n\t new\r\nc\r\nend");
	l = line_of(1);
	ck_assert_int_eq(line_remove(&edited, &l, &edited_why), 0);
	ck_assert_str_eq(buf_text(&edited), "\t b\r\n\t new\r\nc\r\nend");
}
END_TEST

START_TEST(what_is_added_ends_as_the_file_does)
{
	edited_begin("");
	ck_assert_int_eq(text_append(&edited, "x\ny\n", &edited_why), 0);
	ck_assert_str_eq(buf_text(&edited), "x\ny\n");
	edited_begin("a\r\nb");
	ck_assert_int_eq(text_append(&edited, "x\ny\n", &edited_why), 0);
	ck_assert_str_eq(buf_text(&edited), "a\r\nb\r\n\r\nx\r\ny\r\n");
	edited_begin("a");
	ck_assert_int_eq(text_add_line(&edited, "x", &edited_why), 0);
	ck_assert_str_eq(buf_text(&edited), "a\nx\n");
}
END_TEST

START_TEST(a_file_has_a_size_that_it_may_not_exceed)
{
	struct piece p = { .at = 1, .len = 1 };

	edited.max = 4;
	edited_begin("abcd");
	ck_assert_int_eq(text_replace(&edited, p, "xx", &edited_why), -1);
	ck_assert_int_eq(edited_why.code, STATUS_CONFIG);
	ck_assert_str_eq(buf_text(&edited), "abcd");
	ck_assert_int_eq(text_append(&edited, "x\n", &edited_why), -1);
}
END_TEST

START_TEST(servers_have_ports_or_the_usual_one)
{
	static struct {
		char server[40];
		const char *host;
		unsigned port;
	} good[] = { { "h.example:143", "h.example", 143 },
	    { "h.example", "h.example", 993 },
	    { "[2001:db8::1]:1993", "2001:db8::1", 1993 },
	    { "[2001:db8::1]", "2001:db8::1", 993 } };
	static char wrong[][16] = { "", ":993", "h:", "h:0", "h:65536", "h:1x",
	    "[h", "[]:1" };
	struct account a = { .name = "work", .path = "/p" };
	struct mailbox m;
	size_t i;

	a.users.imap = "Alice@example.com";
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		a.server[SERVER_IMAP] = good[i].server;
		ck_assert_int_eq(mailbox_take(&m, &a, SERVER_IMAP,
		    &edited_why), 0);
		ck_assert_str_eq(m.host, good[i].host);
		ck_assert_uint_eq(m.port, good[i].port);
		ck_assert_str_eq(m.user, "Alice@example.com");
	}
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		a.server[SERVER_IMAP] = wrong[i];
		ck_assert_int_eq(mailbox_take(&m, &a, SERVER_IMAP,
		    &edited_why), -1);
		ck_assert_ptr_nonnull(strstr(edited_why.text, "server_imap"));
	}
	a.server[SERVER_SMTP] = NULL;
	ck_assert_int_eq(mailbox_take(&m, &a, SERVER_SMTP, &edited_why), -1);
	ck_assert_ptr_nonnull(strstr(edited_why.text, "/p has no usable "
	    "server_smtp"));
}
END_TEST

/* The shell must see the name, and nothing but the name. */
START_TEST(names_are_quoted_for_the_shell)
{
	struct mailbox m = edited_imap;

	ck_assert_int_eq(mailbox_command(&edited, "token", &m, &edited_why),
	    0);
	ck_assert_str_eq(buf_text(&edited), TOKEND " token alice@gmail.com");
	m.account = "it's $HOME; `id`";
	edited_begin("");
	ck_assert_int_eq(mailbox_command(&edited, "token", &m, &edited_why),
	    0);
	ck_assert_str_eq(buf_text(&edited), TOKEND
	    " token 'it'\\''s $HOME; `id`'");
	ck_assert(mailbox_owns_command(&m, "token", buf_text(&edited),
	    edited.len));
}
END_TEST

START_TEST(a_command_is_ours_at_any_path)
{
	static const char *const ours[] = { "tokend token alice@gmail.com",
	    "/usr/bin/tokend token alice@gmail.com",
	    "tokend  token 'Alice@gmail.com'",
	    "/x/tokend token \"alice@gmail.com\"" };
	static const char *const others[] = { "", "tokend token",
	    "tokend token bob@gmail.com", "mytokend token alice@gmail.com",
	    "tokend refresh alice@gmail.com", "tokend/x token alice@gmail.com",
	    "tokend token alice@gmail.com | cat", "pass show gmail" };
	size_t i;

	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		ck_assert_msg(mailbox_owns_command(&edited_imap, "token",
		    ours[i], strlen(ours[i])), "%s", ours[i]);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ck_assert_msg(!mailbox_owns_command(&edited_imap, "token",
		    others[i], strlen(others[i])), "%s", others[i]);
	ck_assert(mailbox_owns_command(&edited_imap, "tunnel imap h",
	    "tokend tunnel imap h alice@gmail.com", 36));
	ck_assert(!mailbox_owns_command(&edited_imap, "tunnel imap h",
	    "tokend tunnel pop h alice@gmail.com", 35));
}
END_TEST

START_TEST(urls_are_encoded)
{
	ck_assert_int_eq(mailbox_encode(&edited, "a.b+c@d/\xc3\xa9"), 0);
	ck_assert_str_eq(buf_text(&edited), "a.b%2Bc%40d%2F%C3%A9");
}
END_TEST

START_TEST(programs_are_looked_for_in_path)
{
	char path[SCOPE_PATH_MAX], places[1024];

	scratch_write(scratch_path("here"), 0755, "#!/bin/sh\n");
	scratch_write(scratch_path("mere"), 0644, "");
	snprintf(places, sizeof(places), "relative:/nowhere:%s", scratch());
	setenv("PATH", places, 1);
	ck_assert_int_eq(program_find(path, "here", &edited_why), 0);
	ck_assert_str_eq(path, scratch_path("here"));
	ck_assert_int_eq(program_find(path, "mere", &edited_why), -1);
	ck_assert_ptr_nonnull(strstr(edited_why.text, "mere is not installed"));
}
END_TEST

START_TEST(a_program_tells_its_version)
{
	const char *path = scratch_path("program");

	scratch_write(path, 0755, "#!/bin/sh\necho isync 1.4.4\n");
	ck_assert_int_eq(program_version(path, &edited_why), 104);
	scratch_write(path, 0755, "#!/bin/sh\necho git version 2.39.5\n");
	ck_assert_int_eq(program_version(path, &edited_why), 239);
	scratch_write(path, 0755, "#!/bin/sh\necho none\n");
	ck_assert_int_eq(program_version(path, &edited_why), -1);
	scratch_write(path, 0755, "#!/bin/sh\nexit 3\n");
	ck_assert_int_eq(program_version(path, &edited_why), -1);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("setup_text");
	TCase *t = tcase_create("text");

	tcase_add_checked_fixture(t, scratch_setup, scratch_teardown);
	tcase_add_checked_fixture(t, edited_setup, edited_teardown);
	tcase_add_test(t, lines_are_counted_and_know_their_ends);
	tcase_add_test(t, a_line_goes_behind_another_as_that_one_looks);
	tcase_add_test(t, what_is_added_ends_as_the_file_does);
	tcase_add_test(t, a_file_has_a_size_that_it_may_not_exceed);
	tcase_add_test(t, servers_have_ports_or_the_usual_one);
	tcase_add_test(t, names_are_quoted_for_the_shell);
	tcase_add_test(t, a_command_is_ours_at_any_path);
	tcase_add_test(t, urls_are_encoded);
	tcase_add_test(t, programs_are_looked_for_in_path);
	tcase_add_test(t, a_program_tells_its_version);
	suite_add_tcase(suite, t);
	return scratch_run(suite);
}
