/* SPDX-License-Identifier: BSD-2-Clause */
/* map_checks.c - whether Postfix can read its tables, and reads new ones */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command/doctor/postfix/check_context.h"
#include "command/postfix/map.h"

static void
check_tables(struct check_context *c, const struct postfix_service *service,
    const char *parameter)
{
	static const enum postfix_finding found[] = {
	    [MAP_NO_SOURCE] = TABLE_MISSING,
	    [MAP_NO_INDEX] = TABLE_NOT_COMPILED, [MAP_OLD_INDEX] = TABLE_OLD };
	const char *maps = postfix_value(c->p, service, parameter);
	int is_alias = strncmp(parameter, "alias_", 6) == 0;
	char table[SCOPE_PATH_MAX];
	enum map_state state;
	size_t len;

	for (; (maps = map_next(maps, &len)) != NULL; maps += len) {
		state = map_look(maps, len);
		/* A missing file of aliases does not concern tokend. */
		if (state == MAP_GOOD || (is_alias && state != MAP_OLD_INDEX))
			continue;
		snprintf(table, sizeof(table), "%.*s", (int)len, maps);
		report_postfix(c, found[state], KNOWN_VALUES(
		    { "parameter", parameter }, { "table", table },
		    { "tool", is_alias ? "postalias" : "postmap" }));
	}
}

/* 1 if the table has two lines for one key, which was reported; else 0. */
static int
check_readable(struct check_context *c, const struct postfix_service *service)
{
	const char *maps = postfix_value(c->p, service,
	    "smtp_sasl_password_maps");
	struct buf value = BUF_INIT(POSTFIX_TEXT_MAX);
	struct failure why = { .text = "" };
	size_t len;
	enum lookup found;
	int is_twice;

	/* No table has this key: what counts is whether it can be read. */
	found = map_find(c->p, maps, "tokend.invalid", &value, &why);
	buf_free(&value);
	is_twice = check_complaint(c, why.text) || check_compiled(c, maps);
	if (is_twice || found != LOOKUP_FAILED)
		return is_twice;
	if (geteuid() != 0)
		report_postfix(c, TABLE_NOT_ROOT, NULL);
	else if (map_next(maps, &len) != NULL &&
	    map_look(maps, len) == MAP_GOOD)
		report_postfix(c, TABLE_UNREADABLE,
		    KNOWN_VALUES({ "failure", why.text }));
	return 0;
}

int
check_maps(struct check_context *c, const struct postfix_service *service)
{
	static const char *const parameters[] = { "smtp_sasl_password_maps",
	    "smtp_tls_policy_maps", "smtp_generic_maps" };
	static const char *const general[] = { "transport_maps",
	    "sender_dependent_relayhost_maps",
	    "sender_dependent_default_transport_maps", "canonical_maps",
	    "sender_canonical_maps", "alias_maps" };
	size_t i;

	for (i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++)
		check_tables(c, service, parameters[i]);
	for (i = 0; i < sizeof(general) / sizeof(general[0]); i++)
		check_tables(c, NULL, general[i]);
	return check_readable(c, service);
}
