/* SPDX-License-Identifier: BSD-2-Clause */
#include "issuer/discovery.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "account/endpoint.h"
#include "base/attr.h"
#include "common/log.h"
#include "crypto/digest.h"
#include "disk/file.h"
#include "files/folder.h"
#include "files/newfile.h"
#include "lineio.h"
#include "net/url.h"

#define FOLDER "metadata"
#define DISCOVERY_VERSION "2"
#define DISCOVERY_BEFORE "1"	/* had no auth_methods: to be renewed */
#define DISCOVERY_FILE_MAX 8192
#define CLOCK_BACK_MAX 300	/* seconds */
#define RENEW_AGAIN 3600	/* seconds after an issuer that did not tell */

/* The content of a file. */
struct record {
	char *token_endpoint;
	char *auth_methods;	/* as an account has them; NULL: not known */
	int64_t asked;		/* wall clock */
	int64_t renew_at;
	int is_doubted;
};

static void
free_record(struct record *k)
{
	free(k->token_endpoint);
	free(k->auth_methods);
}

static int
is_used(const struct account *a)
{
	return a->issuer != NULL && a->token_endpoint == NULL &&
	    a->grant != GRANT_METADATA && a->grant != GRANT_COMMAND;
}

/*
 * The file
 */

/* NUL between two values: no value has one. */
static int
make_name(const struct account *a, char name[2 * SHA256_LEN + 1])
{
	const char *const asked[] = { a->issuer, a->proxy, a->ca_file,
	    a->ca_dir };
	struct buf text = BUF_INIT(DISCOVERY_FILE_MAX);
	unsigned char hash[SHA256_LEN];
	int result = 0;
	size_t i = 0;

	for (i = 0; result == 0 && i < sizeof(asked) / sizeof(asked[0]); i++)
		result = (asked[i] != NULL && buf_adds(&text, asked[i]) ==
		    -1) || buf_add(&text, "", 1) == -1 ? -1 : 0;
	if (result == 0)
		result = digest_sha256(text.data, text.len, hash);
	for (i = 0; result == 0 && i < sizeof(hash); i++)
		snprintf(name + 2 * i, 3, "%02x", hash[i]);
	buf_free(&text);
	return result;
}

/* The same that metadata.c holds a document to. */
static int
may_be_asked(const struct account *a, const char *endpoint)
{
	struct url issuer, url;

	return endpoint != NULL && url_read(&issuer, a->issuer) == 0 &&
	    url_read(&url, endpoint) == 0 && (url.is_tls || !issuer.is_tls) &&
	    endpoint_is_safe(endpoint);
}

static int
read_attributes(struct record *k, const struct account *a, struct buf *content)
{
	const char *version = NULL, *issuer = NULL, *end = NULL;
	const char *endpoint = NULL, *doubted = NULL, *methods = NULL;
	struct attrs at;

	if (attrs_parse(&at, content, NULL) == -1)
		return -1;
	version = attrs_get(&at, "tokend-metadata");
	issuer = attrs_get(&at, "issuer");
	endpoint = attrs_get(&at, "token_endpoint");
	doubted = attrs_get(&at, "doubted");
	end = attrs_get(&at, "end");
	if (version == NULL || (strcmp(version, DISCOVERY_VERSION) != 0 &&
	    strcmp(version, DISCOVERY_BEFORE) != 0) ||
	    issuer == NULL || strcmp(issuer, a->issuer) != 0 ||
	    end == NULL || strcmp(end, "yes") != 0 ||
	    !may_be_asked(a, endpoint) ||
	    attrs_number(&at, "asked", &k->asked) == -1 ||
	    attrs_number(&at, "renew_at", &k->renew_at) == -1)
		return -1;
	if (strcmp(version, DISCOVERY_BEFORE) == 0)
		k->renew_at = 0;
	k->is_doubted = doubted != NULL && strcmp(doubted, "yes") == 0;
	k->token_endpoint = strdup(endpoint);
	methods = attrs_get(&at, "auth_methods");
	if (methods != NULL)
		k->auth_methods = strdup(methods);
	return k->token_endpoint == NULL ||
	    (methods != NULL && k->auth_methods == NULL) ? -1 : 0;
}

/* -1: there is none that counts. */
static int
read_record(struct record *k, const struct account *a, const struct scope *s)
{
	struct buf content = BUF_INIT(DISCOVERY_FILE_MAX);
	char name[2 * SHA256_LEN + 1];
	int folder = -1, fd = -1, result = -1;

	memset(k, 0, sizeof(*k));
	if (make_name(a, name) == -1 ||
	    (folder = folder_open(s, FOLDER, NULL)) == -1)
		return -1;
	fd = file_open(folder, name, FILE_SECRET, s->owner, name, NULL);
	close(folder);
	if (fd == -1)
		return -1;
	if (file_read(fd, &content) == 0)
		result = read_attributes(k, a, &content);
	close(fd);
	buf_free(&content);
	return result;
}

static int
format_record(const struct record *k, const struct account *a, struct buf *b)
{
	if (attrs_add(b, "tokend-metadata", DISCOVERY_VERSION) == -1 ||
	    attrs_add(b, "issuer", a->issuer) == -1 ||
	    attrs_add(b, "token_endpoint", k->token_endpoint) == -1 ||
	    attrs_add(b, "auth_methods", k->auth_methods) == -1 ||
	    attrs_addnum(b, "asked", k->asked) == -1 ||
	    attrs_addnum(b, "renew_at", k->renew_at) == -1 ||
	    attrs_add(b, "doubted", k->is_doubted ? "yes" : NULL) == -1 ||
	    attrs_add(b, "end", "yes") == -1)
		return -1;
	return attrs_end(b);
}

