/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root_mail.h - where mail to root goes: cron's, and that of everything else
 * on a machine that reports by mail.
 *
 * Such a mail has no domain. Postfix appends myorigin to it, delivers it on
 * the machine if that is one of mydestination's, and only then looks into
 * aliases(5). Without an alias it ends in /var/mail, whatever is relayed.
 */
#pragma once

#include "base/buf.h"
#include "command/postfix/map.h"
#include "base/truth.h"
#include "base/status.h"

#define ORIGIN_MAX 512		/* bytes of a name, with NUL */

enum origin {
	ORIGIN_LOCAL,		/* delivered on this machine */
	ORIGIN_ELSEWHERE,	/* leaves by the relay, as root@myorigin */
	ORIGIN_UNKNOWN		/* mydestination refers to a table */
};

/*
 * The domain that the value of myorigin means: a path is read, its first line
 * counts (postconf(5)).
 */
void root_mail_domain(const char *myorigin, char domain[ORIGIN_MAX]);

/* By that domain, and the value of mydestination, $names expanded. */
enum origin root_mail_origin(const char *domain, const char *mydestination);

/* True if the text of an aliases(5) file has an alias for root. */
int root_mail_has_alias(const char *aliases);

/* What Postfix goes by when it delivers on this machine. */
struct root_mail {
	/* Looks key up in the tables that are the parameter's value. */
	enum lookup (*find)(const void *with, const char *parameter,
	    const char *key, struct buf *value, struct failure *why);
	const void *with;
	const char *domain;		/* that a bare name gets */
	const char *mydestination;	/* as in root_mail_origin */
};

/*
 * Where mail to root ends by aliases and .forward files, one after the other.
 * IS_TRUE: it leaves the machine, or goes to a file, a program or a list, which
 * an administrator chose; IS_FALSE: all of it stays in the mailbox of `last`,
 * which is root or another user; IS_UNKNOWN with why.
 */
enum truth root_mail_leaves(const struct root_mail *m, char last[ORIGIN_MAX],
    struct failure *why);

/* True if a user's name can be in an alias as it is, without quotes. */
int root_mail_is_name(const char *name);

/*
 * True if a mailbox can be the value of an alias or of a lookup table as it
 * is, without quotes.
 */
int root_mail_is_plain(const char *mailbox);

/*
 * How Postfix is made to send what programs of this machine send as the
 * mailbox: a line "KEY MAILBOX" in a table of that parameter.
 */
struct sender_rule {
	const char *parameter;
	const char *file;	/* "/tokend_generic", in the configuration */
	char key[ORIGIN_MAX + 8];
};

/*
 * If the domain is only this machine's, all of it on the way out (generic(5)),
 * recipients too, as none of them leaves; else the one sender root, and no
 * recipient. generic(5) is smtp(8)'s alone: by_pipe, for mail that leaves by
 * pipe(8), all senders of such a domain become the mailbox at once.
 */
void sender_rule_find(struct sender_rule *rule, enum origin origin,
    const char *domain, int by_pipe);
