/* SPDX-License-Identifier: BSD-2-Clause */
/* test_shell_word.c - what a person copies is one word for a real shell */
#include <stdio.h>
#include <string.h>

#include "base/shell_word.h"
#include "lineio.h"
#include "common/run.h"
#include "scratch.h"

#include <check.h>	/* last: it has a macro fail() */

#define WORD_MAX 64

static const char *const words[] = { "alice@gmail.com", "", "a b", "it's",
    "'", "''", "$HOME", "`id`", "$(id)", "a\\b", "a\"b", "a;b&c|d", "*", "~",
    "#", "-x", "!!", "\303\251t\303\251", "a\tb", "{a,b}" };

static const char *const left_alone[] = { "alice@gmail.com",
    "/etc/tokend/accounts/a.conf", "--set", "allow=postfix" };

START_TEST(one_word)
{
	char quoted[SHELL_WORD_MAX(WORD_MAX)], line[512];
	char shell[] = "/bin/sh", option[] = "-c";
	char *argv[] = { shell, option, line, NULL }, *env[] = { NULL };
	struct run_result r = RUN_RESULT_INIT;

	snprintf(line, sizeof(line), "printf '[%%s]' %s",
	    shell_word(quoted, sizeof(quoted), words[_i]));
	run_program(&r, argv, env, clock_ms() + 60000);
	ck_assert_int_eq(r.end, RUN_EXITED);
	snprintf(line, sizeof(line), "[%s]", words[_i]);
	ck_assert_str_eq(buf_text(&r.output), line);
	run_result_free(&r);
}
END_TEST

START_TEST(plain)
{
	char quoted[SHELL_WORD_MAX(WORD_MAX)];

	ck_assert_str_eq(shell_word(quoted, sizeof(quoted), left_alone[_i]),
	    left_alone[_i]);
}
END_TEST

START_TEST(no_room)
{
	char quoted[8];

	ck_assert_str_eq(shell_word(quoted, sizeof(quoted), "alice"), "");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("shell_word");
	TCase *t = tcase_create("shell_word");

	tcase_add_loop_test(t, one_word, 0, COUNT(words));
	tcase_add_loop_test(t, plain, 0, COUNT(left_alone));
	tcase_add_test(t, no_room);
	suite_add_tcase(s, t);
	return scratch_run(s);
}
