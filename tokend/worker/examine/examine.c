/* SPDX-License-Identifier: BSD-2-Clause */
#include "examine/examine.h"

#include <stdio.h>
#include <string.h>

#include "knowledge/mail_advice.h"
#include "base/name.h"

#define VALUES_MOST 16

/* Servers of Exchange Online, in all clouds. */
static const char exchange[] = "*.office365.com *.office365.us *.outlook.com "
    "partner.outlook.cn *.partner.outlook.cn *.mx.microsoft";

const char *const examine_service[SERVERS] = { [SERVER_SMTP] = "SMTP",
    [SERVER_IMAP] = "IMAP", [SERVER_POP] = "POP3" };

static void
add_finding(struct examination *x, const char *check,
    const struct known *row, enum status code, const char *failure,
    const struct known_value *values)
{
	struct finding *f = &x->finding[x->count < EXAMINE_MOST ?
	    x->count++ : EXAMINE_MOST - 1];
	struct known_value all[VALUES_MOST + 1] = {
	    { "account", x->name }, { "account_name", x->account.name },
	    { "file", x->account.path }, { "failure", failure } };
	size_t n = 4;

	for (; values != NULL && values->name != NULL && n < VALUES_MOST;
	    values++)
		all[n++] = *values;
	known_finding(f, check, row, all);
	f->code = code;
}

void
examine_row(struct examination *x, const char *check,
    const struct known *row, const struct known_value *values)
{
	add_finding(x, check, row, row->code, NULL, values);
}

void
examine_found(struct examination *x, const char *check,
    enum examine_finding found, const struct known_value *values)
{
	examine_row(x, check, &examine_findings[found], values);
}

void
examine_failed(struct examination *x, const char *check,
    enum examine_finding found, const struct failure *why,
    const struct known_value *values)
{
	char prefix[TEXT_NAME_MAX + 16] = "";
	const char *text = why->text;

	/* It may name the account already. */
	snprintf(prefix, sizeof(prefix), "account \"%s\": ", x->name);
	if (strncmp(text, prefix, strlen(prefix)) == 0)
		text += strlen(prefix);
	add_finding(x, check, &examine_findings[found], why->code, text,
	    values);
}

static enum examine_finding
explain_code(enum status code)
{
	switch (code) {
	case STATUS_SIGN_IN:
		return FAILED_SIGN_IN;
	case STATUS_LATER:
		return FAILED_LATER;
	case STATUS_CONFIG:
		return FAILED_CONFIG;
	default:
		return FAILED_OTHER;
	}
}

void
examine_advise(struct examination *x, const char *check,
    const struct failure *why, const struct detail *d)
{
	const struct known *row = &examine_findings[explain_code(why->code)];
	char fix[FINDING_TEXT_MAX + 1];

	known_fill(fix, sizeof(fix), row->fix, KNOWN_VALUES(
	    { "account_name", x->account.name },
	    { "file", x->account.path }));
	examine_failed(x, check, FAILED_ADVISED, why, KNOWN_VALUES(
	    { "meaning", d->meaning[0] != '\0' ? d->meaning : row->why },
	    { "remedy", d->remedy[0] != '\0' ? d->remedy : fix }));
}

static enum examine_finding
explain_trouble(const struct examination *x, enum trouble_kind kind,
    enum examine_finding otherwise)
{
	const int has_trust = x->account.ca_file != NULL ||
	    x->account.ca_dir != NULL;

	switch (kind) {
	case TROUBLE_NAME:
	case TROUBLE_NAME_SLOW:
		return CONNECTION_NAME;
	case TROUBLE_TRUST:
		return has_trust ? CONNECTION_TRUST_SET : CONNECTION_TRUST;
	case TROUBLE_CERTIFICATE:
		return has_trust ? CONNECTION_TRUST_SET : CONNECTION_ISSUER;
	case TROUBLE_CERTIFICATE_TIME:
		return CONNECTION_TIME;
	case TROUBLE_CERTIFICATE_NAME:
	case TROUBLE_NOT_HTTP:
	case TROUBLE_NOT_MAIL:
	case TROUBLE_NO_STARTTLS:
		return CONNECTION_OTHER;
	default:
		return otherwise;
	}
}

void
examine_unconnected(struct examination *x, const char *check,
    enum examine_finding otherwise, enum trouble_kind kind,
    const struct failure *why, const char *setting, const char *host)
{
	const struct account *a = &x->account;

	examine_failed(x, check, explain_trouble(x, kind, otherwise), why,
	    KNOWN_VALUES({ "why", examine_findings[otherwise].why },
	    { "setting", setting }, { "host", host },
	    { "setting_trust", a->ca_file != NULL ? "ca_file" : "ca_dir" },
	    { "path", a->ca_file != NULL ? a->ca_file : a->ca_dir }));
}

void
examine_refused(struct examination *x, enum account_server service,
    const char *server, const char *mechanism, const char *said)
{
	const struct account *a = &x->account;
	const struct known *advice = mail_advice_find(said);
	const char *user = account_mailbox(a, service);
	char steps[FINDING_TEXT_MAX + 1];

	known_fill(steps, sizeof(steps), advice->machine_fix != NULL &&
	    a->grant != GRANT_REFRESH_TOKEN ? advice->machine_fix :
	    advice->fix, KNOWN_VALUES({ "user", user },
	    { "account", a->name },
	    { "client", a->client_id != NULL ? a->client_id : "ID" }));
	add_finding(x, "mail", &examine_findings[LOGIN_REFUSED], advice->code,
	    NULL,
	    KNOWN_VALUES({ "server", server }, { "user", user },
	    { "mechanism", mechanism }, { "said", said },
	    { "meaning", advice->why }, { "remedy", steps }));
}

void
examine_host(const struct examination *x, enum account_server service,
    char host[256])
{
	const char *server = x->account.server[service];
	size_t len = 0;

	host[0] = '\0';
	if (server == NULL)
		return;
	len = server[0] == '[' ? strcspn(server, "]") : strcspn(server, ":");
	server += server[0] == '[';
	snprintf(host, 256, "%.*s", (int)len, server);
}

int
examine_is_exchange(const struct examination *x)
{
	char host[256] = "";
	int i = 0;

	for (i = 0; i < SERVERS; i++) {
		examine_host(x, (enum account_server)i, host);
		if (host[0] != '\0' && host_matches(exchange, host))
			return 1;
	}
	return 0;
}
