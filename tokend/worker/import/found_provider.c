/* SPDX-License-Identifier: BSD-2-Clause */
/* found_provider.c - whose endpoints these are: see found_provider in import_format.h */
#include "account/provider.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "import/import_format.h"

#define PLACE "{tenant}"
#define TENANT_MAX 256

/* How well a preset fits, better ones above. */
enum fit {
	FIT_NONE,
	FIT_HOST,		/* other paths at the same host */
	FIT_ENDPOINT,		/* the endpoint, but for the tenant */
	FIT_TENANT		/* and the tenant is the preset's own */
};

struct match {
	enum fit fit;
	char name[NAME_MAX_LEN + 1];	/* of the preset */
	char also[NAME_MAX_LEN + 1];	/* one that fits as well, or "" */
	char tenant[TENANT_MAX];	/* "": the preset needs none */
	char *scope;			/* the preset's, or NULL */
};

/* The host in url; *len is 0 if there is none. */
static const char *
host_of(const char *url, size_t *len)
{
	const char *host = strstr(url, "://");

	*len = host != NULL ? strcspn(host + 3, "/:?#") : 0;
	return host != NULL ? host + 3 : url;
}

static int
same_host(const char *url, const char *other)
{
	size_t len, other_len;
	const char *host, *other_host;

	if (url == NULL || other == NULL)
		return 0;
	host = host_of(url, &len);
	other_host = host_of(other, &other_len);
	return len > 0 && len == other_len && equal_folded(host, other_host,
	    len);
}

/*
 * Lays pattern over url: what stands in the place of "{tenant}" goes to
 * tenant. True if all the rest is equal too.
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
judge(const struct keys *preset, const struct found *f, const char *token,
    char tenant[TENANT_MAX])
{
	const char *grant = f->keys.grant != NULL ? f->keys.grant :
	    "refresh_token";
	enum fit fit;

	if (preset->token_endpoint == NULL || (preset->grant != NULL &&
	    strcmp(preset->grant, grant) != 0))
		return FIT_NONE;
	fit = fits_pattern(preset->token_endpoint, token, tenant) ?
	    FIT_ENDPOINT : same_host(token, preset->token_endpoint) ||
	    same_host(token, preset->authorization_endpoint) ? FIT_HOST :
	    FIT_NONE;
	if (fit == FIT_NONE || preset->tenant == NULL)
		return fit;
	return strcasecmp(preset->tenant, tenant) != 0 ? FIT_NONE :
	    FIT_TENANT;
}

/* Of two that fit as well, the one with the plainer name. */
static int
is_better(const struct match *m, enum fit fit, const char *name)
{
	return fit > m->fit || (fit == m->fit &&
	    strlen(name) < strlen(m->name));
}

/* A preset that cannot be read is none: its own accounts will say so. */
static void
look_at(struct match *m, const struct import *im, const struct found *f,
    const char *name, const char *token)
{
	struct keys preset = { .provider = NULL };
	char tenant[TENANT_MAX] = "";
	enum fit fit = FIT_NONE;

	if (provider_read(name, NULL, im->scope, im->path, &preset, NULL) == 0)
		fit = judge(&preset, f, token, tenant);
	if (fit != FIT_NONE && is_better(m, fit, name)) {
		snprintf(m->also, sizeof(m->also), "%s",
		    m->fit == fit ? m->name : "");
		key_drop(&m->scope);
		m->scope = key_take(&preset.scope);
		m->fit = fit;
		snprintf(m->name, sizeof(m->name), "%s", name);
		snprintf(m->tenant, sizeof(m->tenant), "%s",
		    preset.tenant == NULL ? tenant : "");
	} else if (fit != FIT_NONE && fit == m->fit) {
		snprintf(m->also, sizeof(m->also), "%s", name);
	}
	keys_free(&preset);
}

static int
find_preset(struct match *m, const struct import *im, const struct found *f,
    const char *token, struct failure *why)
{
	struct names n;
	size_t i;
	int result = provider_list(&n, im->scope, why);

	for (i = 0; i < n.count && result == 0; i++)
		look_at(m, im, f, n.name[i], token);
	names_free(&n);
	return result;
}

