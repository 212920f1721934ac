/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root_alias.c - whether mail to root, such as cron's, leaves the machine
 * where all other mail does; see command/postfix/root_mail.h.
 */
#include <stdio.h>
#include <string.h>

#include "command/doctor/postfix/check_context.h"
#include "command/postfix/map.h"
#include "command/postfix/root_mail.h"
#include "shell_word.h"

struct tables {
	const struct sight *s;
	const char *domain;	/* that a bare name gets */
};

/* Aliases of two kinds: virtual(5) goes by the address, too. */
static int
find_alias(void *with, const char *name, struct buf *value,
    struct failure *why)
{
	const struct tables *t = with;
	const char *virtual = postfix_value(t->s->p, NULL,
	    "virtual_alias_maps");
	char address[2 * ORIGIN_MAX];
	int found = map_find(t->s->p, virtual, name, value, why);

	if (found == 0) {
		snprintf(address, sizeof(address), "%s@%s", name, t->domain);
		found = map_find(t->s->p, virtual, address, value, why);
	}
	return found != 0 ? found : map_find(t->s->p, postfix_value(t->s->p,
	    NULL, "alias_maps"), name, value, why);
}

static void
fix_alias(const struct sight *s, struct finding *f, const char *name,
    const char *mailbox)
{
	size_t len = 0;
	const char *table = map_next(postfix_value(s->p, NULL, "alias_maps"),
	    &len);
	const char *path = table != NULL ? memchr(table, ':', len) : NULL;
	char option[SIGHT_COMMAND_MAX], whole[SCOPE_PATH_MAX];
	char line[NAME_MAX_LEN + ORIGIN_MAX + 8];

	if (path == NULL || path[1] != '/' || !map_is_compiled(table, len) ||
	    !root_mail_is_name(name)) {
		finding_text(f->fix, "Give %.100s the alias %s in a table of "
		    "alias_maps.", name, mailbox);
		return;
	}
	snprintf(whole, sizeof(whole), "%.*s", (int)len, table);
	snprintf(line, sizeof(line), "%s: %s", name, mailbox);
	finding_text(f->fix, "\"echo %s >>%s\", then \"postalias%s %s\".",
	    SHELL_WORD(line), SHELL_WORD(strchr(whole, ':') + 1),
	    sight_option(s, option), SHELL_WORD(whole));
}

static void
tell_of(struct sight *s, const struct route *r, const char *last,
    const char *mailbox)
{
	struct finding f = sight_begin(VERDICT_WARNING);

	if (strcmp(last, "root") == 0)
		finding_text(f.found, "Postfix in %s: root has no alias that "
		    "leaves this machine.", s->p->config);
	else
		finding_text(f.found, "Postfix in %s: mail to root goes to "
		    "%.100s, who has no alias.", s->p->config, last);
	finding_text(f.matters, "Mail to root, which is what cron and most "
	    "services send, is delivered on this machine (/var/mail/%.100s) "
	    "and does not go to %s.", last, r->nexthop);
	fix_alias(s, &f, last, mailbox);
	sight_tell(s, &f);
}

void
postfix_check_root(struct sight *s, const struct route *r,
    const struct entry *e)
{
	char mailbox[NAME_MAX_LEN + 1], domain[ORIGIN_MAX], last[ORIGIN_MAX];
	struct tables tables = { s, domain };
	const struct root_mail m = { find_alias, &tables,
	    postfix_value(s->p, NULL, "mydestination") };
	struct failure why;
	int leaves;

	root_mail_domain(postfix_value(s->p, NULL, "myorigin"), domain);
	if (strcmp(r->parameter, "relayhost") != 0 ||
	    e->kind != ENTRY_ACCOUNT || root_mail_origin(domain,
	    m.mydestination) != ORIGIN_LOCAL || !sight_mailbox(s, e->account,
	    mailbox))
		return;
	leaves = root_mail_leaves(&m, last, &why);
	if (leaves == -1)
		doctor_unknown(s->d, "postfix", "Postfix in %s: whether root "
		    "has an alias cannot be read: %.300s", s->p->config,
		    why.text);
	else if (leaves == 0)
		tell_of(s, r, last, mailbox);
}
