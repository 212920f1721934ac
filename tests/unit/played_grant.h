/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * played_grant.h - a provider that is played, and what is kept of the account
 * "acct". grant_request() is a function of the test: it counts, and does what
 * was planned.
 */
#pragma once

#include <stdint.h>

#include "oauth/token_answer.h"
#include "disk/scope.h"
#include "state/state.h"

/* What the provider does, and what it saw. */
struct played_provider {
	int result;		/* 0: tokens */
	const char *access_token;
	const char *refresh_token;	/* NULL: none comes */
	const char *scope;	/* NULL: none is said */
	int64_t expires_in;
	int64_t refresh_expires_in;
	struct token_failure failure;
	void (*meanwhile)(void);
	int asked;
	char saw[100];		/* the refresh token that was spent */
	char secret[100];
};

extern struct played_provider provider;
extern struct scope s;
extern struct failure why;

/* Fixture: the scope with its folders and the account, and a good provider. */
void played_setup(const char *account);

void put_account(const char *text);

/* Stores it, and a client secret that is "old-secret". */
void put_credential(const char *token);

/* What is in the store, "" for nothing. */
void expect_stored(const char *token, const char *secret);

/* The access token in the cache, NULL for none that counts. */
void expect_cached(const char *token);

/* What is kept of the account's state, until the next call. */
struct state *state(void);

/* The signals that end a process, for `meanwhile`. */
void be_told_to_go(void);
