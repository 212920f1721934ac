/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session.h - one request on one connection (PROTOCOL), opened by the
 * listener, systemd, Postfix's spawn(8), a host that started a helper, or the
 * command.
 */
#pragma once

#include "disk/scope.h"

/*
 * Receives the request, answers, and shuts down the connection for good; then
 * starts what goes on after the answer. fd stays the caller's to close. The
 * client may take patience milliseconds to say what it wants.
 *
 * True if something is left in the connection that was not received, and may
 * be an open file: then the caller does not close fd, and exits soon. To close
 * it can last as long as the client wants.
 */
int session(int fd, const struct scope *s, int patience);

#define SESSION_PATIENCE 5000

/* Answers any request with why, where there is no scope to serve. */
void session_refuse(int fd, const struct failure *why);

/* The whole process ends when a session has lasted this long, in seconds. */
#define SESSION_ALARM 75
