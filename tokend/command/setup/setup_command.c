/* SPDX-License-Identifier: BSD-2-Clause */
/* setup_command.c - tokend setup: a program is made to use an account. */
#include <errno.h>
#include <getopt.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>
#include <unistd.h>

#include "account/place.h"
#include "command/command.h"
#include "command/safe_path.h"
#include "command/setup/change.h"
#include "command/setup/plan.h"
#include "command/setup/record.h"
#include "command/setup/setup.h"
#include "command/setup/show_plan.h"
#include "command/setup/undo.h"
#include "command/terminal/ask.h"
#include "command/terminal/interrupt.h"
#include "base/nearest.h"
#include "base/shell_word.h"

struct wanted {
	const struct setup_program *program;
	char *config;			/* absolute, allocated */
	const char *account;
	int is_dry, is_sure, is_undo;
	int sends;			/* --send, or it does nothing else */
	int is_explained;			/* what is wrong with them */
};

/* Other names of the programs that are known by one. */
static const char *const aliases[][2] = { { "isync", "mbsync" },
    { "neomutt", "mutt" }, { "git-send-email", "git" }, { "exim4", "exim" } };

static const struct setup_program *
find_named(const char *name)
{
	const struct setup_program *p;

	for (p = setup_programs; p->name != NULL; p++)
		if (strcasecmp(p->name, name) == 0)
			return p;
	return NULL;
}

static const struct setup_program *
find_program(const char *name)
{
	const struct setup_program *p = find_named(name);
	struct nearest n = { .word = NULL };
	size_t i;

	for (i = 0; p == NULL && i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcasecmp(aliases[i][0], name) == 0)
			p = find_named(aliases[i][1]);
	if (p != NULL)
		return p;
	for (p = setup_programs; p->name != NULL; p++)
		nearest_compare(&n, name, p->name);
	fprintf(stderr, "tokend setup: it does not know \"%s\"", name);
	if (nearest_found(&n) != NULL)
		fprintf(stderr, "; did you mean \"%s\"?\n",
		    nearest_found(&n));
	else
		fputs("; the pages of more programs\nare in "
		    TOKEND_CLIENTS_DIR "\n", stderr);
	return NULL;
}

/* Does the program do what is wanted of it? */
static int
check_send(struct wanted *w)
{
	if (w->program->plan == NULL)
		w->sends = 1;
	if (!w->sends || w->program->plan_send != NULL)
		return 0;
	fprintf(stderr, "tokend setup: %s logs in itself, and cannot be given "
	    "--send\n", w->program->name);
	return -1;
}

/* 0; -1: usage. */
static int
read_options(struct wanted *w, int argc, char *argv[])
{
	static const struct option options[] = {
		{ "dry-run", no_argument, NULL, 'd' },
		{ "yes", no_argument, NULL, 'y' },
		{ "undo", no_argument, NULL, 'u' },
		{ "send", no_argument, NULL, 's' },
		{ "config", required_argument, NULL, 'c' },
		{ NULL, 0, NULL, 0 } };
	static char program[] = "tokend setup";
	int option;

	argv[0] = program;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		w->is_dry |= option == 'd';
		w->is_sure |= option == 'y';
		w->is_undo |= option == 'u';
		w->sends |= option == 's';
		if (option == '?')
			return -1;
		if (option != 'c')
			continue;
		free(w->config);
		if ((w->config = safe_path_absolute(optarg)) == NULL) {
			fprintf(stderr, "tokend setup: %s: %s\n", optarg,
			    strerror(errno));
			return -1;
		}
	}
	if (argc - optind < 1 || argc - optind > (w->is_undo ? 1 : 2) ||
	    (w->is_undo && (w->config != NULL || w->sends)))
		return -1;
	w->account = argv[optind + 1];
	w->program = find_program(argv[optind]);
	w->is_explained = w->program == NULL || check_send(w) == -1;
	return w->is_explained ? -1 : 0;
}