/*
 * Accounts share a file, so no account's lock guards it but one on the folder.
 * A process that finds it locked leaves the file to the other, which writes
 * the same.
 */
static int
replace_file(int folder, const char *name, const struct scope *s,
    const struct buf *content, struct failure *why)
{
	struct newfile f = { .folder = -1, .fd = -1, .may_be_lost = 1 };
	int result = 0;

	if (flock(folder, LOCK_EX | LOCK_NB) == -1)
		return 0;
	if (newfile_reserve(&f, folder, s, FOLDER, name, content->len,
	    why) == -1)
		return -1;
	if (newfile_commit(&f, content) == -1)
		result = fail(why, STATUS_LATER, "%s", strerror(errno));
	newfile_abandon(&f);
	return result;
}

static void
write_record(const struct record *k, const struct account *a,
    const struct scope *s)
{
	struct buf content = BUF_INIT(DISCOVERY_FILE_MAX);
	char name[2 * SHA256_LEN + 1];
	struct failure why = { .code = STATUS_OK };
	int folder = folder_open(s, FOLDER, &why);

	if (folder == -1 || make_name(a, name) == -1 ||
	    format_record(k, a, &content) == -1 ||
	    replace_file(folder, name, s, &content, &why) == -1)
		log_warning("account \"%s\": the token endpoint that its "
		    "issuer names cannot be record in %s/%s, so each refresh "
		    "asks for it: %s", a->name, s->state, FOLDER,
		    why.code != STATUS_OK ? why.text : "no memory, or too "
		    "long");
	if (folder != -1)
		close(folder);
	buf_free(&content);
}

/*
 * The issuer's word
 */

static int64_t
find_lifetime(const struct metadata *m)
{
	if (m->fresh_for == 0)
		return DISCOVERY_LIFE;
	return m->fresh_for < DISCOVERY_LIFE_LEAST ? DISCOVERY_LIFE_LEAST :
	    m->fresh_for > DISCOVERY_LIFE_MOST ? DISCOVERY_LIFE_MOST :
	    m->fresh_for;
}

int
discovery_request(struct account *a, char *const *needed, struct metadata *m,
    const struct scope *s, struct token_failure *why)
{
	struct record k = { .asked = clock_seconds() };

	if (metadata_complete(a, needed, m, why) == -1)
		return -1;
	/* Of an account that has an endpoint of its own nothing is record. */
	if (m->issuer == NULL || a->auth_methods == NULL)
		return 0;
	k.token_endpoint = a->token_endpoint;
	k.auth_methods = a->auth_methods;
	k.renew_at = k.asked + find_lifetime(m);
	write_record(&k, a, s);
	return 0;
}

static int
ask_again(struct account *a, const struct scope *s, struct token_failure *why)
{
	struct metadata m = METADATA_INIT;
	int result = discovery_request(a, &a->token_endpoint, &m, s, why);

	metadata_free(&m);
	return result;
}

static int
is_old(const struct record *k)
{
	int64_t now = clock_seconds();

	return now >= k->renew_at || now < k->asked - CLOCK_BACK_MAX;
}

enum discovery
discovery_load(struct account *a, const struct scope *s, int is_by_hand,
    struct token_failure *why)
{
	struct record k;
	int is_stored = 0;

	memset(why, 0, sizeof(*why));
	if (!is_used(a))
		return DISCOVERY_UNUSED;
	is_stored = read_record(&k, a, s) == 0;
	if ((!is_stored || k.is_doubted || is_by_hand) &&
	    ask_again(a, s, why) == 0) {
		free_record(&k);
		return DISCOVERY_FRESH;
	}
	if (!is_stored) {
		free_record(&k);
		return DISCOVERY_FAILED;
	}
	if (k.is_doubted || is_by_hand)
		log_warning("%s (the token endpoint known so far is asked)",
		    why->failure.text);
	a->token_endpoint = k.token_endpoint;
	free(a->auth_methods);
	a->auth_methods = k.auth_methods;
	return is_old(&k) ? DISCOVERY_OLD : DISCOVERY_FRESH;
}

void
discovery_mark_doubtful(const struct account *a, const struct scope *s)
{
	struct record k;

	if (read_record(&k, a, s) == 0 && !k.is_doubted) {
		k.is_doubted = 1;
		write_record(&k, a, s);
	}
	free_record(&k);
}

static void
renew_record(struct account *a, const struct scope *s, struct record *k)
{
	struct token_failure why;

	if (ask_again(a, s, &why) == 0)
		return;
	log_warning("%s (the token endpoint known so far goes on being "
	    "asked)", why.failure.text);
	k->renew_at = clock_seconds() + RENEW_AGAIN;
	write_record(k, a, s);
}

void
discovery_renew(const struct scope *s, const char *account)
{
	struct account a;
	struct record k = { .token_endpoint = NULL, .auth_methods = NULL };

	if (account_load(&a, s, account, NULL) == 0 && is_used(&a) &&
	    read_record(&k, &a, s) == 0 && is_old(&k))
		renew_record(&a, s, &k);
	free_record(&k);
	account_free(&a);
}
