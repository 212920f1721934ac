/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/trouble.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define REMEDY_MAX 128

static const char dns[] = "DNS", network[] = "the network, the firewall";

static const char *
setting_name(const struct trouble *t)
{
	return t->setting != NULL ? t->setting : "token_endpoint";
}

void
trouble_show_proxy(char out[HEAD_HOST_SHOWN], const char *proxy)
{
	const char *host = strstr(proxy, "://"), *at = strrchr(proxy, '@');

	host = at != NULL ? at + 1 : host != NULL ? host + 3 : proxy;
	head_copy_host(out, host, strcspn(host, "/"));
}

static int
fail_unreached(const struct trouble *t, const char *what, const char *check,
    struct failure *why)
{
	char shown[HEAD_HOST_SHOWN] = "";

	if (t->proxy == NULL)
		return fail(why, STATUS_LATER, "%s: %s: check %s, and %s",
		    t->host, what, check, setting_name(t));
	trouble_show_proxy(shown, t->proxy);
	return fail(why, STATUS_LATER, "%s: %s: check %s, and the proxy %s "
	    "(from %s)", t->host, what, check, shown, t->proxy_is_set ?
	    "the configuration" : "the environment");
}

/* Steps that fail, or that take too long. */
static const struct {
	const char *what;
	int is_slow;
	const char *check;
} steps[] = {
	[TROUBLE_NAME] = { "the name cannot be resolved", 0, dns },
	[TROUBLE_NAME_SLOW] = { "the name was not resolved", 1, dns },
	[TROUBLE_CONNECT_SLOW] = { "no connection", 1, network },
	[TROUBLE_TLS_SLOW] = { "connected, but no TLS session", 1, network }
};

static int
fail_step(const struct trouble *t, struct failure *why)
{
	char text[96] = "";

	if (!steps[t->kind].is_slow)
		return fail_unreached(t, steps[t->kind].what,
		    steps[t->kind].check, why);
	snprintf(text, sizeof(text), "%s within %ld s", steps[t->kind].what,
	    t->number);
	return fail_unreached(t, text, steps[t->kind].check, why);
}

static int
fail_connect(const struct trouble *t, struct failure *why)
{
	char text[96] = "";

	snprintf(text, sizeof(text), "cannot connect (%s)", t->number != 0 ?
	    strerror((int)t->number) : "no address answers");
	return fail_unreached(t, text, network, why);
}

static int
fail_proxy(const struct trouble *t, struct failure *why)
{
	char shown[HEAD_HOST_SHOWN] = "";

	trouble_show_proxy(shown, t->proxy != NULL ? t->proxy : "");
	return fail(why, STATUS_LATER, "%s: the proxy %s does not connect to "
	    "it, it answers HTTP %ld: %s", t->host, shown, t->number,
	    t->number == 407 ? "it wants a name and password, "
	    "proxy = http://USER:PASSWORD@HOST:PORT" :
	    "ask its administrator to allow this host");
}

static int
is_tls_proxy(const struct trouble *t)
{
	return t->proxy != NULL && strncasecmp(t->proxy, "https:", 6) == 0;
}

static int
fail_trust(const struct trouble *t, struct failure *why)
{
	if (t->ca_file == NULL && t->ca_dir == NULL)
		return fail(why, STATUS_CONFIG, "%s: not asked: this system's "
		    "certificates cannot be read: install ca-certificates",
		    t->host);
	return fail(why, STATUS_CONFIG, "%s: not asked: %s %.160s cannot be "
	    "read, or holds no certificate", t->host,
	    t->ca_file != NULL ? "ca_file" : "ca_dir",
	    t->ca_file != NULL ? t->ca_file : t->ca_dir);
}

