/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - tokend-sendmail: `tokend send` and `tokend sendmail`, and sendmail,
 * mailq and newaliases where a link has that name. It has no queue: a mail is
 * sent while its program waits, or the exit status says why not.
 */
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/descriptors.h"
#include "common/log.h"
#include "sendmail/deliver.h"
#include "sendmail/order.h"
#include "sendmail/write_mail.h"

static const char sendmail_usage[] =
    "Usage: tokend sendmail [--account NAME] [OPTION...] RECIPIENT...\n"
    "       tokend sendmail [--account NAME] [OPTION...] -t [RECIPIENT...]\n"
    "Sends the mail on standard input by an account's `send`. Has sendmail's\n"
    "command line, and no queue. The account is plugin.conf's\n"
    "sendmail_account if none is named.\n"
    "  -t              recipients are in To, Cc and Bcc; Bcc is left out\n"
    "  -f, -r ADDRESS  the envelope's sender\n"
    "  -F NAME         the full name in a From that is missing\n"
    "  -i, -oi         a line with a dot alone does not end the mail\n"
    "  -v              print the provider's answer\n"
    "  -bp, -bi        there is no queue and there are no aliases: say so\n"
    "Other options of sendmail are accepted, and have no effect. Exits with 0\n"
    "if the provider has taken the mail, 69 if it never will, 64 if the\n"
    "command line is wrong, and 75 otherwise.\n";

static const char send_usage[] =
    "Usage: tokend send [-v] [-f SENDER] NAME RECIPIENT...\n"
    "       tokend send -t [-v] [-f SENDER] NAME [RECIPIENT...]\n"
    "Sends the mail on standard input by the account NAME, as `send` says.\n"
    "  -f SENDER   the envelope's sender; \"\" for none\n"
    "  -t          recipients are in To, Cc and Bcc; Bcc is left out\n"
    "  -v          print the provider's answer\n"
    "Exits with 0 if the provider has taken the mail, 69 if it never will, 64\n"
    "if the command line is wrong, and 75 otherwise.\n";

/* The user who sends, as a name of this machine. */
static const char *
find_user(void)
{
	const struct passwd *p = getpwuid(getuid());

	return p != NULL && *p->pw_name != '\0' ? p->pw_name : "nobody";
}

static int
send_mail(struct order *o, char said[SAID_MAX + 1], struct failure *why)
{
	static struct mail_input in;
	static struct spool spool;
	int result = -1;

	in.fd = STDIN_FILENO;
	in.dot_ends = o->dot_ends;
	if (spool_open(&spool, why) == 0 &&
	    write_mail(&spool, o, &in, find_user(), why) == 0)
		result = deliver_mail(o->account, spool.fd, said, why);
	spool_close(&spool);
	return result;
}

static int
print_text(const char *text)
{
	fputs(text, stdout);
	return EX_OK;
}

/*
 * The log gets it as well: many programs that call sendmail do not show
 * standard error.
 */
static int
report(const struct order *o, const char *command, const struct failure *why)
{
	if (!o->is_quiet)
		fprintf(stderr, "tokend %s: %s\n", command, why->text);
	if (why->code != STATUS_USAGE)
		log_warning("%s: %s", command, why->text);
	return deliver_exit(why->code);
}

static int
carry_out(struct order *o, const char *command)
{
	struct failure why;
	char said[SAID_MAX + 1];

	if (send_mail(o, said, &why) == -1)
		return report(o, command, &why);
	if (o->is_verbose)
		printf("Sent: %s\n", *said != '\0' ? said : "the provider has "
		    "taken the mail");
	return EX_OK;
}

static int
run_order(struct order *o, int is_send)
{
	switch (o->kind) {
	case ORDER_HELP:
		return print_text(is_send ? send_usage : sendmail_usage);
	case ORDER_LIST_QUEUE:
		return print_text("Mail queue is empty: tokend sendmail has "
		    "none, each mail is sent at once\n");
	case ORDER_RUN_QUEUE:
		return print_text("Nothing to do: tokend sendmail has no "
		    "queue\n");
	case ORDER_MAKE_ALIASES:
		return print_text("Nothing to do: mail to users of this "
		    "machine goes to the account's own mailbox\n");
	default:
		return carry_out(o, is_send ? "send" : "sendmail");
	}
}

int
main(int argc, char *argv[])
{
	int is_send = argc > 0 && strcmp(argv[0], "tokend-send") == 0;
	struct failure why;
	struct order o;
	int status;

	/*
	 * The mail of a program that does not read our words is sent, too, and
	 * a limit on files is a write that fails: no end without a status.
	 */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	open_standard_files();
	log_open("tokend", LOG_TO_SYSLOG);
	if (argc < 1)
		return EX_USAGE;
	if ((is_send ? order_read_send : order_read_sendmail)(&o, argc, argv,
	    &why) == -1)
		status = report(&o, is_send ? "send" : "sendmail", &why);
	else
		status = run_order(&o, is_send);
	order_free(&o);
	return status;
}
