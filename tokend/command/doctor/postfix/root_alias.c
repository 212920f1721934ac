/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root_alias.c - whether mail to root, such as cron's, leaves the machine
 * as all other mail does; see command/postfix/root_mail.h.
 */
#include <stdio.h>
#include <string.h>

#include "command/doctor/postfix/check_context.h"
#include "command/postfix/map.h"
#include "command/postfix/root_mail.h"

static enum lookup
find_in_maps(const void *with, const char *parameter, const char *key,
    struct buf *value, struct failure *why)
{
	const struct postfix *p = with;

	return map_find(p, postfix_value(p, NULL, parameter), key, value, why);
}

static const char *
fix_alias(const struct check_context *c, char text[FIX_MAX], const char *name,
    const char *mailbox)
{
	size_t len = 0;
	const char *table = map_next(postfix_value(c->p, NULL, "alias_maps"),
	    &len);
	const char *path = table != NULL ? memchr(table, ':', len) : NULL;
	char whole[SCOPE_PATH_MAX], line[NAME_MAX_LEN + ORIGIN_MAX + 8];

	if (path == NULL || path[1] != '/' || !map_is_compiled(table, len) ||
	    !root_mail_is_name(name))
		return fill_fix(c, text, FIX_ALIAS_TABLE, KNOWN_VALUES(
		    { "user", name }, { "mailbox", mailbox }));
	snprintf(whole, sizeof(whole), "%.*s", (int)len, table);
	snprintf(line, sizeof(line), "%s: %s", name, mailbox);
	return fill_fix(c, text, FIX_ALIAS, KNOWN_VALUES({ "line", line },
	    { "file", strchr(whole, ':') + 1 }, { "table", whole }));
}

void
check_root_alias(struct check_context *c, const struct route *r,
    const struct entry *e)
{
	char mailbox[NAME_MAX_LEN + 1], domain[ORIGIN_MAX], last[ORIGIN_MAX];
	const struct root_mail m = { find_in_maps, c->p, domain,
	    postfix_value(c->p, NULL, "mydestination") };
	char fix[FIX_MAX];
	struct failure why;
	enum truth leaves;

	root_mail_domain(postfix_value(c->p, NULL, "myorigin"), domain);
	if (strcmp(r->parameter, "relayhost") != 0 ||
	    e->kind != ENTRY_ACCOUNT || root_mail_origin(domain,
	    m.mydestination) != ORIGIN_LOCAL || !find_mailbox(c, e->account,
	    mailbox))
		return;
	leaves = root_mail_leaves(&m, last, &why);
	if (leaves == IS_UNKNOWN)
		report_postfix(c, ROOT_UNKNOWN,
		    KNOWN_VALUES({ "failure", why.text }));
	else if (leaves == IS_FALSE)
		report_postfix(c, strcmp(last, "root") == 0 ? ROOT_NO_ALIAS :
		    ROOT_ALIAS_STAYS, KNOWN_VALUES({ "user", last },
		    { "relay", r->nexthop },
		    { "fix", fix_alias(c, fix, last, mailbox) }));
}
