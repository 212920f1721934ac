/* SPDX-License-Identifier: BSD-2-Clause */
/* mbsync_file.c - see mbsync_file.h */
#include "command/setup/programs/mbsync_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "account/server_tls.h"
#include "command/setup/lines/file_lines.h"
#include "number.h"

#define BLOCK_MAX 8192

/* A keyword and what stands behind it, a comment excepted. */
struct option {
	struct line line;
	struct piece name, value;
};

/* Of an account, or a store that is its own account. number 0: not there. */
struct section {
	struct option head, host, user, user_cmd, auth, tls, port, old_tls;
	struct option pass;	/* the first of Pass, PassCmd, UseKeychain */
	struct line last;
	int is_account;
};

static int
is_space(char c)
{
	return strchr(" \t\r\v\f", c) != NULL;
}

/* A word ends at a blank that no quotes are around. */
static size_t
word_end(const struct buf *text, size_t at, size_t end)
{
	int is_quoted = 0;

	for (; at < end && (is_quoted || !is_space(text->data[at])); at++) {
		if (text->data[at] == '\\' && at + 1 < end)
			at++;
		else if (text->data[at] == '"')
			is_quoted = !is_quoted;
	}
	return at;
}

/* Outside of a comment, which begins where a word could. */
static int
has_open_quote(const struct buf *text, const struct line *l)
{
	size_t end = l->at + l->len, at = l->at, begin, i, quotes;

	for (;;) {
		while (at < end && is_space(text->data[at]))
			at++;
		if (at == end || text->data[at] == '#')
			return 0;
		begin = at;
		at = word_end(text, at, end);
		for (quotes = 0, i = begin; i < at; i++) {
			if (text->data[i] == '\\')
				i++;
			else
				quotes += text->data[i] == '"';
		}
		if (quotes % 2 != 0)
			return 1;
	}
}

/* Takes the line apart. 1; 0: a comment; -1: empty, which ends a section. */
static int
read_option(const struct buf *text, const struct line *l, struct option *o)
{
	size_t end = l->at + l->len, at = l->at, words = 0, stop;

	memset(o, 0, sizeof(*o));
	o->line = *l;
	for (;;) {
		while (at < end && is_space(text->data[at]))
			at++;
		if (at == end || text->data[at] == '#')
			break;
		stop = word_end(text, at, end);
		if (words == 0)
			o->name = (struct piece){ at, stop - at };
		else if (words == 1)
			o->value.at = at;
		if (words > 0)
			o->value.len = stop - o->value.at;
		words++;
		at = stop;
	}
	return words > 0 ? 1 : at == end ? -1 : 0;
}

/* Is the one word of p, once its quotes are off, that value? */
static int
value_is(const struct buf *text, struct piece p, const char *value,
    int (*compare)(const char *, const char *, size_t))
{
	size_t end = p.at + p.len, at;

	for (at = p.at; at < end; at++) {
		if (text->data[at] == '"')
			continue;
		if (text->data[at] == '\\' && at + 1 < end)
			at++;
		if (*value == '\0' || compare(text->data + at, value, 1) != 0)
			return 0;
		value++;
	}
	return *value == '\0';
}

static int
is_option(const struct buf *text, const struct option *o, const char *name)
{
	return piece_is_folded(text, o->name, name);
}

static int
begins_section(const struct buf *text, const struct option *o)
{
	static const char *const heads[] = { "IMAPAccount", "IMAPStore",
	    "MaildirStore", "Channel", "Group" };
	size_t i;

	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		if (is_option(text, o, heads[i]))
			return 1;
	return 0;
}

static void
take_option(const struct buf *text, struct section *s, const struct option *o)
{
	const struct {
		const char *name;
		struct option *place;
	} known[] = { { "Host", &s->host }, { "User", &s->user },
	    { "UserCmd", &s->user_cmd }, { "AuthMechs", &s->auth },
	    { "AuthMech", &s->auth }, { "TLSType", &s->tls },
	    { "SSLType", &s->tls }, { "Port", &s->port },
	    { "UseIMAPS", &s->old_tls }, { "RequireSSL", &s->old_tls },
	    { "Pass", &s->pass }, { "PassCmd", &s->pass },
	    { "UseKeychain", &s->pass } };
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (is_option(text, o, known[i].name) &&
		    (known[i].place != &s->pass || s->pass.line.number == 0))
			*known[i].place = *o;
}

