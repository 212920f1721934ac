/* SPDX-License-Identifier: BSD-2-Clause */
/* fill.c - what a new account needs, from its preset and by asking. */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/defaults.h"
#include "account/placeholder.h"
#include "account/provider.h"
#include "account/sending.h"
#include "command/explain.h"
#include "command/login/questions/choose.h"
#include "command/login/questions/client_file.h"
#include "command/command.h"
#include "command/edit.h"
#include "command/login/questions/forms.h"
#include "command/account_mistakes.h"
#include "command/login/login.h"
#include "command/login/questions/question.h"

int
login_key(struct login *l, const char *key, const char *preset,
    struct buf *value)
{
	const char *given = *edit_key(&l->o.keys, key);
	enum truth found = IS_FALSE;

	if (given == NULL)
		found = edit_get(&l->before, key, value);
	if (found == IS_FALSE && given == NULL)
		given = preset;
	return found == IS_UNKNOWN || (given != NULL &&
	    buf_adds(value, given) == -1) ? fail_memory(&l->why) : 0;
}

int
login_has_grant(const struct login *l, const char *word)
{
	const char *grant = l->o.keys.grant != NULL ? l->o.keys.grant :
	    l->preset.grant != NULL ? l->preset.grant : "refresh_token";

	return strcmp(grant, word) == 0;
}

/* Of the grants that ask a provider with a preset or an issuer. */
static int
needs_provider(const struct login *l)
{
	return l->o.keys.provider == NULL && l->o.keys.issuer == NULL &&
	    l->o.keys.token_endpoint == NULL &&
	    !login_has_grant(l, "metadata") && !login_has_grant(l, "command");
}

static int
fail_missing(struct login *l, const char *what, const char *option)
{
	return fail(&l->why, STATUS_CONFIG, "account \"%s\": %s is missing, "
	    "and there is no terminal to ask on. Use %s", l->name, what,
	    option);
}

static int
fill_provider(struct login *l)
{
	if (!needs_provider(l))
		return 0;
	if (choose_provider(&l->o.keys, &l->scope, l->o.keys.user,
	    l->tried.provider != NULL ? l->tried.provider : l->tried.issuer,
	    l->is_asking, &l->why) == -1)
		return -1;
	return needs_provider(l) ? fail_missing(l, "the provider",
	    "--provider or --issuer") : 0;
}

/* The preset of the options, else the one that the file names. */
static int
read_preset(struct login *l)
{
	struct buf provider = BUF_INIT(CONF_SIZE_MAX);
	struct buf cloud = BUF_INIT(CONF_SIZE_MAX);
	int result = login_key(l, "provider", NULL, &provider);

	if (result == 0)
		result = login_key(l, "cloud", NULL, &cloud);
	if (result == 0 && provider.len > 0)
		result = provider_read(buf_text(&provider), cloud.len > 0 ?
		    buf_text(&cloud) : NULL, &l->scope, l->name,
		    &l->preset, &l->why);
	buf_free(&provider);
	buf_free(&cloud);
	return result;
}

/* HOST[:PORT] or [ADDRESS]:PORT, as a name in `hosts`. */
static int
add_host(struct buf *hosts, const char *server)
{
	size_t len = strcspn(server, ":");
	const char *end;

	if (server[0] == '[' && (end = strchr(server, ']')) != NULL) {
		server++;
		len = (size_t)(end - server);
	}
	return (hosts->len > 0 && buf_adds(hosts, " ") == -1) ||
	    buf_add(hosts, server, len) == -1 ? -1 : 0;
}

/* Without a preset the token is for the servers that were named. */
static int
fill_hosts(struct login *l)
{
	struct buf hosts = BUF_INIT(CONF_SIZE_MAX);
	struct keys *k = &l->o.keys;
	char *const servers[] = { k->server_smtp, k->server_imap,
	    k->server_pop };
	size_t i;
	int result = 0;

	for (i = 0; i < 3 && result == 0; i++)
		if (servers[i] != NULL)
			result = add_host(&hosts, servers[i]);
	if (result == -1 || (hosts.len > 0 &&
	    (k->hosts = strdup(buf_text(&hosts))) == NULL))
		result = fail_memory(&l->why);
	buf_free(&hosts);
	if (result == 0 && k->hosts == NULL && l->is_asking)
		return fail(&l->why, STATUS_CONFIG, "account \"%s\": no "
		    "server may have its tokens, so it is of no use; nothing "
		    "was changed", l->name);
	if (result == 0 && k->hosts == NULL)
		return fail_missing(l, "the list of servers that may have "
		    "its tokens",
		    "--server-smtp, --server-imap, --server-pop, or "
		    "--set hosts=\"NAMES\"");
	return result;
}

static int
fill_servers(struct login *l)
{
	struct keys *k = &l->o.keys;

	/* An API's host is its endpoint's. */
	if (k->hosts != NULL || l->preset.hosts != NULL ||
	    sending_is_api(sending_parse(k->send)))
		return 0;
	if (l->is_asking && k->server_smtp == NULL &&
	    k->server_imap == NULL && k->server_pop == NULL &&
	    (question_key(l, &k->server_imap, "IMAP server, HOST[:PORT] "
	    "(empty: none)", NULL, 1, NULL) == -1 ||
	    question_key(l, &k->server_smtp, "SMTP server, HOST[:PORT] (empty: "
	    "none)", NULL, 1, NULL) == -1))
		return -1;
	return fill_hosts(l);
}

/* A file that the console lets one download has the secret, too. */
static enum verdict
take_file(struct login *l, struct buf *answer)
{
	struct failure why;
	char *path = strdup(buf_text(answer));
	int result = path == NULL ? fail_memory(&why) :
	    client_file_read(l, path, answer, &why);

	if (result == -1)
		command_failed(&why);
	else
		fprintf(stderr, "The client id %sis from the file: %s\n",
		    l->secrets.client_secret.len > 0 ? "and its secret, " : "",
		    buf_text(answer));
	free(path);
	return result == -1 ? VERDICT_WRONG : VERDICT_GOOD;
}

