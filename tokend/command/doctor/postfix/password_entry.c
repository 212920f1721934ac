/* SPDX-License-Identifier: BSD-2-Clause */
/* password_entry.c - with what Postfix logs in at a relay */
#include <stdio.h>
#include <string.h>

#include "command/doctor/postfix/check_context.h"
#include "command/postfix/map.h"
#include "name.h"
#include "shell_word.h"

#define MAPS "smtp_sasl_password_maps"
#define FILTER "smtp_sasl_mechanism_filter"

/* As Postfix does: the first word that matches decides. -1: a table does. */
static int
lets_through(const char *list, const char *mechanism)
{
	const char *word = list;
	size_t len, skip;

	for (; (word = words_next(word, &len)) != NULL; word += len) {
		for (skip = 0; skip < len && word[skip] == '!'; skip++)
			continue;
		if (words_equal(word + skip, len - skip, mechanism,
		    strlen(mechanism)) || (len - skip >= 7 &&
		    memcmp(word + skip, "static:", 7) == 0))
			return skip % 2 == 0;
		if (memchr(word, ':', len) != NULL ||
		    memchr(word, '/', len) != NULL)
			return -1;
	}
	return 0;
}

enum filter
sight_filter(const struct sight *s, const struct postfix_service *service)
{
	static const char *const mechanisms[] = { "plain", "login", "cram-md5",
	    "digest-md5", "ntlm", "gssapi", "scram-sha-1", "scram-sha-256" };
	char value[512], *at;
	int ours, bearer, others = 0;
	size_t i;

	snprintf(value, sizeof(value), "%s",
	    postfix_value(s->p, service, FILTER));
	for (at = value; *at != '\0'; at++)
		if (*at == ',' || *at == '\t')
			*at = ' ';
	ours = lets_through(value, "xoauth2");
	bearer = lets_through(value, "oauthbearer");
	if (value[strspn(value, " ")] == '\0' || ours == -1 || bearer == -1)
		return FILTER_OPEN;
	for (i = 0; i < sizeof(mechanisms) / sizeof(char *); i++)
		others |= lets_through(value, mechanisms[i]) != 0;
	if (ours == 0 && bearer == 0)
		return FILTER_OTHERS;
	return others ? FILTER_MIXED : FILTER_OURS;
}

/* The first table of the map: its file, and the command that compiles it. */
static void
name_file(const struct sight *s, const struct postfix_service *service,
    char file[SCOPE_PATH_MAX], char command[SIGHT_COMMAND_MAX])
{
	size_t len = 0, type;
	char whole[SCOPE_PATH_MAX];
	const char *table = map_next(postfix_value(s->p, service, MAPS), &len);

	snprintf(file, SCOPE_PATH_MAX, "%.900s/sasl_passwd", s->p->config);
	command[0] = '\0';
	if (table == NULL || (type = strcspn(table, ":")) >= len)
		return;
	snprintf(file, SCOPE_PATH_MAX, "%.*s", (int)(len - type - 1),
	    table + type + 1);
	snprintf(whole, sizeof(whole), "%.*s", (int)len, table);
	if (map_is_compiled(table, len))
		snprintf(command, SIGHT_COMMAND_MAX, " \"postmap %s\",",
		    SHELL_WORD(whole));
}

void
sight_mend_entry(const struct sight *s, struct finding *f, const struct route *r,
    const char *key, const char *user, int is_there)
{
	char file[SCOPE_PATH_MAX], command[SIGHT_COMMAND_MAX];
	char reload[SIGHT_COMMAND_MAX];

	name_file(s, r->service, file, command);
	finding_text(f->fix, "%s in %s: \"%s %s:tokend\", then%s %s.",
	    is_there ? "Write, in place of that line" : "Add the line",
	    file, key, user, command, sight_reload(s, reload));
}

void
sight_mend_route(const struct sight *s, struct finding *f,
    const struct route *r, const char *key, const char *wanted,
    const char *account)
{
	char first[FINDING_TEXT_MAX + 1];
	struct finding line;

	if (strcmp(r->parameter, "relayhost") == 0)
		sight_mend(s, f, NULL, "relayhost", wanted);
	else
		finding_text(f->fix, "Write %s in place of %s for %s in %s.",
		    wanted, r->nexthop, r->key, r->parameter);
	/* smtp(8) looks for the bare host as well. */
	if (strcmp(key, wanted) == 0 || strcmp(key, r->host) == 0)
		return;
	memcpy(first, f->fix, sizeof(first));
	sight_mend_entry(s, &line, r, wanted, account, *key != '\0');
	finding_text(f->fix, "%s %s", line.fix, first);
}

static void
tell_no_entry(struct sight *s, const struct route *r, const struct entry *e)
{
	struct finding f = sight_begin(VERDICT_FAULT);
	char account[NAME_MAX_LEN + 1], wanted[ROUTE_TEXT_MAX];

	if (!sight_account_for(s, r->host, account))
		snprintf(account, sizeof(account), "USER");
	finding_text(f.found, "Postfix in %s: " MAPS " has no entry for %s "
	    "(%s)%s%s.", s->p->config, r->nexthop, r->parameter,
	    e->key[0] != '\0' ? ", but one for " : "", e->key);
	finding_text(f.matters, "Postfix looks for the name as it stands "
	    "there, brackets and port too. It finds none, does not log in, "
	    "and the relay refuses the mail.");
	if (sight_relay_for(s, account, r, wanted))
		sight_mend_route(s, &f, r, e->key, wanted, account);
	else
		sight_mend_entry(s, &f, r, r->nexthop, account,
		    e->key[0] != '\0');
	sight_tell(s, &f);
}

