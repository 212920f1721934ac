/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * detail.h - all that is known of a refusal by a provider, besides the one line
 * of a failure's text: for `tokend status` and the terminal.
 *
 * The worker fills it (oauth/refusal.h); it travels as attributes, in the state
 * file and in a job's last message. All texts are printable, and masked.
 */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"

#define DETAIL_ERROR_MAX 47
#define DETAIL_WORDS_MAX 2048
#define DETAIL_TEXT_MAX 600

/* Strings are "" where there is nothing to say. */
struct detail {
	char error[DETAIL_ERROR_MAX + 1];	/* RFC 6749's `error` */
	int64_t number;				/* of AADSTS; 0: none */
	char meaning[DETAIL_TEXT_MAX + 1];
	char remedy[DETAIL_TEXT_MAX + 1];	/* what to do */
	char words[DETAIL_WORDS_MAX + 1];	/* the provider's own, whole */
};

/* Adds what there is, as error, number, ...; -1 with errno as attrs_add. */
int detail_format(const struct detail *d, struct buf *b);

/* Takes what is there; the rest becomes "". */
void detail_parse(struct detail *d, struct attrs *a);
