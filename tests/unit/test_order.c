/* SPDX-License-Identifier: BSD-2-Clause */
/* test_order.c - sendmail's command line, as programs have it */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sendmail/order.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define WORDS_MAX 24

static struct order order;
static struct failure why;

/* The line as a shell splits it at blanks; _ is an empty word. */
static int
read_line(const char *line,
    int (*read)(struct order *, int, char *[], struct failure *))
{
	static char text[512];
	char *words[WORDS_MAX + 1], *at = text, *rest = NULL;
	int count = 0, result = 0;
	static char empty[] = "";

	snprintf(text, sizeof(text), "%s", line);
	for (; count < WORDS_MAX && (at = strtok_r(at, " ", &rest)) != NULL;
	    at = NULL)
		words[count++] = strcmp(at, "_") == 0 ? empty : at;
	words[count] = NULL;
	result = read(&order, count, words, &why);
	return result;
}

/* account|sender|full name|flags|recipients; flags: t, . (a dot ends), q, v */
static const char *
show_order(void)
{
	static char text[512];
	size_t i;

	snprintf(text, sizeof(text), "%s|%s|%s|%s%s%s%s|",
	    order.account != NULL ? order.account : "-",
	    order.sender != NULL ? order.sender : "-",
	    order.full_name != NULL ? order.full_name : "-",
	    order.is_in_header ? "t" : "", order.dot_ends ? "." : "",
	    order.is_quiet ? "q" : "", order.is_verbose ? "v" : "");
	for (i = 0; i < order.to.count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "%s%s", i > 0 ? " " : "", order.to.address[i]);
	return text;
}

/* What these programs call, and who they are. */
static const struct {
	const char *line;
	const char *order;
} sent[] = {
	{ "sendmail -i -FCronDaemon -B8BITMIME -oem root",	/* cron */
	    "-|-|CronDaemon||root" },
	{ "/usr/sbin/sendmail -FCronDaemon -i -odi -oem -oi -t",
	    "-|-|CronDaemon|t|" },
	{ "sendmail -t -i", "-|-|-|t|" },			/* PHP */
	{ "sendmail -ti", "-|-|-|t|" },
	{ "sendmail -oi -t", "-|-|-|t|" },	/* unattended-upgrades */
	{ "sendmail -i -f alice@example.org -- a@x.example b@x.example",
	    "-|alice@example.org|-||a@x.example b@x.example" },	/* git */
	{ "sendmail -oem -oi -falice@example.org -- a@x.example",
	    "-|alice@example.org|-||a@x.example" },	/* mutt */
	{ "sendmail -i -v root", "-|-|-|v|root" },	/* s-nail */
	{ "sendmail -t -f fail2ban@example.org",
	    "-|fail2ban@example.org|-|t.|" },
	{ "sendmail -f _ root", "-||-|.|root" },
	{ "sendmail -f <> root", "-|<>|-|.|root" },
	{ "sendmail -bm -r a@x.example -h 17 -N never -R hdrs -V id -d0.1 root",
	    "-|a@x.example|-|.|root" },
	{ "sendmail -G -O IgnoreDots=true -O DeliveryMode=b root",
	    "-|-|-||root" },
	{ "sendmail -q -t", "-|-|-|t.|" },
	/* i with the value t, and no -t */
	{ "sendmail -oit root", "-|-|-||root" },
	{ "sendmail -oif -D /dev/null root", "-|-|-|.|root" },
	{ "sendmail -C/etc/x -L tag -X /dev/null -U -n -m -oeq root",
	    "-|-|-|.q|root" },
	{ "sendmail --account a@b -t", "a@b|-|-|t.|" },
	{ "sendmail --account=a@b root", "a@b|-|-|.|root" },
	{ "sendmail a@x.example,b@x.example A@X.example",
	    "-|-|-|.|a@x.example b@x.example" },
	/* Options end at the first word that is none. */
	{ "sendmail root -f", "-|-|-|.|root -f" },
};

TABLE_TEST(sends, sent)
{
	ck_assert_int_eq(read_line(sent[_i].line, order_read_sendmail), 0);
	ck_assert_int_eq(order.kind, ORDER_SEND);
	ck_assert_str_eq(show_order(), sent[_i].order);
	order_free(&order);
}

static const struct {
	const char *line;
	enum order_kind kind;
} others[] = {
	{ "mailq", ORDER_LIST_QUEUE },
	{ "/usr/bin/mailq -v", ORDER_LIST_QUEUE },
	{ "sendmail -bp", ORDER_LIST_QUEUE },
	{ "newaliases", ORDER_MAKE_ALIASES },
	{ "sendmail -bi", ORDER_MAKE_ALIASES },
	{ "sendmail -I", ORDER_MAKE_ALIASES },
	{ "sendmail -q", ORDER_RUN_QUEUE },
	{ "sendmail -q30m", ORDER_RUN_QUEUE },
	{ "sendmail --help", ORDER_HELP },
};

TABLE_TEST(does_not_send, others)
{
	ck_assert_int_eq(read_line(others[_i].line, order_read_sendmail), 0);
	ck_assert_int_eq(order.kind, others[_i].kind);
	order_free(&order);
}

static const struct {
	const char *line;
	enum status code;
	const char *text;
} wrong[] = {
	{ "sendmail", STATUS_USAGE, "no recipient" },
	{ "sendmail -i", STATUS_USAGE, "no recipient" },
	{ "sendmail -bs", STATUS_USAGE, "-bs" },
	{ "sendmail -bd -q1h", STATUS_USAGE, "-bd" },
	{ "sendmail -bt", STATUS_USAGE, "-bt" },
	{ "sendmail -Z root", STATUS_USAGE, "-Z" },
	{ "sendmail --acount x root", STATUS_USAGE, "--acount" },
	{ "sendmail -f", STATUS_USAGE, "-f needs a value" },
	{ "sendmail a@b@c", STATUS_MESSAGE, "\"a@b@c\"" },
};

TABLE_TEST(is_wrong, wrong)
{
	ck_assert_int_eq(read_line(wrong[_i].line, order_read_sendmail), -1);
	ck_assert_int_eq(why.code, wrong[_i].code);
	ck_assert_msg(strstr(why.text, wrong[_i].text) != NULL, "%s", why.text);
	order_free(&order);
}

TEST(tokend_send)
{
	ck_assert_int_eq(read_line("tokend-send a@b -v x@y -f s@t z@y",
	    order_read_send), 0);
	ck_assert_str_eq(show_order(), "a@b|s@t|-|v|x@y z@y");
	order_free(&order);
	ck_assert_int_eq(read_line("tokend-send -t a@b", order_read_send), 0);
	ck_assert_str_eq(show_order(), "a@b|-|-|t|");
	order_free(&order);
	ck_assert_int_eq(read_line("tokend-send a@b", order_read_send), -1);
	ck_assert_int_eq(why.code, STATUS_USAGE);
	order_free(&order);
	ck_assert_int_eq(read_line("tokend-send", order_read_send), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "no account"));
	order_free(&order);
}

TEST(too_many)
{
	char text[32];
	int i, result = 0;

	memset(&order, 0, sizeof(order));
	for (i = 0; i <= RECIPIENTS_MAX && result == 0; i++) {
		snprintf(text, sizeof(text), "u%d@x.example", i);
		result = recipients_add(&order.to, text, strlen(text), &why);
	}
	ck_assert_int_eq(result, -1);
	ck_assert_int_eq(why.code, STATUS_MESSAGE);
	ck_assert_uint_eq(order.to.count, RECIPIENTS_MAX);
	order_free(&order);
}