/* Only after a colon: a display name or an id may have blanks. */
static void
leave_label(struct buf *answer)
{
	const char *colon = strchr(buf_text(answer), ':');

	if (colon != NULL && (colon[1] == ' ' || colon[1] == '\t') &&
	    forms_unlabel(answer->data, &answer->len))
		fprintf(stderr, "(Used without the label: %s)\n",
		    buf_text(answer));
}

/* wrong, unless it is NULL, is what there is against the answer. */
static enum verdict
judge_answer(const struct buf *answer, const char *wrong)
{
	if (wrong == NULL)
		return VERDICT_GOOD;
	explain_text(wrong);
	return is_placeholder(buf_text(answer)) ? VERDICT_WRONG :
	    VERDICT_DOUBTFUL;
}

static enum verdict
check_client_id(struct login *l, struct buf *answer)
{
	char text[FORMS_MAX];

	if (client_file_is_path(buf_text(answer)))
		return take_file(l, answer);
	leave_label(answer);
	return judge_answer(answer, forms_client_id(text, &l->preset,
	    buf_text(answer)));
}

static int
fill_client(struct login *l)
{
	if (l->o.keys.client_id != NULL || login_has_grant(l, "metadata") ||
	    login_has_grant(l, "command"))
		return 0;
	/* A key file names its client; secrets.c asks for it. */
	if (login_has_grant(l, "jwt_bearer")) {
		if (l->is_asking && !l->o.client_key &&
		    l->o.keys.client_key == NULL)
			login_show_steps(l);
		return 0;
	}
	if (!l->is_asking)
		return fail_missing(l, "the client id", "--client-id");
	login_show_steps(l);
	return question_key(l, &l->o.keys.client_id, "Client id", NULL, 0,
	    check_client_id);
}

static enum verdict
check_tenant(struct login *l, struct buf *answer)
{
	leave_label(answer);
	return judge_answer(answer, forms_tenant(&l->preset,
	    login_has_grant(l, "refresh_token"), buf_text(answer)));
}

/* An organisation's domain is a name of its tenant. */
static int
fill_tenant(struct login *l)
{
	const char *url = l->preset.token_endpoint, *at;

	if (l->o.keys.tenant != NULL || l->preset.tenant != NULL ||
	    url == NULL || strstr(url, "{tenant}") == NULL)
		return 0;
	if (!l->is_asking)
		return fail_missing(l, "the tenant", "--tenant");
	at = strrchr(l->o.keys.user, '@');
	return question_key(l, &l->o.keys.tenant, "Tenant (directory id, or a "
	    "domain of it)", at != NULL ? at + 1 : NULL, 0, check_tenant);
}

static int
fill_scope(struct login *l)
{
	/* What was left empty in the last try is not asked for again. */
	if (!l->is_asking || l->is_resumed || l->o.keys.scope != NULL ||
	    l->o.keys.provider != NULL || !login_has_grant(l, "refresh_token"))
		return 0;
	return question_key(l, &l->o.keys.scope, "Scope, as the provider "
	    "names it (empty: none)", NULL, 1, NULL);
}

/* A name that this machine does not have would never get a token. */
static enum verdict
check_allow(struct login *l, struct buf *answer)
{
	const char *at = buf_text(answer);
	char name[256];
	int is_known = 1;

	(void)l;
	while (mistake_unknown_allow(&at, name)) {
		fprintf(stderr, "This machine has no %s \"%s\".\n",
		    name[0] == '@' ? "group" : "user",
		    name + (name[0] == '@'));
		is_known = 0;
	}
	return is_known ? VERDICT_GOOD : VERDICT_WRONG;
}

static int
ask_allow(struct login *l)
{
	return question_key(l, &l->o.keys.allow, "Users and @groups that may "
	    "use it, in addition to root", getpwnam("postfix") != NULL ?
	    "postfix" : "root", 0, check_allow);
}

/* A mistyped name that was given as an option is asked for. */
static int
check_given_allow(struct login *l)
{
	struct buf given = BUF_INIT(CONF_SIZE_MAX);
	int result = buf_adds(&given, l->o.keys.allow) == -1 ?
	    fail_memory(&l->why) : check_allow(l, &given) == VERDICT_GOOD ?
	    0 : ask_allow(l);

	buf_free(&given);
	return result;
}

/* In the system's scope only root and users that are named get a token. */
static int
fill_allow(struct login *l)
{
	struct defaults d;
	int result, is_set;

	if (!l->is_asking)
		return 0;
	if (l->o.keys.allow != NULL)
		return check_given_allow(l);
	if (l->scope.kind != SCOPE_SYSTEM)
		return 0;
	result = defaults_read(&d, &l->scope, &l->why);
	is_set = d.allow != NULL;
	defaults_free(&d);
	return result == -1 || is_set ? result : ask_allow(l);
}

int
login_fill(struct login *l)
{
	if (!l->is_new)
		return read_preset(l) == -1 ? -1 : login_send_only(l);
	if (l->is_asking && !l->is_resumed)
		fprintf(stderr, "There is no account \"%s\" yet; this creates "
		    "it (Ctrl-C cancels).\n", l->name);
	return fill_provider(l) == -1 || read_preset(l) == -1 ||
	    login_send_only(l) == -1 || fill_client(l) == -1 ||
	    fill_tenant(l) == -1 || fill_scope(l) == -1 ||
	    fill_servers(l) == -1 || fill_allow(l) == -1 ? -1 : 0;
}
