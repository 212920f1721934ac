/* SPDX-License-Identifier: BSD-2-Clause */
/* test_prompt.c - what a host tells, and by which of its ways */
#include <stdlib.h>
#include <string.h>

#include "fake_host.h"
#include "prompt.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static struct failure why;
static struct names names;
static sasl_interact_t *list;

static void
fresh(void)
{
	host_reset();
	memset(&why, 0, sizeof(why));
	list = NULL;
}

FIXTURE(fresh, NULL);

static int
ask(sasl_interact_t **prompt_need)
{
	return prompt_names(&host.utils, prompt_need, &names, &why);
}

static void
same(struct text t, const char *text)
{
	ck_assert_ptr_nonnull(t.data);
	ck_assert_uint_eq(t.len, strlen(text));
	ck_assert_mem_eq(t.data, text, t.len);
}

TEST(callbacks_give_the_names)
{
	ck_assert_int_eq(ask(NULL), 1);
	same(names.authname, "alice");
	ck_assert_ptr_null(names.user.data);
	host.user = (struct source){ .how = HOW_CALL, .value = "shared" };
	ck_assert_int_eq(ask(&list), 1);
	same(names.authname, "alice");
	same(names.user, "shared");
	ck_assert_ptr_null(list);
	ck_assert_int_eq(host.live, 0);
}

TEST(an_empty_user_is_none)
{
	static const char *const empty[] = { NULL, "", "  ", "\t" };
	size_t i;

	for (i = 0; i < 4; i++) {
		host.user = (struct source){ .how = HOW_CALL,
		    .value = empty[i] };
		ck_assert_int_eq(ask(NULL), 1);
		ck_assert_ptr_null(names.user.data);
		ck_assert_uint_eq(names.user.len, 0);
	}
	host.user = (struct source){ .how = HOW_CALL, .value = "x",
	    .code = SASL_FAIL };
	ck_assert_int_eq(ask(NULL), 1);
	ck_assert_ptr_null(names.user.data);
}

TEST(blanks_are_taken_off)
{
	host.authname.value = " \talice\r\n";
	ck_assert_int_eq(ask(NULL), 1);
	same(names.authname, "alice");
	/* libsasl's canon_user would stumble over this one. */
	host.authname.value = " a";
	ck_assert_int_eq(ask(NULL), 1);
	same(names.authname, "a");
	host.authname.value = "a b";
	ck_assert_int_eq(ask(NULL), 1);
	same(names.authname, "a b");
}

TEST(bad_names_are_refused)
{
	static const char *const bad[] = {
		NULL, "", "   ", "a\001b", "a\nb", "\xff", "a\x7f"
	};
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		host.authname.value = bad[i];
		why.text[0] = '\0';
		ck_assert_int_eq(ask(NULL), -1);
		ck_assert_int_eq(why.code, STATUS_CONFIG);
		ck_assert_ptr_nonnull(strstr(why.text, "user"));
	}
	host.authname.value = "alice";
	host.user = (struct source){ .how = HOW_CALL, .value = "b\001ob" };
	ck_assert_int_eq(ask(NULL), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	host.user = (struct source){ .how = HOW_ABSENT };
	host.authname.code = SASL_FAIL;
	ck_assert_int_eq(ask(NULL), -1);
	host.authname = (struct source){ .how = HOW_ABSENT };
	ck_assert_int_eq(ask(NULL), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
}

TEST(a_name_has_a_limit)
{
	char name[PROMPT_NAME_MAX + 2];

	memset(name, 'a', sizeof(name));
	name[PROMPT_NAME_MAX] = '\0';
	host.authname.value = name;
	ck_assert_int_eq(ask(NULL), 1);
	/* The end of the text is there however long the name is. */
	name[2] = '\x01';
	ck_assert_int_eq(ask(NULL), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "control characters"));
	name[2] = 'a';
	name[PROMPT_NAME_MAX] = 'a';
	name[PROMPT_NAME_MAX + 1] = '\0';
	ck_assert_int_eq(ask(NULL), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
}

TEST(only_the_user_name_is_prompted_for)
{
	host.authname.how = HOW_PROMPT;
	host.user.how = HOW_PROMPT;
	host.pass.how = HOW_PROMPT;
	ck_assert_int_eq(ask(&list), 0);
	ck_assert_ptr_nonnull(list);
	ck_assert_uint_eq(list[0].id, SASL_CB_AUTHNAME);
	ck_assert_ptr_nonnull(list[0].challenge);
	ck_assert_ptr_nonnull(list[0].prompt);
	ck_assert_ptr_null(list[0].defresult);
	ck_assert_ptr_null(list[0].result);
	ck_assert_uint_eq(list[0].len, 0);
	ck_assert_uint_eq(list[1].id, SASL_CB_LIST_END);
	ck_assert_int_eq(host.pass.calls, 0);
	ck_assert_int_eq(host.live, 1);
	/* As neomutt fills it in: the NUL counts. */
	list[0].result = "bob";
	list[0].len = 4;
	ck_assert_int_eq(ask(&list), 1);
	same(names.authname, "bob");
	ck_assert_ptr_null(names.user.data);
	ck_assert_ptr_null(list);
	ck_assert_int_eq(host.live, 0);
}

/* One that stops short, one that counts the NUL, none, and one in a name. */
TEST(lengths_of_prompts)
{
	static const struct {
		const char *result;
		unsigned len;
		const char *name;
	} table[] = {
		{ "alicexyz", 5, "alice" }, { "alice", 6, "alice" },
		{ "alice\0\0", 7, "alice" }, { "alice", 0, "alice" },
		{ " alice ", 7, "alice" }, { "a\0b", 3, NULL },
		{ "\0", 1, NULL }
	};
	size_t i;

	host.authname.how = HOW_PROMPT;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		ck_assert_int_eq(ask(&list), 0);
		list->result = table[i].result;
		list->len = table[i].len;
		ck_assert_int_eq(ask(&list), table[i].name != NULL ? 1 : -1);
		if (table[i].name != NULL)
			same(names.authname, table[i].name);
	}
}

