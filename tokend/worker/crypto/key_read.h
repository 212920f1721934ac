/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_read.h - private keys and certificates: PEM in memory, or what OpenSSL
 * opens by a URI (key_source.h). No question is ever asked at a terminal.
 */
#pragma once

#include "base/buf.h"
#include "base/status.h"

struct key_found;

/*
 * Where a key or a certificate comes from. Texts of failures begin with shown,
 * and name no account.
 */
struct key_from {
	const struct buf *pem;		/* the content, or NULL: */
	const char *uri;		/* what OpenSSL opens */
	const char *shown;		/* for texts */
	const struct buf *password;	/* or PIN; empty: there is none */
	const char *login;		/* the command that gives one */
};

/*
 * Fills found, which is zeroed, with a key, or else with certificates: one at
 * least. A PIN is tried once only, as cards count wrong ones. 0, or -1 with
 * STATUS_CONFIG, or STATUS_INTERNAL without memory. found is to be freed either
 * way.
 */
int key_read(const struct key_from *from, int want_key,
    struct key_found *found, struct failure *why);

void key_found_free(struct key_found *found);
