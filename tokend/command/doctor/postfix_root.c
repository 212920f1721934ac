/*
 * postfix_root.c - whether mail to root, such as cron's, leaves the machine
 * where all other mail does; see command/root_mail.h.
 */
#include <stdio.h>
#include <string.h>

#include "command/doctor/map.h"
#include "command/doctor/sight.h"
#include "command/root_mail.h"

/* Whether a table of the parameter has the key: 1, 0; -1 with why. */
static int
has_entry(const struct sight *s, const char *parameter, const char *key,
    struct failure *why)
{
	struct buf value = BUF_INIT(POSTFIX_TEXT_MAX);
	int found = map_find(s->p, postfix_value(s->p, NULL, parameter), key,
	    &value, why);

	buf_free(&value);
	return found;
}

/* Aliases of two kinds: virtual(5) goes by the address, too. */
static int
has_alias(const struct sight *s, const char *domain, struct failure *why)
{
	char address[ORIGIN_MAX + 8];
	int found = has_entry(s, "virtual_alias_maps", "root", why);

	if (found == 0) {
		snprintf(address, sizeof(address), "root@%s", domain);
		found = has_entry(s, "virtual_alias_maps", address, why);
	}
	return found != 0 ? found : has_entry(s, "alias_maps", "root", why);
}

static void
fix_alias(const struct sight *s, struct finding *f, const char *mailbox)
{
	size_t len = 0;
	const char *table = map_next(postfix_value(s->p, NULL, "alias_maps"),
	    &len);
	const char *path = table != NULL ? memchr(table, ':', len) : NULL;
	char option[SIGHT_COMMAND_MAX];

	if (path == NULL || path[1] != '/' || !map_is_compiled(table, len))
		finding_text(f->mend, "Give root the alias %s in a table of "
		    "alias_maps.", mailbox);
	else
		finding_text(f->mend, "\"echo 'root: %s' >>%.*s\", then "
		    "\"postalias%.200s %.*s\".", mailbox, (int)(table + len -
		    path - 1), path + 1, sight_option(s, option), (int)len,
		    table);
}

void
postfix_check_root(struct sight *s, const struct route *r,
    const struct entry *e)
{
	struct finding f = sight_begin(DOCTOR_ODD);
	char mailbox[NAME_MAX_LEN + 1], domain[ORIGIN_MAX];
	struct failure why;
	int found;

	root_mail_domain(postfix_value(s->p, NULL, "myorigin"), domain);
	if (strcmp(r->parameter, "relayhost") != 0 ||
	    e->kind != ENTRY_ACCOUNT || root_mail_has_forward() ||
	    root_mail_origin(domain, postfix_value(s->p, NULL,
	    "mydestination")) != ORIGIN_LOCAL || !sight_mailbox(s, e->account,
	    mailbox))
		return;
	if ((found = has_alias(s, domain, &why)) == -1) {
		doctor_unseen(s->d, "postfix", "Postfix in %s: whether root "
		    "has an alias cannot be read: %.300s", s->p->config,
		    why.text);
		return;
	}
	if (found == 1)
		return;
	finding_text(f.found, "Postfix in %s: root has no alias.",
	    s->p->config);
	finding_text(f.matters, "Mail to root, which is what cron and most "
	    "services send, is delivered on this machine (/var/mail/root) and "
	    "does not go to %s.", r->nexthop);
	fix_alias(s, &f, mailbox);
	sight_tell(s, &f);
}
