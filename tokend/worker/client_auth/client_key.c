/* SPDX-License-Identifier: BSD-2-Clause */
#include "client_auth/client_key.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/base64.h"
#include "client_auth/named_file.h"
#include "common/failure_text.h"
#include "base/shell_word.h"

#define WHERE_MAX 80	/* bytes of a path or URI that a text shows */

static const char alnum[] = "abcdefghijklmnopqrstuvwxyz"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.";

void
client_key_command(char out[CLIENT_KEY_COMMAND], const struct account *a,
    const char *option)
{
	const char *name = SHELL_NAME(a->name);

	snprintf(out, CLIENT_KEY_COMMAND, "tokend login %s %s", option,
	    strlen(name) < TEXT_NAME_MAX ? name : "NAME");
}

/*
 * A path, or a URI for OpenSSL. Not file:, which OpenSSL would open without
 * judging whose file that is; and no PIN in a file that people publish.
 */
static int
check_uri(const struct account *a, const char *key, const char *uri,
    struct failure *why)
{
	char login[CLIENT_KEY_COMMAND] = "";

	if (strncasecmp(uri, "file:", 5) == 0)
		return named_file_fail(a, key, "write the file's path alone, "
		    "without file:", why);
	if (uri[0] == '.' || uri[strspn(uri, alnum)] != ':')
		return named_file_fail(a, key, "is neither an absolute path "
		    "nor a URI (pkcs11:...)", why);
	if (strcasestr(uri, "pin-value=") == NULL)
		return 0;
	client_key_command(login, a, "--key-password-stdin");
	fail(why, STATUS_CONFIG, "%s: has a PIN in it: take pin-value out, and "
	    "give the PIN with \"%s\"", key, login);
	return text_name_account(why, a->name);
}

static void
show_setting(char *shown, const char *key, const char *where)
{
	char cut[WHERE_MAX] = "";

	text_cut(cut, sizeof(cut), where);
	snprintf(shown, CLIENT_KEY_SHOWN, "%s: %s", key, cut);
}

static int
read_stored(const struct account *a, const struct buf *stored,
    struct client_key *at, struct failure *why)
{
	char login[CLIENT_KEY_COMMAND] = "";

	snprintf(at->shown, sizeof(at->shown), "the stored client key");
	errno = 0;
	if (base64_decode(&at->content, stored->data, stored->len) == 0 &&
	    at->content.len > 0)
		return 0;
	if (errno == ENOMEM)
		return fail_memory(why);
	client_key_command(login, a, "--client-key-stdin");
	fail(why, STATUS_CONFIG, "%s is damaged: give it again with \"%s\"",
	    at->shown, login);
	return text_name_account(why, a->name);
}

enum client_key_found
client_key_find(const struct account *a, const struct credential *c,
    struct client_key *at, struct failure *why)
{
	if (c->client_key.len > 0)
		return read_stored(a, &c->client_key, at, why) == -1 ?
		    CLIENT_KEY_FAILED : CLIENT_KEY_FOUND;
	if (a->client_key == NULL)
		return CLIENT_KEY_NONE;
	show_setting(at->shown, "client_key", a->client_key);
	if (a->client_key[0] == '/')
		return named_file_read(a, "client_key", a->client_key,
		    FILE_SECRET, &at->content, why) == -1 ?
		    CLIENT_KEY_FAILED : CLIENT_KEY_FOUND;
	at->uri = a->client_key;
	return check_uri(a, "client_key", a->client_key, why) == -1 ?
	    CLIENT_KEY_FAILED : CLIENT_KEY_FOUND;
}

/* What opens both, the key and the certificate. */
static void
prepare_from(struct key_from *from, char login[CLIENT_KEY_COMMAND],
    const struct account *a, const struct credential *c, const char *shown)
{
	client_key_command(login, a, "--key-password-stdin");
	from->shown = shown;
	from->password = &c->key_password;
	from->login = login;
}

struct key *
client_key_open(const struct account *a, const struct credential *c,
    const struct client_key *at, struct failure *why)
{
	struct key_from from = { .uri = at->uri };
	char login[CLIENT_KEY_COMMAND] = "";
	struct key *k = NULL;

	prepare_from(&from, login, a, c, at->shown);
	if (at->content.len > 0)
		from.pem = &at->content;
	if ((k = key_open(&from, why)) == NULL)
		text_name_account(why, a->name);
	return k;
}

int
client_key_certify(const struct account *a, const struct credential *c,
    struct key *k, struct failure *why)
{
	struct buf pem = BUF_INIT(KEY_FILE_MAX);
	struct key_from from = { .uri = a->client_certificate };
	char login[CLIENT_KEY_COMMAND] = "", shown[CLIENT_KEY_SHOWN] = "";
	int result = 0;

	if (a->client_certificate == NULL)
		return 0;
	show_setting(shown, "client_certificate", a->client_certificate);
	prepare_from(&from, login, a, c, shown);
	if (a->client_certificate[0] == '/') {
		result = named_file_read(a, "client_certificate",
		    a->client_certificate, FILE_SHOWN, &pem, why);
		from.pem = &pem;
	} else {
		result = check_uri(a, "client_certificate",
		    a->client_certificate, why);
	}
	if (result == 0 && key_add_certificate(k, &from, why) == -1)
		result = text_name_account(why, a->name);
	buf_free(&pem);
	return result;
}

void
client_key_free(struct client_key *at)
{
	buf_free(&at->content);
}
