/* SPDX-License-Identifier: BSD-2-Clause */
#include "knowledge/provider_advice.h"

#include <stdio.h>
#include <string.h>

#define LOOP_NUMBER 50196
#define LOOP_PAUSE 300	/* seconds: "stop for minutes" */
#define SAID_MAX 2048

static const struct known *
find_error(const struct refusal *r)
{
	char said[SAID_MAX] = "";

	snprintf(said, sizeof(said), "%s\n%s",
	    r->subtype != NULL ? r->subtype : "",
	    r->description != NULL ? r->description : "");
	return known_find(provider_errors, provider_errors_count, r->error,
	    said);
}

int
advice_knows(const char *error)
{
	return find_error(&(struct refusal){ .error = error }) != NULL;
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

/* What a row says, to a person who signs in or to a machine's administrator. */
static void
take_row(struct advice *found, const struct known *row, int has_person)
{
	int is_login = (row->flags & KNOWN_SIGN_IN) != 0;

	found->row = row;
	found->sign_in = is_login && has_person;
	if (!has_person && (is_login || row->machine_remedy != NULL))
		found->remedy = row->machine_remedy;
	else
		found->remedy = row->remedy;
	found->meaning = row->why;
	found->steps = has_person || !is_login ? row->fix : NULL;
}

void
advice_for_proof(struct advice *found, enum advice_proof proof)
{
	unsigned flags = found->row != NULL ? found->row->flags : 0;
	const struct known *row = flags & KNOWN_OF_PUBLIC ?
	    &provider_publics[proof] : &provider_proofs[proof];

	if ((flags & (KNOWN_OF_SECRET | KNOWN_OF_PUBLIC)) == 0 ||
	    (proof == ADVICE_PROOF_NONE && (flags & KNOWN_UNPROVED) != 0))
		return;
	found->remedy = row->remedy;
	found->meaning = row->why;
	found->steps = row->fix;
}

void
advice_find(struct advice *found, const struct refusal *r, int has_person)
{
	const struct known *row = find_error(r);
	const struct known *number = r->number == 0 ? NULL :
	    known_find(provider_numbers, provider_numbers_count,
	    KNOWN_NUMBER(r->number), NULL);

	memset(found, 0, sizeof(*found));
	/* Not known: permanent all the same, but in the provider's words. */
	found->code = row != NULL ? row->code : STATUS_CONFIG;
	found->is_known = row != NULL;
	found->is_unsure = r->number != 0 && number == NULL;
	if (row != NULL)
		take_row(found, row, has_person);
	if (number != NULL && found->code != STATUS_LATER) {
		take_row(found, number, has_person);
		if (number->flags & KNOWN_PASSES)
			found->code = STATUS_LATER;
		else if (row == NULL && found->sign_in)
			found->code = STATUS_SIGN_IN;
		if (r->number == LOOP_NUMBER)
			found->retry_after = LOOP_PAUSE;
	}
	/* Where no person signs in, it is the application that is refused. */
	if (found->code == STATUS_SIGN_IN && !has_person)
		found->code = STATUS_CONFIG;
}
