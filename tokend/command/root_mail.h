/*
 * root_mail.h - where mail to root goes: cron's, and that of everything else
 * on a machine that reports by mail.
 *
 * Such a mail has no domain. Postfix appends myorigin to it, delivers it on
 * the machine if that is one of mydestination's, and only then looks into
 * aliases(5). Without an alias it ends in /var/mail, whatever is relayed.
 */
#ifndef TOKEND_ROOT_MAIL_H
#define TOKEND_ROOT_MAIL_H

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

/* True if root has a .forward file, which local(8) follows. */
int root_mail_has_forward(void);

/*
 * True if a mailbox can be the value of an alias or of a lookup table as it
 * is, without quotes.
 */
int root_mail_is_plain(const char *mailbox);

#endif
