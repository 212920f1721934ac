/* SPDX-License-Identifier: BSD-2-Clause */
/* denials.c - denials by SELinux and AppArmor, newest first */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command/doctor/denials/denial.h"
#include "command/doctor/denials/kernel_log.h"
#include "command/doctor/doctor.h"
#include "command/doctor/log_tail.h"
#include "knowledge/findings/findings.h"

#define DENIALS_MOST 3
#define READ_MOST 1048576	/* bytes of each log, from its end */
#define AGE_MOST (7 * 86400)

struct denials {
	struct denial found[DENIALS_MOST];
	size_t count;
	int64_t now;
	int sources;		/* that could be read */
};

static void
add_line(struct denials *all, const char *line, size_t len)
{
	struct denial a;
	size_t i;

	if (all->count == DENIALS_MOST || !denial_parse(&a, line, len) ||
	    (a.when != 0 && all->now - a.when > AGE_MOST))
		return;
	for (i = 0; i < all->count; i++)
		if (denial_equal(&all->found[i], &a))
			return;
	if (!denial_is_over(&a))
		all->found[all->count++] = a;
}

/* The last line first. */
static void
add_lines(struct denials *all, const char *text, size_t len)
{
	const char *from;

	while (len > 0) {
		if (text[len - 1] == '\n')
			len--;
		from = memrchr(text, '\n', len);
		from = from != NULL ? from + 1 : text;
		add_line(all, from, (size_t)(text + len - from));
		len = (size_t)(from - text);
	}
}

/* Frees the text of a log, which could be read if result is 0. */
static void
take_log(struct denials *all, struct buf *text, int result)
{
	if (result == 0) {
		all->sources++;
		add_lines(all, buf_text(text), text->len);
	}
	buf_free(text);
}

static void
read_file(struct denials *all, const char *path)
{
	struct buf text = BUF_INIT(READ_MOST);

	take_log(all, &text, log_tail_file(path, READ_MOST, &text));
}

static void
read_kernel(struct denials *all)
{
	struct buf text = BUF_INIT(READ_MOST);
	int n = buf_room(&text, READ_MOST) == 0 ?
	    kernel_log_read(text.data, READ_MOST) : -1;

	if (n > 0)
		text.len = (size_t)n;
	take_log(all, &text, n >= 0 ? 0 : -1);
}

/* journalctl does the search: most lines are of others. */
static void
read_journal(struct denials *all)
{
	static char program[] = "/usr/bin/journalctl", quiet[] = "-q",
	    no_pager[] = "--no-pager", form[] = "-ocat", count[] = "-n100",
	    words[] = "--grep=(avc: .*denied|apparmor=.DENIED).*"
	    "(tokend|libxoauth2)", folded[] = "--case-sensitive=yes";
	char *argv[] = { program, quiet, no_pager, form, count, words, folded,
	    NULL };
	struct buf text = BUF_INIT(READ_MOST);

	take_log(all, &text, access(program, X_OK) == 0 ?
	    log_tail_program(argv, READ_MOST, &text) : -1);
}

void
doctor_denials(struct doctor *d)
{
	static const char *const logs[] = { "/var/log/audit/audit.log",
	    "/var/log/kern.log", "/var/log/syslog", "/var/log/messages" };
	struct denials all = { .count = 0 };
	struct finding f;
	size_t i;

	all.now = (int64_t)time(NULL);
	for (i = 0; i < sizeof(logs) / sizeof(logs[0]); i++)
		read_file(&all, logs[i]);
	read_journal(&all);
	read_kernel(&all);
	for (i = 0; i < all.count; i++) {
		denial_describe(&all.found[i], &f, all.now);
		doctor_report(d, &f);
	}
	if (all.sources == 0)
		doctor_found(d, DENIALS_CHECK, &denial_findings[
		    geteuid() == 0 ? DENIAL_NO_LOG : DENIAL_NOT_ROOT], NULL);
	else if (all.count == 0)
		doctor_found(d, DENIALS_CHECK, &denial_findings[DENIAL_NONE],
		    NULL);
}
