/* SPDX-License-Identifier: BSD-2-Clause */
#include "issuer/issuer.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "account/endpoint.h"
#include "common/failure_text.h"
#include "net/head.h"

#define OAUTH "/.well-known/oauth-authorization-server"
#define OPENID "/.well-known/openid-configuration"
#define TAIL_ROOM 260		/* after the account's name and the host */

/* After "https://", to the path. */
static const char *
find_path(const char *url)
{
	const char *authority = strstr(url, "://") + strlen("://");

	return authority + strcspn(authority, "/?#");
}

/* Without slashes at its end. */
static size_t
path_length(const char *path)
{
	size_t len = strcspn(path, "?#");

	while (len > 0 && path[len - 1] == '/')
		len--;
	return len;
}

/* Takes the well-known part out of a whole address. */
static void
cut_well_known(struct issuer *i)
{
	static const struct {
		const char *part;
		enum issuer_place before, after, alone;
	} parts[] = {
		{ OAUTH, ISSUER_OAUTH_BEFORE_PATH, ISSUER_OAUTH_AFTER_PATH,
		    ISSUER_OAUTH_BEFORE_PATH },
		{ OPENID, ISSUER_OPENID_BEFORE_PATH,
		    ISSUER_OPENID_AFTER_PATH, ISSUER_OPENID_AFTER_PATH } };
	char *at = NULL, *rest = NULL;
	size_t n;

	for (n = 0; n < sizeof(parts) / sizeof(parts[0]); n++) {
		if ((at = strstr(i->base + i->path, parts[n].part)) == NULL)
			continue;
		rest = at + strlen(parts[n].part);
		if (*rest != '\0' && *rest != '/')
			continue;
		i->given = at == i->base + i->path && *rest == '/' ?
		    parts[n].before : parts[n].after;
		memmove(at, rest, strlen(rest) + 1);
		/* Without a path both of them are at one address. */
		if (i->base[i->path] == '\0')
			i->given = parts[n].alone;
		return;
	}
}

int
issuer_read(struct issuer *i, const char *text, struct failure *why)
{
	size_t len = 0;

	memset(i, 0, sizeof(*i));
	i->given = ISSUER_PLACES;
	if (url_read(&i->url, text) == -1 || !endpoint_is_safe(text) ||
	    strlen(text) > ISSUER_MAX)
		return fail(why, STATUS_CONFIG, "the issuer is not an "
		    "address https://HOST[/PATH], as the provider's own "
		    "metadata names it");
	i->path = (size_t)(find_path(text) - text);
	len = i->path + path_length(text + i->path);
	/* RFC 8414 2 */
	if (text[i->path + strcspn(text + i->path, "?#")] != '\0')
		return fail(why, STATUS_CONFIG, "the issuer has a query (?) "
		    "or a fragment (#), as none has: set issuer = %.*s; if "
		    "the provider has no metadata without it, set "
		    "token_endpoint and the other endpoints in its place",
		    len <= 120 ? (int)len : 0, text);
	memcpy(i->base, text, len);
	cut_well_known(i);
	i->base[i->path + path_length(i->base + i->path)] = '\0';
	return 0;
}

/*
 * Addresses
 */

size_t
issuer_count_addresses(const struct issuer *i)
{
	return i->base[i->path] != '\0' ? ISSUER_PLACES : 2;
}

/* The given one first. */
static enum issuer_place
find_place(const struct issuer *i, size_t n)
{
	enum issuer_place place = ISSUER_OAUTH_BEFORE_PATH;

	if (i->given != ISSUER_PLACES && n-- == 0)
		return i->given;
	while (place == i->given || n-- > 0)
		place++;
	return place;
}

int
issuer_address(const struct issuer *i, size_t n, struct buf *url)
{
	enum issuer_place place = find_place(i, n);
	int is_oauth = place == ISSUER_OAUTH_BEFORE_PATH ||
	    place == ISSUER_OAUTH_AFTER_PATH;
	int is_before = place == ISSUER_OAUTH_BEFORE_PATH ||
	    place == ISSUER_OPENID_BEFORE_PATH;

	buf_reset(url);
	return buf_add(url, i->base, i->path) == -1 ||
	    (!is_before && buf_adds(url, i->base + i->path) == -1) ||
	    buf_adds(url, is_oauth ? OAUTH : OPENID) == -1 ||
	    (is_before && buf_adds(url, i->base + i->path) == -1) ? -1 : 0;
}

