/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * device_flow.h - a person signs in on another device (RFC 8628).
 */
#pragma once

#include "signin/attempt.h"

/*
 * Gets a code, tells it, and asks for tokens until they are there, refused, or
 * the code's time is over. 0 once what came is kept; -1 with at->job->why.
 */
int device_flow(struct attempt *at);
