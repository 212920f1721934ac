/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loopback_listen.h - listening on loopback, at one port for both families.
 */
#pragma once

#include "signin/redirect.h"
#include "base/status.h"

/*
 * Binds, and listens unless listens is 0, where r says: at both loopback
 * addresses for "localhost", else at the one that it names; and where the
 * account names none and IPv4 has no loopback, at [::1], which r then says.
 * Returns the port with the sockets (IPv4, IPv6; -1: none), which are
 * non-blocking and close-on-exec; 0 with why.
 */
unsigned listen_loopback(struct redirect *r, int sockets[2], int listens,
    const char *account, struct failure *why);

/* Closes those that there are; -1 afterwards. */
void close_loopback(int sockets[2]);
