/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mask.h - keeping what was sent out of what is said about the answer: the
 * secrets of a request, collected for echo.h.
 */
#pragma once

#include <stddef.h>

#include "base/buf.h"
#include "net/form.h"

/* What a token request spends, by its grant_type: for texts. */
enum spent {
	SPENT_REFRESH_TOKEN,	/* or nothing that lasts */
	SPENT_CODE,		/* RFC 6749 4.1.3: good for one request */
	SPENT_DEVICE_CODE	/* RFC 8628 3.4 */
};

/* What proved the client in it. */
enum proof {
	PROOF_UNKNOWN,		/* no request was made */
	PROOF_NONE,
	PROOF_SECRET,
	PROOF_ASSERTION		/* signed by client_key, or out of a file */
};

struct mask {
	struct buf sent;	/* the secrets, for echo_mask */
	enum spent spent;
	enum proof proof;
};

#define MASK_INIT { .sent = BUF_INIT(3 * FORM_MAX), \
	.spent = SPENT_REFRESH_TOKEN, .proof = PROOF_UNKNOWN }

/* Both return 0, or -1 with errno as buf_add does. */
int mask_add(struct mask *m, const char *secret);

/*
 * Adds the values of a form, plain and as encoded, except for fields that are
 * no secrets (grant_type, client_id, scope, ...): so a field that is
 * added later is masked without being listed. Notes what the form spends, and
 * what proves the client; a secret in a header has been noted by the caller.
 */
int mask_add_form(struct mask *m, const struct buf *form);

/* echo_mask, with what was sent. */
void mask_copy(const struct mask *m, char *out, size_t size, const char *text,
    size_t len);

void mask_free(struct mask *m);
