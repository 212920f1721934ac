/* status.c - tokend status: what there is, how long it lasts, what failed. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "account/account.h"
#include "account/folder.h"
#include "account/place.h"
#include "account/state.h"
#include "account/token_cache.h"
#include "command/command.h"

static const char usage[] =
    "Usage: tokend status [--json] [NAME]\n"
    "Shows each account: how long its token is still good, when it was\n"
    "renewed, what the last failure was, and which hosts refused it. The exit\n"
    "status is that of the first account whose last renewal failed, else 0.\n";

/* All that is shown of one account. */
struct view {
	const char *name;
	struct failure failure;	/* standing; STATUS_OK: none */
	struct state state;
	int64_t expires;	/* 0: no token that counts */
	int64_t fresh_until;
};

static void
look(struct view *v, const struct scope *s, const char *name, int64_t now)
{
	struct cache c = CACHE_INIT;
	struct account a;

	memset(v, 0, sizeof(*v));
	v->name = name;
	if (account_load(&a, s, name, &v->failure) == 0) {
		state_read(&v->state, s, a.name);
		v->failure.code = v->state.code;
		memcpy(v->failure.text, v->state.text,
		    sizeof(v->failure.text));
		if (v->state.retry_at > now)
			v->failure.retry_after = v->state.retry_at - now;
		if (token_cache_read(&c, s, &a, now) == 0 && now < c.expires) {
			v->expires = c.expires;
			v->fresh_until = c.fresh_until;
		}
	}
	cache_free(&c);
	account_free(&a);
}

static void
print_view(const struct view *v, int64_t now)
{
	char token[48] = "no token", renewed[48] = "never renewed", span[32];
	char again[64] = "";
	const struct strike *k;

	if (v->expires != 0)
		snprintf(token, sizeof(token), "token good for %s",
		    command_span(span, v->expires - now));
	if (v->state.refreshed != 0)
		snprintf(renewed, sizeof(renewed), "renewed %s ago",
		    command_span(span, now - v->state.refreshed));
	printf("%s: %s, %s\n", v->name, token, renewed);
	if (v->failure.code != STATUS_OK) {
		if (v->failure.retry_after > 0)
			snprintf(again, sizeof(again), " (next try in %s)",
			    command_span(span, v->failure.retry_after));
		printf("  %s: %s%s\n", status_word(v->failure.code),
		    v->failure.text, again);
	}
	for (k = v->state.strikes; k < v->state.strikes + STRIKES_MAX; k++)
		if (k->count > 0)
			printf("  %s refused %s, %s ago: %s\n", k->host,
			    k->count > 1 ? "two fresh tokens" : "a token",
			    command_span(span, now - k->when),
			    k->said[0] != '\0' ? k->said : "(no words)");
}

/* Text here is printable UTF-8 already (make_printable, name_fold). */
static void
print_string(const char *name, const char *value)
{
	printf("\"%s\":\"", name);
	for (; *value != '\0'; value++)
		printf(*value == '"' || *value == '\\' ? "\\%c" : "%c",
		    *value);
	putchar('"');
}

static void
print_json(const struct view *v)
{
	const struct strike *k;
	int first = 1;

	putchar('{');
	print_string("account", v->name);
	putchar(',');
	print_string("code", status_word(v->failure.code));
	putchar(',');
	print_string("text", v->failure.code != STATUS_OK ? v->failure.text :
	    "");
	printf(",\"expires\":%lld,\"fresh_until\":%lld,\"refreshed\":%lld,"
	    "\"failures\":%lld,\"retry_after\":%lld,\"refused\":[",
	    (long long)v->expires, (long long)v->fresh_until,
	    (long long)v->state.refreshed, (long long)v->state.failures,
	    (long long)v->failure.retry_after);
	for (k = v->state.strikes; k < v->state.strikes + STRIKES_MAX; k++) {
		if (k->count == 0)
			continue;
		fputs(first ? "{" : ",{", stdout);
		print_string("host", k->host);
		putchar(',');
		print_string("said", k->said);
		printf(",\"count\":%d,\"when\":%lld}", k->count,
		    (long long)k->when);
		first = 0;
	}
	fputs("]}", stdout);
}

static int
show(const struct scope *s, const struct names *n, const char *given,
    int as_json)
{
	int64_t now = (int64_t)time(NULL);
	size_t i, shown = 0;
	struct view v;
	int status = EX_OK;

	if (as_json)
		putchar('[');
	for (i = 0; i < (given != NULL ? 1 : n->count); i++) {
		look(&v, s, given != NULL ? given : n->name[i], now);
		if (as_json) {
			fputs(shown++ > 0 ? ",\n" : "", stdout);
			print_json(&v);
		} else {
			print_view(&v, now);
		}
		if (status == EX_OK)
			status = status_exit(v.failure.code);
	}
	if (as_json)
		puts("]");
	else if (i == 0)
		printf("no account in %s/accounts\n", s->config);
	return fflush(stdout) == EOF ? EX_IOERR : status;
}

int
command_status(int argc, char *argv[])
{
	char name[NAME_MAX_LEN + 1];
	struct failure why;
	struct names n;
	struct scope s;
	int as_json, given, status;

	if (command_wants_help(argc, argv))
		return command_usage(usage, 1);
	as_json = argc > 1 && strcmp(argv[1], "--json") == 0;
	given = 1 + as_json;
	if (argc > given + 1 || (argc > given && argv[given][0] == '-'))
		return command_usage(usage, 0);
	if (place_find(&s, &why) == -1 || place_enter(&s, &why) == -1 ||
	    (argv[given] != NULL && name_fold(name, argv[given],
	    strlen(argv[given]), &why) == -1))
		return command_failed(&why);
	status = names_list(&n, &s, &why) == -1 ? command_failed(&why) :
	    show(&s, &n, argv[given] != NULL ? name : NULL, as_json);
	names_free(&n);
	return status;
}
