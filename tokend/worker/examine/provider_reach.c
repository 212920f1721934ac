/* SPDX-License-Identifier: BSD-2-Clause */
/* provider_reach.c - see examine.h: the path to the provider, and its clock */
#include <stdlib.h>
#include <string.h>

#include "common/date.h"
#include "examine/examine.h"
#include "lineio.h"
#include "net/http.h"

#define REACH_MS 10000
#define CLOCK_WARNING 30		/* seconds between two clocks */
#define CLOCK_FAULT 300

static const char *
proxy_source(const struct examination *x, const struct http_route *r)
{
	if (r->variable != NULL)
		return r->variable;
	return x->account.proxy_is_own ? x->account.path : "tokend.conf";
}

static void
report_proxy(struct examination *x, const struct http_route *r)
{
	if (r->proxy[0] == '\0')
		return;
	examine_found(x, "proxy", r->variable == NULL ||
	    x->scope->kind != SCOPE_SYSTEM ? PROXY_USED : PROXY_OF_SHELL,
	    KNOWN_VALUES({ "proxy", r->proxy },
	    { "source", proxy_source(x, r) },
	    { "folder", x->scope->config }));
}

static int
is_proxys(enum trouble_kind kind)
{
	return kind == TROUBLE_PROXY || kind == TROUBLE_NAME ||
	    kind == TROUBLE_NAME_SLOW || kind == TROUBLE_CONNECT ||
	    kind == TROUBLE_CONNECT_SLOW;
}

static void
report_unreached(struct examination *x, const struct http_settings *s,
    const struct http_answer *answer, const struct failure *why,
    const char *url)
{
	struct http_route r = { .variable = NULL };

	if (http_find_route(s, url, &r) == 0 && r.proxy[0] != '\0' &&
	    is_proxys(answer->trouble))
		examine_failed(x, "endpoint",
		    answer->trouble == TROUBLE_PROXY ? PROVIDER_PROXY :
		    r.variable != NULL ? PROVIDER_PROXY_ENV :
		    PROVIDER_PROXY_SET, why, KNOWN_VALUES(
		    { "proxy", r.proxy },
		    { "source", proxy_source(x, &r) }));
	else
		examine_unconnected(x, "endpoint", PROVIDER_UNREACHED,
		    answer->trouble, why, s->setting, answer->host);
}

static void
report_reached(struct examination *x, const struct http_answer *answer,
    const struct http_route *r)
{
	examine_found(x, "endpoint", PROVIDER_OK, KNOWN_VALUES(
	    { "host", answer->host },
	    { "by_proxy", r->proxy[0] != '\0' ? "through " : "" },
	    { "address", answer->address }, { "trusted",
	    answer->trusted[0] != '\0' ? answer->trusted : "the system's" }));
}

static void
report_clock(struct examination *x, const struct http_answer *answer)
{
	int64_t ahead = clock_seconds() - answer->head.date;
	char duration[DURATION_MAX] = "";
	enum examine_finding found = CLOCK_OK;

	if (answer->head.date == 0)
		found = CLOCK_UNKNOWN;
	else if (llabs(ahead) > CLOCK_FAULT)
		found = CLOCK_WRONG;
	else if (llabs(ahead) > CLOCK_WARNING)
		found = CLOCK_NEAR;
	examine_found(x, "clock", found, KNOWN_VALUES(
	    { "host", answer->host },
	    { "age", duration_text(duration, llabs(ahead)) },
	    { "seconds", KNOWN_NUMBER(llabs(ahead)) },
	    { "side", ahead > 0 ? "ahead of" : "behind" }));
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
	struct http_route r = { .variable = NULL };
	struct failure why;
	int result = 1;

	/* A cloud's own service and a program are asked by the renewal. */
	if (url == NULL)
		return 1;
	if (http_find_route(&s, url, &r) == 0)
		report_proxy(x, &r);
	/* To be refused is enough: nothing is sent that a token could cost. */
	if (http_get(&s, url, NULL, &answer, &why) == 0) {
		report_reached(x, &answer, &r);
		report_clock(x, &answer);
	} else {
		report_unreached(x, &s, &answer, &why, url);
		result = 0;
	}
	http_answer_free(&answer);
	return result;
}
