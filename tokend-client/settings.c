/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "disk/conf.h"
#include "disk/given.h"
#include "base/number.h"

#define DEADLINE_DEFAULT 10	/* seconds */
#define DEADLINE_MOST 60

const char client_settings_path[] = TOKEND_SYSCONFDIR "/plugin.conf";

/*
 * Relative to the working directory, which is Postfix's queue directory in
 * the jail and out of it; then the system's own.
 */
static const char default_sockets[] =
    "run/tokend/socket private/tokend " TOKEND_SOCKET_PATH;

struct texts {
	char *socket;
	char *listener_uid;
	char *deadline;
	char *mechanisms;
	char *sendmail_account;
	char *bare_tokens;
};

static const struct conf_key keys[] = {
	{ "socket", offsetof(struct texts, socket) },
	{ "listener_uid", offsetof(struct texts, listener_uid) },
	{ "deadline", offsetof(struct texts, deadline) },
	{ "mechanisms", offsetof(struct texts, mechanisms) },
	{ "sendmail_account", offsetof(struct texts, sendmail_account) },
	{ "bare_tokens", offsetof(struct texts, bare_tokens) },
	{ NULL, 0 }
};

static int
read_uid(const char *value, uid_t *uid, const char *path, struct failure *why)
{
	int64_t n = 0;
	size_t len = number_read(value, &n);

	if (len == 0 || value[len] != '\0' || n < 0 || n >= (uid_t)-1)
		return conf_fail(why, path, "listener_uid",
		    "is a number: names cannot be looked up in a jail");
	*uid = (uid_t)n;
	return 0;
}

static int
take_settings(struct client_settings *s, struct texts *t, const char *path,
    struct failure *why)
{
	long seconds = 0;

	if (t->listener_uid != NULL &&
	    read_uid(t->listener_uid, &s->listener_uid, path, why) == -1)
		return -1;
	if (t->deadline != NULL) {
		if (conf_seconds(t->deadline, 1, DEADLINE_MOST, &seconds, path,
		    "deadline", why) == -1)
			return -1;
		s->deadline = (int64_t)seconds * 1000;
	}
	if (t->bare_tokens != NULL && conf_bool(t->bare_tokens,
	    &s->bare_tokens, path, "bare_tokens", why) == -1)
		return -1;
	if (t->socket != NULL) {
		s->sockets = s->owned_sockets = t->socket;
		t->socket = NULL;
	}
	s->mechanisms = t->mechanisms;
	t->mechanisms = NULL;
	s->sendmail_account = t->sendmail_account;
	t->sendmail_account = NULL;
	return 0;
}

int
client_settings_read(struct client_settings *s, const char *path,
    struct failure *why)
{
	uid_t owner = geteuid();
	struct given g;
	struct texts t = { NULL, NULL, NULL, NULL, NULL, NULL };
	int fd, result;

	memset(s, 0, sizeof(*s));
	s->listener_uid = (uid_t)-1;
	s->deadline = DEADLINE_DEFAULT * 1000;
	s->sockets = default_sockets;
	fd = given_open(AT_FDCWD, path, FILE_SHOWN, owner, path, &g, NULL);
	if (fd == -1) {
		if (errno == ENOENT || errno == ENOTDIR || errno == EACCES)
			return 0;
		/* Again for its text, which most loads do not need. */
		fd = given_open(AT_FDCWD, path, FILE_SHOWN, owner, path, &g,
		    why);
		if (fd == -1)
			return -1;
	}
	result = conf_read(fd, path, keys, &t, why) == -1 ||
	    take_settings(s, &t, path, why) == -1 ? -1 : 1;
	close(fd);
	free(t.socket);
	free(t.listener_uid);
	free(t.deadline);
	free(t.mechanisms);
	free(t.sendmail_account);
	free(t.bare_tokens);
	return result;
}

void
client_settings_free(struct client_settings *s)
{
	free(s->owned_sockets);
	free(s->mechanisms);
	free(s->sendmail_account);
	s->owned_sockets = s->mechanisms = s->sendmail_account = NULL;
}
