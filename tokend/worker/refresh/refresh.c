/* refresh.c - see refresh.h */
#include "refresh/refresh.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "account/account.h"
#include "account/allow.h"
#include "account/due.h"
#include "account/state.h"
#include "account/strikes.h"
#include "account/token_cache.h"
#include "door/digest.h"
#include "grant/grant.h"
#include "lineio.h"
#include "log.h"
#include "refresh/backoff.h"
#include "refresh/notify.h"
#include "refresh/reserve.h"

#define STORE_AGAIN 500		/* ms between two tries to store a token */
#define STORE_UNTIL 28000	/* ms of the worker's life (main.c: 30 s) */

/* One run, from the first look to the answer. */
struct run {
	const struct scope *scope;
	int64_t store_deadline;
	struct account account;
	struct credential credential;
	int had_credential;	/* in the store, whatever was typed now */
	int is_entered;		/* credential was typed, and is not stored */
	struct state state;
	struct cache before;	/* the token that there was */
	int had_token;
	char id[TOKEN_ID_LEN + 1];	/* of the token to come */
	struct reserve reserve;
	struct answer *answer;
};

/*
 * Once the provider has been asked, a new refresh token may exist that only
 * we know. Nothing but the end of our time takes us away before it is stored.
 */
static void
ignore_signals(int ignore)
{
	static const int numbers[] = { SIGINT, SIGHUP, SIGTERM };
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		signal(numbers[i], ignore ? SIG_IGN : SIG_DFL);
}

static int
store_credential(struct run *r)
{
	struct buf content = BUF_INIT(CREDENTIAL_FILE_MAX);
	int result;

	if (credential_format(&r->credential, &content) == -1) {
		buf_free(&content);
		return fail_memory(&r->answer->failure);
	}
	while ((result = newfile_commit(&r->reserve.credential,
	    &content)) == -1 && clock_ms() < r->store_deadline) {
		log_warning("account \"%s\": THE NEW REFRESH TOKEN CANNOT BE "
		    "STORED (%s/credentials: %s): tried again, mend the disk "
		    "now or sign in again", r->account.name, r->scope->state,
		    strerror(errno));
		poll(NULL, 0, STORE_AGAIN);
	}
	if (result == -1)
		fail(&r->answer->failure, STATUS_INTERNAL, "account \"%s\": "
		    "the new refresh token could not be stored (%s): sign in "
		    "again, \"tokend login %s\"", r->account.name,
		    strerror(errno), r->account.name);
	buf_free(&content);
	return result;
}

/*
 * The refresh token that came replaces ours before the access token is used;
 * what was typed is stored now that it is proven.
 */
static int
keep_credential(struct run *r, const struct token_answer *t)
{
	struct buf *kept = &r->credential.refresh_token;
	int is_new = grant_needs_refresh_token(r->account.grant) &&
	    t->refresh_token.len > 0 && (kept->len != t->refresh_token.len ||
	    memcmp(kept->data, t->refresh_token.data, kept->len) != 0);

	if (is_new) {
		buf_reset(kept);
		if (buf_add(kept, t->refresh_token.data,
		    t->refresh_token.len) == -1)
			return fail_memory(&r->answer->failure);
	}
	if (!is_new && !r->is_entered)
		return 0;
	if (store_credential(r) == -1)
		return -1;
	/* What was reserved is used up: nothing more is there to store. */
	r->is_entered = 0;
	return 0;
}

static void
commit_state(struct run *r)
{
	struct buf content = BUF_INIT(STATE_FILE_MAX);

	if (state_format(&r->state, &content) == -1 ||
	    newfile_commit(&r->reserve.state, &content) == -1)
		log_warning("account \"%s\": its state cannot be written: %s",
		    r->account.name, strerror(errno));
	buf_free(&content);
}

/* Before the provider is asked, as all that may fail. */
static int
make_id(struct run *r)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char random[TOKEN_ID_LEN / 2];
	size_t i;

	if (random_fill(random, sizeof(random)) == -1)
		return fail(&r->answer->failure, STATUS_LATER, "account "
		    "\"%s\": no random bytes from the kernel, so nothing is "
		    "asked of the provider: %s", r->account.name,
		    strerror(errno));
	for (i = 0; i < sizeof(random); i++) {
		r->id[2 * i] = hex[random[i] >> 4];
		r->id[2 * i + 1] = hex[random[i] & 15];
	}
	r->id[TOKEN_ID_LEN] = '\0';
	return 0;
}

/*
 * The new token becomes the cache file, and the answer. An answer without a
 * cache is still one: this asker has his token, the next one asks again.
 */
