/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * claims.c - see examine.h: what a token says of itself, if it is a JWT.
 *
 * Nothing is verified (identity.h): it is the mail server's to judge, and this
 * is to find out why it may refuse.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/granted_scope.h"
#include "account/send_right.h"
#include "common/date.h"
#include "examine/examine.h"
#include "base/name.h"
#include "state/due.h"

#define CLOCK_NEAR_MOST 120		/* seconds between two clocks */
#define CLOCK_FAULT 300		/* the same; what assertions live at most */
#define HVE_LEAST 600		/* seconds: it wants ten minutes */

/* Ids of the services, as tokens of version 1 may name them. */
#define EXCHANGE_ID "00000002-0000-0ff1-ce00-000000000000"
#define GRAPH_ID "00000003-0000-0000-c000-000000000000"

static const char hve[] = "smtp.hve.mx.microsoft smtp-hve.office365.com";

/* What Exchange Online asks of a token: of a person's, and of an app's. */
static const struct right {
	const char *scope;
	const char *role;
} rights[SERVERS] = {
	[SERVER_SMTP] = { "SMTP.Send", "SMTP.SendAsApp" },
	[SERVER_IMAP] = { "IMAP.AccessAsUser.All", "IMAP.AccessAsApp" },
	[SERVER_POP] = { "POP.AccessAsUser.All", "POP.AccessAsApp" }
};

static int
is_hve(const struct examination *x)
{
	char host[256] = "";

	examine_host(x, SERVER_SMTP, host);
	return host[0] != '\0' && host_matches(hve, host);
}

/* The part of an audience that names a service. */
static void
cut_audience(char out[IDENTITY_TEXT_MAX], const char *audience)
{
	const char *host = strstr(audience, "://");

	host = host != NULL ? host + 3 : audience;
	snprintf(out, IDENTITY_TEXT_MAX, "%.*s", (int)strcspn(host, "/"),
	    host);
}

static void
report_graph(struct examination *x, const struct identity *who)
{
	const struct account *a = &x->account;
	const int has_person = a->grant == GRANT_REFRESH_TOKEN;

	examine_found(x, "claims", a->provider != NULL ? TOKEN_GRAPH_PRESET :
	    has_person ? TOKEN_GRAPH_PERSON : TOKEN_GRAPH_APP, KNOWN_VALUES(
	    { "audience", who->audience }, { "provider", a->provider },
	    { "verb", has_person ? "login" : "refresh" }));
}

/* 1 if the token is for Exchange; else that is reported. */
static int
check_audience(struct examination *x, const struct identity *who)
{
	static const char names[] = "outlook.office.com *.office365.com "
	    "*.office365.us partner.outlook.cn " EXCHANGE_ID;
	char audience[IDENTITY_TEXT_MAX] = "";

	cut_audience(audience, who->audience);
	if (audience[0] == '\0' || host_matches(names, audience))
		return 1;
	if (strncmp(audience, "graph.microsoft.", 16) == 0 ||
	    strcmp(audience, GRAPH_ID) == 0)
		report_graph(x, who);
	else
		examine_found(x, "claims", TOKEN_AUDIENCE,
		    KNOWN_VALUES({ "audience", who->audience }));
	return 0;
}

/* Each service that the account has a server for. */
static void
check_rights(struct examination *x, const struct identity *who)
{
	int is_app = who->roles[0] != '\0' && who->scope[0] == '\0';
	const char *granted = is_app ? who->roles : who->scope;
	char services[32] = "", missing[128] = "";
	const char *right = NULL;
	int i = 0, has = 0;

	if (granted[0] == '\0')
		return;
	for (i = 0; i < SERVERS; i++) {
		if (x->account.server[i] == NULL || (i != SERVER_SMTP &&
		    send_right_is_meant(&x->account)))
			continue;
		right = !is_app ? rights[i].scope : i == SERVER_SMTP &&
		    is_hve(x) ? "Mail.Send" : rights[i].role;
		if (granted_has_permission(granted, right, strlen(right))) {
			has = 1;
			continue;
		}
		words_append(services, sizeof(services), ", ",
		    examine_service[i]);
		words_append(missing, sizeof(missing), " ", right);
	}
	if (missing[0] != '\0')
		examine_found(x, "claims", is_app ?
		    (has ? TOKEN_FEW_ROLES : TOKEN_NO_ROLE) :
		    (has ? TOKEN_FEW_SCOPES : TOKEN_NO_SCOPE), KNOWN_VALUES(
		    { "services", services }, { "granted", granted },
		    { "missing", missing }));
}