/* `sudo -E` and `su -m` leave another user's HOME to root. */
static int
check_home(const char *home, const struct wanted *w, struct failure *why)
{
	const char *option = w->is_undo ? "--undo " : "";
	const struct passwd *pw;
	unsigned owner;

	switch (safe_path_home_is_ours(home, &owner)) {
	case IS_TRUE:
		return 0;
	case IS_UNKNOWN:
		return fail(why, STATUS_CONFIG, "HOME is %.200s: %s", home,
		    strerror(errno));
	case IS_FALSE:
		break;
	}
	if ((pw = getpwuid((uid_t)owner)) == NULL)
		return fail(why, STATUS_CONFIG, "HOME is %.200s, which "
		    "belongs to uid %u and not to root: nothing was changed. "
		    "Fix: for root's own files, su - -c \"tokend setup %s%s\"",
		    home, owner, option, w->program->name);
	return fail(why, STATUS_CONFIG, "HOME is %.100s, which belongs to %s "
	    "and not to root: nothing was changed. Fix: for %s's files, su - "
	    "%s -c \"tokend setup %s%s\"; for root's own, su - -c \"tokend "
	    "setup %s%s\"", home, pw->pw_name, pw->pw_name, pw->pw_name,
	    option, w->program->name, option, w->program->name);
}

/* In whose files, and as whom. */
static int
find_place(struct setup *s, struct scope *scope, const struct wanted *w,
    struct failure *why)
{
	if (place_find(scope, why) == -1)
		return -1;
	s->scope = scope;
	s->config = w->config;
	if (w->program->for_root)
		return geteuid() == 0 && scope->kind == SCOPE_SYSTEM ? 0 :
		    fail(why, STATUS_CONFIG, "%s is the machine's, and uses "
		    "the system's accounts: run this as root%s",
		    w->program->name, geteuid() == 0 ?
		    ", without TOKEND_CONFIG_DIR" : "");
	s->home = secure_getenv("HOME");
	if (s->home == NULL || s->home[0] != '/')
		return fail(why, STATUS_CONFIG, "HOME is not set: there is no "
		    "place for %s's files", w->program->name);
	return check_home(s->home, w, why);
}

/* The recipe for what is wanted. */
static int
run_recipe(struct setup *s, const struct wanted *w, struct failure *why)
{
	if (w->sends)
		return w->program->plan_send(s, why);
	if (!sending_is_api(s->account->send))
		return w->program->plan(s, why);
	return fail(why, STATUS_CONFIG, "account \"%s\" sends by an API (send "
	    "= %s), and its tokens log in at no mail server. Fix: \"tokend "
	    "setup %s %s\"", s->account->name,
	    send_way_word(s->account->send), w->program->plan_send != NULL ?
	    "postfix --send" : "nullmailer", SHELL_NAME(s->account->name));
}

/*
 * A second time there is nothing to do, or the file was not understood: then
 * each run would change it again.
 */
static int
plan_again(const struct setup *s, const struct wanted *w, struct failure *why)
{
	const struct setup_file *f;
	struct setup again;
	int result;

	plan_init(&again);
	again.scope = s->scope;
	again.account = s->account;
	again.home = s->home;
	again.config = s->config;
	again.before = s;
	result = run_recipe(&again, w, why);
	for (f = again.files; result == 0 && f < again.files +
	    again.file_count; f++)
		if (plan_changes(f))
			result = fail(why, STATUS_CONFIG, "%s: is not "
			    "understood: each run would change it again, so "
			    "nothing was changed. Fix: look for a line that %s "
			    "itself does not take", f->path, w->program->name);
	plan_free(&again);
	return result;
}

static int
make_plan(struct setup *s, struct account *a, const struct wanted *w,
    struct failure *why)
{
	char name[NAME_MAX_LEN + 1];

	if (command_account(name, s->scope, w->account, why) == -1 ||
	    account_load(a, s->scope, name, why) == -1)
		return -1;
	s->account = a;
	return run_recipe(s, w, why) == -1 || (s->home != NULL &&
	    plan_again(s, w, why) == -1) ? -1 : 0;
}

static int
confirm_change(const struct wanted *w, struct failure *why)
{
	enum truth yes;

	if (w->is_sure)
		return 0;
	if (!ask_is_possible())
		return fail(why, STATUS_CONFIG, "no terminal to confirm on; "
		    "nothing was changed. Use --yes to change without asking");
	if ((yes = ask_yes(w->is_undo ? "Undo it?" :
	    "Make this change?", why)) == IS_FALSE)
		return fail(why, STATUS_INTERNAL, "%s: nothing was changed",
		    w->program->name);
	return yes == IS_TRUE ? 0 : -1;
}

