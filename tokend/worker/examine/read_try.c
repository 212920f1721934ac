/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * read_try.c - see examine.h: a token that only sends is refused all else, and
 * that is tried where the token may go: at hosts that the account lists.
 */
#include <stdio.h>
#include <string.h>

#include "account/send_right.h"
#include "common/failure_text.h"
#include "examine/examine.h"
#include "json/api_error.h"
#include "knowledge/mail_advice.h"
#include "knowledge/send_refusals.h"
#include "lineio.h"
#include "mail/sasl.h"
#include "base/name.h"
#include "net/form.h"
#include "net/http.h"

#define TRY_MS 12000
#define ADDRESS_MOST 2048
#define BEARER "Authorization: Bearer "

static void
report(struct examination *x, enum sending_finding found,
    const struct known_value *values)
{
	examine_row(x, "mail", &sending_findings[found], values);
}

static void
report_untried(struct examination *x, const char *why)
{
	report(x, READ_UNTRIED, KNOWN_VALUES({ "why", why }));
}

/* A token that is valid now; else why not is reported. */
static int
find_token(struct examination *x, struct cache *c)
{
	if (examine_token(x, c))
		return 1;
	report_untried(x, "there is no token that is valid now");
	return 0;
}

/* Of what passes the server says nothing about the token. */
static enum sending_finding
judge_login(enum sasl_result result, const char *said)
{
	if (result == SASL_TAKEN)
		return READ_LOGIN_ALLOWED;
	return mail_advice_find(said)->code == STATUS_LATER ? READ_PASSES :
	    READ_LOGIN_REFUSED;
}

static void
try_login(struct examination *x, struct mail *m, const char *token)
{
	enum sasl_mechanism mechanism = SASL_XOAUTH2;
	char said[SASL_SAID_MAX + 1] = "";
	enum sasl_result result;
	struct failure why;

	if (sasl_choose(m, &mechanism) == -1) {
		report_untried(x, "its server offers no login by a token");
		return;
	}
	result = sasl_login_mailbox(m, mechanism,
	    account_mailbox(&x->account, mail_service(m)), token, said, &why);
	if (result == SASL_FAILED) {
		report_untried(x, why.text);
		return;
	}
	report(x, judge_login(result, said), KNOWN_VALUES(
	    { "server", mail_server(m) },
	    { "mechanism", sasl_names[mechanism] }, { "said", said }));
	sasl_log_out(m);
}

void
examine_read_login(struct examination *x, enum account_server service)
{
	struct mail_settings settings = mail_settings_of(&x->account, service);
	struct cache c = CACHE_INIT;
	struct failure why;
	struct mail *m = NULL;
	char host[256];

	examine_host(x, service, host);
	/* It would be given away to another service. */
	if (!host_matches(x->account.hosts, host))
		return;
	if (find_token(x, &c)) {
		m = mail_open(&settings, clock_ms() + TRY_MS, &why);
		if (m == NULL)
			report_untried(x, why.text);
		else
			try_login(x, m, c.token);
	}
	mail_close(m);
	cache_free(&c);
}

/* A list of one mail's number, of which nothing is shown. */
static int
make_address(struct buf *url, const struct account *a, const char *user)
{
	const char *const base = a->send_endpoint;

	if (a->send == SEND_GMAIL)
		return sending_address(url, base, "/gmail/v1/users/me/"
		    "messages?maxResults=1");
	if (a->grant == GRANT_REFRESH_TOKEN)
		return sending_address(url, base, "/v1.0/me/messages?$top=1&"
		    "$select=id");
	return sending_address(url, base, "/v1.0/users/") == -1 ||
	    form_encode(url, user) == -1 ? -1 :
	    buf_adds(url, "/messages?$top=1&$select=id");
}

