/* SPDX-License-Identifier: BSD-2-Clause */
/* status_command.c - tokend status: accounts, how long tokens last, failures */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "files/folder.h"
#include "files/leftover.h"
#include "account/place.h"
#include "command/command.h"
#include "command/status/list.h"
#include "command/status/monitor.h"
#include "base/shell_word.h"
#include "command/terminal/interrupt.h"
#include "command/status/account_view.h"
#include "lineio.h"

#define WATCH_MS 2000

struct status_options {
	struct monitor limits;
	int as_json, is_watch, is_check;
	const char *given;	/* folded below; NULL: all */
	char name[NAME_MAX_LEN + 1];
};

static int
show_json(const struct scope *s, const char *const *name, size_t count,
    int64_t now)
{
	enum status worst = STATUS_OK;
	struct usable folders;
	struct failure why;
	struct view v;
	size_t i;
	int result = 0;

	usable_folders(&folders, s);
	putchar('[');
	for (i = 0; i < count && result == 0; i++) {
		fputs(i > 0 ? ",\n" : "", stdout);
		view_look(&v, s, &folders, name[i], now);
		result = view_print_json(&v);
		worst = list_worse(worst, v.failure.code);
		account_free(&v.account);
	}
	if (result == -1) {
		fail_memory(&why);
		return command_failed(&why);
	}
	puts("]");
	return status_exit(worst);
}

static int
show_one(const struct scope *s, const char *name, int64_t now)
{
	struct usable folders;
	struct view v;
	int status;

	usable_folders(&folders, s);
	view_look(&v, s, &folders, name, now);
	v.is_served = v.is_loaded && serve_is_running(s);
	view_print(&v, now);
	status = status_exit(v.failure.code);
	account_free(&v.account);
	return status;
}

static int
show_list(const struct scope *s, int64_t now)
{
	struct failure why;
	struct list l;
	int status;

	if (list_read(&l, s, NULL, now, &why) == -1) {
		status = command_failed(&why);
	} else {
		list_print(&l);
		status = status_exit(l.worst);
	}
	list_free(&l);
	return status;
}

/* Nothing uses the secrets of removed accounts, but backups keep them. */
static void
show_leftovers(const struct scope *s)
{
	char word[SHELL_WORD_MAX(NAME_MAX_LEN)];
	struct names n;
	size_t i;

	if (leftover_names(&n, s, NULL) == 0)
		for (i = 0; i < n.count; i++)
			printf("left over: %s has no account file, but tokens "
			    "or secrets in %s; to delete them: tokend remove "
			    "%s\n", n.name[i], s->state,
			    shell_word(word, sizeof(word), n.name[i]));
	names_free(&n);
}

static int
show(const struct scope *s, const struct status_options *o)
{
	const int64_t now = clock_seconds();
	struct failure why;
	struct names n = { .name = NULL };
	int status = EX_OK;

	if (o->given != NULL && !o->as_json) {
		status = show_one(s, o->given, now);
	} else if (o->given != NULL) {
		status = show_json(s, &o->given, 1, now);
	} else if (names_list(&n, s, &why) == -1) {
		status = command_failed(&why);
	} else if (o->as_json) {
		status = show_json(s, (const char *const *)n.name, n.count,
		    now);
	} else if (n.count == 1) {
		status = show_one(s, n.name[0], now);
	} else if (n.count > 1) {
		status = show_list(s, now);
	} else {
		printf("no account in %s/accounts. Create one by \"tokend "
		    "login NAME\"\n", s->config);
	}
	names_free(&n);
	if (o->given == NULL && !o->as_json)
		show_leftovers(s);
	return fflush(stdout) == EOF ? EX_IOERR : status;
}

/* A terminal is cleared before each; other outputs are appended to. */
static int
watch(const struct scope *s, const struct status_options *o)
{
	const int is_terminal = isatty(STDOUT_FILENO);
	char when[32];
	struct tm tm;
	time_t now;
	int status;

	interrupt_block();
	do {
		now = time(NULL);
		if (localtime_r(&now, &tm) == NULL ||
		    strftime(when, sizeof(when), "%F %T", &tm) == 0)
			when[0] = '\0';
		printf("%stokend status, %s (Ctrl-C ends it)\n\n",
		    is_terminal ? "\033[H\033[J" : "", when);
		if ((status = show(s, o)) == EX_IOERR)
			break;
		if (!is_terminal)
			putchar('\n');
		interrupt_poll(NULL, 0, WATCH_MS);
	} while (!interrupt_came());
	return status;
}

static int
parse(struct status_options *o, int argc, char *argv[])
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "watch", no_argument, NULL, 'w' },
		{ "check", no_argument, NULL, 'c' },
		{ "warning", required_argument, NULL, 'W' },
		{ "critical", required_argument, NULL, 'C' },
		{ NULL, 0, NULL, 0 } };
	static char program[] = "tokend status";
	int option, has_limits = 0;

	argv[0] = program;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'W' || option == 'C') {
			int64_t *limit = option == 'W' ? &o->limits.warning :
			    &o->limits.critical;

			if ((*limit = monitor_time(optarg)) == -1)
				return -1;
			has_limits = 1;
		} else if (option == '?') {
			return -1;
		}
		o->as_json |= option == 'j';
		o->is_watch |= option == 'w';
		o->is_check |= option == 'c';
	}
	o->given = argv[optind];
	return argc - optind > 1 || (has_limits && !o->is_check) ||
	    o->as_json + o->is_watch + o->is_check > 1 ? -1 : 0;
}

static int
run(struct status_options *o, struct scope *s, struct failure *why)
{
	if (place_find(s, why) == -1)
		return -1;
	/* A store that is another user's is told of each account. */
	if (place_enter(s, why) == -1 && place_become(s, why) == -1)
		return -1;
	if (o->given == NULL)
		return 0;
	if (name_fold(o->name, o->given, strlen(o->given), why) == -1)
		return -1;
	o->given = o->name;
	return 0;
}

int
command_status(int argc, char *argv[])
{
	struct status_options o = { .limits = MONITOR_INIT };
	struct failure why;
	struct scope s;

	if (parse(&o, argc, argv) == -1) {
		/* A monitoring system reads the exit status. */
		command_usage("status", 0);
		return o.is_check ? MONITOR_UNKNOWN : EX_USAGE;
	}
	if (run(&o, &s, &why) == -1)
		return o.is_check ? monitor_unknown(&why) :
		    command_failed(&why);
	if (o.is_check)
		return monitor_run(&o.limits, &s, o.given);
	return o.is_watch ? watch(&s, &o) : show(&s, &o);
}
