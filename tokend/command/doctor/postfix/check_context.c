/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/doctor/postfix/check_context.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "command/postfix/postfix_literal.h"
#include "settings.h"
#include "base/shell_word.h"

#define REPORTED_MAX 65536
#define VALUES_MAX 16
#define OPTION_MAX (SHELL_WORD_MAX(SCOPE_PATH_MAX) + 8)
#define SETTING_MAX (2 * SCOPE_PATH_MAX)
#define SETTING_QUOTED SHELL_WORD_MAX(SETTING_MAX)

/* The values of a finding, and those that each has. */
struct all_values {
	struct known_value value[VALUES_MAX + 1];
	char option[OPTION_MAX];
};

/* Whether the plugin is switched on at all, doctor_plugin checks. */
static int
takes_bare_tokens(void)
{
	struct client_settings settings;
	struct failure why;
	int result;

	result = client_settings_read(&settings, client_settings_path,
	    &why) == 1 && settings.bare_tokens;
	client_settings_free(&settings);
	return result;
}

void
check_instances(struct doctor *d, const char *check,
    void (*run)(struct check_context *c))
{
	struct check_context c = { .d = d, .check = check,
	    .reported = BUF_INIT(REPORTED_MAX) };
	const struct postfix_instance *each = d->postfixes.each;
	const struct passwd *pw = getpwnam(TOKEND_USER);
	size_t i;

	c.bare_tokens = takes_bare_tokens();
	scope_system(&c.scope, pw != NULL ? pw->pw_uid : 0);
	for (i = 0; i < d->postfixes.count; i++) {
		c.p = &each[i].postfix;
		if (each[i].is_read)
			run(&c);
		else
			doctor_found(d, check, &check_findings[CHECK_FAILED],
			    KNOWN_VALUES({ "failure", each[i].why.text }));
	}
	buf_free(&c.reported);
}

const char *
next_in_list(const char *rest, size_t *len)
{
	static const char between[] = ", \t\r\n";

	rest += strspn(rest, between);
	*len = strcspn(rest, between);
	return *len > 0 ? rest : NULL;
}

static const struct known_value *
add_values(const struct check_context *c, struct all_values *all,
    const struct known_value *values)
{
	size_t n = 2;

	memset(all, 0, sizeof(*all));
	if (strcmp(c->p->config, POSTFIX_DEFAULT) != 0)
		snprintf(all->option, sizeof(all->option), " -c %s",
		    SHELL_WORD(c->p->config));
	all->value[0] = (struct known_value){ "config", c->p->config };
	all->value[1] = (struct known_value){ "option", all->option };
	while (values != NULL && values->name != NULL && n < VALUES_MAX)
		all->value[n++] = *values++;
	return all->value;
}

void
fill_row(const struct check_context *c, struct finding *f,
    const struct known *row, const struct known_value *values)
{
	struct all_values all;

	known_finding(f, c->check, row, add_values(c, &all, values));
}

const char *
fill_fix(const struct check_context *c, char text[FIX_MAX],
    enum postfix_fix fix, const struct known_value *values)
{
	struct all_values all;

	known_fill(text, FIX_MAX, postfix_fixes[fix].fix,
	    add_values(c, &all, values));
	return text;
}

void
report_finding(struct check_context *c, const struct finding *f)
{
	const char *at = buf_text(&c->reported), *end = at + c->reported.len;

	for (; at < end; at += strlen(at) + 1)
		if (strcmp(at, f->found) == 0)
			return;
	/* Without room for it the same may be reported twice. */
	buf_add(&c->reported, f->found, strlen(f->found) + 1);
	doctor_report(c->d, f);
}

void
report_row(struct check_context *c, const struct known *row,
    const struct known_value *values)
{
	struct finding f;

	fill_row(c, &f, row, values);
	report_finding(c, &f);
}

void
report_postfix(struct check_context *c, enum postfix_finding found,
    const struct known_value *values)
{
	report_row(c, &postfix_findings[found], values);
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

const char *
fill_set(const struct check_context *c, char text[FIX_MAX],
    const struct postfix_service *service, const char *parameter,
    const char *value)
{
	int is_override = postfix_is_override(c->p, service, parameter);
	char setting[SETTING_MAX], quoted[SETTING_QUOTED];

	if (is_override)
		snprintf(setting, sizeof(setting), "%s/unix/%s=",
		    service->name, parameter);
	else
		snprintf(setting, sizeof(setting), "%s = ", parameter);
	postfix_literal_add(setting, sizeof(setting), value);
	return fill_fix(c, text, is_override ? FIX_MASTER : FIX_MAIN,
	    KNOWN_VALUES({ "setting", quote_setting(quoted, setting) }));
}

void
report_setting(struct check_context *c, enum postfix_finding found,
    const struct postfix_service *service, const char *parameter,
    const char *value, const struct known_value *values)
{
	const char *present = postfix_value(c->p, service, parameter);
	char set[FIX_MAX];
	struct known_value all[VALUES_MAX] = {
		{ "transport", service != NULL ? service->name : "" },
		{ "parameter", parameter },
		{ "value", *present != '\0' ? present : "empty" },
		{ "set", fill_set(c, set, service, parameter, value) }
	};
	size_t n = 4;

	while (values != NULL && values->name != NULL && n < VALUES_MAX - 1)
		all[n++] = *values++;
	report_postfix(c, found, all);
}
