/* SPDX-License-Identifier: BSD-2-Clause */
/* remove.c - tokend remove: an account goes, with all that is kept of it. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "account/account.h"
#include "account/draft.h"
#include "account/place.h"
#include "command/command.h"
#include "command/revoke.h"
#include "command/setup/account_uses.h"
#include "command/terminal/ask.h"
#include "command/terminal/interrupt.h"
#include "common/log.h"
#include "files/leftover.h"

struct removal {
	struct scope scope;
	char name[NAME_MAX_LEN + 1];
	int folder;		/* accounts/; -1: there is none */
	int has_file, is_whole;
	struct failure broken;	/* why it is not whole */
	int is_sure, is_kept, is_forced;
};

static int
cannot_remove(const struct removal *r, struct failure *why)
{
	return fail(why, status_of_errno(errno), "account \"%s\": "
	    "%s/accounts/%s.conf cannot be removed: %s%s", r->name,
	    r->scope.config, r->name, strerror(errno), errno == EACCES ?
	    ": run this as root" : "");
}

/* Before anything is done: whether it is there and can go at all. */
static int
look(struct removal *r, const char *given, struct failure *why)
{
	char file[NAME_MAX_LEN + 8];
	struct account a;
	struct stat st;

	if (place_find(&r->scope, why) == -1 ||
	    command_account(r->name, &r->scope, given, why) == -1)
		return -1;
	snprintf(file, sizeof(file), "%s.conf", r->name);
	r->folder = scope_open_accounts(&r->scope, why);
	if (r->folder == -1 && errno != ENOENT)
		return -1;
	r->has_file = r->folder != -1 &&
	    fstatat(r->folder, file, &st, AT_SYMLINK_NOFOLLOW) == 0;
	r->is_whole = account_load(&a, &r->scope, r->name, &r->broken) == 0;
	account_free(&a);
	if (!r->has_file && !leftover_is_there(&r->scope, r->name)) {
		*why = r->broken;
		return -1;
	}
	if (r->has_file && faccessat(r->folder, ".", W_OK, AT_EACCESS) == -1)
		return cannot_remove(r, why);
	if (r->has_file && !r->is_whole && !r->is_kept && !r->is_forced)
		return fail(why, r->broken.code, "%.250s: so its consent "
		    "cannot be revoked: fix the file, or give --forget",
		    r->broken.text);
	return 0;
}

static int
confirm(const struct removal *r, struct failure *why)
{
	int yes;

	if (r->is_sure)
		return 0;
	if (!ask_is_possible())
		return fail(why, STATUS_USAGE, "account \"%s\": no terminal to "
		    "confirm on; nothing was changed. Use --yes to remove it "
		    "without asking", r->name);
	fprintf(stderr, "account \"%s\": its file, tokens and stored secrets "
	    "will be gone%s.\n", r->name, r->is_kept || !r->is_whole ? "" :
	    ", and its consent at the provider");
	if ((yes = ask_yes("Remove it?", why)) == 0)
		return fail(why, STATUS_INTERNAL, "account \"%s\": nothing "
		    "was changed", r->name);
	return yes == 1 ? 0 : -1;
}

static int
remove_file(const struct removal *r, struct failure *why)
{
	char file[NAME_MAX_LEN + 8];

	if (r->folder == -1)
		return 0;
	draft_forget(r->folder, r->name);
	snprintf(file, sizeof(file), "%s.conf", r->name);
	return (unlinkat(r->folder, file, 0) == -1 && errno != ENOENT) ||
	    fsync(r->folder) == -1 ? cannot_remove(r, why) : 0;
}

/* As the owner of the store, in a process that goes with it. -1: told. */
static int
remove_stored(const struct removal *r)
{
	struct failure why;
	int status = EX_OSERR;
	pid_t child;

	fflush(stdout);
	if ((child = fork()) == 0) {
		status = EX_OK;
		if (place_enter(&r->scope, &why) == -1 ||
		    leftover_remove(&r->scope, r->name, &why) == -1)
			status = command_failed(&why);
		_exit(status);
	}
	while (child != -1 && waitpid(child, &status, 0) == -1 &&
	    errno == EINTR)
		continue;
	if (child == -1 || !WIFEXITED(status))
		return EX_OSERR;
	return WEXITSTATUS(status);
}

/* 0, or the exit status after it was said why. */
static int
carry_out(struct removal *r)
{
	struct failure why;
	int status;

	made_tell(&r->scope, r->name);
	if (confirm(r, &why) == -1 || (r->is_whole && !r->is_kept &&
	    revoke_consent(&r->scope, r->name, r->is_forced, &why) == -1) ||
	    remove_file(r, &why) == -1)
		return command_failed(&why);
	if ((status = remove_stored(r)) != EX_OK)
		return status;
	log_info("account \"%s\": removed", r->name);
	printf("account \"%s\": removed%s\n", r->name, r->is_kept ?
	    "; its consent at the provider stays" : !r->has_file ?
	    "; no file of it told which provider to tell: take the consent "
	    "back at its account page" : "");
	return fflush(stdout) == EOF ? EX_IOERR : EX_OK;
}

int
command_remove(int argc, char *argv[])
{
	static const struct option options[] = {
		{ "yes", no_argument, NULL, 'y' },
		{ "keep-consent", no_argument, NULL, 'k' },
		{ "forget", no_argument, NULL, 'f' }, { NULL, 0, NULL, 0 } };
	static char program[] = "tokend remove";
	struct removal r = { .folder = -1 };
	struct failure why;
	int option, status;

	argv[0] = program;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?')
			return command_usage("remove", 0);
		r.is_sure |= option == 'y';
		r.is_kept |= option == 'k';
		r.is_forced |= option == 'f';
	}
	if (argc - optind > 1 || (r.is_kept && r.is_forced))
		return command_usage("remove", 0);
	interrupt_block();
	status = look(&r, argv[optind], &why) == -1 ? command_failed(&why) :
	    carry_out(&r);
	if (r.folder != -1)
		close(r.folder);
	interrupt_raise();
	return status;
}
