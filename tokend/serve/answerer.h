/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * answerer.h - the processes that accept and answer, one request at a time.
 *
 * As many as there are connections, and a few more that wait. They and the
 * listener share one board, on which each says whether it is busy.
 */
#pragma once

#include "disk/scope.h"
#include "serve/board.h"
#include "serve/listen_sockets.h"

#define IDLE_LEAST 3
#define IDLE_MOST 12

/*
 * Accepts and answers at place, where it counts as idle; writes a byte to wake
 * when too few are left so. Ends after many requests, when too many are
 * idle, or when the board says so.
 */
void answerer_run(struct board *b, int place, int wake,
    const struct sockets *all, const struct scope *s)
    __attribute__((noreturn));
