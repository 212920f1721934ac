/* SPDX-License-Identifier: BSD-2-Clause */
#include "grant/service_account.h"

#include <string.h>

#include "base/name.h"

static const char service_type[] = "service_account";

int
service_account_is(const struct buf *content)
{
	const char *text = buf_text(content);

	return text[strspn(text, " \t\r\n")] == '{';
}

/* What people take for it, and what they have in hand instead. */
static int
fail_type(const struct jdoc *doc, const char *shown, struct failure *why)
{
	const char *type = jdoc_string(doc, "type");

	if (jdoc_has(doc, "installed") || jdoc_has(doc, "web"))
		return fail(why, STATUS_CONFIG, "%s: is the file of an OAuth "
		    "client (client_secret.json), by which a person signs in: "
		    "use \"tokend import\", or download a service account's "
		    "key", shown);
	return fail(why, STATUS_CONFIG, "%s: is not a service account's key: "
	    "its type is \"%.40s\": in Google's console, IAM, Service "
	    "accounts, Keys, create one of type JSON", shown,
	    type != NULL ? type : "");
}

static int
take_member(const struct service_account *s, const char *name, int is_needed,
    const char **value, const char *shown, struct failure *why)
{
	*value = jdoc_string(s->doc, name);
	if (*value == NULL || (*value)[0] == '\0') {
		*value = NULL;
		return !is_needed ? 0 : fail(why, STATUS_CONFIG, "%s: has no "
		    "%s: download the service account's key again", shown,
		    name);
	}
	if (strcmp(name, "private_key") != 0 &&
	    !text_is_clean(*value, strlen(*value)))
		return fail(why, STATUS_CONFIG, "%s: its %s is not plain "
		    "text: download the service account's key again", shown,
		    name);
	return 0;
}

int
service_account_read(struct service_account *s, const struct buf *content,
    const char *shown, struct failure *why)
{
	const char *what = NULL, *type = NULL;

	memset(s, 0, sizeof(*s));
	s->doc = jdoc_parse(buf_text(content), content->len, &what);
	if (s->doc == NULL)
		return what == NULL ? fail_memory(why) :
		    fail(why, STATUS_CONFIG, "%s: begins as a service "
		    "account's key, and is %s: download it again", shown, what);
	type = jdoc_string(s->doc, "type");
	if (type == NULL || strcmp(type, service_type) != 0)
		return fail_type(s->doc, shown, why);
	return take_member(s, "client_email", 1, &s->client_email, shown,
	    why) == -1 ||
	    take_member(s, "private_key", 1, &s->private_key, shown,
	    why) == -1 ||
	    take_member(s, "private_key_id", 0, &s->private_key_id, shown,
	    why) == -1 ||
	    take_member(s, "token_uri", 0, &s->token_uri, shown,
	    why) == -1 ? -1 : 0;
}

void
service_account_free(struct service_account *s)
{
	jdoc_free(s->doc);
	s->doc = NULL;
}
