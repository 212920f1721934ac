/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * question.h - one key of a new account, asked for until its answer can be
 * right.
 */
#pragma once

#include "command/login/login.h"

enum verdict {
	VERDICT_GOOD,
	VERDICT_DOUBTFUL,	/* told; entered once more, it is taken */
	VERDICT_WRONG,		/* told; asked again */
	VERDICT_FAILED		/* l->why */
};

/* Judges an answer, and may put another in its place. */
typedef enum verdict question_check(struct login *l, struct buf *answer);

/*
 * Asks for key, a member of l->o.keys; the last try's answer, else suggested,
 * is what an empty answer stands for. check may be NULL. An empty answer that
 * is allowed leaves the key as it is. 0, or -1 with l->why.
 */
int question_key(struct login *l, char **key, const char *question,
    const char *suggested, int may_be_empty, question_check *check);