/* Exchange judges each service by itself, for a shared mailbox. */
static void
check_services(struct examination *x, const struct person *p)
{
	const struct users *set = &x->account.users;
	const char *of[SERVERS] = { set->smtp, set->imap, set->pop };
	const char *user = NULL, *name = NULL;
	int i = 0;

	for (i = 0; i < SERVERS; i++) {
		user = account_mailbox(&x->account, (enum account_server)i);
		if (x->account.server[i] == NULL || !name_is_address(user) ||
		    person_compare(user, p, &name) != PERSON_OTHER)
			continue;
		examine_found(x, "claims", i == SERVER_SMTP ?
		    PERSON_OTHER_SENDER : of[i] != NULL ? PERSON_SHARED :
		    PERSON_OTHER_MAILBOX, KNOWN_VALUES({ "user", user },
		    { "person", name }, { "service", examine_service[i] }));
	}
}

void
examine_person(struct examination *x, const struct person *p)
{
	char remedy[FINDING_TEXT_MAX - 12] = "";
	struct name_pair o;
	enum person_match whose = person_judge(&x->account, p, &o);

	if (examine_is_exchange(x)) {
		check_services(x, p);
		return;
	}
	if (whose != PERSON_OTHER && whose != PERSON_ACCEPTED)
		return;
	if (whose == PERSON_OTHER)
		person_remedy(remedy, sizeof(remedy), &x->account, &o);
	examine_found(x, "claims", whose == PERSON_OTHER ? PERSON_WRONG :
	    PERSON_AGREED, KNOWN_VALUES({ "person", o.name },
	    { "user", o.expected }, { "remedy", remedy }));
}

static void
check_clock(struct examination *x, const struct identity *who,
    const struct cache *c, int64_t now)
{
	/* Both are of the same moment, each by its own clock. */
	int64_t ahead = who->expires != 0 ? c->expires - who->expires : 0;
	char duration[DURATION_MAX] = "";

	if (llabs(ahead) > CLOCK_NEAR_MOST)
		examine_found(x, "claims", llabs(ahead) > CLOCK_FAULT ?
		    TOKEN_CLOCK : TOKEN_CLOCK_NEAR, KNOWN_VALUES(
		    { "seconds", KNOWN_NUMBER(llabs(ahead)) },
		    { "side", ahead > 0 ? "ahead of" : "behind" }));
	examine_found(x, "claims", now >= c->expires ? TOKEN_EXPIRED :
	    TOKEN_VALID, KNOWN_VALUES({ "age",
	    duration_text(duration, llabs(c->expires - now)) }));
}

static void
check_client(struct examination *x, const struct identity *who)
{
	const char *id = x->account.client_id;

	if (who->client[0] != '\0' && id != NULL && !words_equal(id,
	    strlen(id), who->client, strlen(who->client)))
		examine_found(x, "claims", TOKEN_OTHER_APP, KNOWN_VALUES(
		    { "client", who->client }, { "client_id", id }));
}

static const char *
or_else(const char *text, const char *otherwise)
{
	return text != NULL && text[0] != '\0' ? text : otherwise;
}

static void
report_claims(struct examination *x, const struct identity *who)
{
	const char *name = person_shown_name(&x->account, &who->person);

	examine_found(x, "claims", TOKEN_CLAIMS, KNOWN_VALUES(
	    { "audience", or_else(who->audience, "a service not named") },
	    { "person", or_else(name, "an application") },
	    { "tenant", or_else(who->tenant, "not named") },
	    { "client", or_else(who->client, "not named") },
	    { "granted", or_else(who->scope, or_else(who->roles,
	    "nothing that it names")) }));
}

/* A token has what the app was ever granted, and not what was asked for. */
static void
check_send_right(struct examination *x, const struct identity *who)
{
	const struct account *a = &x->account;
	char words[GRANTED_MAX + 1] = "";

	if (a->send == SEND_GRAPH && who->roles[0] != '\0') {
		if (strcmp(who->roles, "Mail.Send") != 0)
			examine_row(x, "claims",
			    &sending_findings[SEND_WIDER_APP], KNOWN_VALUES(
			    { "word", who->roles }));
	} else if (who->scope[0] != '\0' && send_right_judge(a, who->scope,
	    words) == SEND_RIGHT_WIDER) {
		examine_row(x, "claims", &sending_findings[
		    SEND_WIDER_MICROSOFT], KNOWN_VALUES({ "word", words }));
	}
}

void
examine_claims(struct examination *x, const struct identity *who,
    const struct cache *c, int64_t now)
{
	if (who->is_jwt) {
		report_claims(x, who);
		check_send_right(x, who);
		if (!sending_is_api(x->account.send) &&
		    examine_is_exchange(x) && check_audience(x, who))
			check_rights(x, who);
		check_client(x, who);
	} else {
		examine_found(x, "claims", TOKEN_OPAQUE, NULL);
	}
	check_clock(x, who, c, now);
}

void
examine_settings(struct examination *x)
{
	const long min_valid = due_min_valid(x->account.min_valid);

	if (is_hve(x) && min_valid < HVE_LEAST)
		examine_found(x, "token", HVE_MIN_VALID, KNOWN_VALUES(
		    { "seconds", KNOWN_NUMBER(min_valid) }));
}
