/*
 * consent.h - what a person's consent is good for.
 */
#ifndef TOKEND_CONSENT_H
#define TOKEND_CONSENT_H

#include "signin/attempt.h"

/*
 * Before a person is asked: only the grant refresh_token lives on a consent.
 * 0, or -1 with STATUS_CONFIG in at->job->why.
 */
int consent_is_of_use(struct attempt *at);

/*
 * After it: without a refresh token in at->answer the account would end with
 * its first access token. 0, or -1 with STATUS_CONFIG.
 */
int consent_check(struct attempt *at);

#endif
