/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * editors.c - what `tokend setup` does to a mail program's file.
 *
 * Whatever the file is: to do it twice is to do it once, and to undo it
 * brings the bytes that were there, also where somebody wrote a line since.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "command/setup/lines/revert_change.h"
#include "command/setup/plan.h"
#include "command/setup/programs/nullmailer_files.h"
#include "command/setup/postfix/table.h"
#include "edited.h"
#include "base/name.h"

#define SINCE "# a line of somebody's\n"

static int
equal(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && memcmp(buf_text(a), buf_text(b),
	    a->len) == 0;
}

static void
check_undo(const struct buf *before, const struct buf *left)
{
	struct buf result = BUF_INIT(SETUP_TEXT_MAX), now = result;
	enum revert end;
	size_t line = 0;

	MUST(revert_change(&result, before, left, left, &line) ==
	    REVERT_DONE);
	MUST(equal(&result, before));
	buf_reset(&result);
	MUST(buf_adds(&now, SINCE) == 0);
	MUST(buf_add(&now, buf_text(left), left->len) == 0);
	end = revert_change(&result, before, left, &now, &line);
	MUST(end != REVERT_FAILED);
	/* Of two such lines it can take either for the new one. */
	if (end == REVERT_DONE && strstr(buf_text(before), SINCE) == NULL)
		MUST(strncmp(buf_text(&result), SINCE, strlen(SINCE)) == 0 &&
		    result.len == strlen(SINCE) + before->len &&
		    memcmp(result.data + strlen(SINCE), buf_text(before),
		    before->len) == 0);
	buf_free(&result);
	buf_free(&now);
}

static void
check_editor(const char *data, size_t len,
    int (*edit)(struct buf *text, struct failure *why))
{
	struct buf before = fuzz_buf(data, strnlen(data, len), SETUP_TEXT_MAX);
	struct buf text = fuzz_buf(data, before.len, SETUP_TEXT_MAX);
	struct buf once = BUF_INIT(SETUP_TEXT_MAX);
	struct failure why = { .code = STATUS_OK };

	if (edit(&text, &why) == -1) {
		MUST(why.code == STATUS_CONFIG);
		fuzz_printable(why.text);
	} else {
		MUST(buf_add(&once, buf_text(&text), text.len) == 0);
		MUST(edit(&text, &why) != -1);
		MUST(equal(&once, &text));
		check_undo(&before, &once);
	}
	buf_free(&before);
	buf_free(&text);
	buf_free(&once);
}

static int
edit_mbsync(struct buf *text, struct failure *why)
{
	struct edit e = edited_by_mbsync(&edited_imap);

	e.text = text;
	return edit_make(&e, why);
}

FUZZ_TARGET(mbsync)
{
	check_editor(data, len, edit_mbsync);
}

static int
edit_msmtp(struct buf *text, struct failure *why)
{
	struct edit e = edited_by(&msmtp_recipe, &edited_smtp);

	e.text = text;
	return msmtp_make(&e, why);
}

FUZZ_TARGET(msmtp)
{
	check_editor(data, len, edit_msmtp);
}

static int
edit_mutt(struct buf *text, struct failure *why)
{
	int elsewhere = mutt_sends_otherwise(text, &edited_smtp);

	return mutt_edit(text, EDITED_PATH, &edited_imap,
	    elsewhere ? NULL : &edited_smtp, why);
}

FUZZ_TARGET(mutt)
{
	check_editor(data, len, edit_mutt);
}

static int
edit_fetchmail(struct buf *text, struct failure *why)
{
	struct edit e = edited_by(&fetchmail_imap_recipe, &edited_imap);

	e.text = text;
	return fetchmail_edit(&e, "alice", why);
}

FUZZ_TARGET(fetchmail)
{
	check_editor(data, len, edit_fetchmail);
}

static int
edit_aerc(struct buf *text, struct failure *why)
{
	struct edit e = edited_by(&aerc_imap_recipe, &edited_imap);

	e.text = text;
	return aerc_make(&e, &edited_smtp, 1, why);
}

FUZZ_TARGET(aerc)
{
	check_editor(data, len, edit_aerc);
}

static int
edit_getmail(struct buf *text, struct failure *why)
{
	struct edit e = edited_by(&getmail_recipe, &edited_imap);
	enum edit_result found;
	struct fetch_values v;

	e.text = text;
	fetch_values(&v, &e, "port", "/etc/ca");
	found = getmail_edit(&e, why);
	return found == EDIT_NONE ? getmail_add(&e, why) : found;
}

