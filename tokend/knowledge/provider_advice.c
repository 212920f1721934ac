/* SPDX-License-Identifier: BSD-2-Clause */
/* provider_advice.c - see provider_advice.h */
#include "knowledge/provider_advice.h"

#include <stddef.h>
#include <string.h>

#include "knowledge/provider_advice_table.h"

#define LOOP_NUMBER 50196
#define LOOP_PAUSE 300	/* seconds: "stop for minutes" */

static int
holds(const char *text, const char *words)
{
	return text != NULL && strstr(text, words) != NULL;
}

static const struct advice_error_row *
find_error(const struct refusal *r)
{
	const struct advice_error_row *row = advice_errors;
	const struct advice_error_row *end = row + advice_errors_count;

	for (; row < end; row++)
		if (strcmp(row->error, r->error) == 0 && (row->words == NULL ||
		    holds(r->description, row->words) ||
		    holds(r->subtype, row->words)))
			return row;
	return NULL;
}

int
advice_knows(const char *error)
{
	struct refusal r = { .error = error };

	return find_error(&r) != NULL;
}

static const struct advice_number_row *
find_number(int64_t number)
{
	const struct advice_number_row *row = advice_numbers;
	const struct advice_number_row *end = row + advice_numbers_count;

	for (; row < end; row++)
		if (row->number == number)
			return row;
	return NULL;
}

int64_t
advice_number(const char *description)
{
	static const char prefix[] = "AADSTS";
	const char *c = description != NULL ? strstr(description, prefix) :
	    NULL;
	int64_t number = 0;
	int digits = 0;

	if (c == NULL)
		return 0;
	for (c += strlen(prefix); *c >= '0' && *c <= '9'; c++, digits++) {
		if (digits == 9)
			return 0;
		number = number * 10 + (*c - '0');
	}
	return number;
}

/* What a row says, to a person who signs in or to who runs the machine. */
static void
take_text(struct advice *found, const struct advice_text *text,
    int has_person)
{
	int is_login = (text->flags & ADVICE_LOGIN) != 0;

	found->sign_in = is_login && has_person;
	if (!has_person && (is_login || text->machine != NULL))
		found->remedy = text->machine;
	else
		found->remedy = text->remedy;
	found->of_proof = text->flags & (ADVICE_OF_SECRET | ADVICE_UNPROVED |
	    ADVICE_OF_PUBLIC);
	found->meaning = text->meaning;
	found->steps = has_person || !is_login ? text->steps : NULL;
}

void
advice_for_proof(struct advice *found, enum advice_proof proof)
{
	const struct advice_text *text = found->of_proof & ADVICE_OF_PUBLIC ?
	    &advice_publics[proof] : &advice_proofs[proof];

	if (found->of_proof == 0 || (proof == ADVICE_PROOF_NONE &&
	    (found->of_proof & ADVICE_UNPROVED) != 0))
		return;
	found->remedy = text->remedy;
	found->meaning = text->meaning;
	found->steps = text->steps;
}

void
advice_find(struct advice *found, const struct refusal *r, int has_person)
{
	const struct advice_error_row *row = find_error(r);
	const struct advice_number_row *number = find_number(r->number);

	memset(found, 0, sizeof(*found));
	/* Not known: permanent all the same, but in the provider's words. */
	found->code = row != NULL ? row->code : STATUS_CONFIG;
	found->is_known = row != NULL;
	found->is_unsure = r->number != 0 && number == NULL;
	if (row != NULL)
		take_text(found, &row->text, has_person);
	if (number != NULL && found->code != STATUS_LATER) {
		take_text(found, &number->text, has_person);
		if (number->text.flags & ADVICE_RETRY)
			found->code = STATUS_LATER;
		else if (row == NULL && found->sign_in)
			found->code = STATUS_SIGN_IN;
		if (number->number == LOOP_NUMBER)
			found->retry_after = LOOP_PAUSE;
	}
	/* Where nobody signs in, it is the application that is refused. */
	if (found->code == STATUS_SIGN_IN && !has_person)
		found->code = STATUS_CONFIG;
}
