/* SPDX-License-Identifier: BSD-2-Clause */
/* match_provider.c - see reading.h: whose endpoints these are */
#include "import/reading.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "account/provider.h"
#include "base/name.h"

#define PLACE "{tenant}"
#define TENANT_MAX 256

/* How well a preset fits, the best last. */
enum fit {
	FIT_NONE,
	FIT_HOST,		/* other paths at the same host */
	FIT_ENDPOINT,		/* the endpoint, but for the tenant */
	FIT_TENANT		/* and the tenant is the preset's own */
};

struct match {
	const char *wanted;		/* the endpoint, preset or host */
	enum fit fit;
	char name[NAME_MAX_LEN + 1];	/* of the preset */
	char also[NAME_MAX_LEN + 1];	/* one that fits as well, or "" */
	char tenant[TENANT_MAX];	/* "": the preset needs none */
	char *scope;			/* the preset's, or NULL */
};

/* The host in url; *len is 0 if there is none. */
static const char *
find_host(const char *url, size_t *len)
{
	const char *host = strstr(url, "://");

	*len = host != NULL ? strcspn(host + 3, "/:?#") : 0;
	return host != NULL ? host + 3 : url;
}

static int
is_same_host(const char *url, const char *other)
{
	size_t len, other_len;
	const char *host, *other_host;

	if (url == NULL || other == NULL)
		return 0;
	host = find_host(url, &len);
	other_host = find_host(other, &other_len);
	return len > 0 && len == other_len && equal_folded(host, other_host,
	    len);
}

/*
 * Compares url with pattern: what it has for "{tenant}" goes to tenant. True if
 * all the rest is equal.
 */
static int
fits_pattern(const char *pattern, const char *url, char tenant[TENANT_MAX])
{
	const char *place = strstr(pattern, PLACE);
	size_t head = place != NULL ? (size_t)(place - pattern) : 0, len;

	tenant[0] = '\0';
	if (place == NULL)
		return strcasecmp(pattern, url) == 0;
	if (strncasecmp(pattern, url, head) != 0)
		return 0;
	len = strcspn(url + head, "/?#");
	if (len == 0 || len >= TENANT_MAX)
		return 0;
	snprintf(tenant, TENANT_MAX, "%.*s", (int)len, url + head);
	return strcmp(place + strlen(PLACE), url + head + len) == 0;
}

static enum fit
judge_preset(const struct keys *preset, const struct reading *r,
    const char *token, char tenant[TENANT_MAX])
{
	const char *grant = r->found.keys.grant;
	enum fit fit;

	if (preset->token_endpoint == NULL || (preset->grant != NULL &&
	    strcmp(preset->grant, grant != NULL ? grant : "refresh_token") !=
	    0))
		return FIT_NONE;
	fit = fits_pattern(preset->token_endpoint, token, tenant) ?
	    FIT_ENDPOINT : is_same_host(token, preset->token_endpoint) ||
	    is_same_host(token, preset->authorization_endpoint) ? FIT_HOST :
	    FIT_NONE;
	if (fit == FIT_NONE || preset->tenant == NULL)
		return fit;
	return strcasecmp(preset->tenant, tenant) != 0 ? FIT_NONE :
	    FIT_TENANT;
}

typedef int look_function(struct match *m, const struct reading *r,
    const char *name, struct keys *preset);

/*
 * Has look judge each preset until it returns 1, which is the result; -1 with
 * r->why where there is no list. A preset that cannot be read is left out: its
 * own accounts will say so.
 */
static int
look_at_presets(struct match *m, struct reading *r, look_function *look)
{
	const struct import *im = r->im;
	struct keys preset = { .provider = NULL };
	struct names n;
	size_t i;
	int result = provider_list(&n, im->scope, r->why);

	for (i = 0; i < n.count && result == 0; i++) {
		if (provider_read(n.name[i], NULL, im->scope, im->path,
		    &preset, NULL) == 0)
			result = look(m, r, n.name[i], &preset);
		keys_free(&preset);
	}
	names_free(&n);
	return result;
}

/* Of two that fit as well, the one with the shorter name counts. */
static int
compare_fit(struct match *m, const struct reading *r, const char *name,
    struct keys *preset)
{
	char tenant[TENANT_MAX] = "";
	enum fit fit = judge_preset(preset, r, m->wanted, tenant);

	if (fit == FIT_NONE || fit < m->fit)
		return 0;
	if (fit == m->fit && strlen(name) >= strlen(m->name)) {
		snprintf(m->also, sizeof(m->also), "%s", name);
		return 0;
	}
	snprintf(m->also, sizeof(m->also), "%s", m->fit == fit ? m->name :
	    "");
	key_drop(&m->scope);
	m->scope = key_take(&preset->scope);
	m->fit = fit;
	snprintf(m->name, sizeof(m->name), "%s", name);
	snprintf(m->tenant, sizeof(m->tenant), "%s",
	    preset->tenant == NULL ? tenant : "");
	return 0;
}

