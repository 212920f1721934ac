/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keys.h - the values of account files and of presets, as text.
 *
 * tokend.conf(5) says what each means. account.h makes an account of them; the
 * sign-in reads those of a preset that only a person needs.
 */
#pragma once

#include "disk/conf.h"

/* Allocated values, NULL where a key is absent. */
struct keys {
	/* of accounts and presets */
	char *issuer;
	char *response_issuer;
	char *token_endpoint;
	char *authorization_endpoint;
	char *device_authorization_endpoint;
	char *revocation_endpoint;
	char *authorization_parameters;
	char *redirect_uri;
	char *grant;
	char *client_auth;
	char *client_assertion_alg;
	char *tenant;
	char *scope;
	char *metadata_service;
	char *hosts;
	char *server_smtp;
	char *server_imap;
	char *server_pop;
	char *tls_smtp;
	char *tls_imap;
	char *tls_pop;
	char *send_endpoint;
	char *refresh_before;
	char *min_valid;

	/* of accounts */
	char *provider;
	char *cloud;
	char *client_id;
	char *client_secret;
	char *client_secret_file;
	char *client_key;
	char *client_certificate;
	char *client_assertion_file;
	char *metadata_endpoint;
	char *command;
	char *user;
	char *user_smtp;
	char *user_imap;
	char *user_pop;
	char *allow;
	char *send;
	char *send_from;
	char *allow_send;
	char *proxy;
	char *ca_file;
	char *ca_dir;
	char *on_error;
	char *on_warning;

	/* of presets: scope_GRANT, and what the sign-in goes by */
	char *scope_client_credentials;
	char *send_api;		/* what send_endpoint speaks: gmail or graph */
	char *scope_send_smtp;	/* the narrowest of each way to send */
	char *scope_send_gmail;
	char *scope_send_graph;
	char *scope_send_graph_client_credentials;
	char *title;		/* the provider's name, for people */
	char *domains;		/* of addresses, blank-separated */
	char *mx;		/* patterns of their mail exchangers */
	char *client_id_form;	/* fnmatch(3) */
	char *client_type;	/* public, confidential or any (RFC 6749 2.1) */
	char *device_note;	/* why its device flow is of no use */
};

extern const struct conf_key account_keys[], preset_keys[];

/* Wipes and frees one value, and all of them; NULL afterwards. */
void key_drop(char **value);
void keys_free(struct keys *k);

/* Copies value in place of what was there. -1 with why: no memory. */
int key_copy(char **key, const char *value, struct failure *why);

/* Moves a value out: NULL afterwards. */
char *key_take(char **value);
