/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * issuer.h - an issuer (RFC 8414 2) in the forms in which people have it, where
 * its metadata may be, and whether what is found there is its own.
 *
 * RFC 8414 3.3 wants the issuer in the metadata to be identical to the one
 * that was asked, or one issuer could speak for another. Here those are one
 * that have the same addresses for their metadata: a slash at the end, the
 * whole address of the metadata, the case of the host, the default port. Who
 * answers for one of them answers for all, so none can be taken for another.
 * Another scheme, host, port or path is another issuer.
 */
#pragma once

#include <stddef.h>

#include "base/buf.h"
#include "net/url.h"
#include "base/status.h"

#define ISSUER_MAX 2048

/*
 * The first is RFC 8414 3.1's, the second OpenID Connect Discovery 4's. If the
 * issuer has a path, some put each where the other standard has it.
 */
enum issuer_place {
	ISSUER_OAUTH_BEFORE_PATH,
	ISSUER_OPENID_AFTER_PATH,
	ISSUER_OPENID_BEFORE_PATH,
	ISSUER_OAUTH_AFTER_PATH,
	ISSUER_PLACES
};

struct issuer {
	char base[ISSUER_MAX + 1];	/* without a slash at the end */
	size_t path;			/* where that begins in it */
	struct url url;
	enum issuer_place given;	/* ISSUER_PLACES: not a whole address */
};

/*
 * Reads what an account names. 0, or -1 with a STATUS_CONFIG that says what to
 * write in its place.
 */
int issuer_read(struct issuer *i, const char *text, struct failure *why);

/*
 * The addresses to ask, one after the other: how many there are, and address n;
 * the one that was given whole is the first. 0, or -1 without memory.
 */
size_t issuer_count_addresses(const struct issuer *i);
int issuer_address(const struct issuer *i, size_t n, struct buf *url);

/* True if the metadata is i's own, by the issuer that it names, or NULL. */
int issuer_is_same(const struct issuer *i, const char *named);

/* What the metadata names in place of i, and where it sends people. */
struct issuer_claim {
	const char *host;	/* that was asked, for texts */
	const char *named;	/* NULL: none */
	const char *token_endpoint;	/* NULL: none */
	const char *authorization_endpoint;
};

/* Fails with which of the mistakes that people make it is. Returns -1. */
int issuer_fail_other(const struct issuer *i, const struct issuer_claim *f,
    struct failure *why);

/*
 * An endpoint with https:// in place of http://, where that is at i's own
 * host and port and i is https; "" where not, or where out has no room.
 */
void issuer_https(const struct issuer *i, const char *endpoint, char *out,
    size_t size);