/* The same scopes (RFC 6749 3.3), in whatever order. */
static int
is_within(const char *list, const char *other)
{
	size_t len, n;
	const char *at;

	for (; *list != '\0'; list += len) {
		list += strspn(list, " ");
		len = strcspn(list, " ");
		for (at = other; len > 0; at += n) {
			at += strspn(at, " ");
			n = strcspn(at, " ");
			if (n == len && memcmp(at, list, n) == 0)
				break;
			if (n == 0)
				return 0;
		}
	}
	return 1;
}

static int
use_preset(struct import *im, struct found *f, const struct match *m,
    const char *token, struct failure *why)
{
	if (m->fit == FIT_HOST)
		import_note(im, "account \"%s\": its token endpoint, %.150s, "
		    "gives way to that of the preset %s", f->name, token,
		    m->name);
	if (*m->also != '\0')
		import_note(im, "account \"%s\": the preset %s has the same "
		    "endpoints as %s: --set provider=%s takes that one",
		    f->name, m->also, m->name, m->also);
	if (f->keys.scope != NULL && m->scope != NULL &&
	    is_within(f->keys.scope, m->scope) &&
	    is_within(m->scope, f->keys.scope))
		key_drop(&f->keys.scope);
	return found_key(im, &f->keys.provider, "provider", m->name,
	    why) == -1 || found_key(im, &f->keys.tenant, "the tenant",
	    m->tenant, why) == -1 ? -1 : 0;
}

/* An endpoint alone that was set is that of the provider that is found. */
static int
is_named(const struct import *im)
{
	return im->set.provider != NULL || im->set.issuer != NULL;
}

/* The tenant of the file's endpoint goes with the preset that was named. */
static int
take_named(const struct import *im, struct found *f, const char *token,
    struct failure *why)
{
	struct keys preset = { .provider = NULL };
	char tenant[TENANT_MAX] = "";
	int result = 0;

	if (im->set.provider == NULL || im->set.tenant != NULL ||
	    token == NULL)
		return 0;
	result = provider_read(im->set.provider, im->set.cloud, im->scope,
	    im->path, &preset, why);
	if (result == 0 && preset.token_endpoint != NULL &&
	    preset.tenant == NULL && fits_pattern(preset.token_endpoint,
	    token, tenant))
		result = found_key(im, &f->keys.tenant, "the tenant", tenant,
		    why);
	keys_free(&preset);
	return result;
}

int
found_is_another(const struct import *im, const struct found *f,
    const char *provider)
{
	struct keys preset = { .provider = NULL };
	struct names n;
	size_t i;
	int result = 0;

	if (provider_list(&n, im->scope, NULL) == 0)
		for (i = 0; i < n.count && !result; i++) {
			result = strcmp(n.name[i], provider) != 0 &&
			    provider_read(n.name[i], NULL, im->scope,
			    im->path, &preset, NULL) == 0 &&
			    preset.client_id_form != NULL &&
			    f->keys.client_id != NULL &&
			    fnmatch(preset.client_id_form, f->keys.client_id,
			    0) == 0;
			keys_free(&preset);
		}
	names_free(&n);
	return result;
}

int
found_provider(struct import *im, struct found *f, const char *token,
    const char *authorization, struct failure *why)
{
	struct match m = { .fit = FIT_NONE };
	int result;

	/* What was said by hand goes before what the file says. */
	if (is_named(im) || token == NULL)
		return take_named(im, f, token, why);
	result = find_preset(&m, im, f, token, why);

	if (result == 0 && m.fit != FIT_NONE)
		result = use_preset(im, f, &m, token, why);
	else if (result == 0)
		result = found_key(im, &f->keys.token_endpoint,
		    "the token endpoint", token, why) == -1 ||
		    found_key(im, &f->keys.authorization_endpoint,
		    "the authorization endpoint", authorization, why) == -1 ?
		    -1 : 0;
	key_drop(&m.scope);
	return result;
}

int
found_at(struct import *im, struct found *f, const char *provider,
    const char *token, struct failure *why)
{
	struct keys preset = { .provider = NULL };
	int result;

	if (is_named(im))
		return take_named(im, f, token, why);
	result = provider_read(provider, NULL, im->scope, im->path, &preset,
	    why);
	if (result == 0)
		result = found_key(im, &f->keys.provider, "provider",
		    provider, why);
	if (result == 0 && token != NULL &&
	    !same_host(token, preset.token_endpoint) &&
	    !same_host(token, preset.authorization_endpoint))
		result = found_key(im, &f->keys.token_endpoint, "token_uri",
		    token, why);
	keys_free(&preset);
	return result;
}
