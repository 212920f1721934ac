/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the protocol module "tokend" of nullmailer.
 *
 * nullmailer-send(8) starts it for each mail in its queue. Standard input has
 * options, one a line, up to an empty line: `host=NAME` is the first word of a
 * line in its file `remotes`, here the account. The mail is open on descriptor
 * 3, as PROTOCOL wants it. From the exit status it takes whether to keep the
 * mail, and from standard output, for the bounce that it then writes, the text
 * and the first words of the form 5.1.1. So a mail is refused for good only
 * where the provider says that it never takes it: what a person can fix keeps
 * it in the queue, for a week.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/descriptors.h"
#include "common/log.h"
#include "base/name.h"
#include "sendmail/deliver.h"

#define MAIL_FILE 3
#define LINE_MAX 1024

/* Of nullmailer's exit statuses. 32 is the bit of those that are for good. */
enum {
	TEMPORARY_USAGE = 1,
	TEMPORARY_OPEN = 12,	/* there is no mail */
	TEMPORARY_FAILURE = 16,
	TEMPORARY_CONFIG = 18,
	TEMPORARY_SIGN_IN = 20,	/* shown as "Failed to authenticate" */
	PERMANENT_FAILURE = 35
};

static int
exit_for(enum status code)
{
	switch (code) {
	case STATUS_OK:
		return 0;
	case STATUS_MESSAGE:
		return PERMANENT_FAILURE;
	case STATUS_USAGE:
		return TEMPORARY_USAGE;
	case STATUS_SIGN_IN:
	case STATUS_REJECTED:
		return TEMPORARY_SIGN_IN;
	case STATUS_CONFIG:
	case STATUS_NO_ACCOUNT:
	case STATUS_DENIED:
		return TEMPORARY_CONFIG;
	default:
		return TEMPORARY_FAILURE;
	}
}

/* `--host=NAME` is the same. NULL: it is another option. */
static const char *
option_value(const char *line, const char *name)
{
	const size_t len = strlen(name);

	if (strncmp(line, "--", 2) == 0)
		line += 2;
	return strncmp(line, name, len) == 0 && line[len] == '=' ?
	    line + len + 1 : NULL;
}

static int
take_line(char account[NAME_MAX_LEN + 1], char *line, struct failure *why)
{
	const char *value = NULL;
	char *end = strchr(line, '\n');

	if (end == NULL)
		return fail(why, STATUS_USAGE, "an option has more than %d "
		    "bytes, or no line end", LINE_MAX - 2);
	*end = '\0';
	if ((value = option_value(line, "host")) == NULL)
		return fail(why, STATUS_USAGE, "the option \"%.100s\" means "
		    "nothing here. In nullmailer's remotes the line is "
		    "\"ACCOUNT tokend\"", line);
	return name_fold(account, value, strlen(value), why);
}

static int
read_options(char account[NAME_MAX_LEN + 1], struct failure *why)
{
	char line[LINE_MAX];

	while (fgets(line, sizeof(line), stdin) != NULL && *line != '\n')
		if (take_line(account, line, why) == -1)
			return -1;
	if (ferror(stdin) || *account == '\0')
		return fail(why, STATUS_USAGE, "no account. This program is "
		    "nullmailer's module: nullmailer-send starts it for a line "
		    "\"ACCOUNT tokend\" in its remotes");
	return 0;
}

/*
 * nullmailer takes the first words of this form for the bounce's Status, so it
 * is to be the server's own, and not a part of an address.
 */
static void
find_status(char code[12], const char *text)
{
	unsigned subject = 0, detail = 0;
	int end = 0;

	for (; (text = strstr(text, "5.")) != NULL; text++)
		if (sscanf(text, "5.%3u.%3u%n", &subject, &detail, &end) == 2 &&
		    (text[end] == ' ' || text[end] == '\0')) {
			snprintf(code, 12, "5.%u.%u", subject % 1000,
			    detail % 1000);
			return;
		}
	snprintf(code, 12, "5.0.0");
}

/* One line for the bounce, one for the log. */
static int
report(const struct failure *why)
{
	char code[12] = "4.4.7";	/* if returned, then for its age */

	if (why->code == STATUS_MESSAGE)
		find_status(code, why->text);
	printf("%s %s\n", code, why->text);
	fprintf(stderr, "tokend: %s\n", why->text);
	return exit_for(why->code);
}

int
main(void)
{
	char account[NAME_MAX_LEN + 1] = "", said[SAID_MAX + 1];
	struct failure why;
	struct stat st;

	/* What was sent is told as sent, whatever reads our words. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	log_open("tokend", LOG_TO_SYSLOG);
	if (read_options(account, &why) == -1)
		return report(&why);
	if (fstat(MAIL_FILE, &st) == -1) {
		fail(&why, STATUS_LATER, "no mail is open on descriptor %d: "
		    "%s", MAIL_FILE, strerror(errno));
		report(&why);
		return TEMPORARY_OPEN;
	}
	if (deliver_mail(account, MAIL_FILE, said, &why) == -1)
		return report(&why);
	printf("%s\n", said);
	fprintf(stderr, "tokend: account \"%s\": sent: %s\n", account, said);
	return 0;
}
