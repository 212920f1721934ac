/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sendmail.c - `tokend setup sendmail`: Debian's sendmail as a client, which
 * relays by the account's server. doc/clients/sendmail.md says why each
 * line is as it is.
 *
 * m4 cannot undo a FEATURE, and what is defined twice is whichever
 * came last: where sendmail.mc, or a file of the folder that it includes, has
 * a word about relaying already, that is left to who wrote it. What is new
 * is in sendmail.mc itself: Debian's Makefile remembers included files,
 * and fails for one that --undo has removed.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "account/server_tls.h"
#include "command/setup/editor/mailbox.h"
#include "command/setup/plan.h"
#include "command/setup/postfix/table.h"
#include "command/setup/setup.h"
#include "command/setup/system.h"
#include "command/setup/units.h"

#define USUAL_FOLDER "/etc/mail"
#define MAKEMAP "/usr/sbin/makemap"
#define MAKE "/usr/bin/make"
#define PAGE "see the page sendmail among tokend's clients"

struct client {
	struct setup *s;
	const char *folder;
	struct mailbox mailbox;
};

static int
check_account(struct client *c, struct failure *why)
{
	const struct account *a = c->s->account;
	const char *server = a->server[SERVER_SMTP], *provider = a->provider;

	if (mailbox_take(&c->mailbox, a, SERVER_SMTP, why) == -1)
		return -1;
	/* An alias in DNS whose target changes, and is in no certificate. */
	if (provider != NULL && (strncmp(provider, "microsoft", 9) == 0 ||
	    strcmp(provider, "outlook") == 0))
		return fail(why, STATUS_CONFIG, "sendmail cannot verify the "
		    "name %s: let it relay to \"tokend tunnel --listen\"; "
		    PAGE, server);
	if (strspn(c->mailbox.host, MAILBOX_PLAIN) != strlen(c->mailbox.host))
		return fail(why, STATUS_CONFIG, "%s: server_smtp = %s is no "
		    "HOST:PORT that sendmail could be given", a->path, server);
	if (server_is_implicit(SERVER_SMTP, c->mailbox.port, c->mailbox.tls))
		return fail(why, STATUS_CONFIG, "sendmail has no TLS from the "
		    "first byte on, as %s wants it: if the provider has port "
		    "587, set server_smtp = HOST:587 in %s, and no tls_smtp",
		    server, a->path);
	if (strspn(a->name, MAILBOX_PLAIN "@+=") != strlen(a->name))
		return fail(why, STATUS_CONFIG, "account \"%s\": authinfo "
		    "takes letters, digits and .-_@+= only: give the account "
		    "another name", a->name);
	return 0;
}

/* makemap and make run as root, by names that are words of the shell. */
static int
check_folder(const struct client *c, struct failure *why)
{
	char path[SCOPE_PATH_MAX];

	if (strspn(c->folder, MAILBOX_PLAIN "/") != strlen(c->folder))
		return fail(why, STATUS_CONFIG, "%s: has characters in it that "
		    "m4 or the shell would take for their own", c->folder);
	if (scope_path(path, c->folder, "/Makefile") == -1)
		return fail(why, STATUS_CONFIG, "%s: too long a path",
		    c->folder);
	if (access(path, R_OK) == -1 || access(MAKE, X_OK) == -1 ||
	    access(MAKEMAP, X_OK) == -1)
		return fail(why, STATUS_CONFIG, "%s cannot be rebuilt: it "
		    "needs its Makefile (by sendmailconfig), " MAKE " and "
		    MAKEMAP, c->folder);
	return 0;
}

