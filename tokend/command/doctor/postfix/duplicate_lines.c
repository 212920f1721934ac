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
#include "file.h"
#include "number.h"
#include "shell_word.h"

#define VALUE_MAX 4096

/* A key that is there twice: its first two entries, and the one to go. */
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
is_ours(const struct sight *s, const struct buf *text,
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
	entry_judge(&judged, value, s->bare_tokens);
	is_account = judged.kind == ENTRY_ACCOUNT;
	explicit_bzero(&judged, sizeof(judged));
	explicit_bzero(value, sizeof(value));
	return is_account;
}

/*
 * Whether the key of one stands there twice. The one to go is the first that
 * is not tokend's, else the second.
 */
static int
find_twice(const struct sight *s, const struct buf *text,
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
		if (!is_ours(s, text, &e) && !has_spare++)
			t->spare = e;
	}
	if (!has_spare)
		t->spare = t->second;
	return count > 1;
}

/* "1d", and where its value goes on below it, "1,2d". */
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
tell(struct sight *s, const struct buf *text, const char *path,
    const char *table, const struct twice *t)
{
	int is_fault = table == NULL || !is_ours(s, text, &t->first);
	struct finding f = sight_begin(is_fault ? VERDICT_FAULT :
	    VERDICT_WARNING);
	char reload[SIGHT_COMMAND_MAX], option[SIGHT_COMMAND_MAX], lines[64];
	char compile[SIGHT_COMMAND_MAX + SHELL_WORD_MAX(SCOPE_PATH_MAX)] = "";

	finding_text(f.found, "Postfix in %s: %s has two lines for one relay, "
	    "the second in line %zu.", s->p->config, path, t->second.number);
	if (table == NULL)
		finding_text(f.matters, "Postfix opens no such table: mail "
		    "waits, \"local data error while talking to ...\".");
	else
		finding_text(f.matters, "postmap keeps the first and warns: "
		    "line %zu counts, which is %s, and line %zu is without "
		    "effect.", t->first.number, is_fault ? "not tokend's" :
		    "tokend's", t->second.number);
	if (table != NULL)
		snprintf(compile, sizeof(compile), "\"postmap%s %s\", ",
		    sight_option(s, option), SHELL_WORD(table));
	finding_text(f.fix, "One of them has to go: \"sed -i %s %s\", %sthen "
	    "%s.", name_lines(lines, &t->spare), SHELL_WORD(path), compile,
	    sight_reload(s, reload));
	sight_tell(s, &f);
}

/* Where postmap complained of line, or of the first such key if that is 0. */
static int
look_for(struct sight *s, const char *path, const char *table, size_t line)
{
	struct buf text = BUF_INIT(SETUP_TEXT_MAX);
	size_t at = 0, number = 0;
	struct table_entry e;
	struct twice t;
	int found = 0;

	if (read_table(&text, path))
		while (!found && table_next(&text, &at, &number, &e))
			if ((line == 0 && is_ours(s, &text, &e)) ||
			    (line >= e.number && line <= e.last))
				found = find_twice(s, &text, &e, &t);
	if (found) {
		tell(s, &text, path, table, &t);
		found = table == NULL || !is_ours(s, &text, &t.first);
	}
	buf_free(&text);
	return found;
}

/*
 * "postmap: warning: /etc/postfix/sasl_passwd, line 2: duplicate
 * entry: "KEY""
 */
int
twice_complained(struct sight *s, const char *complaint)
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
	return line > 0 && look_for(s, file, NULL, (size_t)line);
}

int
twice_compiled(struct sight *s, const char *maps)
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
		found |= look_for(s, strchr(table, ':') + 1, table, 0);
	}
	return found;
}
