/* SPDX-License-Identifier: BSD-2-Clause */
/* main.c - tokend: the table of commands. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "command/command.h"
#include "common/sandbox.h"
#include "common/log.h"
#include "base/nearest.h"

static const struct command {
	const char *name;
	int (*run)(int argc, char *argv[]);
	const char *summary;
} commands[] = {
	{ "login", command_login,
	    "sign in, and create the account if it is new" },
	{ "revoke", command_revoke, "revoke an account's consent" },
	{ "remove", command_remove,
	    "remove an account and all that is stored" },
	{ "import", command_import, "create accounts from other tools' files" },
	{ "setup", command_setup,
	    "configure a mail program to use an account" },
	{ "token", command_token, "print an access token" },
	{ "status", command_status, "show accounts, tokens and failures" },
	{ "doctor", command_doctor,
	    "find what keeps programs from logging in" },
	{ "refresh", command_refresh, "get a new access token now" },
	{ "rekey", command_rekey, "encrypt what is stored, or change the key" },
	{ "tunnel", command_tunnel, "log in to a mail server for a program" },
	{ "send", command_send, "send a mail by an account" },
	{ "sendmail", command_sendmail, "the same, as programs call sendmail" },
	{ "serve", command_serve, "answer programs, and renew tokens in time" },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static int
usage(FILE *to, int status)
{
	size_t i;

	fputs("Usage: tokend COMMAND [ARGUMENTS]\n", to);
	for (i = 0; i < COMMANDS; i++)
		fprintf(to, "  %-9s %s\n", commands[i].name,
		    commands[i].summary);
	fputs("  help, version, or --help, --version\n"
	    "See also \"tokend COMMAND --help\" and tokend(8).\n", to);
	return status;
}

/* The command of that name, or NULL. */
static const struct command *
find_command(const char *name)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

/* Other programs have these names for what one of ours does. */
static const char *
find_other_name(const char *word)
{
	static const char *const names[][2] = { { "list", "status" },
		{ "ls", "status" }, { "show", "status" }, { "rm", "remove" },
		{ "delete", "remove" }, { "logout", "revoke" },
		{ "add", "login" }, { "new", "login" }, { "auth", "login" },
		{ "signin", "login" }, { "renew", "refresh" },
		{ "check", "doctor" }, { "get", "token" } };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i][0], word) == 0)
			return names[i][1];
	return NULL;
}

static int
report_unknown(const char *word)
{
	struct nearest n = { .word = NULL };
	const char *meant = find_other_name(word);
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		nearest_compare(&n, word, commands[i].name);
	nearest_compare(&n, word, "help");
	nearest_compare(&n, word, "version");
	if (meant == NULL && (meant = nearest_found(&n)) == NULL) {
		fprintf(stderr, "tokend: unknown command \"%s\"\n", word);
		return usage(stderr, EX_USAGE);
	}
	fprintf(stderr, "tokend: unknown command \"%s\"; did you mean "
	    "\"tokend %s\"?\n", word, meant);
	return EX_USAGE;
}

/* True for the word, and for the option of that name. */
static int
is_word_or_option(const char *typed, const char *word)
{
	return strcmp(typed, word) == 0 || (strncmp(typed, "--", 2) == 0 &&
	    strcmp(typed + 2, word) == 0);
}

/* A program of its own, which has its own --help. */
static int
is_program(const struct command *c)
{
	return c->run == command_send || c->run == command_sendmail;
}

static int
run_command(int argc, char *argv[])
{
	const struct command *c = find_command(argv[0]);

	if (c == NULL)
		return report_unknown(argv[0]);
	if (argc > 1 && !is_program(c) &&
	    (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
		return command_usage(c->name, 1);
	return c->run(argc, argv);
}

/* `tokend help COMMAND` is `tokend COMMAND --help`. */
static int
show_help(int argc, char *argv[])
{
	static char option[] = "--help";
	char *words[] = { argv[1], option, NULL };

	return argc < 2 ? usage(stdout, EX_OK) : run_command(2, words);
}

int
main(int argc, char *argv[])
{
	guard_process();
	/* Our files and folders set their own modes; parents get 0755. */
	umask(022);
	if (argc < 2)
		return usage(stderr, EX_USAGE);
	if (is_word_or_option(argv[1], "help") || strcmp(argv[1], "-h") == 0)
		return show_help(argc - 1, argv + 1);
	if (is_word_or_option(argv[1], "version")) {
		puts(PACKAGE_STRING);
		return EX_OK;
	}
	/* A command prints its result itself; the log gets it as well. */
	log_open("tokend", LOG_TO_SYSLOG);
	return run_command(argc - 1, argv + 1);
}
