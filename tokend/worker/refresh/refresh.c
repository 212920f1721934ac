/* refresh.c - see refresh.h */
#include "refresh/refresh.h"

#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "account/account.h"
#include "grant/grant.h"
#include "lineio.h"
#include "log.h"
#include "refresh/backoff.h"
#include "refresh/keep.h"
#include "refresh/notify.h"

#define STORE_UNTIL 28000	/* ms of the worker's life (main.c: 30 s) */

/* One run, from the first look to the answer. */
struct run {
	const struct scope *scope;
	struct account account;
	struct keep keep;
	int had_credential;	/* in the store, whatever was typed now */
	int is_entered;		/* credential was typed, and is not stored */
	struct answer *answer;
};

/*
 * The refresh token that came replaces ours before the access token is used;
 * what was typed is stored now that it is proven.
 */
static int
keep_tokens(struct run *r, const struct token_answer *t)
{
	int is_new = keep_take(&r->keep, t, &r->answer->failure);

	if (is_new == -1)
		return -1;
	if (!is_new && !r->is_entered)
		return 0;
	if (keep_credential(&r->keep, &r->answer->failure) == -1)
		return -1;
	/* What was reserved is used up: nothing more is there to store. */
	r->is_entered = 0;
	return 0;
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
	if (r->is_entered) {
		/* Unproven: it may fill an empty place, and replace nothing. */
		if (backoff_is_permanent(f->failure.code) || r->had_credential)
			return;
		if (keep_credential(&r->keep, &r->answer->failure) == 0)
			fail(&r->answer->failure, f->failure.code, "%.*s "
			    "(stored all the same: it is tried again)",
			    FAILURE_TEXT_MAX - 45, f->failure.text);
	}
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
ask_provider(struct run *r)
{
	struct token_answer t = TOKEN_ANSWER_INIT;
	struct token_failure f = { .answered = 0 };
	int64_t asked = (int64_t)time(NULL);

	keep_ignore_signals(1);
	if (grant_request(&r->account, &r->keep.credential, &t, &f) == 0) {
		succeed(r, &t, asked);
	} else {
		/* An answer can be of no use and have spent our token. */
		if (t.refresh_token.len > 0 && keep_tokens(r, &t) == -1)
			log_warning("%s", r->answer->failure.text);
		give_up(r, &f);
	}
	keep_ignore_signals(0);
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
		memset(k->state.strikes, 0, sizeof(k->state.strikes));
		return 0;
	}
	if (k->had_token && now < k->before.fresh_until &&
	    now < k->before.expires - k->before.min_valid) {
		answer_from_cache(r->answer, &k->before);
		return -1;
	}
	return state_holds_back(&k->state, r->account.stamp, now,
	    &r->answer->failure) ? -1 : 0;
}

static int
take_credential(struct run *r, const struct credential *entered)
{
	struct credential *c = &r->keep.credential;
	struct failure *why = &r->answer->failure;
	int found = credential_read(c, r->scope, r->account.name, why);

	/* One that cannot be read is there: nothing unproven replaces it. */
	r->had_credential = found != 1;
	if (entered == NULL)
		return found == -1 ? -1 : 0;
	/*
	 * A damaged one is no reason to refuse a new one, but for a new secret
	 * alone, beside which its refresh token would be lost.
	 */
	if (found == -1 && entered->refresh_token.len == 0 &&
	    grant_needs_refresh_token(r->account.grant))
		return -1;
	r->is_entered = 1;
	c->granted = (int64_t)time(NULL);
	return credential_replace(c, entered) == -1 ? fail_memory(why) : 0;
}

void
refresh_account(struct answer *a, const struct scope *s, const char *name,
    int by_hand, const struct credential *entered)
{
	struct run r = { .scope = s, .keep = KEEP_INIT, .answer = a };

	r.keep.until = clock_ms() + STORE_UNTIL;
	fail(&a->failure, STATUS_INTERNAL, "account \"%s\": no result", name);
	if (account_load(&r.account, s, name, &a->failure) == 0 &&
	    look_again(&r, by_hand || entered != NULL) == 0 &&
	    take_credential(&r, entered) == 0) {
		if (keep_reserve(&r.keep, r.is_entered ||
		    grant_needs_refresh_token(r.account.grant),
		    &a->failure) == 0)
			ask_provider(&r);
		else
			log_warning("%s", a->failure.text);
	}
	keep_free(&r.keep);
	account_free(&r.account);
}
