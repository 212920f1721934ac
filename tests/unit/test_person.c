/* SPDX-License-Identifier: BSD-2-Clause */
/* test_person.c - whose a token is: claims against an account's names */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "person/person.h"

#include "unit.h"	/* last: check.h has a macro fail() */


static struct account account;
static struct person person;

static void
setup(void)
{
	memset(&account, 0, sizeof(account));
	memset(&person, 0, sizeof(person));
	strcpy(account.path, "/etc/tokend/accounts/x.conf");
}

FIXTURE(setup, NULL);

static const struct {
	const char *name, *plain;
} forms[] = {
	{ "ann@example.com", "ann@example.com" },
	{ "Ann@Example.com.", "Ann@Example.com" },
	{ "ann_example.com#EXT#@tenant.onmicrosoft.com", "ann@example.com" },
	{ "ann_b_example.com#ext#@t.onmicrosoft.com", "ann_b@example.com" },
	{ "live.com#ann@outlook.com", "ann@outlook.com" },
	{ "LIVE.COM#ann@outlook.com", "ann@outlook.com" },
	{ "live.com#mail.com#a@b", "a@b" },
	{ "mailto:ann@example.com", "ann@example.com" },
	{ "SMTP:ann@example.com", "ann@example.com" },
	{ "CORP\\ann", "ann" },
	{ "ann", "ann" },
	/* What only looks so. */
	{ "#EXT#@t", "#EXT#@t" },
	{ "ann#EXT#@t.onmicrosoft.com", "ann#EXT#@t.onmicrosoft.com" },
	{ "_#EXT#@t", "_#EXT#@t" },
	{ "a#b@example.com", "a#b@example.com" },
	{ "corp\\", "corp\\" },
	{ "", NULL },
	{ "CORP\\mailto:", NULL }
};

TABLE_TEST(takes_the_name_out, forms)
{
	char plain[PERSON_NAME_MAX], again[PERSON_NAME_MAX];
	int result = name_plain(plain, forms[_i].name);

	if (forms[_i].plain == NULL) {
		ck_assert_int_eq(result, -1);
		return;
	}
	ck_assert_int_eq(result, 0);
	ck_assert_str_eq(plain, forms[_i].plain);
	ck_assert_int_eq(name_plain(again, plain), 0);
	ck_assert_str_eq(again, plain);
}

static const struct {
	const char *a, *b;
	enum likeness like;
} pairs[] = {
	{ "ann@example.com", "ANN@Example.COM", NAMES_SAME },
	{ "ann@example.com", "bob@example.com", NAMES_OTHER },
	{ "ann@example.com", "ann", NAMES_UNCOMPARABLE },
	{ "ann", "ANN", NAMES_SAME },
	{ "ann", "bob", NAMES_OTHER },
	{ "ann", "6f9619ff-8b86-d011-b42d-00c04fc964ff", NAMES_UNCOMPARABLE },
	{ "j\xc3\xb6rg", "J\xc3\x96RG", NAMES_MAYBE },
	/* Gmail's own rules, and nobody else's. */
	{ "a.n.n@gmail.com", "ann@gmail.com", NAMES_SAME },
	{ "ann@googlemail.com", "A.nn@gmail.com", NAMES_SAME },
	{ "ann+list@gmail.com", "ann@googlemail.com", NAMES_SAME },
	{ "ann@gmail.com", "anna@gmail.com", NAMES_OTHER },
	{ "a.nn@example.com", "ann@example.com", NAMES_OTHER },
	{ "ann@gmail.com", "ann@example.com", NAMES_OTHER },
	/* Other public providers. */
	{ "ann@yandex.ru", "ann@ya.ru", NAMES_SAME },
	{ "ann-b@yandex.com", "ann.b@yandex.com.tr", NAMES_SAME },
	{ "ann@outlook.com", "ann@hotmail.co.uk", NAMES_MAYBE },
	{ "ann@outlook.com", "bob@hotmail.com", NAMES_OTHER },
	{ "ann@outlook.com", "ann@gmail.com", NAMES_OTHER },
	{ "ann+x@outlook.com", "ann@outlook.com", NAMES_SAME },
	{ "ann@mail.ru", "ann@bk.ru", NAMES_OTHER },
	{ "ann@outlook.example.com", "ann@hotmail.com", NAMES_OTHER },
	/* Tags and further domains of a company's. */
	{ "ann+x@example.com", "ann@example.com", NAMES_MAYBE },
	{ "ann+x@example.com", "ann+x@example.com", NAMES_SAME },
	{ "+x@example.com", "+y@example.com", NAMES_OTHER },
	{ "ann@example.com", "ann@example.net", NAMES_MAYBE },
	{ "ann@example.com", "ann@contoso.onmicrosoft.com", NAMES_MAYBE },
	{ "ann@example.com", "bob@example.net", NAMES_OTHER },
	/* No mail comes to these. */
	{ "ann.smith@example.com", "as17@corp.local", NAMES_UNCOMPARABLE },
	{ "ann@example.com", "as17@corp", NAMES_UNCOMPARABLE },
	{ "ann@corp.local", "bob@corp.local", NAMES_OTHER }
};

