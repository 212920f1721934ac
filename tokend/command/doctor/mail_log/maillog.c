/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/doctor/mail_log/maillog.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/doctor/log_tail.h"

#define OURS "SASL authentication failure: tokend: "
#define COMPRESSED ".gz"
#define TAG_MAX 128

int
maillog_is_rotated(const char *name, const char *log)
{
	const size_t len = strlen(log);

	if (strncmp(name, log, len) != 0 ||
	    (name[len] != '.' && name[len] != '-'))
		return 0;
	name += len + 1;
	if (!isdigit((unsigned char)name[0]))
		return 0;
	name += strspn(name, "0123456789-");
	return *name == '\0' || strcmp(name, COMPRESSED) == 0;
}

/* The newest of the files that the log was before: 1, or 0. */
static int
find_rotated(const char *path, char found[SCOPE_PATH_MAX])
{
	const char *log = strrchr(path, '/') + 1;
	char folder[SCOPE_PATH_MAX];
	const struct dirent *entry;
	time_t newest = 0;
	struct stat st;
	DIR *d;

	snprintf(folder, sizeof(folder), "%.*s", (int)(log - path), path);
	if ((d = opendir(folder)) == NULL)
		return 0;
	while ((entry = readdir(d)) != NULL)
		if (maillog_is_rotated(entry->d_name, log) &&
		    fstatat(dirfd(d), entry->d_name, &st, 0) == 0 &&
		    S_ISREG(st.st_mode) && st.st_mtime > newest &&
		    scope_path(found, folder, entry->d_name) == 0)
			newest = st.st_mtime;
	closedir(d);
	return newest != 0;
}

/* The end of the log before this one, where this one has just begun. */
static void
read_rotated(const char *path, size_t most, struct buf *lines)
{
	static char program[] = "/usr/bin/gzip", options[] = "-dc";
	char old[SCOPE_PATH_MAX];
	char *words[] = { program, options, old, NULL };
	const size_t before = lines->len;
	size_t len;

	if (!find_rotated(path, old))
		return;
	len = strlen(old);
	if (len > strlen(COMPRESSED) && strcmp(old + len - strlen(COMPRESSED),
	    COMPRESSED) == 0)
		log_tail_program(words, most, lines);
	else
		log_tail_file(old, most, lines);
	/* Each begins a line. */
	if (lines->len > before && lines->data[lines->len - 1] != '\n')
		buf_add(lines, "\n", 1);
}

static int
read_tail(const char *path, struct buf *lines)
{
	struct stat st;

	if (stat(path, &st) == 0 && path[0] == '/' && access(path, R_OK) == 0 &&
	    st.st_size < MAILLOG_TAIL)
		read_rotated(path, MAILLOG_TAIL - (size_t)st.st_size, lines);
	return log_tail_file(path, MAILLOG_TAIL, lines);
}

/* What an instance calls itself in the log: "postfix", "postfix-work". */
static void
name_tag(char tag[TAG_MAX], const struct postfix *p, const char *daemon)
{
	const char *name = p != NULL ? postfix_value(p, NULL, "syslog_name") :
	    "";

	if (*name == '\0' || strchr(name, '$') != NULL)
		name = "postfix";
	snprintf(tag, TAG_MAX, "%s/%s", name, daemon);
}

static int
read_journal(const struct postfix *p, struct buf *lines)
{
	static char program[] = "/usr/bin/journalctl", most[] = "-n2000",
	    quiet[] = "-q", plain[] = "--no-pager", mail[] = "-t";
	char smtp[TAG_MAX], pipe[TAG_MAX], qmgr[TAG_MAX];
	char *words[] = { program, quiet, plain, most, mail, smtp, mail, pipe,
	    mail, qmgr, NULL };

	name_tag(smtp, p, "smtp");
	name_tag(pipe, p, "pipe");
	name_tag(qmgr, p, "qmgr");
	return log_tail_program(words, MAILLOG_TAIL, lines) == 0 &&
	    lines->len > 0 ? 0 : -1;
}

int
maillog_read(const struct postfix *p, struct buf *lines, struct failure *why)
{
	const char *own = p != NULL ? postfix_value(p, NULL, "maillog_file") :
	    "";
	const char *const paths[] = { own, "/var/log/mail.log",
	    "/var/log/maillog" };
	int denied = 0;
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (*paths[i] == '\0')
			continue;
		if (read_tail(paths[i], lines) == 0)
			return 0;
		denied |= errno == EACCES;
	}
	if (read_journal(p, lines) == 0)
		return 0;
	return fail(why, STATUS_CONFIG, denied ? "the mail log is shown to "
	    "root only" : "there is no mail log in /var/log, and the journal "
	    "has nothing of postfix/smtp");
}

char *
maillog_last(struct buf *lines)
{
	char *found = NULL, *at = lines->data, *line;

	while ((line = postfix_next_line(&at)) != NULL)
		if ((line = strstr(line, OURS)) != NULL)
			found = line + strlen(OURS);
	return found;
}

int
maillog_is_ours(const char *line)
{
	static const char *const words[] = { "tokend", "SASL", "sasl",
	    "xoauth2", "XOAUTH2", "OAUTHBEARER" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(line, words[i]) != NULL)
			return 1;
	return 0;
}
