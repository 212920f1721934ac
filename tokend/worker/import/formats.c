/* SPDX-License-Identifier: BSD-2-Clause */
/* formats.c - see import.h: the formats, and the tools that have none */
#include "import/reading.h"

#include <string.h>

#include "knowledge/known.h"
#include "base/nearest.h"

static const struct format *const formats[] = { &format_sasl_xoauth2,
    &format_mutt_oauth2, &format_email_oauth2_proxy, &format_getmail,
    &format_google_client, &format_google_service_account,
    &format_google_token };

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define GIVE ": \"tokend login --refresh-token-stdin {account}\" takes it, " \
	"and asks for the client id and secret; clients/migration.md has the " \
	"steps"
#define SIGN_IN "\"tokend login {account}\" signs in with a client of yours; " \
	"clients/migration.md has the steps"

/* Tools whose files hold no token that can be read: how their users move. */
static const struct {
	const char *word, *text;
} tools[] = {
	{ "oauth2ms", "oauth2ms keeps its tokens in a cache of Microsoft's "
	    "library, credentials.bin: the refresh token is \"secret\" in its "
	    "member \"RefreshToken\"" GIVE },
	{ "thunderbird", "the tokens of Thunderbird belong to a client of its "
	    "own, which is not for other programs: " SIGN_IN },
	{ "evolution", "Evolution and GNOME Online Accounts have tokens of a "
	    "client of their own, in a keyring: " SIGN_IN },
	{ "davmail", "DavMail keeps its refresh token in davmail.properties, "
	    "encrypted with the mail program's password: \"tokend login "
	    "{account}\" signs in; clients/migration.md has the steps" },
	{ "oama", "oama keeps its tokens encrypted by gpg, or in a keyring: "
	    "have it show the account's refresh_token" GIVE },
	{ "himalaya", "himalaya keeps its tokens in a keyring, or where "
	    "refresh-token in its config.toml says: have secret-tool, or the "
	    "command there, show the account's refresh token" GIVE },
	{ "pizauth", "pizauth keeps its tokens in memory, and shows none of "
	    "them: its client id and secret are in pizauth.conf, and \"tokend "
	    "login {account}\" asks for them; clients/migration.md has the "
	    "steps" },
	{ "offlineimap", "offlineimap has no token file: the value of "
	    "oauth2_refresh_token in .offlineimaprc is the refresh token"
	    GIVE },
};

static char
fold_character(char c)
{
	return c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') :
	    c;
}

static int
is_same_word(const char *a, const char *b)
{
	while (*a != '\0' && fold_character(*a) == fold_character(*b)) {
		a++;
		b++;
	}
	return *a == *b;
}

static void
fail_tool(const char *text, const char *name, struct failure *why)
{
	char filled[FAILURE_TEXT_MAX + 1] = "";

	known_fill(filled, sizeof(filled), text,
	    KNOWN_VALUES({ "account", name }));
	fail(why, STATUS_CONFIG, "%s", filled);
}

const struct format *
format_find(const char *word, const char *name, struct failure *why)
{
	struct nearest n = { .word = NULL };
	const char *meant;
	size_t i;

	for (i = 0; i < COUNT(formats); i++)
		if (is_same_word(formats[i]->word, word))
			return formats[i];
	for (i = 0; i < COUNT(tools); i++)
		if (strcmp(tools[i].word, word) == 0) {
			fail_tool(tools[i].text, name, why);
			return NULL;
		}
	for (i = 0; i < COUNT(formats); i++)
		nearest_compare(&n, word, formats[i]->word);
	meant = nearest_found(&n);
	fail(why, STATUS_CONFIG, "there is no format \"%.40s\" to import%s%s"
	    "%s: see \"tokend import --help\". \"tokend login "
	    "--refresh-token-stdin %.120s\" takes the refresh token of any "
	    "tool", word, meant != NULL ? ", did you mean \"" : "",
	    meant != NULL ? meant : "", meant != NULL ? "\"?" : "", name);
	return NULL;
}

/*
 * Leaves out a byte order mark of UTF-8. -1 with why for UTF-16, as some
 * editors and shells of Windows write it.
 */
static int
skip_mark(const char *path, const char **text, size_t *len,
    struct failure *why)
{
	if (*len >= 3 && memcmp(*text, "\357\273\277", 3) == 0) {
		*text += 3;
		*len -= 3;
	}
	if (*len >= 2 && (memcmp(*text, "\377\376", 2) == 0 ||
	    memcmp(*text, "\376\377", 2) == 0))
		return fail(why, STATUS_CONFIG, "%.200s: is UTF-16, as "
		    "PowerShell and some editors write it: \"iconv -f UTF-16 "
		    "-t UTF-8\" makes a file that can be read", path);
	return 0;
}

int
import_take(struct reading *r)
{
	r->im->count++;
	return r->im->take(r->im, &r->found, r->why);
}

/* The account of a JSON file. */
static int
read_document(struct reading *r)
{
	const struct format *format = r->format;
	const char *config = r->im->config;

	if (format->not_json != NULL && r->text[strspn(r->text,
	    " \t\r\n")] != '{')
		return reading_fail(r, "%s", format->not_json);
	r->document = reading_parse(r, r->text, r->len, r->im->path,
	    format->should_be);
	if (r->document != NULL && format->config_should_be != NULL &&
	    config != NULL && (r->config = reading_parse(r, config,
	    r->im->config_len, "what --config names",
	    format->config_should_be)) == NULL)
		return -1;
	return r->document == NULL || reading_account(r) == -1 ? -1 :
	    import_take(r);
}

int
format_read(const struct format *format, struct import *im,
    const char *text, size_t len, struct failure *why)
{
	struct reading r = { .im = im, .format = format, .why = why,
	    .found = FOUND_INIT };
	int result;

	if (skip_mark(im->path, &text, &len, why) == -1 ||
	    (im->config != NULL && skip_mark("what --config names",
	    &im->config, &im->config_len, why) == -1))
		return -1;
	r.text = text;
	r.len = len;
	result = format->read != NULL ? format->read(&r) : read_document(&r);
	found_free(&r.found);
	jdoc_free(r.document);
	jdoc_free(r.config);
	return result;
}

void
import_refuse(struct import *im, const struct failure *why)
{
	if (im->refused.code == STATUS_OK)
		im->refused = *why;
	else
		im->note(im, why->text);
}

void
found_free(struct found *f)
{
	keys_free(&f->keys);
	credential_free(&f->credential);
	f->name[0] = '\0';
}
