/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/doctor/denials/denial.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/number.h"

static const char *const ours[] = { "tokend", "libxoauth2" };

static const char *
find_word(const char *line, size_t len, const char *word)
{
	return memmem(line, len, word, strlen(word));
}

/* The value after `key=', with quotes or without. */
static void
take_value(char *to, size_t size, const char *line, size_t len, const char *key)
{
	const char *at = find_word(line, len, key), *end = line + len;
	size_t n = 0;
	char until = ' ';

	to[0] = '\0';
	if (at == NULL)
		return;
	at += strlen(key);
	if (at < end && *at == '"') {
		until = '"';
		at++;
	}
	while (at + n < end && at[n] != until && at[n] != '\n' && n + 1 < size)
		n++;
	memcpy(to, at, n);
	to[n] = '\0';
	make_printable(to, size);
}

static void
take_permissions(struct denial *a, const char *line, size_t len)
{
	const char *from = find_word(line, len, "{ "), *to;

	a->what[0] = '\0';
	if (from == NULL)
		return;
	from += 2;
	to = memchr(from, '}', (size_t)(line + len - from));
	if (to != NULL && to > from)
		snprintf(a->what, sizeof(a->what), "%.*s", (int)(to - from -
		    (to[-1] == ' ')), from);
	make_printable(a->what, sizeof(a->what));
}

/* user:role:type:level */
static void
take_type(struct denial *a, const char *line, size_t len)
{
	char context[DENIAL_WORD], *at;
	int i;

	take_value(context, sizeof(context), line, len, " tcontext=");
	for (at = context, i = 0; i < 2 && at != NULL; i++)
		if ((at = strchr(at, ':')) != NULL)
			at++;
	snprintf(a->type, sizeof(a->type), "%.*s",
	    at != NULL ? (int)strcspn(at, ":") : 0, at != NULL ? at : "");
}

static int64_t
take_time(const char *line, size_t len)
{
	const char *at = find_word(line, len, "audit(");
	char digits[NUMBER_MAX_LEN + 1];
	int64_t when = 0;

	if (at == NULL)
		return 0;
	at += strlen("audit(");
	snprintf(digits, sizeof(digits), "%.*s",
	    (int)((size_t)(line + len - at) < NUMBER_MAX_LEN ?
	    (size_t)(line + len - at) : NUMBER_MAX_LEN), at);
	return number_read(digits, &when) > 0 ? when : 0;
}

int
denial_parse(struct denial *a, const char *line, size_t len)
{
	memset(a, 0, sizeof(*a));
	if (find_word(line, len, ours[0]) == NULL &&
	    find_word(line, len, ours[1]) == NULL)
		return 0;
	a->is_apparmor = find_word(line, len, "apparmor=\"DENIED\"") != NULL;
	if (!a->is_apparmor && (find_word(line, len, "avc:") == NULL ||
	    find_word(line, len, "denied") == NULL))
		return 0;
	a->when = take_time(line, len);
	take_value(a->comm, sizeof(a->comm), line, len, " comm=");
	if (a->is_apparmor) {
		take_value(a->what, sizeof(a->what), line, len, " operation=");
		take_value(a->profile, sizeof(a->profile), line, len,
		    " profile=");
		take_value(a->path, sizeof(a->path), line, len, " name=");
		take_value(a->mask, sizeof(a->mask), line, len,
		    " requested_mask=");
		return 1;
	}
	take_permissions(a, line, len);
	take_value(a->path, sizeof(a->path), line, len, " path=");
	if (a->path[0] == '\0')
		take_value(a->path, sizeof(a->path), line, len, " name=");
	take_value(a->tclass, sizeof(a->tclass), line, len, " tclass=");
	take_type(a, line, len);
	a->is_permissive = find_word(line, len, "permissive=1") != NULL;
	return 1;
}

int
denial_equal(const struct denial *a, const struct denial *b)
{
	return a->is_apparmor == b->is_apparmor &&
	    strcmp(a->comm, b->comm) == 0 && strcmp(a->what, b->what) == 0 &&
	    strcmp(a->path, b->path) == 0;
}

static int
is_newer(const char *pattern, int64_t when)
{
	glob_t found;
	struct stat st;
	size_t i;
	int result = 0;

	if (glob(pattern, 0, NULL, &found) != 0)
		return 0;
	for (i = 0; i < found.gl_pathc && !result; i++)
		result = stat(found.gl_pathv[i], &st) == 0 &&
		    (int64_t)st.st_mtime > when;
	globfree(&found);
	return result;
}

static int
is_file(const struct denial *a)
{
	return strcmp(a->tclass, "file") == 0 ||
	    strcmp(a->tclass, "dir") == 0 || strcmp(a->tclass, "lnk_file") == 0;
}

int
denial_is_over(const struct denial *a)
{
	struct stat st;

	if (a->when == 0)
		return 0;
	if (a->is_apparmor)
		return is_newer("/etc/apparmor.d/*", a->when) ||
		    is_newer("/etc/apparmor.d/local/*", a->when);
	/* A new label is a change of the inode. */
	return is_newer("/etc/selinux/*/policy/policy.*", a->when) ||
	    is_newer("/var/lib/selinux/*/active/modules/*/*", a->when) ||
	    (is_file(a) && a->path[0] == '/' && lstat(a->path, &st) == 0 &&
	    (int64_t)st.st_ctime > a->when);
}
