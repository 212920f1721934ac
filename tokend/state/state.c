/* SPDX-License-Identifier: BSD-2-Clause */
#include "state/state.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/attr.h"
#include "common/date.h"
#include "disk/file.h"
#include "files/folder.h"

#define STATE_VERSION "1"
#define CLOCK_BACK_MAX 300	/* seconds */
#define TIME_MOST 999999999999999999LL	/* as attr.h: spans can be added */

#define ALWAYS_WRITTEN 7	/* of the numbers, the first */

static const struct {
	const char *name;
	size_t offset;	/* of an int64_t in struct state */
} numbers[] = {
	{ "refreshed", offsetof(struct state, refreshed) },
	{ "renewals", offsetof(struct state, renewals) },
	{ "replaced", offsetof(struct state, replaced) },
	{ "replace_at", offsetof(struct state, replace_at) },
	{ "tried", offsetof(struct state, tried) },
	{ "retry_at", offsetof(struct state, retry_at) },
	{ "failures", offsetof(struct state, failures) },
	{ "doubted", offsetof(struct state, doubted) },
	{ "interrupted", offsetof(struct state, interrupted) },
	{ "revoked", offsetof(struct state, revoked) },
	{ "consent_ends", offsetof(struct state, consent.at) },
	{ "consent_since", offsetof(struct state, consent.since) },
	{ "warned", offsetof(struct state, warned) },
};

#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

/* "count when renewals id host said": said is the rest of the line. */
static void
read_refusal(struct refusal *k, const char *value)
{
	long long when = 0, renewals = 0;
	int count = 0, at = 0;

	if (value == NULL || sscanf(value, "%d %lld %lld %32s %255s %n",
	    &count, &when, &renewals, k->id, k->host, &at) != 5 ||
	    count < 1 || when < 0 || when > TIME_MOST || at == 0) {
		memset(k, 0, sizeof(*k));
		return;
	}
	k->count = count;
	k->when = when;
	k->renewals = renewals;
	snprintf(k->said, sizeof(k->said), "%s", value + at);
	make_printable(k->said, sizeof(k->said));
}

static void
read_attributes(struct state *st, struct attrs *a)
{
	char name[24];
	const char *code = attrs_get(a, "code");
	size_t i;

	for (i = 0; i < NUMBERS; i++)
		attrs_number(a, numbers[i].name, (int64_t *)(void *)
		    ((char *)st + numbers[i].offset));
	st->is_unanswered = attrs_get(a, "unanswered") != NULL;
	if (code == NULL || status_parse(code, &st->code) == -1)
		st->code = STATUS_OK;
	attrs_copy(a, "text", st->text, sizeof(st->text));
	attrs_copy(a, "stamp", st->stamp, sizeof(st->stamp));
	attrs_copy(a, "scope", st->scope, sizeof(st->scope));
	person_parse(&st->person, a);
	detail_parse(&st->detail, a);
	for (i = 0; i < REFUSALS_MAX; i++) {
		snprintf(name, sizeof(name), "strike%zu", i);
		read_refusal(&st->refusals[i], attrs_get(a, name));
	}
}

void
state_read(struct state *st, const struct scope *s, const char *account)
{
	struct buf content = BUF_INIT(STATE_FILE_MAX);
	struct attrs a;
	const char *version;
	int fd = folder_open_file(s, "state", account);

	memset(st, 0, sizeof(*st));
	if (fd == -1)
		return;
	if (file_read(fd, &content) == 0 &&
	    attrs_parse(&a, &content, NULL) == 0 &&
	    (version = attrs_get(&a, "tokend-state")) != NULL &&
	    strcmp(version, STATE_VERSION) == 0)
		read_attributes(st, &a);
	close(fd);
	buf_free(&content);
}

static int
format_refusal(const struct refusal *k, int i, struct buf *b)
{
	char name[24], value[sizeof(*k) + 64];

	if (k->count == 0)
		return 0;
	snprintf(name, sizeof(name), "strike%d", i);
	snprintf(value, sizeof(value), "%d %lld %lld %s %s %s", k->count,
	    (long long)k->when, (long long)k->renewals, k->id, k->host,
	    k->said);
	return attrs_add(b, name, value);
}

/* A time or a count that is 0 is left out, but for those of each renewal. */
static int
format_numbers(const struct state *st, struct buf *b)
{
	size_t i;
	int64_t n;

	for (i = 0; i < NUMBERS; i++) {
		n = *(const int64_t *)(const void *)((const char *)st +
		    numbers[i].offset);
		if ((n > 0 || i < ALWAYS_WRITTEN) &&
		    attrs_addnum(b, numbers[i].name, n) == -1)
			return -1;
	}
	return 0;
}

int
state_format(const struct state *st, struct buf *b)
{
	int i;

	if (attrs_add(b, "tokend-state", STATE_VERSION) == -1 ||
	    format_numbers(st, b) == -1 ||
	    (st->interrupted > 0 && st->is_unanswered &&
	    attrs_add(b, "unanswered", "yes") == -1) ||
	    attrs_add(b, "code", status_word(st->code)) == -1 ||
	    attrs_add(b, "text", st->text) == -1 ||
	    attrs_add(b, "stamp", st->stamp) == -1 ||
	    (st->scope[0] != '\0' &&
	    attrs_add(b, "scope", st->scope) == -1) ||
	    person_format(&st->person, b) == -1 ||
	    detail_format(&st->detail, b) == -1)
		return -1;
	for (i = 0; i < REFUSALS_MAX; i++)
		if (format_refusal(&st->refusals[i], i, b) == -1)
			return -1;
	return attrs_end(b);
}

int
state_write(const struct state *st, const struct scope *s,
    const char *account, struct failure *why)
{
	struct buf content = BUF_INIT(STATE_FILE_MAX);
	int result = -1;

	if (state_format(st, &content) == -1)
		fail_memory(why);
	else
		result = newfile_replace(s, "state", account, &content, why);
	buf_free(&content);
	return result;
}

int
state_holds_back(const struct state *st, const char *stamp, int64_t now,
    struct failure *why)
{
	char duration[DURATION_MAX];

	if (st->code == STATUS_OK || now >= st->retry_at ||
	    now < st->tried - CLOCK_BACK_MAX || strcmp(st->stamp, stamp) != 0)
		return 0;
	fail(why, st->code, "%.*s (next try in %s)", FAILURE_TEXT_MAX - 40,
	    st->text, duration_text(duration, st->retry_at - now));
	if (why != NULL)
		why->retry_after = st->retry_at - now;
	return 1;
}

/* Its place, or REFUSALS_MAX. */
static int
find_refusal(const struct state *st, const char *host)
{
	int i = 0;

	while (i < REFUSALS_MAX && (st->refusals[i].count == 0 ||
	    strcasecmp(st->refusals[i].host, host) != 0))
		i++;
	return i;
}

const struct refusal *
state_find_refusal(const struct state *st, const char *host)
{
	int i = find_refusal(st, host);

	return i < REFUSALS_MAX ? &st->refusals[i] : NULL;
}

struct refusal *
state_add_refusal(struct state *st, const char *host)
{
	struct refusal *k = &st->refusals[0];
	int i = find_refusal(st, host);

	if (i < REFUSALS_MAX)
		return &st->refusals[i];
	for (i = 0; i < REFUSALS_MAX; i++)
		if (st->refusals[i].when < k->when)
			k = &st->refusals[i];
	memset(k, 0, sizeof(*k));
	snprintf(k->host, sizeof(k->host), "%s", host);
	return k;
}
