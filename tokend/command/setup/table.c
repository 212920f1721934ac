/* table.c - see table.h */
#include "command/setup/table.h"

#include <errno.h>
#include <string.h>

#include "name.h"

#define BLANKS " \t"

/* A key's line, with those that go on with it; offsets into the text. */
struct entry {
	size_t at, end;
	size_t key_len;
	size_t number;		/* of its first line */
};

/* The next entry from *at on; 0 at the end of the text. */
static int
next_entry(const struct setup_file *f, size_t *at, size_t *number,
    struct entry *e)
{
	const char *text = buf_text(&f->new), *line;

	while (*at < f->new.len) {
		line = text + *at;
		e->at = *at;
		e->number = ++*number;
		e->key_len = strcspn(line, BLANKS "\r\n");
		*at += strcspn(line, "\n");
		*at += text[*at] == '\n';
		if (line[0] == '#' || strchr(BLANKS "\r\n", line[0]) != NULL)
			continue;
		while (*at < f->new.len && strchr(BLANKS, text[*at]) != NULL) {
			*at += strcspn(text + *at, "\n");
			*at += text[*at] == '\n';
			++*number;
		}
		e->end = *at;
		return 1;
	}
	return 0;
}

static int
is_key(const struct setup_file *f, const struct entry *e, const char *key)
{
	return e->key_len == strlen(key) &&
	    equal_folded(buf_text(&f->new) + e->at, key, e->key_len);
}

static int
find(const struct setup_file *f, const char *key, struct entry *found,
    struct failure *why)
{
	size_t at = 0, number = 0;
	struct entry e;
	int times = 0;

	while (next_entry(f, &at, &number, &e)) {
		if (!is_key(f, &e, key))
			continue;
		if (times++ > 0)
			return fail(why, STATUS_CONFIG, "%s:%zu: %s is there a "
			    "second time: leave one of the lines", f->path,
			    e.number, key);
		*found = e;
	}
	return times;
}

int
table_get(const struct setup_file *f, const char *key, struct buf *value,
    struct failure *why)
{
	const char *text = buf_text(&f->new);
	struct entry e;
	size_t from, to;
	int found = find(f, key, &e, why);

	if (found != 1)
		return found;
	from = e.at + e.key_len;
	from += strspn(text + from, BLANKS);
	for (to = e.end; to > from && strchr(BLANKS "\r\n",
	    text[to - 1]) != NULL;)
		to--;
	return buf_add(value, text + from, to > from ? to - from : 0) == -1 ?
	    fail_memory(why) : 1;
}

size_t
table_others(const struct setup_file *f, const char *key)
{
	size_t at = 0, number = 0, others = 0;
	struct entry e;

	while (next_entry(f, &at, &number, &e))
		others += !is_key(f, &e, key);
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
	struct entry e;
	int found = find(f, key, &e, why), result = 0;

	if (found == -1)
		return -1;
	if (add_entry(&line, key, value) == -1)
		result = fail_memory(why);
	else if (found == 0)
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
