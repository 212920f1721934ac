/* SPDX-License-Identifier: BSD-2-Clause */
/* tool.c - running the programs' own tools; see setup.h */
#include "command/setup/setup.h"

#include <string.h>

#include "common/run.h"
#include "lineio.h"

#define TOOL_MS 60000	/* systemctl stop: TimeoutStopSec of tokend.service */

int
tool_run(const char *const argv[], struct buf *output, struct buf *complaint,
    struct failure *why)
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	static char language[] = "LC_ALL=C";
	/* Some do nothing at all without one, and none shall read ours. */
	static char home[] = "HOME=/nonexistent";
	char *const env[] = { path, language, home, NULL };
	struct run_result r = RUN_RESULT_INIT;
	char *words[SETUP_ARGS + 1];
	size_t i;
	int status = -1;

	for (i = 0; argv[i] != NULL; i++)
		if (i == SETUP_ARGS)
			return fail(why, STATUS_INTERNAL, "%s: more than %d "
			    "words", argv[0], SETUP_ARGS);
	/* Nothing writes to them; execve(2) has them without const. */
	memcpy(words, argv, (i + 1) * sizeof(*words));
	run_program(&r, words, env, clock_ms() + TOOL_MS);
	if (r.end == RUN_NOT_STARTED)
		fail(why, STATUS_CONFIG, "%s: cannot be run: %s", argv[0],
		    strerror(r.number));
	else if (r.end != RUN_EXITED)
		fail(why, STATUS_CONFIG, "%s: %s", argv[0],
		    r.end == RUN_TIMED_OUT ? "did not end in time" :
		    r.end == RUN_TOO_LONG ? "printed too much" :
		    "was ended by a signal");
	else if ((output != NULL && buf_add(output, buf_text(&r.output),
	    r.output.len) == -1) || (complaint != NULL && buf_add(complaint,
	    buf_text(&r.errors), r.errors.len) == -1))
		fail_memory(why);
	else
		status = r.number;
	run_result_free(&r);
	return status;
}

int
tool_must(const char *const argv[], struct buf *output, struct failure *why)
{
	struct buf complaint = BUF_INIT(RUN_ERRORS_MAX);
	int result = tool_run(argv, output, &complaint, why);

	if (result > 0) {
		/* The first line says it best; fail() makes it printable. */
		if (complaint.len > 0)
			complaint.data[strcspn(complaint.data, "\n")] = '\0';
		result = fail(why, STATUS_CONFIG, "%s ended with status %d: "
		    "%s", argv[0], result, buf_text(&complaint));
	}
	buf_free(&complaint);
	return result;
}
