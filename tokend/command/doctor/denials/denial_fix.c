/* SPDX-License-Identifier: BSD-2-Clause */
/* denial_fix.c - what allows what SELinux or AppArmor has denied */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "command/doctor/denials/denial.h"
#include "common/date.h"
#include "disk/file.h"
#include "knowledge/findings/findings.h"

#define APPARMOR "/etc/apparmor.d/"
#define PROFILE_FILE_MAX 262144

/* A log's words go into a command only if they mean nothing to a shell. */
static int
is_plain(const char *text)
{
	return text[0] != '\0' && text[strspn(text, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._@:+-")] == '\0';
}

/* Labels of the place where a file was made, not of where it is. */
static int
is_stray(const char *type)
{
	static const char *const types[] = { "user_home_t", "admin_home_t",
	    "user_tmp_t", "tmp_t", "default_t", "unlabeled_t", "var_t",
	    "root_t", "home_root_t" };
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(type, types[i]) == 0)
			return 1;
	return 0;
}

static int
names_profile(const char *path, const char *profile)
{
	struct buf text = BUF_INIT(PROFILE_FILE_MAX);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), found = 0;
	const char *at;
	size_t len = strlen(profile);

	if (fd == -1)
		return 0;
	if (file_read(fd, &text) == 0)
		for (at = buf_text(&text); !found &&
		    (at = strstr(at, profile)) != NULL; at++)
			/* As a word: a name, or what it is attached to. */
			found = (at == buf_text(&text) ||
			    strchr(" \t\n\"", at[-1]) != NULL) &&
			    at[len] != '\0' &&
			    strchr(" \t\n\"{", at[len]) != NULL;
	close(fd);
	buf_free(&text);
	return found;
}

/* The file below APPARMOR that has the profile. 0, or -1. */
static int
find_profile(char name[DENIAL_WORD], const char *profile)
{
	glob_t files;
	struct stat st;
	size_t i;
	int result = -1;

	if (profile[0] == '\0' || glob(APPARMOR "*", 0, NULL, &files) != 0)
		return -1;
	for (i = 0; i < files.gl_pathc && result == -1; i++) {
		if (stat(files.gl_pathv[i], &st) == -1 ||
		    !S_ISREG(st.st_mode) ||
		    !names_profile(files.gl_pathv[i], profile))
			continue;
		if (snprintf(name, DENIAL_WORD, "%s", files.gl_pathv[i] +
		    strlen(APPARMOR)) < DENIAL_WORD && is_plain(name))
			result = 0;
	}
	globfree(&files);
	return result;
}

/* apparmor.d(5): what is run goes on under its own rules, or under none. */
static const char *
access_mode(const struct denial *a)
{
	if (strchr(a->mask, 'x') != NULL)
		return "PUx";
	if (strpbrk(a->mask, "wacd") != NULL)
		return "rwk";
	return "r";
}

static enum denial_finding
judge_selinux(const struct denial *a)
{
	if (a->path[0] == '/' && is_plain(a->path) && is_stray(a->type))
		return SELINUX_LABEL;
	return is_plain(a->comm) ? SELINUX_MODULE : SELINUX_OTHER;
}

static enum denial_finding
judge_apparmor(const struct denial *a, char file[DENIAL_WORD])
{
	return find_profile(file, a->profile) == 0 && a->path[0] == '/' &&
	    is_plain(a->path) ? APPARMOR_PROFILE : APPARMOR_OTHER;
}

void
denial_describe(const struct denial *a, struct finding *f, int64_t now)
{
	char duration[DURATION_MAX], ago[DURATION_MAX + 8] = "";
	char file[DENIAL_WORD] = "", what[DENIAL_WORD + 8];

	snprintf(what, sizeof(what), a->is_apparmor ? "%s" : "{ %s }",
	    a->what);
	if (a->when != 0)
		snprintf(ago, sizeof(ago), ", %s ago",
		    duration_text(duration, now - a->when));
	known_finding(f, DENIALS_CHECK, &denial_findings[a->is_apparmor ?
	    judge_apparmor(a, file) : judge_selinux(a)], KNOWN_VALUES(
	    { "profile", a->profile }, { "program", a->comm },
	    { "what", what }, { "path", a->path }, { "mask", a->mask },
	    { "class", a->tclass }, { "type", a->type }, { "ago", ago },
	    { "access", access_mode(a) }, { "file", file }));
	if (a->is_permissive) {
		const struct finding enforced = *f;

		known_finding(f, DENIALS_CHECK,
		    &denial_findings[DENIAL_PERMISSIVE], KNOWN_VALUES(
		    { "found", enforced.found }, { "fix", enforced.fix }));
	}
}