TABLE_TEST(compares_two_names, pairs)
{
	ck_assert_int_eq(name_compare(pairs[_i].a, pairs[_i].b),
	    pairs[_i].like);
	ck_assert_int_eq(name_compare(pairs[_i].b, pairs[_i].a),
	    pairs[_i].like);
}

static const struct {
	const char *name, *user, *smtp, *imap, *pop;	/* of the account */
	const char *claims[3];
	enum person_match whose;
	const char *expected, *other;
} cases[] = {
	{ "ann@example.com", NULL, NULL, NULL, NULL,
	    { "Ann@example.com" }, PERSON_SAME, NULL, NULL },
	{ "ann@example.com", NULL, NULL, NULL, NULL, { NULL },
	    PERSON_UNKNOWN, NULL, NULL },
	{ "ann@example.com", NULL, NULL, NULL, NULL, { "ann" },
	    PERSON_UNKNOWN, NULL, NULL },
	{ "ann@example.com", "ann@example.com", NULL, NULL, NULL, { "ann" },
	    PERSON_UNKNOWN, NULL, NULL },
	{ "ann@example.com", "ann", NULL, NULL, NULL, { "ANN" },
	    PERSON_SAME, NULL, NULL },
	{ "ann@example.com", "ann", NULL, NULL, NULL, { "ann@example.com" },
	    PERSON_SAME, NULL, NULL },
	{ "ann@example.com", NULL, NULL, NULL, NULL, { "bob@example.com" },
	    PERSON_OTHER, "ann@example.com", "bob@example.com" },
	{ "ann@example.com", NULL, NULL, NULL, NULL,
	    { "bob", "bob@example.com" }, PERSON_OTHER, "ann@example.com",
	    "bob@example.com" },
	/* One of all is enough. */
	{ "ann@example.com", NULL, NULL, NULL, NULL,
	    { "bob@example.com", "ann@example.com" }, PERSON_SAME, NULL, NULL },
	{ "office@example.com", NULL, "ann@example.com", NULL, NULL,
	    { "ann@example.com" }, PERSON_SAME, NULL, NULL },
	{ "office@example.com", NULL, NULL, "ann@example.com", NULL,
	    { "ann@example.com" }, PERSON_SAME, NULL, NULL },
	{ "work", "office@example.com", NULL, NULL, "ann@example.com",
	    { "ann@example.com" }, PERSON_SAME, NULL, NULL },
	{ "work", "office@example.com", "ann@example.com", NULL, NULL,
	    { "bob@example.com" }, PERSON_OTHER, "office@example.com",
	    "bob@example.com" },
	/* What may be the same is not judged by what is not. */
	{ "ann@example.com", NULL, NULL, NULL, NULL,
	    { "ann@contoso.onmicrosoft.com", "annie@home.example" },
	    PERSON_UNKNOWN, NULL, NULL },
	{ "work", "ann@example.com", NULL, NULL, NULL,
	    { "ann@example.net" }, PERSON_UNKNOWN, NULL, NULL },
	/* A label is no person, and the name that programs log in as is. */
	{ "work", "ann@example.com", NULL, NULL, NULL, { "ann" },
	    PERSON_UNKNOWN, NULL, NULL },
	{ "work", NULL, NULL, "ann@example.com", NULL, { "ann" },
	    PERSON_UNKNOWN, NULL, NULL },
	{ "ann", "ann@example.com", NULL, NULL, NULL, { "ann" },
	    PERSON_SAME, NULL, NULL },
	{ "ann", NULL, NULL, NULL, NULL, { "bob" }, PERSON_OTHER, "ann",
	    "bob" },
	{ "work", "ann", NULL, NULL, NULL, { "bob" }, PERSON_OTHER, "ann",
	    "bob" },
	/* Guests, on either side. */
	{ "ann@example.com", NULL, NULL, NULL, NULL,
	    { "ann_example.com#EXT#@tenant.onmicrosoft.com" },
	    PERSON_SAME, NULL, NULL },
	{ "work", "ann_example.com#EXT#@tenant.onmicrosoft.com", NULL, NULL,
	    NULL, { "ann@example.com" }, PERSON_SAME, NULL, NULL },
	{ "ann@example.com", NULL, NULL, NULL, NULL,
	    { "bob_example.com#EXT#@tenant.onmicrosoft.com" }, PERSON_OTHER,
	    "ann@example.com", "bob@example.com" },
	{ "a.nn@gmail.com", NULL, NULL, NULL, NULL,
	    { "ann+x@googlemail.com" }, PERSON_SAME, NULL, NULL }
};

