/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_context.h - what the checks of one instance of Postfix share.
 */
#pragma once

#include "base/buf.h"
#include "command/doctor/doctor.h"
#include "command/doctor/postfix/entry.h"
#include "command/doctor/postfix/route.h"
#include "command/postfix/postfix.h"
#include "knowledge/findings/findings.h"
#include "disk/scope.h"

struct check_context {
	struct doctor *d;
	const char *check;	/* its name */
	const struct postfix *p;
	struct scope scope;	/* the system's: what Postfix logs in by */
	struct buf reported;	/* what was found so far, each ended by a NUL */
	int bare_tokens;	/* plugin.conf's */
};

/* Runs the check of that name for each instance that can be read. */
void check_instances(struct doctor *d, const char *check,
    void (*run)(struct check_context *c));

/*
 * Show a finding, once (by its found). Each template also has {config} and
 * {option}, which is " -c FOLDER" for commands, "" for the default instance.
 */
void report_row(struct check_context *c, const struct known *row,
    const struct known_value *values);
void report_postfix(struct check_context *c, enum postfix_finding found,
    const struct known_value *values);
void report_finding(struct check_context *c, const struct finding *f);

/*
 * The same of a parameter of a service (NULL: main.cf's) that should have that
 * value: {transport}, {parameter}, {value}, the present one, and {set}, the
 * commands that set it.
 */
void report_setting(struct check_context *c, enum postfix_finding found,
    const struct postfix_service *service, const char *parameter,
    const char *value, const struct known_value *values);

/* Fills row->found, why and fix, with the values that each template has. */
void fill_row(const struct check_context *c, struct finding *f,
    const struct known *row, const struct known_value *values);

/* Fills one of the rows FIX_*. Returns text. */
#define FIX_MAX (FINDING_TEXT_MAX + 1)
const char *fill_fix(const struct check_context *c, char text[FIX_MAX],
    enum postfix_fix fix, const struct known_value *values);

/* The commands that set a parameter, in main.cf or in the service's line. */
const char *fill_set(const struct check_context *c, char text[FIX_MAX],
    const struct postfix_service *service, const char *parameter,
    const char *value);

/*
 * The first word in the rest of a setting that is a list, len bytes of it; or
 * NULL. Blanks and commas are between words.
 */
const char *next_in_list(const char *rest, size_t *len);

/* What smtp_sasl_mechanism_filter allows. */
enum filter {
	FILTER_OPEN,	/* all, or it cannot be judged */
	FILTER_OURS,	/* XOAUTH2, OAUTHBEARER and nothing else */
	FILTER_MIXED,
	FILTER_OTHERS
};

enum filter judge_filter(const struct check_context *c,
    const struct postfix_service *service);

/* relay_account.c */

/*
 * The name of an account that has the host in its list: 1, or 0. An account
 * for every host does not count.
 */
int find_relay_account(const struct check_context *c, const char *host,
    char name[NAME_MAX_LEN + 1]);

/* How the account whose server_smtp is that server says that TLS begins. */
enum server_tls find_relay_tls(const struct check_context *c,
    const char *host, unsigned port);

/* The mailbox that an account sends as; 0 if it is not known, or not plain. */
int find_mailbox(const struct check_context *c, const char *account,
    char mailbox[NAME_MAX_LEN + 1]);

/*
 * The account's mail server as Postfix needs it, "[HOST]:PORT", if r leads to
 * that host in another form: without brackets, or by a port that is not one of
 * submission. 1; 0 if r is right, or nothing better is known.
 */
int find_better_relay(const struct check_context *c, const char *account,
    const struct route *r, char wanted[ROUTE_TEXT_MAX]);

/*
 * The fix of an entry of the password map: "KEY USER:tokend", in place of a
 * line that is there or not.
 */
const char *fix_entry(const struct check_context *c, char text[FIX_MAX],
    const struct route *r, const char *key, const char *user, int is_there);

/* The fix of a route, and of the map's key if that is for neither form. */
const char *fix_route(const struct check_context *c, char text[FIX_MAX],
    const struct route *r, const char *key, const char *wanted,
    const char *account);

/* The checks, each in the file of that name. */
void check_options(struct check_context *c,
    const struct postfix_service *service);
void check_tls(struct check_context *c, const struct route *r);
void check_reload(struct check_context *c);

/* 1 if the password map is ambiguous, so that its entries are not judged. */
int check_maps(struct check_context *c, const struct postfix_service *service);

/*
 * Two lines for one relay, one of them tokend's: as postmap(1) complained, or
 * in the source of compiled maps. 1 if the line that counts is not tokend's.
 */
int check_complaint(struct check_context *c, const char *complaint);
int check_compiled(struct check_context *c, const char *maps);

/* r is one of tokend's, and e the map's entry for it. */
void check_entry(struct check_context *c, const struct route *r,
    const struct entry *e);

/* r logs in by a password, in an instance that uses tokend elsewhere. */
void check_password(struct check_context *c, const struct route *r);

/* e's account exists, and Postfix may use it for r. */
void check_named_account(struct check_context *c, const struct route *r,
    const struct entry *e);

/* Mail to root leaves, too, if r is the relay for all mail. */
void check_root_alias(struct check_context *c, const struct route *r,
    const struct entry *e);

/* r accepts the sender of this machine's programs. */
void check_sender(struct check_context *c, const struct route *r,
    const struct entry *e);

/*
 * Each account by which pipe(8) hands mail to tokend is there, sends, and lets
 * pipe(8)'s user. How many there are.
 */
unsigned check_send_routes(struct check_context *c);

/* Mails that the log says were lost, in mail_log/loss_findings.c. */
void check_losses(struct check_context *c);
