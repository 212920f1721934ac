/* SPDX-License-Identifier: BSD-2-Clause */
/* reading.c - see reading.h: an account by the map of a format */
#include "import/reading.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/shell_word.h"

#define VALUE_MAX 8192	/* bytes: one line of an account file, with room */

int
reading_fail(struct reading *r, const char *format, ...)
{
	struct failure text;
	va_list args;

	va_start(args, format);
	vfail(&text, STATUS_CONFIG, format, args);
	va_end(args);
	fail(r->why, STATUS_CONFIG, "%.150s: %s", r->im->path, text.text);
	failure_name(r->why, r->found.name);
	return -1;
}

int
reading_fail_nowhere(struct reading *r, const char *member)
{
	return reading_fail(r, "does not say where its tokens belong (%.60s), "
	    "so they are sent nowhere: say it by --set provider=NAME, or "
	    "--set token_endpoint=URL and --set hosts=HOST", member);
}

void
reading_note(struct reading *r, const char *format, ...)
{
	struct failure note;
	va_list args;

	va_start(args, format);
	vfail(&note, STATUS_OK, format, args);
	va_end(args);
	failure_name(&note, r->found.name);
	r->im->note(r->im, note.text);
}

/*
 * Values
 */

static const char *
json_value(const struct reading *r, const char *name)
{
	const char *value = jdoc_string(r->document, name);

	/* A member that is there hides the other file's, whatever it is. */
	if (value == NULL && r->config != NULL &&
	    !jdoc_has(r->document, name))
		value = jdoc_string(r->config, name);
	return value;
}

const char *
reading_member(const struct reading *r, const char *name)
{
	const char *value = r->format->value != NULL ?
	    r->format->value(r, name) : json_value(r, name);

	return value != NULL && *value != '\0' ? value : NULL;
}

int
reading_says(const struct reading *r, const char *name, const char *word)
{
	const char *value = reading_member(r, name);

	return value != NULL && strcmp(value, word) == 0;
}

static const char *
read_member(struct reading *r, const struct member *m)
{
	return m->convert != NULL ? m->convert(r, m->name) :
	    reading_member(r, m->name);
}

const char *
reading_value(struct reading *r, int becomes)
{
	const struct member *m;
	const char *value = NULL;

	for (m = r->format->members; m->name != NULL && value == NULL; m++)
		if (m->becomes == becomes)
			value = read_member(r, m);
	return value;
}

static int
has_member(const struct reading *r, int becomes)
{
	const struct member *m = r->format->members;

	while (m->name != NULL && m->becomes != becomes)
		m++;
	return m->name != NULL;
}

static int
fail_value(struct reading *r, const char *what)
{
	return reading_fail(r, "%s is too long, in quotes, or has control "
	    "characters in it or bytes that are not UTF-8", what);
}

int
reading_set(struct reading *r, char **key, const char *what,
    const char *value)
{
	char *copy;
	size_t len;

	if (value == NULL)
		return 0;
	value += strspn(value, " \t");
	len = strlen(value);
	while (len > 0 && (value[len - 1] == ' ' || value[len - 1] == '\t'))
		len--;
	if (len == 0)
		return 0;
	if (len > VALUE_MAX || !text_is_clean(value, len) ||
	    (len > 1 && (value[0] == '"' || value[0] == '\'') &&
	    value[len - 1] == value[0]))
		return fail_value(r, what);
	if ((copy = strndup(value, len)) == NULL)
		return fail_memory(r->why);
	key_drop(key);
	*key = copy;
	return 0;
}

static int
set_secret(struct reading *r, struct buf *secret, const char *what,
    const char *value)
{
	if (value == NULL)
		return 0;
	if (!text_is_clean(value, strlen(value)))
		return fail_value(r, what);
	if (buf_adds(secret, value) == 0)
		return 0;
	return errno == EMSGSIZE ? fail_value(r, what) :
	    fail_memory(r->why);
}

/*
 * The parts of an account
 */

/* /etc/tokens/alice@example.org */
static const char *
find_path_user(const struct reading *r)
{
	const char *slash = strrchr(r->im->path, '/');
	const char *name = slash != NULL ? slash + 1 : r->im->path;

	return r->format->is_named_by_path && strchr(name, '@') != NULL ?
	    name : NULL;
}

/* The name given, else what the file has for one. */
static int
take_name(struct reading *r)
{
	struct found *f = &r->found;
	const char *user = reading_value(r, MEMBER_USER);
	const char *names[] = { r->im->name, r->im->set.user,
	    find_path_user(r), reading_value(r, MEMBER_NAME), user };
	const char *name = NULL;
	size_t i;

	if (f->name[0] != '\0')
		return 0;
	for (i = 0; name == NULL && i < sizeof(names) / sizeof(names[0]); i++)
		name = names[i];
	if (name == NULL)
		return reading_fail(r, "does not say which mailbox it is for: "
		    "give the account's NAME, which is the mailbox, as the "
		    "last argument");
	if (name_fold(f->name, name, strlen(name), r->why) == -1)
		return -1;
	return user == NULL || (strlen(user) == strlen(f->name) &&
	    equal_folded(user, f->name, strlen(user))) ? 0 :
	    reading_set(r, &f->keys.user, "the mailbox", user);
}

