/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/consent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/failure_text.h"
#include "issuer/discovery.h"
#include "base/name.h"

#define OFFLINE "offline_access"
#define ENDPOINT_SHOWN 120

int
consent_check_grant(struct attempt *at)
{
	if (at->account.grant == GRANT_REFRESH_TOKEN)
		return 0;
	return fail(&at->job->why, STATUS_CONFIG, "account \"%s\": its grant "
	    "needs no person in a browser: sign in without one, or leave "
	    "grant out", at->account.name);
}

/* Takes a word out of a list. */
static void
drop_word(char *list, const char *word)
{
	const char *at = list;
	size_t len = 0, n = 0;

	for (; (at = words_next(at, &len)) != NULL; at += len) {
		if (words_equal(at, len, word, strlen(word)))
			continue;
		if (n > 0)
			list[n++] = ' ';
		memmove(list + n, at, len);
		n += len;
	}
	list[n] = '\0';
}

/* An issuer that lists its scopes without it may refuse a request with it. */
static void
leave_out_offline(struct attempt *at, const char *key,
    const struct metadata *m)
{
	struct account *a = &at->account;

	if (m->scopes_supported == NULL || a->scope == NULL ||
	    words_have(m->scopes_supported, OFFLINE, strlen(OFFLINE)) ||
	    !words_have(a->scope, OFFLINE, strlen(OFFLINE)))
		return;
	at->no_offline = key;
	drop_word(a->scope, OFFLINE);
	if (a->scope[0] == '\0') {
		free(a->scope);
		a->scope = NULL;
	}
	job_note(at->job, "account \"%s\": its issuer does not offer the scope "
	    OFFLINE " (scopes_supported), so it is not asked for: leave it out "
	    "of scope", a->name);
}

static char **
find_place(struct account *a, enum metadata_endpoint e)
{
	return e == METADATA_DEVICE ? &a->device_authorization_endpoint :
	    &a->authorization_endpoint;
}

int
consent_discover(struct attempt *at, enum metadata_endpoint e,
    int *sends_iss)
{
	struct account *a = &at->account;
	struct metadata m = METADATA_INIT;
	const struct scope *s = at->job->scope;
	int result = discovery_request(a, find_place(a, e), &m, s,
	    &at->failure);

	/* Where the account says itself whom to ask, it says what, too. */
	if (result == 0 && m.issuer != NULL)
		leave_out_offline(at, metadata_name(e), &m);
	if (result == 0)
		result = discovery_request(a, &a->token_endpoint, &m, s,
		    &at->failure);
	if (result == -1)
		at->job->why = at->failure.failure;
	*sends_iss = m.sends_iss;
	metadata_free(&m);
	return result;
}

static int
is_preset(const struct account *a, const char *family)
{
	return a->provider == NULL ||
	    strncmp(a->provider, family, strlen(family)) == 0;
}

/* It can be asked for all the same: where no issuer is asked what to ask. */
static int
fail_no_offline(struct attempt *at)
{
	struct account *a = &at->account;
	const char *endpoint = strcmp(at->no_offline, metadata_name(
	    METADATA_DEVICE)) == 0 ? a->device_authorization_endpoint :
	    a->authorization_endpoint;
	char name[TEXT_NAME_MAX];

	text_cut(name, sizeof(name), a->name);
	return fail(&at->job->why, STATUS_CONFIG, "account \"%s\": the "
	    "provider gave no refresh token, so nothing was kept. Its issuer "
	    "does not offer " OFFLINE " (scopes_supported): let the app get "
	    "refresh tokens at the provider; to ask for it all the same, set "
	    "%s%s%s", name, at->no_offline, strlen(endpoint) < ENDPOINT_SHOWN ?
	    " = " : " itself", strlen(endpoint) < ENDPOINT_SHOWN ? endpoint :
	    "");
}

/* What each provider wants to see before it gives one. */
int
consent_check_answer(struct attempt *at)
{
	const struct account *a = &at->account;
	const char *google = "set authorization_parameters = "
	    "access_type=offline&prompt=consent";
	const char *microsoft = "add offline_access to scope";
	char name[TEXT_NAME_MAX];

	if (at->answer.refresh_token.len > 0)
		return 0;
	if (at->no_offline != NULL)
		return fail_no_offline(at);
	text_cut(name, sizeof(name), a->name);
	return fail(&at->job->why, STATUS_CONFIG, "account \"%s\": the "
	    "provider gave an access token and no refresh token, so nothing "
	    "was kept: %s%s%s%s, and sign in again", name,
	    is_preset(a, "google") ? google : "",
	    a->provider == NULL ? " (Google), or " : "",
	    is_preset(a, "google") && a->provider != NULL ? "" : microsoft,
	    a->provider == NULL ? " (Microsoft and others)" : "");
}
