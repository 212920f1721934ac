/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * live_checks.c - the job examine (worker/job/jobs.h) for the accounts that are
 * looked at; its findings pass through.
 */
#include "command/doctor/doctor.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "command/converse.h"
#include "common/message.h"
#include "files/folder.h"
#include "knowledge/findings/findings.h"
#include "lineio.h"
#include "settings.h"

#define SILENCE_MOST 60000	/* ms between two findings */
#define CHILD_SILENCE_MOST 120000	/* the same, with the worker's end */
#define AT_ONCE 8		/* accounts */

static int
start_job(const struct doctor *d, struct converse *talk, const char *part,
    const char *mechanisms, struct failure *why)
{
	struct buf first = BUF_INIT(MESSAGE_BYTES_MAX);

	if (attrs_add(&first, "part", part) == 0 &&
	    attrs_add(&first, "live", d->is_live ? "yes" : NULL) == 0 &&
	    attrs_add(&first, "mechanisms", mechanisms) == 0)
		return converse_send(talk, &first, why);
	buf_free(&first);
	return fail_memory(why);
}

/* It was not examined, because of the store or of the failure. */
static void
report_unexamined(struct doctor *d, const char *part, const char *name,
    enum check_finding found, const struct failure *why)
{
	if (d->has_bad_store)
		found = EXAMINE_BAD_STORE;
	doctor_found_as(d, part, &check_findings[found], why->code,
	    KNOWN_VALUES({ "account", name }, { "failure", why->text }));
}

/* Passes the findings on, to the end of the job. */
static void
pass_findings(struct doctor *d, struct converse *talk, const char *part,
    const char *name)
{
	struct finding f;
	struct failure why;
	int happened;

	while ((happened = converse_wait(talk, WAIT_UNINTERRUPTED, SILENCE_MOST,
	    &why)) == CONVERSE_EVENT)
		if (converse_is(talk, "finding") &&
		    finding_parse(&f, &talk->event.attrs) == 0)
			doctor_report(d, &f);
	if (happened == CONVERSE_TIMEOUT)
		doctor_found(d, part, &check_findings[EXAMINE_SLOW],
		    KNOWN_VALUES({ "account", name }, { "seconds",
		    KNOWN_NUMBER(SILENCE_MOST / 1000) }));
	else if (happened != CONVERSE_END)
		report_unexamined(d, part, name, EXAMINE_ENDED, &why);
}

/* What is wrong with the account's file is reported by its own check. */
static void
examine_one(struct doctor *d, const char *part, const char *mechanisms,
    const char *name)
{
	struct converse talk = CONVERSE_INIT;
	struct failure why;

	if (converse_open(&talk, &d->scope, "examine", name, -1,
	    &why) == 0 &&
	    start_job(d, &talk, part, mechanisms, &why) == 0)
		pass_findings(d, &talk, part, name);
	else
		report_unexamined(d, part, name, EXAMINE_NO_WORKER, &why);
	converse_close(&talk);
}

/* An account that is examined in a process of its own. */
struct child_examine {
	struct check_child process;
	const char *name;
};

static void
start_child(struct doctor *d, struct child_examine *b, const char *part,
    const char *mechanisms, const char *name)
{
	b->name = name;
	if (doctor_fork(d, &b->process) == 0) {
		examine_one(d, part, mechanisms, name);
		_exit(0);
	}
}

/*
 * Passes on what it found. For people, what is good of one account among
 * several is one line.
 */
static void
end_child(struct doctor *d, struct child_examine *b, const char *part)
{
	struct message t = MESSAGE_INIT;
	struct finding f;
	size_t good = 0;

	if (b->process.channel == -1) {
		doctor_found(d, part, &check_findings[EXAMINE_NO_PROCESS],
		    KNOWN_VALUES({ "account", b->name },
		    { "error", strerror(errno) }));
		return;
	}
	/* The check's own time ends it. */
	while (message_receive(b->process.channel, &t,
	    clock_ms() + CHILD_SILENCE_MOST) == 0) {
		if (finding_parse(&f, &t.attrs) == -1)
			continue;
		if (f.verdict == VERDICT_OK && !d->is_json)
			good++;
		else
			doctor_report(d, &f);
	}
	message_free(&t);
	doctor_wait(&b->process);
	if (good > 0)
		doctor_found(d, part, &check_findings[EXAMINE_GOOD],
		    KNOWN_VALUES({ "account", b->name },
		    { "count", KNOWN_NUMBER((long long)good) }));
}

/* Several at once, reported in their order. */
static void
examine_all(struct doctor *d, const char *part, const char *mechanisms,
    const struct names *n)
{
	struct child_examine all[AT_ONCE];
	size_t i, begun = 0;

	for (i = 0; i < n->count; i++) {
		for (; begun < n->count && begun < i + AT_ONCE; begun++)
			start_child(d, &all[begun % AT_ONCE], part,
			    mechanisms, n->name[begun]);
		end_child(d, &all[i % AT_ONCE], part);
	}
}

/* Returns how many accounts there were. */
static size_t
examine_accounts(struct doctor *d, const char *part, const char *mechanisms)
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

/* From the clock to the token: the provider, and what it gave. */
void
doctor_provider(struct doctor *d)
{
	if (examine_accounts(d, "provider", NULL) > 0 && !d->is_live)
		doctor_found(d, "provider",
		    &check_findings[PROVIDER_NOT_ASKED], NULL);
}

void
doctor_mail(struct doctor *d)
{
	struct client_settings s;
	struct failure why;
	int found;

	if (!d->is_live) {
		if (d->has_scope)
			doctor_found(d, "mail",
			    &check_findings[MAIL_NOT_ASKED], NULL);
		return;
	}
	/* What is wrong with that file is reported by the plugin's check. */
	found = client_settings_read(&s, client_settings_path, &why);
	examine_accounts(d, "mail", found == 1 ? s.mechanisms : NULL);
	client_settings_free(&s);
}
