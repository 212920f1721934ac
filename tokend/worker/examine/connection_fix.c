/* SPDX-License-Identifier: BSD-2-Clause */
/* connection_fix.c - see examine.h: what fixes a connection */
#include "examine/examine.h"

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
