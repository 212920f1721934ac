/* refresh.c - tokend refresh: a new token now, whatever is cached. */
#include <stdio.h>
#include <sysexits.h>
#include <time.h>

#include "account/place.h"
#include "command/command.h"
#include "command/explain.h"
#include "span.h"

static const char usage[] =
    "Usage: tokend refresh [NAME]\n"
    "Asks the provider for a new access token at once, without regard to the\n"
    "present one, to a pause after a failure, and to what servers refused.\n";

int
command_refresh(int argc, char *argv[])
{
	struct answer a = ANSWER_INIT;
	char name[NAME_MAX_LEN + 1], span[SPAN_MAX];
	struct scope s;
	int status = EX_OK;

	if (command_wants_help(argc, argv))
		return command_usage(usage, 1);
	if (argc > 2 || (argc == 2 && argv[1][0] == '-'))
		return command_usage(usage, 0);
	if (place_find(&s, &a.failure) == -1 ||
	    place_enter(&s, &a.failure) == -1 ||
	    command_account(name, &s, argv[1], &a.failure) == -1) {
		status = command_failed(&a.failure);
	} else if (command_work(&a, &s, "refresh", name) == -1) {
		status = command_failed(&a.failure);
		explain_failure(&s, name, &a.failure);
	} else
		printf("account \"%s\": a new token, good for %s\n", name,
		    span_text(span, a.expires - (int64_t)time(NULL)));
	answer_free(&a);
	return status;
}
