/*
 * answerer.h - the processes that accept and answer, one request at a time.
 *
 * As many as there are connections, and a few more that wait. They and the
 * listener share one board, on which each says whether it is busy.
 */
#ifndef TOKEND_ANSWERER_H
#define TOKEND_ANSWERER_H

#include <stdatomic.h>
#include <sys/types.h>

#include "scope.h"
#include "serve/sockets.h"

/* More wait in the listen queue, where a connect waits for them too. */
#define ANSWERERS_MAX 256
#define IDLE_LEAST 3
#define IDLE_MOST 12

enum place_state {
	PLACE_FREE,
	PLACE_IDLE,
	PLACE_BUSY
};

struct board {
	_Atomic(int) state[ANSWERERS_MAX];	/* enum place_state */
	_Atomic(int) is_stopping;
};

int board_count(struct board *b, enum place_state state);

/*
 * Accepts and answers at place, which is PLACE_IDLE; writes a byte to wake
 * when too few are left idle. Ends after many requests, when too many are
 * idle, or when the board says so.
 */
void answerer_run(struct board *b, int place, int wake,
    const struct sockets *all, const struct scope *s)
    __attribute__((noreturn));

#endif
