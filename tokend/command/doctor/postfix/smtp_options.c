/* SPDX-License-Identifier: BSD-2-Clause */
/* smtp_options.c - settings that keep smtp(8) from using the plugin well */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command/doctor/postfix/check_context.h"
#include "name.h"
#include "shell_word.h"

/* A setting that has to have one value, or must not have it. */
static const struct rule {
	const char *name;
	const char *word;
	int is_wanted;		/* else word is what must not stand there */
	enum verdict verdict;
	const char *better;	/* the value of the mend */
	const char *matters;
} rules[] = {
	{ "smtp_sasl_auth_enable", "yes", 1, VERDICT_FAULT, "yes",
	    "Postfix does not log in at all, and the relay refuses its mail." },
	{ "smtp_sasl_type", "cyrus", 1, VERDICT_FAULT, "cyrus",
	    "Only Cyrus SASL loads tokend's plugin." },
	{ "smtp_sasl_auth_cache_name", "", 1, VERDICT_FAULT, "",
	    "That cache remembers a refused login for 90 days as long as the "
	    "password in the map is the same, and the word \"tokend\" always "
	    "is: one token that was refused ends the account." },
	{ "smtp_sasl_auth_soft_bounce", "yes", 1, VERDICT_FAULT, "yes",
	    "Mail goes back to its sender when the relay refuses a token, "
	    "and is not kept for the next one." },
	{ "soft_bounce", "yes", 0, VERDICT_WARNING, "no",
	    "All mail that is refused for good waits in the queue until its "
	    "lifetime ends, so a fault shows late." },
	{ "smtp_always_send_ehlo", "yes", 1, VERDICT_FAULT, "yes",
	    "Without EHLO a server does not tell of TLS and AUTH." },
	{ "smtp_never_send_ehlo", "no", 1, VERDICT_FAULT, "no",
	    "Without EHLO a server does not tell of TLS and AUTH." },
};

static void
check_rules(struct sight *s, const struct postfix_service *service)
{
	const struct rule *r;
	const char *value;
	struct finding f;
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		r = &rules[i];
		value = postfix_value(s->p, service, r->name);
		if (postfix_is(s->p, service, r->name, r->word) ==
		    r->is_wanted)
			continue;
		f = sight_begin(r->verdict);
		finding_text(f.found, "Postfix in %s, transport %s: %s is "
		    "%.100s.", s->p->config, service->name, r->name,
		    *value != '\0' ? value : "empty");
		finding_text(f.matters, "%s", r->matters);
		sight_mend(s, &f, service, r->name, r->better);
		sight_tell(s, &f);
	}
}

/* Such servers are told nothing about it, as if they did not offer it. */
static void
check_discarded(struct sight *s, const struct postfix_service *service)
{
	static const char name[] = "smtp_discard_ehlo_keywords";
	char value[256];
	struct finding f;
	char *at;

	snprintf(value, sizeof(value), "%s",
	    postfix_value(s->p, service, name));
	for (at = value; *at != '\0'; at++)
		if (*at == ',')
			*at = ' ';
	if (!words_have(value, "auth", 4) && !words_have(value, "starttls", 8))
		return;
	f = sight_begin(VERDICT_FAULT);
	finding_text(f.found, "Postfix in %s, transport %s: %s is %.100s.",
	    s->p->config, service->name, name, value);
	finding_text(f.matters, "Postfix does not see that a server offers "
	    "AUTH or TLS, and does not log in.");
	sight_mend(s, &f, service, name, "");
	sight_tell(s, &f);
}

static void
check_verbose(struct sight *s, const struct postfix_service *service)
{
	char option[SIGHT_COMMAND_MAX], reload[SIGHT_COMMAND_MAX];
	char setting[1024];
	struct finding f;

	if (!service->is_verbose)
		return;
	f = sight_begin(VERDICT_FAULT);
	finding_text(f.found, "Postfix in %s, transport %s: its line in "
	    "master.cf has -v.", s->p->config, service->name);
	finding_text(f.matters, "With -v smtp(8) writes each token into the "
	    "mail log. Who reads the log can use it until it expires.");
	snprintf(setting, sizeof(setting), "%s/unix/command=%s",
	    service->name, service->quiet);
	finding_text(f.fix, "\"postconf%s -F %s\", then %s. The lines that "
	    "are in the log stay there.", sight_option(s, option),
	    SHELL_WORD(setting), sight_reload(s, reload));
	sight_tell(s, &f);
}

/* NAME or NAME=VALUE, in import_environment's words or {NAME = VALUE}. */
static void
judge_import(struct sight *s, const char *word, size_t len)
{
	struct finding f = sight_begin(VERDICT_WARNING);
	char path[SCOPE_PATH_MAX], file[SCOPE_PATH_MAX + 32];
	const char *equals = memchr(word, '=', len);

	if (len >= 7 && strncmp(word, "TOKEND_", 7) == 0) {
		finding_text(f.found, "Postfix in %s: import_environment has "
		    "%.*s.", s->p->config, (int)(len < 100 ? len : 100), word);
		finding_text(f.matters, "With it the plugin leaves the "
		    "system's accounts, which \"tokend status\" shows, for "
		    "others.");
	} else if (len >= 9 && strncmp(word, "SASL_PATH", 9) == 0) {
		if (equals == NULL)
			return;
		snprintf(path, sizeof(path), "%.*s",
		    (int)(word + len - equals - 1), equals + 1);
		path[strcspn(path, ":}")] = '\0';
		snprintf(file, sizeof(file), "%s/libxoauth2.so", path);
		if (access(file, F_OK) == 0)
			return;
		f = sight_begin(VERDICT_FAULT);
		finding_text(f.found, "Postfix in %s: import_environment has "
		    "SASL_PATH=%.200s, and there is no libxoauth2.so.",
		    s->p->config, path);
		finding_text(f.matters, "Postfix looks for plugins there and "
		    "nowhere else, and does not find tokend's.");
	} else {
		return;
	}
	finding_text(f.fix, "Take the word out of import_environment in "
	    "%s/main.cf, then \"postfix stop\" and \"postfix start\".",
	    s->p->config);
	sight_tell(s, &f);
}

static void
check_environment(struct sight *s)
{
	const char *word = postfix_value(s->p, NULL, "import_environment");
	size_t len;

	for (; (word = words_next(word, &len)) != NULL; word += len) {
		if (len > 0 && *word == '{')
			word++, len--;
		judge_import(s, word, len);
	}
}

void
postfix_check_options(struct sight *s, const struct postfix_service *service)
{
	check_rules(s, service);
	check_discarded(s, service);
	check_verbose(s, service);
	check_environment(s);
}
