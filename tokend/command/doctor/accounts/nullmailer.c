/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nullmailer.c - a nullmailer that sends by tokend's module: whether it finds
 * it, and may send by the account.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command/doctor/accounts/accounts.h"
#include "command/nullmailer.h"
#include "base/shell_word.h"

#define REMOTES NULLMAILER_FOLDER "/remotes"
#define BLANKS " \t\r\n"
#define LINE_MOST 4096
#define LINES_MOST 1000

static void
report(struct doctor *d, enum sending_finding found,
    const struct known_value *values)
{
	doctor_found(d, "nullmailer", &sending_findings[found], values);
}

/*
 * nullmailer reads words as sh(1) does, with quotes and backslashes. Moves *at
 * past the next one; a word that is too long is cut.
 */
static void
read_word(const char **at, char *word, size_t size)
{
	const char *c = *at + strspn(*at, BLANKS);
	char quote = '\0';
	size_t len = 0;

	for (; *c != '\0' && (quote != '\0' || strchr(BLANKS, *c) == NULL);
	    c++) {
		if (quote == '\0' && (*c == '\'' || *c == '"')) {
			quote = *c;
			continue;
		}
		if (quote != '\0' && *c == quote) {
			quote = '\0';
			continue;
		}
		if (*c == '\\' && quote != '\'' && c[1] != '\0')
			c++;
		if (len + 1 < size)
			word[len++] = *c;
	}
	word[len] = '\0';
	*at = c;
}

/* 1 if the line is "ACCOUNT tokend ...": account becomes its name. */
static int
read_line(const char *line, char account[NAME_MAX_LEN + 1])
{
	char host[NAME_MAX_LEN + 1], module[sizeof(NULLMAILER_MODULE) + 1];

	line += strspn(line, BLANKS);
	if (*line == '#')
		return 0;
	read_word(&line, host, sizeof(host));
	read_word(&line, module, sizeof(module));
	return strcmp(module, NULLMAILER_MODULE) == 0 &&
	    name_fold(account, host, strlen(host), NULL) == 0;
}

static void
check_module(struct doctor *d)
{
	const char *folder = nullmailer_modules();
	char path[SCOPE_PATH_MAX], ours[SCOPE_PATH_MAX];

	if (folder == NULL || scope_path(path, folder, "/"
	    NULLMAILER_MODULE) == -1 || scope_path(ours,
	    TOKEND_NULLMAILER_DIR, "/" NULLMAILER_MODULE) == -1)
		return;
	report(d, access(path, X_OK) == 0 ? SEND_MODULE_OK :
	    access(ours, X_OK) == 0 ? SEND_MODULE_MISSING :
	    SEND_MODULE_ABSENT, KNOWN_VALUES({ "folder", folder },
	    { "path", path }, { "plugin", ours }, { "file", REMOTES }));
}

void
doctor_nullmailer(struct doctor *d)
{
	struct mail_queue queue = { .check = "nullmailer",
	    .file = REMOTES, .program = "nullmailer",
	    .scope = &d->scope };
	char line[LINE_MOST], account[NAME_MAX_LEN + 1];
	int i, is_ours = 0;
	FILE *remotes;

	if (!d->has_scope || d->scope.kind != SCOPE_SYSTEM)
		return;
	if ((remotes = fopen(REMOTES, "re")) == NULL)
		return;
	queue_user(&queue, nullmailer_user());
	for (i = 0; i < LINES_MOST && fgets(line, sizeof(line), remotes) !=
	    NULL; i++) {
		if (!read_line(line, account))
			continue;
		if (!is_ours)
			check_module(d);
		is_ours = 1;
		if (d->account == NULL || strcmp(d->account, account) == 0)
			check_queue_account(d, &queue, account);
	}
	fclose(remotes);
}
