/* SPDX-License-Identifier: BSD-2-Clause */
#include "refresh/keep.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "account/allow.h"
#include "common/date.h"
#include "common/log.h"
#include "crypto/digest.h"
#include "grant/grant.h"
#include "lineio.h"
#include "oauth/identity.h"
#include "base/shell_word.h"
#include "state/due.h"
#include "state/host_refusals.h"
#include "state/interrupted.h"
#include "state/token_cache.h"

/* ms between two tries to store a token: each has a line in the log. */
#define STORE_AGAIN_FIRST 500
#define STORE_AGAIN_MOST 10000

void
keep_look(struct keep *k, const struct scope *s, const struct account *a,
    int64_t now)
{
	budget_begin(&k->budget, clock_ms());
	k->scope = s;
	k->account = a;
	state_read(&k->state, s, a->name);
	k->was_interrupted = interrupted_find(&k->state, s, a->name);
	k->had_token = token_cache_read(&k->before, s, a, now) == 0;
}

static int
make_id(struct keep *k, struct failure *why)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char random[TOKEN_ID_LEN / 2];
	size_t i;

	if (random_fill(random, sizeof(random)) == -1)
		return fail(why, STATUS_LATER, "account \"%s\": no random "
		    "bytes from the kernel, so the provider is not asked: "
		    "%s", k->account->name, strerror(errno));
	for (i = 0; i < sizeof(random); i++) {
		k->id[2 * i] = hex[random[i] >> 4];
		k->id[2 * i + 1] = hex[random[i] & 15];
	}
	k->id[TOKEN_ID_LEN] = '\0';
	return 0;
}

int
keep_reserve(struct keep *k, int with_credential, struct failure *why)
{
	if (with_credential && keyring_read(&k->keyring, k->scope, why) == -1) {
		failure_name(why, k->account->name);
		return -1;
	}
	k->reserve.credential.mark = k->spends ? INTERRUPTED_MARK : NULL;
	return make_id(k, why) == -1 ? -1 : reserve_take(&k->reserve,
	    k->scope, k->account->name, with_credential, &k->budget, why);
}

static int
may_spend(const struct hooks *h, struct failure *why)
{
	struct keep *k = h->context;
	struct buf *token = &k->credential.refresh_token;

	/* For what comes, while nothing is lost without it. */
	if (buf_room(token, SECRET_MAX - token->len) == -1 ||
	    buf_room(&k->content, CREDENTIAL_FILE_MAX) == -1)
		return fail_memory(why);
	if (budget_check(&k->budget, clock_ms(), k->account->name,
	    k->scope->state, why) == -1)
		return -1;
	budget_spend(&k->budget);
	return 0;
}

static void
store_at_once(const struct hooks *h, const struct token_answer *t)
{
	struct keep *k = h->context;
	enum keep_taken taken = keep_take(k, t, &k->why_lost);

	k->was_lost = taken == KEEP_FAILED || (taken == KEEP_NEW &&
	    keep_credential(k, &k->why_lost) == -1);
}

const struct hooks *
keep_hooks(struct keep *k, int at_once)
{
	k->hooks = (struct hooks){ may_spend, at_once ? store_at_once : NULL,
	    k, BUDGET_REQUEST };
	return &k->hooks;
}

void
keep_ignore_signals(int ignore)
{
	/* SIGXFSZ is ignored by main.c at all times. */
	static const int numbers[] = { SIGINT, SIGHUP, SIGTERM, SIGQUIT,
	    SIGUSR1, SIGUSR2, SIGPIPE, SIGXCPU };
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		signal(numbers[i], ignore ? SIG_IGN : SIG_DFL);
}

enum keep_taken
keep_take(struct keep *k, const struct token_answer *t, struct failure *why)
{
	struct buf *kept = &k->credential.refresh_token;
	const struct buf *came = &t->refresh_token;

	if (k->was_lost) {
		*why = k->why_lost;
		return KEEP_FAILED;
	}
	if (!grant_needs_refresh_token(k->account->grant) || came->len == 0 ||
	    (kept->len == came->len &&
	    memcmp(buf_text(kept), buf_text(came), kept->len) == 0))
		return KEEP_SAME;
	buf_reset(kept);
	return buf_add(kept, came->data, came->len) == -1 ?
	    fail_memory(why) : KEEP_NEW;
}

/* One that is too long to be kept is not known. */
static void
set_scope(struct credential *c, const char *scope)
{
	buf_reset(&c->scope);
	(void)buf_adds(&c->scope, scope);
}

int
keep_scope(struct keep *k, const struct token_answer *t, const char *asked)
{
	struct credential *c = &k->credential;
	const char *scope = t->scope.len > 0 ? buf_text(&t->scope) :
	    asked != NULL ? asked : buf_text(&c->scope);
	char *known = k->state.scope;
	int is_new = 0;

	if (strlen(scope) > GRANTED_MAX)
		scope = "";
	/* One that was asked for by name may be a part of what was granted. */
	if (!t->names_scope && scope != buf_text(&c->scope))
		set_scope(c, scope);
	is_new = strcmp(known, scope) != 0;
	snprintf(known, sizeof(k->state.scope), "%s", scope);
	return is_new;
}

void
keep_recall_end(struct keep *k, const struct credential *c, int is_new)
{
	struct state *st = &k->state;

	if (!is_new && st->refreshed >= c->granted)
		return;
	st->consent = is_new ? (struct consent_end){ 0, 0 } : c->end;
	if (is_new)
		st->warned = 0;
}

