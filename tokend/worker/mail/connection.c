/* SPDX-License-Identifier: BSD-2-Clause */
#include "mail/connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/server_tls.h"
#include "lineio.h"
#include "mail/connection_private.h"
#include "base/number.h"

#define CONNECT_MS 8000

static const struct protocol {
	const char *name;	/* as people write it */
	const char *scheme;	/* libcurl's, and with TLS from the start */
	const char *scheme_tls;
} protocols[SERVERS] = {
	[SERVER_SMTP] = { "SMTP", "smtp", "smtps" },
	[SERVER_IMAP] = { "IMAP", "imap", "imaps" },
	[SERVER_POP] = { "POP3", "pop3", "pop3s" }
};

const char *
mail_server(const struct mail *m)
{
	return m->server;
}

const char *
mail_host(const struct mail *m)
{
	return m->url.host;
}

enum account_server
mail_service(const struct mail *m)
{
	return m->service;
}

struct mail_settings
mail_settings_of(const struct account *a, enum account_server service)
{
	return (struct mail_settings){ .service = service,
	    .server = a->server[service], .tls = a->tls[service],
	    .setting = server_key(service), .ca_file = a->ca_file,
	    .ca_dir = a->ca_dir };
}

void
mail_describe(const struct mail *m, struct mail_description *about)
{
	*about = (struct mail_description){ .address = m->address,
	    .trusted = transfer_trusted(&m->transfer),
	    .offered = buf_text(&m->offers.names),
	    .offered_before = buf_text(&m->offers.before) };
}

/* libcurl hands over what the server says line by line. */
static size_t
take_line(char *data, size_t size, size_t count, void *arg)
{
	struct mail *m = arg;
	char line[MAIL_LINE_MAX];

	m->has_greeted = 1;
	if (size * count >= sizeof(line))
		return size * count;
	memcpy(line, data, size * count);
	line[size * count] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
	make_printable(line, sizeof(line));
	snprintf(m->last, sizeof(m->last), "%.*s", MAIL_SHOWN_MAX - 1, line);
	/* Again: a character may have been cut. */
	make_printable(m->last, sizeof(m->last));
	offers_take(&m->offers, line);
	return size * count;
}

int
mail_offers(const struct mail *m, const char *mechanism)
{
	return offers_has(&m->offers, mechanism);
}

const struct mail_extensions *
mail_extensions(const struct mail *m)
{
	return &m->offers.extensions;
}

/*
 * The connection
 */

/* Fills url, port and server; -1 if that is no HOST[:PORT]. */
static int
find_server(struct mail *m, const char *given)
{
	char text[MAIL_SERVER_MAX + 16] = "";
	const char *colon = NULL;
	int64_t port = server_port(m->service);
	int is_literal = 0;

	if (strlen(given) >= MAIL_SERVER_MAX - 8 ||
	    strpbrk(given, "/?#@") != NULL)
		return -1;
	/* The same narrow reading of hosts as everywhere. */
	snprintf(text, sizeof(text), "https://%s", given);
	if (url_read(&m->url, text) == -1)
		return -1;
	is_literal = given[0] == '[';
	colon = given + strlen(m->url.host) + (is_literal ? 2 : 0);
	if (*colon == ':' && (number_read(colon + 1, &port) !=
	    strlen(colon + 1) || port < 1 || port > 65535))
		return -1;
	m->port = (int)port;
	snprintf(m->server, sizeof(m->server), "%s%s%s:%d",
	    is_literal ? "[" : "", m->url.host, is_literal ? "]" : "",
	    m->port);
	return 0;
}

static CURLcode
set_all(struct mail *m)
{
	const struct protocol *p = &protocols[m->service];
	const char *scheme = m->transfer.is_tls ? p->scheme_tls : p->scheme;
	long left = (long)(m->deadline - clock_ms());
	char url[MAIL_SERVER_MAX + 16] = "";
	CURLcode code = CURLE_OK;

	snprintf(url, sizeof(url), "%s://%s", scheme, m->server);
	code = transfer_set(&m->transfer, url, scheme, CONNECT_MS,
	    left > 0 ? left : 1);
	TRANSFER_SET(&m->transfer, code, CURLOPT_PROXY, "");
	TRANSFER_SET(&m->transfer, code, CURLOPT_CONNECT_ONLY, 1L);
	TRANSFER_SET(&m->transfer, code, CURLOPT_USE_SSL,
	    m->url.is_loopback ? (long)CURLUSESSL_TRY : (long)CURLUSESSL_ALL);
	TRANSFER_SET(&m->transfer, code, CURLOPT_HEADERFUNCTION, take_line);
	TRANSFER_SET(&m->transfer, code, CURLOPT_HEADERDATA, m);
	return code;
}

static void
set_trouble(const struct mail *m, enum trouble_kind kind)
{
	if (m->settings->trouble != NULL)
		*m->settings->trouble = kind;
}

