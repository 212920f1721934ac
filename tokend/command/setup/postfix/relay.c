/* SPDX-License-Identifier: BSD-2-Clause */
/* relay.c - `tokend setup postfix`; see relay.h */
#include "command/setup/postfix/relay.h"

#include <stdio.h>
#include <string.h>

#include "account/server_tls.h"
#include "command/setup/allow_user.h"
#include "command/setup/editor/mailbox.h"
#include "command/setup/system.h"
#include "command/setup/units.h"
#include "knowledge/known.h"

#define USUAL_QUEUE "/var/spool/postfix"
#define POSTFIX "/usr/sbin/postfix"

/* server_smtp in Postfix's words. */
static int
find_relay(struct relaying *p, struct failure *why)
{
	struct mailbox m;

	if (mailbox_take(&m, p->s->account, SERVER_SMTP, why) == -1)
		return -1;
	if (strspn(m.host, "0123456789abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ.-") != strlen(m.host))
		return fail(why, STATUS_CONFIG, "%s: server_smtp = %s is no "
		    "HOST:PORT that Postfix could be given",
		    p->s->account->path, p->s->account->server[SERVER_SMTP]);
	snprintf(p->host, sizeof(p->host), "%s", m.host);
	snprintf(p->relay, sizeof(p->relay), "[%s]:%u", m.host, m.port);
	p->is_wrapped = server_is_implicit(SERVER_SMTP, m.port, m.tls);
	return 0;
}

int
relay_login(const struct relaying *p, char text[RELAY_WORDS_MAX],
    struct failure *why)
{
	const char *name = p->s->account->name;

	if (strpbrk(name, ": \t") != NULL)
		return fail(why, STATUS_CONFIG, "account \"%s\": a table of "
		    "Postfix's takes no name with a blank or a colon in it: "
		    "give the account another name", name);
	snprintf(text, RELAY_WORDS_MAX, "%s:tokend", name);
	return 0;
}

/* smtp(8) runs as mail_owner, and asks for the token as that. */
static int
allow_owner(struct relaying *p, struct failure *why)
{
	struct buf owner = BUF_INIT(256);
	int result = relay_get(p, "mail_owner", &owner, why);

	if (result == 0)
		result = allow_named(p->s, "allow", buf_text(&owner), why);
	buf_free(&owner);
	return result;
}

/* Nothing listens for this Postfix but spawn(8), when a token is asked for. */
static int
add_spawn(struct relaying *p, struct failure *why)
{
	char line[RELAY_WORDS_MAX], refresh[4 * NAME_MAX_LEN + 32];

	snprintf(line, sizeof(line), "tokend unix - n n - 0 spawn user=%s "
	    "argv=%s --stdio", TOKEND_USER, TOKEND_SERVE);
	known_fill(refresh, sizeof(refresh), "tokend refresh {ct:account}",
	    KNOWN_VALUES({ "account", p->s->account->name }));
	return relay_add(p, "tokend/unix", line, why) == -1 ||
	    setup_note(p->s, why, "Postfix starts tokend itself, for each "
	    "token. Nothing renews one while no mail is sent: let cron run "
	    "\"%s\" once a week.", refresh) == -1 ? -1 : 0;
}

/*
 * What answers smtp(8): systemd's units, if they know this queue; a socket that
 * is there; else Postfix's own spawn(8).
 */
static int
add_answer(struct relaying *p, struct failure *why)
{
	struct buf queue = BUF_INIT(SCOPE_PATH_MAX);
	enum truth answers = IS_UNKNOWN;
	char column[8], path[SCOPE_PATH_MAX];

	if (relay_get(p, "queue_directory", &queue, why) == 0 &&
	    relay_chroot(p, column, why) == 0)
		answers = relay_has(p, "tokend/unix", why);
	if (answers == IS_FALSE && strcmp(buf_text(&queue), USUAL_QUEUE) == 0)
		answers = units_plan(p->s, 1, why);
	if (answers == IS_FALSE && ((scope_path(path, buf_text(&queue),
	    "/run/tokend/socket") == 0 && is_socket(path)) ||
	    (strcmp(column, "n") == 0 && is_socket(TOKEND_SOCKET_PATH))))
		answers = IS_TRUE;
	buf_free(&queue);
	if (answers != IS_FALSE)
		return answers == IS_TRUE ? 0 : -1;
	return add_spawn(p, why);
}

/* Tables are named in lists, which have no quotes. */
int
relay_check_folder(const struct relaying *p, struct failure *why)
{
	return strpbrk(p->folder, ", \t{}") == NULL ? 0 : fail(why,
	    STATUS_CONFIG, "%s: Postfix reads no table in a folder with a "
	    "blank, a comma or a brace in its name: rename it, or make a link "
	    "to it", p->folder);
}

/* Only a Postfix that runs has to reload. */
static int
reload_postfix(struct relaying *p, struct failure *why)
{
	if (strcmp(p->folder, POSTFIX_FOLDER) == 0)
		return setup_step_if(p->s, why, POSTFIX, "status") == -1 ? -1 :
		    setup_step(p->s, why, POSTFIX, "reload");
	return setup_step_if(p->s, why, POSTFIX, "-c", p->folder,
	    "status") == -1 ? -1 : setup_step(p->s, why, POSTFIX, "-c",
	    p->folder, "reload");
}

int
relay_finish(struct relaying *p, struct failure *why)
{
	return relay_copy_back(p, p->master, why) == -1 ||
	    relay_copy_back(p, p->main, why) == -1 ? -1 :
	    reload_postfix(p, why);
}

int
setup_postfix(struct setup *s, struct failure *why)
{
	struct relaying p = { .s = s, .folder = s->config != NULL ? s->config :
	    POSTFIX_FOLDER };
	const struct setup_file *plugin;
	enum truth by_sender, by_all;

	if (relay_check_folder(&p, why) == -1 || find_relay(&p, why) == -1 ||
	    (p.ca_file = system_ca_file(why)) == NULL ||
	    (by_sender = relay_has_sender(&p, why)) == IS_UNKNOWN ||
	    (by_all = by_sender == IS_TRUE ? IS_FALSE :
	    relay_is_alone(&p, why)) == IS_UNKNOWN ||
	    allow_owner(&p, why) == -1 ||
	    (plugin = system_switch_on(s, why)) == NULL)
		return -1;
	return (by_all == IS_TRUE ? relay_all(&p, why) :
	    relay_sender(&p, !plugin->existed, why)) == -1 ||
	    add_answer(&p, why) == -1 ? -1 : relay_finish(&p, why);
}