static void
tell_path(struct sight *s, const struct route *r, const struct entry *e)
{
	struct finding f = sight_begin(VERDICT_FAULT);

	finding_text(f.found, "Postfix in %s: the entry for %s has the path "
	    "of a file in place of a password.", s->p->config, e->key);
	finding_text(f.matters, "Another plugin reads its tokens from such a "
	    "file; tokend does not. Take it over once, by \"tokend import "
	    "sasl-xoauth2 --set allow=postfix FILE\".");
	sight_mend_entry(s, &f, r, e->key, e->user, 1);
	sight_tell(s, &f);
}

static void
tell_password(struct sight *s, const struct route *r, const struct entry *e)
{
	struct finding f = sight_begin(VERDICT_FAULT);

	finding_text(f.found, "Postfix in %s: the entry for %s has a password "
	    "of %.100s, and transport %s uses XOAUTH2 or OAUTHBEARER only.",
	    s->p->config, e->key, e->user, r->service->name);
	finding_text(f.matters, "The plugin takes no passwords: what stands "
	    "there must be one of tokend's words. The log says \"the password "
	    "is none of tokend's words\".");
	sight_mend_entry(s, &f, r, e->key, e->user, 1);
	sight_tell(s, &f);
}

static void
tell_broken(struct sight *s, const struct route *r, const struct entry *e)
{
	struct finding f = sight_begin(VERDICT_FAULT);

	finding_text(f.found, "Postfix in %s: the entry for %s: %.250s",
	    s->p->config, e->key, e->why.text);
	finding_text(f.matters, "The plugin refuses it, and no mail leaves.");
	sight_mend_entry(s, &f, r, e->key, e->user, 1);
	sight_tell(s, &f);
}

static void
tell_token(struct sight *s, const struct route *r, const struct entry *e)
{
	struct finding f = sight_begin(VERDICT_WARNING);

	finding_text(f.found, "Postfix in %s: the entry for %s holds a token "
	    "itself.", s->p->config, e->key);
	finding_text(f.matters, "A token expires, usually in an hour, and "
	    "nobody renews this one.");
	sight_mend_entry(s, &f, r, e->key, e->user, 1);
	sight_tell(s, &f);
}

/* A login by tokend's words, and a filter that does not keep to it. */
static void
check_filter(struct sight *s, const struct route *r, const struct entry *e)
{
	enum filter filter = sight_filter(s, r->service);
	struct finding f;

	if (filter == FILTER_OURS)
		return;
	f = sight_begin(filter == FILTER_OTHERS ? VERDICT_FAULT :
	    VERDICT_WARNING);
	finding_text(f.found, "Postfix in %s, transport %s: " FILTER " %s%s.",
	    s->p->config, r->service->name, filter == FILTER_OPEN &&
	    *postfix_value(s->p, r->service, FILTER) == '\0' ? "is empty" :
	    "is ", postfix_value(s->p, r->service, FILTER));
	if (filter == FILTER_OTHERS)
		finding_text(f.matters, "It keeps Postfix from XOAUTH2. The "
		    "log says \"offered no supported AUTH mechanisms\", or "
		    "the word of the entry for %s goes out as a password.",
		    e->key);
	else
		finding_text(f.matters, "Another mechanism may be chosen for "
		    "%s, and would send the word that stands in place of a "
		    "password.", r->nexthop);
	sight_mend(s, &f, r->service, FILTER, "xoauth2");
	sight_tell(s, &f);
}

void
postfix_check_login(struct sight *s, const struct route *r,
    const struct entry *e)
{
	switch (e->kind) {
	case ENTRY_NONE:
		tell_no_entry(s, r, e);
		return;
	case ENTRY_HIDDEN:
		return;		/* postfix_check_maps tells */
	case ENTRY_PATH:
		tell_path(s, r, e);
		break;
	case ENTRY_PASSWORD:
		tell_password(s, r, e);
		return;
	case ENTRY_BROKEN:
		tell_broken(s, r, e);
		break;
	case ENTRY_TOKEN:
		tell_token(s, r, e);
		break;
	case ENTRY_ACCOUNT:
		postfix_check_account(s, r, e);
		break;
	}
	check_filter(s, r, e);
}

void
postfix_check_password(struct sight *s, const struct route *r)
{
	enum filter filter = sight_filter(s, r->service);
	struct finding f = sight_begin(VERDICT_FAULT);
	char option[SIGHT_COMMAND_MAX], reload[SIGHT_COMMAND_MAX];

	if (filter == FILTER_OTHERS)
		return;
	sight_option(s, option);
	finding_text(f.found, "Postfix in %s, transport %s: the login at %s "
	    "is by a password, and " FILTER " lets XOAUTH2 through.",
	    s->p->config, r->service->name, r->nexthop);
	finding_text(f.matters, "If that server offers XOAUTH2, too, Postfix "
	    "chooses it, and the plugin refuses the password. A transport of "
	    "its own, named where %s leads to that relay, ends it.",
	    r->parameter);
	finding_text(f.fix, "\"postconf%.60s -M 'smtp-password/unix="
	    "smtp-password unix - - %c - - smtp -o " FILTER "=plain,login'\", "
	    "write \"smtp-password:%.100s\" for %.60s, then %s.", option,
	    r->service->is_jailed ? 'y' : 'n', r->nexthop,
	    r->key[0] != '\0' ? r->key : r->parameter,
	    sight_reload(s, reload));
	sight_tell(s, &f);
}
