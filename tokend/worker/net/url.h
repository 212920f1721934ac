/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * url.h - where a request goes, read out of its URL.
 *
 * Narrower than RFC 3986, and than any library's parser, so that none can find
 * another host in a URL than this does: plain host names and address literals,
 * no user, no escapes in the host, printable ASCII only.
 */
#pragma once

#define URL_HOST_MAX 256

struct url {
	int is_tls;		/* https; else http */
	int is_loopback;	/* literally localhost, 127.0.0.0/8 or [::1] */
	/* literally 169.254.169.254 or metadata.google.internal */
	int is_metadata;
	char host[URL_HOST_MAX];	/* an IPv6 literal without brackets */
};

/* Returns 0, or -1 if text is not such a URL. Names are not looked up. */
int url_read(struct url *u, const char *text);
