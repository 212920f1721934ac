/* SPDX-License-Identifier: BSD-2-Clause */
/* relay_sender.c - a transport for mail of one sender; see relay.h */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/setup/postfix/table.h"
#include "command/setup/plan.h"
#include "command/setup/postfix/relay.h"

#define SENDERS "/tokend_senders"	/* who goes by which transport */
#define LOGINS "/tokend_logins"		/* the login of each */
#define ROUTES "sender_dependent_default_transport_maps"
#define FILTER "smtp_sasl_mechanism_filter"

static const char *
transport_name(const struct relaying *p)
{
	return p->is_wrapped ? "smtps-tokend" : "smtp-tokend";
}

enum truth
relay_has_sender(const struct relaying *p, struct failure *why)
{
	struct buf value = BUF_INIT(SETUP_TEXT_MAX);
	const struct setup_file *f;
	struct setup look;
	enum truth has = IS_UNKNOWN;

	plan_init(&look);
	if ((f = setup_file_in(&look, p->folder, SENDERS, why)) != NULL)
		has = table_get(f, relay_address(p), &value, why);
	plan_free(&look);
	buf_free(&value);
	return has;
}

/* Another table goes first, and has the sender already? */
static int
check_routes(const struct relaying *p, const char *routes,
    struct failure *why)
{
	struct buf found = BUF_INIT(RELAY_VALUE_MAX);
	char *copy = strdup(routes), *at = copy, *table;
	int result = copy != NULL ? 0 : fail_memory(why);

	while (result == 0 && (table = strsep(&at, ", \t")) != NULL) {
		if (table[0] == '\0')
			continue;
		if (setup_tool(&found, why, "/usr/sbin/postmap", "-c",
		    p->folder, "-q", relay_address(p), table) == -1)
			result = -1;
		else if (found.len > 0)
			result = fail(why, STATUS_CONFIG, "%s/main.cf: mail "
			    "from %s has a route of its own already, in %s ("
			    ROUTES "): remove it there first", p->folder,
			    relay_address(p), table);
	}
	free(copy);
	buf_free(&found);
	return result;
}

int
relay_set_routes(struct relaying *p, struct failure *why)
{
	return relay_add_table(p, ROUTES, SENDERS, check_routes, why);
}

int
relay_route_sender(struct relaying *p, const char *route, struct failure *why)
{
	struct setup_file *f;

	if (strchr(relay_address(p), '@') == NULL)
		return fail(why, STATUS_CONFIG, "%s relays other mail already, "
		    "so this account can be for one sender only, and \"%s\" "
		    "is no mail address: set user = ADDRESS in %s", p->folder,
		    relay_address(p), p->s->account->path);
	f = setup_file_in(p->s, p->folder, SENDERS, why);
	return f == NULL ? -1 : table_set(f, relay_address(p), route, why);
}

static int
set_tables(struct relaying *p, struct failure *why)
{
	char login[RELAY_WORDS_MAX], route[RELAY_WORDS_MAX];
	struct setup_file *f;

	if (relay_login(p, login, why) == -1 ||
	    (f = setup_file_in(p->s, p->folder, LOGINS, why)) == NULL)
		return -1;
	f->mode = 0600;
	snprintf(route, sizeof(route), "%s:%s", transport_name(p), p->relay);
	return table_set(f, relay_address(p), login, why) == -1 ? -1 :
	    relay_route_sender(p, route, why);
}

/* Its own in all that decides about a login, whatever main.cf says. */
static int
set_transport(struct relaying *p, struct failure *why)
{
	char name[32], line[64], column[8], table[SCOPE_PATH_MAX + 16];
	const char *const own[][2] = {
		{ "smtp_sasl_auth_enable", "yes" },
		{ "smtp_sasl_password_maps", table },
		{ "smtp_sender_dependent_authentication", "yes" },
		{ FILTER, RELAY_MECHANISMS },
		{ "smtp_sasl_tls_security_options", "noanonymous" },
		{ "smtp_sasl_auth_cache_name", "" },
		{ "smtp_tls_security_level", "secure" },
		{ "smtp_tls_policy_maps", "" },
		{ "smtp_tls_wrappermode", p->is_wrapped ? "yes" : "no" },
		{ "smtp_tls_CAfile", p->ca_file }
	};
	enum truth has;
	size_t i;

	snprintf(table, sizeof(table), "texthash:%s" LOGINS, p->folder);
	snprintf(name, sizeof(name), "%s/unix", transport_name(p));
	if (relay_chroot(p, column, why) == -1 ||
	    (has = relay_has(p, name, why)) == IS_UNKNOWN)
		return -1;
	snprintf(line, sizeof(line), "%s unix - - %s - - smtp",
	    transport_name(p), column);
	if (has == IS_FALSE && relay_add(p, name, line, why) == -1)
		return -1;
	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (relay_override(p, name, own[i][0], own[i][1], why) == -1)
			return -1;
	return 0;
}

/*
 * From now on the plugin offers its mechanisms to every smtp(8), and where
 * there is no filter that would be the choice for a relay with a password.
 * Where the plugin was on before, what works does so by some other rule.
 */
static int
protect_passwords(struct relaying *p, int plugin_is_new, struct failure *why)
{
	enum truth is_empty = relay_is(p, FILTER, "", why);

	return is_empty == IS_TRUE && plugin_is_new ? relay_set(p, FILTER,
	    "!xoauth2, !oauthbearer, static:all", why) :
	    is_empty == IS_UNKNOWN ? -1 : 0;
}

int
relay_sender(struct relaying *p, int plugin_is_new, struct failure *why)
{
	return set_tables(p, why) == -1 || relay_copy_out(p, why) == -1 ||
	    set_transport(p, why) == -1 || relay_set_routes(p, why) == -1 ||
	    protect_passwords(p, plugin_is_new, why) == -1 ||
	    setup_note(p->s, why, "Mail from %s goes by %s; all other mail "
	    "goes as before.", relay_address(p), p->relay) == -1 ? -1 : 0;
}
