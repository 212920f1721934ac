/* consent.c - see consent.h */
#include "signin/consent.h"

#include <string.h>

#include "oauth/text.h"

int
consent_is_of_use(struct attempt *at)
{
	if (at->account.grant == GRANT_REFRESH_TOKEN)
		return 0;
	return fail(&at->job->why, STATUS_CONFIG, "account \"%s\": its grant "
	    "needs no person in a browser: sign in without one, or leave "
	    "grant out", at->account.name);
}

static int
is_preset(const struct account *a, const char *family)
{
	return a->provider == NULL ||
	    strncmp(a->provider, family, strlen(family)) == 0;
}

/* What each provider wants to see before it gives one. */
int
consent_check(struct attempt *at)
{
	const struct account *a = &at->account;
	const char *google = "set authorization_parameters = "
	    "access_type=offline&prompt=consent";
	const char *microsoft = "add offline_access to scope";
	char name[TEXT_NAME_MAX];

	if (at->answer.refresh_token.len > 0)
		return 0;
	text_cut(name, sizeof(name), a->name);
	return fail(&at->job->why, STATUS_CONFIG, "account \"%s\": the "
	    "provider gave an access token and no refresh token, so nothing "
	    "was kept: %s%s%s%s, and sign in again", name,
	    is_preset(a, "google") ? google : "",
	    a->provider == NULL ? " (Google), or " : "",
	    is_preset(a, "google") && a->provider != NULL ? "" : microsoft,
	    a->provider == NULL ? " (Microsoft and others)" : "");
}
