/*
 * account.h - one account file with its preset behind it (DESIGN 3).
 */
#ifndef TOKEND_ACCOUNT_H
#define TOKEND_ACCOUNT_H

#include <stdint.h>

#include "cachefile.h"
#include "name.h"
#include "scope.h"
#include "status.h"

enum grant {
	GRANT_REFRESH_TOKEN,		/* RFC 6749 6 */
	GRANT_CLIENT_CREDENTIALS	/* RFC 6749 4.4 */
};

enum client_auth {
	CLIENT_AUTH_POST,	/* client_secret_post: in the form */
	CLIENT_AUTH_BASIC	/* client_secret_basic, RFC 6749 2.3.1 */
};

/* Strings are owned by the account; NULL means not set. */
struct account {
	char name[NAME_MAX_LEN + 1];
	char stamp[STAMP_MAX];		/* of the account file, cachefile.h */
	char path[SCOPE_PATH_MAX + NAME_MAX_LEN + 24];	/* for texts */

	char *provider;			/* preset, or NULL */
	char *token_endpoint;		/* https, or http to loopback */
	enum grant grant;
	char *client_id;
	char *client_secret;		/* wiped when freed */
	char *client_secret_file;
	enum client_auth client_auth;
	char *scope;			/* blank-separated */
	int scope_is_stated;		/* by the file itself, not the preset */
	struct users users;		/* borrowed from owned_users */
	char *owned_users[4];
	char *hosts;			/* never NULL */
	char *allow;			/* users, uids and @groups; or NULL */
	int allow_is_own;		/* by this file, not tokend.conf */
	int proxy_is_own;
	long refresh_before;		/* seconds, as set */
	long min_valid;
	char *proxy;
	char *ca_file;
	char *ca_dir;
	char *on_error;			/* absolute path of a program */
};

/*
 * Loads accounts/NAME.conf of the scope. Returns 0; -1 with
 * STATUS_NO_ACCOUNT if there is no such file (the text names the folder),
 * STATUS_CONFIG if it or its preset is wrong. a is to be freed either way.
 */
int account_load(struct account *a, const struct scope *s, const char *name,
    struct failure *why);

/*
 * Who may ask for the account, as far as a file can be read that
 * account_load refuses: so that those are told what is wrong with it.
 * Allocated, or NULL.
 */
char *account_find_allow(const struct scope *s, const char *name);

void account_free(struct account *a);

#endif
