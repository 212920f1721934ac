/* SPDX-License-Identifier: BSD-2-Clause */
/* doctor_command.c - tokend doctor: what does not work, and how to fix it */
#include "command/doctor/doctor.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "account/place.h"
#include "command/command.h"
#include "command/doctor/report.h"
#include "knowledge/findings/findings.h"

#define SCREEN_OF_FINDINGS 12

/* In the order in which things break. */
static const struct check checks[] = {
	{ "plugin", doctor_plugin, 90, 0 },
	{ "choice", doctor_choice, 45, 0 },
	{ "accounts", doctor_scopes, 10, 0 },
	{ "accounts", doctor_accounts, 30, 1 },
	{ "nullmailer", doctor_nullmailer, 10, 0 },
	{ "sockets", doctor_sockets, 60, 0 },
	{ "denials", doctor_denials, 30, 0 },
	{ "provider", doctor_provider, 300, 0 },
	{ "mail", doctor_mail, 600, 0 },
	{ "postfix", doctor_postfix, 60, 0 },
	{ "queue", doctor_queue, 45, 0 },
	{ NULL, NULL, 0, 0 }
};

static int
parse_options(struct doctor *d, const char **report, int argc, char *argv[])
{
	static const struct option options[] = {
		{ "live", no_argument, NULL, 'l' },
		{ "json", no_argument, NULL, 'j' },
		{ "report", required_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 } };
	static char program[] = "tokend doctor";
	int option;

	argv[0] = program;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 'l' && option != 'j' && option != 'r')
			return -1;
		if (option == 'r')
			*report = optarg;
		d->is_live |= option == 'l';
		d->is_json |= option == 'j';
	}
	if (*report != NULL && d->is_json)
		return -1;
	return argc - optind > 1 ? -1 : 0;
}

/*
 * Once, for all checks; a tool that hangs ends after 10 s, and its instance is
 * not asked again. A person's own programs go without the machine's Postfix.
 */
static void
read_postfix(struct doctor *d)
{
	struct failure why;

	if (geteuid() != 0 || access(POSTFIX_DEFAULT "/main.cf", F_OK) == -1)
		return;
	doctor_progress(d, "postfix");
	if (instances_read(&d->postfixes, POSTFIX_DEFAULT, &why) == -1)
		doctor_found(d, "postfix", &check_findings[CHECK_FAILED],
		    KNOWN_VALUES({ "failure", why.text }));
}

static void
run_checks(struct doctor *d, const struct failure *no_place)
{
	const struct check *c;

	if (!d->has_scope)
		doctor_found_as(d, "accounts", &check_findings[CHECK_NO_SCOPE],
		    no_place->code, KNOWN_VALUES({ "failure",
		    no_place->text }));
	read_postfix(d);
	for (c = checks; c->run != NULL; c++) {
		doctor_progress(d, c->name);
		doctor_run_check(d, c);
	}
	doctor_progress(d, NULL);
}

/* Where they may have left the screen: a line each, cut nowhere. */
static void
repeat_faults(const struct doctor *d)
{
	const char *line = d->again;
	size_t len;

	/* A report has each finding once. */
	if (line == NULL || d->to != stdout || d->shown < SCREEN_OF_FINDINGS)
		return;
	fputs("\nThe faults again:\n", d->to);
	for (; *line != '\0'; line += len + 1) {
		len = strcspn(line, "\n");
		fprintf(d->to, "FAULT   %.*s\n", (int)len, line);
	}
}

static void
print_end(const struct doctor *d)
{
	if (!d->is_json)
		repeat_faults(d);
	if (d->is_json)
		fputs("]\n", d->to);
	else if (d->faults > 0)
		fprintf(d->to, "\n%u fault%s found. Fix the first one first: "
		    "others may be its consequences.\n", d->faults,
		    d->faults > 1 ? "s" : "");
	else
		fputs("\nNo fault found.\n", d->to);
}

/* --report: the findings go into the report, and no fault is a failure. */
static int
make_report(struct doctor *d, const char *path, struct failure *why)
{
	FILE *report = report_open(path, why);
	char *text = NULL;
	size_t size = 0;
	int result = -1;

	if (report == NULL)
		return command_failed(why);
	if ((d->to = open_memstream(&text, &size)) == NULL) {
		fail_memory(why);
	} else {
		run_checks(d, why);
		print_end(d);
		if (fclose(d->to) == 0 && text != NULL)
			result = report_write(d, text, report, why);
		else
			fail_memory(why);
	}
	free(text);
	if (result == -1)
		return command_failed(why);
	if (strcmp(path, "-") != 0)
		printf("%s has what a bug report needs. Secrets and client "
		    "ids are masked;\nread it before you send it: names, "
		    "addresses and paths are in it.\n", path);
	return fflush(stdout) == EOF ? EX_IOERR : EX_OK;
}

static void
doctor_free(struct doctor *d)
{
	instances_free(&d->postfixes);
	free(d->again);
}

int
command_doctor(int argc, char *argv[])
{
	struct doctor d = { .channel = -1, .to = stdout };
	const char *report = NULL;
	char name[NAME_MAX_LEN + 1];
	struct failure why;
	int status;

	if (parse_options(&d, &report, argc, argv) == -1)
		return command_usage("doctor", 0);
	if (argv[optind] != NULL) {
		if (name_fold(name, argv[optind], strlen(argv[optind]),
		    &why) == -1)
			return command_failed(&why);
		d.account = name;
	}
	d.has_scope = place_find(&d.scope, &why) == 0;
	if (report != NULL) {
		status = make_report(&d, report, &why);
		doctor_free(&d);
		return status;
	}
	if (d.is_json)
		putchar('[');
	run_checks(&d, &why);
	print_end(&d);
	doctor_free(&d);
	if (fflush(stdout) == EOF)
		return EX_IOERR;
	return d.faults > 0 ? status_exit(d.worst) : EX_OK;
}
