/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * discovery.h - what an issuer has said that a refresh needs (the token
 * endpoint, and how a client proves itself there), kept on the disk, so that a
 * refresh asks the token endpoint alone (metadata.h is how it is learnt).
 *
 * metadata/HASH, below the scope's state, where HASH is of the issuer and of
 * what decides who answers for it (proxy, ca_file, ca_dir): accounts that
 * would ask the same share one file. It has a lifetime of its own. When that
 * is over, the file still counts: it is renewed after the refresh, and stays
 * as it is while the issuer cannot be asked. Losing it costs one look.
 */
#pragma once

#include "account/account.h"
#include "issuer/metadata.h"
#include "net/token_failure.h"
#include "disk/scope.h"

/* Seconds: a provider's max-age counts within these. */
#define DISCOVERY_LIFE 86400
#define DISCOVERY_LIFE_LEAST 3600
#define DISCOVERY_LIFE_MOST (7 * 86400)

enum discovery {
	DISCOVERY_FAILED = -1,
	DISCOVERY_UNUSED,	/* the account names the endpoint itself */
	DISCOVERY_FRESH,
	DISCOVERY_OLD		/* to be renewed when there is time for it */
};

/*
 * As metadata_complete, for a sign-in: always asks, and keeps what is said. A
 * failure to keep it is none.
 */
int discovery_request(struct account *a, char *const *needed,
    struct metadata *m, const struct scope *s, struct token_failure *why);

/*
 * For a refresh: fills a->token_endpoint and a->auth_methods of what is kept.
 * The issuer is asked
 * where nothing is kept, or what is kept is in doubt, or is_by_hand; in the
 * last two cases what is kept counts when the issuer cannot tell. why is as
 * token_request has it.
 */
enum discovery discovery_load(struct account *a, const struct scope *s,
    int is_by_hand, struct token_failure *why);

/*
 * What is kept seems not to hold any more: the next refresh asks the issuer
 * first.
 */
void discovery_mark_doubtful(const struct account *a, const struct scope *s);

/*
 * Renews what is kept for the account of that name, if it is old. Without the
 * account's lock, and after all that anybody waits for.
 */
void discovery_renew(const struct scope *s, const char *account);
