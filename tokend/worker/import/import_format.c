/* SPDX-License-Identifier: BSD-2-Clause */
/* import_format.c - see import_format.h */
#include "import/import_format.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nearest.h"
#include "shell_word.h"

#define VALUE_MAX 8192	/* bytes: one line of an account file, with room */

static const struct source *const sources[] = { &source_sasl_xoauth2,
    &source_mutt_oauth2, &source_email_oauth2_proxy, &source_getmail,
    &source_google_client, &source_google_service_account,
    &source_google_token };

static char
fold_character(char c)
{
	return c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') :
	    c;
}

static int
is_same_format(const char *a, const char *b)
{
	while (*a != '\0' && fold_character(*a) == fold_character(*b)) {
		a++;
		b++;
	}
	return *a == *b;
}

const struct source *
source_find(const char *format)
{
	size_t i;

	for (i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (is_same_format(sources[i]->format, format))
			return sources[i];
	return NULL;
}

const char *
source_nearest(const char *format)
{
	struct nearest n = { .word = NULL };
	size_t i;

	for (i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		nearest_compare(&n, format, sources[i]->format);
	return nearest_found(&n);
}

int
import_skip_mark(const char *path, const char *text, size_t len,
    struct failure *why)
{
	if (len >= 3 && memcmp(text, "\357\273\277", 3) == 0)
		return 3;
	if (len >= 2 && (memcmp(text, "\377\376", 2) == 0 ||
	    memcmp(text, "\376\377", 2) == 0))
		return fail(why, STATUS_CONFIG, "%.200s: is UTF-16, as "
		    "PowerShell and some editors write it: \"iconv -f UTF-16 "
		    "-t UTF-8\" makes a file that can be read", path);
	return 0;
}

int
import_knows_where(const struct import *im)
{
	return im->set.provider != NULL || im->set.issuer != NULL ||
	    im->set.token_endpoint != NULL;
}

void
import_note(struct import *im, const char *format, ...)
{
	struct failure told;
	va_list args;

	va_start(args, format);
	vfail(&told, STATUS_OK, format, args);
	va_end(args);
	im->note(im, told.text);
}

void
import_refuse(struct import *im, const struct failure *why)
{
	if (im->refused.code == STATUS_OK)
		im->refused = *why;
	else
		im->note(im, why->text);
}

int
import_take(struct import *im, struct found *f, struct failure *why)
{
	im->count++;
	return im->take(im, f, why);
}

static int
cannot_be(const struct import *im, const char *what, struct failure *why)
{
	return fail(why, STATUS_CONFIG, "%.200s: %s is too long, in quotes, "
	    "or has control characters in it or bytes that are not UTF-8",
	    im->path, what);
}

int
found_key(const struct import *im, char **key, const char *what,
    const char *value, struct failure *why)
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
		return cannot_be(im, what, why);
	if ((copy = strndup(value, len)) == NULL)
		return fail_memory(why);
	key_drop(key);
	*key = copy;
	return 0;
}

int
found_secret(const struct import *im, struct buf *secret, const char *what,
    const char *value, struct failure *why)
{
	if (value == NULL || *value == '\0')
		return 0;
	if (!text_is_clean(value, strlen(value)))
		return cannot_be(im, what, why);
	buf_reset(secret);
	if (buf_adds(secret, value) == 0)
		return 0;
	return errno == EMSGSIZE ? cannot_be(im, what, why) :
	    fail_memory(why);
}

int
found_name(const struct import *im, struct found *f, const char *first,
    const char *user, struct failure *why)
{
	const char *given = im->name != NULL ? im->name :
	    im->set.user != NULL ? im->set.user : first != NULL && *first != '\0' ? first : user;

	if (given == NULL || *given == '\0')
		return fail(why, STATUS_CONFIG, "%.200s: does not say whose "
		    "mailbox it is for: give the account's NAME, which is the "
		    "mailbox, as the last argument", im->path);
	if (name_fold(f->name, given, strlen(given), why) == -1)
		return -1;
	if (user == NULL || (strlen(user) == strlen(f->name) &&
	    equal_folded(user, f->name, strlen(user))))
		return 0;
	return found_key(im, &f->keys.user, "the mailbox", user, why);
}

int
found_token(struct import *im, struct found *f, const char *token,
    struct failure *why)
{
	const char *grant = im->set.grant;

	if (grant != NULL && strcmp(grant, "refresh_token") != 0)
		return 0;
	if (token == NULL || *token == '\0')
		return fail(why, STATUS_CONFIG, "account \"%.100s\": %.150s "
		    "has no refresh_token: nobody signed in with it yet. "
		    "\"tokend login %s\" does", f->name, im->path,
		    SHELL_NAME(f->name));
	return found_secret(im, &f->credential.refresh_token, "refresh_token",
	    token, why);
}

int
found_nowhere(const struct import *im, const struct found *f,
    const char *member, struct failure *why)
{
	return fail(why, STATUS_CONFIG, "account \"%.100s\": %.120s does not "
	    "say where its tokens belong (%.60s), so they are sent nowhere: "
	    "say it by --set provider=NAME, or --set token_endpoint=URL and "
	    "--set hosts=HOST", f->name, im->path, member);
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

int
found_client(struct import *im, struct found *f, const char *id,
    const char *secret, struct failure *why)
{
	if (im->client_id != NULL || im->set.client_id != NULL)
		id = im->client_id != NULL ? im->client_id :
		    im->set.client_id;
	if (im->client_secret != NULL)
		secret = im->client_secret;
	if (id == NULL || *id == '\0')
		return fail(why, STATUS_CONFIG, "account \"%.100s\": %.150s "
		    "has no client id: give it with --client-id", f->name,
		    im->path);
	if (is_sample(id))
		return fail(why, STATUS_CONFIG, "account \"%.100s\": the "
		    "client id in %.150s is still the sample's: give yours "
		    "with --client-id", f->name, im->path);
	if (secret != NULL && is_sample(secret)) {
		import_note(im, "account \"%s\": its client secret is still "
		    "the sample's, and was left out", f->name);
		secret = NULL;
	}
	return found_key(im, &f->keys.client_id, "client_id", id, why) == -1 ||
	    found_secret(im, &f->credential.client_secret, "client_secret",
	    secret, why) == -1 ? -1 : 0;
}

void
found_free(struct found *f)
{
	keys_free(&f->keys);
	credential_free(&f->credential);
	f->name[0] = '\0';
}
