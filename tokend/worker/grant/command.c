/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command.c - a program of the administrator prints a token: for sources that
 * tokend does not know.
 *
 * What the program says on standard error goes into the failure, for a person.
 * What it ends with is not looked into further than 0 or not: nothing is known
 * of it, so that all but a program that cannot be started is tried again.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/failure_text.h"
#include "echo.h"
#include "grant/method.h"
#include "grant/printed.h"
#include "grant/program_server.h"
#include "grant/run_program.h"
#include "net/mask.h"

#define PROGRAM_SHOWN 80
#define HEAD_MAX (TEXT_NAME_MAX + PROGRAM_SHOWN + 96)
/* A run of token characters this long on its output is taken for a secret. */
#define SECRET_RUN 16

static const char try_it[] = ": run it by hand, as the user of tokend";

struct attempt {
	/* begins texts */
	char subject[TEXT_NAME_MAX + PROGRAM_SHOWN + 32];
	struct run_result ran;
	struct failure *why;
};

/* Whatever looks like a token on its output is one, read or not. */
static int
mask_output(struct mask *m, const struct buf *output)
{
	static const char known[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/=";
	const char *text = buf_text(output), *end = text + output->len;
	size_t len = 0;

	for (; text < end; text += len + 1) {
		len = strspn(text, known);
		if (len >= SECRET_RUN && echo_add(&m->sent, text, len) == -1)
			return -1;
	}
	return 0;
}

/* did: what it did instead of printing a token. */
static int
fail_program(struct attempt *t, enum status code, const char *did)
{
	const char *said = buf_text(&t->ran.errors);
	char head[HEAD_MAX] = "", words[FAILURE_TEXT_MAX + 1] = "";
	struct mask mask = MASK_INIT;

	said += strspn(said, " \t\r\n");
	if (mask_output(&mask, &t->ran.output) == 0)
		mask_copy(&mask, words, sizeof(words), said,
		    strcspn(said, "\r\n"));
	mask_free(&mask);
	snprintf(head, sizeof(head), "%s %s", t->subject, did);
	return text_fail(t->why, code, head, words, try_it);
}

static int
fail_start(struct attempt *t)
{
	int error = t->ran.number;

	return fail(t->why, status_of_errno(error), "%s cannot be started: %s: "
	    "check command", t->subject, strerror(error));
}

static int
read_output(struct attempt *t, struct token_answer *answer)
{
	const char *what = NULL;
	char did[96] = "";

	if (printed_read(answer, buf_text(&t->ran.output), t->ran.output.len,
	    (int64_t)time(NULL), &what) == 0)
		return 0;
	if (what == NULL)
		return fail_memory(t->why);
	snprintf(did, sizeof(did), "printed %s", what);
	return fail_program(t, STATUS_LATER, did);
}

static int
take_result(struct attempt *t, struct token_answer *answer)
{
	char did[96] = "";

	switch (t->ran.end) {
	case RUN_NOT_STARTED:
		return fail_start(t);
	case RUN_EXITED:
		if (t->ran.number == 0)
			return read_output(t, answer);
		snprintf(did, sizeof(did), "failed with exit status %d",
		    t->ran.number);
		break;
	case RUN_SIGNALLED:
		snprintf(did, sizeof(did), "was killed by signal %d",
		    t->ran.number);
		break;
	case RUN_TIMED_OUT:
		snprintf(did, sizeof(did), "did not end within %d s",
		    PROGRAM_MS / 1000);
		break;
	case RUN_TOO_LONG:
		snprintf(did, sizeof(did), "printed over %d bytes",
		    RUN_OUTPUT_MAX);
		break;
	}
	return fail_program(t, STATUS_LATER, did);
}

int
method_command(const struct account *a, const struct credential *c,
    const struct hooks *hooks, struct token_answer *answer,
    struct token_failure *why)
{
	struct attempt t = { .ran = RUN_RESULT_INIT, .why = &why->failure };
	char name[TEXT_NAME_MAX] = "", program[PROGRAM_SHOWN] = "";
	int result = -1;

	(void)c;
	(void)hooks;
	text_cut(name, sizeof(name), a->name);
	/* Without its arguments, which may be anything. */
	snprintf(program, sizeof(program), "%.*s",
	    (int)strcspn(a->command, " \t"), a->command);
	snprintf(t.subject, sizeof(t.subject), "account \"%s\": command %s",
	    name, program);
	if (programs_command(a, &t.ran, t.why) == 0)
		result = take_result(&t, answer);
	run_result_free(&t.ran);
	return result;
}
