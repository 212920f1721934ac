/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sender_rewrite.c - whether what programs of this machine send has a sender
 * that the relay takes; see knowledge/sending_advice.h.
 */
#include <stdio.h>
#include <string.h>

#include "command/doctor/postfix/check_context.h"
#include "command/postfix/map.h"
#include "command/postfix/root_mail.h"
#include "knowledge/sending_advice.h"

#define VALUE_MOST 150		/* of a parameter, for a command */

/* The first of the keys that a table of the parameter has. */
static enum lookup
find_key(const struct check_context *c, const struct postfix_service *service,
    const char *parameter, const char *const keys[], struct failure *why)
{
	struct buf value = BUF_INIT(POSTFIX_TEXT_MAX);
	enum lookup found = LOOKUP_ABSENT;
	size_t i;

	for (i = 0; found == LOOKUP_ABSENT && keys[i] != NULL; i++)
		found = map_find(c->p, postfix_value(c->p, service,
		    parameter), keys[i], &value, why);
	buf_free(&value);
	return found;
}

static enum lookup
find_rewrite(const struct check_context *c,
    const struct postfix_service *service, const char *domain,
    struct failure *why)
{
	static const char *const parameters[] = { "smtp_generic_maps",
	    "sender_canonical_maps", "canonical_maps" };
	char address[ORIGIN_MAX + 8];
	const char *const keys[] = { address, address + 4, "root", NULL };
	enum lookup found = LOOKUP_ABSENT;
	size_t i;

	snprintf(address, sizeof(address), "root@%s", domain);
	for (i = 0; found == LOOKUP_ABSENT && i < 3; i++)
		found = find_key(c, service, parameters[i], keys, why);
	return found;
}

static const char *
fix_sender(const struct check_context *c, char text[FIX_MAX],
    const struct route *r, const struct sender_rule *rule,
    const char *mailbox)
{
	const char *maps = postfix_value(c->p, r->service, rule->parameter);
	char table[SCOPE_PATH_MAX + 32], value[2 * SCOPE_PATH_MAX];
	char line[ORIGIN_MAX + NAME_MAX_LEN + 16], set[FIX_MAX];

	snprintf(line, sizeof(line), "%s %s", rule->key, mailbox);
	if (strlen(maps) > VALUE_MOST)
		return fill_fix(c, text, FIX_SENDER_TABLE, KNOWN_VALUES(
		    { "line", line }, { "parameter", rule->parameter }));
	snprintf(table, sizeof(table), "%.900s%s", c->p->config, rule->file);
	snprintf(value, sizeof(value), "%s%stexthash:%s", maps,
	    *maps != '\0' ? ", " : "", table);
	return fill_fix(c, text, FIX_SENDER, KNOWN_VALUES({ "line", line },
	    { "table", table }, { "set", fill_set(c, set, r->service,
	    rule->parameter, strstr(maps, table) != NULL ? maps : value) }));
}

void
check_sender(struct check_context *c, const struct route *r,
    const struct entry *e)
{
	char mailbox[NAME_MAX_LEN + 1], domain[ORIGIN_MAX], fix[FIX_MAX];
	struct sender_rule rule;
	struct failure why;
	enum lookup found;

	if (strcmp(r->parameter, "relayhost") != 0 ||
	    e->kind != ENTRY_ACCOUNT || !sending_is_held(r->host) ||
	    !find_mailbox(c, e->account, mailbox) ||
	    strchr(mailbox, '@') == NULL)
		return;
	root_mail_domain(postfix_value(c->p, NULL, "myorigin"), domain);
	found = find_rewrite(c, r->service, domain, &why);
	if (found == LOOKUP_FAILED)
		report_postfix(c, SENDER_UNKNOWN,
		    KNOWN_VALUES({ "failure", why.text }));
	if (found != LOOKUP_ABSENT)
		return;
	sender_rule_find(&rule, root_mail_origin(domain, postfix_value(c->p,
	    NULL, "mydestination")), domain, 0);
	report_postfix(c, SENDER_STAYS, KNOWN_VALUES({ "domain", domain },
	    { "host", r->host }, { "mailbox", mailbox },
	    { "fix", fix_sender(c, fix, r, &rule, mailbox) }));
}
