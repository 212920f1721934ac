/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/lines/revert_change.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "command/setup/lines/diff.h"

#define GONE SIZE_MAX

/* Where each line of left is in now, GONE if it is not. */
static size_t *
follow_lines(const struct diff *edit)
{
	size_t *where = calloc(edit->a.count + 1, sizeof(*where));
	size_t i, h = 0, at = 0;

	if (where == NULL)
		return NULL;
	for (i = 0; i < edit->a.count; i++) {
		/* Insertions before line i, then changes that hold it. */
		while (h < edit->count && edit->hunks[h].a +
		    edit->hunks[h].a_count <= i) {
			at = edit->hunks[h].b + edit->hunks[h].b_count;
			h++;
		}
		where[i] = h < edit->count && edit->hunks[h].a <= i ? GONE :
		    at++;
	}
	where[i] = edit->b.count;	/* the end is at the end */
	return where;
}

/* How often the hunk's lines of left are in l. */
static size_t
count_block(const struct rows *l, const struct rows *left,
    const struct hunk *h)
{
	size_t i, k, times = 0;

	for (i = 0; i + h->b_count <= l->count; i++) {
		for (k = 0; k < h->b_count && row_equal(&l->line[i + k],
		    &left->line[h->b + k]); k++)
			continue;
		times += k == h->b_count;
	}
	return times;
}

/*
 * Where the hunk is in now, if it is there once; else GONE. A hunk that only
 * removed lines is between two neighbours.
 */
static size_t
find_hunk(const struct diff *edit, const size_t *where, const struct hunk *h)
{
	size_t i, before;

	if (h->b_count == 0) {
		before = h->b > 0 ? where[h->b - 1] + 1 : 0;
		return where[h->b] != GONE && (h->b == 0 ||
		    where[h->b - 1] != GONE) && before == where[h->b] ?
		    before : GONE;
	}
	for (i = 0; i < h->b_count; i++)
		if (where[h->b + i] == GONE ||
		    where[h->b + i] != where[h->b] + i)
			return GONE;
	return count_block(&edit->b, &edit->a, h) ==
	    count_block(&edit->a, &edit->a, h) ? where[h->b] : GONE;
}

/* A last line without its newline may not be the last one here. */
static int
add_lines(struct buf *result, const struct rows *l, size_t from, size_t to)
{
	for (; from < to; from++)
		if ((result->len > 0 &&
		    result->data[result->len - 1] != '\n' &&
		    buf_adds(result, "\n") == -1) ||
		    buf_add(result, l->line[from].text,
		    l->line[from].len) == -1)
			return -1;
	return 0;
}

static enum revert
merge_hunks(struct buf *result, const struct diff *ours,
    const struct diff *edit, size_t *line)
{
	size_t *where = follow_lines(edit), i, at, done = 0;
	const struct hunk *h;
	enum revert end = REVERT_DONE;

	if (where == NULL) {
		errno = ENOMEM;
		return REVERT_FAILED;
	}
	for (i = 0; end == REVERT_DONE && i < ours->count; i++) {
		h = &ours->hunks[i];
		if ((at = find_hunk(edit, where, h)) == GONE) {
			*line = h->b + 1;
			end = REVERT_EDITED;
		} else if (add_lines(result, &edit->b, done, at) == -1 ||
		    add_lines(result, &ours->a, h->a, h->a +
		    h->a_count) == -1) {
			end = REVERT_FAILED;
		}
		done = at + h->b_count;
	}
	if (end == REVERT_DONE && add_lines(result, &edit->b, done,
	    edit->b.count) == -1)
		end = REVERT_FAILED;
	free(where);
	return end;
}

enum revert
revert_change(struct buf *result, const struct buf *before,
    const struct buf *left, const struct buf *now, size_t *line)
{
	struct diff ours = { .count = 0 }, edit = ours;
	enum revert end = REVERT_FAILED;

	if (now->len == left->len &&
	    memcmp(buf_text(now), buf_text(left), now->len) == 0)
		return buf_add(result, buf_text(before), before->len) == -1 ?
		    REVERT_FAILED : REVERT_DONE;
	if (diff_texts(&ours, before, left) == 0 &&
	    diff_texts(&edit, left, now) == 0)
		end = merge_hunks(result, &ours, &edit, line);
	else
		errno = ENOMEM;
	diff_free(&edit);
	diff_free(&ours);
	return end;
}
