/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * running_workers.h - the workers that the schedule has started and that still
 * run.
 *
 * They are what is bounded, not the starts: a provider that does not answer
 * keeps a worker for 20 seconds and more. So that it cannot have all places,
 * each provider has a share; and so that accounts which failed the last time
 * cannot have those of accounts which did not, they have half of either.
 */
#pragma once

#include <stdint.h>

#include "account/account.h"

#define RUNNING_WORKERS_MAX 32
#define RUNNING_WORKERS_PROVIDER 8

struct running_worker {
	int channel;		/* the worker's answer comes here; -1: free */
	int has_failed;		/* the account did, the last time */
	uint64_t provider;
	int64_t begun;		/* clock_ms */
	char account[NAME_MAX_LEN + 1];
};

struct running_workers {
	struct running_worker worker[RUNNING_WORKERS_MAX];
};

void running_workers_init(struct running_workers *f);

/*
 * What renews an account, as a number: the authority (RFC 3986 3.2) of its
 * issuer or token endpoint, as all paths of a host that is silent are; else the
 * metadata service, or the command that prints tokens.
 */
uint64_t running_workers_provider(const struct account *a);

/* 1 if one more may start for that provider. */
int running_workers_have_room(const struct running_workers *f,
    uint64_t provider, int has_failed);

/* Takes a place for a worker; there must be one. The channel is ours now. */
void running_workers_add(struct running_workers *f, const char *account,
    uint64_t provider, int has_failed, int channel, int64_t now);

/* Gives the place back, and closes the channel. */
void running_workers_end(struct running_worker *one);
