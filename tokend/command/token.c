/* SPDX-License-Identifier: BSD-2-Clause */
/* token.c - tokend token: prints one access token, for programs. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "account/place.h"
#include "command/command.h"
#include "command/get_token.h"

/* A daemon often has no HOME: then it uses the system's accounts alone. */
static int
has_no_scope(void)
{
	struct failure why;
	struct scope s;

	return geteuid() != 0 && scope_own(&s, &why) == IS_FALSE;
}

static int
get_token(struct answer *a, char name[NAME_MAX_LEN + 1], const char *given)
{
	/* A command has no mechanism and no server to name. */
	struct request r = { .verb = VERB_GET, .account = name,
	    .authid = name, .mechanism = "none" };
	struct scope s, *scope = &s;

	if (place_find(&s, &a->failure) == -1) {
		if (given == NULL || !has_no_scope())
			return -1;
		scope = NULL;
	} else if (place_enter(&s, &a->failure) == -1) {
		return -1;
	}
	if (command_account(name, scope, given, &a->failure) == -1)
		return -1;
	return get_token_answer(a, scope, &r);
}

int
command_token(int argc, char *argv[])
{
	static const struct option none[] = { { NULL, 0, NULL, 0 } };
	struct answer a = ANSWER_INIT;
	char name[NAME_MAX_LEN + 1];
	int status = EX_OK;

	if (command_flags(argc, argv, none, 1) == -1)
		return EX_USAGE;
	if (get_token(&a, name, argv[optind]) == -1)
		status = command_failed(&a.failure);
	else if (puts(a.token) == EOF || fflush(stdout) == EOF) {
		fprintf(stderr, "tokend: account \"%s\": its token cannot be "
		    "written to standard output: %s\n", name,
		    strerror(errno));
		status = EX_IOERR;
	}
	answer_free(&a);
	return status;
}
