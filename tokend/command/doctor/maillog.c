/* maillog.c - see maillog.h */
#include "command/doctor/maillog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lineio.h"
#include "run.h"

#define OURS "SASL authentication failure: tokend: "
#define JOURNAL_MOST 10000	/* ms */
#define JOURNAL_MAX 8388608	/* bytes that it may print */
#define TAG_MAX 128

static int
read_tail(const char *path, struct buf *lines)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char block[16384];
	struct stat st;
	ssize_t n;
	int result = -1;

	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		result = 0;
		if (st.st_size > MAILLOG_TAIL)
			lseek(fd, -MAILLOG_TAIL, SEEK_END);
		while ((n = read(fd, block, sizeof(block))) > 0 &&
		    lines->len <= MAILLOG_TAIL)
			if (buf_add(lines, block, (size_t)n) == -1)
				break;
	}
	close(fd);
	return result;
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
	    quiet[] = "-q", plain[] = "--no-pager", mail[] = "-t",
	    lang[] = "LANG=C";
	char smtp[TAG_MAX], qmgr[TAG_MAX];
	char *words[] = { program, quiet, plain, most, mail, smtp, mail, qmgr,
	    NULL };
	char *env[] = { lang, NULL };
	struct run_result r = RUN_RESULT_INIT;
	size_t skip;
	int result = -1;

	name_tag(smtp, p, "smtp");
	name_tag(qmgr, p, "qmgr");
	r.output.max = JOURNAL_MAX;
	run_program(&r, words, env, clock_ms() + JOURNAL_MOST);
	skip = r.output.len > MAILLOG_TAIL ? r.output.len - MAILLOG_TAIL : 0;
	if (r.end == RUN_EXITED && r.number == 0 && r.output.len > 0 &&
	    buf_add(lines, r.output.data + skip, r.output.len - skip) == 0)
		result = 0;
	run_result_free(&r);
	return result;
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
