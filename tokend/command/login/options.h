/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options.h - what was typed after `tokend login`.
 */
#pragma once

#include "account/account.h"
#include "account/keys.h"

struct options {
	struct keys keys;	/* of the account, as options give them */
	int has_keys;		/* at least one */
	int device;
	int no_browser;
	int no_receiver;
	int no_test;
	int any_user;
	int send_only;
	int test_mail;		/* agreed to, without a question */
	int service[SERVERS];	/* to be tried; none: the first there is */
	int refresh_token;	/* from standard input, as the next three */
	int client_secret;
	int key_password;
	int client_key;
	const char *name;	/* NULL: not given */
};

enum options_result {
	OPTIONS_WRONG = -1,	/* how, is said on standard error: EX_USAGE */
	OPTIONS_TAKEN,
	OPTIONS_HELP		/* --help was among them */
};

/* o's keys are to be freed in any case. */
enum options_result options_read(struct options *o, int argc, char *argv[]);

/* True if a secret comes on standard input. */
int options_secret(const struct options *o);

/* True if a way to the browser or to a device was asked for. */
int options_flow(const struct options *o);
