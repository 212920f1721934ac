/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * person.h - the person that an account's tokens name, and whether the account
 * is for that person. Nothing else judges that: not the sign-in, not a
 * renewal, neither status nor doctor.
 */
#pragma once

#include <stddef.h>

#include "account/account.h"
#include "base/attr.h"
#include "person/same_name.h"

#define PERSON_NAMES 8
#define PERSON_REMEDY_MAX 2048
#define PERSON_TEXT_MAX 3072

/* All names of one person; "" after the last. Zeros: no person is named. */
struct person {
	char name[PERSON_NAMES][PERSON_NAME_MAX];	/* best first */
	int is_accepted;	/* another one, and that is meant: --any-user */
};

enum person_match {
	PERSON_UNKNOWN,		/* cannot be told, which is no refusal */
	PERSON_SAME,
	PERSON_OTHER,
	PERSON_ACCEPTED		/* another one, accepted at a sign-in */
};

/* One of the account's names, and one of the tokens', that are not the same. */
struct name_pair {
	const char *expected;
	const char *name;
};

/* Adds a name as name_plain makes it, unless it is there; what is too long,
   or has no place, is left out. */
void person_add(struct person *p, const char *name);

/*
 * Takes over what the tokens of a renewal name. They may name less than those
 * of the sign-in, so a person with whom they share a name keeps the others;
 * else it is somebody else from now on. Nobody named is no news. True if p has
 * changed to somebody else.
 */
int person_update(struct person *p, const struct person *now);

/*
 * Judges p against one name, without is_accepted: one that is the same is
 * enough; one that may be makes it unknown; then one that differs is another
 * person. *name is that one, where anything could be compared.
 */
enum person_match person_compare(const char *expected, const struct person *p,
    const char **name);

/*
 * The same against all names of the account: user, user_smtp, user_imap,
 * user_pop and NAME. A bare NAME beside these is a mere label, which shows
 * nobody to be another. An application is no person. o (unless NULL) is filled
 * where anything could be compared, else with NULL; it points into a and p.
 */
enum person_match person_judge(const struct account *a, const struct person *p,
    struct name_pair *o);

/* The word for it: unknown, same, other, accepted. */
const char *person_word(enum person_match whose);

/* The one name for messages: one of the account's if there is one, else the
   best; NULL if no person is named. */
const char *person_shown_name(const struct account *a, const struct person *p);

/*
 * True if "user = NAME" makes the account one of that person: an address, and
 * no service has a mailbox of its own.
 */
int person_may_be_user(const struct account *a, const char *name);

/* What to do about another person, without a full stop; size is 512 or so. */
void person_remedy(char *remedy, size_t size, const struct account *a,
    const struct name_pair *o);

/* One sentence that tells of another person, with that; else "". */
void person_text(char text[PERSON_TEXT_MAX], const struct account *a,
    const struct person *p);

/* As attributes accepted=yes, name0, name1, ...; -1 with errno as attrs_add. */
int person_format(const struct person *p, struct buf *b);

/* Takes what is there, which person_format wrote; the rest becomes "". */
void person_parse(struct person *p, struct attrs *a);
