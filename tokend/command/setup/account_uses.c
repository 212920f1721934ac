/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/account_uses.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "command/command.h"
#include "command/setup/record.h"
#include "command/setup/setup.h"

/* How often the program has to be undone until the change is; 0: none. */
static int
count_undos(struct record *r, const char *account)
{
	char name[NAME_MAX_LEN + 1];
	int last = r->last, n = 0;

	for (; r->last > 0; r->last--)
		if (record_account(r, name) == 0 &&
		    strcmp(name, account) == 0)
			n = last - r->last + 1;
	r->last = last;
	return n;
}

static void
print_use(const struct scope *s, const char *program, int undos)
{
	printf("%s is set up for it, and cannot log in once it is gone%s. To "
	    "undo that%s:\n    tokend setup --undo %s\n", program,
	    s->kind == SCOPE_SYSTEM ? ": mail waits then" : "", undos > 1 ?
	    ", with all changes since" : "", program);
	for (; undos > 1; undos--)
		printf("    tokend setup --undo %s\n", program);
}

void
account_uses_print(const struct scope *s, const char *account)
{
	const struct setup_program *p;
	char path[SCOPE_PATH_MAX + 16];
	struct failure why = { .code = STATUS_OK };
	struct record r;
	struct stat st;
	int undos;

	/* To open them would make the folder. */
	snprintf(path, sizeof(path), "%s/setup", s->state);
	if (lstat(path, &st) == -1)
		return;
	for (p = setup_programs; p->name != NULL; p++) {
		if (record_open(&r, s, p->name, &why) == -1)
			command_warn("what was set up for it is not known: %s",
			    why.text);
		else if ((undos = count_undos(&r, account)) > 0)
			print_use(s, p->name, undos);
		record_close(&r);
		if (why.code != STATUS_OK)
			return;
	}
}
