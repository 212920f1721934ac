/* SPDX-License-Identifier: BSD-2-Clause */
/* next.c - see next.h */
#include "command/login/next.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command/find_in_path.h"
#include "command/setup/setup.h"
#include "name.h"
#include "shell_word.h"

#define SIGN_MAX 128		/* bytes of one sign, with NUL */

static int
is_installed(const struct setup_program *p)
{
	char sign[SIGN_MAX], path[FOUND_MAX];
	const char *at = p->signs;
	size_t len;

	for (; (at = words_next(at, &len)) != NULL; at += len) {
		snprintf(sign, sizeof(sign), "%.*s", (int)len, at);
		if (sign[0] == '/' ? access(sign, F_OK) == 0 :
		    find_in_path(path, sign) == 0)
			return 1;
	}
	return 0;
}

static int
has_server(const struct account *a, unsigned servers)
{
	unsigned i;

	for (i = 0; i < SERVERS; i++)
		if ((servers & 1U << i) != 0 && a->server[i] != NULL)
			return 1;
	return 0;
}

static unsigned
print_programs(int for_root, const struct account *a, const char *name)
{
	const struct setup_program *p;
	unsigned count = 0;

	for (p = setup_programs; p->name != NULL; p++) {
		if (p->for_root != for_root || !has_server(a, p->servers) ||
		    !is_installed(p))
			continue;
		fputs(count++ == 0 ? "\nNext, for the program that is to use "
		    "it:\n\n" : "", stdout);
		printf("    tokend setup %s %s\n", p->name, name);
	}
	return count;
}

void
next_print(const struct scope *s, const struct account *a)
{
	char name[SHELL_WORD_MAX(NAME_MAX_LEN)];
	const int for_root = s->kind == SCOPE_SYSTEM;

	shell_word(name, sizeof(name), a->name);
	if (print_programs(for_root, a, name) == 0)
		printf("\nNext: no program that \"tokend setup\" knows is "
		    "installed%s.\nThe pages of all programs:\n\n"
		    "    %s/README.md\n", for_root ? ", such as Postfix" : "",
		    TOKEND_CLIENTS_DIR);
	printf("\nFor other programs this prints a token:\n\n"
	    "    tokend token %s\n", name);
}
