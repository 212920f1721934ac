/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * relay_rewrite.c - what programs of this machine send gets the mailbox's
 * address, where the relay takes no other; see relay.h and
 * knowledge/sending_advice.h.
 */
#include <stdio.h>
#include <string.h>

#include "command/postfix/map.h"
#include "command/setup/postfix/relay.h"
#include "command/setup/postfix/table.h"
#include "knowledge/sending_advice.h"

#define POSTMAP "/usr/sbin/postmap"

/* Has one of the tables, blanks and commas between, the key? */
static enum truth
have_key(const struct relaying *p, const char *tables, const char *key,
    struct failure *why)
{
	struct buf value = BUF_INIT(RELAY_VALUE_MAX);
	char table[RELAY_WORDS_MAX];
	enum truth found = IS_FALSE;
	size_t len;

	for (; found == IS_FALSE && (tables = map_next(tables, &len)) != NULL;
	    tables += len) {
		snprintf(table, sizeof(table), "%.*s", (int)len, tables);
		if (setup_tool(&value, why, POSTMAP, "-c", p->folder, "-q",
		    key, table) == -1)
			found = IS_UNKNOWN;
		else if (value.len > 0)
			found = IS_TRUE;
	}
	buf_free(&value);
	return found;
}

/* Whether the sender root@domain becomes another somewhere. */
static enum truth
is_rewritten(const struct relaying *p, const char *domain,
    struct failure *why)
{
	static const char *const parameters[] = { "smtp_generic_maps",
	    "sender_canonical_maps", "canonical_maps" };
	struct buf maps = BUF_INIT(RELAY_VALUE_MAX);
	char address[ORIGIN_MAX + 8];
	const char *const keys[] = { address, address + 4, "root" };
	enum truth found = IS_FALSE;
	size_t i;

	snprintf(address, sizeof(address), "root@%s", domain);
	for (i = 0; found == IS_FALSE && i < 9; i++) {
		if (i % 3 == 0 && relay_get(p, parameters[i / 3], &maps,
		    why) == -1)
			found = IS_UNKNOWN;
		else
			found = have_key(p, buf_text(&maps), keys[i % 3], why);
	}
	buf_free(&maps);
	return found;
}

int
relay_rewrite(struct relaying *p, struct failure *why)
{
	const char *mailbox = p->sends ? p->from : relay_mailbox(p);
	char domain[ORIGIN_MAX];
	enum origin origin;
	enum truth is_done;
	struct setup_file *f;

	if ((!p->sends && !sending_is_held(p->host)) || mailbox == NULL ||
	    strchr(mailbox, '@') == NULL)
		return 0;
	origin = relay_origin(p, domain, why);
	if ((is_done = is_rewritten(p, domain, why)) != IS_FALSE)
		return is_done == IS_TRUE ? 0 : -1;
	sender_rule_find(&p->rule, origin, domain, p->sends);
	if ((f = setup_file_in(p->s, p->folder, p->rule.file, why)) == NULL)
		return -1;
	p->is_rewriting = 1;
	return table_set(f, p->rule.key, mailbox, why);
}

int
relay_set_rewriting(struct relaying *p, struct failure *why)
{
	return p->is_rewriting ? relay_add_table(p, p->rule.parameter,
	    p->rule.file, NULL, why) : 0;
}
