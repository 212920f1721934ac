/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reading.h - how a format is described, and one account of a file while it is
 * read. For the files that describe formats.
 *
 * Functions that return an int without a comment return 0, or -1 with r->why.
 */
#pragma once

#include <stddef.h>

#include "import/import.h"
#include "json/json.h"

struct reading {
	struct import *im;
	const struct format *format;
	const char *text;		/* the whole file */
	size_t len;
	struct failure *why;
	struct jdoc *document;		/* of a JSON file */
	struct jdoc *config;		/* what it lacks may be here; or NULL */
	const struct section *section;	/* of another file */
	int is_web;			/* a client of Google's type "Web" */
	char number[32];		/* for a converted value */
	struct found found;
};

/* What a member becomes: a key of the account's file, or one of these. */
enum {
	MEMBER_UNUSED = -1,		/* known, and of no use here */
	MEMBER_NAME = -2,		/* of the account */
	MEMBER_USER = -3,		/* the name, too, if there is none */
	MEMBER_TOKEN = -4,		/* refresh_token */
	MEMBER_ID = -5,			/* client_id */
	MEMBER_SECRET = -6,		/* client_secret */
	MEMBER_ENDPOINT = -7,		/* token_endpoint */
	MEMBER_AUTHORIZATION = -8	/* authorization_endpoint */
};

#define MEMBER_KEY(key) ((int)offsetof(struct keys, key))

/* Of several members for the same the first that has a value counts. */
struct member {
	const char *name;
	int becomes;
	/* NULL: the value as it is. NULL from it: left out. */
	const char *(*convert)(struct reading *r, const char *name);
};

struct format {
	const char *word;		/* on the command line */
	const char *should_be;		/* "a token file of sasl-xoauth2" */
	const char *config_should_be;	/* NULL: it has no second file */
	const struct member *members;	/* ends with a name that is NULL */

	/* What to say then; NULL: the usual text. */
	const char *not_json, *no_token, *no_client;

	int is_named_by_path;		/* the file is named after the user */
	int is_google;			/* also where --set names endpoints */
	int is_google_endpoint;		/* whatever endpoint is in the file */

	/* Not NULL: reads all of r->text, which is not JSON. */
	int (*read)(struct reading *r);

	/*
	 * For one account, in this order; each may be NULL: whether this is
	 * such a file; the grant, where the file decides it; whether the
	 * consent is for mail; whether the tool's own default, Google, counts
	 * for a file that names no token endpoint; and what is left.
	 */
	int (*recognise)(struct reading *r);
	int (*take_grant)(struct reading *r);
	int (*check_consent)(struct reading *r);
	int (*check_default)(struct reading *r);
	int (*complete)(struct reading *r);

	/* The value of a member; NULL: r->document's or r->config's. */
	const char *(*value)(const struct reading *r, const char *name);
};

extern const struct format format_sasl_xoauth2, format_mutt_oauth2,
    format_getmail, format_email_oauth2_proxy, format_google_client,
    format_google_token, format_google_service_account;

/* What the file has, by its own name or ours; NULL where absent or "". */
const char *reading_member(const struct reading *r, const char *name);
const char *reading_value(struct reading *r, int becomes);
int reading_says(const struct reading *r, const char *name, const char *word);

/* The whole of one account, by the format's map; and its way to im->take. */
int reading_account(struct reading *r);
int import_take(struct reading *r);

/*
 * Sets a key to value, NULL and "" to nothing. What cannot be a value of an
 * account file is refused by a text that has what, the member's name.
 */
int reading_set(struct reading *r, char **key, const char *what,
    const char *value);

/* STATUS_CONFIG: the text begins with the account and the file. -1. */
int reading_fail(struct reading *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The file lacks member, and nothing is sent to where it may not belong. -1. */
int reading_fail_nowhere(struct reading *r, const char *member);

/* Tells what could not be taken of the account: the text follows its name. */
void reading_note(struct reading *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* True if the account has, or gets, the grant refresh_token. */
int reading_has_consent(const struct reading *r);

/* Parses text; path and what it should be are for the failure. Or NULL. */
struct jdoc *reading_parse(struct reading *r, const char *text, size_t len,
    const char *path, const char *should_be);

/* True for the values that samples have where the user's own belongs. */
int is_sample(const char *value);

/* Takes the key of a Google service account, the JSON text of len bytes. */
int google_take_key(struct reading *r, const char *text, size_t len,
    const struct jdoc *document);

/*
 * The provider by its endpoints (match_provider.c): a preset (with the tenant
 * in the token endpoint), else the endpoints themselves. To be called when the
 * other keys are set; the preset's own scope is not repeated. authorization may
 * be NULL, and token too, where --set knows more.
 */
int match_endpoints(struct reading *r, const char *token,
    const char *authorization);

/* The same where the format says whose client it is: the preset provider. */
int match_preset(struct reading *r, const char *provider, const char *token);

/* True if the form of the client id is another provider's. */
int match_is_other(struct reading *r, const char *provider);

/* True if the host is among those of a preset. */
int match_is_preset_host(struct reading *r, const char *host);
