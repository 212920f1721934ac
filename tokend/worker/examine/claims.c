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

#include "common/duration.h"
#include "examine/examine.h"
#include "name.h"
#include "shell_word.h"

#define CLOCK_ODD 120		/* seconds between two clocks */
#define CLOCK_FAULT 300		/* the same; what assertions live at most */
#define HVE_LEAST 600		/* seconds, facts/PROVIDERS 5 */

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
tell_graph(struct examination *x, const struct identity *who)
{
	const struct account *a = &x->account;
	const char *again = a->grant == GRANT_REFRESH_TOKEN ? "login" :
	    "refresh";
	struct finding *f = examine_add(x, "claims", VERDICT_FAULT,
	    STATUS_CONFIG, "its token is for Microsoft Graph (%.100s), and "
	    "not for Exchange.", who->audience);

	finding_text(f->matters, "A token is for one service. The mail "
	    "servers refuse this one: 535 5.7.3, or \"AUTHENTICATE "
	    "failed\".");
	if (a->provider != NULL)
		finding_text(f->fix, "Remove the line \"scope = ...\" from "
		    "%s: the preset %s has the right one. Then run \"tokend "
		    "%s %s\".", a->path, a->provider, again, a->name);
	else
		finding_text(f->fix, "Put the line \"scope = %s\" into %s, "
		    "then run \"tokend %s %s\".",
		    a->grant == GRANT_REFRESH_TOKEN ?
		    "https://outlook.office.com/SMTP.Send "
		    "https://outlook.office.com/IMAP.AccessAsUser.All "
		    "offline_access" : "https://outlook.office365.com/"
		    ".default", a->path, again, a->name);
}

/* 1 if the token is for Exchange; else that is told. */
static int
look_at_audience(struct examination *x, const struct identity *who)
{
	static const char names[] = "outlook.office.com *.office365.com "
	    "*.office365.us partner.outlook.cn " EXCHANGE_ID;
	char audience[IDENTITY_TEXT_MAX] = "";
	struct finding *f = NULL;

	cut_audience(audience, who->audience);
	if (audience[0] == '\0' || host_matches(names, audience))
		return 1;
	if (strncmp(audience, "graph.microsoft.", 16) == 0 ||
	    strcmp(audience, GRAPH_ID) == 0) {
		tell_graph(x, who);
		return 0;
	}
	f = examine_add(x, "claims", VERDICT_WARNING, STATUS_OK, "its token is "
	    "for \"%.100s\", which is none of Exchange's names.",
	    who->audience);
	finding_text(f->matters, "A token is for one service, and mail "
	    "servers refuse those for others.");
	finding_text(f->fix, "Check the host in scope, and cloud, in %s.",
	    x->account.path);
	return 0;
}

static int
has_word(const char *text, const char *word)
{
	size_t len = 0, word_len = strlen(word);
	const char *last = NULL;

	for (text += strspn(text, " "); *text != '\0';
	    text += len + strspn(text + len, " ")) {
		len = strcspn(text, " ");
		/* Of a scope with its host the end counts. */
		last = memrchr(text, '/', len);
		last = last != NULL ? last + 1 : text;
		if ((size_t)(text + len - last) == word_len &&
		    equal_folded(last, word, word_len))
			return 1;
	}
	return 0;
}

static void
tell_missing(struct examination *x, const struct identity *who, int is_app,
    const char *services, const char *missing, int is_all)
{
	const struct account *a = &x->account;
	struct finding *f = examine_add(x, "claims", is_all ? VERDICT_FAULT :
	    VERDICT_WARNING, is_all ? STATUS_CONFIG : STATUS_OK, "its token "
	    "does not cover %s: it has %.200s, and not %s.", services,
	    is_app ? who->roles : who->scope, missing);

	finding_text(f->matters, "Exchange refuses such logins without a "
	    "reason: 535 5.7.3, or \"AUTHENTICATE failed\".");
	if (is_app)
		finding_text(f->fix, "In Entra, API permissions, Office 365 "
		    "Exchange Online, Application permissions: add %s, and "
		    "press \"Grant admin consent\". Then run \"tokend refresh "
		    "%s\".", missing, SHELL_NAME(a->name));
	else
		finding_text(f->fix, "Put %s into scope of %s, each behind "
		    "\"https://outlook.office.com/\", and add them to the "
		    "app's API permissions; then run \"tokend login %s\".",
		    missing, a->path, SHELL_NAME(a->name));
}

