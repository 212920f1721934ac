/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mail.c - what a mail server says: what it offers, and a login. The bytes
 * come through libcurl, which here is this file.
 */
#include "fuzz.h"

#include <string.h>

#include "lineio.h"
#include "mail/connection_private.h"
#include "mail/sasl.h"

CURLcode __wrap_curl_easy_recv(CURL *curl, void *data, size_t size,
    size_t *n);
CURLcode __wrap_curl_easy_send(CURL *curl, const void *data, size_t size,
    size_t *n);

static struct part coming;

CURLcode
__wrap_curl_easy_recv(CURL *curl, void *data, size_t size, size_t *n)
{
	(void)curl;
	*n = coming.len < size ? coming.len : size;
	memcpy(data, coming.data, *n);
	coming.data += *n;
	coming.len -= *n;
	return CURLE_OK;
}

CURLcode
__wrap_curl_easy_send(CURL *curl, const void *data, size_t size, size_t *n)
{
	(void)curl;
	(void)data;
	*n = size;
	return CURLE_OK;
}

static void
log_in(enum account_server service, enum sasl_mechanism mechanism)
{
	struct mail m = { .service = service, .server = "mail.test:1",
	    .task = "the login",
	    .in = BUF_INIT(MAIL_LINE_MAX), .offers = OFFERS_INIT };
	char said[SASL_SAID_MAX + 1] = "", inbox[SASL_SAID_MAX + 1] = "";
	struct failure why = { .code = STATUS_OK };
	int result = 0;

	m.deadline = clock_ms() + 1000;
	result = sasl_login(&m, service, mechanism, "alice", FUZZ_SECRET,
	    said, &why);
	if (result == 1 && service == SERVER_IMAP)
		(void)sasl_open_inbox(&m, FUZZ_SECRET, inbox, &why);
	if (result == 0)
		(void)sasl_fail_refused(&m, "alice", said, &why);
	fuzz_printable(said);
	fuzz_printable(inbox);
	fuzz_printable(why.text);
	fuzz_hides(said, strlen(said));
	fuzz_hides(inbox, strlen(inbox));
	fuzz_hides(why.text, strlen(why.text));
	sasl_log_out(&m, service);
	buf_free(&m.in);
	offers_free(&m.offers);
}

/* The first byte says which protocol it is, in capitals for OAUTHBEARER. */
static enum account_server
service_of(char c)
{
	return c == 'i' || c == 'I' ? SERVER_IMAP :
	    c == 'p' || c == 'P' ? SERVER_POP : SERVER_SMTP;
}

FUZZ_TARGET(mail)
{
	struct buf text = fuzz_insert(data, len);

	if (text.len > 0) {
		coming = (struct part){ text.data + 1, text.len - 1 };
		log_in(service_of(text.data[0]), text.data[0] >= 'a' ?
		    SASL_XOAUTH2 : SASL_OAUTHBEARER);
	}
	buf_free(&text);
}

FUZZ_TARGET(offers)
{
	struct offers o = OFFERS_INIT;
	struct buf text = fuzz_buf(data, strnlen(data, len), 65536);
	char *line = NULL, *rest = text.len > 0 ? text.data + 1 : NULL;

	o.service = service_of(len > 0 ? data[0] : 's');
	while ((line = strsep(&rest, "\n")) != NULL)
		offers_take(&o, line);
	(void)offers_has(&o, "XOAUTH2");
	MUST(o.names.len <= OFFERS_MAX && o.before.len <= OFFERS_MAX);
	offers_free(&o);
	buf_free(&text);
}
