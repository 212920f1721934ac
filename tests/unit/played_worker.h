/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * played_worker.h - the account "acct" in a scope of the test's own, and this
 * program in the place of tokend-worker: "tokend-worker" in the current folder,
 * which is the test's.
 */
#pragma once

#include <stdint.h>

#include "disk/scope.h"
#include "proto.h"

#define ID "0123456789abcdef0123456789abcdef"
#define NEW_ID "ffffffffffffffffffffffffffffffff"
#define LONG 60000	/* ms; only ends what hangs */

extern struct scope s;
extern struct failure why;
extern struct answer a;		/* the last one; played_close() frees it */

/* Fixture: the account's file has that text. */
void played_open(const char *account);
void played_close(void);

void put_account(const char *text);

/* Nothing if the account's file is wrong. Seconds from now. */
void put_token(const char *token, const char *id, int64_t fresh, int64_t left,
    const char *allow);

/*
 * The worker's side: puts the token "fetched" with NEW_ID, as if the provider
 * had given it, and answers with it; answers. 0, or -1.
 */
int played_renew(void);
int played_answer(const struct answer *mine);
