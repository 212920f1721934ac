/* SPDX-License-Identifier: BSD-2-Clause */
/* ssmtp_file.c - see ssmtp_file.h */
#include "command/setup/programs/ssmtp_file.h"

#include <stdio.h>
#include <string.h>

#include "account/server_tls.h"
#include "command/setup/lines/file_lines.h"

#define VALUE_MAX (MAILBOX_HOST_MAX + 16)
#define BETWEEN "= \t"

/* KEY=VALUE; # begins a comment wherever it stands. */
struct option {
	struct line line;	/* number 0: it is not there */
	struct piece value;
};

static int
take_option(const struct buf *text, const struct line *l, const char *key,
    struct option *o)
{
	size_t at = l->at, end = l->at + l->len, begin;
	const char *comment = l->len == 0 ? NULL : memchr(text->data + l->at,
	    '#', l->len);

	if (comment != NULL)
		end = (size_t)(comment - text->data);
	if (at == end || memchr(text->data + at, '=', end - at) == NULL)
		return 0;
	while (at < end && strchr(BETWEEN, text->data[at]) != NULL)
		at++;
	for (begin = at; at < end && strchr(BETWEEN, text->data[at]) == NULL;)
		at++;
	if (!piece_is_folded(text, (struct piece){ begin, at - begin }, key))
		return 0;
	while (at < end && strchr(BETWEEN, text->data[at]) != NULL)
		at++;
	for (begin = at; at < end && strchr(BETWEEN, text->data[at]) == NULL;)
		at++;
	if (at == begin)
		return 0;	/* sSMTP passes over it, too */
	*o = (struct option){ .line = *l, .value = { begin, at - begin } };
	return 1;
}

/* The last line of the key, which is the one that counts. */
static struct option
find_option(const struct buf *text, const char *key)
{
	struct option found = { .line = { .number = 0 } };
	struct line l = { .next = 0 };

	while (line_next(text, &l))
		take_option(text, &l, key, &found);
	return found;
}

static int
set_option(struct buf *text, const char *key, const char *value,
    struct failure *why)
{
	struct option o = find_option(text, key);
	char words[VALUE_MAX + 32];

	if (o.line.number != 0)
		return piece_is_folded(text, o.value, value) ? 0 :
		    text_replace(text, o.value, value, why);
	snprintf(words, sizeof(words), "%s=%s", key, value);
	return text_add_line(text, words, why);
}

static int
drop_option(struct buf *text, const char *key, struct failure *why)
{
	struct option o;

	for (o = find_option(text, key); o.line.number != 0;
	    o = find_option(text, key))
		if (line_remove(text, &o.line, why) == -1)
			return -1;
	return 0;
}

/* XOAUTH2, unless what is there has nothing but mechanisms of ours. */
static int
set_mechanisms(struct buf *text, struct failure *why)
{
	static const char *const good[] = { "xoauth2", "oauthbearer",
	    "xoauth2,oauthbearer", "oauthbearer,xoauth2" };
	struct option o = find_option(text, "SASLMechanisms");
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (o.line.number != 0 &&
		    piece_is_folded(text, o.value, good[i]))
			return 0;
	return set_option(text, "SASLMechanisms", "xoauth2", why);
}

int
ssmtp_edit(struct buf *text, const struct mailbox *m, struct failure *why)
{
	const char *starttls = server_is_implicit(SERVER_SMTP, m->port,
	    m->tls) ? "NO" : "YES";
	char hub[VALUE_MAX];

	if (strpbrk(m->account, "#=\" ") != NULL)
		return fail(why, STATUS_CONFIG, "account \"%s\": ssmtp.conf "
		    "cannot have such a name: give the account one without "
		    "blanks, '#' and '='", m->account);
	snprintf(hub, sizeof(hub), "%s:%u", m->host, m->port);
	if (set_option(text, "MailHub", hub, why) == -1 ||
	    drop_option(text, "RemotePort", why) == -1 ||
	    set_option(text, "UseTLS", "YES", why) == -1 ||
	    set_option(text, "UseSTARTTLS", starttls, why) == -1 ||
	    set_option(text, "AuthUser", m->account, why) == -1 ||
	    drop_option(text, "AuthPass", why) == -1 ||
	    set_option(text, "UseSASL", "YES", why) == -1 ||
	    set_mechanisms(text, why) == -1)
		return -1;
	return find_option(text, "TLSVerify").line.number == 0 ? 0 :
	    set_option(text, "TLSVerify", "YES", why);
}
