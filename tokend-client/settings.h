/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings.h - plugin.conf: how the client half finds tokend.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "base/status.h"

struct client_settings {
	const char *sockets;	/* blank-separated, tried in order */
	char *owned_sockets;	/* the same if plugin.conf has them */
	uid_t listener_uid;	/* (uid_t)-1: root and ourselves only */
	int64_t deadline;	/* ms for a whole get */
	char *mechanisms;	/* in order; NULL: the plugin's own */
	char *sendmail_account;	/* what `tokend sendmail` sends by, or NULL */
	int bare_tokens;	/* the password slot may hold a bare token */
};

/* Where the system's plugin.conf is, as compiled in. */
extern const char client_settings_path[];

/*
 * Fills s with the defaults and, where path can be opened, with its
 * values. Returns 1 if it was opened, 0 if not (absent or not readable by this
 * process: not an error), -1 with STATUS_CONFIG if it is wrong. s is to be
 * freed by client_settings_free in each case.
 */
int client_settings_read(struct client_settings *s, const char *path,
    struct failure *why);

void client_settings_free(struct client_settings *s);
