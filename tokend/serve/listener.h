/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * listener.h - the main process of `tokend serve`: it starts the others.
 *
 * Some answerers (answerer.h) wait for connections, so that one is answered
 * without a fork; the schedule is a process too. A bad client costs itself
 * its connection, and at worst one answerer, never the service.
 */
#pragma once

#include "disk/scope.h"
#include "serve/listen_sockets.h"

/*
 * To be called before there is a socket, so that it is removed also if the
 * process is stopped early. From then on SIGTERM and SIGINT wait for
 * listener_run.
 */
void listener_catch_signals(void);

/* Serves until SIGTERM or SIGINT. -1 with why if it cannot begin. */
int listener_run(const struct sockets *all, const struct scope *s,
    struct failure *why);
