/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/postfix/map.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#define TABLE_MAX 1024
#define PROXY "proxy:"
#define BETWEEN ", \t"

/* Types that are compiled into another file, and its suffix. */
static const struct {
	const char *type, *suffix;
} indexed[] = { { "hash:", ".db" }, { "btree:", ".db" }, { "lmdb:", ".lmdb" },
	{ "cdb:", ".cdb" } };

const char *
map_next(const char *maps, size_t *len)
{
	size_t i;
	int depth = 0;

	maps += strspn(maps, BETWEEN);
	if (strncmp(maps, PROXY, strlen(PROXY)) == 0)
		maps += strlen(PROXY);
	/* inline:{ ... } and the like have blanks inside. */
	for (i = 0; maps[i] != '\0' &&
	    (depth > 0 || strchr(BETWEEN, maps[i]) == NULL); i++)
		depth += (maps[i] == '{') - (maps[i] == '}');
	*len = i;
	return i > 0 ? maps : NULL;
}

static int
copy_table(char table[TABLE_MAX], const char *from, size_t len)
{
	return (size_t)snprintf(table, TABLE_MAX, "%.*s", (int)len, from) <
	    TABLE_MAX ? 0 : -1;
}

enum lookup
map_find(const struct postfix *p, const char *maps, const char *key,
    struct buf *value, struct failure *why)
{
	char table[TABLE_MAX];
	size_t len;
	int status;

	for (; (maps = map_next(maps, &len)) != NULL; maps += len) {
		if (copy_table(table, maps, len) == -1)
			return fail(why, STATUS_CONFIG, "a table's name is "
			    "longer than %d bytes", TABLE_MAX);
		status = postfix_tool(p->config, "postmap", value, why, "-q",
		    key, table, (char *)NULL);
		if (status == EX_OK) {
			/* One line, and its end. */
			while (value->len > 0 &&
			    value->data[value->len - 1] == '\n')
				value->data[--value->len] = '\0';
			return LOOKUP_FOUND;
		}
		/* Status 1 may mean only that it is not there. */
		if (status == -1 || strstr(why->text, "fatal:") != NULL)
			return LOOKUP_FAILED;
	}
	return LOOKUP_ABSENT;
}

void
map_list(const struct postfix *p, const char *maps, struct buf *lines)
{
	char table[TABLE_MAX];
	size_t len;

	for (; (maps = map_next(maps, &len)) != NULL; maps += len)
		if (copy_table(table, maps, len) == 0)
			postfix_tool(p->config, "postmap", lines, NULL, "-s",
			    table, (char *)NULL);
}

char *
map_value(char *line)
{
	char *value = strchr(line, '\t');

	if (value == NULL)
		return NULL;
	*value++ = '\0';
	return value + strspn(value, "\t ");
}

/* The place in indexed of its type; -1 if it is none of those. */
static int
find_type(const char *table, size_t len)
{
	size_t i, n;

	for (i = 0; i < sizeof(indexed) / sizeof(indexed[0]); i++) {
		n = strlen(indexed[i].type);
		if (len > n && strncmp(table, indexed[i].type, n) == 0)
			return (int)i;
	}
	return -1;
}

int
map_is_compiled(const char *table, size_t len)
{
	return find_type(table, len) != -1;
}

static enum map_state
look_at_index(const char *source, const char *suffix)
{
	char path[TABLE_MAX + 8];
	struct stat text, compiled;
	int has_text = stat(source, &text) == 0;

	snprintf(path, sizeof(path), "%s%s", source, suffix);
	if (stat(path, &compiled) == -1)
		return has_text ? MAP_NO_INDEX : MAP_NO_SOURCE;
	return has_text && text.st_mtime > compiled.st_mtime ? MAP_OLD_INDEX :
	    MAP_GOOD;
}

enum map_state
map_look(const char *from, size_t len)
{
	static const char plain[] = "texthash:";
	char table[TABLE_MAX];
	struct stat st;
	int type = find_type(from, len);

	if (copy_table(table, from, len) == -1)
		return MAP_GOOD;
	if (type != -1)
		return look_at_index(table + strlen(indexed[type].type),
		    indexed[type].suffix);
	if (strncmp(table, plain, strlen(plain)) == 0 &&
	    stat(table + strlen(plain), &st) == -1 && errno == ENOENT)
		return MAP_NO_SOURCE;
	return MAP_GOOD;
}
