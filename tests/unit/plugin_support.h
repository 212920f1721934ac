/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plugin_support.h - what the tests of the plugin stand on: a scope of their
 * own in a temporary folder, cache files in it, and a tokend that follows a
 * script.
 *
 * Nothing here belongs to a test framework: a support function that cannot do
 * its work says so on stderr and aborts. One world at a time.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "disk/cachefile.h"

/*
 * Fixture: a folder of the test's own (scratch.h) with modules/,
 * config/accounts/ and state/cache/ in it, to which TOKEND_CONFIG_DIR,
 * TOKEND_STATE_DIR and TOKEND_SOCKET point.
 */
void world_open(void);
void world_close(void);		/* stops tokend, too */

void world_account(const char *name);		/* accounts/NAME.conf */
void world_settings(const char *text);		/* plugin.conf */

/*
 * The account and its cache file. members of c that are unset get values that
 * make the token valid: issued now, fresh for 600 s, all hosts.
 */
void world_cache(const char *name, struct cache *c);

/* The same with nothing special: a fresh token, and perhaps a mailbox. */
void world_token(const char *name, const char *token, const char *user);

/* Symbolic links to the plugin of the build tree, or to Debian's modules. */
void world_link(const char *target, const char *path);

/* For SASL_CB_GETPATH: modules/. CALLBACK makes a sasl_callback_t's proc. */
int world_get_path(void *context, const char **path);
#define CALLBACK(f) ((int (*)(void))(void (*)(void))(f))

/* Special answers of the scripted tokend. */
#define ANSWER_CLOSE NULL	/* ends without a word */
#define ANSWER_HANG "hang"	/* holds the connection and says nothing */

/*
 * Listens at TOKEND_SOCKET and gives connection number i the i-th of the
 * answers, whole messages that end in an empty line; all later ones the last.
 */
void tokend_start(const char *const answers[], size_t count);
void tokend_stop(void);

/* How many requests came in, and the i-th ("" if there is none) as it came. */
size_t tokend_requests(void);
const char *tokend_request(size_t i);
