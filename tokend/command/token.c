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
#include "name.h"
#include "scope.h"

/* The request of a command: it has no mechanism and no server to name. */
static int
get(struct answer *a, const struct scope *s, const char *name)
{
	struct request r = { .verb = VERB_GET, .account = name,
	    .authid = name, .mechanism = "none" };

	return get_token_answer(a, s, &r);
}

/* A daemon often has no HOME: then it uses the system's accounts alone. */
static int
lacks_scope(void)
{
	struct failure why;
	struct scope s;

	return geteuid() != 0 && scope_own(&s, &why) == 0;
}

static int
find_and_get(struct answer *a, char name[NAME_MAX_LEN + 1], const char *given)
{
	struct scope s;

	if (place_find(&s, &a->failure) == -1) {
		if (given == NULL || !lacks_scope())
			return -1;
		if (name_fold(name, given, strlen(given), &a->failure) == -1)
			return -1;
		return get(a, NULL, name);
	}
	if (place_enter(&s, &a->failure) == -1 ||
	    command_account(name, &s, given, &a->failure) == -1)
		return -1;
	return get(a, &s, name);
}

int
command_token(int argc, char *argv[])
{
	struct answer a = ANSWER_INIT;
	char name[NAME_MAX_LEN + 1];
	int status = EX_OK;

	if (argc > 2 || (argc == 2 && argv[1][0] == '-'))
		return command_usage("token", 0);
	if (find_and_get(&a, name, argv[1]) == -1)
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