/*
 * Which of the two ways into TLS a port has, no number says that is not
 * registered: what looks like the wrong one is said with the setting for it.
 */
static void
add_other_tls(const struct mail *m, enum trouble_kind kind,
    struct failure *why)
{
	size_t len = strlen(why->text);
	int is_tls = m->transfer.is_tls;

	if (is_tls ? kind != TROUBLE_TLS && kind != TROUBLE_TLS_SLOW :
	    m->has_greeted || (kind != TROUBLE_SILENT &&
	    kind != TROUBLE_CLOSED))
		return;
	snprintf(why->text + len, sizeof(why->text) - len, "; if port %d has "
	    "%s, put \"%s = %s\" into the account's file", m->port, is_tls ?
	    "STARTTLS" : "TLS from the start", server_tls_key(m->service),
	    server_tls_word(is_tls ? SERVER_TLS_STARTTLS :
	    SERVER_TLS_IMPLICIT));
}

static int
explain_failure(const struct mail *m, CURLcode code, struct failure *why)
{
	const struct protocol *p = &protocols[m->service];
	struct trouble t = { .host = m->server,
	    .setting = m->settings->setting,
	    .ca_file = m->settings->ca_file, .ca_dir = m->settings->ca_dir };

	if (code == CURLE_USE_SSL_FAILED) {
		set_trouble(m, TROUBLE_NO_STARTTLS);
		return fail(why, STATUS_CONFIG, "%s: no TLS, as it offers no "
		    "STARTTLS, and without it the token would be read on the "
		    "way: check %s (port %u has TLS from the start, another "
		    "port by \"%s = implicit\" in the account's file)",
		    m->server, t.setting, server_port_tls(m->service),
		    server_tls_key(m->service));
	}
	/* What is no reply in its protocol, libcurl waits for the end of. */
	if (code == CURLE_WEIRD_SERVER_REPLY ||
	    (code == CURLE_OPERATION_TIMEDOUT && m->has_greeted)) {
		set_trouble(m, TROUBLE_NOT_MAIL);
		return fail(why, STATUS_LATER, "%s: what it answers is not a "
		    "ready %s server's (%s): check %s", m->server, p->name,
		    m->last, t.setting);
	}
	t.kind = transfer_trouble(&m->transfer, code, m->has_greeted,
	    &t.number);
	t.detail = transfer_detail(&m->transfer, code, t.kind);
	set_trouble(m, t.kind);
	trouble_fail(&t, why);
	add_other_tls(m, t.kind, why);
	return -1;
}

/* Of a connection that has ended: the next one begins with a greeting, too. */
static void
forget_greeting(struct mail *m)
{
	m->has_greeted = 0;
	m->last[0] = '\0';
	offers_free(&m->offers);
	m->offers = (struct offers)OFFERS_INIT;
	m->offers.service = m->service;
}

static int
connect_to(struct mail *m, struct failure *why)
{
	CURLcode code = set_all(m);

	if (code != CURLE_OK)
		return transfer_fail_setting(&m->transfer, code, why);
	code = curl_easy_perform(m->transfer.curl);
	if (transfer_use_bundle(&m->transfer, code)) {
		forget_greeting(m);
		code = curl_easy_perform(m->transfer.curl);
	}
	transfer_address(&m->transfer, m->address);
	return code == CURLE_OK ? 0 : explain_failure(m, code, why);
}

struct mail *
mail_open(const struct mail_settings *s, int64_t deadline,
    struct failure *why)
{
	struct mail *m = calloc(1, sizeof(*m));

	if (m == NULL) {
		fail_memory(why);
		return NULL;
	}
	m->settings = s;
	m->task = "the login";
	m->service = s->service;
	m->deadline = deadline;
	m->offers = (struct offers)OFFERS_INIT;
	m->offers.service = s->service;
	m->in = (struct buf)BUF_INIT(MAIL_LINE_MAX);
	if (find_server(m, s->server) == -1) {
		fail(why, STATUS_CONFIG, "%s: %.100s is not a server: write "
		    "HOST or HOST:PORT", s->setting, s->server);
		free(m);
		return NULL;
	}
	m->transfer.host = m->server;
	m->transfer.ca_file = s->ca_file;
	m->transfer.ca_dir = s->ca_dir;
	m->transfer.is_tls = server_is_implicit(m->service,
	    (unsigned)m->port, s->tls);
	if (transfer_begin(&m->transfer, why) == -1) {
		free(m);
		return NULL;
	}
	if (connect_to(m, why) == -1) {
		mail_close(m);
		return NULL;
	}
	m->settings = NULL;
	return m;
}

void
mail_close(struct mail *m)
{
	if (m == NULL)
		return;
	transfer_end(&m->transfer);
	offers_free(&m->offers);
	buf_free(&m->in);
	free(m);
}