static void
take_case(int i)
{
	size_t n;

	strcpy(account.name, cases[i].name);
	account.users = (struct users){ cases[i].user, cases[i].smtp,
	    cases[i].imap, cases[i].pop };
	for (n = 0; n < 3; n++)
		person_add(&person, cases[i].claims[n]);
}

TABLE_TEST(judges_claims_by_all_names, cases)
{
	struct name_pair o;

	take_case(_i);
	ck_assert_int_eq(person_judge(&account, &person, &o),
	    cases[_i].whose);
	ck_assert_int_eq(person_judge(&account, &person, NULL),
	    cases[_i].whose);
	if (cases[_i].whose == PERSON_OTHER) {
		ck_assert_str_eq(o.expected, cases[_i].expected);
		ck_assert_str_eq(o.name, cases[_i].other);
	}
	/* Who was accepted is no fault, and who is the same stays so. */
	person.is_accepted = 1;
	ck_assert_int_eq(person_judge(&account, &person, NULL),
	    cases[_i].whose == PERSON_OTHER ? PERSON_ACCEPTED :
	    cases[_i].whose);
	/* An application is nobody. */
	account.grant = GRANT_CLIENT_CREDENTIALS;
	ck_assert_int_eq(person_judge(&account, &person, NULL),
	    PERSON_UNKNOWN);
}

TEST(shows_the_name_that_fits)
{
	strcpy(account.name, "ann@example.com");
	ck_assert_ptr_null(person_shown_name(&account, &person));
	person_add(&person, "as17@example.com");
	ck_assert_str_eq(person_shown_name(&account, &person),
	    "as17@example.com");
	person_add(&person, "ANN@example.com");
	ck_assert_str_eq(person_shown_name(&account, &person),
	    "ANN@example.com");
}

TEST(keeps_each_name_once)
{
	char name[PERSON_NAME_MAX + 1] = "", text[16];
	int i;

	person_add(&person, NULL);
	person_add(&person, "");
	memset(name, 'a', PERSON_NAME_MAX);
	person_add(&person, name);
	person_add(&person, "a\nb");
	ck_assert_str_eq(person.name[0], "");
	person_add(&person, "ann@example.com");
	person_add(&person, "ANN_example.com#EXT#@t.onmicrosoft.com");
	ck_assert_str_eq(person.name[1], "");
	for (i = 0; i < 2 * PERSON_NAMES; i++) {
		sprintf(text, "n%d", i);
		person_add(&person, text);
	}
	ck_assert_str_eq(person.name[PERSON_NAMES - 1], "n6");
}

static void
learn(const char *name, int is_other)
{
	struct person now = { .is_accepted = 0 };

	person_add(&now, name);
	ck_assert_int_eq(person_update(&person, &now), is_other);
}

TEST(a_renewal_may_name_less_or_somebody_else)
{
	learn("ann@example.com", 1);
	person_add(&person, "ann");
	person.is_accepted = 1;
	learn("", 0);
	learn("ANN", 0);
	ck_assert_str_eq(person.name[0], "ann@example.com");
	ck_assert_int_eq(person.is_accepted, 1);
	learn("bob@example.com", 1);
	ck_assert_str_eq(person.name[0], "bob@example.com");
	ck_assert_str_eq(person.name[1], "");
	ck_assert_int_eq(person.is_accepted, 0);
	/* Accepted before anybody was named. */
	memset(&person, 0, sizeof(person));
	person.is_accepted = 1;
	learn("ann@example.com", 1);
	ck_assert_int_eq(person.is_accepted, 1);
}

static const char *
remedy(size_t size)
{
	static char text[PERSON_REMEDY_MAX];
	const struct name_pair o = { account.name, person.name[0] };

	person_remedy(text, size, &account, &o);
	return text;
}

TEST(tells_what_to_do)
{
	char text[PERSON_TEXT_MAX];

	strcpy(account.name, "ann@example.com");
	person_add(&person, "bob@example.com");
	person_text(text, &account, &person);
	ck_assert_str_eq(text, "its token is of bob@example.com, and the "
	    "account is for ann@example.com: run \"tokend login "
	    "ann@example.com\" and sign in as ann@example.com; if "
	    "bob@example.com is the mailbox, put the line \"user = "
	    "bob@example.com\" into /etc/tokend/accounts/x.conf; if that "
	    "person may open it, \"tokend login --any-user "
	    "ann@example.com\"");
	account.users.user = account.name;
	ck_assert_ptr_nonnull(strstr(remedy(PERSON_REMEDY_MAX), "make its "
	    "user line \"user = bob@example.com\" in /etc/"));
	/* No part of it is cut. */
	ck_assert_str_eq(remedy(120), "run \"tokend login ann@example.com\" "
	    "and sign in as ann@example.com");
	account.grant = GRANT_COMMAND;
	ck_assert_ptr_null(strstr(remedy(PERSON_REMEDY_MAX), "login"));
	person.is_accepted = 1;
	person_text(text, &account, &person);
	ck_assert_str_eq(text, "");
}
