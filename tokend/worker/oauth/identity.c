/* SPDX-License-Identifier: BSD-2-Clause */
#include "oauth/identity.h"

#include <string.h>

#include "base/base64.h"
#include "json/json.h"
#include "base/name.h"

/*
 * Microsoft's sign-in name is upn (its v1.0 tokens) or preferred_username
 * (v2.0), while its email may be any address of a guest; Google has email
 * only. unique_name is what v1.0 tokens of personal accounts are left with,
 * emails, mail and verified_... are what an administrator may add, username and
 * user_name are what other servers call it (RFC 7662 2.2). Not sub, which need
 * not be what its form looks like.
 */
static const char *const name_claims[] = {
	"upn", "preferred_username", "email", "unique_name", "emails", "mail",
	"verified_primary_email", "verified_secondary_email", "username",
	"user_name", "winaccountname", "login_hint"
};

#define CLAIMS (sizeof(name_claims) / sizeof(name_claims[0]))
#define ELEMENTS_MOST 16	/* of a claim that is an array */

/* The claims of a JWT (RFC 7519 3); NULL for anything else. */
static struct jdoc *
read_claims(const struct buf *token)
{
	struct buf json = BUF_INIT(ID_TOKEN_MAX);
	const char *begin = buf_text(token), *end = NULL;
	struct jdoc *claims = NULL;
	const char *what = NULL;

	if ((begin = strchr(begin, '.')) == NULL ||
	    (end = strchr(++begin, '.')) == NULL)
		return NULL;
	/* An encrypted one (RFC 7516 3) has five parts, and no JSON there. */
	if (base64_decode(&json, begin, (size_t)(end - begin)) == 0)
		claims = jdoc_parse(buf_text(&json), json.len, &what);
	buf_free(&json);
	return claims;
}

static void
take_claim(char to[IDENTITY_TEXT_MAX], const char *value)
{
	size_t len = value != NULL ? strlen(value) : 0;

	if (to[0] == '\0' && len > 0 && len < IDENTITY_TEXT_MAX &&
	    text_is_plain(value, len))
		memcpy(to, value, len + 1);
}

static void
take_name(struct identity *i, const char *value, int is_address)
{
	if (value != NULL && (strchr(value, '@') != NULL) == is_address)
		person_add(&i->person, value);
}

static void
take_names(struct identity *i, const struct jdoc *claims)
{
	size_t c = 0, n = 0, count = 0;
	int pass = 0;

	/* Addresses first: elsewhere preferred_username is a mere name. */
	for (pass = 1; pass >= 0; pass--)
		for (c = 0; c < CLAIMS; c++) {
			/* Microsoft's login_hint is opaque. */
			if (pass == 0 && c == CLAIMS - 1)
				continue;
			take_name(i, jdoc_string(claims, name_claims[c]),
			    pass);
			count = jdoc_length(claims, name_claims[c]);
			for (n = 0; n < count && n < ELEMENTS_MOST; n++)
				take_name(i, jdoc_element(claims,
				    name_claims[c], n), pass);
		}
}

static void
take_roles(struct identity *i, const struct jdoc *claims)
{
	struct buf roles = BUF_INIT(IDENTITY_TEXT_MAX - 1);
	size_t n = 0, count = jdoc_length(claims, "roles");
	const char *role = NULL;

	for (n = 0; n < count; n++)
		if ((role = jdoc_element(claims, "roles", n)) != NULL &&
		    ((roles.len > 0 && buf_add(&roles, " ", 1) == -1) ||
		    buf_adds(&roles, role) == -1))
			break;
	if (n == count)
		take_claim(i->roles, buf_text(&roles));
	buf_free(&roles);
}

static void
take_rights(struct identity *i, const struct jdoc *claims)
{
	take_claim(i->audience, jdoc_string(claims, "aud"));
	take_claim(i->audience, jdoc_element(claims, "aud", 0));
	take_claim(i->scope, jdoc_string(claims, "scp"));
	take_claim(i->scope, jdoc_string(claims, "scope"));
	take_roles(i, claims);
	take_claim(i->client, jdoc_string(claims, "appid"));
	take_claim(i->client, jdoc_string(claims, "azp"));
	if (jdoc_integer(claims, "exp", &i->expires) == -1)
		i->expires = 0;
}

void
identity_read(struct identity *i, const struct buf *id_token,
    const struct buf *access_token)
{
	struct jdoc *claims = NULL;

	memset(i, 0, sizeof(*i));
	if ((claims = read_claims(id_token)) != NULL) {
		take_names(i, claims);
		take_claim(i->tenant, jdoc_string(claims, "tid"));
		jdoc_free(claims);
	}
	if ((claims = read_claims(access_token)) == NULL)
		return;
	i->is_jwt = 1;
	/* After those of the ID token: to name is what that is for. */
	take_names(i, claims);
	take_claim(i->tenant, jdoc_string(claims, "tid"));
	take_rights(i, claims);
	jdoc_free(claims);
}
