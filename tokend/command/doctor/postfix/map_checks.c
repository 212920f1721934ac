/* SPDX-License-Identifier: BSD-2-Clause */
/* map_checks.c - whether Postfix can read its tables, and reads new ones */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command/doctor/postfix/check_context.h"
#include "command/postfix/map.h"
#include "shell_word.h"

static void
tell_index(struct sight *s, const char *parameter, const char *table,
    size_t len, enum map_state state)
{
	struct finding f = sight_begin(VERDICT_FAULT);
	int shown = len < 150 ? (int)len : 150;
	char reload[SIGHT_COMMAND_MAX], whole[SCOPE_PATH_MAX];
	char option[SIGHT_COMMAND_MAX];

	snprintf(whole, sizeof(whole), "%.*s", (int)len, table);
	finding_text(f.found, "Postfix in %s: %s names %.*s, %s.",
	    s->p->config, parameter, shown, table,
	    state == MAP_NO_SOURCE ? "which is not there" :
	    state == MAP_NO_INDEX ? "which was never compiled" :
	    "which was changed since it was compiled");
	finding_text(f.matters, "%s", state == MAP_OLD_INDEX ?
	    "Postfix goes by the compiled file, and so by what stood in the "
	    "source then." : "Mail waits as long as Postfix cannot open a "
	    "table: \"local data error while talking to ...\".");
	if (state == MAP_NO_SOURCE)
		finding_text(f.fix, "Make that file, as \"tokend setup "
		    "postfix\" does.");
	else
		finding_text(f.fix, "\"%s%s %s\", then %s.",
		    strncmp(parameter, "alias_", 6) == 0 ? "postalias" :
		    "postmap", sight_option(s, option), SHELL_WORD(whole),
		    sight_reload(s, reload));
	sight_tell(s, &f);
}

static void
check_tables(struct sight *s, const struct postfix_service *service,
    const char *parameter)
{
	const char *maps = postfix_value(s->p, service, parameter);
	enum map_state state;
	size_t len;

	for (; (maps = map_next(maps, &len)) != NULL; maps += len) {
		state = map_look(maps, len);
		/* An aliases file that is missing is no matter of tokend's. */
		if (state == MAP_GOOD || (state != MAP_OLD_INDEX &&
		    strncmp(parameter, "alias_", 6) == 0))
			continue;
		tell_index(s, parameter, maps, len, state);
	}
}

/* 1 if the table has two lines for one key, and was told; else 0. */
static int
check_readable(struct sight *s, const struct postfix_service *service)
{
	const char *maps = postfix_value(s->p, service,
	    "smtp_sasl_password_maps");
	struct buf value = BUF_INIT(POSTFIX_TEXT_MAX);
	struct finding f;
	struct failure why = { .text = "" };
	size_t len;
	int found;

	/* A key that nobody has: only whether it can be asked for counts. */
	found = map_find(s->p, maps, "tokend.invalid", &value, &why);
	if (twice_complained(s, why.text) || twice_compiled(s, maps)) {
		buf_free(&value);
		return 1;
	}
	if (found == -1) {
		if (geteuid() != 0) {
			doctor_unknown(s->d, "postfix", "Postfix in %s: the "
			    "password map is shown to root only.",
			    s->p->config);
		} else if (map_next(maps, &len) != NULL && map_look(maps,
		    len) == MAP_GOOD) {
			f = sight_begin(VERDICT_FAULT);
			finding_text(f.found, "Postfix in %s: a table of "
			    "smtp_sasl_password_maps cannot be read: %.200s",
			    s->p->config, why.text);
			finding_text(f.matters, "Mail waits as long as "
			    "Postfix cannot open a table.");
			finding_text(f.fix, "\"postconf -m\" shows the types "
			    "that this Postfix has; the file itself should be "
			    "root's, with mode 600.");
			sight_tell(s, &f);
		}
	}
	buf_free(&value);
	return 0;
}

int
postfix_check_maps(struct sight *s, const struct postfix_service *service)
{
	static const char *const parameters[] = { "smtp_sasl_password_maps",
	    "smtp_tls_policy_maps", "smtp_generic_maps" };
	static const char *const general[] = { "transport_maps",
	    "sender_dependent_relayhost_maps",
	    "sender_dependent_default_transport_maps", "canonical_maps",
	    "sender_canonical_maps", "alias_maps" };
	size_t i;

	for (i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++)
		check_tables(s, service, parameters[i]);
	for (i = 0; i < sizeof(general) / sizeof(general[0]); i++)
		check_tables(s, NULL, general[i]);
	return check_readable(s, service);
}
