/* SPDX-License-Identifier: BSD-2-Clause */
/* discover_job.c - the job discover: what is known of an issuer or a domain */
#include "issuer/metadata.h"
#include "job/jobs.h"
#include "net/dns.h"

static int
send_metadata(struct job *j, const struct metadata *m)
{
	struct buf b = BUF_INIT(MESSAGE_BYTES_MAX);
	enum metadata_endpoint e = METADATA_TOKEN;
	int result = attrs_add(&b, "event", "metadata") == -1 ? -1 :
	    attrs_add(&b, "issuer", m->issuer);

	for (; result == 0 && e < METADATA_ENDPOINTS; e++)
		result = attrs_add(&b, metadata_name(e), m->endpoints[e]);
	return job_send(j, &b, result);
}

static int
ask_issuer(struct job *j, const char *issuer)
{
	struct http_settings settings = { .proxy = job_value(j, "proxy"),
	    .ca_file = job_value(j, "ca_file"),
	    .ca_dir = job_value(j, "ca_dir") };
	struct metadata m = METADATA_INIT;
	struct token_failure why;
	int result = -1;

	if (metadata_fetch(&m, &settings, issuer, &why) == -1 ||
	    metadata_check(&m, METADATA_TOKEN, &why.failure) == -1)
		j->why = why.failure;
	else
		result = send_metadata(j, &m);
	metadata_free(&m);
	return result;
}

static int
send_hosts(struct job *j, const struct dns_hosts *h)
{
	struct buf names = BUF_INIT(DNS_HOSTS_MAX * (DNS_NAME_MAX + 1));
	int result = 0;
	size_t i = 0;

	for (i = 0; i < h->count && result == 0; i++)
		result = (i > 0 && buf_add(&names, " ", 1) == -1) ||
		    buf_adds(&names, h->host[i].name) == -1 ? -1 : 0;
	result = result == -1 ? fail_memory(&j->why) : job_event(j, "mx",
	    "hosts", names.len > 0 ? buf_text(&names) : NULL, NULL);
	buf_free(&names);
	return result;
}

static int
ask_domain(struct job *j, const char *domain)
{
	struct dns_hosts h;

	return dns_mail_hosts(domain, &h, &j->why) == -1 ? -1 :
	    send_hosts(j, &h);
}

int
discover_run(struct job *j)
{
	const char *issuer = job_value(j, "issuer");
	const char *domain = job_value(j, "domain");

	if (issuer == NULL && domain == NULL)
		return fail(&j->why, STATUS_INTERNAL, "neither an issuer nor "
		    "a domain to ask for");
	if (issuer != NULL && ask_issuer(j, issuer) == -1)
		return -1;
	return domain != NULL ? ask_domain(j, domain) : 0;
}