int
reading_has_consent(const struct reading *r)
{
	const char *grant = r->im->set.grant != NULL ? r->im->set.grant :
	    r->found.keys.grant;

	return grant == NULL || strcmp(grant, "refresh_token") == 0;
}

/* The grant and, where that needs one, the refresh token. */
static int
take_token(struct reading *r)
{
	const struct format *format = r->format;
	struct found *f = &r->found;
	const char *token = reading_value(r, MEMBER_TOKEN);

	/* What was given by hand decides. */
	if (r->im->set.grant != NULL ? reading_set(r, &f->keys.grant, "grant",
	    r->im->set.grant) == -1 : format->take_grant != NULL &&
	    format->take_grant(r) == -1)
		return -1;
	if (!reading_has_consent(r) || !has_member(r, MEMBER_TOKEN))
		return 0;
	if (token == NULL && format->no_token != NULL)
		return reading_fail(r, "%s", format->no_token);
	if (token == NULL)
		return reading_fail(r, "has no refresh_token, so no sign-in "
		    "was completed with it: \"tokend login %s\" signs in",
		    SHELL_NAME(f->name));
	return set_secret(r, &f->credential.refresh_token, "refresh_token",
	    token);
}

int
is_sample(const char *value)
{
	static const char *const words[] = { "goes here", "_GOES_HERE",
	    "*** your", "your-client-", "YOUR_CLIENT_", "your_client_" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(value, words[i]) != NULL)
			return 1;
	return 0;
}

/* The client: what was given by hand goes before the file's. */
static int
take_client(struct reading *r)
{
	const struct import *im = r->im;
	struct found *f = &r->found;
	const char *id = im->client_id != NULL ? im->client_id :
	    im->set.client_id != NULL ? im->set.client_id :
	    reading_value(r, MEMBER_ID);
	const char *secret = im->client_secret != NULL ? im->client_secret :
	    reading_value(r, MEMBER_SECRET);

	if (!has_member(r, MEMBER_ID))
		return 0;
	if (id == NULL || id[strspn(id, " \t")] == '\0')
		return reading_fail(r, "%s", r->format->no_client != NULL &&
		    r->config == NULL ? r->format->no_client :
		    "has no client id: give it with --client-id");
	if (is_sample(id))
		return reading_fail(r, "the client id is still the sample's: "
		    "give yours with --client-id");
	if (secret != NULL && is_sample(secret)) {
		reading_note(r, "its client secret is still the sample's, and "
		    "was left out");
		secret = NULL;
	}
	return reading_set(r, &f->keys.client_id, "client_id", id) == -1 ? -1 :
	    set_secret(r, &f->credential.client_secret, "client_secret",
	    secret);
}

static int
copy_members(struct reading *r)
{
	const struct member *m;

	for (m = r->format->members; m->name != NULL; m++)
		if (m->becomes >= 0 && reading_set(r, (char **)(void *)
		    ((char *)&r->found.keys + m->becomes), m->name,
		    read_member(r, m)) == -1)
			return -1;
	return 0;
}

/* Where the file does not say it, a default counts only if it is meant. */
static int
take_provider(struct reading *r)
{
	const struct format *format = r->format;
	const struct keys *set = &r->im->set;
	const char *endpoint = reading_value(r, MEMBER_ENDPOINT);

	if (!has_member(r, MEMBER_ENDPOINT))
		return 0;
	if (endpoint != NULL)
		return format->is_google_endpoint ?
		    match_preset(r, "google", endpoint) : match_endpoints(r,
		    endpoint, reading_value(r, MEMBER_AUTHORIZATION));
	if (format->check_default(r) == 0)
		return match_preset(r, "google", NULL);
	/* --set may say where the tokens belong. */
	if (set->provider == NULL && set->issuer == NULL &&
	    set->token_endpoint == NULL)
		return -1;
	return format->is_google ? match_preset(r, "google", NULL) : 0;
}

int
reading_account(struct reading *r)
{
	const struct format *format = r->format;

	if ((format->recognise != NULL && format->recognise(r) == -1) ||
	    take_name(r) == -1 || take_token(r) == -1 ||
	    take_client(r) == -1 || (format->check_consent != NULL &&
	    format->check_consent(r) == -1) || copy_members(r) == -1 ||
	    take_provider(r) == -1)
		return -1;
	return format->complete != NULL ? format->complete(r) : 0;
}

struct jdoc *
reading_parse(struct reading *r, const char *text, size_t len,
    const char *path, const char *should_be)
{
	const char *what;
	struct jdoc *d = jdoc_parse(text, len, &what);

	if (d == NULL && what == NULL)
		fail_memory(r->why);
	else if (d == NULL)
		fail(r->why, STATUS_CONFIG, "%.200s: is %s, and not %s", path,
		    what, should_be);
	return d;
}