/* Asked before anything is changed, and so shown as it will be. */
static void
ask_steps(struct setup *s)
{
	struct setup_step *step;

	for (step = s->steps; step < s->steps + s->step_count; step++)
		if (step->kind == STEP_QUESTION &&
		    step + 1 < s->steps + s->step_count)
			step[1].is_left_out = tool_run(
			    (const char *const *)step->args, NULL, NULL,
			    NULL) != 0;
}

/* The files are changed, even if a command fails: so all are tried. */
static int
run_steps(const struct setup *s, struct failure *why)
{
	const struct setup_step *step;
	struct failure failure;
	char text[SHOW_STEP_MAX];
	int result = 0;

	for (step = s->steps; step < s->steps + s->step_count; step++) {
		if (step->kind == STEP_QUESTION || step->is_left_out)
			continue;
		show_step(text, step);
		if (tool_must((const char *const *)step->args, NULL,
		    &failure) == 0)
			printf("done: %s\n", text);
		else
			result = fail(why, failure.code, "the files are "
			    "changed, but this failed: fix that, and type it "
			    "again: \"%s\": %s", text, failure.text);
	}
	return result;
}

/* Shows the plan, asks, makes the change, and keeps the records right. */
static int
carry_out(struct setup *s, struct record *r, const struct wanted *w,
    struct failure *why)
{
	ask_steps(s);
	if (show_plan(s, why) == -1)
		return -1;
	if (w->is_dry)
		return 0;
	if (confirm_change(w, why) == -1 ||
	    (!w->is_undo && record_keep(r, s, why) == -1))
		return -1;
	if (change_files(s, why) == -1) {
		if (!w->is_undo)
			record_drop(r);
		return -1;
	}
	if (w->is_undo)
		record_drop(r);
	if (run_steps(s, why) == -1)
		return -1;
	if (w->is_undo)
		printf("%s: undone\n", w->program->name);
	else
		printf("%s: set up; \"tokend setup --undo %s\" undoes it\n",
		    w->program->name, w->program->name);
	return 0;
}

static int
set_up(struct setup *s, struct account *a, const struct wanted *w,
    struct failure *why)
{
	struct record r = { .folder = -1 };
	int result;

	if (w->is_dry && !w->is_undo) {
		result = make_plan(s, a, w, why);
	} else if ((result = record_open(&r, s->scope, w->program->name,
	    why)) == 0) {
		if (w->is_undo && r.last == 0)
			result = fail(why, STATUS_CONFIG, "%s: there is no "
			    "change to undo", w->program->name);
		else
			result = w->is_undo ? undo_plan(s, &r, why) :
			    make_plan(s, a, w, why);
	}
	if (result == 0 && !w->is_dry)
		change_sweep(s);
	if (result == 0 && !plan_has_work(s)) {
		printf("%s: nothing to do\n", w->program->name);
		if (w->is_undo && !w->is_dry)
			record_drop(&r);
	} else if (result == 0) {
		result = carry_out(s, &r, w, why);
	}
	if (result == 0)
		show_notes(s);
	if (result == 0 && w->is_undo && !w->is_dry && r.last > 0)
		printf("An earlier change of %s can be undone, too.\n",
		    w->program->name);
	record_close(&r);
	return result;
}

int
command_setup(int argc, char *argv[])
{
	struct wanted w = { .program = NULL };
	struct account account;
	struct failure why;
	struct scope scope;
	struct setup s;
	int status = EX_OK;

	if (read_options(&w, argc, argv) == -1) {
		free(w.config);
		return w.is_explained ? EX_USAGE :
		    command_usage("setup", 0);
	}
	interrupt_block();
	plan_init(&s);
	memset(&account, 0, sizeof(account));
	if (find_place(&s, &scope, &w, &why) == -1 ||
	    set_up(&s, &account, &w, &why) == -1)
		status = command_failed(&why);
	plan_free(&s);
	account_free(&account);
	free(w.config);
	interrupt_raise();
	return status;
}
