/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cachefile.h - one account's access token on disk.
 *
 * Written by the worker, read by `tokend` and, in a user's own scope, straight
 * by the plugin. It never holds a refresh token.
 */
#pragma once

#include <stdint.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/status.h"

#define TOKEN_ID_LEN 32			/* hex digits, opaque */
#define TOKEN_MAX 9000			/* RFC 4954 4: 12288 in base64 */
#define CACHE_FILE_MAX 65536

struct users {
	const char *user;	/* mailbox, NULL if the account names none */
	const char *smtp;	/* the same by service, NULL if not set */
	const char *imap;
	const char *pop;
};

struct cache {
	const char *id;
	const char *token;	/* token_is_clean */
	int64_t issued;		/* wall clock, when the request was sent */
	int64_t fresh_until;	/* before this no renewal is needed */
	int64_t expires;
	int64_t min_valid;	/* seconds that a token must still live */
	const char *hosts;	/* patterns for host_matches */
	const char *refused;	/* hosts that have to ask tokend, may be "" */
	const char *allow;	/* uids and @gids that may ask, may be "" */
	struct users users;
	const char *stamp;
	struct buf file;	/* what the pointers above point into */
};

#define CACHE_INIT { .file = BUF_INIT(CACHE_FILE_MAX) }
#define STAMP_MAX 96

/* Names one state of an account file: another state, another stamp. */
void cache_stamp(char stamp[STAMP_MAX], const struct stat *account_file);

/*
 * Reads the cache from the open file fd. Returns 0; or -1 if it is as good as
 * absent: damaged, without end mark, of another stamp, or from the future by
 * more than 300 s (the clock was set back). c is to be freed either way.
 */
int cache_read(struct cache *c, int fd, const char *stamp, int64_t now);

/* Parses c->file in place. 0, or -1 if it is damaged. */
int cache_parse(struct cache *c);

/* Appends the file's content; -1 with errno as buf_add does. */
int cache_format(const struct cache *c, struct buf *b);

void cache_free(struct cache *c);

/*
 * The mailbox for a service ("smtp", "imap", "pop", others): the account's
 * for that service, else its user, else NULL.
 */
const char *users_for_service(const struct users *u, const char *service);
