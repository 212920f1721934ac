/* SPDX-License-Identifier: BSD-2-Clause */
/* msmtp_file.c - see msmtp_file.h */
#include "command/setup/programs/msmtp_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/server_tls.h"
#include "command/setup/lines/file_lines.h"
#include "command/setup/programs/msmtp_blocks.h"

#define LINE_MAX_LEN MAILBOX_COMMAND_MAX

static int
is_set(const struct msmtp_block *block, enum msmtp_key key)
{
	return block->set[key].line.number != 0;
}

static int
value_is(const struct buf *text, const struct msmtp_block *block,
    enum msmtp_key key, const char *value)
{
	return is_set(block, key) &&
	    piece_is_folded(text, block->set[key].value, value);
}

/* 1 if it is m's; 0; -1 with why. */
static int
is_theirs(const struct buf *text, const char *path,
    const struct msmtp_block *block, const struct mailbox *m,
    struct failure *why)
{
	enum msmtp_key who = is_set(block, MSMTP_USER) ? MSMTP_USER :
	    MSMTP_FROM;

	if (is_set(block, MSMTP_HOST) && !value_is(text, block, MSMTP_HOST,
	    m->host))
		return 0;
	if (is_set(block, MSMTP_EVAL))
		return fail(why, STATUS_CONFIG, "%s:%u: what eval prints is "
		    "not known here: write that line itself in its place, and "
		    "run this again", path,
		    block->set[MSMTP_EVAL].line.number);
	return is_set(block, MSMTP_HOST) &&
	    (value_is(text, block, who, m->user) ||
	    value_is(text, block, who, m->account));
}

/* The account's own line for key becomes this. 1, or -1. */
static int
set_line(struct buf *text, const struct msmtp_block *block,
    enum msmtp_key key, const char *value, struct failure *why)
{
	const struct msmtp_setting *set = &block->set[key];
	struct piece whole = line_rest(text, &set->line, set->line.at);
	char *words = NULL;
	int result;

	if (asprintf(&words, "%s%s%s", msmtp_keys[key], *value != '\0' ? " " :
	    "", value) == -1)
		return fail_memory(why);
	if (set->line.number != 0 && !set->is_inherited)
		result = text_replace(text, whole, words, why);
	else
		result = line_insert(text, &block->last, words, why);
	free(words);
	return result == -1 ? -1 : 1;
}

static int
set_command(struct buf *text, const struct msmtp_block *block,
    const struct mailbox *m, struct failure *why)
{
	struct buf command = BUF_INIT(LINE_MAX_LEN);
	int result = mailbox_command(&command, "token", m, why) == -1 ? -1 :
	    set_line(text, block, MSMTP_PASSWORDEVAL, buf_text(&command),
	    why);

	buf_free(&command);
	return result;
}

/* A password goes before passwordeval; an inherited one is unset. */
static int
drop_password(struct buf *text, const struct msmtp_block *block,
    struct failure *why)
{
	const struct msmtp_setting *set = &block->set[MSMTP_PASSWORD];

	if (set->is_inherited)
		return set_line(text, block, MSMTP_PASSWORD, "", why);
	return line_remove(text, &set->line, why) == -1 ? -1 : 1;
}

/* One step nearer to what the account shall be. 1; 0: it is that; -1. */
static int
improve(struct buf *text, const struct msmtp_block *block,
    const struct mailbox *m, struct failure *why)
{
	const struct msmtp_setting *command = &block->set[MSMTP_PASSWORDEVAL];

	if (is_set(block, MSMTP_PASSWORD) &&
	    block->set[MSMTP_PASSWORD].value.len > 0)
		return drop_password(text, block, why);
	if (!value_is(text, block, MSMTP_USER, m->user))
		return set_line(text, block, MSMTP_USER, m->user, why);
	if (!value_is(text, block, MSMTP_AUTH, "xoauth2") &&
	    !value_is(text, block, MSMTP_AUTH, "oauthbearer"))
		return set_line(text, block, MSMTP_AUTH, "xoauth2", why);
	if (!mailbox_owns_command(m, "token", buf_text(text) +
	    command->value.at, command->value.len))
		return set_command(text, block, m, why);
	if (!value_is(text, block, MSMTP_TLS, "on") &&
	    !value_is(text, block, MSMTP_TLS, ""))
		return set_line(text, block, MSMTP_TLS, "on", why);
	if (value_is(text, block, MSMTP_TLS_CERTCHECK, "off"))
		return set_line(text, block, MSMTP_TLS_CERTCHECK, "on", why);
	return 0;
}

