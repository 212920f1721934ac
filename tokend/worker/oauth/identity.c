/* identity.c - see identity.h */
#include "oauth/identity.h"

#include <string.h>

#include "base64.h"
#include "door/json.h"
#include "name.h"

/*
 * Microsoft's sign-in name is upn (its v1.0 tokens) or preferred_username
 * (v2.0), while its email may be any address of a guest; Google has email
 * only. unique_name is what v1.0 tokens of personal accounts are left with.
 */
static const char *const name_claims[IDENTITY_NAMES] = {
	"upn", "preferred_username", "email", "unique_name"
};

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
take(char to[IDENTITY_TEXT_MAX], const char *value)
{
	size_t len = value != NULL ? strlen(value) : 0;

	if (to[0] == '\0' && len > 0 && len < IDENTITY_TEXT_MAX &&
	    text_is_plain(value, len))
		memcpy(to, value, len + 1);
}

static void
take_names(struct identity *i, const struct jdoc *claims)
{
	const char *value = NULL;
	size_t at = 0, c = 0;
	int is_address = 0, pass = 0;

	/* Addresses first: elsewhere preferred_username is a mere name. */
	for (pass = 0; pass < 2; pass++)
		for (c = 0; c < IDENTITY_NAMES && at < IDENTITY_NAMES; c++) {
			value = jdoc_string(claims, name_claims[c]);
			is_address = value != NULL &&
			    strchr(value, '@') != NULL;
			if (is_address != (pass == 0))
				continue;
			take(i->name[at], value);
			at += i->name[at][0] != '\0';
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
		take(i->roles, buf_text(&roles));
	buf_free(&roles);
}

static void
take_rights(struct identity *i, const struct jdoc *claims)
{
	take(i->audience, jdoc_string(claims, "aud"));
	take(i->audience, jdoc_element(claims, "aud", 0));
	take(i->scope, jdoc_string(claims, "scp"));
	take(i->scope, jdoc_string(claims, "scope"));
	take_roles(i, claims);
	take(i->client, jdoc_string(claims, "appid"));
	take(i->client, jdoc_string(claims, "azp"));
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
		take(i->tenant, jdoc_string(claims, "tid"));
		jdoc_free(claims);
	}
	if ((claims = read_claims(access_token)) == NULL)
		return;
	i->is_jwt = 1;
	/* What the ID token names stays: to name is what it is for. */
	if (i->name[0][0] == '\0')
		take_names(i, claims);
	take(i->tenant, jdoc_string(claims, "tid"));
	take_rights(i, claims);
	jdoc_free(claims);
}

const char *
identity_user(const struct identity *i, const char *expected)
{
	size_t n = 0;

	for (n = 0; n < IDENTITY_NAMES && expected != NULL; n++)
		if (i->name[n][0] != '\0' &&
		    strlen(i->name[n]) == strlen(expected) &&
		    equal_folded(i->name[n], expected, strlen(expected)))
			return i->name[n];
	return i->name[0][0] != '\0' ? i->name[0] : NULL;
}
