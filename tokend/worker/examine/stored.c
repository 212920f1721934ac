/* stored.c - see examine.h: what there is without asking anybody */
#include <stdlib.h>
#include <string.h>

#include "account/state.h"
#include "account/strikes.h"
#include "examine/examine.h"
#include "grant/grant.h"
#include "lineio.h"
#include "oauth/client_key.h"
#include "span.h"
#include "store/store.h"

#define UNUSED_LONG (60 * 86400)	/* s; Microsoft's limit is 90 days */
#define STRIKE_RECENT 86400

static void
tell_no_consent(struct examination *x)
{
	const struct account *a = &x->account;
	struct finding *f = examine_add(x, "token", DOCTOR_FAULT,
	    STATUS_SIGN_IN, "nobody has signed in: no refresh token is "
	    "stored.");

	finding_text(f->matters, "Without it tokend gets no access token, and "
	    "no mail program can log in.");
	if (a->device_authorization_endpoint != NULL)
		finding_text(f->mend, "Run \"tokend login %s\"; where there "
		    "is no browser, \"tokend login --device %s\".", a->name,
		    a->name);
	else
		finding_text(f->mend, "Run \"tokend login %s\"; where there "
		    "is no browser, open the address that it shows on "
		    "another machine, and paste the final one.", a->name);
}

static void
tell_consent(struct examination *x, const struct credential *c,
    const struct state *st, int64_t now)
{
	char granted[SPAN_MAX] = "", used[SPAN_MAX] = "";
	int64_t last = st->refreshed > c->granted ? st->refreshed :
	    c->granted;
	struct finding *f = NULL;

	span_text(granted, now - c->granted);
	span_text(used, now - last);
	if (last > 0 && now - last > UNUSED_LONG) {
		f = examine_add(x, "token", DOCTOR_ODD, STATUS_OK,
		    "its refresh token was not used for %s.", used);
		finding_text(f->matters, "Providers end one that is not used: "
		    "Microsoft after 90 days, Google after 6 months. Then a "
		    "person must sign in again.");
		finding_text(f->mend, "Run \"tokend refresh %s\" now, and let "
		    "tokend serve run, or cron the same once a week.",
		    x->account.name);
	} else if (c->granted > 0 && st->refreshed > 0) {
		examine_add(x, "token", DOCTOR_GOOD, STATUS_OK,
		    "signed in %s ago, last renewed %s ago.", granted, used);
	} else {
		examine_add(x, "token", DOCTOR_GOOD, STATUS_OK,
		    "a refresh token is stored.");
	}
}

/* A key that cannot be opened fails at the next request only. */
static void
look_at_key(struct examination *x, const struct credential *c)
{
	struct client_key at = CLIENT_KEY_INIT;
	struct failure why;
	struct key *k = NULL;
	int found = client_key_find(&x->account, c, &at, &why);

	if (found == 0 && ((k = client_key_open(&x->account, c, &at,
	    &why)) == NULL || client_key_certify(&x->account, c, k,
	    &why) == -1))
		found = -1;
	if (found == 0)
		examine_add(x, "token", DOCTOR_GOOD, STATUS_OK, "its private "
		    "key opens (%s).", at.shown);
	else if (found == -1)
		examine_advise(x, examine_failure(x, "token", &why),
		    &(struct detail){ .error = "" });
	key_free(k);
	client_key_free(&at);
}

static void
look_at_failure(struct examination *x, const struct state *st, int64_t now)
{
	char ago[SPAN_MAX] = "";
	struct finding *f = NULL;

	if (st->code == STATUS_OK)
		return;
	span_text(ago, now - st->tried);
	if (strcmp(st->stamp, x->account.stamp) != 0) {
		f = examine_add(x, "token", DOCTOR_ODD, STATUS_OK, "its last "
		    "renewal failed %s ago, before its file was changed.",
		    ago);
		finding_text(f->matters, "It said: %s", st->text);
		finding_text(f->mend, "Run \"tokend refresh %s\" to try what "
		    "the file says now.", x->account.name);
		return;
	}
	f = examine_failure(x, "token", &(struct failure){ .code = st->code });
	finding_text(f->found, "%s (%s ago)", st->text, ago);
	examine_advise(x, f, &st->detail);
}

/* What programs met, which had a token and were refused. */
static void
look_at_strikes(struct examination *x, const struct state *st, int64_t now)
{
	const struct strike *k = NULL;
	struct finding *f = NULL;
	char ago[SPAN_MAX] = "";
	int i = 0;

	for (i = 0; i < STRIKES_MAX; i++) {
		k = &st->strikes[i];
		if (k->count == 0 || now - k->when > STRIKE_RECENT)
			continue;
		f = examine_add(x, "token", k->count > 1 ? DOCTOR_FAULT :
		    DOCTOR_ODD, STATUS_REJECTED, "%s refused %s %s ago, and "
		    "said: %s", k->host, k->count > 1 ? "two fresh tokens" :
		    "a token", span_text(ago, now - k->when),
		    k->said[0] != '\0' ? k->said : "nothing");
		examine_advise_mail(x, f, SERVER_SMTP, k->said);
	}
}

void
examine_stored(struct examination *x)
{
	struct credential c = CREDENTIAL_INIT;
	struct state *st = calloc(1, sizeof(*st));
	int64_t now = clock_seconds();
	struct failure why;
	int found = -1;

	if (st == NULL)
		return;
	state_read(st, x->scope, x->account.name);
	found = credential_read(&c, x->scope, x->account.name, &why);
	if (found == -1)
		examine_advise(x, examine_failure(x, "token", &why),
		    &(struct detail){ .error = "" });
	else if (!grant_needs_refresh_token(x->account.grant))
		look_at_key(x, &c);
	else if (c.refresh_token.len == 0)
		tell_no_consent(x);
	else
		tell_consent(x, &c, st, now);
	/* Where the provider is asked anew, what it said once is no news. */
	if (!x->is_live)
		look_at_failure(x, st, now);
	look_at_strikes(x, st, now);
	credential_free(&c);
	free(st);
}
