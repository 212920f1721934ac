/* SPDX-License-Identifier: BSD-2-Clause */
/* mutt_file.c - see mutt_file.h */
#include "command/setup/programs/mutt_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/server_tls.h"
#include "command/postfix/root_mail.h"
#include "command/setup/lines/file_lines.h"
#include "command/setup/programs/mutt_scan.h"
#include "command/setup/setup.h"
#include "shell_word.h"

#define VALUE_MAX MAILBOX_COMMAND_MAX
#define MECHANISM "xoauth2"

/* Behind a last line that ends in a backslash comes an empty one. */
static int
add_line(struct buf *text, const char *words, struct failure *why)
{
	size_t end = text->len;

	end -= end > 0 && text->data[end - 1] == '\n';
	end -= end > 0 && text->data[end - 1] == '\r';
	if (end > 0 && text->data[end - 1] == '\\' &&
	    text_add_line(text, "", why) == -1)
		return -1;
	return text_add_line(text, words, why);
}

/* One variable becomes value: where it is set, or at the end. */
static int
set(struct buf *text, const char *name, const char *value,
    struct failure *why)
{
	struct mutt_setting now = mutt_find(text, name);
	struct buf made = BUF_INIT(2 * VALUE_MAX);
	int has_value = now.line != 0 && now.value.len > 0, result;

	if (!has_value && (buf_adds(&made, "set ") == -1 ||
	    buf_adds(&made, name) == -1 || buf_adds(&made, " = ") == -1))
		result = fail_memory(why);
	else if (mutt_quote(&made, value) == -1)
		result = fail_memory(why);
	else if (has_value)
		result = text_replace(text, now.value, buf_text(&made), why);
	else
		result = add_line(text, buf_text(&made), why);
	buf_free(&made);
	return result;
}

/* What the variable is set to, appended. 1; 0: not set, or not known. */
static int
get(const struct buf *text, const char *name, struct buf *value)
{
	struct mutt_setting now = mutt_find(text, name);

	return now.line != 0 && now.value.len > 0 &&
	    mutt_value(text, now.value, value) == 0;
}

static int
is_set_to(const struct buf *text, const char *name, const char *value)
{
	struct buf now = BUF_INIT(SETUP_TEXT_MAX);
	int result = get(text, name, &now) && now.len == strlen(value) &&
	    strcasecmp(buf_text(&now), value) == 0;

	buf_free(&now);
	return result;
}

/* NAME_authenticators and NAME_oauth_refresh_command. */
static int
set_token(struct buf *text, const char *service, const struct mailbox *m,
    struct failure *why)
{
	struct buf now = BUF_INIT(SETUP_TEXT_MAX);
	struct buf command = BUF_INIT(VALUE_MAX);
	char methods[32], refresh[32];
	int result = 0;

	snprintf(methods, sizeof(methods), "%s_authenticators", service);
	snprintf(refresh, sizeof(refresh), "%s_oauth_refresh_command",
	    service);
	/* One that begins with ours, in any order, is as good. */
	if (!get(text, methods, &now) ||
	    (strncasecmp(buf_text(&now), MECHANISM, 7) != 0 &&
	    strncasecmp(buf_text(&now), "oauthbearer", 11) != 0))
		result = set(text, methods, MECHANISM, why);
	buf_reset(&now);
	if (result == 0 && (!get(text, refresh, &now) ||
	    !mailbox_owns_command(m, "token", buf_text(&now), now.len)))
		result = mailbox_command(&command, "token", m, why) == -1 ?
		    -1 : set(text, refresh, buf_text(&command), why);
	buf_free(&now);
	buf_free(&command);
	return result;
}

/* An address of IPv6 has brackets in a URL (RFC 3986 3.2.2). */
static int
add_host(struct buf *b, const char *host)
{
	const int is_ipv6 = strchr(host, ':') != NULL;

	return (is_ipv6 && buf_adds(b, "[") == -1) ||
	    buf_adds(b, host) == -1 ||
	    (is_ipv6 && buf_adds(b, "]") == -1) ? -1 : 0;
}

/* imaps://HOST[:PORT]/, smtp://USER@HOST:PORT/; -1 with why. */
static int
add_url(struct buf *b, const char *scheme, const char *user,
    const struct mailbox *m, unsigned usual, struct failure *why)
{
	int ok = buf_adds(b, scheme) == 0 && buf_adds(b, "://") == 0 &&
	    (user == NULL || (mailbox_encode(b, user) == 0 &&
	    buf_adds(b, "@") == 0)) && add_host(b, m->host) == 0 &&
	    (m->port == usual || (buf_adds(b, ":") == 0 &&
	    buf_addnum(b, m->port) == 0)) && buf_adds(b, "/") == 0;

	return ok ? 0 : fail_memory(why);
}

