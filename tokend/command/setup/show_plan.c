/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/show_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/explain.h"
#include "command/setup/lines/diff.h"
#include "command/setup/plan.h"

#define CONTEXT 2
#define COLUMNS 80
#define TAB 8
#define HIDDEN "***"		/* no longer than TAB */

/* Columns of a byte: what follows the first byte of a character has none. */
static size_t
columns_of(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80 ? 0 : 1;
}

/* A line that is too wide goes on below, after a sign of its own. */
static void
print_wrapped(char sign, const char *text)
{
	const int is_wrapped = isatty(STDOUT_FILENO);
	size_t column = 1;

	putchar(sign);
	for (; *text != '\0'; text++) {
		column += columns_of(*text);
		if (is_wrapped && column > COLUMNS) {
			printf("\n%c    ", sign);
			column = 6;
		}
		putchar(*text);
	}
	putchar('\n');
}

char *
shown_line(const char *text, size_t len)
{
	const size_t size = len * TAB + 1;
	char *shown = malloc(size);
	size_t i, n = 0;

	if (shown == NULL)
		return NULL;
	for (i = 0; i < len && text[i] != '\n'; i++) {
		if (text[i] == HIDDEN_BYTE) {
			if (i == 0 || text[i - 1] != HIDDEN_BYTE)
				n = (size_t)(stpcpy(shown + n, HIDDEN) - shown);
			continue;
		}
		shown[n++] = text[i] == '\t' ? ' ' : text[i];
		while (text[i] == '\t' && n % TAB != 0)
			shown[n++] = ' ';
	}
	shown[n] = '\0';
	make_printable(shown, size);
	return shown;
}

static int
print_line(char sign, const struct row *l)
{
	char *text = shown_line(l->text, l->len);

	if (text == NULL)
		return -1;
	print_wrapped(sign, text);
	if (l->text[l->len - 1] != '\n')
		puts("\\ No newline at end of file");
	free(text);
	return 0;
}

static int
print_lines(char sign, const struct rows *l, size_t from, size_t to)
{
	for (; from < to; from++)
		if (print_line(sign, &l->line[from]) == -1)
			return -1;
	return 0;
}

/* As diff(1): a range without lines is named by the line before it. */
static void
print_range(char sign, size_t from, size_t to)
{
	printf(" %c%zu,%zu", sign, from < to ? from + 1 : from, to - from);
}

/* The hunks from first to before last, which share their context. */
static int
print_group(const struct diff *d, size_t first, size_t last)
{
	const struct hunk *h = &d->hunks[first], *end = &d->hunks[last - 1];
	size_t lead = h->a < CONTEXT ? h->a : CONTEXT;
	size_t stop = end->a + end->a_count, tail = d->a.count - stop;
	size_t at = h->a - lead;

	tail = tail < CONTEXT ? tail : CONTEXT;
	fputs("@@", stdout);
	print_range('-', at, stop + tail);
	print_range('+', h->b - lead, end->b + end->b_count + tail);
	puts(" @@");
	for (; first < last; first++) {
		h = &d->hunks[first];
		if (print_lines(' ', &d->a, at, h->a) == -1 ||
		    print_lines('-', &d->a, h->a, h->a + h->a_count) == -1 ||
		    print_lines('+', &d->b, h->b, h->b + h->b_count) == -1)
			return -1;
		at = h->a + h->a_count;
	}
	return print_lines(' ', &d->a, at, stop + tail);
}

static int
print_diff(const struct diff *d)
{
	size_t first, last;

	for (first = 0; first < d->count; first = last) {
		for (last = first + 1; last < d->count && d->hunks[last].a <=
		    d->hunks[last - 1].a + d->hunks[last - 1].a_count +
		    2 * CONTEXT; last++)
			continue;
		if (print_group(d, first, last) == -1)
			return -1;
	}
	return 0;
}

/* Lines of text become those of shown, which has as many bytes. */
static int
hide_rows(struct rows *l, const struct buf *text, struct buf *shown,
    int has_words)
{
	size_t i;

	if (buf_add(shown, buf_text(text), text->len) == -1 ||
	    (text->len > 0 && hide_secrets(shown->data, has_words) == -1))
		return -1;
	for (i = 0; i < l->count; i++)
		l->line[i].text = shown->data + (l->line[i].text - text->data);
	return 0;
}

static int
print_file(const struct setup_file *f, struct failure *why)
{
	struct buf old = BUF_INIT(SETUP_TEXT_MAX);
	struct buf new = BUF_INIT(SETUP_TEXT_MAX);
	struct diff d;
	int result;

	printf("--- %s\n", f->existed ? f->path : "/dev/null");
	printf("+++ %s\n", f->is_removed ? "/dev/null" : f->path);
	if (strcmp(f->path, f->target) != 0)
		printf("    (a symbolic link to %s)\n", f->target);
	if (f->old.len == 0 && f->new.len == 0)
		puts("    (empty)");
	result = diff_texts(&d, &f->old, &f->new) == -1 ||
	    hide_rows(&d.a, &f->old, &old, f->has_words) == -1 ||
	    hide_rows(&d.b, &f->new, &new, f->has_words) == -1 ||
	    print_diff(&d) == -1 ? fail_memory(why) : 0;
	diff_free(&d);
	buf_free(&old);
	buf_free(&new);
	return result;
}

const char *
show_step(char text[SHOW_STEP_MAX], const struct setup_step *step)
{
	size_t i, n = 0;

	for (i = 0; step->args[i] != NULL; i++) {
		if (i > 0)
			text[n++] = ' ';
		shell_word(text + n, SHOW_STEP_MAX - n, step->args[i]);
		n += strlen(text + n);
	}
	return text;
}

static void
print_words(const char *label, const char *text)
{
	if (isatty(STDOUT_FILENO))
		explain_line(stdout, label, *label != '\0' ?
		    (int)strlen(label) + 1 : 0, text);
	else
		printf("%s%s%s\n", label, *label != '\0' ? " " : "", text);
}

int
show_plan(const struct setup *s, struct failure *why)
{
	char text[SHOW_STEP_MAX];
	size_t i;

	for (i = 0; i < s->file_count; i++)
		if (plan_changes(&s->files[i]) &&
		    print_file(&s->files[i], why) == -1)
			return -1;
	for (i = 0; i < s->step_count; i++)
		if (s->steps[i].kind != STEP_QUESTION &&
		    !s->steps[i].is_left_out)
			print_words("then:", show_step(text,
			    &s->steps[i]));
	fflush(stdout);
	return 0;
}

void
show_notes(const struct setup *s)
{
	const char *at = buf_text(&s->notes), *end;
	char *line;

	for (; (end = strchr(at, '\n')) != NULL; at = end + 1) {
		if ((line = strndup(at, (size_t)(end - at))) == NULL)
			return;
		make_printable(line, strlen(line) + 1);
		print_words("", line);
		free(line);
	}
}
