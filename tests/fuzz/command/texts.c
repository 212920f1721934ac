/* SPDX-License-Identifier: BSD-2-Clause */
/* texts.c - the tools of the editors: hunks, mutt's words, account files */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "account/keys.h"
#include "command/edit.h"
#include "command/setup/lines/diff.h"
#include "command/setup/lines/revert_change.h"
#include "command/setup/programs/mutt_scan.h"
#include "command/setup/show_plan.h"

#define TEXT_MAX 65536

static int
add_rows(struct buf *to, const struct rows *from, size_t at, size_t end)
{
	for (; at < end; at++)
		if (buf_add(to, from->line[at].text, from->line[at].len) == -1)
			return -1;
	return 0;
}

static void
check_hunks(const struct buf *a, const struct buf *b)
{
	struct buf made = BUF_INIT(2 * TEXT_MAX);
	struct diff d;
	size_t i = 0, at = 0;

	MUST(diff_texts(&d, a, b) == 0);
	for (i = 0; i < d.count; i++) {
		MUST(d.hunks[i].a >= at);
		MUST(add_rows(&made, &d.a, at, d.hunks[i].a) == 0);
		MUST(add_rows(&made, &d.b, d.hunks[i].b, d.hunks[i].b +
		    d.hunks[i].b_count) == 0);
		at = d.hunks[i].a + d.hunks[i].a_count;
	}
	MUST(add_rows(&made, &d.a, at, d.a.count) == 0);
	MUST(made.len == b->len && memcmp(buf_text(&made), buf_text(b),
	    b->len) == 0);
	diff_free(&d);
	buf_free(&made);
}

/* Three texts: as it was, as we left it, as it is. */
FUZZ_TARGET(hunks)
{
	struct part p = fuzz_part(&data, &len);
	struct buf before = fuzz_buf(p.data, p.len, TEXT_MAX);
	struct buf left, now, result = BUF_INIT(3 * TEXT_MAX);
	size_t line = 0;

	p = fuzz_part(&data, &len);
	left = fuzz_buf(p.data, p.len, TEXT_MAX);
	now = fuzz_buf(data, len, TEXT_MAX);
	check_hunks(&before, &left);
	check_hunks(&left, &now);
	if (revert_change(&result, &before, &left, &now, &line) == 1)
		MUST(line >= 1);
	buf_free(&before);
	buf_free(&left);
	buf_free(&now);
	buf_free(&result);
}

/* A value that is quoted for mutt is the value that mutt takes. */
FUZZ_TARGET(quote)
{
	char *value = fuzz_text(data, len);
	struct buf quoted = BUF_INIT(TEXT_MAX), back = BUF_INIT(TEXT_MAX);
	struct buf raw = fuzz_buf(data, len, TEXT_MAX);
	struct piece all = { 0, 0 };

	if (strpbrk(value, "\r\n") == NULL && grammar_quote(&mutt_grammar,
	    &quoted, value) == 0) {
		all.len = quoted.len;
		MUST(grammar_unquote(&mutt_grammar, &quoted, all, &back) == 0);
		MUST(strcmp(buf_text(&back), value) == 0);
	}
	(void)mutt_find(&raw, "imap_user");
	(void)mutt_find_command(&raw, "source");
	(void)mutt_find_other_host(&raw, "imap.gmail.com");
	buf_free(&quoted);
	buf_free(&back);
	buf_free(&raw);
	free(value);
}

/* A line as it is shown in a difference is no longer than it was. */
FUZZ_TARGET(hide)
{
	char *text = fuzz_text(data, len);
	size_t n = strlen(text);

	if (strchr(text, '\n') == NULL) {
		hide_secrets(text);
		MUST(strlen(text) <= n);
	}
	free(text);
}

/* A value, then an account's file: what is set there is found there. */
FUZZ_TARGET(edit)
{
	struct part p = fuzz_part(&data, &len);
	char *value = fuzz_text(p.data, p.len > 0 ? p.len - 1 : 0);
	struct buf text = fuzz_buf(data, strnlen(data, len), TEXT_MAX);
	struct buf found = BUF_INIT(TEXT_MAX), once = BUF_INIT(2 * TEXT_MAX);
	struct failure why = { .code = STATUS_OK };

	if (edit_check("scope", value, &why) == 0) {
		text.max = 2 * TEXT_MAX;
		MUST(edit_set(&text, "scope", value) == 0);
		MUST(edit_get(&text, "scope", &found) == 1);
		MUST(strcmp(buf_text(&found), value) == 0);
		MUST(buf_add(&once, text.data, text.len) == 0);
		MUST(edit_set(&text, "scope", value) == 0);
		MUST(once.len == text.len && memcmp(once.data, text.data,
		    text.len) == 0);
	} else {
		fuzz_printable(why.text);
	}
	free(value);
	buf_free(&text);
	buf_free(&found);
	buf_free(&once);
}
