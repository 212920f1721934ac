/* SPDX-License-Identifier: BSD-2-Clause */
/* smtp_options.c - settings that keep smtp(8) from using the plugin well */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command/doctor/postfix/check_context.h"
#include "base/name.h"

/* A setting that has to have one value, or must not have it. */
static const struct rule {
	const char *name;
	const char *word;
	int is_wanted;		/* else word is the wrong value */
	const char *better;	/* the value of the fix */
	enum postfix_finding found;
} rules[] = {
	{ "smtp_sasl_auth_enable", "yes", 1, "yes", SMTP_NO_LOGIN },
	{ "smtp_sasl_type", "cyrus", 1, "cyrus", SMTP_OTHER_SASL },
	{ "smtp_sasl_auth_cache_name", "", 1, "", SMTP_CACHE },
	{ "smtp_sasl_auth_soft_bounce", "yes", 1, "yes", SMTP_BOUNCE },
	{ "soft_bounce", "yes", 0, "no", SMTP_SOFT_BOUNCE },
	{ "smtp_always_send_ehlo", "yes", 1, "yes", SMTP_NO_EHLO },
	{ "smtp_never_send_ehlo", "no", 1, "no", SMTP_NEVER_EHLO },
};

static void
check_rules(struct check_context *c, const struct postfix_service *service)
{
	const struct rule *r;

	for (r = rules; r < rules + sizeof(rules) / sizeof(rules[0]); r++)
		if (postfix_is(c->p, service, r->name, r->word) !=
		    r->is_wanted)
			report_setting(c, r->found, service, r->name,
			    r->better, NULL);
}

/* Postfix ignores these words of a server, as if it did not offer them. */
static void
check_discarded(struct check_context *c, const struct postfix_service *service)
{
	static const char name[] = "smtp_discard_ehlo_keywords";
	const char *word = postfix_value(c->p, service, name);
	size_t len;

	for (; (word = next_in_list(word, &len)) != NULL; word += len)
		if (words_equal(word, len, "auth", 4) ||
		    words_equal(word, len, "starttls", 8)) {
			report_setting(c, SMTP_DISCARDED, service, name, "",
			    NULL);
			return;
		}
}

static void
check_verbose(struct check_context *c, const struct postfix_service *service)
{
	char setting[1024];

	if (!service->is_verbose)
		return;
	snprintf(setting, sizeof(setting), "%s/unix/command=%s",
	    service->name, service->quiet);
	report_postfix(c, SMTP_VERBOSE, KNOWN_VALUES(
	    { "transport", service->name }, { "setting", setting }));
}

/* NAME or NAME=VALUE, in import_environment's words or {NAME = VALUE}. */
static void
check_import(struct check_context *c, const char *text, size_t len)
{
	char word[SCOPE_PATH_MAX], file[SCOPE_PATH_MAX + 32];
	char *equals;

	snprintf(word, sizeof(word), "%.*s", (int)len, text);
	if (strncmp(word, "TOKEND_", 7) == 0)
		report_postfix(c, IMPORT_TOKEND,
		    KNOWN_VALUES({ "word", word }));
	if (strncmp(word, "SASL_PATH", 9) != 0 ||
	    (equals = strchr(word, '=')) == NULL)
		return;
	equals[strcspn(equals, ":}")] = '\0';
	snprintf(file, sizeof(file), "%s/libxoauth2.so", equals + 1);
	if (access(file, F_OK) == -1)
		report_postfix(c, IMPORT_SASL_PATH,
		    KNOWN_VALUES({ "folder", equals + 1 }));
}

static void
check_environment(struct check_context *c)
{
	const char *word = postfix_value(c->p, NULL, "import_environment");
	size_t len;

	for (; (word = words_next(word, &len)) != NULL; word += len) {
		if (len > 0 && *word == '{')
			word++, len--;
		check_import(c, word, len);
	}
}

void
check_options(struct check_context *c, const struct postfix_service *service)
{
	check_rules(c, service);
	check_discarded(c, service);
	check_verbose(c, service);
	check_environment(c);
}
