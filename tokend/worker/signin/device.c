/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/device.h"

#include <stdio.h>
#include <string.h>

#include "common/failure_text.h"
#include "json/json.h"
#include "base/name.h"
#include "net/form.h"
#include "net/url.h"
#include "oauth/post.h"
#include "oauth/token_answer.h"

#define GRANT_TYPE "urn:ietf:params:oauth:grant-type:device_code"

/* Seconds */
#define INTERVAL_DEFAULT 5	/* RFC 8628 3.2 */
#define INTERVAL_MOST 60
#define SLOW_DOWN 5		/* 3.5 */
#define EXPIRES_MOST 1800

/*
 * The answer
 */

/* A value for people: whole, printable, or not there. */
static void
take_text(char *out, size_t size, const char *text)
{
	if (text != NULL && strlen(text) < size &&
	    text_is_plain(text, strlen(text)))
		snprintf(out, size, "%s", text);
	else
		out[0] = '\0';
}

/* Only what a browser may be sent to. */
static void
take_uri(char out[DEVICE_TEXT_MAX], const char *uri)
{
	struct url u;

	take_text(out, DEVICE_TEXT_MAX, uri);
	if (url_read(&u, out) == -1)
		out[0] = '\0';
}

static void
take_times(struct device *d, const struct jdoc *doc)
{
	if (jdoc_integer(doc, "expires_in", &d->expires_in) == -1 ||
	    d->expires_in <= 0 || d->expires_in > EXPIRES_MOST)
		d->expires_in = EXPIRES_MOST;
	if (jdoc_integer(doc, "interval", &d->interval) == -1 ||
	    d->interval < 1)
		d->interval = INTERVAL_DEFAULT;
	if (d->interval > INTERVAL_MOST)
		d->interval = INTERVAL_MOST;
}

static int
take_answer(struct device *d, const struct jdoc *doc)
{
	const char *code = jdoc_string(doc, "device_code");
	const char *uri = jdoc_string(doc, "verification_uri");

	/* Google's spelling, of a draft of the RFC. */
	if (uri == NULL)
		uri = jdoc_string(doc, "verification_url");
	take_text(d->user_code, sizeof(d->user_code),
	    jdoc_string(doc, "user_code"));
	take_uri(d->uri, uri);
	take_uri(d->complete, jdoc_string(doc, "verification_uri_complete"));
	take_times(d, doc);
	return code == NULL || code[0] == '\0' || d->user_code[0] == '\0' ||
	    d->uri[0] == '\0' ? -1 : buf_adds(&d->code, code);
}

int
device_answer_read(struct device *d, const struct account *a,
    const struct http_answer *http, const struct mask *m,
    struct token_failure *why)
{
	struct token_answer none = TOKEN_ANSWER_INIT;
	struct jdoc *doc = NULL;
	const char *what = NULL;
	char name[TEXT_NAME_MAX];
	int result = -1;

	text_cut(name, sizeof(name), a->name);
	if (http->status < 300)
		doc = jdoc_parse(buf_text(&http->body), http->body.len, &what);
	if (doc != NULL && !jdoc_has(doc, "error")) {
		result = take_answer(d, doc);
		if (result == -1)
			fail(&why->failure, STATUS_LATER, "account \"%s\": %s "
			    "answered a device authorization without a usable "
			    "code or address (RFC 8628 3.2): sign in in a "
			    "browser instead", name, http->host);
	} else if (token_answer_read(a, http, m, &none, why) == 0) {
		/* Tokens, for a request that has none to give. */
		fail(&why->failure, STATUS_CONFIG, "account \"%s\": %s "
		    "answered a device authorization with tokens: check "
		    "device_authorization_endpoint", name, http->host);
	}
	jdoc_free(doc);
	token_answer_free(&none);
	return result;
}

int
device_begin(struct device *d, const struct account *a,
    const struct credential *c, struct token_failure *why)
{
	struct post p = POST_INIT;
	struct buf form = BUF_INIT(FORM_MAX);
	int result = -1;

	memset(why, 0, sizeof(*why));
	if (a->device_authorization_endpoint == NULL)
		return fail(&why->failure, STATUS_CONFIG, "account \"%s\": "
		    "its provider has no device_authorization_endpoint: sign "
		    "in in a browser instead", a->name);
	if (form_add(&form, "scope", a->scope) == -1)
		fail_memory(&why->failure);
	else
		result = post_send(&p, a, c, a->device_authorization_endpoint,
		    &form, why);
	if (result == 0)
		result = device_answer_read(d, a, &p.http, &p.mask, why);
	post_free(&p);
	buf_free(&form);
	return result;
}

/*
 * Polling
 */

int
device_form(const struct device *d, struct buf *form)
{
	return form_add(form, "grant_type", GRANT_TYPE) == -1 ? -1 :
	    form_add(form, "device_code", buf_text(&d->code));
}

int
device_goes_on(struct device *d, const struct token_failure *f)
{
	if (strcmp(f->detail.error, "authorization_pending") == 0)
		return 1;
	if (strcmp(f->detail.error, "slow_down") == 0) {
		d->interval += SLOW_DOWN;
		return 1;
	}
	if (f->failure.code != STATUS_LATER)
		return 0;
	/* A network that is down, too, wants fewer requests (3.5). */
	d->interval *= 2;
	if (d->interval > INTERVAL_MOST)
		d->interval = INTERVAL_MOST;
	return 1;
}

void
device_free(struct device *d)
{
	buf_free(&d->code);
}
