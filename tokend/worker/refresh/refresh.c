/* refresh.c - see refresh.h */
#include "refresh/refresh.h"

#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "account/account.h"
#include "account/strikes.h"
#include "grant/grant.h"
#include "log.h"
#include "oauth/discovery.h"
#include "refresh/backoff.h"
#include "refresh/keep.h"
#include "refresh/notify.h"

/* One run, from the first look to the answer. */
struct run {
	const struct scope *scope;
	struct account account;
	struct keep keep;
	struct answer *answer;
	enum discovery discovery;
};

/* The refresh token that came replaces ours before its access token is used. */
static int
keep_tokens(struct run *r, const struct token_answer *t)
{
	int is_new = keep_take(&r->keep, t, &r->answer->failure);

	return is_new == 1 ? keep_credential(&r->keep, &r->answer->failure) :
	    is_new;
}

static void
succeed(struct run *r, const struct token_answer *t, int64_t asked)
{
	if (keep_tokens(r, t) == -1) {
		log_warning("%s", r->answer->failure.text);
		return;
	}
	if (keep_access_token(&r->keep, t, asked, r->answer,
	    &r->answer->failure) == 0)
		keep_success(&r->keep, asked);
}

static void
give_up(struct run *r, const struct token_failure *f)
{
	struct state *st = &r->keep.state;
	enum status before = st->code;
	unsigned short random = 0;

	r->answer->failure = f->failure;
	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) == -1)
		random = 0;
	backoff_note(st, f, r->account.stamp, (int64_t)time(NULL),
	    random % 1000);
	keep_state(&r->keep);
	r->answer->failure.retry_after = st->retry_at - st->tried;
	log_warning("%s", f->failure.text);
	if (backoff_is_permanent(f->failure.code) && before != f->failure.code)
		notify(&r->account, &f->failure);
}

static void
ask_provider(struct run *r, int by_hand)
{
	struct token_answer t = TOKEN_ANSWER_INIT;
	struct token_failure f = { .answered = 0 };
	int64_t asked = 0;

	r->discovery = discovery_recall(&r->account, r->scope, by_hand, &f);
	asked = (int64_t)time(NULL);
	keep_ignore_signals(1);
	if (r->discovery != DISCOVERY_FAILED && grant_request(&r->account,
	    &r->keep.credential, keep_spend(&r->keep), &t, &f) == 0) {
		succeed(r, &t, asked);
	} else {
		/* An answer can be of no use and have spent our token. */
		if (t.refresh_token.len > 0 && keep_tokens(r, &t) == -1)
			log_warning("%s", r->answer->failure.text);
		give_up(r, &f);
		if (f.is_elsewhere && r->discovery != DISCOVERY_UNUSED)
			discovery_doubt(&r->account, r->scope);
	}
	keep_ignore_signals(0);
	budget_end(&r->keep.budget);
	token_answer_free(&t);
}

/* What is known before the provider is asked: -1 when that is the answer. */
static int
look_again(struct run *r, int by_hand)
{
	struct keep *k = &r->keep;
	int64_t now = (int64_t)time(NULL);

	keep_look(k, r->scope, &r->account, now);
	if (by_hand) {
		strikes_forget(&k->state);
		return 0;
	}
	if (k->had_token &&
	    now < strikes_fresh_until(&k->state, &k->before) &&
	    now < k->before.expires - k->before.min_valid) {
		answer_from_cache(r->answer, &k->before);
		return -1;
	}
	return state_holds_back(&k->state, r->account.stamp, now,
	    &r->answer->failure) ? -1 : 0;
}

int
refresh_account(struct answer *a, const struct scope *s, const char *name,
    int by_hand)
{
	struct run r = { .scope = s, .keep = KEEP_INIT, .answer = a };
	int done = 0;

	fail(&a->failure, STATUS_INTERNAL, "account \"%s\": no result", name);
	if (account_load(&r.account, s, name, &a->failure) == 0 &&
	    look_again(&r, by_hand) == 0 &&
	    credential_read(&r.keep.credential, s, r.account.name,
	    &a->failure) != -1 && keep_reserve(&r.keep,
	    grant_needs_refresh_token(r.account.grant), &a->failure) == 0) {
		done = REFRESH_ASKED;
		ask_provider(&r, by_hand);
	}
	if (r.discovery == DISCOVERY_OLD && a->failure.code == STATUS_OK)
		done |= REFRESH_DISCOVERY_DUE;
	keep_free(&r.keep);
	account_free(&r.account);
	return done;
}