static int
add_login(const struct client *c, struct failure *why)
{
	struct setup_file *f = setup_file_in(c->s, c->folder, "/authinfo",
	    why);
	struct buf old = BUF_INIT(SETUP_TEXT_MAX);
	char key[MAILBOX_HOST_MAX + 16], value[NAME_MAX_LEN + 64];
	char user[NAME_MAX_LEN + 8];
	enum truth is_there;
	int result = 0;

	if (f == NULL)
		return -1;
	f->mode = 0600;
	snprintf(key, sizeof(key), "AuthInfo:%s", c->mailbox.host);
	snprintf(user, sizeof(user), "\"U:%s\"", c->s->account->name);
	snprintf(value, sizeof(value), "%s \"P:tokend\" \"M:XOAUTH2\"", user);
	is_there = table_get(f, key, &old, why);
	if (is_there == IS_UNKNOWN)
		result = -1;
	else if (is_there == IS_TRUE && strstr(buf_text(&old), user) == NULL &&
	    strstr(buf_text(&old), "tokend") == NULL)
		result = fail(why, STATUS_CONFIG, "%s: logs in at %s as "
		    "another user. Fix: remove that line first", f->path,
		    c->mailbox.host);
	else if (strstr(buf_text(&old), user) == NULL ||
	    strstr(buf_text(&old), "\"P:tokend") == NULL)
		result = table_set(f, key, value, why);
	buf_free(&old);
	return result;
}

/* Without it a token would go to any server that answers at that name. */
static int
add_verification(const struct client *c, struct failure *why)
{
	struct setup_file *f = setup_file_in(c->s, c->folder, "/access", why);
	struct buf old = BUF_INIT(SETUP_TEXT_MAX);
	char key[MAILBOX_HOST_MAX + 16];
	enum truth is_there;
	int result = 0;

	if (f == NULL)
		return -1;
	snprintf(key, sizeof(key), "TLS_Srv:%s", c->mailbox.host);
	is_there = table_get(f, key, &old, why);
	if (is_there == IS_UNKNOWN)
		result = -1;
	else if (is_there == IS_FALSE)
		result = table_set(f, key, "TEMP+VERIFY:128+CN", why);
	else if (strstr(buf_text(&old), "VERIFY") == NULL)
		result = fail(why, STATUS_CONFIG, "%s: %s has a rule that does "
		    "not verify the server: take it out first", f->path, key);
	buf_free(&old);
	return result;
}

static int
make_settings(const struct client *c, struct buf *text, struct failure *why)
{
	char port[8];
	const char *ca_file = system_ca_file(why), *parts[] = {
	    "define(`SMART_HOST', `[", c->mailbox.host, "]')dnl\n"
	    "define(`RELAY_MAILER_ARGS', `TCP $h ", port, "')dnl\n"
	    "define(`confAUTH_MECHANISMS', `XOAUTH2')dnl\n"
	    "define(`confLOG_LEVEL', `10')dnl\n"
	    "define(`confCACERT', `", ca_file, "')dnl\n"
	    "define(`confCACERT_PATH', `/etc/ssl/certs')dnl\n"
	    "FEATURE(`authinfo', `hash ", c->folder, "/authinfo')dnl\n"
	    "FEATURE(`check_cert_altnames')dnl\n" };
	size_t i;

	if (ca_file == NULL)
		return -1;
	snprintf(port, sizeof(port), "%u", c->mailbox.port);
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (buf_adds(text, parts[i]) == -1)
			return fail_memory(why);
	return 0;
}

/* A line of m4 that counts; its number grows with each. */
static int
next_line(const char **at, char line[512], size_t *number)
{
	size_t len;

	while (**at != '\0') {
		len = strcspn(*at, "\n");
		snprintf(line, 512, "%.*s", len < 511 ? (int)len : 511, *at);
		*at += len;
		*at += **at == '\n';
		++*number;
		if (strncmp(line, "dnl", 3) != 0 && line[0] != '#')
			return 1;
	}
	return 0;
}

static int
find_conflict(const struct setup_file *f, struct failure *why)
{
	static const char *const words[] = { "SMART_HOST", "MAIL_HUB",
	    "`authinfo'", "RELAY_MAILER", "confAUTH_MECHANISMS",
	    "check_cert_altnames", "mailertable", "confCACERT'",
	    "confAUTH_OPTIONS" };
	const char *at = buf_text(&f->old);
	size_t number = 0, i;
	char line[512];

	while (next_line(&at, line, &number))
		for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (strstr(line, words[i]) != NULL)
				return fail(why, STATUS_CONFIG, "%s:%zu: has "
				    "%s: what that relays has to be joined by "
				    "hand with tokend; " PAGE, f->path, number,
				    words[i]);
	return 0;
}

