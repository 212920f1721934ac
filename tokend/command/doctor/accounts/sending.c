/* SPDX-License-Identifier: BSD-2-Clause */
/* sending.c - accounts that send: what they may do, what holds them back */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "account/send_right.h"
#include "command/account_mistakes.h"
#include "command/doctor/accounts/accounts.h"
#include "common/date.h"
#include "state/send_hold.h"
#include "state/state.h"

static void
report(struct doctor *d, enum sending_finding found,
    const struct known_value *values)
{
	doctor_found(d, ACCOUNTS_CHECK, &sending_findings[found], values);
}

static enum sending_finding
choose_wider(const struct account *a)
{
	char words[GRANTED_MAX + 1];

	if (send_right_judge(a, "", words) == SEND_RIGHT_WIDER)
		return SEND_WIDER_ASKED;
	return granted_by_microsoft(a) ? SEND_WIDER_MICROSOFT : SEND_WIDER;
}

/* Reading would make the folder where it is missing. */
static int
has_folder(const struct doctor *d, const char *name)
{
	char path[SCOPE_PATH_MAX + 16];

	snprintf(path, sizeof(path), "%s/%s", d->scope.state, name);
	return access(path, F_OK) == 0;
}

/* What was granted, where a sign-in or a renewal has noted it. */
static int
check_right(struct doctor *d, const struct account *a)
{
	struct state *st = calloc(1, sizeof(*st));
	char words[GRANTED_MAX + 1];
	enum send_right right;

	if (st == NULL)
		return 0;
	if (has_folder(d, "state"))
		state_read(st, &d->scope, a->name);
	right = send_right_judge(a, st->scope, words);
	free(st);
	if (right != SEND_RIGHT_WIDER && right != SEND_RIGHT_MISSING)
		return 0;
	report(d, right == SEND_RIGHT_MISSING ? SEND_NARROWER :
	    choose_wider(a), KNOWN_VALUES({ "account", a->name },
	    { "word", words }, { "file", a->path }));
	return 1;
}

static int
check_hold(struct doctor *d, const struct account *a)
{
	char when[DATE_MAX];
	struct send_hold h;

	if (!has_folder(d, "holds"))
		return 0;
	send_hold_read(&h, &d->scope, a->name);
	if (!send_hold_counts(&h, a->stamp, (int64_t)time(NULL), NULL))
		return 0;
	report(d, SEND_HELD, KNOWN_VALUES({ "account", a->name },
	    { "date", date_text(when, h.until) }, { "failure", h.text }));
	return 1;
}

static int
check_allow(struct doctor *d, const struct account *a)
{
	const char *at = a->allow_send;
	char name[256];
	int count = 0, is_group;

	for (; mistake_unknown_allow(&at, name); count++) {
		is_group = name[0] == '@';
		report(d, is_group ? SEND_NO_GROUP : SEND_NO_USER,
		    KNOWN_VALUES({ "account", a->name },
		    { "word", name + is_group }, { "file", a->path }));
	}
	return count;
}

int
check_sending(struct doctor *d, const struct account *a)
{
	static const char *const ways[SEND_WAYS] = {
	    [SEND_SMTP] = "by SMTP", [SEND_GMAIL] = "by Gmail's API",
	    [SEND_GRAPH] = "by Microsoft Graph" };
	char words[GRANTED_MAX + 1];
	int count;

	if (a->send == SEND_NONE)
		return 0;
	count = check_right(d, a) + check_hold(d, a) + check_allow(d, a);
	if (count == 0)
		report(d, send_right_judge(a, "", words) == SEND_RIGHT_ALONE ?
		    SEND_OK : SEND_OK_MORE, KNOWN_VALUES(
		    { "account", a->name }, { "way", ways[a->send] }));
	return count;
}