static const char *
certificate_remedy(const struct trouble *t, char text[REMEDY_MAX])
{
	if (t->kind == TROUBLE_CERTIFICATE_TIME)
		return "check the clock of this machine";
	if (t->kind == TROUBLE_CERTIFICATE_NAME) {
		snprintf(text, REMEDY_MAX, "check %s, and who answers there",
		    setting_name(t));
		return text;
	}
	if (t->ca_file != NULL || t->ca_dir != NULL)
		return "check ca_file and ca_dir, which are trusted in place "
		    "of the system's";
	return "if a private CA or an intercepting proxy issued it, name that "
	    "CA with ca_file";
}

static int
fail_certificate(const struct trouble *t, struct failure *why)
{
	static const char prefix[] = "SSL certificate problem: ";
	const char *detail = t->detail;
	char remedy[REMEDY_MAX] = "";

	if (strncmp(detail, prefix, strlen(prefix)) == 0)
		detail += strlen(prefix);
	return fail(why, STATUS_LATER, "%s: its certificate%s is not accepted "
	    "(%.100s): %s", t->host, is_tls_proxy(t) ? ", or the proxy's," : "",
	    detail, certificate_remedy(t, remedy));
}

int
trouble_fail(const struct trouble *t, struct failure *why)
{
	switch (t->kind) {
	case TROUBLE_MEMORY:
		return fail_memory(why);
	case TROUBLE_NAME:
	case TROUBLE_NAME_SLOW:
	case TROUBLE_CONNECT_SLOW:
	case TROUBLE_TLS_SLOW:
		return fail_step(t, why);
	case TROUBLE_CONNECT:
		return fail_connect(t, why);
	case TROUBLE_PROXY:
		return fail_proxy(t, why);
	case TROUBLE_TRUST:
		return fail_trust(t, why);
	case TROUBLE_CERTIFICATE:
	case TROUBLE_CERTIFICATE_TIME:
	case TROUBLE_CERTIFICATE_NAME:
		return fail_certificate(t, why);
	case TROUBLE_TLS:
		return fail(why, STATUS_LATER, "%s: no TLS session (%.120s): "
		    "check that TLS 1.2 is spoken at %s%s", t->host, t->detail,
		    setting_name(t), is_tls_proxy(t) ?
		    ", and by the proxy" : "");
	case TROUBLE_SILENT:
		return fail(why, STATUS_LATER, "%s: connected, but silent for "
		    "%ld s: %s does not answer", t->host, t->number,
		    t->setting != NULL ? "it" : "the provider");
	case TROUBLE_CLOSED:
		return fail(why, STATUS_LATER, "%s: connected, but it closed "
		    "the connection without an answer", t->host);
	case TROUBLE_BROKEN:
		return fail(why, STATUS_LATER, "%s: its answer broke off",
		    t->host);
	case TROUBLE_SLOW:
		return fail(why, STATUS_LATER, "%s: its answer was not "
		    "complete after %ld s", t->host, t->number);
	case TROUBLE_NOT_HTTP:
		return fail(why, STATUS_LATER, "%s: what it answers is not "
		    "HTTP: check %s", t->host, setting_name(t));
	case TROUBLE_HEAD_LONG:
		return fail(why, STATUS_LATER, "%s: its answer has more than "
		    "%ld bytes of header: check %s", t->host, t->number,
		    setting_name(t));
	case TROUBLE_LINE_LONG:
	case TROUBLE_LINE_OR_MEMORY:
		return fail(why, STATUS_LATER, "%s: %sa line of its answer has "
		    "no end: check %s", t->host, t->kind == TROUBLE_LINE_LONG ?
		    "" : "no memory for its answer, or ", setting_name(t));
	case TROUBLE_BODY_LONG:
		return fail(why, STATUS_LATER, "%s: its answer is over %ld "
		    "bytes long: check %s", t->host, t->number,
		    setting_name(t));
	case TROUBLE_SOURCE:
		return fail(why, STATUS_LATER, "%s: the mail's file could not "
		    "be read to its end, or was changed while it was sent",
		    t->host);
	case TROUBLE_NONE:
	case TROUBLE_NOT_MAIL:
	case TROUBLE_NO_STARTTLS:
	case TROUBLE_OTHER:
		break;
	}
	return fail_unreached(t, t->detail, network, why);
}
