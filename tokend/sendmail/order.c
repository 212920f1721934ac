/* SPDX-License-Identifier: BSD-2-Clause */
#include "sendmail/order.h"

#include <getopt.h>
#include <string.h>

#define OPTION_ACCOUNT 256
#define OPTION_HELP 257

/*
 * Every letter that sendmail has had, so that what belongs to one is not taken
 * for a recipient. Options end at the first word that is none.
 */
static const char sendmail_letters[] =
    "+:A:B:b:C:cD:d::e:F:f:Gh:IiL:M:mN:nO:o:p:Q:q::R:r:sTtUV:vX:x";

static const struct option sendmail_words[] = {
	{ "account", required_argument, NULL, OPTION_ACCOUNT },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ NULL, 0, NULL, 0 }
};

static const struct option send_words[] = {
	{ "help", no_argument, NULL, OPTION_HELP },
	{ NULL, 0, NULL, 0 }
};

/* -bm is the usual one; what listens, tests or speaks SMTP is not here. */
static int
take_mode(struct order *o, const char *mode, struct failure *why)
{
	switch (*mode) {
	case 'm':
		return 0;
	case 'p':
		o->kind = ORDER_LIST_QUEUE;
		return 0;
	case 'i':
		o->kind = ORDER_MAKE_ALIASES;
		return 0;
	case 's':
		return fail(why, STATUS_USAGE, "-bs: SMTP on standard input is "
		    "not supported. Use the recipients as arguments, or -t");
	default:
		return fail(why, STATUS_USAGE, "-b%s is not supported: a mail "
		    "on standard input is sent, no more", mode);
	}
}

/*
 * Of the -o options only these mean something without a queue. A switch may
 * have a value, which is true if it begins with one of TtYy: -oit has no -t.
 */
static void
take_set_option(struct order *o, const char *option)
{
	if (option[0] == 'i')
		o->dot_ends = strchr("TtYy", option[1]) == NULL;
	else if (strcmp(option, "eq") == 0 || strcmp(option, "e=q") == 0)
		o->is_quiet = 1;
	else if (strcmp(option, "v") == 0)
		o->is_verbose = 1;
}

/* -O IgnoreDots=true, and the like. */
static void
take_long_option(struct order *o, const char *option)
{
	static const char dots[] = "IgnoreDots";

	if (strncasecmp(option, dots, sizeof(dots) - 1) == 0 &&
	    strcasecmp(option + sizeof(dots) - 1, "=false") != 0)
		o->dot_ends = 0;
}

static int
take_letter(struct order *o, int letter, struct failure *why)
{
	switch (letter) {
	case 'b':
		return take_mode(o, optarg, why);
	case 'f':
	case 'r':
		o->sender = optarg;
		return 0;
	case 'F':
		o->full_name = optarg;
		return 0;
	case 'e':
		o->is_quiet = strcmp(optarg, "q") == 0;
		return 0;
	case 'I':
		o->kind = ORDER_MAKE_ALIASES;
		return 0;
	case 'i':
		o->dot_ends = 0;
		return 0;
	case 'o':
		take_set_option(o, optarg);
		return 0;
	case 'O':
		take_long_option(o, optarg);
		return 0;
	case 'q':
		o->kind = ORDER_RUN_QUEUE;
		return 0;
	case 't':
		o->is_in_header = 1;
		return 0;
	case 'v':
		o->is_verbose = 1;
		return 0;
	default:
		return 0;	/* DSN, debugging, queue groups, body types */
	}
}

static int
fail_option(int found, char *argv[], struct failure *why)
{
	const char *word = argv[optind > 1 ? optind - 1 : 1];

	if (found == ':')
		return fail(why, STATUS_USAGE, "the option %.100s needs a "
		    "value", word);
	if (optopt > 0 && optopt < 128)
		return fail(why, STATUS_USAGE, "unknown option -%c", optopt);
	return fail(why, STATUS_USAGE, "unknown option %.100s", word);
}

static int
take_recipients(struct order *o, int argc, char *argv[], struct failure *why)
{
	for (; optind < argc; optind++)
		if (recipients_add(&o->to, argv[optind],
		    strlen(argv[optind]), why) == -1)
			return -1;
	if (o->to.count == 0 && !o->is_in_header)
		return fail(why, STATUS_USAGE, "no recipient: name one, or use "
		    "-t to send to those in To, Cc and Bcc");
	return 0;
}

static void
begin_order(struct order *o, char *argv[])
{
	const char *slash = strrchr(argv[0], '/');
	const char *name = slash != NULL ? slash + 1 : argv[0];

	memset(o, 0, sizeof(*o));
	if (strcmp(name, "mailq") == 0)
		o->kind = ORDER_LIST_QUEUE;
	else if (strcmp(name, "newaliases") == 0)
		o->kind = ORDER_MAKE_ALIASES;
	opterr = 0;
	optind = 0;	/* glibc and musl begin again */
}

int
order_read_sendmail(struct order *o, int argc, char *argv[],
    struct failure *why)
{
	int c;

	begin_order(o, argv);
	o->dot_ends = 1;
	while ((c = getopt_long(argc, argv, sendmail_letters, sendmail_words,
	    NULL)) != -1) {
		if (c == OPTION_ACCOUNT)
			o->account = optarg;
		else if (c == OPTION_HELP)
			o->kind = ORDER_HELP;
		else if (c == '?' || c == ':')
			return fail_option(c, argv, why);
		else if (take_letter(o, c, why) == -1)
			return -1;
	}
	/* -q has a meaning of its own only without a mail. */
	if (o->kind == ORDER_RUN_QUEUE && (optind < argc || o->is_in_header))
		o->kind = ORDER_SEND;
	return o->kind == ORDER_SEND ? take_recipients(o, argc, argv, why) : 0;
}

int
order_read_send(struct order *o, int argc, char *argv[], struct failure *why)
{
	int c;

	begin_order(o, argv);
	while ((c = getopt_long(argc, argv, ":f:htv", send_words,
	    NULL)) != -1) {
		if (c == 'f')
			o->sender = optarg;
		else if (c == 't')
			o->is_in_header = 1;
		else if (c == 'v')
			o->is_verbose = 1;
		else if (c == 'h' || c == OPTION_HELP)
			o->kind = ORDER_HELP;
		else
			return fail_option(c, argv, why);
	}
	if (o->kind == ORDER_HELP)
		return 0;
	if (optind == argc)
		return fail(why, STATUS_USAGE, "no account: tokend send NAME "
		    "RECIPIENT...");
	o->account = argv[optind++];
	return take_recipients(o, argc, argv, why);
}

void
order_free(struct order *o)
{
	recipients_free(&o->to);
}