/* By case, too (RFC 6749 3.3). */
static int
has_scope(const char *list, const char *scope, size_t len)
{
	size_t n = 0;

	for (; (list = words_next(list, &n)) != NULL; list += n)
		if (n == len && memcmp(list, scope, len) == 0)
			return 1;
	return 0;
}

/* The same scopes, in whatever order. */
static int
is_within(const char *list, const char *other)
{
	size_t len = 0;

	for (; (list = words_next(list, &len)) != NULL; list += len)
		if (!has_scope(other, list, len))
			return 0;
	return 1;
}

static int
use_preset(struct reading *r, const struct match *m)
{
	struct keys *k = &r->found.keys;

	if (m->fit == FIT_HOST)
		reading_note(r, "its token endpoint, %.150s, gives way to that "
		    "of the preset %s", m->wanted, m->name);
	if (*m->also != '\0')
		reading_note(r, "the preset %s has the same endpoints as %s: "
		    "--set provider=%s takes that one", m->also, m->name,
		    m->also);
	if (k->scope != NULL && m->scope != NULL &&
	    is_within(k->scope, m->scope) && is_within(m->scope, k->scope))
		key_drop(&k->scope);
	return reading_set(r, &k->provider, "provider", m->name) == -1 ?
	    -1 : reading_set(r, &k->tenant, "the tenant", m->tenant);
}

/* An endpoint alone that was set is that of the provider that is found. */
static int
is_named(const struct reading *r)
{
	return r->im->set.provider != NULL || r->im->set.issuer != NULL;
}

/* The tenant of the file's endpoint goes with the preset that was named. */
static int
take_named(struct reading *r, const char *token)
{
	const struct import *im = r->im;
	struct keys preset = { .provider = NULL };
	char tenant[TENANT_MAX] = "";
	int result;

	if (im->set.provider == NULL || im->set.tenant != NULL ||
	    token == NULL)
		return 0;
	result = provider_read(im->set.provider, im->set.cloud, im->scope,
	    im->path, &preset, r->why);
	if (result == 0 && preset.token_endpoint != NULL &&
	    preset.tenant == NULL && fits_pattern(preset.token_endpoint,
	    token, tenant))
		result = reading_set(r, &r->found.keys.tenant, "the tenant",
		    tenant);
	keys_free(&preset);
	return result;
}

static int
has_client_form(struct match *m, const struct reading *r, const char *name,
    struct keys *preset)
{
	const char *id = r->found.keys.client_id;

	return strcmp(name, m->wanted) != 0 && id != NULL &&
	    preset->client_id_form != NULL &&
	    fnmatch(preset->client_id_form, id, 0) == 0;
}

int
match_is_other(struct reading *r, const char *provider)
{
	struct match m = { .wanted = provider };

	return look_at_presets(&m, r, has_client_form) == 1;
}

static int
has_host(struct match *m, const struct reading *r, const char *name,
    struct keys *preset)
{
	(void)r;
	(void)name;
	return preset->hosts != NULL && host_matches(preset->hosts, m->wanted);
}

int
match_is_preset_host(struct reading *r, const char *host)
{
	struct match m = { .wanted = host };

	return look_at_presets(&m, r, has_host) == 1;
}

int
match_endpoints(struct reading *r, const char *token,
    const char *authorization)
{
	struct match m = { .wanted = token };
	struct keys *k = &r->found.keys;
	int result;

	/* What was given by hand goes before what the file says. */
	if (is_named(r) || token == NULL)
		return take_named(r, token);
	result = look_at_presets(&m, r, compare_fit);
	if (result == 0 && m.fit != FIT_NONE)
		result = use_preset(r, &m);
	else if (result == 0)
		result = reading_set(r, &k->token_endpoint,
		    "the token endpoint", token) == -1 ? -1 :
		    reading_set(r, &k->authorization_endpoint,
		    "the authorization endpoint", authorization);
	key_drop(&m.scope);
	return result;
}

int
match_preset(struct reading *r, const char *provider, const char *token)
{
	struct keys preset = { .provider = NULL }, *k = &r->found.keys;
	int result;

	if (is_named(r))
		return take_named(r, token);
	result = provider_read(provider, NULL, r->im->scope, r->im->path,
	    &preset, r->why);
	if (result == 0)
		result = reading_set(r, &k->provider, "provider", provider);
	if (result == 0 && token != NULL &&
	    !is_same_host(token, preset.token_endpoint) &&
	    !is_same_host(token, preset.authorization_endpoint))
		result = reading_set(r, &k->token_endpoint, "token_uri",
		    token);
	keys_free(&preset);
	return result;
}
