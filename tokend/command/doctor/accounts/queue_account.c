/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_account.c - whether the program that has a queue of mail may send by
 * the account that its configuration names.
 */
#include <stdio.h>

#include "command/doctor/accounts/accounts.h"
#include "command/setup/allow_user.h"

void
queue_user(struct mail_queue *q, const struct passwd *pw)
{
	q->user[0] = '\0';
	if (pw == NULL)
		return;
	snprintf(q->user, sizeof(q->user), "%s", pw->pw_name);
	q->uid = pw->pw_uid;
	q->gid = pw->pw_gid;
}

#define WANTED_SHOWN 300	/* of a line that is to be typed, with NUL */

static int
report(struct doctor *d, const struct mail_queue *q,
    enum sending_finding found, const struct known_value *values)
{
	doctor_found(d, q->check, &sending_findings[found], values);
	return 0;
}

static int
check_user(struct doctor *d, const struct mail_queue *q,
    const struct account *a)
{
	char wanted[WANTED_SHOWN];
	struct failure why;
	int len;

	if (q->user[0] == '\0' || user_is_allowed(a->allow, a->allow_send,
	    q->uid, q->gid, &why) != IS_FALSE)
		return 1;
	len = snprintf(wanted, sizeof(wanted), "%s%s%s", a->allow_send != NULL ?
	    a->allow_send : "", a->allow_send != NULL ? " " : "", q->user);
	return report(d, q, (size_t)len < sizeof(wanted) ?
	    SEND_REMOTE_NOT_ALLOWED : SEND_REMOTE_NOT_AMONG, KNOWN_VALUES(
	    { "account", a->name }, { "user", q->user },
	    { "program", q->program }, { "wanted", wanted },
	    { "file", a->path }));
}

int
check_queue_account(struct doctor *d, const struct mail_queue *q,
    const char *name)
{
	struct failure why;
	struct account a;
	int result = 0;

	if (account_load(&a, q->scope, name, &why) == 0)
		result = a.send != SEND_NONE ? check_user(d, q, &a) :
		    report(d, q, SEND_REMOTE_NO_WAY, KNOWN_VALUES(
		    { "account", name }, { "path", q->file },
		    { "file", a.path }));
	else if (why.code == STATUS_NO_ACCOUNT)
		report(d, q, SEND_REMOTE_NO_ACCOUNT, KNOWN_VALUES(
		    { "account", name }, { "file", q->file }));
	account_free(&a);
	return result;
}
