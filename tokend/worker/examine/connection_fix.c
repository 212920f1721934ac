/* SPDX-License-Identifier: BSD-2-Clause */
/* connection_fix.c - see examine.h: how to mend a connection, by what went wrong */
#include "examine/examine.h"

static void
mend_trust(struct finding *f, const struct examination *x)
{
	const struct account *a = &x->account;

	if (a->ca_file == NULL && a->ca_dir == NULL)
		finding_text(f->fix, "Run \"update-ca-certificates\" (Debian; "
		    "elsewhere reinstall the package ca-certificates).");
	else
		finding_text(f->fix, "Correct the line \"%s = %.200s\" of "
		    "%s or of tokend.conf, or remove it to trust the "
		    "system's certificates.",
		    a->ca_file != NULL ? "ca_file" : "ca_dir",
		    a->ca_file != NULL ? a->ca_file : a->ca_dir, a->path);
}

static void
mend_issuer(struct finding *f, const struct examination *x)
{
	if (x->account.ca_file != NULL || x->account.ca_dir != NULL)
		mend_trust(f, x);
	else
		finding_text(f->fix, "If the network has a proxy that "
		    "intercepts TLS, or a CA of its own, put the line "
		    "\"ca_file = FILE\" with that CA's certificate into %s. "
		    "If this system's certificates are old, run "
		    "\"update-ca-certificates\".", x->account.path);
}

void
examine_mend_trouble(struct finding *f, const struct examination *x,
    enum trouble_kind kind, const char *setting, const char *host)
{
	switch (kind) {
	case TROUBLE_NAME:
	case TROUBLE_NAME_SLOW:
		finding_text(f->fix, "See whether \"getent hosts %s\" finds "
		    "it. If not, mend DNS (/etc/resolv.conf), or the name in "
		    "%s of %s.", host, setting, x->account.path);
		break;
	case TROUBLE_TRUST:
		mend_trust(f, x);
		break;
	case TROUBLE_CERTIFICATE:
		mend_issuer(f, x);
		break;
	case TROUBLE_CERTIFICATE_TIME:
		finding_text(f->fix, "Compare \"date -u\" with another "
		    "clock; \"timedatectl set-ntp true\" sets it. If it is "
		    "right, the server's certificate has ended.");
		break;
	case TROUBLE_CERTIFICATE_NAME:
	case TROUBLE_NOT_HTTP:
	case TROUBLE_NOT_MAIL:
	case TROUBLE_NO_STARTTLS:
		finding_text(f->fix, "Correct %s of %s: it is not %s that "
		    "answers there as it should. Or a device on the way "
		    "changes what it says.", setting, x->account.path, host);
		break;
	default:
		finding_text(f->fix, "Let this machine connect to %s: see "
		    "its firewall, and what stands between. For the "
		    "provider a proxy will do: the line \"proxy = "
		    "http://HOST:PORT\" in tokend.conf.", host);
	}
}
