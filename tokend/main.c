/* main.c - tokend: the table of commands. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "command/command.h"
#include "guard.h"
#include "log.h"

static const struct {
	const char *name;
	int (*run)(int argc, char *argv[]);
	const char *summary;
} commands[] = {
	{ "login", command_login, "sign in: make an account, or renew its consent" },
	{ "revoke", command_revoke, "take a consent back" },
	{ "import", command_import, "take accounts over from other tools" },
	{ "setup", command_setup, "make a mail program use an account" },
	{ "token", command_token, "print an access token" },
	{ "status", command_status, "show accounts, tokens and failures" },
	{ "doctor", command_doctor, "find out what keeps it from working" },
	{ "refresh", command_refresh, "get a new token now" },
	{ "tunnel", command_tunnel, "log in at a mail server for a program" },
	{ "serve", command_serve, "answer plugins, keep tokens fresh" },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static int
usage(FILE *to, int status)
{
	size_t i;

	fputs("Usage: tokend COMMAND [ARGUMENTS]\n", to);
	for (i = 0; i < COMMANDS; i++)
		fprintf(to, "  %-8s %s\n", commands[i].name,
		    commands[i].summary);
	fputs("  --help, --version\n"
	    "\"tokend COMMAND --help\" says more, and tokend(8).\n", to);
	return status;
}

int
main(int argc, char *argv[])
{
	size_t i;

	guard_process();
	/* Our folders and files give their own modes; parents get 0755. */
	umask(022);
	if (argc < 2)
		return usage(stderr, EX_USAGE);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return usage(stdout, EX_OK);
	if (strcmp(argv[1], "--version") == 0) {
		puts(PACKAGE_STRING);
		return EX_OK;
	}
	/* A command says by itself what came of it; the log gets it too. */
	log_open("tokend", LOG_TO_SYSLOG);
	for (i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, argv[1]) == 0)
			return commands[i].run(argc - 1, argv + 1);
	fprintf(stderr, "tokend: there is no command \"%s\"\n", argv[1]);
	return usage(stderr, EX_USAGE);
}
