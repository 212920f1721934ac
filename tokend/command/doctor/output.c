/* SPDX-License-Identifier: BSD-2-Clause */
/* output.c - a finding, for people and for scripts */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/doctor/doctor.h"
#include "command/explain.h"
#include "command/json_text.h"
#include "common/message.h"

#define INDENT 8	/* columns, as the longest verdict and a blank */
#define PART 13		/* the same of "why" and "fix" below it */

static void
print_finding(FILE *to, const struct finding *f)
{
	char label[64];

	snprintf(label, sizeof(label), "%-*s%s: ", INDENT,
	    verdict_word(f->verdict), f->check);
	explain_line(to, label, INDENT, f->found);
	if (f->matters[0] != '\0')
		explain_line(to, "        why:", PART, f->matters);
	if (f->fix[0] != '\0')
		explain_line(to, "        fix:", PART, f->fix);
}

/* At a terminal that has colours, unless none are wanted. */
static int
has_colour(const struct doctor *d)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return d->to == stdout && isatty(STDOUT_FILENO) &&
	    (no == NULL || *no == '\0') && term != NULL &&
	    strcmp(term, "dumb") != 0;
}

static void
print_coloured(const struct doctor *d, const struct finding *f)
{
	static const char *const colours[] = { [VERDICT_OK] = "32",
	    [VERDICT_UNKNOWN] = "36", [VERDICT_WARNING] = "33",
	    [VERDICT_FAULT] = "31" };
	const int colour = has_colour(d) && f->verdict != VERDICT_OK;

	if (colour)
		fprintf(d->to, "\033[%sm", colours[f->verdict]);
	print_finding(d->to, f);
	if (colour)
		fputs("\033[0m", d->to);
}

/* For the end, when what was shown first has left the screen. */
static void
remember_fault(struct doctor *d, const struct finding *f)
{
	char *more = NULL;

	if (f->verdict != VERDICT_FAULT || asprintf(&more, "%s%s: %s\n",
	    d->again != NULL ? d->again : "", f->check, f->found) == -1)
		return;
	free(d->again);
	d->again = more;
}

void
doctor_progress(const struct doctor *d, const char *what)
{
	if (d->is_json || !isatty(STDERR_FILENO) || !isatty(STDOUT_FILENO) ||
	    d->to != stdout)
		return;
	if (what != NULL)
		fprintf(stderr, "\rlooking at: %s ... ", what);
	else
		fputs("\r\033[K", stderr);
	fflush(stderr);
}

static void
print_json(FILE *to, const struct finding *f)
{
	const struct json_string strings[] = {
		{ "check", f->check },
		{ "verdict", verdict_word(f->verdict) },
		{ "code", status_word(f->code) },
		{ "found", f->found },
		{ "matters", f->matters },
		{ "mend", f->fix }
	};
	struct json_object *o = json_object_new_object();

	if (o == NULL || JSON_ADD_STRINGS(o, strings) == -1 ||
	    json_print(to, o) == -1)
		fputs("null", to);	/* no memory; the list stays JSON */
	json_object_put(o);
}

/* To the command's process; one that has gone has no use for it. */
static void
send_on(const struct doctor *d, const struct finding *f)
{
	struct buf message = BUF_INIT(MESSAGE_BYTES_MAX);

	if (finding_format(f, &message) == 0)
		message_send(d->channel, &message);
	buf_free(&message);
}

void
doctor_report(struct doctor *d, const struct finding *f)
{
	if (f->verdict == VERDICT_FAULT && d->faults++ == 0)
		d->worst = f->code != STATUS_OK ? f->code : STATUS_INTERNAL;
	d->warnings += f->verdict == VERDICT_WARNING;
	d->has_bad_store |= f->verdict == VERDICT_FAULT &&
	    strcmp(f->check, STORE_CHECK) == 0;
	if (d->channel != -1) {
		send_on(d, f);
		return;
	}
	if (d->is_json) {
		fputs(d->shown++ == 0 ? "" : ",\n", d->to);
		print_json(d->to, f);
	} else {
		d->shown++;
		doctor_progress(d, NULL);
		print_coloured(d, f);
		remember_fault(d, f);
	}
	/* The next check may take a while. */
	fflush(d->to);
}

void
doctor_found(struct doctor *d, const char *check, const struct known *row,
    const struct known_value *values)
{
	doctor_found_as(d, check, row, row->code, values);
}

void
doctor_found_as(struct doctor *d, const char *check, const struct known *row,
    enum status code, const struct known_value *values)
{
	struct finding f;

	known_finding(&f, check, row, values);
	f.code = code;
	doctor_report(d, &f);
}
