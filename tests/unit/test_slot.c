/* SPDX-License-Identifier: BSD-2-Clause */
/* test_slot.c - what a password says to tokend */
#include <stdio.h>
#include <string.h>

#include "slot.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static int
parse(struct slot *s, const char *password, int bare, struct failure *why)
{
	memset(why, 0, sizeof(*why));
	return slot_parse(s, password, password != NULL ? strlen(password) : 0,
	    bare, "alice", why);
}

TEST(nothing_and_our_name_mean_the_same_account)
{
	static const char *const words[] = { NULL, "", "tokend" };
	struct failure why;
	struct slot s;
	size_t i;

	for (i = 0; i < 6; i++) {
		ck_assert_int_eq(parse(&s, words[i / 2], i % 2, &why), 0);
		ck_assert_int_eq(s.kind, SLOT_SAME);
		ck_assert_ptr_nonnull(s.text);
		ck_assert_uint_eq(s.len, 0);
	}
	/* A pointer without a length is none, whatever it points to. */
	ck_assert_int_eq(slot_parse(&s, "hunter2", 0, 0, "alice", &why), 0);
	ck_assert_int_eq(s.kind, SLOT_SAME);
}

static void
expect(const char *password, int bare, enum slot_kind kind, const char *text)
{
	struct failure why;
	struct slot s;

	ck_assert_int_eq(parse(&s, password, bare, &why), 0);
	ck_assert_int_eq(s.kind, kind);
	ck_assert_uint_eq(s.len, strlen(text));
	ck_assert_mem_eq(s.text, text, s.len);
}

TEST(an_account_or_a_token_is_named)
{
	expect("tokend:work", 0, SLOT_ACCOUNT, "work");
	expect("tokend:bob@example.org", 1, SLOT_ACCOUNT, "bob@example.org");
	expect("tokend:a:b", 0, SLOT_ACCOUNT, "a:b");
	expect("tokend:", 0, SLOT_ACCOUNT, "");
	expect("bearer:ya29.x", 0, SLOT_TOKEN, "ya29.x");
	expect("bearer:ya29.x", 1, SLOT_TOKEN, "ya29.x");
	expect("bearer:/abc", 0, SLOT_TOKEN, "/abc");
}

TEST(a_bare_token_needs_the_setting)
{
	struct failure why;
	struct slot s;

	ck_assert_int_eq(parse(&s, "ya29.x", 0, &why), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	expect("ya29.x", 1, SLOT_TOKEN, "ya29.x");
	/* Almost our words: a password all the same. */
	expect("tokends", 1, SLOT_TOKEN, "tokends");
	expect("Tokend", 1, SLOT_TOKEN, "Tokend");
}

TEST(refusals_say_what_to_do_and_show_nothing)
{
	static const char *const secrets[] = {
		"hunter2", "Tokend", "tokend ", "Bearer:x123", "BEARER x123",
		"/etc/tokens/x123"
	};
	struct failure why;
	char name[1000] = "";
	struct slot s;
	size_t i;

	for (i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		ck_assert_int_eq(parse(&s, secrets[i], 0, &why), -1);
		ck_assert_int_eq(why.code, STATUS_CONFIG);
		ck_assert_ptr_nonnull(strstr(why.text, "\"alice\""));
		ck_assert_ptr_null(strstr(why.text, "hunter2"));
		ck_assert_ptr_null(strstr(why.text, "x123"));
		ck_assert_ptr_nonnull(strstr(why.text,
		    secrets[i][0] == '/' ?
		    "\"tokend import sasl-xoauth2 FILE NAME\"" :
		    "smtp_sasl_mechanism_filter"));
	}
	/* The end of the text is there however long the user's name is. */
	memset(name, 'a', sizeof(name) - 1);
	ck_assert_int_eq(slot_parse(&s, "hunter2", 7, 0, name, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "AuthMechs (mbsync)"));
	ck_assert_int_eq(slot_parse(&s, "/x", 2, 0, name, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "for the password"));
	/* A path is one with bare_tokens too. */
	ck_assert_int_eq(parse(&s, "/etc/tokens/x123", 1, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "tokend import"));
}

TEST(a_token_is_rfc_6750s)
{
	static const char *const bad[] = {
		"", "=", "a b", "a\001b", "a\n", "\na", "a=b", "a,b", "a\"",
		"\xc3\xb6", "a\x7f", "a{}", "Bearer a"
	};
	struct failure why;
	char word[32] = "";
	struct slot s;
	size_t i;

	expect("bearer:AZaz09-._~+/==", 0, SLOT_TOKEN, "AZaz09-._~+/==");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(word, sizeof(word), "bearer:%s", bad[i]);
		ck_assert_int_eq(parse(&s, word, i % 2 == 0, &why), -1);
		ck_assert_int_eq(why.code, STATUS_CONFIG);
		ck_assert_ptr_nonnull(strstr(why.text, "\"alice\""));
		ck_assert_ptr_nonnull(strstr(why.text, "RFC 6750"));
		if (bad[i][0] == '\0')
			continue;
		ck_assert_int_eq(parse(&s, bad[i], 1, &why), -1);
		ck_assert_ptr_nonnull(strstr(why.text, "RFC 6750"));
	}
	ck_assert_int_eq(slot_parse(&s, "bearer:a\0b", 10, 0, "alice", &why),
	    -1);
}

/* No byte behind the length is looked at; valgrind and ASan watch. */
TEST(the_length_is_all_there_is)
{
	struct failure why;
	struct slot s;
	char word[7];

	memcpy(word, "tokend:", 7);
	ck_assert_int_eq(slot_parse(&s, word, 6, 0, "alice", &why), 0);
	ck_assert_int_eq(s.kind, SLOT_SAME);
	ck_assert_int_eq(slot_parse(&s, word, 7, 0, "alice", &why), 0);
	ck_assert_int_eq(s.kind, SLOT_ACCOUNT);
	ck_assert_uint_eq(s.len, 0);
	ck_assert_int_eq(slot_parse(&s, word, 5, 0, "alice", &why), -1);
}
