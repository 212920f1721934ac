/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/status/list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "files/folder.h"

#define LABEL 10	/* columns: the longest word and a blank */
#define LINE_LEN (LABEL + NAME_MAX_LEN + FAILURE_TEXT_MAX + 8)

enum status
list_worse(enum status a, enum status b)
{
	/* A transient failure is the least one. */
	if (a == STATUS_OK || (a == STATUS_LATER && b != STATUS_OK))
		return b;
	return a;
}

static int
compare_rows(const void *a, const void *b)
{
	const struct row *one = a, *other = b;

	if (one->health != other->health)
		return one->health < other->health ? 1 : -1;
	return strcmp(one->name, other->name);
}

void
list_sort(struct list *l)
{
	size_t i;

	memset(l->of, 0, sizeof(l->of));
	l->worst = STATUS_OK;
	if (l->count > 0)
		qsort(l->row, l->count, sizeof(*l->row), compare_rows);
	for (i = 0; i < l->count; i++) {
		l->of[l->row[i].health]++;
		/* A host that gets no token costs the others none. */
		if (l->row[i].why.code != STATUS_REJECTED)
			l->worst = list_worse(l->worst, l->row[i].why.code);
	}
}

static int
add_row(struct list *l, const struct scope *s, const struct usable *folders,
    const char *name, int64_t now, struct failure *why)
{
	struct view *v = malloc(sizeof(*v));
	struct row *r = &l->row[l->count];

	if (v == NULL)
		return fail_memory(why);
	view_look(v, s, folders, name, now);
	snprintf(r->name, sizeof(r->name), "%s", name);
	r->health = view_health(v, now, &r->why);
	r->expires = v->expires;
	r->refreshed = v->state.refreshed;
	l->count++;
	account_free(&v->account);
	free(v);
	return 0;
}

int
list_read(struct list *l, const struct scope *s, const char *given,
    int64_t now, struct failure *why)
{
	struct names n = { .name = NULL };
	struct usable folders;
	size_t i, count = 1;
	int result = 0;

	memset(l, 0, sizeof(*l));
	if (given == NULL) {
		result = names_list(&n, s, why);
		count = n.count;
	}
	if (result == 0 && count > 0 &&
	    (l->row = calloc(count, sizeof(*l->row))) == NULL)
		result = fail_memory(why);
	usable_folders(&folders, s);
	for (i = 0; result == 0 && i < count; i++)
		result = add_row(l, s, &folders, given != NULL ? given :
		    n.name[i], now, why);
	names_free(&n);
	list_sort(l);
	return result;
}

/* Columns of the terminal; 0: whole lines. */
static size_t
line_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO))
		return 0;
	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
	    size.ws_col >= 20 ? size.ws_col : 80;
}

/* Each character of UTF-8 is taken for one column. */
static void
cut(char *line, size_t width)
{
	size_t columns = 0, i, last = 0;

	for (i = 0; line[i] != '\0'; i++) {
		if (((unsigned char)line[i] & 0xc0) == 0x80)
			continue;
		if (++columns == width - 2)
			last = i;
		if (columns > width) {
			strcpy(line + last, "...");
			return;
		}
	}
}

static void
print_row(const struct row *r, size_t width)
{
	const char *word = status_word(r->why.code);
	char line[LINE_LEN];

	if (r->why.code == STATUS_OK && r->health != HEALTH_GOOD)
		word = "warning";
	snprintf(line, sizeof(line), "%-*s%s: %s", LABEL, word, r->name,
	    view_unnamed(r->why.text, r->name));
	if (width > 0)
		cut(line, width);
	puts(line);
}

void
list_print(const struct list *l)
{
	const size_t width = line_width();
	size_t i;

	for (i = 0; i < l->count; i++)
		print_row(&l->row[i], width);
	printf("%zu account%s: %zu ok, %zu with a warning, %zu with a fault"
	    "%s\n", l->count, l->count == 1 ? "" : "s", l->of[HEALTH_GOOD],
	    l->of[HEALTH_WARNING], l->of[HEALTH_FAULT],
	    l->of[HEALTH_GOOD] < l->count ? "; \"tokend status NAME\" has "
	    "all of one" : "");
}

void
list_free(struct list *l)
{
	free(l->row);
	l->row = NULL;
	l->count = 0;
}
