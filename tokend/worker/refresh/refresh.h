/*
 * refresh.h - the one place that decides to spend a refresh token.
 */
#ifndef TOKEND_REFRESH_H
#define TOKEND_REFRESH_H

#include "proto.h"
#include "scope.h"

/*
 * Renews the account's token, under the lock that the caller holds. Looks
 * again first: a token that is fresh by now is given as it is, and a failure
 * that still holds back is repeated; by_hand asks the provider at once and
 * forgets what hosts refused. Fills a; a's user is not set here. True if
 * discovery_renew is due, once nobody waits any more.
 */
int refresh_account(struct answer *a, const struct scope *s,
    const char *name, int by_hand);

#endif
