/* SPDX-License-Identifier: BSD-2-Clause */
/* test_shell_word.c - what a person copies is one word for a real shell */
#include <stdio.h>
#include <string.h>

#include "base/shell_word.h"
#include "lineio.h"
#include "common/run.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define WORD_MAX 64

static const char *const words[] = { "alice@gmail.com", "", "a b", "it's",
    "'", "''", "$HOME", "`id`", "$(id)", "a\\b", "a\"b", "a;b&c|d", "*", "~",
    "#", "-x", "!!", "\303\251t\303\251", "a\tb", "{a,b}" };

static const char *const left_alone[] = { "alice@gmail.com",
    "/etc/tokend/accounts/a.conf", "--set", "allow=postfix" };

TABLE_TEST(one_word, words)
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

TABLE_TEST(plain, left_alone)
{
	char quoted[SHELL_WORD_MAX(WORD_MAX)];

	ck_assert_str_eq(shell_word(quoted, sizeof(quoted), left_alone[_i]),
	    left_alone[_i]);
}

TEST(no_room)
{
	char quoted[8];

	ck_assert_str_eq(shell_word(quoted, sizeof(quoted), "alice"), "");
}
