/* SPDX-License-Identifier: BSD-2-Clause */
/* running_workers.c - see running_workers.h */
#include "serve/renewal/running_workers.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "serve/hash.h"

void
flights_init(struct flights *f)
{
	int i;

	for (i = 0; i < FLIGHTS_MOST; i++)
		f->flight[i].channel = -1;
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
flights_provider(const struct account *a)
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
flights_have_room(const struct flights *f, uint64_t provider, int has_failed)
{
	int all = 0, here = 0, failed = 0, failed_here = 0, i, same;

	for (i = 0; i < FLIGHTS_MOST; i++) {
		if (f->flight[i].channel == -1)
			continue;
		same = f->flight[i].provider == provider;
		all++;
		here += same;
		failed += f->flight[i].has_failed;
		failed_here += same && f->flight[i].has_failed;
	}
	if (all == FLIGHTS_MOST || here >= FLIGHTS_PROVIDER)
		return 0;
	return !has_failed || (failed < FLIGHTS_MOST / 2 &&
	    failed_here < FLIGHTS_PROVIDER / 2);
}

void
flights_add(struct flights *f, const char *account, uint64_t provider,
    int has_failed, int channel, int64_t now)
{
	struct flight *one = f->flight;

	while (one->channel != -1)
		one++;
	one->channel = channel;
	one->has_failed = has_failed;
	one->provider = provider;
	one->begun = now;
	snprintf(one->account, sizeof(one->account), "%s", account);
}

void
flights_end(struct flight *one)
{
	close(one->channel);
	one->channel = -1;
}

int
flights_count(const struct flights *f)
{
	int i, n = 0;

	for (i = 0; i < FLIGHTS_MOST; i++)
		n += f->flight[i].channel != -1;
	return n;
}
