/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * send_only.c - tokend login --send-only: the way to send, the narrowest scope
 * of it, and what was granted of that.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/granted_scope.h"
#include "account/send_right.h"
#include "account/sending.h"
#include "command/command.h"
#include "command/edit.h"
#include "command/explain.h"
#include "command/login/login.h"
#include "knowledge/findings/findings.h"
#include "base/shell_word.h"

#define IDENTITY "openid email"	/* an API's token does not say whose it is */
#define INDENT 15

/* SMTP where the provider has a scope for that alone, else its API. */
static const char *
default_way(const struct login *l)
{
	const struct keys *p = &l->preset;

	return p->scope_send_smtp == NULL && p->send_api != NULL ?
	    p->send_api : send_way_word(SEND_SMTP);
}

static int
choose_way(struct login *l)
{
	struct buf way = BUF_INIT(CONF_SIZE_MAX);
	int result = login_key(l, "send", NULL, &way);

	if (result == 0)
		result = key_copy(&l->o.keys.send, way.len > 0 ?
		    buf_text(&way) : default_way(l), &l->why);
	buf_free(&way);
	return result;
}

static int
fail_no_scope(struct login *l, enum send_way way)
{
	const struct keys *p = &l->preset;
	const char *title = p->title != NULL ? p->title : l->o.keys.provider;
	const char *api = p->send_api;

	if (title == NULL)
		return fail(&l->why, STATUS_CONFIG, "account \"%s\": no scope "
		    "is known that only sends at its provider; nothing was "
		    "changed. Fix: give the one that its documentation names, "
		    "by --scope", l->name);
	if (api != NULL && way == SEND_SMTP)
		return fail(&l->why, STATUS_CONFIG, "account \"%s\": a token "
		    "that may send by SMTP at %s may read all mail, too; "
		    "nothing was changed. Fix: use --send %s, or leave out "
		    "--send-only", l->name, title, api);
	return fail(&l->why, STATUS_CONFIG, "account \"%s\": %s has no right "
	    "that only sends: its tokens can read all mail, too; nothing was "
	    "changed. Fix: leave out --send-only, or give by --scope the "
	    "scope that the provider has for it", l->name, title);
}

/* Without a preset a person may know the scope: fill.c asks. */
static int
is_asked_for(const struct login *l)
{
	return l->is_new && l->is_asking && l->o.keys.provider == NULL;
}

/* Grants whose rights an administrator decides, and no scope. */
static int
is_app(const char *grant)
{
	return strcmp(grant, "client_credentials") == 0 ||
	    strcmp(grant, "metadata") == 0 || strcmp(grant, "command") == 0;
}

/*
 * An app has no scope for SMTP alone; but the one in the file of an account
 * that sends by an API is for that service.
 */
static int
replace_api_scope(struct login *l)
{
	const char *usual = l->preset.scope_client_credentials;
	struct buf way = BUF_INIT(CONF_SIZE_MAX);
	int result = 0;

	if (edit_get(&l->before, "send", &way) == IS_UNKNOWN)
		result = fail_memory(&l->why);
	else if (usual != NULL && sending_is_api(sending_parse(buf_text(&way))))
		result = key_copy(&l->o.keys.scope, usual, &l->why);
	buf_free(&way);
	return result;
}

static int
choose_scope(struct login *l, enum send_way way, const char *grant)
{
	char **narrowest = sending_scope(&l->preset, way, !is_app(grant));
	const int is_named = sending_is_api(way) &&
	    strcmp(grant, "refresh_token") == 0;
	struct buf scope = BUF_INIT(CONF_SIZE_MAX);
	int result;

	if (l->o.keys.scope != NULL)
		return 0;
	if (way == SEND_SMTP && strcmp(grant, "client_credentials") == 0)
		return replace_api_scope(l);
	if (narrowest == NULL || *narrowest == NULL)
		return is_app(grant) || is_asked_for(l) ? 0 :
		    fail_no_scope(l, way);
	result = is_named && buf_adds(&scope, IDENTITY " ") == -1 ? -1 :
	    buf_adds(&scope, *narrowest);
	result = result == -1 ? fail_memory(&l->why) :
	    key_copy(&l->o.keys.scope, buf_text(&scope), &l->why);
	buf_free(&scope);
	return result;
}

/*
 * A file's own hosts are those of the servers that it was for: they do not
 * list the host of another way.
 */
