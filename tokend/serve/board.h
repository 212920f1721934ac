/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board.h - the memory that the listener, the answerers and the schedule share.
 */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

#include "serve/log_throttle.h"

/* More wait in the listen queue, where a connect waits for them too. */
#define ANSWERERS_MAX 256

/* A place belongs to its answerer until that process was waited for. */
struct board_place {
	_Atomic(int) is_busy;
	/* eviction.h; 0 where it does not apply */
	_Atomic(uint64_t) reads_from;	/* the uid and 1 */
	_Atomic(uint64_t) waits_for;	/* the account, as a number */
	_Atomic(int64_t) since;		/* clock_ms */
	_Atomic(int) must_leave;
};

struct board {
	_Atomic(int) idle;			/* how many wait */
	_Atomic(int) is_stopping;
	struct board_place place[ANSWERERS_MAX];
	struct throttle throttle;
};
