/* SPDX-License-Identifier: BSD-2-Clause */
/* password_entry.c - what Postfix logs in with at a relay */
#include <stdio.h>
#include <string.h>

#include "command/doctor/postfix/check_context.h"
#include "base/name.h"

#define FILTER "smtp_sasl_mechanism_filter"

/* As Postfix: the first word that matches decides; -1: a table decides. */
static int
lets_through(const char *list, const char *mechanism)
{
	const char *word = list;
	size_t len, skip;

	for (; (word = next_in_list(word, &len)) != NULL; word += len) {
		for (skip = 0; skip < len && word[skip] == '!'; skip++)
			continue;
		if (words_equal(word + skip, len - skip, mechanism,
		    strlen(mechanism)) || (len - skip >= 7 &&
		    memcmp(word + skip, "static:", 7) == 0))
			return skip % 2 == 0;
		if (memchr(word, ':', len) != NULL ||
		    memchr(word, '/', len) != NULL)
			return -1;
	}
	return 0;
}

enum filter
judge_filter(const struct check_context *c,
    const struct postfix_service *service)
{
	static const char *const mechanisms[] = { "plain", "login", "cram-md5",
	    "digest-md5", "ntlm", "gssapi", "scram-sha-1", "scram-sha-256" };
	const char *value = postfix_value(c->p, service, FILTER);
	int ours, bearer, others = 0;
	size_t len, i;

	ours = lets_through(value, "xoauth2");
	bearer = lets_through(value, "oauthbearer");
	if (next_in_list(value, &len) == NULL || ours == -1 || bearer == -1)
		return FILTER_OPEN;
	for (i = 0; i < sizeof(mechanisms) / sizeof(char *); i++)
		others |= lets_through(value, mechanisms[i]) != 0;
	if (ours == 0 && bearer == 0)
		return FILTER_OTHERS;
	return others ? FILTER_MIXED : FILTER_OURS;
}

static void
report_missing(struct check_context *c, const struct route *r,
    const struct entry *e)
{
	char account[NAME_MAX_LEN + 1], wanted[ROUTE_TEXT_MAX], fix[FIX_MAX];

	if (!find_relay_account(c, r->host, account))
		snprintf(account, sizeof(account), "USER");
	if (find_better_relay(c, account, r, wanted))
		fix_route(c, fix, r, e->key, wanted, account);
	else
		fix_entry(c, fix, r, r->nexthop, account, e->key[0] != '\0');
	report_postfix(c, e->key[0] != '\0' ? PASSWORD_NEAR :
	    PASSWORD_MISSING, KNOWN_VALUES({ "relay", r->nexthop },
	    { "parameter", r->parameter }, { "key", e->key },
	    { "fix", fix }));
}

/* What is to be tokend's word is something else. */
static void
report_entry(struct check_context *c, enum postfix_finding found,
    const struct route *r, const struct entry *e)
{
	char fix[FIX_MAX];

	report_postfix(c, found, KNOWN_VALUES({ "key", e->key },
	    { "user", e->user }, { "transport", r->service->name },
	    { "failure", e->why.text },
	    { "fix", fix_entry(c, fix, r, e->key, e->user, 1) }));
}

/* A login by tokend's words, and a filter that allows other mechanisms. */
static void
check_filter(struct check_context *c, const struct route *r,
    const struct entry *e)
{
	enum filter filter = judge_filter(c, r->service);

	if (filter != FILTER_OURS)
		report_setting(c, filter == FILTER_OTHERS ? MECHANISMS_OTHER :
		    MECHANISMS_MORE, r->service, FILTER, "xoauth2",
		    KNOWN_VALUES({ "key", e->key }, { "relay", r->nexthop }));
}

void
check_entry(struct check_context *c, const struct route *r,
    const struct entry *e)
{
	switch (e->kind) {
	case ENTRY_NONE:
		report_missing(c, r, e);
		return;
	case ENTRY_HIDDEN:
		return;		/* check_maps reports it */
	case ENTRY_PASSWORD:
		report_entry(c, PASSWORD_PLAIN, r, e);
		return;
	case ENTRY_PATH:
		report_entry(c, PASSWORD_PATH, r, e);
		break;
	case ENTRY_BROKEN:
		report_entry(c, PASSWORD_WRONG, r, e);
		break;
	case ENTRY_TOKEN:
		report_entry(c, PASSWORD_TOKEN, r, e);
		break;
	case ENTRY_ACCOUNT:
		check_named_account(c, r, e);
		break;
	}
	check_filter(c, r, e);
}

void
check_password(struct check_context *c, const struct route *r)
{
	if (judge_filter(c, r->service) == FILTER_OTHERS)
		return;
	report_postfix(c, MECHANISMS_PASSWORD, KNOWN_VALUES(
	    { "transport", r->service->name }, { "relay", r->nexthop },
	    { "parameter", r->parameter },
	    { "chroot", r->service->is_jailed ? "y" : "n" },
	    { "key", r->key[0] != '\0' ? r->key : r->parameter }));
}
