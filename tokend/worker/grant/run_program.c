/* SPDX-License-Identifier: BSD-2-Clause */
#include "grant/run_program.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/descriptors.h"
#include "common/log.h"
#include "lineio.h"

#define WORDS_MOST 64
#define HOME_MAX 1024

/* Splits line, a copy of the command, in place. -1: too many words. */
static int
split_words(char *line, char *words[WORDS_MOST + 1])
{
	size_t n = 0;

	for (line += strspn(line, " \t"); *line != '\0';
	    line += strspn(line, " \t")) {
		if (n == WORDS_MOST)
			return -1;
		words[n++] = line;
		line += strcspn(line, " \t");
		if (*line != '\0')
			*line++ = '\0';
	}
	words[n] = NULL;
	return 0;
}

/*
 * Programs keep their own sign-in at home. HOME may be another user's, as
 * where root started tokend, and is then none of ours.
 */
static void
find_home(char home[HOME_MAX])
{
	const char *given = getenv("HOME");
	const struct passwd *user = NULL;
	struct stat st;

	if (given == NULL || given[0] != '/' || strlen(given) >= HOME_MAX ||
	    stat(given, &st) == -1 || st.st_uid != geteuid()) {
		user = getpwuid(geteuid());
		given = user != NULL && user->pw_dir[0] == '/' &&
		    strlen(user->pw_dir) < HOME_MAX ? user->pw_dir : "/";
	}
	snprintf(home, HOME_MAX, "%s", given);
}

int
program_command(const struct account *a, struct run_result *ran,
    struct failure *why)
{
	const char *user = a->users.user != NULL ? a->users.user : a->name;
	char home[HOME_MAX] = "", home_is[HOME_MAX + 8] = "";
	char account_is[NAME_MAX_LEN + 32] = "", *user_is = NULL;
	char path_is[] = "PATH=/usr/local/bin:/usr/bin:/bin";
	char lang_is[] = "LANG=C", *words[WORDS_MOST + 1] = { NULL };
	char *line = strdup(a->command);
	int result = -1;

	find_home(home);
	snprintf(home_is, sizeof(home_is), "HOME=%s", home);
	snprintf(account_is, sizeof(account_is), "TOKEND_ACCOUNT=%s", a->name);
	if (line == NULL || asprintf(&user_is, "TOKEND_USER=%s", user) == -1) {
		user_is = NULL;
		fail_memory(why);
	} else if (split_words(line, words) == -1) {
		fail(why, STATUS_CONFIG, "account \"%s\": command has more "
		    "than %d words. Fix: write a script", a->name, WORDS_MOST);
	} else {
		run_program(ran, words, (char *[]){ path_is, home_is,
		    lang_is, account_is, user_is, NULL },
		    clock_ms() + PROGRAM_MS);
		result = 0;
	}
	free(line);
	free(user_is);
	return result;
}

static void
exec_hook(const struct account *a, enum program which, char *path,
    const struct failure *why)
{
	char account[NAME_MAX_LEN + 32], code[64];
	char text[FAILURE_TEXT_MAX + 32], path_is[] = "PATH=/usr/bin:/bin";
	char *env[] = { account, code, text, path_is, NULL };
	char *argv[] = { path, NULL };
	int null = open("/dev/null", O_RDWR);

	snprintf(account, sizeof(account), "TOKEND_ACCOUNT=%s", a->name);
	snprintf(code, sizeof(code), "TOKEND_CODE=%s", which == ON_ERROR ?
	    status_word(why->code) : "warning");
	snprintf(text, sizeof(text), "TOKEND_TEXT=%s", why->text);
	if (null == -1 || dup2(null, 0) == -1 || dup2(null, 1) == -1)
		_exit(127);
	close_from(3);		/* the lock too: it is not that program's */
	restore_signals();
	execve(path, argv, env);
	log_warning("account \"%s\": %s: %s: %s", a->name,
	    program_setting(which), path, strerror(errno));
	_exit(127);
}

const char *
program_setting(enum program which)
{
	return which == ON_ERROR ? "on_error" : "on_warning";
}

void
program_start(const struct account *a, enum program which,
    const struct failure *why)
{
	char *path = which == ON_ERROR ? a->on_error : a->on_warning;
	pid_t child;

	if (path == NULL)
		return;
	/* Twice, so that it leaves no zombie. */
	if ((child = fork()) == 0) {
		if (fork() == 0)
			exec_hook(a, which, path, why);
		_exit(0);
	}
	while (child != -1 && waitpid(child, NULL, 0) == -1 && errno == EINTR)
		continue;
}
