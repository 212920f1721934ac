/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/terminal/ask.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "command/terminal/interrupt.h"
#include "base/name.h"

#define TIMES 3			/* that an answer may be wrong */
#define MARK "\357\273\277"	/* before a text, as editors write it */
#define TERMINAL_LINE 4095	/* bytes: a terminal drops the rest */

int
ask_is_possible(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* One byte at a time: what follows the line belongs to the next reader. */
enum truth
ask_read(struct buf *line, struct failure *why)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	ssize_t n = 0;
	char c = '\0';

	while (c != '\n') {
		if (interrupt_poll(&p, 1, -1) == -1 ||
		    (n = read(STDIN_FILENO, &c, 1)) == -1) {
			if (interrupt_came())
				return interrupt_fail(why);
			if (errno == EINTR)
				continue;
			return fail(why, STATUS_CONFIG, "standard input "
			    "cannot be read: %s", strerror(errno));
		}
		if (n == 0)
			break;
		if (c != '\n' && buf_add(line, &c, 1) == -1)
			return errno == ENOMEM ? fail_memory(why) : fail(why,
			    STATUS_CONFIG, "a line of standard input is "
			    "longer than %zu bytes", line->max);
	}
	if (line->len > 0 && line->data[line->len - 1] == '\r')
		line->data[--line->len] = '\0';
	if (line->len >= TERMINAL_LINE && isatty(STDIN_FILENO))
		return fail(why, STATUS_CONFIG, "a terminal passes no line of "
		    "more than %d bytes. Use a pipe", TERMINAL_LINE);
	return n > 0 || line->len > 0 ? IS_TRUE : IS_FALSE;
}

/* Invisible characters that come with a copied text, in UTF-8. */
static const char *const invisible[] = { " ", "\t",
	"\302\240",		/* no-break space */
	"\302\255",		/* soft hyphen */
	"\342\200\213", "\342\200\214", "\342\200\215", /* of no width */
	"\342\200\216", "\342\200\217", "\342\200\252", "\342\200\254",
	"\342\200\255", "\342\201\240", MARK };

/* The bytes of one at the beginning of the text, or at its end. */
static size_t
count_invisible(const char *text, size_t len, int at_end)
{
	size_t i, n;

	for (i = 0; i < sizeof(invisible) / sizeof(invisible[0]); i++) {
		n = strlen(invisible[i]);
		if (n <= len && memcmp(at_end ? text + len - n : text,
		    invisible[i], n) == 0)
			return n;
	}
	return 0;
}

static void
cut_first(struct buf *line, size_t n)
{
	if (n == 0)
		return;
	memmove(line->data, line->data + n, line->len - n + 1);
	explicit_bzero(line->data + line->len - n + 1, n);
	line->len -= n;
}

void
ask_trim(struct buf *line)
{
	size_t first = 0, n;

	if (line->len == 0)
		return;
	while ((n = count_invisible(line->data, line->len, 1)) > 0) {
		line->len -= n;
		explicit_bzero(line->data + line->len, n);
	}
	while ((n = count_invisible(line->data + first, line->len - first,
	    0)) > 0)
		first += n;
	cut_first(line, first);
}

/* Is there an answer, which is not empty? */
static enum truth
ask_once(struct buf *answer, const char *question, const char *preset,
    struct failure *why)
{
	enum truth is_read;

	if (preset != NULL)
		fprintf(stderr, "%s [%s]: ", question, preset);
	else
		fprintf(stderr, "%s: ", question);
	buf_reset(answer);
	if ((is_read = ask_read(answer, why)) != IS_TRUE) {
		fputc('\n', stderr);
		return is_read == IS_UNKNOWN ? IS_UNKNOWN :
		    interrupt_fail(why);
	}
	ask_trim(answer);
	if (!text_is_clean(answer->data, answer->len)) {
		fputs("That has control characters in it.\n", stderr);
		buf_reset(answer);
		return IS_FALSE;
	}
	if (answer->len == 0 && preset != NULL &&
	    buf_adds(answer, preset) == -1)
		return fail_memory(why);
	return answer->len > 0 ? IS_TRUE : IS_FALSE;
}

