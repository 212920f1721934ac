/* SPDX-License-Identifier: BSD-2-Clause */
#include "account/allow.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>

#include "base/number.h"

#define WORD_MAX 256

static int
add_group(const char *name, struct buf *numbers)
{
	const struct group *gr = getgrnam(name);

	if (gr == NULL)
		return 0;
	return buf_adds(numbers, "@") == -1 ||
	    buf_addnum(numbers, gr->gr_gid) == -1 ||
	    buf_adds(numbers, " ") == -1 ? -1 : 0;
}

static int
add_user(const char *name, struct buf *numbers)
{
	const struct passwd *pw;
	int64_t uid = 0;
	size_t digits = number_read(name, &uid);

	if (digits == 0 || name[digits] != '\0') {
		if ((pw = getpwnam(name)) == NULL)
			return 0;
		uid = pw->pw_uid;
	}
	return buf_addnum(numbers, uid) == -1 ||
	    buf_adds(numbers, " ") == -1 ? -1 : 0;
}

int
allow_numbers(const char *names, struct buf *numbers)
{
	char word[WORD_MAX];
	size_t len;

	for (; names != NULL; names += len) {
		names += strspn(names, " ");
		len = strcspn(names, " ");
		if (len == 0)
			break;
		if (len >= sizeof(word))
			continue;
		memcpy(word, names, len);
		word[len] = '\0';
		if ((word[0] == '@' ? add_group(word + 1, numbers) :
		    add_user(word, numbers)) == -1)
			return -1;
	}
	return 0;
}
