/* SPDX-License-Identifier: BSD-2-Clause */
/* remove.c - tokend remove: deletes an account and all that is stored of it. */
#include <errno.h>
#include <fcntl.h>
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
	int has_file, is_valid;
	struct failure fault;	/* why it is not valid */
	int is_sure, keeps_consent, is_forced;
};

static int
cannot_remove(const struct removal *r, struct failure *why)
{
	return fail(why, status_of_errno(errno), "account \"%s\": "
	    "%s/accounts/%s.conf cannot be removed: %s%s", r->name,
	    r->scope.config, r->name, strerror(errno), errno == EACCES ?
	    ". Run this as root" : "");
}

/* Before any change: is it there, and can it be removed? */
static int
check_account(struct removal *r, const char *given, struct failure *why)
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
	r->is_valid = account_load(&a, &r->scope, r->name, &r->fault) == 0;
	account_free(&a);
	if (!r->has_file && !leftover_is_there(&r->scope, r->name)) {
		*why = r->fault;
		return -1;
	}
	if (r->has_file && faccessat(r->folder, ".", W_OK, AT_EACCESS) == -1)
		return cannot_remove(r, why);
	if (r->has_file && !r->is_valid && !r->keeps_consent && !r->is_forced)
		return fail(why, r->fault.code, "%.250s. So its consent "
		    "cannot be revoked: fix the file, or use --forget",
		    r->fault.text);
	return 0;
}

static int
confirm_removal(const struct removal *r, struct failure *why)
{
	enum truth yes;

	if (r->is_sure)
		return 0;
	if (!ask_is_possible())
		return fail(why, STATUS_USAGE, "account \"%s\": no terminal to "
		    "confirm on; nothing was changed. Use --yes to remove it "
		    "without asking", r->name);
	fprintf(stderr, "account \"%s\": this deletes its file, tokens and "
	    "stored secrets%s.\n", r->name, r->keeps_consent || !r->is_valid ?
	    "" : ", and revokes its consent at the provider");
	if ((yes = ask_yes("Remove it?", why)) == IS_FALSE)
		return fail(why, STATUS_INTERNAL, "account \"%s\": nothing "
		    "was changed", r->name);
	return yes == IS_TRUE ? 0 : -1;
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

/*
 * As the owner of the store, in a process of its own. The exit status, after
 * it was printed why.
 */
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

/* The exit status, after it was printed why. */
static int
carry_out(struct removal *r)
{
	struct failure why;
	int status;

	account_uses_print(&r->scope, r->name);
	if (confirm_removal(r, &why) == -1 ||
	    (r->is_valid && !r->keeps_consent &&
	    revoke_consent(&r->scope, r->name, r->is_forced, &why) == -1) ||
	    remove_file(r, &why) == -1)
		return command_failed(&why);
	if ((status = remove_stored(r)) != EX_OK)
		return status;
	log_info("account \"%s\": removed", r->name);
	printf("account \"%s\": removed%s\n", r->name, r->keeps_consent ?
	    "; its consent at the provider stays valid" : !r->has_file ?
	    ", but not its consent, as it had no file that names the "
	    "provider: revoke it on the provider's account page" : "");
	return fflush(stdout) == EOF ? EX_IOERR : EX_OK;
}

int
command_remove(int argc, char *argv[])
{
	struct removal r = { .folder = -1 };
	const struct option options[] = {
		{ "yes", no_argument, &r.is_sure, 1 },
		{ "keep-consent", no_argument, &r.keeps_consent, 1 },
		{ "forget", no_argument, &r.is_forced, 1 },
		{ NULL, 0, NULL, 0 } };
	struct failure why;
	int status;

	if (command_flags(argc, argv, options, 1) == -1)
		return EX_USAGE;
	if (r.keeps_consent && r.is_forced)
		return command_usage("remove", 0);
	interrupt_block();
	status = check_account(&r, argv[optind], &why) == -1 ?
	    command_failed(&why) : carry_out(&r);
	if (r.folder != -1)
		close(r.folder);
	interrupt_raise();
	return status;
}
