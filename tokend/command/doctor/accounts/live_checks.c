/* SPDX-License-Identifier: BSD-2-Clause */
/* live_checks.c - see live_checks.h */
#include "command/doctor/accounts/live_checks.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command/converse.h"
#include "common/message.h"
#include "files/folder.h"
#include "lineio.h"

#define SILENCE_MOST 60000	/* ms between two findings */
#define BESIDE_MOST 120000	/* the same, with the end of the worker */
#define ABREAST 8		/* accounts that are examined at a time */

static int
begin(const struct doctor *d, struct converse *talk, const char *part,
    const char *mechanisms, struct failure *why)
{
	struct buf first = BUF_INIT(MESSAGE_BYTES_MAX);

	if (attrs_add(&first, "part", part) == 0 &&
	    attrs_add(&first, "live", d->is_live ? "yes" : NULL) == 0 &&
	    attrs_add(&first, "mechanisms", mechanisms) == 0)
		return converse_say(talk, &first, why);
	buf_free(&first);
	return fail_memory(why);
}

/* Passes the findings on, to the end of the job. */
static void
pass_on(struct doctor *d, struct converse *talk, const char *part,
    const char *name)
{
	struct finding f;
	struct failure why;
	int happened;

	while ((happened = converse_wait(talk, WAIT_FIRMLY, SILENCE_MOST,
	    &why)) == HAPPENED_EVENT)
		if (converse_is(talk, "finding") &&
		    finding_take(&f, &talk->event.attrs) == 0)
			doctor_report(d, &f);
	if (happened == HAPPENED_NOTHING)
		doctor_unknown(d, part, "account \"%s\": the look at this was "
		    "given up: nothing came for %d s.", name,
		    SILENCE_MOST / 1000);
	else if (happened != HAPPENED_END && d->has_bad_store)
		doctor_unknown(d, part, "account \"%s\" was not examined: the "
		    "store cannot be used, as told above.", name);
	else if (happened != HAPPENED_END)
		doctor_unknown(d, part, "account \"%s\" was not examined: %s",
		    name, why.text);
}

/* What is wrong with the account's file, the check of accounts tells. */
static void
examine_one(struct doctor *d, const char *part, const char *mechanisms,
    const char *name)
{
	struct converse talk = CONVERSE_INIT;
	struct failure why;

	if (converse_open(&talk, &d->scope, "examine", name, &why) == 0 &&
	    begin(d, &talk, part, mechanisms, &why) == 0)
		pass_on(d, &talk, part, name);
	else if (d->has_bad_store)
		doctor_unknown(d, part, "account \"%s\" was not examined: the "
		    "store cannot be used, as told above.", name);
	else
		doctor_failure(d, part, &why, "Without the worker no token "
		    "is ever renewed.");
	converse_close(&talk);
}

/* An account that is examined in a process of its own. */
struct beside {
	pid_t child;
	int channel;		/* its findings come here; -1: none runs */
	const char *name;
};

static void
start_beside(struct doctor *d, struct beside *b, const char *part,
    const char *mechanisms, const char *name)
{
	int ends[2];

	*b = (struct beside){ .child = -1, .channel = -1, .name = name };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1)
		return;
	if ((b->child = fork()) == 0) {
		/* The check is killed at the end of its time, and so is this. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(ends[0]);
		d->channel = ends[1];
		examine_one(d, part, mechanisms, name);
		_exit(0);
	}
	close(ends[1]);
	if (b->child == -1)
		close(ends[0]);
	else
		b->channel = ends[0];
}

/*
 * Passes on what it found. For people, what is good of one account among
 * several is one line.
 */
static void
end_beside(struct doctor *d, struct beside *b, const char *part)
{
	struct message t = MESSAGE_INIT;
	struct finding f;
	size_t good = 0;

	if (b->channel == -1) {
		doctor_unknown(d, part, "account \"%s\" was not examined: no "
		    "process for it: %s", b->name, strerror(errno));
		return;
	}
	/* The check's own time ends it. */
	while (message_receive(b->channel, &t, clock_ms() + BESIDE_MOST) == 1) {
		if (finding_take(&f, &t.attrs) == -1)
			continue;
		if (f.verdict == VERDICT_OK && !d->is_json)
			good++;
		else
			doctor_report(d, &f);
	}
	message_free(&t);
	close(b->channel);
	while (waitpid(b->child, NULL, 0) == -1 && errno == EINTR)
		continue;
	if (good > 0)
		doctor_ok(d, part, "%s: %zu thing%s looked at and good.",
		    b->name, good, good == 1 ? "" : "s");
}

/* Several at a time, told in their order: the slowest does not add up. */
static void
examine_all(struct doctor *d, const char *part, const char *mechanisms,
    const struct names *n)
{
	struct beside all[ABREAST];
	size_t i, begun = 0;

	for (i = 0; i < n->count; i++) {
		for (; begun < n->count && begun < i + ABREAST; begun++)
			start_beside(d, &all[begun % ABREAST], part,
			    mechanisms, n->name[begun]);
		end_beside(d, &all[i % ABREAST], part);
	}
}

size_t
doctor_examine(struct doctor *d, const char *part, const char *mechanisms)
{
	struct names n;
	struct failure why;
	size_t count = 0;

	if (!d->has_scope)
		return 0;
	if (d->account != NULL) {
		examine_one(d, part, mechanisms, d->account);
		return 1;
	}
	if (names_list(&n, &d->scope, &why) == 0) {
		count = n.count;
		if (count == 1)
			examine_one(d, part, mechanisms, n.name[0]);
		else
			examine_all(d, part, mechanisms, &n);
	}
	names_free(&n);
	return count;
}
