/* examine.c - see examine.h */
#include "command/doctor/examine.h"

#include "account/folder.h"
#include "command/converse.h"

#define SILENCE_MOST 60000	/* ms between two findings */

static int
begin(const struct doctor *d, struct converse *talk, const char *part,
    const char *mechanisms, struct failure *why)
{
	struct buf first = BUF_INIT(TALK_MESSAGE_MAX);

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
		doctor_unseen(d, part, "account \"%s\": the look at this was "
		    "given up: nothing came for %d s.", name,
		    SILENCE_MOST / 1000);
	else if (happened != HAPPENED_END)
		doctor_unseen(d, part, "account \"%s\" was not examined: %s",
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
	else
		doctor_failure(d, part, &why, "Without the worker no token "
		    "is ever renewed.");
	converse_close(&talk);
}

size_t
doctor_examine(struct doctor *d, const char *part, const char *mechanisms)
{
	struct names n;
	struct failure why;
	size_t i, count = 0;

	if (!d->has_scope)
		return 0;
	if (d->account != NULL) {
		examine_one(d, part, mechanisms, d->account);
		return 1;
	}
	if (names_list(&n, &d->scope, &why) == 0)
		for (i = 0, count = n.count; i < count; i++)
			examine_one(d, part, mechanisms, n.name[i]);
	names_free(&n);
	return count;
}
