/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns.h - who takes a domain's mail: MX records (RFC 5321 5). The only user of
 * libresolv, since getaddrinfo(3) knows addresses only.
 */
#pragma once

#include <stddef.h>

#include "base/status.h"

#define DNS_NAME_MAX 253	/* bytes, as text and without a last dot */
#define DNS_HOSTS_MAX 16

/* How often each name server is asked, and for how long the first time. */
#define DNS_TRIES 2
#define DNS_SECONDS 3

struct dns_hosts {
	size_t count;
	struct {
		unsigned preference;
		char name[DNS_NAME_MAX + 1];
	} host[DNS_HOSTS_MAX];
};

/*
 * True for a domain name of two labels or more, of letters, digits, '-' and
 * '_': what a mail domain is in ASCII (RFC 1123 2.1; an international one in
 * its xn-- form, RFC 5890).
 */
int dns_name_is_clean(const char *name);

/*
 * Asks the name servers of this machine for the mail exchangers of exactly
 * this domain; best first, the best DNS_HOSTS_MAX of them. One whose name is
 * not clean is left out. Returns 0, also where the domain has none or is not
 * there (h->count is 0); -1 with STATUS_CONFIG (the domain is not clean),
 * STATUS_LATER (no answer, or none that can be read) or STATUS_INTERNAL.
 */
int dns_mail_hosts(const char *domain, struct dns_hosts *h,
    struct failure *why);