/* Improves the first account that needs it. 1; 0: none does; -1. */
static int
edit_one(struct buf *text, const char *path, const struct mailbox *m,
    struct buf *name, int *found, struct failure *why)
{
	struct msmtp_blocks *b = malloc(sizeof(*b));
	int result = b == NULL ? fail_memory(why) :
	    msmtp_read(b, text, path, why);
	size_t i;

	for (i = 0; result == 0 && i < b->count; i++) {
		result = is_theirs(text, path, &b->account[i], m, why);
		if (result != 1)
			continue;
		if (!*found && (b->account[i].name.len == 0 ?
		    buf_adds(name, "default") : buf_add(name, text->data +
		    b->account[i].name.at, b->account[i].name.len)) == -1) {
			result = fail_memory(why);
			break;
		}
		*found = 1;
		result = improve(text, &b->account[i], m, why);
	}
	free(b);
	return result;
}

int
msmtp_edit(struct buf *text, const char *path, const struct mailbox *m,
    struct buf *name, struct failure *why)
{
	int found = 0, result;

	while ((result = edit_one(text, path, m, name, &found, why)) == 1)
		continue;
	return result == -1 ? -1 : found;
}

/* Is there any account, and none of this name? */
static int
look_around(const struct buf *text, const char *path, const char *label,
    int *is_first, struct failure *why)
{
	struct msmtp_blocks *b = malloc(sizeof(*b));
	int result = b == NULL ? fail_memory(why) :
	    msmtp_read(b, text, path, why);
	size_t i;

	*is_first = result == 0 && b->count == 0;
	for (i = 0; result == 0 && i < b->count; i++)
		if (piece_is(text, b->account[i].name, label))
			result = fail(why, STATUS_CONFIG, "%s:%u: the name "
			    "\"%s\" is needed for the new account: call this "
			    "one otherwise", path,
			    b->account[i].head.number, label);
	free(b);
	return result;
}

static int
expands(const char *from)
{
	while ((from = strchr(from, '%')) != NULL)
		if (strchr("UHCM", *++from) != NULL && *from != '\0')
			return 1;
	return 0;
}

int
msmtp_add(struct buf *text, const char *path, const struct mailbox *m,
    struct buf *name, struct failure *why)
{
	char label[NAME_MAX_LEN + 1], *block = NULL, *c;
	struct buf command = BUF_INIT(LINE_MAX_LEN);
	int result, is_first;

	/* msmtp(1) puts the login name, the host and the like there. */
	if (expands(m->user))
		return fail(why, STATUS_CONFIG, "account \"%s\": msmtp would "
		    "replace a part of the sender \"%s\" (%%U, %%H, %%C and "
		    "%%M in \"from\"): nothing was changed. Fix: write the "
		    "entry by hand, with another from", m->account, m->user);
	/* A list of accounts has commas, and a colon before it. */
	snprintf(label, sizeof(label), "%s", m->account);
	for (c = label; (c = strpbrk(c, ":,\" ")) != NULL; c++)
		*c = '-';
	if (look_around(text, path, label, &is_first, why) == -1 ||
	    mailbox_command(&command, "token", m, why) == -1) {
		result = -1;
	} else if (buf_adds(name, label) == -1 || asprintf(&block,
	    "account %s\nhost %s\nport %u\ntls on\ntls_starttls %s\n"
	    "auth xoauth2\nuser %s\nfrom %s\npasswordeval %s\n%s%s%s", label,
	    m->host, m->port, server_is_implicit(SERVER_SMTP, m->port, m->tls) ? "off" : "on", m->user, m->user,
	    buf_text(&command), is_first ? "\naccount default : " : "",
	    is_first ? label : "", is_first ? "\n" : "") == -1) {
		result = fail_memory(why);
	} else {
		result = text_append(text, block, why);
		free(block);
	}
	buf_free(&command);
	return result;
}

int
msmtp_make(struct buf *text, const char *path, const struct mailbox *m,
    struct buf *name, struct failure *why)
{
	struct buf again = BUF_INIT(NAME_MAX_LEN);
	int found = msmtp_edit(text, path, m, name, why);

	/* What `defaults` say may have to be unsaid in the new one. */
	if (found == 0 && ((found = msmtp_add(text, path, m, name,
	    why)) == -1 || msmtp_edit(text, path, m, &again, why) == -1))
		found = -1;
	buf_free(&again);
	return found == -1 ? -1 : 0;
}
