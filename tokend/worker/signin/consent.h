/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * consent.h - what a person's consent is good for.
 */
#pragma once

#include "issuer/metadata.h"
#include "signin/attempt.h"

/*
 * Before a person is asked: only the grant refresh_token lives on a consent.
 * 0, or -1 with STATUS_CONFIG in at->job->why.
 */
int consent_check_grant(struct attempt *at);

/*
 * Fills the endpoint where a person consents, e, and the token endpoint, of
 * what the issuer says, and leaves offline_access out of the account's scope
 * where the issuer lists its scopes without it. *sends_iss is as metadata.h
 * has it. 0, or -1 with at->job->why.
 */
int consent_discover(struct attempt *at, enum metadata_endpoint e,
    int *sends_iss);

/*
 * After it: without a refresh token in at->answer the account would end with
 * its first access token. 0, or -1 with STATUS_CONFIG.
 */
int consent_check_answer(struct attempt *at);
