/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * microsoft.h - whose endpoints are Microsoft's, in all of its clouds.
 */
#ifndef TOKEND_ACCOUNT_MICROSOFT_H
#define TOKEND_ACCOUNT_MICROSOFT_H

/* True if the host of that address is one where Microsoft signs people in. */
int microsoft_has(const char *url);

#endif
