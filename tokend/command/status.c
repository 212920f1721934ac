/* status.c - tokend status: what there is, how long it lasts, what failed. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "account/account.h"
#include "account/folder.h"
#include "account/interrupted.h"
#include "account/lock.h"
#include "account/place.h"
#include "account/token_cache.h"
#include "command/command.h"
#include "command/view.h"
#include "lineio.h"

static const char usage[] =
    "Usage: tokend status [--json] [NAME]\n"
    "Shows each account: how it gets its tokens, how long the present one is\n"
    "still good, when it was renewed and will be, what the last failure was,\n"
    "what it means and what to do, and which hosts refused a token. The exit\n"
    "status is that of the first account whose last renewal failed, else 0.\n";

/* What is under way is not interrupted: then its lock is held. */
static void
note_interrupted(struct view *v, const struct scope *s)
{
	struct state st = { .interrupted = 0 };
	int lock = -1;

	if (interrupted_note(&st, s, v->account.name) == 1 &&
	    (lock = lock_open(s, v->account.name, NULL)) != -1 &&
	    lock_wait(lock, clock_ms(), NULL) == 0)
		interrupted_note(&v->state, s, v->account.name);
	if (lock != -1)
		close(lock);
}

static void
look(struct view *v, const struct scope *s, const char *name, int64_t now)
{
	struct cache c = CACHE_INIT;

	memset(v, 0, sizeof(*v));
	v->name = name;
	if (account_load(&v->account, s, name, &v->failure) == 0) {
		v->is_loaded = 1;
		state_read(&v->state, s, v->account.name);
		note_interrupted(v, s);
		v->failure.code = v->state.code;
		memcpy(v->failure.text, v->state.text,
		    sizeof(v->failure.text));
		if (v->state.retry_at > now)
			v->failure.retry_after = v->state.retry_at - now;
		if (token_cache_read(&c, s, &v->account, now) == 0 &&
		    now < c.expires) {
			v->expires = c.expires;
			v->fresh_until = c.fresh_until;
		}
	}
	cache_free(&c);
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
			view_print_json(&v);
		} else {
			view_print(&v, now);
		}
		if (status == EX_OK)
			status = status_exit(v.failure.code);
		account_free(&v.account);
	}
	if (as_json)
		puts("]");
	else if (i == 0)
		printf("no account in %s/accounts: make one by \"tokend login "
		    "NAME\"\n", s->config);
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