/* The refusals that only say: not with this token's rights. */
static int
is_no_right(long status, const struct api_error *e)
{
	static const char *const names[] = { "insufficientPermissions",
	    "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "ErrorAccessDenied",
	    "Authorization_RequestDenied", "accessDenied",
	    "PERMISSION_DENIED" };
	size_t i;

	for (i = 0; status == 403 && i < sizeof(names) / sizeof(names[0]);
	    i++)
		if (strcmp(e->name, names[i]) == 0)
			return 1;
	return 0;
}

/* The row of a refusal to send is of the same fault, for all but the right. */
static void
report_refusal(struct examination *x, const struct http_answer *http,
    const struct api_error *e, const char *said)
{
	const struct account *a = &x->account;
	const struct known *row = send_refusal_find(a->send == SEND_GMAIL ?
	    SEND_API_GMAIL : SEND_API_GRAPH, http->status,
	    e->name[0] != '\0' ? e->name : NULL, e->words);
	char fix[FINDING_TEXT_MAX + 1];

	if (row->code == STATUS_LATER || row->code == STATUS_MESSAGE) {
		report(x, API_OTHER, KNOWN_VALUES({ "host", http->host },
		    { "said", said }));
		return;
	}
	known_fill(fix, sizeof(fix), row->fix, KNOWN_VALUES(
	    { "account", a->name }, { "client", a->client_id },
	    { "user", account_mailbox(a, SERVER_SMTP) }));
	report(x, API_REFUSED, KNOWN_VALUES({ "host", http->host },
	    { "said", said }, { "meaning", row->why }, { "remedy", fix }));
}

static void
judge_answer(struct examination *x, const struct http_answer *http,
    const char *token)
{
	struct api_error e;
	char said[API_ERROR_NAME_MAX + API_ERROR_WORDS_MAX + 32];

	api_error_read(&e, &http->body, token);
	snprintf(said, sizeof(said), "%ld%s%s%s%.200s", http->status,
	    e.name[0] != '\0' ? " " : "", e.name,
	    e.words[0] != '\0' ? ": " : "", e.words);
	if (http->status / 100 == 2)
		report(x, READ_ALLOWED, KNOWN_VALUES({ "host", http->host }));
	else if (is_no_right(http->status, &e))
		report(x, READ_REFUSED, KNOWN_VALUES({ "host", http->host },
		    { "said", said }));
	else
		report_refusal(x, http, &e, said);
}

static void
ask_api(struct examination *x, const char *url, const char *token)
{
	const struct account *a = &x->account;
	const struct http_settings s = { .proxy = a->proxy,
	    .ca_file = a->ca_file, .ca_dir = a->ca_dir, .total_ms = TRY_MS,
	    .setting = "send_endpoint" };
	struct buf field = BUF_INIT(TOKEN_MAX + sizeof(BEARER));
	struct http_answer http = HTTP_ANSWER_INIT;
	struct failure why;

	if (buf_adds(&field, BEARER) == -1 || buf_adds(&field, token) == -1) {
		report_untried(x, "there is no memory");
	} else {
		const char *const fields[] = { buf_text(&field), NULL };

		if (http_get(&s, url, fields, &http, &why) == 0)
			judge_answer(x, &http, token);
		else
			report(x, API_UNREACHED, KNOWN_VALUES(
			    { "failure", why.text }, { "host", http.host }));
	}
	http_answer_free(&http);
	buf_free(&field);
}

void
examine_read_request(struct examination *x)
{
	const struct account *a = &x->account;
	struct buf url = BUF_INIT(ADDRESS_MOST);
	struct cache c = CACHE_INIT;
	char host[256];

	if (sending_host(a->send, NULL, a->send_endpoint, host,
	    sizeof(host)) == -1 || !host_matches(a->hosts, host))
		report_untried(x, "hosts of its file does not list the host "
		    "of send_endpoint");
	else if (make_address(&url, a, account_mailbox(a, SERVER_SMTP)) ==
	    -1)
		report_untried(x, "there is no memory");
	else if (find_token(x, &c))
		ask_api(x, buf_text(&url), c.token);
	buf_free(&url);
	cache_free(&c);
}
