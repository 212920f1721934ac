/* SPDX-License-Identifier: BSD-2-Clause */
/* steps.c - a provider's own steps to a client id, as its preset has them. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "account/provider.h"
#include "command/login/login.h"
#include "base/shell_word.h"

#define STEPS_MAX 65536
#define WITH "With a person"
#define WITHOUT "Without a person"
#define ALONE "To send only"
#define MORE "To send and read"
#define GRANT "`grant = "

static int
begins_with(const char *line, const char *words)
{
	return strncasecmp(line, words, strlen(words)) == 0;
}

/*
 * Some paragraphs are for one kind of grants only, or for accounts that send
 * and no others, tokend.conf(5).
 */
static int
is_about(const struct login *l, const char *paragraph)
{
	const int has_person = login_has_grant(l, "refresh_token");

	if (begins_with(paragraph, ALONE) || begins_with(paragraph, MORE)) {
		if (begins_with(paragraph, ALONE) != l->o.send_only)
			return 0;
		paragraph += strcspn(paragraph, ",:");
		paragraph += strspn(paragraph, ", ");
	}
	if (begins_with(paragraph, WITH))
		return has_person;
	return !has_person || !begins_with(paragraph, WITHOUT);
}

/* Line by line as in the file, which is written for 80 columns. */
static void
print_lines(const struct login *l, char *line)
{
	int is_first = 1, is_shown = 1;
	char *end;

	for (; *line != '\0'; line = end) {
		end = line + strcspn(line, "\n");
		if (*end != '\0')
			*end++ = '\0';
		make_printable(line, strlen(line) + 1);
		if (*line == '\0') {
			is_first = 1;
			continue;
		}
		if (is_first)
			is_shown = is_about(l, line);
		if (is_shown)
			fprintf(stderr, "%s%s\n", is_first ? "\n" : "", line);
		is_first = 0;
	}
	fputc('\n', stderr);
}

/* The other kind of grants has steps of its own: names the command. */
static void
print_other_grant(const struct login *l, const char *steps)
{
	char name[SHELL_WORD_MAX(NAME_MAX_LEN)];
	const char *grant = strstr(steps, GRANT);
	size_t len;

	if (grant == NULL)
		return;
	grant += strlen(GRANT);
	len = strspn(grant, "abcdefghijklmnopqrstuvwxyz_");
	fprintf(stderr, "For an organisation's mailbox, without a person who "
	    "signs in:\n\n    tokend login%s --provider %s%s%s "
	    "--grant %.*s %s\n\n", l->o.send_only ? " --send-only" : "",
	    l->o.keys.provider,
	    l->o.keys.cloud != NULL ? " --cloud " : "",
	    l->o.keys.cloud != NULL ? l->o.keys.cloud : "", (int)len, grant,
	    shell_word(name, sizeof(name), l->name));
}

void
login_show_steps(const struct login *l)
{
	struct buf steps = BUF_INIT(STEPS_MAX);
	const struct keys *k = &l->o.keys;

	if (k->provider != NULL && provider_steps(k->provider, k->cloud,
	    &l->scope, &steps, NULL) == 0 && steps.len > 0) {
		if (login_has_grant(l, "refresh_token"))
			print_other_grant(l, buf_text(&steps));
		print_lines(l, steps.data);
	}
	buf_free(&steps);
}
