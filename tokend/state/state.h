/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state.h - what tokend remembers of an account besides its tokens: the last
 * refresh, the last failure and until when it holds (back-off), and which
 * hosts refused a token. Written under the account's lock only.
 */
#pragma once

#include <stdint.h>

#include "account/granted_scope.h"
#include "disk/cachefile.h"
#include "files/newfile.h"
#include "person/person.h"
#include "disk/scope.h"
#include "state/consent_end.h"
#include "state/detail.h"
#include "base/status.h"

#define STATE_FILE_MAX 32768
#define REFUSALS_MAX 8
#define HOST_MAX 255
#define SAID_MAX 200

/* A host that refused a token. */
struct refusal {
	int count;			/* 0: this place is free */
	int64_t when;
	int64_t renewals;	/* of the account, at that time; or -1 */
	char id[TOKEN_ID_LEN + 1];	/* of the token refused last */
	char host[HOST_MAX + 1];
	char said[SAID_MAX + 1];	/* its own words, printable */
};

struct state {
	int64_t refreshed;	/* last success, 0: never */
	int64_t renewals;	/* all, except those that a refusal caused */
	int64_t replaced;	/* tokens in a row that a refusal made due */
	int64_t replace_at;	/* when the last of those is due */
	int64_t doubted;	/* the last renewal for a doubt (report.h) */
	int64_t tried;		/* last failure, 0: none since */
	int64_t retry_at;	/* no attempt of its own before this */
	int64_t failures;	/* in a row */
	/*
	 * A renewal was begun then and cut off before its answer was stored
	 * (interrupted.h), and none succeeded since; 0: no. Either it was
	 * killed, or it went on and no answer came (is_unanswered).
	 */
	int64_t interrupted;
	int is_unanswered;
	/*
	 * What the next renewal needs was dropped then (tokend revoke), and
	 * nothing took its place since; 0: no.
	 */
	int64_t revoked;
	enum status code;	/* of the last failure, STATUS_OK if none */
	char text[FAILURE_TEXT_MAX + 1];
	char stamp[STAMP_MAX];	/* of the account file that failed */
	char scope[GRANTED_MAX + 1];	/* granted last; "": not known */
	struct consent_end consent;	/* of the refresh token that is used */
	int64_t warned;		/* of that end, then; 0: not yet */
	struct person person;	/* who signed in, as the tokens say */
	struct detail detail;	/* of the last failure, behind its text */
	struct refusal refusals[REFUSALS_MAX];
};

/* Reads; what is absent or damaged is as if nothing had been remembered. */
void state_read(struct state *st, const struct scope *s, const char *account);

/* -1 with errno as buf_add does. */
int state_format(const struct state *st, struct buf *b);

/* Reserves and commits in one go, for the answerer. */
int state_write(const struct state *st, const struct scope *s,
    const char *account, struct failure *why);

/*
 * True while the last failure holds: not yet retry_at, the account file is
 * the one that failed, and the clock was not set back. Then why tells it,
 * with retry_after.
 */
int state_holds_back(const struct state *st, const char *stamp, int64_t now,
    struct failure *why);

/* The refusal of a host, or NULL. */
const struct refusal *state_find_refusal(const struct state *st,
    const char *host);

/* The same, with a place made for it: the oldest gives way. */
struct refusal *state_add_refusal(struct state *st, const char *host);
