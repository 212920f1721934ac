/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * microsoft.h - whose endpoints are Microsoft's, in all of its clouds.
 */
#pragma once

/* True if the host of that address is one where Microsoft signs people in. */
int microsoft_has(const char *url);