/* Each service that the account has a server for. */
static void
look_at_rights(struct examination *x, const struct identity *who)
{
	int is_app = who->roles[0] != '\0' && who->scope[0] == '\0';
	char services[32] = "", missing[128] = "";
	const char *right = NULL;
	int i = 0, n = 0, m = 0, has = 0;

	if (who->roles[0] == '\0' && who->scope[0] == '\0')
		return;
	for (i = 0; i < SERVERS; i++) {
		if (x->account.server[i] == NULL)
			continue;
		right = !is_app ? rights[i].scope : i == SERVER_SMTP &&
		    is_hve(x) ? "Mail.Send" : rights[i].role;
		if (has_word(is_app ? who->roles : who->scope, right)) {
			has = 1;
			continue;
		}
		n += snprintf(services + n, sizeof(services) - (size_t)n,
		    "%s%s", n > 0 ? ", " : "", examine_service[i]);
		m += snprintf(missing + m, sizeof(missing) - (size_t)m,
		    "%s%s", m > 0 ? " " : "", right);
	}
	if (missing[0] != '\0')
		tell_missing(x, who, is_app, services, missing, !has);
}

static void
tell_other_sender(struct examination *x, const char *user, const char *who)
{
	const struct account *a = &x->account;
	struct finding *f = examine_add(x, "claims", VERDICT_FAULT,
	    STATUS_CONFIG, "SMTP logs in as %.100s, but its token is of "
	    "%.100s.", user, who);

	finding_text(f->matters, "Exchange refuses that: 535 5.7.3. At SMTP "
	    "the user must be the person who signed in, for a shared mailbox, "
	    "too.");
	finding_text(f->fix, "If %.80s is a shared mailbox, put the line "
	    "\"user_smtp = %s\" into %s, and let an administrator give "
	    "that person Send As. If the wrong person signed in, run \"tokend "
	    "login %s\".", user, who, a->path, SHELL_NAME(a->name));
}

static void
tell_other_mailbox(struct examination *x, const char *service,
    const char *user, const char *who)
{
	char identity[POWERSHELL_MAX], person[POWERSHELL_MAX];
	struct finding *f = examine_add(x, "claims", VERDICT_WARNING, STATUS_OK,
	    "%s opens the mailbox %.100s with the token of %.100s.", service,
	    user, who);

	finding_text(f->matters, "That works where %.100s has full access to "
	    "it (a shared mailbox). Else the server says \"User is "
	    "authenticated but not connected\".", who);
	finding_text(f->fix, "An administrator runs \"Add-MailboxPermission "
	    "-Identity %s -User %s -AccessRights FullAccess\". If the wrong "
	    "person signed in, run \"tokend login %s\".",
	    examine_powershell(identity, user),
	    examine_powershell(person, who),
	    SHELL_NAME(x->account.name));
}

static void
tell_other_person(struct examination *x, const struct name_pair *o)
{
	char remedy[FINDING_TEXT_MAX - 12] = "";
	struct finding *f = examine_add(x, "claims", VERDICT_FAULT,
	    STATUS_CONFIG, "its token is of %.100s, and the account is for "
	    "%.100s.", o->name, o->expected);

	finding_text(f->matters, "Mail servers refuse the token of one person "
	    "for another's mailbox.");
	person_remedy(remedy, sizeof(remedy), &x->account, o);
	finding_text(f->fix, "To mend it, %s.", remedy);
}

/* Exchange judges each service by itself, for a shared mailbox. */
static void
look_at_services(struct examination *x, const struct person *p)
{
	const struct users *set = &x->account.users;
	const char *of[SERVERS] = { set->smtp, set->imap, set->pop };
	const char *user = NULL, *name = NULL;
	int i = 0;

	for (i = 0; i < SERVERS; i++) {
		user = examine_user(x, (enum account_server)i);
		if (x->account.server[i] == NULL || !name_is_address(user) ||
		    person_compare(user, p, &name) != PERSON_OTHER)
			continue;
		if (i == SERVER_SMTP)
			tell_other_sender(x, user, name);
		else if (of[i] != NULL)
			examine_add(x, "claims", VERDICT_OK, STATUS_OK,
			    "%s opens %.100s, as the account's file says, "
			    "with the token of %.100s.", examine_service[i],
			    user, name);
		else
			tell_other_mailbox(x, examine_service[i], user, name);
	}
}

