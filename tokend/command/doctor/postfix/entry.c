/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/doctor/postfix/entry.h"

#include <stdio.h>
#include <string.h>

#include "command/postfix/map.h"
#include "slot.h"

#define ENTRY_MAX 65536
#define MAPS "smtp_sasl_password_maps"

/* Without the end of line of postmap(1). The value belongs to a struct buf. */
static void
judge_slot(struct entry *e, const char *password, int bare_tokens)
{
	struct slot slot;

	if (slot_parse(&slot, password, strlen(password), bare_tokens,
	    e->user, &e->why) == 0) {
		e->kind = slot.kind == SLOT_TOKEN ? ENTRY_TOKEN :
		    ENTRY_ACCOUNT;
		if (slot.kind == SLOT_SAME && name_fold(e->account, e->user,
		    strlen(e->user), &e->why) == -1)
			e->kind = ENTRY_BROKEN;
		if (slot.kind == SLOT_ACCOUNT && name_fold(e->account,
		    slot.text, slot.len, &e->why) == -1)
			e->kind = ENTRY_BROKEN;
	} else if (strncmp(password, "bearer:", 7) == 0) {
		e->kind = ENTRY_BROKEN;
	} else {
		e->kind = password[0] == '/' ? ENTRY_PATH : ENTRY_PASSWORD;
	}
}

void
entry_judge(struct entry *e, const char *value, int bare_tokens)
{
	size_t len = strcspn(value, ":");

	e->account[0] = '\0';
	snprintf(e->user, sizeof(e->user), "%.*s", (int)len, value);
	make_printable(e->user, sizeof(e->user));
	judge_slot(e, value[len] == ':' ? value + len + 1 : "", bare_tokens);
}

/* 1 if it is there, and e is filled. */
static int
try_key(struct entry *e, const struct postfix *p, const struct route *r,
    const char *key, int bare_tokens)
{
	struct buf value = BUF_INIT(ENTRY_MAX);
	enum lookup found = map_find(p, postfix_value(p, r->service, MAPS), key,
	    &value, &e->why);

	if (found != LOOKUP_ABSENT)
		snprintf(e->key, sizeof(e->key), "%s", key);
	if (found == LOOKUP_FOUND)
		entry_judge(e, buf_text(&value), bare_tokens);
	else if (found == LOOKUP_FAILED)
		e->kind = ENTRY_HIDDEN;
	buf_free(&value);
	return found != LOOKUP_ABSENT;
}

/* user@domain, then @domain, as smtp(8). */
static int
try_sender(struct entry *e, const struct postfix *p, const struct route *r,
    const char *sender, int bare_tokens)
{
	const char *domain = strchr(sender, '@');

	return try_key(e, p, r, sender, bare_tokens) || (domain != NULL &&
	    domain != sender && try_key(e, p, r, domain, bare_tokens));
}

/* A key for the same host, written in another way. */
static void
find_near(struct entry *e, const struct postfix *p, const struct route *r)
{
	struct buf lines = BUF_INIT(POSTFIX_TEXT_MAX);
	struct route other;
	char *line, *at;

	map_list(p, postfix_value(p, r->service, MAPS), &lines);
	for (at = lines.data; (line = postfix_next_line(&at)) != NULL; ) {
		if (map_value(line) == NULL || strchr(line, '@') != NULL)
			continue;
		memset(&other, 0, sizeof(other));
		route_parse(&other, line);
		if (strcasecmp(other.host, r->host) == 0) {
			snprintf(e->key, sizeof(e->key), "%s", line);
			make_printable(e->key, sizeof(e->key));
		}
	}
	buf_free(&lines);
}

void
entry_find(struct entry *e, const struct postfix *p, const struct route *r,
    const char *sender, int bare_tokens)
{
	memset(e, 0, sizeof(*e));
	if (sender != NULL && postfix_is(p, r->service,
	    "smtp_sender_dependent_authentication", "yes") &&
	    try_sender(e, p, r, sender, bare_tokens))
		return;
	if (try_key(e, p, r, r->host, bare_tokens) ||
	    try_key(e, p, r, r->nexthop, bare_tokens))
		return;
	find_near(e, p, r);
}
