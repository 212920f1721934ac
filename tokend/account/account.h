/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account.h - one account: its file, on its preset and tokend.conf.
 */
#pragma once

#include <stdint.h>

#include "account/sending.h"
#include "account/server_tls.h"
#include "disk/cachefile.h"
#include "base/name.h"
#include "disk/scope.h"
#include "base/status.h"

enum grant {
	GRANT_REFRESH_TOKEN,		/* RFC 6749 6 */
	GRANT_CLIENT_CREDENTIALS,	/* RFC 6749 4.4 */
	GRANT_JWT_BEARER,		/* RFC 7523 2.1 */
	GRANT_METADATA,			/* the cloud that the machine runs in */
	GRANT_COMMAND			/* a program prints a token */
};

/* How a secret is sent; a client_key or an assertion file goes before it. */
enum client_auth {
	CLIENT_AUTH_POST,	/* client_secret_post: in the form */
	CLIENT_AUTH_BASIC	/* client_secret_basic, RFC 6749 2.3.1 */
};

/* client_secret_basic (RFC 8414 2), and perhaps more. */
#define ACCOUNT_METHODS_DEFAULT "default"

/* How a client_key signs (RFC 7518 3.1). */
enum assertion_alg {
	ASSERTION_ALG_BY_KEY,	/* PS256 for RSA, ES256 for P-256 */
	ASSERTION_ALG_PS256,
	ASSERTION_ALG_RS256,
	ASSERTION_ALG_ES256
};

enum metadata_service {
	METADATA_NONE,
	METADATA_AZURE,		/* 169.254.169.254 */
	METADATA_AZURE_ARC,	/* an agent on loopback, with a challenge */
	METADATA_GCE		/* metadata.google.internal */
};

/* Strings are owned by the account; NULL means not set. */
struct account {
	char name[NAME_MAX_LEN + 1];
	char stamp[STAMP_MAX];		/* of the account file, cachefile.h */
	char path[SCOPE_PATH_MAX + NAME_MAX_LEN + 32];	/* for texts */

	char *provider;			/* preset, or NULL */
	/* https, or http to loopback; all but issuer may come of discovery */
	char *issuer;			/* RFC 8414 2, as people write it */
	char *response_issuer;		/* RFC 9207 2; has no metadata here */
	char *token_endpoint;		/* NULL only with an issuer, and for */
	char *authorization_endpoint;	/* grants that ask none */
	char *device_authorization_endpoint;
	char *revocation_endpoint;
	char *authorization_parameters;	/* more of the request, form-encoded */
	char *redirect_uri;		/* as registered; NULL: the default */
	enum grant grant;
	char *client_id;
	char *client_secret;		/* wiped when freed */
	char *client_secret_file;
	enum client_auth client_auth;
	int client_auth_is_stated;	/* by the file, or by its preset */
	/*
	 * How its issuer lets a client prove itself at token_endpoint: RFC
	 * 8414's words, ACCOUNT_METHODS_DEFAULT where it does not say; NULL:
	 * not known, or not asked.
	 */
	char *auth_methods;
	char *client_key;		/* a path, or a URI for OpenSSL */
	char *client_certificate;	/* the same */
	enum assertion_alg client_assertion_alg;
	char *client_assertion_file;	/* made and replaced by others */
	enum metadata_service metadata_service;
	char *metadata_endpoint;	/* NULL: where the service always is */
	char *command;			/* absolute path, arguments by blanks */
	char *scope;			/* blank-separated */
	int scope_is_stated;		/* by the file itself, not the preset */
	struct users users;		/* borrowed from owned_users */
	char *owned_users[4];
	char *hosts;			/* never NULL */
	char *server[SERVERS];		/* HOST[:PORT] to try a login at */
	enum server_tls tls[SERVERS];
	enum send_way send;
	char *send_endpoint;		/* of an API; its path is ours */
	char *send_scope;		/* the narrowest of its way, by the */
					/* preset; NULL: not known */
	char *send_from;		/* address for senders without one */
	char *allow;			/* users, uids and @groups; or NULL */
	char *allow_send;		/* the same: these may send, no more */
	int allow_is_own;		/* by this file, not tokend.conf */
	int proxy_is_own;
	int hosts_are_own;
	long refresh_before;		/* seconds; 0: not set, state/due.h */
	long min_valid;
	char *proxy;
	char *ca_file;
	char *ca_dir;
	char *on_error;			/* absolute path of a program */
	char *on_warning;		/* the same */
};

/*
 * Loads accounts/NAME.conf of the scope. Returns 0; -1 with
 * STATUS_NO_ACCOUNT if there is no such file (the text names the folder),
 * STATUS_CONFIG if it or its preset is wrong. a is to be freed either way.
 */
int account_load(struct account *a, const struct scope *s, const char *name,
    struct failure *why);

/*
 * The same from the draft of the account (draft.h), which will have the same
 * stamp when it has become the account.
 */
int account_load_draft(struct account *a, const struct scope *s,
    const char *name, struct failure *why);

/*
 * The list `allow` of an account that account_load refuses, as far as its file
 * can be read: those users are told what is wrong. Allocated, or NULL. And its
 * list allow_send: those of them who send.
 */
char *account_find_allow(const struct scope *s, const char *name);
char *account_find_allow_send(const struct scope *s, const char *name);

/* The mailbox at a server: the account's name where none is set. */
const char *account_mailbox(const struct account *a, enum account_server which);

/* The grant's word in an account file. */
const char *account_grant_word(enum grant grant);

void account_free(struct account *a);
