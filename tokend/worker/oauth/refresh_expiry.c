/* SPDX-License-Identifier: BSD-2-Clause */
#include "oauth/refresh_expiry.h"

#include <stddef.h>

#include "common/date.h"

/* A wall clock in seconds reaches this in the year 5138. */
#define MILLISECONDS 100000000000LL

static const char *const members[] = {
	"refresh_expires_in",		/* Keycloak, IBM API Connect, TikTok */
	"refresh_token_expires_in",	/* Google, GitHub, Azure B2C, Apigee */
	"x_refresh_token_expires_in",	/* Intuit: since the last use */
	"x_refresh_token_hard_expires_in",	/* Intuit: of the consent */
	"refresh_expires_at",
	"refresh_token_expires_at",	/* Square: a date */
	"refresh_token_expiration",	/* Clover: a wall clock */
};

/* The time of the wall clock, for a time that can be meant. */
static int64_t
seconds_until(int64_t when, int64_t now)
{
	return when > now && when - now <= EXPIRES_IN_MAX ? when - now :
	    REFRESH_EXPIRY_UNKNOWN;
}

static int64_t
read_number(int64_t n, int64_t now)
{
	if (n < 0)
		return REFRESH_EXPIRY_UNKNOWN;
	if (n <= EXPIRES_IN_MAX)
		return n;
	return seconds_until(n < MILLISECONDS ? n : n / 1000, now);
}

static int64_t
read_member(const struct jdoc *doc, const char *name, int64_t now)
{
	const char *text = NULL;
	int64_t n = 0;

	if (jdoc_integer(doc, name, &n) == 0)
		return read_number(n, now);
	text = jdoc_string(doc, name);
	return text != NULL && (n = date_read(text)) != -1 ?
	    seconds_until(n, now) : REFRESH_EXPIRY_UNKNOWN;
}

int64_t
refresh_expiry(const struct jdoc *doc, int64_t now)
{
	int64_t earliest = REFRESH_EXPIRY_UNKNOWN, left;
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		left = read_member(doc, members[i], now);
		if (earliest <= 0 ? left > earliest :
		    left > 0 && left < earliest)
			earliest = left;
	}
	return earliest;
}