void
keep_end(struct keep *k, const struct token_answer *t, int64_t asked,
    int is_new)
{
	struct state *st = &k->state;

	/* One that comes with a grant that needs none is not used. */
	if (grant_needs_refresh_token(k->account->grant))
		consent_end_note(&st->consent, asked, t->refresh_expires_in,
		    is_new);
	else
		st->consent = (struct consent_end){ 0, 0 };
	k->credential.end = st->consent;
}

int
keep_person(struct keep *k, const struct token_answer *t,
    int is_other_consent)
{
	struct person *p = &k->state.person;
	struct identity who;

	if (is_other_consent)
		memset(p, 0, sizeof(*p));
	identity_read(&who, &t->id_token, &t->access_token);
	return person_update(p, &who.person);
}

static int
try_to_store(struct keep *k)
{
	struct buf *content = &k->content;

	buf_reset(content);
	return credential_seal(&k->credential, &k->keyring, k->account->name,
	    content) == -1 ? -1 :
	    newfile_commit(&k->reserve.credential, content);
}

int
keep_credential(struct keep *k, struct failure *why)
{
	const char *name = k->account->name;
	int64_t until = clock_ms() + k->store_ms;
	int result, pause = STORE_AGAIN_FIRST;
	char duration[DURATION_MAX];

	while ((result = try_to_store(k)) == -1 &&
	    clock_ms() < until) {
		log_warning("account \"%s\": THE NEW REFRESH TOKEN CANNOT BE "
		    "STORED (%s/credentials: %s): tried again for %s, fix "
		    "the disk now or sign in again", name, k->scope->state,
		    strerror(errno), duration_text(duration,
		    (until - clock_ms()) / 1000));
		poll(NULL, 0, pause);
		pause = pause < STORE_AGAIN_MOST / 2 ? 2 * pause :
		    STORE_AGAIN_MOST;
	}
	k->has_stored = result == 0;
	if (result == -1)
		fail(why, STATUS_INTERNAL, "account \"%s\": the new refresh "
		    "token could not be stored (%s): sign in again, \"tokend "
		    "login %s\"", name, strerror(errno), SHELL_NAME(name));
	buf_reset(&k->content);
	return result;
}

static int
write_cache(struct keep *k, struct cache *c, struct answer *answer,
    struct failure *why)
{
	if (cache_format(c, &c->file) == -1)
		return fail_memory(why);
	if (newfile_commit(&k->reserve.cache, &c->file) == -1)
		log_warning("account \"%s\": its token cannot be kept: %s",
		    k->account->name, strerror(errno));
	if (answer == NULL)
		return 0;
	/* The answer lives longer than what the pointers point into. */
	if (cache_parse(c) == -1)
		return fail_memory(why);
	answer_from_cache(answer, c);
	return 0;
}

int
keep_access_token(struct keep *k, const struct token_answer *t,
    int64_t asked, struct answer *answer, struct failure *why)
{
	const struct account *a = k->account;
	struct buf refused = BUF_INIT(REFUSALS_MAX * (HOST_MAX + 1));
	struct buf allow = BUF_INIT(ALLOW_MAX);
	struct thresholds due = due_thresholds(asked, t->expires_in,
	    k->had_token ? k->before.expires : 0, a->refresh_before,
	    a->min_valid);
	struct cache c = { .id = k->id, .token = buf_text(&t->access_token),
	    .issued = asked, .fresh_until = due.fresh_until,
	    .expires = asked + t->expires_in, .min_valid = due.min_valid,
	    .hosts = a->hosts, .users = a->users,
	    .stamp = a->stamp, .file = BUF_INIT(CACHE_FILE_MAX) };
	int64_t renewal = due_before_end(asked, k->state.consent.since,
	    k->state.consent.at);
	int result;

	if (renewal > 0 && renewal < c.fresh_until)
		c.fresh_until = renewal;
	/* Where they do not fit, each request looks the names up. */
	if (allow_numbers(a->allow_is_own ? a->allow : NULL, &allow) == -1)
		buf_reset(&allow);
	if (refusals_list_hosts(&k->state, k->id, asked, &refused) == -1) {
		result = fail_memory(why);
	} else {
		c.refused = buf_text(&refused);
		c.allow = buf_text(&allow);
		result = write_cache(k, &c, answer, why);
	}
	cache_free(&c);
	buf_free(&refused);
	buf_free(&allow);
	return result;
}

void
keep_success(struct keep *k, int64_t asked)
{
	struct state *st = &k->state;

	st->refreshed = asked;
	refusals_note_renewal(st, k->had_token ? k->before.id : NULL);
	st->failures = st->interrupted = st->revoked = 0;
	st->code = STATUS_OK;
	st->text[0] = '\0';
	memset(&st->detail, 0, sizeof(st->detail));
	st->tried = st->retry_at = 0;
	keep_state(k);
}

void
keep_state(struct keep *k)
{
	struct buf content = BUF_INIT(STATE_FILE_MAX);

	if (state_format(&k->state, &content) == -1 ||
	    newfile_commit(&k->reserve.state, &content) == -1)
		log_warning("account \"%s\": its state cannot be written: %s",
		    k->account->name, strerror(errno));
	buf_free(&content);
}

void
keep_free(struct keep *k)
{
	reserve_release(&k->reserve);
	buf_free(&k->content);
	cache_free(&k->before);
	credential_free(&k->credential);
	keyring_wipe(&k->keyring);
}
