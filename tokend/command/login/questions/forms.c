/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/login/questions/forms.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "account/placeholder.h"
#include "knowledge/microsoft.h"

#define MAILTO "mailto:"
#define NOT_IN_DOMAIN " \t<>,;:\"'()\\@/"
#define NOT_IN_LOCAL " \t<>,;\"()\\"
#define OOB "urn:ietf:wg:oauth:2.0:oob"

static const char domain[] = "abcdefghijklmnopqrstuvwxyz"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";

static int
is_ascii(const char *text)
{
	while (*text >= ' ' && *text <= '~')
		text++;
	return *text == '\0';
}

const char *
forms_client_id(char text[FORMS_MAX], const struct keys *preset,
    const char *id)
{
	if (is_placeholder(id))
		return "That is a placeholder. Enter the real client id.";
	if (!is_ascii(id))
		return "That has characters that no client id has; they may be "
		    "invisible. Type it, or copy it without them.";
	if (preset->client_id_form == NULL ||
	    fnmatch(preset->client_id_form, id, 0) == 0)
		return NULL;
	/* Does not repeat what was entered: it may be a secret. */
	snprintf(text, FORMS_MAX, "A client id of %.100s has this form: %.80s",
	    preset->title != NULL ? preset->title : "this provider",
	    preset->client_id_form);
	return text;
}

static int
is_domain(const char *name)
{
	const char *dot = strchr(name, '.');
	const size_t len = strlen(name);

	return dot != NULL && strstr(name, "..") == NULL &&
	    strspn(name, domain) == len && strchr("-.", name[0]) == NULL &&
	    strchr("-.", name[len - 1]) == NULL;
}

static int
is_common(const char *tenant)
{
	return strcasecmp(tenant, "common") == 0 ||
	    strcasecmp(tenant, "organizations") == 0 ||
	    strcasecmp(tenant, "consumers") == 0;
}

const char *
forms_tenant(const struct keys *preset, int has_person, const char *tenant)
{
	if (!microsoft_has(preset->token_endpoint))
		return NULL;
	if (is_placeholder(tenant))
		return "That is a placeholder. Enter the real tenant.";
	if (is_common(tenant))
		return has_person ? NULL : "This grant needs one directory as "
		    "the tenant: its id, or a domain of it.";
	if (is_guid(tenant) || is_domain(tenant))
		return NULL;
	return "A tenant is the directory's id (a UUID), a domain of it such "
	    "as contoso.onmicrosoft.com, or one of common, organizations and "
	    "consumers. A display name does not work.";
}

const char *
forms_secret(const char *token_endpoint, const char *client_id,
    const char *secret)
{
	if (client_id != NULL && strcmp(client_id, secret) == 0)
		return "That is the client id, not the secret.";
	if (is_placeholder(secret) && !is_guid(secret))
		return "That is a placeholder. Enter the real secret.";
	if (microsoft_has(token_endpoint) && is_guid(secret))
		return "That looks like a Secret ID. Enter the Value next to "
		    "it, which Entra shows only once, when the secret is "
		    "created.";
	return NULL;
}

const char *
forms_redirect(const char *uri)
{
	return uri == NULL || strncasecmp(uri, OOB, strlen(OOB)) != 0 ? NULL :
	    "\"" OOB "\" is refused by Google since 2023. Leave redirect_uri "
	    "out (http://127.0.0.1), and use --no-receiver to paste the final "
	    "address";
}

const char *
forms_address(const char *address)
{
	const char *at = strrchr(address, '@');
	const size_t local = at != NULL ? (size_t)(at - address) : 0;

	if (strstr(address, "://") == NULL && strncasecmp(address, MAILTO,
	    strlen(MAILTO)) != 0 && local > 0 && at[1] != '\0' &&
	    at[1 + strcspn(at + 1, NOT_IN_DOMAIN)] == '\0' &&
	    (address[0] == '"' || strcspn(address, NOT_IN_LOCAL) >= local))
		return NULL;
	return "An address has a name, an @ and a domain, such as "
	    "alice@example.org.";
}

static void
keep_part(char *value, size_t *len, size_t from, size_t n)
{
	memmove(value, value + from, n);
	value[n] = '\0';
	*len = n;
}

int
forms_bare_address(char *value, size_t *len)
{
	const size_t before = *len, mailto = strlen(MAILTO);
	const char *open = memrchr(value, '<', *len), *close;

	if (open != NULL && (close = strchr(open, '>')) != NULL)
		keep_part(value, len, (size_t)(open + 1 - value),
		    (size_t)(close - open) - 1);
	if (strncasecmp(value, MAILTO, mailto) == 0)
		keep_part(value, len, mailto, *len - mailto);
	forms_unquote(value, len);
	if (*len > 0 && value[*len - 1] == '.')
		keep_part(value, len, 0, *len - 1);
	return *len != before;
}

int
forms_unlabel(char *value, size_t *len)
{
	size_t last = *len;

	while (last > 0 && strchr(" \t", value[last - 1]) == NULL)
		last--;
	if (last == 0)
		return 0;
	*len -= last;
	memmove(value, value + last, *len + 1);
	return 1;
}

int
forms_unquote(char *value, size_t *len)
{
	if (*len < 2 || (value[0] != '"' && value[0] != '\'') ||
	    value[*len - 1] != value[0])
		return 0;
	*len -= 2;
	memmove(value, value + 1, *len);
	explicit_bzero(value + *len, 2);
	return 1;
}