static int
keep_access_token(struct run *r, const struct token_answer *t, int64_t asked)
{
	struct buf refused = BUF_INIT(STRIKES_MAX * (HOST_MAX + 1));
	struct buf allow = BUF_INIT(ALLOW_MAX);
	struct thresholds due = due_thresholds(asked, t->expires_in,
	    r->had_token ? r->before.expires : 0, r->account.refresh_before,
	    r->account.min_valid);
	struct cache c = { .id = r->id, .token = buf_text(&t->access_token),
	    .issued = asked, .fresh_until = due.fresh_until,
	    .expires = asked + t->expires_in, .min_valid = due.min_valid,
	    .hosts = r->account.hosts, .users = r->account.users,
	    .stamp = r->account.stamp, .file = BUF_INIT(CACHE_FILE_MAX) };
	int result = -1;

	/* Where they do not fit, each request looks the names up. */
	if (allow_numbers(r->account.allow_is_own ? r->account.allow : NULL,
	    &allow) == -1)
		buf_reset(&allow);
	if (strikes_hosts(&r->state, asked, &refused) == 0) {
		c.refused = buf_text(&refused);
		c.allow = buf_text(&allow);
		result = cache_format(&c, &c.file);
	}
	if (result == 0 &&
	    newfile_commit(&r->reserve.cache, &c.file) == -1)
		log_warning("account \"%s\": its token cannot be kept: %s",
		    r->account.name, strerror(errno));
	/* The answer lives longer than what the pointers point into. */
	if (result == 0)
		result = cache_parse(&c);
	if (result == 0)
		answer_from_cache(r->answer, &c);
	else
		fail_memory(&r->answer->failure);
	cache_free(&c);
	buf_free(&refused);
	buf_free(&allow);
	return result;
}

static void
succeed(struct run *r, const struct token_answer *t, int64_t asked)
{
	if (keep_credential(r, t) == -1) {
		log_warning("%s", r->answer->failure.text);
		return;
	}
	if (keep_access_token(r, t, asked) == -1)
		return;
	if (r->state.code != STATUS_OK)
		log_info("account \"%s\": renewed again, after %lld failures",
		    r->account.name, (long long)r->state.failures);
	r->state.refreshed = asked;
	r->state.renewals++;
	r->state.failures = 0;
	r->state.code = STATUS_OK;
	r->state.text[0] = '\0';
	r->state.tried = r->state.retry_at = 0;
	commit_state(r);
}

static void
give_up(struct run *r, const struct token_failure *f)
{
	enum status before = r->state.code;
	unsigned short random = 0;

	r->answer->failure = f->failure;
	if (r->is_entered) {
		/* Unproven: it may fill an empty place, and replace nothing. */
		if (backoff_is_permanent(f->failure.code) || r->had_credential)
			return;
		if (store_credential(r) == 0)
			fail(&r->answer->failure, f->failure.code, "%.*s "
			    "(stored all the same: it is tried again)",
			    FAILURE_TEXT_MAX - 45, f->failure.text);
	}
	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) == -1)
		random = 0;
	backoff_note(&r->state, f, r->account.stamp, (int64_t)time(NULL),
	    random % 1000);
	commit_state(r);
	r->answer->failure.retry_after = r->state.retry_at - r->state.tried;
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

	ignore_signals(1);
	if (grant_request(&r->account, &r->credential, &t, &f) == 0) {
		succeed(r, &t, asked);
	} else {
		/* An answer can be of no use and have spent our token. */
		if (t.refresh_token.len > 0 && keep_credential(r, &t) == -1)
			log_warning("%s", r->answer->failure.text);
		give_up(r, &f);
	}
	ignore_signals(0);
	token_answer_free(&t);
}

/* What is known before the provider is asked: -1 when that is the answer. */
static int
look_again(struct run *r, int by_hand)
{
	int64_t now = (int64_t)time(NULL);

	state_read(&r->state, r->scope, r->account.name);
	r->had_token = token_cache_read(&r->before, r->scope, &r->account,
	    now) == 0;
	if (by_hand) {
		memset(r->state.strikes, 0, sizeof(r->state.strikes));
		return 0;
	}
	if (r->had_token && now < r->before.fresh_until &&
	    now < r->before.expires - r->before.min_valid) {
		answer_from_cache(r->answer, &r->before);
		return -1;
	}
	return state_holds_back(&r->state, r->account.stamp, now,
	    &r->answer->failure) ? -1 : 0;
}

static int
take_credential(struct run *r, const struct credential *entered)
{
	struct failure *why = &r->answer->failure;
	int found = credential_read(&r->credential, r->scope,
	    r->account.name, why);

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
	r->credential.granted = (int64_t)time(NULL);
	return credential_replace(&r->credential, entered) == -1 ?
	    fail_memory(why) : 0;
}

void
refresh_account(struct answer *a, const struct scope *s, const char *name,
    int by_hand, const struct credential *entered)
{
	struct run r = { .scope = s,
	    .store_deadline = clock_ms() + STORE_UNTIL,
	    .credential = CREDENTIAL_INIT,
	    .before = CACHE_INIT, .answer = a,
	    .reserve = { { -1, -1, -1 }, NEWFILE_INIT, NEWFILE_INIT,
	    NEWFILE_INIT } };

	fail(&a->failure, STATUS_INTERNAL, "account \"%s\": no result", name);
	if (account_load(&r.account, s, name, &a->failure) == 0 &&
	    look_again(&r, by_hand || entered != NULL) == 0 &&
	    take_credential(&r, entered) == 0) {
		if (make_id(&r) == 0 &&
		    reserve_take(&r.reserve, s, r.account.name,
		    r.is_entered || grant_needs_refresh_token(r.account.grant),
		    &a->failure) == 0)
			ask_provider(&r);
		else
			log_warning("%s", a->failure.text);
	}
	reserve_release(&r.reserve);
	cache_free(&r.before);
	credential_free(&r.credential);
	account_free(&r.account);
}
