/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/log_throttle.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/log.h"
#include "lineio.h"
#include "serve/hash.h"

#define KINDS 8
#define TRIES 8			/* places that one user may have */
#define LINE_MOST 900

static const char *const refusals[] = {
	[THROTTLE_DENIED] = "were denied an account",
	[THROTTLE_ACCOUNT] = "asked for an account whose file is wrong",
	[THROTTLE_HOST] = "named a host that the account is not for",
	[THROTTLE_REFUSED] = "reported a refused token",
	[THROTTLE_MAIL] = "gave a mail that was not sent",
	[THROTTLE_PROCESS] = "got no answer, as no process could be started"
};

/* Set once, before there are requests. */
static struct throttle *in_use;

static int
is_stale(const struct throttle_place *p, int64_t now)
{
	return atomic_load(&p->more) == 0 &&
	    now - atomic_load(&p->said) >= THROTTLE_PAUSE;
}

/* The place of key: its own, one that is made its own, or the common one. */
static struct throttle_place *
find_place(struct throttle *t, uint64_t key, uint64_t user_kind,
    int64_t now)
{
	struct throttle_place *p;
	uint64_t holder;
	int i, first = (int)(key % THROTTLE_PLACES);

	for (i = 0; i < TRIES; i++) {
		p = &t->place[(first + i) % THROTTLE_PLACES];
		if (atomic_load(&p->key) == key)
			return p;
	}
	for (i = 0; i < TRIES; i++) {
		p = &t->place[(first + i) % THROTTLE_PLACES];
		holder = atomic_load(&p->key);
		if ((holder == 0 || is_stale(p, now)) &&
		    atomic_compare_exchange_strong(&p->key, &holder, key)) {
			atomic_store(&p->user_kind, user_kind);
			atomic_store(&p->said, 0);
			return p;
		}
	}
	return &t->place[THROTTLE_PLACES];
}

int64_t
throttle_ask(struct throttle *t, uid_t uid, enum throttled what,
    const char *account, int64_t now)
{
	uint64_t user_kind = (uint64_t)uid * KINDS + (uint64_t)what;
	uint64_t key = hash_text(hash_bytes(HASH_BEGIN,
	    (const char *)&user_kind, sizeof(user_kind)), account);
	struct throttle_place *p = find_place(t, key != 0 ? key : 1,
	    user_kind, now);
	int64_t said = atomic_load(&p->said);

	if ((said == 0 || now - said >= THROTTLE_PAUSE) &&
	    atomic_compare_exchange_strong(&p->said, &said, now))
		return (int64_t)atomic_exchange(&p->more, 0);
	atomic_fetch_add(&p->more, 1);
	return -1;
}

void
throttle_use(struct throttle *t)
{
	in_use = t;
}

void
throttle_warning(uid_t uid, enum throttled what, const char *account,
    const char *format, ...)
{
	char line[LINE_MOST];
	int64_t more = in_use == NULL ? 0 :
	    throttle_ask(in_use, uid, what, account, clock_ms());
	va_list args;

	if (more == -1)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (more == 0)
		log_warning("%s", line);
	else
		log_warning("%s (and %lld more like it since the last line)",
		    line, (long long)more);
}

void
throttle_flush(struct throttle *t, int64_t now)
{
	struct throttle_place *p = t->place;
	uint64_t more, user_kind;
	int64_t said;
	int i;

	for (i = 0; i <= THROTTLE_PLACES; i++, p++) {
		said = atomic_load(&p->said);
		user_kind = atomic_load(&p->user_kind);
		if (atomic_load(&p->more) == 0 || now - said < THROTTLE_PAUSE ||
		    !atomic_compare_exchange_strong(&p->said, &said, now))
			continue;
		more = atomic_exchange(&p->more, 0);
		if (i == THROTTLE_PLACES)
			log_warning("%llu more requests of many users were "
			    "refused since the last line",
			    (unsigned long long)more);
		else
			log_warning("uid %llu: %llu more requests %s since the "
			    "last line", (unsigned long long)(user_kind /
			    KINDS), (unsigned long long)more,
			    refusals[user_kind % KINDS]);
	}
}

const char *
shown_name(char shown[SHOWN_MAX], const char *name)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:_-[]%@+=";
	size_t i, len = strnlen(name, SHOWN_MAX);

	for (i = 0; i < len && i < SHOWN_MAX - 4; i++)
		shown[i] = strchr(plain, name[i]) != NULL ? name[i] : '?';
	snprintf(shown + i, SHOWN_MAX - i, "%s", i < len ? "..." : "");
	return shown;
}