/* The next section from *l on. 1, or 0 at the end. */
static int
next_section(const struct buf *text, struct line *l, struct section *s)
{
	struct line ahead = *l;
	struct option o;
	int kind;

	memset(s, 0, sizeof(*s));
	while (line_next(text, &ahead)) {
		kind = read_option(text, &ahead, &o);
		if (s->head.line.number != 0 &&
		    (kind == -1 || (kind == 1 && begins_section(text, &o))))
			return 1;
		*l = ahead;
		if (kind != 1)
			continue;
		if (s->head.line.number != 0) {
			take_option(text, s, &o);
			s->last = ahead;
		} else if (begins_section(text, &o)) {
			s->head = o;
			s->last = ahead;
			s->is_account = is_option(text, &o, "IMAPAccount") ||
			    is_option(text, &o, "IMAPStore");
		}
	}
	return s->head.line.number != 0;
}

/* 1 if it is m's; 0; -1 with why. */
static int
is_theirs(const struct buf *text, const char *path, const struct section *s,
    const struct mailbox *m, struct failure *why)
{
	struct piece host = s->host.value;

	if (!s->is_account || s->host.line.number == 0)
		return 0;
	if (host.len > 6 && memcmp(text->data + host.at, "imaps:", 6) == 0)
		host = (struct piece){ host.at + 6, host.len - 6 };
	if (!value_is(text, host, m->host, strncasecmp))
		return 0;
	if (s->user_cmd.line.number != 0)
		return fail(why, STATUS_CONFIG, "%s:%u: whom UserCmd prints is "
		    "not known here: write User and the name in its place, "
		    "and run this again", path, s->user_cmd.line.number);
	return s->user.line.number != 0 &&
	    (value_is(text, s->user.value, m->user, strncasecmp) ||
	    value_is(text, s->user.value, m->account, strncasecmp));
}

/* Appends value, in quotes where mbsync needs them. */
static int
add_value(struct buf *b, const char *value)
{
	int result = 0;

	if (strpbrk(value, " \"\\#") == NULL)
		return buf_adds(b, value);
	if (buf_adds(b, "\"") == -1)
		return -1;
	for (; result == 0 && *value != '\0'; value++)
		result = ((*value == '"' || *value == '\\') &&
		    buf_adds(b, "\\") == -1) ? -1 : buf_add(b, value, 1);
	return result == -1 ? -1 : buf_adds(b, "\"");
}

/* The option's value becomes another one, or a line is added. 1, or -1. */
static int
set_option(struct buf *text, const struct section *s, const struct option *o,
    const char *name, const char *value, struct failure *why)
{
	struct buf made = BUF_INIT(BLOCK_MAX);
	struct piece value_at = o->value;
	int result;

	/* An option without a value gets one after its name. */
	if (o->line.number != 0 && o->value.len == 0)
		value_at.at = o->name.at + o->name.len;
	if (o->line.number == 0 && buf_adds(&made, name) == -1)
		result = fail_memory(why);
	else if (value_at.len == 0 && buf_adds(&made, " ") == -1)
		result = fail_memory(why);
	else if (add_value(&made, value) == -1)
		result = fail_memory(why);
	else if (o->line.number != 0)
		result = text_replace(text, value_at, buf_text(&made), why);
	else
		result = line_insert(text, &s->last, buf_text(&made), why);
	buf_free(&made);
	return result == -1 ? -1 : 1;
}

static const char *
tls_type(const struct mailbox *m, unsigned port)
{
	return server_is_implicit(SERVER_IMAP, port, m->tls) ? "IMAPS" :
	    "STARTTLS";
}

/* Where the section connects to: by default as the account does. */
static unsigned
find_port(const struct buf *text, const struct section *s,
    const struct mailbox *m)
{
	char digits[8] = "";
	int64_t port = 0;
	size_t len = s->port.value.len;

	if (len == 0 || len >= sizeof(digits))
		return m->port;
	memcpy(digits, text->data + s->port.value.at, len);
	return number_read(digits, &port) == len && port <= 65535 ?
	    (unsigned)port : m->port;
}

/* One step nearer to what the section shall be. 1; 0: it is that; -1. */
static int
improve(struct buf *text, const struct section *s, const struct mailbox *m,
    const struct mbsync_style *style, struct failure *why)
{
	const struct option *auth = &s->auth, *tls = &s->tls;

	if (s->pass.line.number != 0)
		return line_remove(text, &s->pass.line, why) == -1 ? -1 : 1;
	if (!value_is(text, s->user.value, m->account, strncasecmp))
		return set_option(text, s, &s->user, "User", m->account, why);
	if (auth->line.number == 0 ||
	    (!value_is(text, auth->value, "XOAUTH2", strncasecmp) &&
	    !value_is(text, auth->value, "OAUTHBEARER", strncasecmp)))
		return set_option(text, s, auth, "AuthMechs", "XOAUTH2", why);
	if (tls->line.number != 0 ?
	    value_is(text, tls->value, "None", strncasecmp) :
	    s->port.line.number == 0 && s->old_tls.line.number == 0)
		return set_option(text, s, tls, style->tls,
		    tls_type(m, find_port(text, s, m)), why);
	return 0;
}