int
ask_line(struct buf *answer, const char *question, const char *preset,
    int may_be_empty, struct failure *why)
{
	enum truth is_there;
	int i;

	for (i = 0; i < TIMES; i++)
		if ((is_there = ask_once(answer, question, preset, why)) !=
		    IS_FALSE || may_be_empty)
			return is_there == IS_UNKNOWN ? -1 : 0;
	return fail(why, STATUS_CONFIG, "%s: no answer; nothing was changed",
	    question);
}

int
ask_hide(struct termios *shown)
{
	struct termios hidden;

	if (tcgetattr(STDIN_FILENO, shown) == -1)
		return -1;
	hidden = *shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	return tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
}

void
ask_show(const struct termios *shown)
{
	tcsetattr(STDIN_FILENO, TCSAFLUSH, shown);
}

static enum truth
read_hidden(struct buf *line, const char *what, struct failure *why)
{
	struct termios shown;
	enum truth is_read;

	/* Before the question, as it drops what was typed before. */
	if (ask_hide(&shown) == -1)
		return fail(why, STATUS_CONFIG, "%s: the terminal cannot hide "
		    "it: %s", what, strerror(errno));
	fprintf(stderr, "%s: ", what);
	is_read = ask_read(line, why);
	ask_show(&shown);
	fputc('\n', stderr);
	return is_read;
}

/* RFC 6749 A.2, A.17: blanks are allowed, a tab is not. */
static int
is_good(const struct buf *secret)
{
	const char *text = buf_text(secret);

	return text_is_clean(text, secret->len) && strchr(text, '\t') == NULL;
}

static int
read_secret(struct buf *secret, const char *what, int may_be_empty,
    int keeps_blanks, struct failure *why)
{
	int i, has_person = isatty(STDIN_FILENO);
	enum truth is_read;

	for (i = 0; i < (has_person ? TIMES : 1) && secret->len == 0; i++) {
		is_read = has_person ? read_hidden(secret, what, why) :
		    ask_read(secret, why);
		if (is_read == IS_UNKNOWN)
			return -1;
		if (is_read == IS_FALSE && has_person)
			return interrupt_fail(why);
		/* What is copied from a page often has blanks around it. */
		if (has_person && !keeps_blanks)
			ask_trim(secret);
		else if (secret->len >= strlen(MARK) && memcmp(secret->data,
		    MARK, strlen(MARK)) == 0)
			cut_first(secret, strlen(MARK));
		if (is_read == IS_TRUE && secret->len == 0 && may_be_empty)
			return 0;
		if (has_person && !is_good(secret)) {
			fputs("That has control characters in it.\n", stderr);
			buf_reset(secret);
		}
	}
	if (secret->len == 0)
		return fail(why, STATUS_CONFIG, "%s: %s; nothing was changed",
		    what, has_person ? "no answer" : "standard input has "
		    "none");
	if (!is_good(secret))
		return fail(why, STATUS_CONFIG, "%s: standard input has "
		    "control characters; nothing was changed",
		    what);
	return 0;
}

int
ask_secret(struct buf *secret, const char *what, int may_be_empty,
    struct failure *why)
{
	return read_secret(secret, what, may_be_empty, 0, why);
}

int
ask_password(struct buf *password, const char *what, struct failure *why)
{
	return read_secret(password, what, 0, 1, why);
}

enum truth
ask_parse_yes(const char *word)
{
	if (strcasecmp(word, "y") == 0 || strcasecmp(word, "yes") == 0)
		return IS_TRUE;
	if (*word == '\0' || strcasecmp(word, "n") == 0 ||
	    strcasecmp(word, "no") == 0)
		return IS_FALSE;
	return IS_UNKNOWN;
}

enum truth
ask_yes(const char *question, struct failure *why)
{
	struct buf answer = BUF_INIT(ASK_LINE_MAX);
	enum truth is_read, yes = IS_UNKNOWN;
	int i;

	for (i = 0; i < TIMES && yes == IS_UNKNOWN; i++) {
		fprintf(stderr, "%s [y/N] ", question);
		buf_reset(&answer);
		if ((is_read = ask_read(&answer, why)) != IS_TRUE)
			fputc('\n', stderr);
		if (is_read == IS_UNKNOWN) {
			buf_free(&answer);
			return IS_UNKNOWN;
		}
		ask_trim(&answer);
		yes = ask_parse_yes(buf_text(&answer));
	}
	buf_free(&answer);
	return yes == IS_TRUE ? IS_TRUE : IS_FALSE;
}
