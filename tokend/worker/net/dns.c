/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "net/dns.h"

#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_MAX 65535	/* bytes, what any answer can have */
#define LABEL_MAX 63
#define RECORDS_MAX 256		/* that are looked at */

static const char label_bytes[] = "abcdefghijklmnopqrstuvwxyz"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

int
dns_name_is_clean(const char *name)
{
	size_t len = 0, labels = 0, total = strlen(name);

	if (total > DNS_NAME_MAX)
		return 0;
	for (;; name += len + 1) {
		len = strspn(name, label_bytes);
		if (len == 0 || len > LABEL_MAX || name[0] == '-' ||
		    name[len - 1] == '-')
			return 0;
		labels++;
		if (name[len] == '\0')
			return labels > 1;
		if (name[len] != '.')
			return 0;
	}
}

/* In its place by preference; after equal ones that came before it. */
static void
insert_host(struct dns_hosts *h, unsigned preference, const char *name)
{
	size_t at = h->count, last = 0;

	while (at > 0 && h->host[at - 1].preference > preference)
		at--;
	if (at == DNS_HOSTS_MAX)
		return;
	last = h->count < DNS_HOSTS_MAX ? h->count++ : DNS_HOSTS_MAX - 1;
	memmove(&h->host[at + 1], &h->host[at],
	    (last - at) * sizeof(h->host[0]));
	h->host[at].preference = preference;
	memcpy(h->host[at].name, name, strlen(name) + 1);
}

/* An MX record's data: two bytes of preference, and a name (RFC 1035 3.3.9). */
static void
take_record(struct dns_hosts *h, const ns_msg *answer, const ns_rr *record)
{
	char name[NS_MAXDNAME];

	if (ns_rr_type(*record) != ns_t_mx || ns_rr_class(*record) != ns_c_in ||
	    ns_rr_rdlen(*record) < NS_INT16SZ + 1 ||
	    ns_name_uncompress(ns_msg_base(*answer), ns_msg_end(*answer),
	    ns_rr_rdata(*record) + NS_INT16SZ, name, sizeof(name)) == -1)
		return;
	/* "." says that there is none (RFC 7505), and is not clean. */
	if (dns_name_is_clean(name))
		insert_host(h, ns_get16(ns_rr_rdata(*record)), name);
}

static int
take_answer(struct dns_hosts *h, const unsigned char *data, int len)
{
	ns_msg answer;
	ns_rr record;
	int i = 0, count = 0;

	if (ns_initparse(data, len, &answer) == -1)
		return -1;
	count = ns_msg_count(answer, ns_s_an);
	for (i = 0; i < count && i < RECORDS_MAX; i++) {
		if (ns_parserr(&answer, ns_s_an, i, &record) == -1)
			return h->count > 0 ? 0 : -1;
		take_record(h, &answer, &record);
	}
	return 0;
}

/* The length of the answer; 0 if there is no such record; -1. */
#ifndef HAVE_RES_NINIT
/* musl has no more than this: resolv.conf sets the time, 10 s without. */
static int
query_records(const char *domain, unsigned char *data)
{
	int len = res_query(domain, ns_c_in, ns_t_mx, data, ANSWER_MAX);

	return len == -1 && (h_errno == HOST_NOT_FOUND || h_errno == NO_DATA) ?
	    0 : len;
}
#else
static int
query_records(const char *domain, unsigned char *data)
{
	struct __res_state state;
	int len = 0;

	memset(&state, 0, sizeof(state));
	if (res_ninit(&state) == -1)
		return -1;
	state.retrans = DNS_SECONDS;
	state.retry = DNS_TRIES;
	/* TCP has no time limit here: what fits into a datagram is enough. */
	state.options |= RES_IGNTC;
	state.options &= ~(unsigned long)RES_USEVC;
	len = res_nquery(&state, domain, ns_c_in, ns_t_mx, data, ANSWER_MAX);
	if (len == -1 && (state.res_h_errno == HOST_NOT_FOUND ||
	    state.res_h_errno == NO_DATA))
		len = 0;
	res_nclose(&state);
	return len;
}
#endif

int
dns_mail_hosts(const char *domain, struct dns_hosts *h, struct failure *why)
{
	unsigned char *data = NULL;
	int len = 0, result = -1;

	h->count = 0;
	if (!dns_name_is_clean(domain))
		return fail(why, STATUS_CONFIG, "\"%.80s\" is not a mail "
		    "domain: write it like example.org, in ASCII", domain);
	if ((data = malloc(ANSWER_MAX)) == NULL)
		return fail_memory(why);
	if ((len = query_records(domain, data)) == -1)
		fail(why, STATUS_LATER, "%s: its mail exchangers cannot be "
		    "looked up: check DNS (/etc/resolv.conf)", domain);
	else if (len > 0 && take_answer(h, data, len) == -1)
		fail(why, STATUS_LATER, "%s: the answer of DNS about its mail "
		    "exchangers is malformed", domain);
	else
		result = 0;
	free(data);
	return result;
}