static int
choose_hosts(struct login *l, enum send_way way)
{
	struct buf hosts = BUF_INIT(CONF_SIZE_MAX);
	struct buf endpoint = BUF_INIT(CONF_SIZE_MAX);
	char *host = NULL;
	int result = -1;

	if (edit_get(&l->before, "hosts", &hosts) == IS_UNKNOWN ||
	    login_key(l, "send_endpoint", l->preset.send_endpoint,
	    &endpoint) == -1) {
		fail_memory(&l->why);
		goto out;
	}
	result = 0;
	if (l->o.keys.hosts != NULL || hosts.len == 0)
		goto out;
	if (sending_is_api(way))
		host = sending_copy_host(buf_text(&endpoint));
	else if (l->preset.hosts != NULL)
		host = strdup(l->preset.hosts);
	if (host != NULL && strcmp(host, buf_text(&hosts)) != 0)
		result = key_copy(&l->o.keys.hosts, host, &l->why);
out:
	free(host);
	buf_free(&hosts);
	buf_free(&endpoint);
	return result;
}

static int
choose_rights(struct login *l, enum send_way way)
{
	struct buf grant = BUF_INIT(CONF_SIZE_MAX);
	int result = login_key(l, "grant", l->preset.grant != NULL ?
	    l->preset.grant : "refresh_token", &grant);

	if (result == 0)
		result = choose_scope(l, way, buf_text(&grant));
	buf_free(&grant);
	return result;
}

int
login_send_only(struct login *l)
{
	enum send_way way;

	if (!l->o.send_only)
		return 0;
	l->o.has_keys = 1;
	if (choose_way(l) == -1)
		return -1;
	way = sending_parse(l->o.keys.send);
	/* A way that there is not is refused when the draft is loaded. */
	if (way == SEND_NONE || (sending_is_api(way) &&
	    l->preset.send_api != NULL &&
	    strcmp(l->preset.send_api, l->o.keys.send) != 0))
		return 0;
	return choose_rights(l, way) == -1 || choose_hosts(l, way) == -1 ?
	    -1 : 0;
}

static void
show_rows(const struct login *l, enum sending_finding found, const char *words)
{
	const struct known *row = &sending_findings[found];
	const struct known_value *values = KNOWN_VALUES(
	    { "account", l->name }, { "word", words },
	    { "file", l->account.path });
	char text[FINDING_TEXT_MAX + 1];

	known_fill(text, sizeof(text), row->found, values);
	command_warn("%s", text);
	known_fill(text, sizeof(text), row->why, values);
	explain_text(text);
	known_fill(text, sizeof(text), row->fix, values);
	explain_text(text);
}

int
login_check_send_right(struct login *l)
{
	char words[GRANTED_MAX + 1];

	switch (send_right_judge(&l->account, l->granted.scope, words)) {
	case SEND_RIGHT_MISSING:
		return fail(&l->why, STATUS_SIGN_IN, "account \"%s\": the "
		    "right to send (%s) was not granted; nothing was changed. "
		    "Fix: sign in again, and leave every box of the consent "
		    "page ticked, or allow it to the app at the provider "
		    "first", l->name, words);
	case SEND_RIGHT_WIDER:
		show_rows(l, granted_by_microsoft(&l->account) ?
		    SEND_WIDER_MICROSOFT : SEND_WIDER, words);
		return 0;
	default:
		return 0;
	}
}

/* What the tokens of a way can do. */
static const char *
describe_way(const struct account *a)
{
	switch (a->send) {
	case SEND_GMAIL:
		return "by Gmail's API";
	case SEND_GRAPH:
		return "by Microsoft Graph";
	default:
		return "by SMTP";
	}
}

void
login_show_send_right(const struct login *l)
{
	const struct account *a = &l->account;
	char words[GRANTED_MAX + 1], text[512];

	switch (send_right_judge(a, l->granted.scope, words)) {
	case SEND_RIGHT_ALONE:
		snprintf(text, sizeof(text), "its tokens can send mail %s, and "
		    "cannot read, search, change or delete any%s%s",
		    describe_way(a), granted_by_microsoft(a) ? ", if its app "
		    "was never granted more at Microsoft" : "",
		    sending_is_api(a->send) ? "; no SMTP, "
		    "IMAP or POP server takes them" : "; no IMAP or POP "
		    "server takes them");
		break;
	case SEND_RIGHT_WIDER:
		snprintf(text, sizeof(text), "its tokens can send mail %s, and "
		    "can do more: see the warning", describe_way(a));
		break;
	default:
		if (a->send == SEND_NONE)
			return;
		snprintf(text, sizeof(text), "its tokens can send mail %s; "
		    "whether they can read mail, the provider decides: "
		    "\"tokend doctor --live %s\" tries it", describe_way(a),
		    SHELL_NAME(l->name));
	}
	explain_line(stdout, "  sends", INDENT, text);
}
