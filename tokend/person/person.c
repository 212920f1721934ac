/* SPDX-License-Identifier: BSD-2-Clause */
#include "person/person.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/name.h"
#include "base/shell_word.h"

static int
has_name(const struct person *p, const char *name)
{
	size_t i;

	for (i = 0; i < PERSON_NAMES; i++)
		if (strlen(p->name[i]) == strlen(name) &&
		    equal_folded(p->name[i], name, strlen(name)))
			return 1;
	return 0;
}

void
person_add(struct person *p, const char *name)
{
	char plain[PERSON_NAME_MAX];
	size_t i = 0;

	if (name == NULL || name_plain(plain, name) == -1 ||
	    !text_is_plain(plain, strlen(plain)) || has_name(p, plain))
		return;
	while (i < PERSON_NAMES && p->name[i][0] != '\0')
		i++;
	if (i < PERSON_NAMES)
		strcpy(p->name[i], plain);
}

int
person_update(struct person *p, const struct person *now)
{
	size_t i;
	int is_known = 0, was_named = p->name[0][0] != '\0';

	if (now->name[0][0] == '\0')
		return 0;
	for (i = 0; i < PERSON_NAMES && now->name[i][0] != '\0'; i++)
		is_known |= has_name(p, now->name[i]);
	/* What was accepted without a name was this one, for all we know. */
	if (!is_known) {
		memset(p->name, 0, sizeof(p->name));
		p->is_accepted = p->is_accepted && !was_named;
	}
	for (i = 0; i < PERSON_NAMES; i++)
		person_add(p, now->name[i]);
	return !is_known;
}

/* The best of all names; *name is the first that differs, if that is it. */
static enum likeness
compare_one(const char *expected, const struct person *p, const char **name)
{
	char plain[PERSON_NAME_MAX];
	enum likeness like, best = NAMES_UNCOMPARABLE;
	size_t i;

	if (expected == NULL || name_plain(plain, expected) == -1)
		return NAMES_UNCOMPARABLE;
	for (i = 0; i < PERSON_NAMES && p->name[i][0] != '\0'; i++) {
		like = name_compare(plain, p->name[i]);
		if (like == NAMES_UNCOMPARABLE || like <= best)
			continue;
		best = like;
		*name = p->name[i];
	}
	return best;
}

static enum person_match
judge_likeness(enum likeness best)
{
	return best == NAMES_SAME ? PERSON_SAME : best == NAMES_OTHER ?
	    PERSON_OTHER : PERSON_UNKNOWN;
}

enum person_match
person_compare(const char *expected, const struct person *p,
    const char **name)
{
	return judge_likeness(compare_one(expected, p, name));
}

static int
has_service_user(const struct account *a)
{
	const struct users *u = &a->users;

	return u->smtp != NULL || u->imap != NULL || u->pop != NULL;
}

static int
is_label(const struct account *a, const char *name)
{
	return name == a->name && !name_is_address(name) &&
	    (a->users.user != NULL || has_service_user(a));
}

static enum likeness
compare_all(const struct account *a, const struct person *p,
    struct name_pair *o)
{
	const struct users *u = &a->users;
	const char *const all[] = { u->user, u->smtp, u->imap, u->pop,
	    a->name };
	enum likeness like, best = NAMES_UNCOMPARABLE;
	const char *name = NULL;
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		like = compare_one(all[i], p, &name);
		if (like <= best || (like == NAMES_OTHER &&
		    is_label(a, all[i])))
			continue;
		best = like;
		*o = (struct name_pair){ all[i], name };
	}
	return best;
}

enum person_match
person_judge(const struct account *a, const struct person *p,
    struct name_pair *o)
{
	struct name_pair found = { NULL, NULL };
	enum person_match whose = PERSON_UNKNOWN;

	if (a->grant != GRANT_CLIENT_CREDENTIALS && a->grant != GRANT_METADATA)
		whose = judge_likeness(compare_all(a, p, &found));
	if (o != NULL)
		*o = found;
	return whose == PERSON_OTHER && p->is_accepted ? PERSON_ACCEPTED :
	    whose;
}

const char *
person_word(enum person_match whose)
{
	static const char *const words[] = { [PERSON_UNKNOWN] = "unknown",
	    [PERSON_SAME] = "same", [PERSON_OTHER] = "other",
	    [PERSON_ACCEPTED] = "accepted" };

	return words[whose];
}

const char *
person_shown_name(const struct account *a, const struct person *p)
{
	struct name_pair o;

	if (person_judge(a, p, &o) == PERSON_SAME)
		return o.name;
	return p->name[0][0] != '\0' ? p->name[0] : NULL;
}

int
person_may_be_user(const struct account *a, const char *name)
{
	return name_is_address(name) && !has_service_user(a);
}

/* A part that would not fit whole is left out. */
static void __attribute__((format(printf, 3, 4)))
add_part(char *text, size_t size, const char *format, ...)
{
	size_t len = strlen(text);
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text + len, size - len, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= size - len)
		text[len] = '\0';
}

void
person_remedy(char *remedy, size_t size, const struct account *a,
    const struct name_pair *o)
{
	const int is_consent = a->grant == GRANT_REFRESH_TOKEN;

	remedy[0] = '\0';
	if (is_consent)
		add_part(remedy, size, "run \"tokend login %s\" and sign in "
		    "as %s", SHELL_NAME(a->name), o->expected);
	else
		add_part(remedy, size, "let %s get tokens of %s", a->path,
		    o->expected);
	if (person_may_be_user(a, o->name))
		add_part(remedy, size, "; if %s is the mailbox, %s \"user = "
		    "%s\" %s %s", o->name, a->users.user != NULL ?
		    "make its user line" : "put the line", o->name,
		    a->users.user != NULL ? "in" : "into", a->path);
	if (is_consent)
		add_part(remedy, size, "; if that person may open it, "
		    "\"tokend login --any-user %s\"", SHELL_NAME(a->name));
}

void
person_text(char text[PERSON_TEXT_MAX], const struct account *a,
    const struct person *p)
{
	char remedy[PERSON_REMEDY_MAX];
	struct name_pair o;

	text[0] = '\0';
	if (person_judge(a, p, &o) != PERSON_OTHER)
		return;
	person_remedy(remedy, sizeof(remedy), a, &o);
	snprintf(text, PERSON_TEXT_MAX, "its token is of "
	    "%s, and the account is for %s: %s", o.name, o.expected, remedy);
}

int
person_format(const struct person *p, struct buf *b)
{
	char key[16];
	int i = 0, result = attrs_add(b, "accepted", p->is_accepted ? "yes" :
	    NULL);

	for (i = 0; i < PERSON_NAMES && result == 0; i++) {
		snprintf(key, sizeof(key), "name%d", i);
		result = attrs_add(b, key, p->name[i][0] != '\0' ?
		    p->name[i] : NULL);
	}
	return result;
}

/* person_add has judged them before they were written. */
void
person_parse(struct person *p, struct attrs *a)
{
	char key[16];
	int i;

	p->is_accepted = attrs_get(a, "accepted") != NULL;
	for (i = 0; i < PERSON_NAMES; i++) {
		snprintf(key, sizeof(key), "name%d", i);
		attrs_copy(a, key, p->name[i], sizeof(p->name[i]));
	}
}
