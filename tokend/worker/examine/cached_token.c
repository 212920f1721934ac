/* SPDX-License-Identifier: BSD-2-Clause */
/* cached_token.c - see examine.h: the token that programs have been given */
#include <string.h>

#include "account/send_right.h"
#include "examine/examine.h"
#include "knowledge/mail_passing.h"
#include "lineio.h"
#include "state/token_cache.h"

#define TRY_MS 5000	/* for a server */

/*
 * Logs in with the token, by the first mechanism. SASL_FAILED, too, if that
 * cannot be tried, or the server says that it passes.
 */
static enum sasl_result
try_token(const struct examination *x, enum account_server service,
    const char *token, char said[SASL_SAID_MAX + 1])
{
	struct mail_settings settings = mail_settings_of(&x->account, service);
	enum sasl_mechanism mechanism = SASL_XOAUTH2;
	enum sasl_result result = SASL_FAILED;
	struct failure why;
	struct mail *m = mail_open(&settings, clock_ms() + TRY_MS, &why);

	if (m != NULL && sasl_prepare(m, x->account.hosts, settings.setting,
	    &mechanism, &why) == 0)
		result = sasl_login(m, mechanism,
		    account_mailbox(&x->account, service), token, said, &why);
	if (result != SASL_FAILED)
		sasl_log_out(m);
	mail_close(m);
	return result == SASL_REFUSED && mail_passing(said) ? SASL_FAILED :
	    result;
}

int
examine_token(const struct examination *x, struct cache *c)
{
	int64_t now = clock_seconds();

	return token_cache_read(c, x->scope, &x->account, now) == 0 &&
	    now < c->expires;
}

static int
read_identified(const struct examination *x, struct cache *c)
{
	return examine_token(x, c) && strlen(c->id) == TOKEN_ID_LEN;
}

/* What only sends is refused by others, and that is right. */
static int
is_for(const struct account *a, enum account_server service)
{
	return !send_right_is_meant(a) ||
	    (service == SERVER_SMTP && !sending_is_api(a->send));
}

void
examine_cached(const struct examination *x, struct refused *r)
{
	struct cache c = CACHE_INIT;
	int i = 0, is_refused = 0;

	r->id[0] = '\0';
	if (read_identified(x, &c))
		for (i = 0; i < SERVERS && !is_refused; i++) {
			r->service = (enum account_server)i;
			is_refused = x->account.server[i] != NULL &&
			    is_for(&x->account, r->service) &&
			    try_token(x, r->service, c.token, r->said) ==
			    SASL_REFUSED;
		}
	if (is_refused)
		memcpy(r->id, c.id, TOKEN_ID_LEN + 1);
	cache_free(&c);
}

void
examine_replaced(struct examination *x, const struct refused *r)
{
	char said[SASL_SAID_MAX + 1] = "";
	struct cache c = CACHE_INIT;
	char host[256] = "";

	if (r->id[0] != '\0' && read_identified(x, &c) &&
	    strcmp(c.id, r->id) != 0 &&
	    try_token(x, r->service, c.token, said) == SASL_TAKEN) {
		examine_host(x, r->service, host);
		examine_found(x, "token", TOKEN_REPLACED, KNOWN_VALUES(
		    { "host", host }, { "said", r->said }));
	}
	cache_free(&c);
}
