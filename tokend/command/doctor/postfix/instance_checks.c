/* SPDX-License-Identifier: BSD-2-Clause */
/* instance_checks.c - whether Postfix logs in by tokend, and what keeps it */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/doctor/postfix/check_context.h"
#include "command/postfix/map.h"
#include "settings.h"

#define MAPS "smtp_sasl_password_maps"

/* debug_peer_list: the patterns that it shares with others are not known. */
void
postfix_check_debug(struct sight *s, const struct route *r)
{
	static const char name[] = "debug_peer_list";
	const char *list = postfix_value(s->p, r->service, name);
	const char *at = strcasestr(list, r->host);
	struct finding f;

	/* Also a domain above the host: "gmail.com". */
	for (const char *up = strchr(r->host, '.'); at == NULL && up != NULL &&
	    strchr(up + 1, '.') != NULL; up = strchr(up + 1, '.'))
		at = strcasestr(list, up + 1);
	if (at == NULL)
		return;
	f = sight_begin(VERDICT_FAULT);
	finding_text(f.found, "Postfix in %s: %s is %.150s, and has %s in it.",
	    s->p->config, name, list, r->host);
	finding_text(f.matters, "smtp(8) then writes each token for that "
	    "server into the mail log. Who reads the log can use it until it "
	    "expires.");
	sight_mend(s, &f, r->service, name, "");
	sight_tell(s, &f);
}

/* Without an entry, postfix_check_login() tells of both, by one fix. */
static void
check_form(struct sight *s, const struct route *r, const struct entry *e)
{
	char wanted[ROUTE_TEXT_MAX];
	struct finding f = sight_begin(VERDICT_WARNING);

	if (e->kind == ENTRY_NONE)
		return;
	if (!sight_relay_for(s, e->account, r, wanted)) {
		if (r->is_bracketed)
			return;
		snprintf(wanted, sizeof(wanted), "[%.250s]%s%.31s", r->host,
		    r->port[0] != '\0' ? ":" : "", r->port);
	}
	finding_text(f.found, "Postfix in %s: %s is %s, without %s.",
	    s->p->config, r->parameter, r->nexthop, !r->is_bracketed ?
	    "brackets" : "the port of submission");
	if (r->is_bracketed)
		finding_text(f.matters, "Port %d is for servers among "
		    "themselves: many networks block it, and not each "
		    "provider takes a login there.", route_port(r));
	else
		finding_text(f.matters, "Postfix then looks for the MX "
		    "records of %s, and goes to another host where there are "
		    "some.", r->host);
	sight_mend_route(s, &f, r, e->key, wanted, e->user);
	sight_tell(s, &f);
}

/* Whether r is meant to log in by tokend, well or badly set up. */
static int
is_ours(const struct sight *s, const struct route *r, const struct entry *e)
{
	char account[NAME_MAX_LEN + 1];

	switch (e->kind) {
	case ENTRY_ACCOUNT:
	case ENTRY_TOKEN:
	case ENTRY_PATH:
	case ENTRY_BROKEN:
		return 1;
	case ENTRY_PASSWORD:
		return sight_filter(s, r->service) == FILTER_OURS;
	case ENTRY_NONE:
	case ENTRY_HIDDEN:
		break;
	}
	return sight_filter(s, r->service) == FILTER_OURS ||
	    sight_account_for(s, r->host, account);
}

static int
is_asked_for(const struct doctor *d, const struct entry *e)
{
	return d->account == NULL || e->kind != ENTRY_ACCOUNT ||
	    strcmp(d->account, e->account) == 0;
}

static void
check_route(struct sight *s, const struct route *r, const struct entry *e)
{
	int is_ambiguous = postfix_check_maps(s, r->service);

	postfix_check_options(s, r->service);
	postfix_check_tls(s, r);
	check_form(s, r, e);
	if (!is_ambiguous)
		postfix_check_login(s, r, e);
	postfix_check_debug(s, r);
	postfix_check_root(s, r, e);
	postfix_check_sender(s, r, e);
}

