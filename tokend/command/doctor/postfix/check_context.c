/* SPDX-License-Identifier: BSD-2-Clause */
/* check_context.c - see check_context.h */
#include "command/doctor/postfix/check_context.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "command/postfix/postfix_literal.h"
#include "shell_word.h"

#define SETTING_MAX (2 * SCOPE_PATH_MAX)
#define SETTING_QUOTED SHELL_WORD_MAX(SETTING_MAX)

void
sight_scope(struct sight *s)
{
	const struct passwd *pw = getpwnam(TOKEND_USER);

	scope_system(&s->scope, pw != NULL ? pw->pw_uid : 0);
}

struct finding
sight_begin(enum verdict verdict)
{
	struct finding f = { .check = "postfix", .verdict = verdict };

	if (verdict == VERDICT_FAULT)
		f.code = STATUS_CONFIG;
	return f;
}

void
sight_tell(struct sight *s, struct finding *f)
{
	const char *at = buf_text(&s->told), *end = at + s->told.len;

	for (; at < end; at += strlen(at) + 1)
		if (strcmp(at, f->found) == 0)
			return;
	/* Without room for it the same may be told twice. */
	buf_add(&s->told, f->found, strlen(f->found) + 1);
	doctor_report(s->d, f);
}

const char *
sight_option(const struct sight *s, char text[SIGHT_COMMAND_MAX])
{
	text[0] = '\0';
	if (strcmp(s->p->config, POSTFIX_DEFAULT) != 0)
		snprintf(text, SIGHT_COMMAND_MAX, " -c %s",
		    SHELL_WORD(s->p->config));
	return text;
}

const char *
sight_reload(const struct sight *s, char text[SIGHT_COMMAND_MAX])
{
	char option[SIGHT_COMMAND_MAX];

	snprintf(text, SIGHT_COMMAND_MAX, "\"postfix%.*s reload\"",
	    SCOPE_PATH_MAX, sight_option(s, option));
	return text;
}

/* In quotes in any case, as every page and manual shows settings. */
static const char *
quote_setting(char quoted[SETTING_QUOTED], const char *setting)
{
	shell_word(quoted, SETTING_QUOTED, setting);
	if (quoted[0] != '\'')
		snprintf(quoted, SETTING_QUOTED, "'%s'", setting);
	return quoted;
}

void
sight_mend(const struct sight *s, struct finding *f,
    const struct postfix_service *service, const char *name,
    const char *value)
{
	char option[SIGHT_COMMAND_MAX], reload[SIGHT_COMMAND_MAX];
	char setting[SETTING_MAX], quoted[SETTING_QUOTED];

	sight_option(s, option);
	sight_reload(s, reload);
	if (postfix_is_override(s->p, service, name)) {
		snprintf(setting, sizeof(setting), "%s/unix/%s=",
		    service->name, name);
		postfix_literal_add(setting, sizeof(setting), value);
		finding_text(f->fix, "\"postconf%s -P %s\", then %s.",
		    option, quote_setting(quoted, setting), reload);
	} else {
		snprintf(setting, sizeof(setting), "%s = ", name);
		postfix_literal_add(setting, sizeof(setting), value);
		finding_text(f->fix, "\"postconf%s -e %s\", then %s.",
		    option, quote_setting(quoted, setting), reload);
	}
}