/* Debian's sendmail.mc includes m4/provider.m4, m4/dialup.m4 and others. */
static int
check_included(const struct client *c, const char *line, struct failure *why)
{
	const char *name = strstr(line, "include(`"), *end;
	char path[SCOPE_PATH_MAX];
	struct setup_file *f;
	struct setup look;
	int result;

	if (name == NULL || (end = strchr(name += 9, '\'')) == NULL ||
	    strncmp(name, c->folder, strlen(c->folder)) != 0 ||
	    (size_t)(end - name) >= sizeof(path))
		return 0;
	snprintf(path, sizeof(path), "%.*s", (int)(end - name), name);
	plan_init(&look);
	f = setup_file(&look, path, why);
	result = f == NULL ? -1 : find_conflict(f, why);
	plan_free(&look);
	return result;
}

/* Where in sendmail.mc the settings belong: before the first mailer. */
static int
find_place(const struct client *c, const struct setup_file *f, size_t *place,
    struct failure *why)
{
	const char *text = buf_text(&f->old), *at = text, *begin = text;
	size_t number = 0;
	char line[512];
	int has_access = 0, is_found = 0;

	for (; next_line(&at, line, &number); begin = at) {
		has_access |= strstr(line, "`access_db'") != NULL;
		if (check_included(c, line, why) == -1)
			return -1;
		/* Comments may be between begin and this line. */
		if (!is_found && strncmp(line, "MAILER", 6) == 0) {
			*place = (size_t)(strstr(begin, line) - text);
			is_found = 1;
		}
	}
	return is_found && has_access ? 0 : fail(why, STATUS_CONFIG, "%s: has "
	    "no line that begins with MAILER, or no FEATURE(`access_db'), by "
	    "which servers are verified: " PAGE, f->path);
}

static int
add_settings(const struct client *c, struct failure *why)
{
	struct setup_file *f = setup_file_in(c->s, c->folder, "/sendmail.mc",
	    why);
	struct buf text = BUF_INIT(SETUP_TEXT_MAX), ours =
	    BUF_INIT(SETUP_TEXT_MAX);
	size_t place = 0;
	int result;

	if (f == NULL || make_settings(c, &ours, why) == -1) {
		buf_free(&ours);
		return -1;
	}
	if (strstr(buf_text(&f->old), buf_text(&ours)) != NULL) {
		buf_free(&ours);
		return 0;
	}
	if ((result = find_conflict(f, why)) == 0 &&
	    (result = find_place(c, f, &place, why)) == 0) {
		if (buf_add(&text, f->old.data, place) == -1 ||
		    buf_add(&text, ours.data, ours.len) == -1 ||
		    buf_adds(&text, buf_text(&f->old) + place) == -1)
			result = fail_memory(why);
		else
			result = setup_replace(f, &text, why);
	}
	buf_free(&text);
	buf_free(&ours);
	return result;
}

/* Also where --undo has taken authinfo away. */
static int
add_steps(const struct client *c, struct failure *why)
{
	char build[3 * SCOPE_PATH_MAX];

	snprintf(build, sizeof(build), "cd %s && if test -e authinfo; then "
	    MAKEMAP " hash authinfo <authinfo; else rm -f authinfo.db; fi",
	    c->folder);
	return setup_step(c->s, why, "/bin/sh", "-c", build) == -1 ||
	    setup_step(c->s, why, MAKE, "-C", c->folder) == -1 ? -1 :
	    units_restart(c->s, "sendmail", why);
}

int
setup_sendmail(struct setup *s, struct failure *why)
{
	struct client c = { .s = s, .folder = s->config != NULL ? s->config :
	    USUAL_FOLDER };

	if (check_account(&c, why) == -1 || check_folder(&c, why) == -1 ||
	    system_switch_on(s, why) == NULL || add_login(&c, why) == -1 ||
	    add_verification(&c, why) == -1 || add_settings(&c, why) == -1 ||
	    add_steps(&c, why) == -1)
		return -1;
	return system_answer(s, why) == -1 ? -1 : setup_note(s, why,
	    "A sendmail that systemd has not started is to be restarted.");
}
