/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/status/monitor.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "command/doctor/probe.h"
#include "command/status/list.h"
#include "common/date.h"
#include "lineio.h"
#include "base/number.h"

#define NAMED_MOST 3		/* accounts that the text says more of */
#define TIME_MOST (100LL * 365 * 86400)

static const char *const states[] = { [HEALTH_GOOD] = "OK",
    [HEALTH_WARNING] = "WARNING", [HEALTH_FAULT] = "CRITICAL" };

int64_t
monitor_time(const char *text)
{
	static const char units[] = "smhd";
	static const int64_t seconds[] = { 1, 60, 3600, 86400 };
	int64_t n = 0, unit = 1;
	size_t len = number_read(text, &n);
	const char *u;

	if (len == 0 || n < 0)
		return -1;
	if (text[len] != '\0') {
		u = strchr(units, text[len]);
		if (u == NULL || text[len + 1] != '\0')
			return -1;
		unit = seconds[u - units];
	}
	return n > TIME_MOST / unit ? -1 : n * unit;
}

/* '|' begins the performance data. */
static void
print_text(const char *text)
{
	for (; *text != '\0'; text++)
		putchar(*text == '|' ? '/' : *text);
}

/* In quotes, a quote twice, without '=' (guidelines). */
static void
print_label(const char *name)
{
	putchar('\'');
	for (; *name != '\0'; name++) {
		if (*name == '\'')
			putchar('\'');
		putchar(*name == '=' || *name == '|' ? '_' : *name);
	}
	putchar('\'');
}

static void
print_limit(int64_t limit)
{
	/* A range: below it is the alert. */
	if (limit >= 0)
		printf("%lld:", (long long)limit);
}

static void
print_data(const struct monitor *m, const struct list *l, int64_t now)
{
	const struct row *r;

	printf(" | accounts=%zu;;;0 warnings=%zu;;;0 faults=%zu;;;0",
	    l->count, l->of[HEALTH_WARNING], l->of[HEALTH_FAULT]);
	for (r = l->row; r < l->row + l->count; r++) {
		putchar(' ');
		print_label(r->name);
		printf("=%llds;", r->expires > now ?
		    (long long)(r->expires - now) : 0LL);
		print_limit(m->warning);
		putchar(';');
		print_limit(m->critical);
		fputs(";0", stdout);
	}
	putchar('\n');
}

/* An account that was never renewed waits for its first client. */
static void
apply_limits(const struct monitor *m, struct row *r, int64_t now)
{
	const int64_t left = r->expires > now ? r->expires - now : 0;
	enum health health = HEALTH_GOOD;
	char duration[DURATION_MAX];

	if (r->refreshed == 0)
		return;
	if (left < m->critical)
		health = HEALTH_FAULT;
	else if (left < m->warning)
		health = HEALTH_WARNING;
	if (health <= r->health)
		return;
	if (r->health == HEALTH_GOOD)
		fail(&r->why, STATUS_OK, "its token is good for %s only",
		    duration_text(duration, left));
	r->health = health;
}

/*
 * If no tokend serve answers, each login fails and no token is renewed; but
 * nothing of that is in an account's state.
 */
static int
is_served(const struct scope *s)
{
	struct failure why;

	switch (probe_socket(s->socket, s->owner, &why)) {
	case PROBE_DEAD:
	case PROBE_SILENT:
		return 0;
	default:
		return 1;
	}
}

static void
print_summary(const struct list *l, const struct scope *s, int served)
{
	size_t i, bad = l->count - l->of[HEALTH_GOOD];

	if (!served)
		printf("no tokend serve answers at %s; ", s->socket);
	if (bad == 0)
		printf("%zu account%s good", l->count,
		    l->count == 1 ? " is" : "s are");
	else
		printf("%zu of %zu account%s: ", bad, l->count,
		    l->count == 1 ? "" : "s");
	for (i = 0; i < bad && i < NAMED_MOST; i++) {
		fputs(i > 0 ? "; " : "", stdout);
		print_text(l->row[i].name);
		fputs(": ", stdout);
		print_text(view_unnamed(l->row[i].why.text, l->row[i].name));
	}
	if (bad > NAMED_MOST)
		printf("; and %zu more", bad - NAMED_MOST);
}

int
monitor_unknown(const struct failure *why)
{
	fputs("TOKEND UNKNOWN - ", stdout);
	print_text(why->text);
	putchar('\n');
	fflush(stdout);
	return MONITOR_UNKNOWN;
}

static int
judge(const struct monitor *m, struct list *l, const struct scope *s,
    int64_t now)
{
	enum health health;
	size_t i;
	int served = s->socket[0] == '\0' || is_served(s);

	for (i = 0; i < l->count; i++)
		apply_limits(m, &l->row[i], now);
	list_sort(l);
	health = served ? l->row[0].health : HEALTH_FAULT;
	printf("TOKEND %s - ", states[health]);
	print_summary(l, s, served);
	print_data(m, l, now);
	return fflush(stdout) == EOF ? MONITOR_UNKNOWN : (int)health;
}

int
monitor_run(const struct monitor *m, const struct scope *s,
    const char *given)
{
	const int64_t now = clock_seconds();
	struct failure why;
	struct list l;
	int status;

	if (list_read(&l, s, given, now, &why) == -1)
		status = monitor_unknown(&why);
	else if (l.count == 0 || (given != NULL &&
	    l.row[0].why.code == STATUS_NO_ACCOUNT))
		status = monitor_unknown(l.count > 0 ? &l.row[0].why :
		    (fail(&why, STATUS_NO_ACCOUNT, "there is no account in "
		    "%s/accounts", s->config), &why));
	else
		status = judge(m, &l, s, now);
	list_free(&l);
	return status;
}