TEST(a_prompt_that_is_not_answered)
{
	host.authname.how = HOW_PROMPT;
	ck_assert_int_eq(ask(&list), 0);
	/* No second prompt for the same thing: a host would go round. */
	ck_assert_int_eq(ask(&list), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_ptr_null(list);
	ck_assert_int_eq(host.live, 0);
	ck_assert_int_eq(ask(&list), 0);
	list[0].result = "";
	ck_assert_int_eq(ask(&list), -1);
	ck_assert_int_eq(host.live, 0);
}

TEST(a_host_that_cannot_be_asked)
{
	host.authname.how = HOW_PROMPT;
	ck_assert_int_eq(ask(NULL), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "user name"));
}

TEST(no_memory_for_a_prompt)
{
	host.authname.how = HOW_PROMPT;
	host.fail_at = 1;
	ck_assert_int_eq(ask(&list), -1);
	ck_assert_int_eq(why.code, STATUS_INTERNAL);
	ck_assert_ptr_null(list);
}

TEST(a_list_of_somebody_else_is_not_ours_to_free)
{
	sasl_interact_t foreign[2], *p = foreign;

	memset(foreign, 0, sizeof(foreign));
	foreign[0].id = SASL_CB_PASS;
	foreign[1].id = SASL_CB_LIST_END;
	ck_assert_int_eq(ask(&p), 1);
	ck_assert_ptr_eq(p, foreign);
	same(names.authname, "alice");
}

TEST(the_password_is_asked_for_once)
{
	struct text t;

	t = prompt_password(&host.utils);
	ck_assert_ptr_null(t.data);
	host.pass.how = HOW_PROMPT;
	t = prompt_password(&host.utils);
	ck_assert_ptr_null(t.data);
	host.pass = (struct source){ .how = HOW_CALL, .value = "tokend" };
	t = prompt_password(&host.utils);
	same(t, "tokend");
	ck_assert_int_eq(host.pass.called, 1);
	host.pass = (struct source){ .how = HOW_CALL, .value = "" };
	t = prompt_password(&host.utils);
	ck_assert_uint_eq(t.len, 0);
	host.pass = (struct source){ .how = HOW_CALL, .value = NULL };
	t = prompt_password(&host.utils);
	ck_assert_ptr_null(t.data);
	host.pass = (struct source){ .how = HOW_CALL, .value = "x",
	    .code = SASL_FAIL };
	t = prompt_password(&host.utils);
	ck_assert_ptr_null(t.data);
}
