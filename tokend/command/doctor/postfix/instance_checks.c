/* SPDX-License-Identifier: BSD-2-Clause */
/* instance_checks.c - whether Postfix logs in by tokend */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/doctor/postfix/check_context.h"
#include "command/postfix/map.h"

/* debug_peer_list also has patterns of tables, which are not looked at. */
static void
check_debug(struct check_context *c, const struct route *r)
{
	static const char name[] = "debug_peer_list";
	const char *list = postfix_value(c->p, r->service, name);
	const char *at = strcasestr(list, r->host), *up = r->host;

	/* Also a domain above the host: "gmail.com". */
	while (at == NULL && (up = strchr(up, '.')) != NULL &&
	    strchr(++up, '.') != NULL)
		at = strcasestr(list, up);
	if (at != NULL)
		report_setting(c, SMTP_DEBUG, r->service, name, "",
		    KNOWN_VALUES({ "host", r->host }));
}

/* Without an entry, check_entry() reports both, with one fix. */
static void
check_form(struct check_context *c, const struct route *r,
    const struct entry *e)
{
	char wanted[ROUTE_TEXT_MAX], fix[FIX_MAX];

	if (e->kind == ENTRY_NONE)
		return;
	if (!find_better_relay(c, e->account, r, wanted)) {
		if (r->is_bracketed)
			return;
		snprintf(wanted, sizeof(wanted), "[%.250s]%s%.31s", r->host,
		    r->port[0] != '\0' ? ":" : "", r->port);
	}
	report_postfix(c, r->is_bracketed ? RELAY_NO_PORT : RELAY_NO_BRACKETS,
	    KNOWN_VALUES({ "parameter", r->parameter },
	    { "relay", r->nexthop }, { "host", r->host },
	    { "port", KNOWN_NUMBER(route_port(r)) },
	    { "fix", fix_route(c, fix, r, e->key, wanted, e->user) }));
}

/* Whether r is meant to log in by tokend, well or badly set up. */
static int
is_ours(const struct check_context *c, const struct route *r,
    const struct entry *e)
{
	char account[NAME_MAX_LEN + 1];

	switch (e->kind) {
	case ENTRY_ACCOUNT:
	case ENTRY_TOKEN:
	case ENTRY_PATH:
	case ENTRY_BROKEN:
		return 1;
	case ENTRY_PASSWORD:
		return judge_filter(c, r->service) == FILTER_OURS;
	case ENTRY_NONE:
	case ENTRY_HIDDEN:
		break;
	}
	return judge_filter(c, r->service) == FILTER_OURS ||
	    find_relay_account(c, r->host, account);
}

static int
is_asked_for(const struct doctor *d, const struct entry *e)
{
	return d->account == NULL || e->kind != ENTRY_ACCOUNT ||
	    strcmp(d->account, e->account) == 0;
}

static void
check_route(struct check_context *c, const struct route *r,
    const struct entry *e)
{
	int is_ambiguous = check_maps(c, r->service);

	check_options(c, r->service);
	check_tls(c, r);
	check_form(c, r, e);
	if (!is_ambiguous)
		check_entry(c, r, e);
	check_debug(c, r);
	check_root_alias(c, r, e);
	check_sender(c, r, e);
}

/* Entries by sender: also those of senders that no other table has. */
static void
check_senders(struct check_context *c, const struct route *r)
{
	static const char name[] = "smtp_sender_dependent_authentication";
	int is_on = postfix_is(c->p, r->service, name, "yes");
	struct buf lines = BUF_INIT(POSTFIX_TEXT_MAX);
	char *line, *at, *value;
	struct entry e;

	map_list(c->p, postfix_value(c->p, r->service,
	    "smtp_sasl_password_maps"), &lines);
	for (at = lines.data; (line = postfix_next_line(&at)) != NULL; ) {
		if ((value = map_value(line)) == NULL ||
		    strchr(line, '@') == NULL)
			continue;
		memset(&e, 0, sizeof(e));
		snprintf(e.key, sizeof(e.key), "%s", line);
		make_printable(e.key, sizeof(e.key));
		entry_judge(&e, value, c->bare_tokens);
		if (e.kind == ENTRY_PASSWORD || !is_asked_for(c->d, &e))
			continue;
		check_entry(c, r, &e);
		if (!is_on)
			report_setting(c, SENDERS_OFF, r->service, name,
			    "yes", KNOWN_VALUES({ "key", e.key }));
	}
	buf_free(&lines);
}

static unsigned
count_findings(const struct check_context *c)
{
	return c->d->faults + c->d->warnings;
}

static void
check_routes(struct check_context *c, const struct routes *r,
    struct entry *entries)
{
	char passwords[POSTFIX_ROUTES] = { 0 };
	const struct route *n;
	unsigned ours = 0, before = count_findings(c);
	struct entry *e;
	size_t i;

	for (i = 0; i < r->count; i++) {
		n = &r->route[i];
		e = &entries[i];
		entry_find(e, c->p, n, n->is_by_sender ? n->key : NULL,
		    c->bare_tokens);
		if (!is_ours(c, n, e)) {
			passwords[i] = e->kind == ENTRY_PASSWORD;
			continue;
		}
		if (!is_asked_for(c->d, e))
			continue;
		if (ours++ == 0) {
			check_reload(c);
			check_senders(c, n);
		}
		check_route(c, n, e);
		if (count_findings(c) == before && e->kind == ENTRY_ACCOUNT)
			report_postfix(c, RELAY_OK, KNOWN_VALUES(
			    { "relay", n->nexthop },
			    { "account", e->account }));
	}
	for (i = 0; ours > 0 && i < r->count; i++)
		if (passwords[i])
			check_password(c, &r->route[i]);
	if (check_send_routes(c) == 0 && ours == 0)
		report_postfix(c, RELAY_NONE, NULL);
}

static void
check_instance(struct check_context *c)
{
	struct routes *routes = malloc(sizeof(*routes));
	struct entry *entries = calloc(POSTFIX_ROUTES, sizeof(*entries));

	if (routes == NULL || entries == NULL) {
		report_row(c, &check_findings[CHECK_NO_MEMORY], NULL);
	} else {
		routes_find(routes, c->p);
		check_routes(c, routes, entries);
	}
	free(routes);
	free(entries);
}

void
doctor_postfix(struct doctor *d)
{
	check_instances(d, "postfix", check_instance);
}
