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

/* Shared memory; a place belongs to the answerer in it, until he is buried. */
struct board {
	_Atomic(int) idle;			/* how many wait */
	_Atomic(int) is_busy[ANSWERERS_MAX];
	_Atomic(int) is_stopping;
};

/*
 * Accepts and answers at place, where it counts as idle; writes a byte to wake
 * when too few are left so. Ends after many requests, when too many are
 * idle, or when the board says so.
 */
void answerer_run(struct board *b, int place, int wake,
    const struct sockets *all, const struct scope *s)
    __attribute__((noreturn));

#endif
