/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/lines/diff.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CELLS_MAX 4000000	/* of 2 bytes: 2000 lines against 2000 */
#define LINES_MAX UINT16_MAX

int
row_equal(const struct row *a, const struct row *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

static int
split_rows(struct rows *l, const struct buf *text)
{
	const char *at = buf_text(text), *end = at + text->len, *newline;
	size_t size = 0;
	struct row *more;

	while (at < end) {
		if (l->count == size) {
			size = size > 0 ? 2 * size : 64;
			more = realloc(l->line, size * sizeof(*more));
			if (more == NULL)
				return -1;
			l->line = more;
		}
		newline = memchr(at, '\n', (size_t)(end - at));
		l->line[l->count].text = at;
		at = newline != NULL ? newline + 1 : end;
		l->line[l->count].len = (size_t)(at -
		    l->line[l->count].text);
		l->count++;
	}
	return 0;
}

/* Adds to the last hunk what touches it. */
static int
add_hunk(struct diff *d, struct hunk h)
{
	struct hunk *last = d->count > 0 ? &d->hunks[d->count - 1] : NULL;
	struct hunk *more;

	if (last != NULL && last->a + last->a_count == h.a &&
	    last->b + last->b_count == h.b) {
		last->a_count += h.a_count;
		last->b_count += h.b_count;
		return 0;
	}
	more = realloc(d->hunks, (d->count + 1) * sizeof(*more));
	if (more == NULL)
		return -1;
	d->hunks = more;
	d->hunks[d->count++] = h;
	return 0;
}

/*
 * The middle, by the longest common subsequence: common[i][j] is its length
 * from line i of a and line j of b on.
 */
static int
compare_middle(struct diff *d, const struct hunk *m)
{
	const struct row *a = d->a.line + m->a, *b = d->b.line + m->b;
	const size_t n = m->a_count, k = m->b_count, row = k + 1;
	uint16_t *common = calloc((n + 1) * row, sizeof(*common));
	size_t i, j;
	int result = common != NULL ? 0 : -1;

	for (i = n; result == 0 && i-- > 0;)
		for (j = k; j-- > 0;) {
			uint16_t down = common[(i + 1) * row + j];
			uint16_t right = common[i * row + j + 1];

			common[i * row + j] = row_equal(a + i, b + j) ?
			    (uint16_t)(common[(i + 1) * row + j + 1] + 1) :
			    down > right ? down : right;
		}
	for (i = 0, j = 0; result == 0 && (i < n || j < k);) {
		if (i < n && j < k && row_equal(a + i, b + j)) {
			i++;
			j++;
		} else if (j == k || (i < n && common[(i + 1) * row + j] >=
		    common[i * row + j + 1])) {
			result = add_hunk(d, (struct hunk){ m->a + i++, 1,
			    m->b + j, 0 });
		} else {
			result = add_hunk(d, (struct hunk){ m->a + i, 0,
			    m->b + j++, 1 });
		}
	}
	free(common);
	return result;
}

int
diff_texts(struct diff *d, const struct buf *a, const struct buf *b)
{
	struct hunk m = { 0, 0, 0, 0 };
	size_t head, tail, most;

	memset(d, 0, sizeof(*d));
	if (split_rows(&d->a, a) == -1 || split_rows(&d->b, b) == -1)
		return -1;
	most = d->a.count < d->b.count ? d->a.count : d->b.count;
	for (head = 0; head < most &&
	    row_equal(&d->a.line[head], &d->b.line[head]); head++)
		continue;
	for (tail = 0; tail < most - head &&
	    row_equal(&d->a.line[d->a.count - tail - 1],
	    &d->b.line[d->b.count - tail - 1]); tail++)
		continue;
	m.a = m.b = head;
	m.a_count = d->a.count - head - tail;
	m.b_count = d->b.count - head - tail;
	if (m.a_count == 0 && m.b_count == 0)
		return 0;
	if (m.a_count == 0 || m.b_count == 0 || m.a_count > LINES_MAX ||
	    m.b_count > LINES_MAX ||
	    (m.a_count + 1) * (m.b_count + 1) > CELLS_MAX)
		return add_hunk(d, m);
	return compare_middle(d, &m);
}

void
diff_free(struct diff *d)
{
	free(d->a.line);
	free(d->b.line);
	free(d->hunks);
	memset(d, 0, sizeof(*d));
}
