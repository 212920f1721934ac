/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/get_token.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "account/account.h"
#include "client.h"
#include "lineio.h"
#include "serve/request/session.h"

#define ANSWER_MS 15000

static int
send_request(struct answer *a, int fd, const struct request *r)
{
	struct buf message = BUF_INIT(PROTO_MESSAGE_MAX);
	int result = -1;

	fail(&a->failure, STATUS_INTERNAL, "account \"%s\": no answer",
	    r->account);
	if (request_encode(r, &message) == 0 &&
	    io_send(fd, &message, clock_ms() + ANSWER_MS) == 0) {
		buf_reset(&message);
		if (io_receive(fd, &message, clock_ms() + ANSWER_MS) == 0)
			result = answer_decode(a, &message, &a->failure);
	}
	buf_free(&message);
	return result == 0 && a->failure.code == STATUS_OK ? 0 : -1;
}

static int
ask_child(struct answer *a, const struct scope *s, const struct request *r)
{
	int fd[2], result;
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) == -1)
		return fail(&a->failure, STATUS_LATER, "account \"%s\": no "
		    "socket for a request: %s", r->account, strerror(errno));
	if ((child = fork()) == -1) {
		fail(&a->failure, STATUS_LATER, "account \"%s\": no process "
		    "to answer: %s", r->account, strerror(errno));
		close(fd[0]);
		close(fd[1]);
		return -1;
	}
	if (child == 0) {
		close(fd[0]);
		session(fd[1], s, SESSION_PATIENCE);
		_exit(0);
	}
	close(fd[1]);
	result = send_request(a, fd[0], r);
	close(fd[0]);
	while (waitpid(child, NULL, 0) == -1 && errno == EINTR)
		continue;
	return result;
}

static int
ask_system(struct answer *a, struct request *r)
{
	struct client_settings settings;
	int result = -1;

	if (client_settings_read(&settings, client_settings_path,
	    &a->failure) != -1)
		result = r->verb == VERB_GET ? client_get(&settings, r, a) :
		    client_reject(&settings, r, &a->failure);
	client_settings_free(&settings);
	return result;
}

int
get_token_answer(struct answer *a, const struct scope *s, struct request *r)
{
	struct account account;
	struct failure why;
	int loaded = 0;

	if (s == NULL)
		return ask_system(a, r);
	loaded = account_load(&account, s, r->account, &why);
	account_free(&account);
	if (loaded == -1 && why.code == STATUS_NO_ACCOUNT &&
	    s->kind == SCOPE_USER)
		return ask_system(a, r);
	r->wait = ANSWER_MS - 1000;
	return ask_child(a, s, r);
}
