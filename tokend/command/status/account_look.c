/* SPDX-License-Identifier: BSD-2-Clause */
/* account_look.c - an account's health, by its files; see account_view.h */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/folder.h"
#include "state/interrupted.h"
#include "files/lock.h"
#include "state/host_refusals.h"
#include "state/token_cache.h"
#include "base/shell_word.h"
#include "command/status/account_view.h"
#include "common/date.h"
#include "lineio.h"

/* Only if that is certain: what cannot be read may exist. */
static int
has_no_credential(const struct scope *s, const char *name)
{
	struct stat st;
	int folder = folder_open(s, "credentials", NULL), result;

	if (folder == -1)
		return 0;
	result = fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == -1 &&
	    errno == ENOENT;
	close(folder);
	return result;
}

/* Nothing has failed yet, but the next renewal has nothing to renew with. */
static void
note_signed_out(struct view *v, const struct scope *s, int64_t now)
{
	char word[SHELL_WORD_MAX(NAME_MAX_LEN)], duration[DURATION_MAX];
	const int is_consent = v->account.grant == GRANT_REFRESH_TOKEN;
	const int64_t revoked = v->state.revoked;

	if (v->state.code != STATUS_OK && v->state.code != STATUS_LATER)
		return;
	if (revoked == 0 && !(is_consent &&
	    has_no_credential(s, v->account.name)))
		return;
	shell_word(word, sizeof(word), v->account.name);
	if (revoked != 0)
		fail(&v->failure, is_consent ? STATUS_SIGN_IN : STATUS_CONFIG,
		    "account \"%s\": its consent was revoked here %s ago. To "
		    "use it again: \"tokend login %s\"", v->account.name,
		    duration_text(duration, now - revoked), word);
	else
		fail(&v->failure, STATUS_SIGN_IN, "account \"%s\": no refresh "
		    "token is stored. Sign in: \"tokend login %s\"",
		    v->account.name, word);
}

/*
 * Perhaps no client has met that yet; and nothing that failed before can be
 * fixed meanwhile.
 */
static void
note_unusable(struct view *v, const struct scope *s,
    const struct usable *folders)
{
	struct usable u = *folders;

	usable_account(&u, s, v->account.name);
	/* The provider's last words do not say what to do about this. */
	if (usable_failure(&u, s, v->account.name, &v->failure) == -1)
		memset(&v->state.detail, 0, sizeof(v->state.detail));
}

static void
note_hold(struct view *v, const struct scope *s, int64_t now)
{
	if (v->account.send == SEND_NONE)
		return;
	send_hold_read(&v->hold, s, v->account.name);
	if (!send_hold_counts(&v->hold, v->account.stamp, now, NULL))
		memset(&v->hold, 0, sizeof(v->hold));
}

static void
look_at_files(struct view *v, const struct scope *s,
    const struct usable *folders, int64_t now)
{
	struct cache c = CACHE_INIT;

	state_read(&v->state, s, v->account.name);
	interrupted_read(&v->state, s, v->account.name);
	v->failure.code = v->state.code;
	memcpy(v->failure.text, v->state.text, sizeof(v->failure.text));
	if (v->state.retry_at > now)
		v->failure.retry_after = v->state.retry_at - now;
	note_signed_out(v, s, now);
	note_unusable(v, s, folders);
	note_hold(v, s, now);
	if (token_cache_read(&c, s, &v->account, now) == 0 &&
	    now < c.expires) {
		v->expires = c.expires;
		v->fresh_until = c.fresh_until;
	}
	cache_free(&c);
}

void
view_look(struct view *v, const struct scope *s,
    const struct usable *folders, const char *name, int64_t now)
{
	memset(v, 0, sizeof(*v));
	v->name = name;
	v->is_system = s->kind == SCOPE_SYSTEM;
	v->is_loaded = account_load(&v->account, s, name, &v->failure) == 0;
	if (v->is_loaded)
		look_at_files(v, s, folders, now);
}

void
view_tokens(const struct view *v, int64_t now, struct failure *text)
{
	char token[64] = "no token", renewed[64] = "never renewed";
	char duration[DURATION_MAX];

	if (v->expires != 0)
		snprintf(token, sizeof(token), "token good for %s",
		    duration_text(duration, v->expires - now));
	if (v->state.refreshed != 0)
		snprintf(renewed, sizeof(renewed), "renewed %s ago",
		    duration_text(duration, now - v->state.refreshed));
	fail(text, STATUS_OK, "%s, %s", token, renewed);
}

/* Does the consent expire soon? Renewals move it for some providers. */
static int
is_ending(const struct view *v, int64_t now, struct failure *why)
{
	const struct consent_end *e = &v->state.consent;
	const char *name = v->account.name;
	char duration[DURATION_MAX];

	if (!consent_end_is_near(e, now))
		return 0;
	duration_text(duration, e->at > now ? e->at - now : now - e->at);
	if (e->at <= now)
		fail(why, STATUS_OK, "the consent expired %s ago, as "
		    "announced: \"tokend login %s\"", duration,
		    SHELL_NAME(name));
	else if (consent_end_stays(e, v->state.refreshed))
		fail(why, STATUS_OK, "the consent expires in %s, and renewals "
		    "do not extend it: \"tokend login %s\"", duration,
		    SHELL_NAME(name));
	else
		fail(why, STATUS_OK, "the consent expires in %s unless it is "
		    "renewed: \"tokend refresh %s\"", duration,
		    SHELL_NAME(name));
	return 1;
}

/* First a mail server that gets no token, then other warnings. */
static enum health
judge_working(const struct view *v, int64_t now, struct failure *why)
{
	const struct refusal *k;
	char when[DATE_MAX];
	struct name_pair o;

	for (k = v->state.refusals; k < v->state.refusals + REFUSALS_MAX; k++)
		if (k->count > 0 && refusals_reject(&v->state, v->account.name,
		    k->host, now, why))
			return HEALTH_WARNING;
	if (v->state.interrupted != 0) {
		date_text(when, v->state.interrupted);
		fail(why, STATUS_OK, "the renewal of %s %s", when,
		    interrupted_word(&v->state));
		return HEALTH_WARNING;
	}
	if (is_ending(v, now, why))
		return HEALTH_WARNING;
	if (v->hold.until != 0) {
		date_text(when, v->hold.until);
		fail(why, STATUS_OK, "no mail is sent until %s, because of a "
		    "limit of the provider's", when);
		return HEALTH_WARNING;
	}
	if (person_judge(&v->account, &v->state.person, &o) == PERSON_OTHER) {
		fail(why, STATUS_OK, "its token is of %s, and the account is "
		    "for %s", o.name, o.expected);
		return HEALTH_WARNING;
	}
	view_tokens(v, now, why);
	return HEALTH_GOOD;
}

enum health
view_health(const struct view *v, int64_t now, struct failure *why)
{
	char duration[DURATION_MAX];
	size_t len;

	if (v->failure.code == STATUS_OK)
		return judge_working(v, now, why);
	*why = v->failure;
	if (why->code != STATUS_LATER)
		return HEALTH_FAULT;
	len = strlen(why->text);
	if (why->retry_after > 0)
		snprintf(why->text + len, sizeof(why->text) - len,
		    " (next try in %s)", duration_text(duration,
		    why->retry_after));
	return v->expires != 0 ? HEALTH_WARNING : HEALTH_FAULT;
}

const char *
view_unnamed(const char *text, const char *name)
{
	char head[NAME_MAX_LEN + 16];
	size_t len = (size_t)snprintf(head, sizeof(head), "account \"%s\": ",
	    name);

	return strncmp(text, head, len) == 0 ? text + len : text;
}
