/* SPDX-License-Identifier: BSD-2-Clause */
/* provider_reach.c - see examine.h: the way to the provider, and its clock */
#include <stdlib.h>
#include <string.h>

#include "common/duration.h"
#include "examine/examine.h"
#include "lineio.h"
#include "net/http.h"

#define REACH_MS 10000
#define CLOCK_ODD 30		/* seconds between two clocks */
#define CLOCK_FAULT 300

static const char *
proxy_source(const struct examination *x, const struct http_route *r)
{
	if (r->variable != NULL)
		return r->variable;
	return x->account.proxy_is_own ? x->account.path : "tokend.conf";
}

static void
tell_proxy(struct examination *x, const struct http_route *r)
{
	struct finding *f = NULL;

	if (r->proxy[0] == '\0')
		return;
	if (r->variable == NULL || x->scope->kind != SCOPE_SYSTEM) {
		examine_add(x, "proxy", VERDICT_OK, STATUS_OK, "the proxy "
		    "%s is used (from %s).", r->proxy, proxy_source(x, r));
		return;
	}
	f = examine_add(x, "proxy", VERDICT_WARNING, STATUS_OK, "the proxy %s "
	    "is used, from %s of this shell's environment.", r->proxy,
	    r->variable);
	finding_text(f->matters, "tokend serve has another environment, and "
	    "may go without that proxy.");
	finding_text(f->fix, "Put the line \"proxy = http://%s\" into "
	    "%s/tokend.conf; or \"proxy = none\", if there shall be none.",
	    r->proxy, x->scope->config);
}

static void
mend_proxy(struct finding *f, const struct examination *x,
    const struct http_route *r, enum trouble_kind kind)
{
	if (kind == TROUBLE_PROXY)
		finding_text(f->fix, "If it wants a name and password (HTTP "
		    "407), put the line \"proxy = http://USER:PASSWORD@%s\" "
		    "into %s; else let whoever runs it open this host.",
		    r->proxy, x->account.path);
	else if (r->variable != NULL)
		finding_text(f->fix, "Correct the environment's %s; or put "
		    "the line \"proxy = none\" into %s to use none.",
		    r->variable, x->account.path);
	else
		finding_text(f->fix, "Correct the line \"proxy = ...\" in "
		    "%s, or put \"proxy = none\" into %s to use none.",
		    proxy_source(x, r), x->account.path);
}

static void
tell_unreached(struct examination *x, const struct http_settings *s,
    const struct http_answer *answer, const struct failure *why,
    const char *url)
{
	struct finding *f = examine_failure(x, "endpoint", why);
	struct http_route r = { .variable = NULL };

	finding_text(f->matters, "The provider cannot be asked for a new "
	    "token: when the present one ends, nothing can log in.");
	if (http_find_route(s, url, &r) == 0 && r.proxy[0] != '\0' &&
	    (answer->trouble == TROUBLE_PROXY ||
	    answer->trouble == TROUBLE_NAME ||
	    answer->trouble == TROUBLE_NAME_SLOW ||
	    answer->trouble == TROUBLE_CONNECT ||
	    answer->trouble == TROUBLE_CONNECT_SLOW))
		mend_proxy(f, x, &r, answer->trouble);
	else
		examine_mend_trouble(f, x, answer->trouble, s->setting,
		    answer->host);
}

static void
tell_reached(struct examination *x, const struct http_answer *answer,
    const struct http_route *r)
{
	examine_add(x, "endpoint", VERDICT_OK, STATUS_OK, "%s answers (%s%s); "
	    "its certificate was checked with %s.", answer->host,
	    r->proxy[0] != '\0' ? "by way of " : "", answer->address,
	    answer->trusted[0] != '\0' ? answer->trusted : "the system's");
}

static void
tell_clock(struct examination *x, const struct http_answer *answer)
{
	int64_t ahead = clock_seconds() - answer->head.date;
	char duration[DURATION_MAX] = "";
	struct finding *f = NULL;

	if (answer->head.date == 0) {
		examine_add(x, "clock", VERDICT_UNKNOWN, STATUS_OK, "%s does "
		    "not say what time it is.", answer->host);
		return;
	}
	duration_text(duration, llabs(ahead));
	if (llabs(ahead) <= CLOCK_ODD) {
		examine_add(x, "clock", VERDICT_OK, STATUS_OK, "the clocks "
		    "of this machine and of %s agree (%s).", answer->host,
		    duration);
		return;
	}
	f = examine_add(x, "clock", llabs(ahead) > CLOCK_FAULT ?
	    VERDICT_FAULT : VERDICT_WARNING, STATUS_CONFIG, "this machine's "
	    "clock is %lld s %s that of %s.", (long long)llabs(ahead),
	    ahead > 0 ? "ahead of" : "behind", answer->host);
	finding_text(f->matters, "Tokens and certificates seem to end too "
	    "early or too late, and signed requests (client_key, service "
	    "accounts) are refused.");
	finding_text(f->fix, "Run \"timedatectl set-ntp true\", or what "
	    "sets the clock here; \"date -u\" shows it.");
}

int
examine_reach(struct examination *x)
{
	const struct account *a = &x->account;
	const char *url = a->token_endpoint != NULL ? a->token_endpoint :
	    a->issuer;
	struct http_settings s = { .proxy = a->proxy, .ca_file = a->ca_file,
	    .ca_dir = a->ca_dir, .total_ms = REACH_MS,
	    .setting = a->token_endpoint != NULL ? "token_endpoint" :
	    "issuer" };
	struct http_answer answer = HTTP_ANSWER_INIT;
	static const char *const fields[] = { NULL };
	struct http_route r = { .variable = NULL };
	struct failure why;
	int result = 1;

	/* A cloud's own service and a program are asked by the renewal. */
	if (url == NULL)
		return 1;
	if (http_find_route(&s, url, &r) == 0)
		tell_proxy(x, &r);
	/* To be refused is enough: nothing is sent that a token could cost. */
	if (http_get(&s, url, fields, &answer, &why) == 0) {
		tell_reached(x, &answer, &r);
		tell_clock(x, &answer);
	} else {
		tell_unreached(x, &s, &answer, &why, url);
		result = 0;
	}
	http_answer_free(&answer);
	return result;
}
