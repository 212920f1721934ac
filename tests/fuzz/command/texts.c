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
	if (revert_change(&result, &before, &left, &now, &line) ==
	    REVERT_EDITED)
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
		MUST(grammar_unquote(&mutt_grammar, &quoted, all, &back) ==
		    UNQUOTED);
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

/*
 * Values that go on in other lines: '%' is any of the input's bytes, except
 * what would end the value there, and '$' the secret.
 */
static const struct shape {
	const char *text, *without;
	int has_words;
} shapes[] = {
	{ "set imap_pass = %\\\n%$\n", "\n\\", 0 },
	{ "set smtp_pa\\\nss=%$%\n", "\n\\", 0 },
	{ "set imap_url=imap://bob:%\\\n$@mx\n", "\n\\ \t\r", 0 },
	{ "password = %\n  %$%\n\n# c\n\t%$\n", "\n", 0 },
	{ "remotepass =\n %$%\n", "\n", 0 },
	{ "maps = inline:{\n  %$% }\n", "\n", 0 },
	{ "[mx]:587 bob:\n  %$%\n", "\n", 0 },
	{ "[mx]:587\n  bob:$%\n", "\n", 0 },
	{ "user bob password\n\"%$%\" ssl\n", "\"\\", 1 },
	{ "user bob password \"%\n$%\" ssl\n", "\"\\", 1 },
	{ "password = \"\"\"%\n%$%\"\"\"\n", "\"", 0 },
};

static void
add_without(struct buf *b, const char *text, size_t len, const char *without)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (strchr(without, text[i]) == NULL)
			MUST(buf_add(b, text + i, 1) == 0);
}

static void
fill_shape(struct buf *b, const struct shape *s, const char *value)
{
	const char *at;

	for (at = s->text; *at != '\0'; at++) {
		if (*at == '$')
			MUST(buf_adds(b, FUZZ_SECRET) == 0);
		else if (*at == '%')
			MUST(buf_adds(b, value) == 0);
		else
			MUST(buf_add(b, at, 1) == 0);
	}
}

/*
 * The input as a file, lines that any other may stand before, and after it a
 * value of each shape. As many bytes are shown, lines end where they did. What
 * the input itself has of the secret may be shown.
 */
FUZZ_TARGET(hide)
{
	const struct shape *s = &shapes[len > 0 ? (unsigned char)data[0] %
	    (sizeof(shapes) / sizeof(shapes[0])) : 0];
	char *text = fuzz_text(data, len), *shown;
	struct buf file = BUF_INIT(8 * TEXT_MAX), value = BUF_INIT(TEXT_MAX);
	size_t n = strlen(text), i;

	if (n > TEXT_MAX)
		n = TEXT_MAX;
	add_without(&value, text, n, s->without);
	MUST(buf_add(&file, text, n) == 0 && buf_adds(&file, "\n\n") == 0);
	fill_shape(&file, s, buf_text(&value));
	shown = fuzz_text(file.data, file.len);
	MUST(hide_secrets(shown, s->has_words) == 0);
	for (i = 0; i < file.len; i++)
		MUST(shown[i] == file.data[i] || (shown[i] == HIDDEN_BYTE &&
		    file.data[i] != '\n'));
	if (!fuzz_has(text, n) && !fuzz_has(buf_text(&value), value.len))
		fuzz_hides(shown, file.len);
	free(shown);
	free(text);
	buf_free(&file);
	buf_free(&value);
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
		MUST(edit_get(&text, "scope", &found) == IS_TRUE);
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
