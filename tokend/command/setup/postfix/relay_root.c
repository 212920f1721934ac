/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * relay_root.c - mail to root, such as cron's, leaves by the account, too; see
 * relay.h and command/postfix/root_mail.h.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "disk/cachefile.h"
#include "command/postfix/map.h"
#include "command/postfix/root_mail.h"
#include "command/setup/postfix/relay.h"
#include "base/shell_word.h"

#define POSTALIAS "/usr/sbin/postalias"
#define BETWEEN ", \t"

const char *
relay_address(const struct relaying *p)
{
	const struct account *a = p->s->account;
	const char *user = p->sends ? a->users.user :
	    users_for_service(&a->users, "smtp");

	return user != NULL ? user : a->name;
}

const char *
relay_mailbox(const struct relaying *p)
{
	const char *user = relay_address(p);

	return root_mail_is_plain(user) ? user : NULL;
}

enum origin
relay_origin(const struct relaying *p, char domain[ORIGIN_MAX],
    struct failure *why)
{
	struct buf origin = BUF_INIT(RELAY_VALUE_MAX);
	struct buf destination = BUF_INIT(RELAY_VALUE_MAX);
	enum origin found = ORIGIN_UNKNOWN;

	domain[0] = '\0';
	if (relay_get(p, "myorigin", &origin, why) == 0 &&
	    relay_get(p, "mydestination", &destination, why) == 0) {
		root_mail_domain(buf_text(&origin), domain);
		found = root_mail_origin(domain, buf_text(&destination));
	}
	buf_free(&origin);
	buf_free(&destination);
	return found;
}

/* The value of the first table of the parameter that has the key. */
static enum lookup
find_in_maps(const void *with, const char *parameter, const char *key,
    struct buf *value, struct failure *why)
{
	const struct relaying *p = with;
	struct buf maps = BUF_INIT(RELAY_VALUE_MAX);
	char table[RELAY_WORDS_MAX];
	enum lookup result = relay_get(p, parameter, &maps, why) == 0 ?
	    LOOKUP_ABSENT : LOOKUP_FAILED;
	const char *at = buf_text(&maps);
	size_t len;

	for (; result == LOOKUP_ABSENT && (at = map_next(at, &len)) != NULL;
	    at += len)
		/* A table that cannot be read has nothing, here. */
		if ((size_t)snprintf(table, sizeof(table), "%.*s", (int)len,
		    at) < sizeof(table) && setup_tool(value, why, POSTALIAS,
		    "-c", p->folder, "-q", key, table) == EX_OK)
			result = LOOKUP_FOUND;
	buf_free(&maps);
	return result;
}

/* The first of alias_maps whose text is a file. */
static enum lookup
find_table(const struct relaying *p, char table[RELAY_WORDS_MAX],
    struct failure *why)
{
	struct buf maps = BUF_INIT(RELAY_VALUE_MAX);
	const char *at;
	size_t len = 0;
	enum lookup result = relay_get(p, "alias_maps", &maps, why) == 0 ?
	    LOOKUP_ABSENT : LOOKUP_FAILED;

	for (at = buf_text(&maps); result == LOOKUP_ABSENT; at += len) {
		at += strspn(at, BETWEEN);
		if ((len = strcspn(at, BETWEEN)) == 0 ||
		    (size_t)snprintf(table, RELAY_WORDS_MAX, "%.*s",
		    (int)len, at) >= RELAY_WORDS_MAX)
			break;
		if (relay_table_path(table) != NULL)
			result = LOOKUP_FOUND;
	}
	buf_free(&maps);
	return result;
}

/* The user that root's alias names may read the mail here: a note is enough. */
static int
note_user(struct relaying *p, const char *table, const char *name,
    const char *mailbox, struct failure *why)
{
	char line[ORIGIN_MAX + RELAY_WORDS_MAX];

	snprintf(line, sizeof(line), "%s: %s", name, mailbox);
	return !root_mail_is_name(name) ? 0 : setup_note(p->s, why, "Mail to "
	    "root, cron's too, goes to %s, whose mailbox is on this machine. "
	    "To have it sent on: \"echo %s >>%s\", then \"postalias %s\".",
	    name, SHELL_WORD(line), SHELL_WORD(relay_table_path(table)),
	    SHELL_WORD(table));
}

/* The alias into the file that the table is made of, and the table again. */
static int
add_alias(struct relaying *p, const char *table, const char *mailbox,
    struct failure *why)
{
	const char *path = relay_table_path(table);
	char line[RELAY_WORDS_MAX];
	struct setup_file *f;

	/* One that setup had made would be gone after --undo, its table not. */
	snprintf(line, sizeof(line), "root: %s", mailbox);
	if (access(path, F_OK) == -1)
		return setup_note(p->s, why, "Mail to root, cron's too, stays "
		    "on this machine until it has an alias: \"echo %s >%s\", "
		    "then \"postalias %s\".", SHELL_WORD(line),
		    SHELL_WORD(path), SHELL_WORD(table));
	if ((f = setup_file(p->s, path, why)) == NULL)
		return -1;
	if (root_mail_has_alias(buf_text(&f->new)))
		return 0;
	snprintf(line, sizeof(line), "root: %s\n", mailbox);
	if (setup_append(f, line, why) == -1)
		return -1;
	return strncmp(table, "texthash:", 9) == 0 ? 0 : setup_step(p->s, why,
	    POSTALIAS, "-c", p->folder, table);
}

int
relay_root(struct relaying *p, struct failure *why)
{
	const char *mailbox = relay_mailbox(p);
	char table[RELAY_WORDS_MAX], domain[ORIGIN_MAX], last[ORIGIN_MAX];
	struct buf destination = BUF_INIT(RELAY_VALUE_MAX);
	struct root_mail m = { find_in_maps, p, domain, NULL };
	enum truth leaves = IS_UNKNOWN;
	enum lookup found;

	if (mailbox == NULL || relay_origin(p, domain, why) ==
	    ORIGIN_ELSEWHERE)
		return 0;
	if (relay_get(p, "mydestination", &destination, why) == 0) {
		m.mydestination = buf_text(&destination);
		leaves = root_mail_leaves(&m, last, why);
	}
	buf_free(&destination);
	if (leaves != IS_FALSE)
		return leaves == IS_TRUE ? 0 : -1;
	if ((found = find_table(p, table, why)) != LOOKUP_FOUND)
		return found == LOOKUP_ABSENT ? 0 : -1;
	return strcmp(last, "root") == 0 ? add_alias(p, table, mailbox, why) :
	    note_user(p, table, last, mailbox, why);
}
