/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/renewal/running_workers.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "serve/hash.h"

void
running_workers_init(struct running_workers *f)
{
	int i;

	for (i = 0; i < RUNNING_WORKERS_MAX; i++)
		f->worker[i].channel = -1;
}

/* "https://host:port/path" without its path. */
static uint64_t
hash_authority(const char *url)
{
	const char *host = strstr(url, "//");
	size_t before = host != NULL ? (size_t)(host + 2 - url) : 0;

	return hash_bytes(HASH_BEGIN, url,
	    before + strcspn(url + before, "/?#"));
}

uint64_t
running_workers_provider(const struct account *a)
{
	if (a->issuer != NULL)
		return hash_authority(a->issuer);
	if (a->token_endpoint != NULL)
		return hash_authority(a->token_endpoint);
	if (a->metadata_endpoint != NULL)
		return hash_authority(a->metadata_endpoint);
	if (a->command != NULL)
		return hash_text(HASH_BEGIN, a->command);
	return HASH_BEGIN + (uint64_t)a->metadata_service;
}

int
running_workers_have_room(const struct running_workers *f, uint64_t provider,
    int has_failed)
{
	int all = 0, here = 0, failed = 0, failed_here = 0, i, same;

	for (i = 0; i < RUNNING_WORKERS_MAX; i++) {
		if (f->worker[i].channel == -1)
			continue;
		same = f->worker[i].provider == provider;
		all++;
		here += same;
		failed += f->worker[i].has_failed;
		failed_here += same && f->worker[i].has_failed;
	}
	if (all == RUNNING_WORKERS_MAX || here >= RUNNING_WORKERS_PROVIDER)
		return 0;
	return !has_failed || (failed < RUNNING_WORKERS_MAX / 2 &&
	    failed_here < RUNNING_WORKERS_PROVIDER / 2);
}

void
running_workers_add(struct running_workers *f, const char *account,
    uint64_t provider, int has_failed, int channel, int64_t now)
{
	struct running_worker *one = f->worker;

	while (one->channel != -1)
		one++;
	one->channel = channel;
	one->has_failed = has_failed;
	one->provider = provider;
	one->begun = now;
	snprintf(one->account, sizeof(one->account), "%s", account);
}

void
running_workers_end(struct running_worker *one)
{
	close(one->channel);
	one->channel = -1;
}
