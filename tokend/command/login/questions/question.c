/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/login/questions/question.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/edit.h"
#include "command/explain.h"
#include "command/login/questions/forms.h"
#include "command/terminal/ask.h"

#define TIMES 4			/* that one question is asked */

/* The last try's answer for key. */
static const char *
last_answer(const struct login *l, char *const *key)
{
	size_t offset = (size_t)((const char *)key -
	    (const char *)&l->o.keys);

	return *(char *const *)((const char *)&l->tried + offset);
}

/* First what the account's file can hold, then what check says. */
static enum verdict
check_answer(struct login *l, struct buf *answer, question_check *check)
{
	struct failure why;

	if (answer->len > 0 && forms_unquote(answer->data, &answer->len))
		fputs("(Used without the quotes.)\n", stderr);
	if (edit_check("That", buf_text(answer), &why) == -1) {
		explain_text(why.text);
		return VERDICT_WRONG;
	}
	return check != NULL ? check(l, answer) : VERDICT_GOOD;
}

/* Is there an answer to be taken, and no empty one? IS_UNKNOWN with l->why. */
static enum truth
ask_answer(struct login *l, struct buf *answer, const char *question,
    const char *preset, int may_be_empty, question_check *check)
{
	char *before = NULL;
	enum verdict verdict = VERDICT_WRONG;
	int i;

	for (i = 0; i < TIMES && verdict != VERDICT_GOOD; i++) {
		buf_reset(answer);
		if (ask_line(answer, question, preset, may_be_empty,
		    &l->why) == -1) {
			verdict = VERDICT_FAILED;
			break;
		}
		if (answer->len == 0) {
			free(before);
			return IS_FALSE;
		}
		verdict = check_answer(l, answer, check);
		if (verdict == VERDICT_FAILED)
			break;
		if (verdict == VERDICT_DOUBTFUL && before != NULL &&
		    strcmp(before, buf_text(answer)) == 0)
			verdict = VERDICT_GOOD;
		else if (verdict == VERDICT_DOUBTFUL)
			fputs("(Enter it again to use it anyway.)\n", stderr);
		free(before);
		before = strdup(buf_text(answer));
	}
	free(before);
	if (verdict == VERDICT_GOOD)
		return IS_TRUE;
	if (verdict != VERDICT_FAILED)
		fail(&l->why, STATUS_CONFIG, "%s: no valid answer; nothing "
		    "was changed", question);
	return IS_UNKNOWN;
}

int
question_key(struct login *l, char **key, const char *question,
    const char *suggested, int may_be_empty, question_check *check)
{
	struct buf answer = BUF_INIT(ASK_LINE_MAX);
	const char *last = last_answer(l, key);
	enum truth is_given = ask_answer(l, &answer, question, last != NULL ?
	    last : suggested, may_be_empty, check);
	int result = is_given == IS_UNKNOWN ? -1 : 0;

	if (is_given == IS_TRUE)
		result = key_copy(key, buf_text(&answer), &l->why);
	buf_free(&answer);
	return result;
}
