/* SPDX-License-Identifier: BSD-2-Clause */
/* warn.c - mistakes that show before the provider is asked. */
#include <string.h>

#include "command/account_mistakes.h"
#include "command/command.h"
#include "command/login/questions/forms.h"
#include "command/login/login.h"

/* One token is for one resource. */
static int
check_scopes(const struct login *l, struct failure *why)
{
	struct graph g;

	mistake_graph_scope(&g, &l->account);
	if (g.word != NULL && g.has_outlook)
		return fail(why, STATUS_CONFIG, "account \"%s\": scope: "
		    "\"%.*s\" is of Microsoft Graph, and others are of "
		    "Outlook. A token is for one of these (AADSTS70011): leave "
		    "it out",
		    l->name, g.len, g.word);
	if (g.word != NULL)
		command_warn("scope: \"%.*s\" is of Microsoft Graph: no SMTP, "
		    "IMAP or POP server takes such a token", g.len, g.word);
	return 0;
}

/* Answers were checked when they were given; options and files are here. */
static void
warn_forms(const struct login *l)
{
	const struct account *a = &l->account;
	const struct keys *k = &l->o.keys;
	char text[FORMS_MAX];
	const char *wrong[3] = { NULL };
	size_t i;

	if (k->client_id != NULL)
		wrong[0] = forms_client_id(text, &l->preset, k->client_id);
	if (k->tenant != NULL)
		wrong[1] = forms_tenant(&l->preset,
		    a->grant == GRANT_REFRESH_TOKEN, k->tenant);
	if (l->secrets.client_secret.len > 0)
		wrong[2] = forms_secret(a->token_endpoint, a->client_id,
		    buf_text(&l->secrets.client_secret));
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (wrong[i] != NULL)
			command_warn("%s", wrong[i]);
}

static int
check_redirect(const struct login *l, struct failure *why)
{
	const char *wrong = forms_redirect(l->account.redirect_uri);

	if (wrong == NULL || l->account.grant != GRANT_REFRESH_TOKEN ||
	    l->o.refresh_token || l->o.device)
		return 0;
	return fail(why, STATUS_CONFIG, "account \"%s\": redirect_uri: %s",
	    l->name, wrong);
}

int
login_warn(const struct login *l, struct failure *why)
{
	const struct account *a = &l->account;
	const char *type = l->preset.client_type;

	if (a->grant == GRANT_REFRESH_TOKEN && type != NULL &&
	    strcmp(type, "public") == 0 && (l->o.client_secret ||
	    a->client_secret != NULL || a->client_secret_file != NULL))
		command_warn("a public client of %s has no secret: the "
		    "provider may refuse one that sends it", a->provider);
	warn_forms(l);
	return mistake_check_allow(l->name, l->o.keys.allow, why) == -1 ||
	    check_redirect(l, why) == -1 ? -1 : check_scopes(l, why);
}
