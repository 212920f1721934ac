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
#include "shell_word.h"

#define VALUE_MOST 150		/* of a parameter, for a command */

/* 1 if a table of the parameter has one of the keys, 0; -1 with why. */
static int
has_key(const struct sight *s, const struct postfix_service *service,
    const char *parameter, const char *const keys[], struct failure *why)
{
	struct buf value = BUF_INIT(POSTFIX_TEXT_MAX);
	int found = 0;
	size_t i;

	for (i = 0; found == 0 && keys[i] != NULL; i++)
		found = map_find(s->p, postfix_value(s->p, service,
		    parameter), keys[i], &value, why);
	buf_free(&value);
	return found;
}

static int
is_rewritten(const struct sight *s, const struct postfix_service *service,
    const char *domain, struct failure *why)
{
	static const char *const parameters[] = { "smtp_generic_maps",
	    "sender_canonical_maps", "canonical_maps" };
	char address[ORIGIN_MAX + 8];
	const char *const keys[] = { address, address + 4, "root", NULL };
	int found = 0;
	size_t i;

	snprintf(address, sizeof(address), "root@%s", domain);
	for (i = 0; found == 0 && i < 3; i++)
		found = has_key(s, service, parameters[i], keys, why);
	return found;
}

static void
fix_sender(const struct sight *s, struct finding *f, const struct route *r,
    const struct sender_rule *rule, const char *mailbox)
{
	const char *maps = postfix_value(s->p, r->service, rule->parameter);
	char table[SCOPE_PATH_MAX + 32], value[2 * SCOPE_PATH_MAX];
	char reload[SIGHT_COMMAND_MAX], set[FINDING_TEXT_MAX + 1];
	struct finding parameter;

	snprintf(table, sizeof(table), "%.900s%s", s->p->config, rule->file);
	if (strlen(maps) > VALUE_MOST) {
		finding_text(f->fix, "The line \"%s %s\" in a table of %s, "
		    "then %s.", rule->key, mailbox, rule->parameter,
		    sight_reload(s, reload));
		return;
	}
	snprintf(value, sizeof(value), "%s%stexthash:%s", maps,
	    *maps != '\0' ? ", " : "", table);
	sight_mend(s, &parameter, r->service, rule->parameter,
	    strstr(maps, table) != NULL ? maps : value);
	finding_text(set, "%s", parameter.fix);
	snprintf(value, sizeof(value), "%s %s", rule->key, mailbox);
	finding_text(f->fix, "\"echo %s >>%s\", %s", SHELL_WORD(value),
	    SHELL_WORD(table), set);
}

void
postfix_check_sender(struct sight *s, const struct route *r,
    const struct entry *e)
{
	struct finding f = sight_begin(VERDICT_WARNING);
	char mailbox[NAME_MAX_LEN + 1], domain[ORIGIN_MAX];
	struct sender_rule rule;
	struct failure why;
	int found;

	if (strcmp(r->parameter, "relayhost") != 0 ||
	    e->kind != ENTRY_ACCOUNT || !sending_is_held(r->host) ||
	    !sight_mailbox(s, e->account, mailbox) ||
	    strchr(mailbox, '@') == NULL)
		return;
	root_mail_domain(postfix_value(s->p, NULL, "myorigin"), domain);
	if ((found = is_rewritten(s, r->service, domain, &why)) == -1)
		doctor_unknown(s->d, "postfix", "Postfix in %s: whether "
		    "senders are rewritten cannot be read: %.300s", s->p->config,
		    why.text);
	if (found != 0)
		return;
	sender_rule_find(&rule, root_mail_origin(domain, postfix_value(s->p,
	    NULL, "mydestination")), domain);
	finding_text(f.found, "Postfix in %s: nothing rewrites the sender "
	    "root@%s, as which programs of this machine send.", s->p->config,
	    domain);
	finding_text(f.matters, "%s takes mail only from addresses that the "
	    "mailbox %s may send as. It refuses cron's after the login, and "
	    "the mail is lost.", r->host, mailbox);
	fix_sender(s, &f, r, &rule, mailbox);
	sight_tell(s, &f);
}
