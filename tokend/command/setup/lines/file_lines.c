/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/lines/file_lines.h"

#include <errno.h>
#include <string.h>

static int
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

int
line_next(const struct buf *text, struct line *l)
{
	const char *newline;

	if (l->next >= text->len)
		return 0;
	l->at = l->next;
	newline = memchr(text->data + l->at, '\n', text->len - l->at);
	l->next = newline != NULL ? (size_t)(newline - text->data) + 1 :
	    text->len;
	l->len = l->next - l->at - (newline != NULL);
	if (newline != NULL && l->len > 0 && newline[-1] == '\r')
		l->len--;
	l->number++;
	return 1;
}

struct piece
line_rest(const struct buf *text, const struct line *l, size_t at)
{
	size_t end = l->at + l->len;

	while (at < end && is_blank(text->data[at]))
		at++;
	while (end > at && is_blank(text->data[end - 1]))
		end--;
	return (struct piece){ .at = at, .len = end - at };
}

int
piece_is(const struct buf *text, struct piece p, const char *value)
{
	return p.len == strlen(value) &&
	    (p.len == 0 || memcmp(text->data + p.at, value, p.len) == 0);
}

static int
fail_too_large(const struct buf *text, struct failure *why)
{
	return errno == ENOMEM ? fail_memory(why) : fail(why, STATUS_CONFIG,
	    "the file would be larger than %zu bytes", text->max);
}

int
text_replace(struct buf *text, struct piece p, const char *with,
    struct failure *why)
{
	struct buf made = BUF_INIT(text->max);
	size_t tail = p.at + p.len;

	if (buf_add(&made, buf_text(text), p.at) == -1 ||
	    buf_adds(&made, with) == -1 ||
	    buf_add(&made, buf_text(text) + tail, text->len - tail) == -1) {
		buf_free(&made);
		return fail_too_large(text, why);
	}
	buf_free(text);
	*text = made;
	return 0;
}

int
line_remove(struct buf *text, const struct line *l, struct failure *why)
{
	struct piece whole = { .at = l->at, .len = l->next - l->at };

	return text_replace(text, whole, "", why);
}

/* The end of the line; of the text's first one, if the line has none. */
static const char *
end_of(const struct buf *text, const struct line *l)
{
	struct line first = { .next = 0 };

	if (l->next == l->at + l->len && line_next(text, &first))
		l = &first;
	return l->next - l->at == l->len + 2 ? "\r\n" : "\n";
}

int
line_insert(struct buf *text, const struct line *l, const char *words,
    struct failure *why)
{
	struct piece place = { .at = l->next, .len = 0 };
	struct buf made = BUF_INIT(text->max);
	const char *end = end_of(text, l);
	int is_last = l->next == l->at + l->len, result = -1;
	size_t indent = l->at;

	while (indent < l->at + l->len && is_blank(text->data[indent]))
		indent++;
	if ((is_last && buf_adds(&made, end) == -1) ||
	    buf_add(&made, buf_text(text) + l->at, indent - l->at) == -1 ||
	    buf_adds(&made, words) == -1 ||
	    (!is_last && buf_adds(&made, end) == -1))
		fail_too_large(text, why);
	else
		result = text_replace(text, place, buf_text(&made), why);
	buf_free(&made);
	return result;
}

static int
add_line(struct buf *text, const char *words, size_t len, struct failure *why)
{
	struct line none = { .next = 0 };
	const char *end = end_of(text, &none);

	return (text->len > 0 && text->data[text->len - 1] != '\n' &&
	    buf_adds(text, end) == -1) || buf_add(text, words, len) == -1 ||
	    buf_adds(text, end) == -1 ? fail_too_large(text, why) : 0;
}

int
text_add_line(struct buf *text, const char *words, struct failure *why)
{
	return add_line(text, words, strlen(words), why);
}

int
text_append(struct buf *text, const char *block, struct failure *why)
{
	int result = text->len > 0 ? text_add_line(text, "", why) : 0;
	size_t len;

	for (; result == 0 && *block != '\0'; block += len, block +=
	    *block == '\n') {
		len = strcspn(block, "\n");
		result = add_line(text, block, len, why);
	}
	return result;
}
