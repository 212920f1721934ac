/* SPDX-License-Identifier: BSD-2-Clause */
/* dns.c - the answer of a name server; dns.c is compiled in */
#include "net/dns.c"

#include "fuzz.h"

FUZZ_TARGET(dns)
{
	struct dns_hosts h = { .count = 0 };
	size_t i = 0;

	if (len > ANSWER_MAX || take_answer(&h, (const unsigned char *)data,
	    (int)len) == -1)
		return;
	MUST(h.count <= DNS_HOSTS_MAX);
	for (i = 0; i < h.count; i++) {
		MUST(dns_name_is_clean(h.host[i].name));
		MUST(i == 0 || h.host[i - 1].preference <=
		    h.host[i].preference);
	}
}
