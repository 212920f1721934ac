/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/postfix/table.h"

#include <errno.h>
#include <string.h>

#include "base/name.h"

#define BLANKS " \t"

int
table_next(const struct buf *b, size_t *at, size_t *number,
    struct table_entry *e)
{
	const char *text = buf_text(b), *line;

	while (*at < b->len) {
		line = text + *at;
		e->at = *at;
		e->number = ++*number;
		e->key_len = strcspn(line, BLANKS "\r\n");
		*at += strcspn(line, "\n");
		*at += text[*at] == '\n';
		if (line[0] == '#' || strchr(BLANKS "\r\n", line[0]) != NULL)
			continue;
		while (*at < b->len && strchr(BLANKS, text[*at]) != NULL) {
			*at += strcspn(text + *at, "\n");
			*at += text[*at] == '\n';
			++*number;
		}
		e->end = *at;
		e->last = *number;
		return 1;
	}
	return 0;
}

int
table_is_key(const struct buf *b, const struct table_entry *e,
    const char *key, size_t len)
{
	return e->key_len == len && equal_folded(buf_text(b) + e->at, key, len);
}

size_t
table_value(const struct buf *b, const struct table_entry *e, size_t *len)
{
	const char *text = buf_text(b);
	size_t from = e->at + e->key_len, to = e->end;

	from += strspn(text + from, BLANKS);
	while (to > from && strchr(BLANKS "\r\n", text[to - 1]) != NULL)
		to--;
	*len = to > from ? to - from : 0;
	return from;
}

static enum truth
find_entry(const struct setup_file *f, const char *key,
    struct table_entry *found, struct failure *why)
{
	enum truth is_there = IS_FALSE;
	size_t at = 0, number = 0;
	struct table_entry e;

	while (table_next(&f->new, &at, &number, &e)) {
		if (!table_is_key(&f->new, &e, key, strlen(key)))
			continue;
		if (is_there == IS_TRUE)
			return fail(why, STATUS_CONFIG, "%s:%zu: %s is there a "
			    "second time: leave one of the lines", f->path,
			    e.number, key);
		*found = e;
		is_there = IS_TRUE;
	}
	return is_there;
}

enum truth
table_get(const struct setup_file *f, const char *key, struct buf *value,
    struct failure *why)
{
	struct table_entry e = { 0 };
	enum truth is_there = find_entry(f, key, &e, why);
	size_t from, len;

	if (is_there != IS_TRUE)
		return is_there;
	from = table_value(&f->new, &e, &len);
	return buf_add(value, buf_text(&f->new) + from, len) == -1 ?
	    fail_memory(why) : IS_TRUE;
}

size_t
table_others(const struct setup_file *f, const char *key)
{
	size_t at = 0, number = 0, others = 0;
	struct table_entry e;

	while (table_next(&f->new, &at, &number, &e))
		others += !table_is_key(&f->new, &e, key, strlen(key));
	return others;
}

static int
add_entry(struct buf *b, const char *key, const char *value)
{
	return buf_adds(b, key) == -1 || buf_adds(b, "    ") == -1 ||
	    buf_adds(b, value) == -1 || buf_adds(b, "\n") == -1 ? -1 : 0;
}

int
table_set(struct setup_file *f, const char *key, const char *value,
    struct failure *why)
{
	struct buf edited = BUF_INIT(SETUP_TEXT_MAX), line =
	    BUF_INIT(SETUP_TEXT_MAX);
	struct table_entry e = { 0 };
	enum truth is_there = find_entry(f, key, &e, why);
	int result;

	if (is_there == IS_UNKNOWN)
		return -1;
	if (add_entry(&line, key, value) == -1)
		result = fail_memory(why);
	else if (is_there == IS_FALSE)
		result = setup_append(f, buf_text(&line), why);
	else if (buf_add(&edited, f->new.data, e.at) == -1 ||
	    buf_add(&edited, line.data, line.len) == -1 ||
	    buf_add(&edited, f->new.data + e.end, f->new.len - e.end) == -1)
		result = fail(why, STATUS_CONFIG, "%s: %s", f->path,
		    strerror(errno));
	else
		result = setup_replace(f, &edited, why);
	buf_free(&edited);
	buf_free(&line);
	return result;
}
