/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * service_account.h - the key file of a Google service account, as the console
 * gives it: a JSON object with the private key and its owner's name.
 */
#pragma once

#include "base/buf.h"
#include "json/json.h"
#include "base/status.h"

/* Strings are borrowed from doc. */
struct service_account {
	struct jdoc *doc;
	const char *client_email;	/* never NULL */
	const char *private_key;	/* PEM, never NULL */
	const char *private_key_id;	/* these two may be */
	const char *token_uri;
};

/* True for what is such a file rather than PEM. */
int service_account_is(const struct buf *content);

/*
 * Reads content, which shown names in texts. 0; -1 with STATUS_CONFIG, or
 * _INTERNAL without memory; then the text names no account. To be freed.
 */
int service_account_read(struct service_account *s, const struct buf *content,
    const char *shown, struct failure *why);

void service_account_free(struct service_account *s);
