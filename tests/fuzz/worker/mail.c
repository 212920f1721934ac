/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mail.c - what a mail server says: what it offers, a login, and replies to a
 * mail that is sent. The bytes come through libcurl, which here is this file.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "echo.h"
#include "lineio.h"
#include "mail/connection_private.h"
#include "mail/sasl.h"
#include "send/smtp_refusal.h"

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
	char said[SASL_SAID_MAX + 1] = "";
	struct failure why = { .code = STATUS_OK };

	m.deadline = clock_ms() + 1000;
	if (sasl_login_mailbox(&m, mechanism, "alice", FUZZ_SECRET, said,
	    &why) == SASL_REFUSED)
		(void)sasl_fail_refused(&m, "alice", said, &why);
	fuzz_printable(said);
	fuzz_printable(why.text);
	fuzz_hides(said, strlen(said));
	fuzz_hides(why.text, strlen(why.text));
	sasl_log_out(&m);
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

static void
check_refusal(const char *server, enum smtp_step step, const char *address,
    const struct smtp_reply *r)
{
	struct failure why = { .code = STATUS_OK };

	smtp_fail_refused(&why, server, step, address, r);
	MUST(why.code == STATUS_LATER || why.code == STATUS_CONFIG ||
	    why.code == STATUS_MESSAGE);
	MUST(r->code / 100 == 5 || why.code != STATUS_CONFIG);
	MUST(why.code == STATUS_LATER || why.retry_after == 0);
	MUST(why.retry_after >= 0 && why.retry_after <= 3600);
	MUST(strncmp(why.text, server, strlen(server)) == 0);
	/* What is to be done is at its end, and was not cut. */
	MUST(strlen(why.text) < FAILURE_TEXT_MAX);
	fuzz_printable(why.text);
	fuzz_hides(why.text, strlen(why.text));
}

static enum smtp_step
step_of(char c)
{
	return c == 's' ? SMTP_AT_SENDER : c == 'r' ? SMTP_AT_RECIPIENT :
	    SMTP_AT_CONTENT;
}

/*
 * The first byte is 's' or 'r' for the step, else it is the content; the rest
 * of the line is the address, and the others are replies.
 */
FUZZ_TARGET(smtp_reply)
{
	struct buf text = fuzz_insert(data, len);
	struct buf secrets = BUF_INIT(ECHO_TOKEN_MAX);
	struct mail m = { .service = SERVER_SMTP, .server = "mail.test:587",
	    .task = "the mail", .in = BUF_INIT(MAIL_LINE_MAX),
	    .offers = OFFERS_INIT };
	const char *end = text.len > 0 ? memchr(text.data, '\n', text.len) :
	    NULL;
	char *address = end != NULL ? fuzz_text(text.data + 1,
	    end > text.data ? (size_t)(end - text.data) - 1 : 0) : NULL;
	struct failure why = { .code = STATUS_OK };
	struct smtp_reply r;

	MUST(echo_add_token(&secrets, FUZZ_SECRET, strlen(FUZZ_SECRET)) == 0);
	m.deadline = clock_ms() + 1000;
	if (end != NULL)
		coming = (struct part){ end + 1, text.len -
		    (size_t)(end + 1 - text.data) };
	while (end != NULL && smtp_reply_receive(&m, &secrets, &r,
	    &why) == 0) {
		MUST(r.code >= 200 && r.code < 600);
		/* The code's last digit may begin what is masked. */
		MUST(strtol(r.said, NULL, 10) == r.code ||
		    memchr(r.said, '*', 3) != NULL);
		fuzz_printable(r.said);
		fuzz_hides(r.said, strlen(r.said));
		if (r.code >= 400 && !fuzz_shows(address, strlen(address)))
			check_refusal(m.server, step_of(text.data[0]),
			    address, &r);
	}
	fuzz_printable(why.text);
	fuzz_hides(why.text, strlen(why.text));
	free(address);
	buf_free(&m.in);
	offers_free(&m.offers);
	buf_free(&secrets);
	buf_free(&text);
}
