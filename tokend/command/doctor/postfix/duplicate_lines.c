/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * duplicate_lines.c - two lines for one relay in a password map.
 *
 * texthash: the daemons open no such table, while postmap -q only warns. A
 * compiled map: postmap(1) warned when it was made, and kept the first.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command/doctor/postfix/check_context.h"
#include "command/postfix/map.h"
#include "command/setup/postfix/table.h"
#include "disk/file.h"
#include "base/number.h"

#define VALUE_MAX 4096

/* A key that is there twice: its first two entries, and the one to remove. */
struct twice {
	struct table_entry first, second, spare;
};

static int
read_table(struct buf *text, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int result = fd != -1 && file_read(fd, text) == 0;

	if (fd != -1)
		close(fd);
	return result;
}

static int
is_ours(const struct check_context *c, const struct buf *text,
    const struct table_entry *e)
{
	char value[VALUE_MAX];
	struct entry judged;
	size_t len, from = table_value(text, e, &len);
	int is_account;

	if (len >= sizeof(value))
		return 0;
	memcpy(value, buf_text(text) + from, len);
	value[len] = '\0';
	entry_judge(&judged, value, c->bare_tokens);
	is_account = judged.kind == ENTRY_ACCOUNT;
	explicit_bzero(&judged, sizeof(judged));
	explicit_bzero(value, sizeof(value));
	return is_account;
}

/*
 * Whether the key of one is there twice. The one to remove is the first that
 * is not tokend's, else the second.
 */
static int
find_twice(const struct check_context *c, const struct buf *text,
    const struct table_entry *one, struct twice *t)
{
	size_t at = 0, number = 0, count = 0;
	struct table_entry e;
	int has_spare = 0;

	while (table_next(text, &at, &number, &e)) {
		if (!table_is_key(text, &e, buf_text(text) + one->at,
		    one->key_len))
			continue;
		if (count++ == 0)
			t->first = e;
		else if (count == 2)
			t->second = e;
		if (!is_ours(c, text, &e) && !has_spare++)
			t->spare = e;
	}
	if (!has_spare)
		t->spare = t->second;
	return count > 1;
}

/* "1d", or "1,2d" for a value that goes on in the next line. */
static const char *
name_lines(char text[64], const struct table_entry *e)
{
	if (e->last == e->number)
		snprintf(text, 64, "%zud", e->number);
	else
		snprintf(text, 64, "%zu,%zud", e->number, e->last);
	return text;
}

/* table: what is to be compiled again; NULL: nothing. */
static void
report_twice(struct check_context *c, const struct buf *text,
    const char *path, const char *table, const struct twice *t)
{
	char lines[64];

	report_postfix(c, table == NULL ? TABLE_TWICE :
	    is_ours(c, text, &t->first) ? TABLE_TWICE_OURS : TABLE_TWICE_OTHER,
	    KNOWN_VALUES({ "file", path }, { "table", table },
	    { "lines", name_lines(lines, &t->spare) },
	    { "first", KNOWN_NUMBER((long long)t->first.number) },
	    { "second", KNOWN_NUMBER((long long)t->second.number) }));
}

/* Where postmap complained of line, or of the first such key if that is 0. */
static int
look_for(struct check_context *c, const char *path, const char *table,
    size_t line)
{
	struct buf text = BUF_INIT(SETUP_TEXT_MAX);
	size_t at = 0, number = 0;
	struct table_entry e;
	struct twice t;
	int found = 0;

	if (read_table(&text, path))
		while (!found && table_next(&text, &at, &number, &e))
			if ((line == 0 && is_ours(c, &text, &e)) ||
			    (line >= e.number && line <= e.last))
				found = find_twice(c, &text, &e, &t);
	if (found) {
		report_twice(c, &text, path, table, &t);
		found = table == NULL || !is_ours(c, &text, &t.first);
	}
	buf_free(&text);
	return found;
}

/*
 * "postmap: warning: /etc/postfix/sasl_passwd, line 2: duplicate
 * entry: "KEY""
 */
int
check_complaint(struct check_context *c, const char *complaint)
{
	static const char line_is[] = ", line ", twice[] = ": duplicate entry";
	const char *end = strstr(complaint, twice), *number = end, *path;
	char file[SCOPE_PATH_MAX];
	int64_t line = 0;

	if (end == NULL)
		return 0;
	while (number > complaint && number[-1] != ' ')
		number--;
	if (number - complaint < (ptrdiff_t)sizeof(line_is) ||
	    number_read(number, &line) == 0)
		return 0;
	end = number - (sizeof(line_is) - 1);
	for (path = end; path > complaint && strchr(": ", path[-1]) == NULL;
	    path--)
		continue;
	snprintf(file, sizeof(file), "%.*s", (int)(end - path), path);
	return line > 0 && look_for(c, file, NULL, (size_t)line);
}

int
check_compiled(struct check_context *c, const char *maps)
{
	char table[SCOPE_PATH_MAX];
	int found = 0;
	size_t len;

	for (; (maps = map_next(maps, &len)) != NULL; maps += len) {
		if (!map_is_compiled(maps, len) ||
		    map_look(maps, len) != MAP_GOOD ||
		    (size_t)snprintf(table, sizeof(table), "%.*s", (int)len,
		    maps) >= sizeof(table))
			continue;
		found |= look_for(c, strchr(table, ':') + 1, table, 0);
	}
	return found;
}