void
examine_person(struct examination *x, const struct person *p)
{
	struct name_pair o;
	enum person_match whose = person_judge(&x->account, p, &o);

	if (examine_is_exchange(x))
		look_at_services(x, p);
	else if (whose == PERSON_OTHER)
		tell_other_person(x, &o);
	else if (whose == PERSON_ACCEPTED)
		examine_add(x, "claims", VERDICT_OK, STATUS_OK, "its token is "
		    "of %.100s, for the mailbox %.100s: that was accepted at "
		    "the sign-in.", o.name, o.expected);
}

static void
look_at_clock(struct examination *x, const struct identity *who,
    const struct cache *c, int64_t now)
{
	/* Both are of the same moment, each by its own clock. */
	int64_t ahead = who->expires != 0 ? c->expires - who->expires : 0;
	char duration[DURATION_MAX] = "";
	struct finding *f = NULL;

	if (llabs(ahead) > CLOCK_ODD) {
		f = examine_add(x, "claims", llabs(ahead) > CLOCK_FAULT ?
		    VERDICT_FAULT : VERDICT_WARNING, STATUS_CONFIG, "by what "
		    "its token says, this machine's clock is %lld s %s the "
		    "provider's.", (long long)llabs(ahead),
		    ahead > 0 ? "ahead of" : "behind");
		finding_text(f->matters, "The clock says when a token ends, "
		    "and signed requests with another time are refused.");
		finding_text(f->fix, "Compare \"date -u\" with another "
		    "clock; \"timedatectl set-ntp true\" sets it and keeps "
		    "it right.");
	}
	if (now >= c->expires)
		examine_add(x, "claims", VERDICT_UNKNOWN, STATUS_OK,
		    "its token ended %s ago; the next program that asks gets "
		    "a new one.", duration_text(duration, now - c->expires));
	else
		examine_add(x, "claims", VERDICT_OK, STATUS_OK,
		    "its token is good for %s.", duration_text(duration,
		    c->expires - now));
}

static void
look_at_client(struct examination *x, const struct identity *who)
{
	const char *id = x->account.client_id;
	struct finding *f = NULL;

	if (who->client[0] == '\0' || id == NULL ||
	    (strlen(id) == strlen(who->client) &&
	    equal_folded(id, who->client, strlen(id))))
		return;
	f = examine_add(x, "claims", VERDICT_WARNING, STATUS_OK, "its token "
	    "was given to the app %.80s, and client_id is %.80s.", who->client,
	    id);
	finding_text(f->matters, "The next renewal is for another app than "
	    "this token.");
	finding_text(f->fix, "Run \"tokend login %s\" to sign in for the "
	    "app of client_id.", SHELL_NAME(x->account.name));
}

static void
summarise(struct examination *x, const struct identity *who)
{
	const char *name = person_shown_name(&x->account, &who->person);

	examine_add(x, "claims", VERDICT_OK, STATUS_OK, "its token is for "
	    "%.80s, of %.80s%s%.40s%s%.40s, and covers %.160s.",
	    who->audience[0] != '\0' ? who->audience : "a service not named",
	    name != NULL ? name : "an application",
	    who->tenant[0] != '\0' ? ", tenant " : "", who->tenant,
	    who->client[0] != '\0' ? ", app " : "", who->client,
	    who->scope[0] != '\0' ? who->scope :
	    who->roles[0] != '\0' ? who->roles : "nothing that it names");
}

void
examine_claims(struct examination *x, const struct identity *who,
    const struct cache *c, int64_t now)
{
	if (!who->is_jwt) {
		examine_add(x, "claims", VERDICT_UNKNOWN, STATUS_OK, "its "
		    "token is opaque (not a JWT): whose it is, and for what, "
		    "only the provider knows.");
		look_at_clock(x, who, c, now);
		return;
	}
	summarise(x, who);
	if (examine_is_exchange(x) && look_at_audience(x, who))
		look_at_rights(x, who);
	look_at_client(x, who);
	look_at_clock(x, who, c, now);
}

void
examine_settings(struct examination *x)
{
	struct finding *f = NULL;

	if (!is_hve(x) || x->account.min_valid >= HVE_LEAST)
		return;
	f = examine_add(x, "token", VERDICT_FAULT, STATUS_CONFIG, "High Volume "
	    "Email gets tokens that end in %ld s.", x->account.min_valid);
	finding_text(f->matters, "It refuses tokens in their last ten "
	    "minutes: 501 5.5.127, \"Token will expire soon\".");
	finding_text(f->fix, "Put the line \"min_valid = 10m\" into %s.",
	    x->account.path);
}
