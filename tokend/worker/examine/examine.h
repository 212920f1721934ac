/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * examine.h - what `tokend doctor` asks of the network and of a token: the
 * parts of the job examine (common/message.h), one file each.
 *
 * A part adds findings (knowledge/findings.h). It never fails: what it cannot
 * find out is a finding, too. No text holds a
 * secret; what servers say comes masked (net/mask.h, mail/sasl.h).
 */
#pragma once

#include <stdint.h>

#include "account/account.h"
#include "disk/cachefile.h"
#include "common/failure_text.h"
#include "common/finding.h"
#include "knowledge/findings/findings.h"
#include "mail/connection.h"
#include "mail/sasl.h"
#include "net/trouble.h"
#include "oauth/identity.h"
#include "disk/scope.h"
#include "state/detail.h"

#define EXAMINE_MOST 24		/* findings between two that are sent */

struct examination {
	const struct scope *scope;
	struct account account;
	int is_live;
	char name[TEXT_NAME_MAX];	/* the account's, for texts */
	size_t count;
	struct finding finding[EXAMINE_MOST];
};

/*
 * Adds the finding of a row. Its texts may name account (shown), account_name
 * (whole) and file, and what is in values. With EXAMINE_MOST there, the last
 * one gives way.
 */
void examine_found(struct examination *x, const char *check,
    enum examine_finding found, const struct known_value *values);

/* The same for a row of another table. */
void examine_row(struct examination *x, const char *check,
    const struct known *row, const struct known_value *values);

/* The same for a failure, which has its code and is named failure. */
void examine_failed(struct examination *x, const char *check,
    enum examine_finding found, const struct failure *why,
    const struct known_value *values);

/*
 * The same with what a provider's refusal is known to mean; where d has
 * nothing, by the code.
 */
void examine_advise(struct examination *x, const char *check,
    const struct failure *why, const struct detail *d);

/* The same for a login that a mail server refused, by what it said. */
void examine_refused(struct examination *x, enum account_server service,
    const char *server, const char *mechanism, const char *said);

extern const char *const examine_service[SERVERS];	/* "SMTP", ... */

/* The host of the account's server for a service; "" if it names none. */
void examine_host(const struct examination *x, enum account_server service,
    char host[256]);

/* True where the account's servers are Microsoft's. */
int examine_is_exchange(const struct examination *x);

/*
 * What is stored for the next renewal (stored_secrets.c). Returns 1 if there is
 * enough for one, else 0.
 */
int examine_stored(struct examination *x);

/* What a token says, against the account (claims.c). c: what is kept of it. */
void examine_claims(struct examination *x, const struct identity *who,
    const struct cache *c, int64_t now);

/* Whom the tokens name, against the account (claims.c). */
void examine_person(struct examination *x, const struct person *p);

/* The settings that the servers' own rules ask for (claims.c). */
void examine_settings(struct examination *x);

/*
 * Connects to the provider (provider_reach.c). Returns 1 if it answers, or the
 * grant asks none; 0 if it cannot be asked.
 */
int examine_reach(struct examination *x);

/*
 * Adds the finding of a connection that failed, with the fix for that kind of
 * trouble; otherwise is the row for all other trouble, whose why all have.
 */
void examine_unconnected(struct examination *x, const char *check,
    enum examine_finding otherwise, enum trouble_kind kind,
    const struct failure *why, const char *setting, const char *host);

/* Has the token renewed, as `tokend refresh` does (live_renewal.c). */
void examine_renew(struct examination *x);

/* A token that was in the cache, and what a server said when it refused it. */
struct refused {
	char id[TOKEN_ID_LEN + 1];	/* "": none was refused */
	enum account_server service;
	char said[SASL_SAID_MAX + 1];
};

/*
 * A server that refuses without a challenge tells no program that uses the
 * plugin anything to pass on, so the token stays in the cache, and each login
 * fails. examine_cached tries the cached token at the account's servers, up to
 * one that refuses it; after the renewal examine_replaced tries the new one
 * there, and says so if that is taken (cached_token.c). Where no server can be
 * asked, the logins that follow say why.
 */
void examine_cached(const struct examination *x, struct refused *r);
void examine_replaced(struct examination *x, const struct refused *r);

/* Reads the cached token. True if it is valid now; c is to be freed. */
int examine_token(const struct examination *x, struct cache *c);

/*
 * Of an account that only sends: tries to read mail with its token, where the
 * token may go, and being refused is what is good (read_try.c). By a login at
 * the server of a service; and by a request of the API that it sends by.
 */
void examine_read_login(struct examination *x, enum account_server service);
void examine_read_request(struct examination *x);

/*
 * Logs in at the account's server of a service, by each mechanism that it
 * offers of ours (server_login.c). plugin is the plugin's list, or NULL.
 */
void examine_login(struct examination *x, enum account_server service,
    const char *plugin);
