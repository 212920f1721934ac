/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command/explain.h"
#include "files/folder.h"

/* One line in a log or a pipe; at a terminal as many as it takes. */
static void
print_labelled(const char *label, const char *text)
{
	if (isatty(STDERR_FILENO))
		explain_line(stderr, label, (int)strlen(label) + 1, text);
	else
		fprintf(stderr, "%s %s\n", label, text);
}

int
command_failed(const struct failure *why)
{
	print_labelled("tokend:", why->text);
	return status_exit(why->code);
}

void
command_warn(const char *format, ...)
{
	struct failure warning;
	va_list args;

	va_start(args, format);
	vfail(&warning, STATUS_OK, format, args);
	va_end(args);
	print_labelled("tokend: warning:", warning.text);
}

int
command_flags(int argc, char *argv[], const struct option *options,
    int words_max)
{
	char program[32], *command = argv[0];
	int option;

	snprintf(program, sizeof(program), "tokend %s", command);
	argv[0] = program;	/* for what getopt_long(3) prints */
	do
		option = getopt_long(argc, argv, "", options, NULL);
	while (option == 0);
	argv[0] = command;
	if (option != '?' && argc - optind <= words_max)
		return 0;
	command_usage(command, 0);
	return -1;
}

int
command_account(char name[NAME_MAX_LEN + 1], const struct scope *s,
    const char *given, struct failure *why)
{
	struct names n;
	int result = -1;

	if (given != NULL)
		return name_fold(name, given, strlen(given), why);
	if (names_list(&n, s, why) == -1)
		goto out;
	if (n.count == 1) {
		snprintf(name, NAME_MAX_LEN + 1, "%s", n.name[0]);
		result = 0;
	} else if (n.count == 0) {
		fail(why, STATUS_NO_ACCOUNT, "no account in %s/accounts. "
		    "Create one by \"tokend login NAME\"", s->config);
	} else {
		fail(why, STATUS_USAGE, "%s/accounts has %zu accounts: give "
		    "the name of one", s->config, n.count);
	}
out:
	names_free(&n);
	return result;
}
