/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/allow_user.h"

#include <string.h>

#include "account/allow.h"
#include "command/edit.h"

int
user_is_allowed(const char *list, uid_t uid, gid_t gid, struct failure *why)
{
	struct buf numbers = BUF_INIT(ALLOW_LIST_MAX), wanted =
	    BUF_INIT(64);
	int result = -1;

	if (buf_adds(&numbers, " ") == -1 ||
	    allow_numbers(list, &numbers) == -1 ||
	    buf_adds(&wanted, " ") == -1 ||
	    buf_addnum(&wanted, uid) == -1 ||
	    buf_adds(&wanted, " ") == -1)
		fail_memory(why);
	else
		result = strstr(numbers.data, wanted.data) != NULL;
	buf_reset(&wanted);
	if (result == 0 && (buf_adds(&wanted, " @") == -1 ||
	    buf_addnum(&wanted, gid) == -1 ||
	    buf_adds(&wanted, " ") == -1))
		result = fail_memory(why);
	else if (result == 0)
		result = strstr(numbers.data, wanted.data) != NULL;
	buf_free(&numbers);
	buf_free(&wanted);
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
