/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/allow_user.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "account/allow.h"
#include "base/name.h"
#include "command/edit.h"

enum truth
user_is_allowed(const char *list, const char *other, uid_t uid, gid_t gid,
    struct failure *why)
{
	struct buf numbers = BUF_INIT(ALLOW_LIST_MAX);
	enum truth result = IS_FALSE;
	char user[32], group[32];

	snprintf(user, sizeof(user), "%u", (unsigned)uid);
	snprintf(group, sizeof(group), "@%u", (unsigned)gid);
	if (allow_numbers(list, &numbers) == -1 ||
	    allow_numbers(other, &numbers) == -1)
		result = fail_memory(why);
	else if (words_have(buf_text(&numbers), user, strlen(user)) ||
	    words_have(buf_text(&numbers), group, strlen(group)))
		result = IS_TRUE;
	buf_free(&numbers);
	return result;
}

int
allow_user(struct setup *s, const char *key, const char *list,
    const char *user, struct failure *why)
{
	struct buf allow = BUF_INIT(ALLOW_MAX);
	struct setup_file *f;
	int result = -1;

	if ((list != NULL && (buf_adds(&allow, list) == -1 ||
	    buf_adds(&allow, " ") == -1)) || buf_adds(&allow, user) == -1)
		fail(why, STATUS_CONFIG, "%s: has no room for %s = %s",
		    s->account->path, key, user);
	else if ((f = setup_file(s, s->account->path, why)) != NULL)
		result = edit_set(&f->new, key, buf_text(&allow)) == -1 ?
		    fail_memory(why) : 0;
	buf_free(&allow);
	return result;
}

int
allow_named(struct setup *s, const char *key, const char *user,
    struct failure *why)
{
	const int sends = strcmp(key, "allow_send") == 0;
	const struct account *a = s->account;
	const struct passwd *pw;
	char name[64];	/* user may be what the next getpwnam(3) overwrites */

	snprintf(name, sizeof(name), "%s", user);
	if ((pw = getpwnam(name)) == NULL)
		return fail(why, STATUS_CONFIG, "there is no user %s, which "
		    "would ask tokend", name);
	switch (user_is_allowed(a->allow, sends ? a->allow_send : NULL,
	    pw->pw_uid, pw->pw_gid, why)) {
	case IS_UNKNOWN:
		return -1;
	case IS_TRUE:
		return 0;
	default:
		return allow_user(s, key, sends ? a->allow_send : a->allow,
		    name, why);
	}
}