FUZZ_TARGET(getmail)
{
	check_editor(data, len, edit_getmail);
}

static int
edit_offlineimap(struct buf *text, struct failure *why)
{
	struct edit e = edited_by(&offlineimap_recipe, &edited_imap);
	struct fetch_values v;

	e.text = text;
	fetch_values(&v, &e, "remoteport", "/etc/ca");
	return offlineimap_make(&e, &v, why);
}

FUZZ_TARGET(offlineimap)
{
	check_editor(data, len, edit_offlineimap);
}

static int
edit_ssmtp(struct buf *text, struct failure *why)
{
	struct edit e = edited_by(&ssmtp_recipe, &edited_smtp);

	e.text = text;
	return ssmtp_edit(&e, why);
}

FUZZ_TARGET(ssmtp)
{
	check_editor(data, len, edit_ssmtp);
}

/* A table of Postfix: the value that was set is the one that is found. */
static int
edit_table(struct buf *text, struct failure *why)
{
	static char path[] = EDITED_PATH;
	struct setup_file f = { .path = path, .new = *text };
	struct buf value = BUF_INIT(SETUP_TEXT_MAX);
	enum truth is_there = table_get(&f, "[mx.test]:587", &value, why);
	int result = 0;

	if (is_there == IS_UNKNOWN)
		result = -1;
	else if (is_there == IS_FALSE || strcmp(buf_text(&value), "a:b") != 0)
		result = table_set(&f, "[mx.test]:587", "a:b", why);
	buf_reset(&value);
	if (result == 0)
		MUST(table_get(&f, "[mx.test]:587", &value, why) == IS_TRUE &&
		    strcmp(buf_text(&value), "a:b") == 0);
	*text = f.new;
	buf_free(&value);
	return result;
}

FUZZ_TARGET(table)
{
	check_editor(data, len, edit_table);
}

/*
 * nullmailer's files, as it reads them: lines without the blanks around them,
 * of which it takes none that is empty or begins with '#'.
 */
static struct piece
next_line(const struct buf *text, size_t *at)
{
	const char *all = buf_text(text);
	struct piece p = { *at, strcspn(all + *at, "\n") };

	*at += p.len + (all[*at + p.len] == '\n');
	for (; p.len > 0 && strchr(" \t\r", all[p.at]) != NULL; p.len--)
		p.at++;
	while (p.len > 0 && strchr(" \t\r", all[p.at + p.len - 1]) != NULL)
		p.len--;
	return p;
}

static int
is_text(const struct buf *text, struct piece p, const char *wanted)
{
	return p.len == strlen(wanted) && memcmp(buf_text(text) + p.at,
	    wanted, p.len) == 0;
}

static int
edit_remotes(struct buf *text, struct failure *why)
{
	static char path[] = EDITED_PATH;
	struct setup_file f = { .path = path, .new = *text };
	size_t dropped = 0, servers = 0, before = 0, at = 0;
	struct piece p;
	int result;

	while (at < text->len)
		before += (p = next_line(text, &at)).len > 0 &&
		    text->data[p.at] != '#';
	result = remotes_set(&f, "al ice's", &dropped, why);
	*text = f.new;
	for (at = 0; result == 0 && at < text->len;) {
		p = next_line(text, &at);
		if (p.len == 0 || text->data[p.at] == '#')
			continue;
		MUST(is_text(text, p, "'al ice'\\''s' tokend"));
		servers++;
	}
	if (result == 0)
		MUST(servers == 1 && (dropped == before ||
		    dropped + 1 == before));
	return result;
}

static int
edit_address(struct buf *text, struct failure *why)
{
	static char path[] = EDITED_PATH;
	struct setup_file f = { .path = path, .new = *text };
	char kept[ADDRESS_SHOWN];
	size_t at = 0;
	int result = address_file_set(&f, "alice@gmail.com", kept, why);
	struct piece p;

	*text = f.new;
	p = next_line(text, &at);
	fuzz_printable(kept);
	if (result == 0)
		MUST(p.len > 0 && (kept[0] != '\0') !=
		    is_text(text, p, "alice@gmail.com"));
	return result;
}

/* The file of servers, then one with an address. */
FUZZ_TARGET(nullmailer)
{
	struct part p = fuzz_part(&data, &len);

	check_editor(p.data, p.len, edit_remotes);
	check_editor(data, len, edit_address);
}
