/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * listen_sockets.h - the sockets that `tokend serve` listens on.
 */
#pragma once

#include "disk/scope.h"
#include "base/status.h"

#define SOCKETS_MAX 32

struct sockets {
	int fd[SOCKETS_MAX];
	char *path[SOCKETS_MAX];	/* NULL: handed over by systemd */
	int count;
};

/*
 * Listens on path: makes its folder where it is missing, and takes the place
 * of a socket without a listener. Every user may connect: the uid decides
 * which accounts it gets (peer.h). 0, or -1 with STATUS_CONFIG.
 */
int sockets_add(struct sockets *all, const char *path, struct failure *why);

/* Takes over what systemd opened (sd_listen_fds(3)). The number, or -1. */
int sockets_inherit(struct sockets *all, struct failure *why);

/* The paths of `socket` in tokend.conf of s, else the scope's own. */
int sockets_add_configured(struct sockets *all, const struct scope *s,
    struct failure *why);

/* Closes; removes the files that we made and still may remove. */
void sockets_close(struct sockets *all);