/* mutt has one set of these for all servers, but for hooks. */
static int
check_alone(const struct buf *text, const char *path,
    const struct mailbox *m, struct failure *why)
{
	unsigned line = mutt_find_command(text, "account-hook");
	struct mutt_setting user = mutt_find(text, "imap_user");

	if (line == 0)
		line = mutt_find_other_host(text, m->host);
	if (line == 0 && user.line != 0 &&
	    !is_set_to(text, "imap_user", m->user) &&
	    !is_set_to(text, "imap_user", m->account))
		line = user.line;
	return line == 0 ? 0 : fail(why, STATUS_CONFIG, "%s:%u: this file "
	    "is of another account, too: let a hook source a file of %s's "
	    "own (as tokend's page on mutt shows), and set that up: tokend "
	    "setup --config FILE mutt %s", path, line, m->account,
	    SHELL_NAME(m->account));
}

static int
edit_imap(struct buf *text, const char *path, const struct mailbox *m,
    struct failure *why)
{
	struct buf url = BUF_INIT(VALUE_MAX);
	int result = check_alone(text, path, m, why), is_tls;

	if (result == 0 && !is_set_to(text, "imap_user", m->user))
		result = set(text, "imap_user", m->user, why);
	if (result == 0 && mutt_find(text, "folder").line == 0 &&
	    mutt_find(text, "spoolfile").line == 0 &&
	    mutt_find(text, "spool_file").line == 0) {
		is_tls = server_is_implicit(SERVER_IMAP, m->port, m->tls);
		result = add_url(&url, is_tls ? "imaps" : "imap", NULL, m,
		    is_tls ? 993 : 143, why);
		if (result == 0)
			result = set(text, "folder", buf_text(&url), why);
		if (result == 0)
			result = set(text, "spoolfile", "+INBOX", why);
	}
	buf_free(&url);
	return result == -1 ? -1 : set_token(text, "imap", m, why);
}

/* The host of smtp_url is m's, and it has a user. */
static int
is_url_good(const struct buf *text, const struct mailbox *m)
{
	struct buf url = BUF_INIT(SETUP_TEXT_MAX), host = BUF_INIT(VALUE_MAX);
	const char *found = NULL;

	if (get(text, "smtp_url", &url) && buf_adds(&host, "@") == 0 &&
	    buf_adds(&host, m->host) == 0)
		found = strcasestr(buf_text(&url), buf_text(&host));
	found = found != NULL && strchr("/:", found[host.len]) != NULL ?
	    found : NULL;	/* strchr takes the end, too */
	buf_free(&url);
	buf_free(&host);
	return found != NULL;
}

int
mutt_sends_otherwise(const struct buf *text, const struct mailbox *smtp)
{
	return mutt_find(text, "smtp_url").line != 0 ?
	    !is_url_good(text, smtp) : mutt_find(text, "sendmail").line != 0;
}

/*
 * Who writes, where nothing says so: mutt would make an address of the login
 * name and of this machine's, which servers refuse or replace.
 */
static int
set_from(struct buf *text, const struct mailbox *m, struct failure *why)
{
	const char *from = strchr(m->account, '@') != NULL ? m->account :
	    m->user;

	if (mutt_find(text, "from").line != 0 ||
	    mutt_find_command(text, "my_hdr") != 0 ||
	    !root_mail_is_plain(from))
		return 0;
	return set(text, "from", from, why);
}

static int
edit_smtp(struct buf *text, const struct mailbox *m, struct failure *why)
{
	struct mutt_setting tls = mutt_find(text, "ssl_force_tls");
	struct buf url = BUF_INIT(VALUE_MAX);
	int result = 0;

	if (mutt_find(text, "smtp_url").line == 0) {
		result = add_url(&url, server_is_implicit(SERVER_SMTP,
		    m->port, m->tls) ? "smtps" : "smtp", m->user, m, 0, why);
		if (result == 0)
			result = set(text, "smtp_url", buf_text(&url), why);
		if (result == 0)
			result = set_from(text, m, why);
	}
	buf_free(&url);
	if (result == 0)
		result = set_token(text, "smtp", m, why);
	/* Without it a token could leave in clear, where STARTTLS is gone. */
	if (result == 0 && (tls.line == 0 || (tls.value.len > 0 &&
	    !is_set_to(text, "ssl_force_tls", "yes"))))
		result = set(text, "ssl_force_tls", "yes", why);
	return result;
}

int
mutt_edit(struct buf *text, const char *path, const struct mailbox *imap,
    const struct mailbox *smtp, struct failure *why)
{
	if (imap != NULL && edit_imap(text, path, imap, why) == -1)
		return -1;
	return smtp == NULL ? 0 : edit_smtp(text, smtp, why);
}
