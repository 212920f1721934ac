/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * device.h - the device authorization grant (RFC 8628): its request, its
 * answer, and what each poll of the token endpoint means.
 */
#pragma once

#include <stdint.h>

#include "account/account.h"
#include "base/buf.h"
#include "net/http.h"
#include "net/mask.h"
#include "oauth/token_request.h"
#include "base/status.h"
#include "store/store.h"

#define DEVICE_CODE_MAX 4096
#define DEVICE_TEXT_MAX 1024	/* with NUL */

struct device {
	struct buf code;		/* secret */
	char user_code[64];
	char uri[DEVICE_TEXT_MAX];	/* verification_uri */
	char complete[DEVICE_TEXT_MAX];	/* with the code in it, or "" */
	int64_t expires_in;		/* seconds */
	int64_t interval;		/* seconds between two polls */
};

#define DEVICE_INIT { .code = BUF_INIT(DEVICE_CODE_MAX) }

/*
 * Asks for a code (3.1, 3.2). -1 with why: STATUS_CONFIG where the account has
 * no device authorization endpoint, or its client or scope is refused there.
 */
int device_begin(struct device *d, const struct account *a,
    const struct credential *c, struct token_failure *why);

/* Reads the answer; m masks what was sent. 0, or -1 with why. */
int device_answer_read(struct device *d, const struct account *a,
    const struct http_answer *http, const struct mask *m,
    struct token_failure *why);

/* The form of the token request (3.4); -1 as buf_add does. */
int device_form(const struct device *d, struct buf *form);

/*
 * What a token request that failed means (3.5): 1 if it goes on, with
 * d->interval grown where it must; 0 if that is the end.
 */
int device_goes_on(struct device *d, const struct token_failure *f);

void device_free(struct device *d);
