/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_context.h - what the checks of one instance of Postfix share.
 */
#ifndef TOKEND_CHECK_CONTEXT_H
#define TOKEND_CHECK_CONTEXT_H

#include "buf.h"
#include "command/doctor/doctor.h"
#include "command/doctor/postfix/entry.h"
#include "command/postfix/postfix.h"
#include "command/doctor/postfix/route.h"
#include "scope.h"

struct sight {
	struct doctor *d;
	struct postfix *p;
	struct scope scope;	/* the system's: what Postfix logs in by */
	struct buf told;	/* what was found so far, each ended by a NUL */
	int bare_tokens;	/* plugin.conf's */
};

#define SIGHT_TOLD_MAX 65536

/* Fills scope: that of the system, whoever looks. */
void sight_scope(struct sight *s);

/* Shows it, once (by its found). */
void sight_tell(struct sight *s, struct finding *f);

/* Begins a finding of the check postfix. */
struct finding sight_begin(enum verdict verdict);

/*
 * Formats the mend "NAME = VALUE": a command for main.cf, or for master.cf
 * where the service's line has it, and the reload.
 */
void sight_mend(const struct sight *s, struct finding *f,
    const struct postfix_service *service, const char *name,
    const char *value);

/* "postfix reload" of this instance, in text. */
#define SIGHT_COMMAND_MAX (SCOPE_PATH_MAX + 32)
const char *sight_reload(const struct sight *s,
    char text[SIGHT_COMMAND_MAX]);

/* " -c DIR" for commands, "" for the default instance. */
const char *sight_option(const struct sight *s, char text[SIGHT_COMMAND_MAX]);

/* What smtp_sasl_mechanism_filter lets through. */
enum filter {
	FILTER_OPEN,	/* all, or what cannot be told */
	FILTER_OURS,	/* XOAUTH2, OAUTHBEARER and nothing else */
	FILTER_MIXED,
	FILTER_OTHERS
};

enum filter sight_filter(const struct sight *s,
    const struct postfix_service *service);

/*
 * The name of an account that has the host in its list, any will do: 1, or 0.
 * One that takes every host does not count.
 */
int sight_account_for(const struct sight *s, const char *host,
    char name[NAME_MAX_LEN + 1]);

/* How the account whose server_smtp is that server says that TLS begins. */
enum server_tls sight_tls_for(const struct sight *s, const char *host,
    unsigned port);

/* The mailbox that an account sends as; 0 if it is not known, or not plain. */
int sight_mailbox(const struct sight *s, const char *account,
    char mailbox[NAME_MAX_LEN + 1]);

/*
 * "Put the line ... into FILE": the entry of a password map with tokend's word.
 * is_there: in place of the one that it has for key.
 */
void sight_mend_entry(const struct sight *s, struct finding *f,
    const struct route *r, const char *key, const char *user, int is_there);

/*
 * The account's mail server as Postfix is to be given it, "[HOST]:PORT", where
 * r leads to that host in another form: without brackets, or by a port that is
 * not one of submission. 1; 0 if r is right, or nothing better is known.
 */
int sight_relay_for(const struct sight *s, const char *account,
    const struct route *r, char wanted[ROUTE_TEXT_MAX]);

/* Makes it that, and the map's key where it fits neither. */
void sight_mend_route(const struct sight *s, struct finding *f,
    const struct route *r, const char *key, const char *wanted,
    const char *account);

/* The checks, each of one concern and in a file of that name. */
void postfix_check_options(struct sight *s,
    const struct postfix_service *service);
void postfix_check_debug(struct sight *s, const struct route *r);
void postfix_check_tls(struct sight *s, const struct route *r);

/* 1 if what the password map has is not to be judged: it is ambiguous. */
int postfix_check_maps(struct sight *s,
    const struct postfix_service *service);

/*
 * Two lines for one relay, one of them tokend's: as postmap(1) complained, or
 * in what maps are compiled of. 1 if what Postfix goes by is not tokend's.
 */
int twice_complained(struct sight *s, const char *complaint);
int twice_compiled(struct sight *s, const char *maps);

/* r is one of tokend's, and e what the map has for it. */
void postfix_check_login(struct sight *s, const struct route *r,
    const struct entry *e);

/* That the instance runs with what main.cf and master.cf have now. */
void postfix_check_reload(struct sight *s);

/* That mail to root leaves, too, where r is the way for all mail. */
void postfix_check_root(struct sight *s, const struct route *r,
    const struct entry *e);

/* That what programs here send has a sender that r takes. */
void postfix_check_sender(struct sight *s, const struct route *r,
    const struct entry *e);

/* r logs in by a password, in an instance that uses tokend elsewhere. */
void postfix_check_password(struct sight *s, const struct route *r);

/* That e's account is there, and may be used for r by Postfix. */
void postfix_check_account(struct sight *s, const struct route *r,
    const struct entry *e);

/* Mails that the log says were lost, as findings of the queue (loss_findings.c). */
void queue_tell_losses(struct sight *s);

#endif
