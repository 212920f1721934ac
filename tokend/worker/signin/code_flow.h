/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * code_flow.h - a person signs in with a browser, on this machine or another
 * (RFC 8252): from the address shown to the browser's last page.
 */
#pragma once

#include "signin/attempt.h"

/*
 * The authorization code flow (RFC 6749 4.1). Without receive the final
 * address is pasted only. 0 once what came is kept; -1 with at->job->why.
 */
int code_flow(struct attempt *at, int receive);
