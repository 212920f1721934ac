/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * watched_sockets.h - listening sockets that many processes wait for
 *
 * Each connection wakes one waiting process, not all of them: epoll(7) can do
 * that, and poll(2) cannot.
 */
#pragma once

#include "serve/listen_sockets.h"

/* In each process. A descriptor for wait_and_accept, or -1 with errno. */
int watch_sockets(const struct sockets *all);

/* A connection from whichever socket has one, or -1. */
int wait_and_accept(int watched);
