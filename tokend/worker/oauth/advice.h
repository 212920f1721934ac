/*
 * advice.h - what a refusal by the token endpoint means and what to do.
 *
 * The class comes from `error` (RFC 6749 5.2), as Microsoft asks for; its
 * AADSTS numbers, and Google's words, choose the advice, and tell the numbers
 * that are known to pass by themselves.
 */
#ifndef TOKEND_ADVICE_H
#define TOKEND_ADVICE_H

#include <stdint.h>

#include "status.h"

/* The longest remedy, so that it fits behind any names and hosts. */
#define ADVICE_MAX 100

struct refusal {	/* members of the error answer; NULL: not there */
	const char *error;		/* never NULL */
	const char *subtype;		/* error_subtype, Google's */
	const char *description;	/* error_description */
	int64_t number;			/* AADSTS number, 0: none */
};

struct advice {
	enum status code;	/* STATUS_SIGN_IN, STATUS_CONFIG, or _LATER */
	int is_known;		/* error stands in the table */
	int sign_in;		/* "tokend login" is a part of the remedy */
	int64_t retry_after;	/* seconds to keep away at least */
	const char *remedy;	/* at most ADVICE_MAX bytes, or NULL */
};

/* The AADSTS number in a description, or 0. */
int64_t advice_number(const char *description);

void advice_find(struct advice *found, const struct refusal *r);

#endif
