/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/undo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command/setup/lines/revert_change.h"
#include "command/setup/plan.h"
#include "command/setup/show_plan.h"

static int
fail_edited(const struct record *r, const struct recorded_file *k, size_t i,
    size_t line, struct failure *why)
{
	char copy[RECORD_PATH_MAX];

	return fail(why, STATUS_CONFIG, "%s: was edited since, where \"tokend "
	    "setup %s\" had changed it (line %zu of what it left): nothing "
	    "was changed; compare it with the copy of before, %s", k->path,
	    r->program, line, record_copy(copy, r, i));
}

/* The file that was written then, by the same path. */
static struct setup_file *
read_target(struct setup *s, const struct recorded_file *k, struct failure *why)
{
	char *target = safe_path_resolve(k->target, plan_trust(s), why);
	struct setup_file *f = NULL;

	if (target != NULL && strcmp(target, k->target) != 0)
		fail(why, STATUS_CONFIG, "%s: %s leads to %s now: nothing was "
		    "changed", k->path, k->target, target);
	else if (target != NULL)
		f = plan_read(s, k->path, k->target, why);
	free(target);
	return f;
}

static int
plan_file(struct setup *s, const struct record *r,
    const struct recorded_file *k, size_t i, struct failure *why)
{
	struct setup_file *f = read_target(s, k, why);
	struct buf result = BUF_INIT(SETUP_TEXT_MAX);
	enum revert end;
	size_t line = 0;

	if (f == NULL)
		return -1;
	/* The change of a file that was removed since is undone. */
	if (!f->existed) {
		f->is_removed = 1;
		return k->existed ? setup_note(s, why, "%s is not there any "
		    "more, and stays away.", k->path) : 0;
	}
	/* Not reached by a change that broke off: it is as it was. */
	if (k->existed && f->old.len == k->before.len &&
	    memcmp(buf_text(&f->old), buf_text(&k->before), f->old.len) == 0)
		return 0;
	end = revert_change(&result, &k->before, &k->left, &f->old, &line);
	if (end == REVERT_EDITED)
		fail_edited(r, k, i, line, why);
	else if (end == REVERT_FAILED)
		fail(why, STATUS_CONFIG, "%s: %s", k->path, strerror(errno));
	if (end != REVERT_DONE) {
		buf_free(&result);
		return -1;
	}
	f->is_removed = !k->existed && result.len == 0;
	return setup_replace(f, &result, why);
}

/* The steps that undo units may not end what another program uses. */
static int
keep_shared_steps(struct setup *s, const struct record *r, struct failure *why)
{
	const char *another = record_of_another(r);
	char text[SHOW_STEP_MAX];
	struct setup_step *step;

	for (step = s->steps; another != NULL && step < s->steps +
	    s->step_count; step++) {
		if (step->kind != STEP_UNDO)
			continue;
		step->is_left_out = 1;
		if (setup_note(s, why, "%s is set up, too, so this was left "
		    "out: \"%s\".", another, show_step(text,
		    step)) == -1)
			return -1;
	}
	return 0;
}

int
undo_plan(struct setup *s, const struct record *r, struct failure *why)
{
	struct recorded_change k;
	int result = record_read(r, &k, s, why);
	size_t i;

	for (i = k.count; result == 0 && i-- > 0;)
		result = plan_file(s, r, &k.files[i], i, why);
	if (result == 0)
		result = keep_shared_steps(s, r, why);
	recorded_free(&k);
	return result;
}