/* Entries by sender: also those of senders whom no other table knows. */
static void
check_senders(struct sight *s, const struct route *r)
{
	static const char name[] = "smtp_sender_dependent_authentication";
	int is_on = postfix_is(s->p, r->service, name, "yes");
	struct buf lines = BUF_INIT(POSTFIX_TEXT_MAX);
	struct finding f;
	char *line, *at, *value;
	struct entry e;

	map_list(s->p, postfix_value(s->p, r->service, MAPS), &lines);
	for (at = lines.data; (line = postfix_next_line(&at)) != NULL; ) {
		if ((value = map_value(line)) == NULL ||
		    strchr(line, '@') == NULL)
			continue;
		memset(&e, 0, sizeof(e));
		snprintf(e.key, sizeof(e.key), "%s", line);
		make_printable(e.key, sizeof(e.key));
		entry_judge(&e, value, s->bare_tokens);
		if (e.kind == ENTRY_PASSWORD || !is_asked_for(s->d, &e))
			continue;
		postfix_check_login(s, r, &e);
		if (is_on)
			continue;
		f = sight_begin(VERDICT_FAULT);
		finding_text(f.found, "Postfix in %s, transport %s: " MAPS
		    " has entries by sender (%s), and %s is no.",
		    s->p->config, r->service->name, e.key, name);
		finding_text(f.matters, "Postfix does not look for them, and "
		    "logs in as another account, or not at all.");
		sight_mend(s, &f, r->service, name, "yes");
		sight_tell(s, &f);
	}
	buf_free(&lines);
}

static void
check_routes(struct sight *s, const struct routes *r)
{
	struct entry *entries = calloc(POSTFIX_ROUTES, sizeof(*entries));
	char passwords[POSTFIX_ROUTES] = { 0 };
	const struct route *n;
	unsigned ours = 0, before = s->d->faults + s->d->warnings;
	struct entry *e;
	size_t i;

	if (entries == NULL)
		return;
	for (i = 0; i < r->count; i++) {
		n = &r->route[i];
		e = &entries[i];
		entry_find(e, s->p, n, n->is_by_sender ? n->key : NULL,
		    s->bare_tokens);
		if (!is_ours(s, n, e)) {
			passwords[i] = e->kind == ENTRY_PASSWORD;
			continue;
		}
		if (!is_asked_for(s->d, e))
			continue;
		if (ours++ == 0) {
			postfix_check_reload(s);
			check_senders(s, n);
		}
		check_route(s, n, e);
		if (s->d->faults + s->d->warnings == before &&
		    e->kind == ENTRY_ACCOUNT)
			doctor_ok(s->d, "postfix", "Postfix in %s sends to "
			    "%s as account \"%s\".", s->p->config, n->nexthop,
			    e->account);
	}
	for (i = 0; ours > 0 && i < r->count; i++)
		if (passwords[i])
			postfix_check_password(s, &r->route[i]);
	if (ours == 0)
		doctor_unknown(s->d, "postfix", "Postfix in %s has no relay "
		    "that it logs in at by tokend: \"tokend setup postfix\" "
		    "makes one.", s->p->config);
	free(entries);
}

static void
check_instance(struct sight *s, const char *config)
{
	struct postfix p = POSTFIX_INIT;
	struct failure why;
	struct routes *routes = malloc(sizeof(*routes));

	s->p = &p;
	if (routes == NULL) {
		fail_memory(&why);
		doctor_unknown(s->d, "postfix", "%s", why.text);
	} else if (postfix_read(&p, config, &why) == -1) {
		doctor_unknown(s->d, "postfix", "%s", why.text);
	} else {
		routes_find(routes, &p);
		check_routes(s, routes);
	}
	free(routes);
	postfix_free(&p);
}

/* Whether the plugin is switched on at all, doctor_plugin tells. */
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
doctor_postfix(struct doctor *d)
{
	struct sight s = { .d = d, .told = BUF_INIT(SIGHT_TOLD_MAX) };
	struct buf folders = BUF_INIT(POSTFIX_FOLDERS_MAX);
	struct failure why;
	const char *at;

	if (d->postfix == NULL)
		return;
	s.bare_tokens = takes_bare_tokens();
	sight_scope(&s);
	if (postfix_instances(d->postfix, &folders, &why) == -1)
		doctor_unknown(d, "postfix", "%s", why.text);
	for (at = buf_text(&folders); at < buf_text(&folders) + folders.len;
	    at += strlen(at) + 1)
		check_instance(&s, at);
	buf_free(&folders);
	buf_free(&s.told);
}