/*
 * Whose metadata it is
 */

/* The length of host and port, a port that is the scheme's own left out. */
static size_t
authority_length(const char *authority, int is_tls)
{
	size_t len = strcspn(authority, "/?#");
	const char *port = is_tls ? ":443" : ":80";
	size_t n = strlen(port);

	return len > n && memcmp(authority + len - n, port, n) == 0 ? len - n :
	    len;
}

static int
has_authority(const struct issuer *i, const char *url, int is_tls)
{
	const char *ours = strstr(i->base, "://") + strlen("://");
	const char *theirs = strstr(url, "://") + strlen("://");
	size_t len = authority_length(ours, i->url.is_tls);

	return authority_length(theirs, is_tls) == len &&
	    strncasecmp(ours, theirs, len) == 0;
}

/* True if url is i's in all but the scheme. */
static int
has_same_address(const struct issuer *i, const char *url,
    const struct url *parts)
{
	const char *path = find_path(url);
	size_t len = path_length(path);

	return strpbrk(url, "?#") == NULL &&
	    has_authority(i, url, parts->is_tls) &&
	    strlen(i->base + i->path) == len &&
	    memcmp(i->base + i->path, path, len) == 0;
}

int
issuer_is_same(const struct issuer *i, const char *named)
{
	struct url parts;

	return named != NULL && url_read(&parts, named) == 0 &&
	    parts.is_tls == i->url.is_tls && has_same_address(i, named, &parts);
}

void
issuer_https(const struct issuer *i, const char *endpoint, char *out,
    size_t size)
{
	struct url parts;
	int len = 0;

	out[0] = '\0';
	if (!i->url.is_tls || endpoint == NULL || url_read(&parts, endpoint) ==
	    -1 || !has_authority(i, endpoint, parts.is_tls))
		return;
	len = snprintf(out, size, "%.*s%s", (int)i->path, i->base,
	    find_path(endpoint));
	if (len < 0 || (size_t)len >= size)
		out[0] = '\0';
}

/* A proxy ends TLS, and the server was not told its public address. */
static int
fail_plain(const struct issuer *i, const struct issuer_claim *f,
    struct failure *why)
{
	char token[TAIL_ROOM] = "", person[TAIL_ROOM] = "", fix[2 * TAIL_ROOM];
	char head[HEAD_HOST_SHOWN + 160];

	issuer_https(i, f->token_endpoint, token, sizeof(token));
	issuer_https(i, f->authorization_endpoint, person, sizeof(person));
	snprintf(fix, sizeof(fix), "token_endpoint = %s%s%s", token,
	    person[0] != '\0' ? ", authorization_endpoint = " : "", person);
	snprintf(head, sizeof(head), "%s: its metadata calls it http:// (a "
	    "proxy in front of it speaks TLS, and it was not told)", f->host);
	if (token[0] == '\0' || strlen(fix) + strlen(head) > TAIL_ROOM)
		snprintf(fix, sizeof(fix), "token_endpoint and the other "
		    "endpoints, with https://");
	return fail(why, STATUS_CONFIG, "%s: its administrator sets its public "
	    "address; or in place of issuer set %s", head, fix);
}

int
issuer_fail_other(const struct issuer *i, const struct issuer_claim *f,
    struct failure *why)
{
	const char *named = f->named, *tail = NULL;
	char head[HEAD_HOST_SHOWN + 80];
	struct url parts;
	int is_url = named != NULL && url_read(&parts, named) == 0;

	if (is_url && i->url.is_tls && !parts.is_tls &&
	    has_same_address(i, named, &parts))
		return fail_plain(i, f, why);
	snprintf(head, sizeof(head), "%s: its metadata is of another issuer "
	    "than the one asked", f->host);
	/* Microsoft's addresses for several tenants are no issuer. */
	if (named != NULL && strstr(named, "{tenantid}") != NULL)
		tail = ": it serves all tenants: name one, put your "
		    "directory's id into issuer";
	else if (is_url && endpoint_is_safe(named))
		tail = ": if that is your provider's, set issuer to exactly "
		    "it";
	else
		tail = named == NULL ? ": in place of issuer set "
		    "token_endpoint and the other endpoints" : ": tokend "
		    "cannot ask that one: in place of issuer set "
		    "token_endpoint and the other endpoints";
	return text_fail(why, STATUS_CONFIG, head, named != NULL ? named :
	    "none is named", tail);
}