/* mbsync refuses a line in which a quote or a backslash has no end. */
static int
check_quotes(const struct buf *text, const char *path, struct failure *why)
{
	struct line l = { .next = 0 };

	while (line_next(text, &l))
		if (has_open_quote(text, &l))
			return fail(why, STATUS_CONFIG, "%s:%u: a quote "
			    "begins here and has no end: nothing was changed. "
			    "Fix: close it, and run this again", path,
			    l.number);
	return 0;
}

int
mbsync_edit(struct buf *text, const char *path, const struct mailbox *m,
    const struct mbsync_style *style, struct failure *why)
{
	struct line l = { .next = 0 }, before = l;
	struct section s;
	int found = 0, result;

	if (check_quotes(text, path, why) == -1)
		return -1;
	while (next_section(text, &l, &s)) {
		result = is_theirs(text, path, &s, m, why);
		if (result == 1) {
			found = 1;
			result = improve(text, &s, m, style, why);
			/* What is behind has moved: once more from here. */
			l = result == 1 ? before : l;
		}
		if (result == -1)
			return -1;
		before = l;
	}
	return found;
}

/* Two sections of one kind cannot have one name. */
static int
check_label(const struct buf *text, const char *path, const char *label,
    const char *store, struct failure *why)
{
	struct line l = { .next = 0 };
	struct section s;

	while (next_section(text, &l, &s))
		if (value_is(text, s.head.value, label, strncmp) ||
		    value_is(text, s.head.value, store, strncmp))
			return fail(why, STATUS_CONFIG, "%s:%u: the name \"%s\" "
			    "is needed for the new account: call this one "
			    "otherwise, here and where it is named", path,
			    s.head.line.number, value_is(text, s.head.value,
			    label, strncmp) ? label : store);
	return 0;
}

/* The block of a new account, allocated; NULL: no memory. */
static char *
make_block(const char *name, const struct mailbox *m,
    const struct mbsync_style *style, const char *label, const char *folder)
{
	const char *tls = tls_type(m, m->port);
	char port[32] = "", *block = NULL;

	if (m->port != 993 || strcmp(tls, "IMAPS") != 0)
		snprintf(port, sizeof(port), "Port %u\n", m->port);
	if (asprintf(&block, "IMAPAccount %s\nHost %s\n%sUser %s\n"
	    "AuthMechs XOAUTH2\n%s %s\n\n"
	    "IMAPStore %s\nAccount %s\n\n"
	    "MaildirStore %s-mail\nPath %s/\nInbox %s/INBOX\n"
	    "SubFolders Verbatim\n\n"
	    "# \"Patterns *\" takes all folders.\n"
	    "Channel %s\nFar :%s:\nNear :%s-mail:\nPatterns INBOX\n"
	    "Create Near\nSyncState *\n", label, m->host, port, name,
	    style->tls, tls, label, label,
	    label, folder, folder, label, label, label) == -1)
		return NULL;
	return block;
}

/* A channel names a store between colons. */
void
mbsync_label(char label[NAME_MAX_LEN + 1], const struct mailbox *m)
{
	char *c;

	snprintf(label, NAME_MAX_LEN + 1, "%s", m->account);
	for (c = label; (c = strpbrk(c, ":\"\\# ")) != NULL; c++)
		*c = '-';
}

int
mbsync_add(struct buf *text, const char *path, const struct mailbox *m,
    const struct mbsync_style *style, struct failure *why)
{
	struct buf name = BUF_INIT(BLOCK_MAX), folder = BUF_INIT(BLOCK_MAX);
	char label[NAME_MAX_LEN + 1], store[NAME_MAX_LEN + 8];
	char *block = NULL;
	int result;

	mbsync_label(label, m);
	snprintf(store, sizeof(store), "%s-mail", label);
	if (check_label(text, path, label, store, why) == -1)
		return -1;
	if (add_value(&name, m->account) == 0 &&
	    buf_adds(&folder, style->folder) == 0 &&
	    buf_adds(&folder, "/") == 0 && buf_adds(&folder, label) == 0)
		block = make_block(buf_text(&name), m, style, label,
		    buf_text(&folder));
	result = block == NULL ? fail_memory(why) :
	    text_append(text, block, why);
	free(block);
	buf_free(&name);
	buf_free(&folder);
	return result;
}
