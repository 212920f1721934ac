/* notify.c - see notify.h */
#include "refresh/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "descriptors.h"
#include "log.h"

static void
run(const struct account *a, const struct failure *why)
{
	char account[NAME_MAX_LEN + 32], code[64];
	char text[FAILURE_TEXT_MAX + 32], path[] = "PATH=/usr/bin:/bin";
	char *env[] = { account, code, text, path, NULL };
	char *argv[] = { a->on_error, NULL };
	int null = open("/dev/null", O_RDWR);

	snprintf(account, sizeof(account), "TOKEND_ACCOUNT=%s", a->name);
	snprintf(code, sizeof(code), "TOKEND_CODE=%s", status_word(why->code));
	snprintf(text, sizeof(text), "TOKEND_TEXT=%s", why->text);
	if (null == -1 || dup2(null, 0) == -1 || dup2(null, 1) == -1)
		_exit(127);
	close_from(3);		/* the lock too: it is not that program's */
	restore_signals();
	execve(a->on_error, argv, env);
	log_warning("account \"%s\": on_error: %s: %s", a->name, a->on_error,
	    strerror(errno));
	_exit(127);
}

void
notify(const struct account *a, const struct failure *why)
{
	pid_t child;

	if (a->on_error == NULL)
		return;
	/* Twice, so that it is nobody's zombie. */
	if ((child = fork()) == 0) {
		if (fork() == 0)
			run(a, why);
		_exit(0);
	}
	while (child != -1 && waitpid(child, NULL, 0) == -1 && errno == EINTR)
		continue;
}
