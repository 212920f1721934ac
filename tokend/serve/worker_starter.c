/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/worker_starter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/name.h"
#include "passing.h"
#include "serve/exec_worker.h"
#include "serve/kept_senders.h"

/* One packet. */
struct request {
	enum starter_task task;
	char account[NAME_MAX_LEN + 1];
};

static int starter_socket = -1;

void
starter_use(int fd)
{
	starter_socket = fd;
}

int
starter_fd(void)
{
	return starter_socket;
}

int
starter_ask(int fd, enum starter_task task, const char *account,
    const int sent[STARTER_FDS])
{
	struct request r = { .task = task };

	snprintf(r.account, sizeof(r.account), "%s", account);
	return passing_send(fd, &r, sizeof(r), sent, STARTER_FDS, 0) == -1 ?
	    errno : 0;
}

enum received {
	RECEIVED_REQUEST,	/* with its descriptors */
	RECEIVED_OTHER,
	RECEIVED_END
};

static enum received
receive_request(int fd, struct request *r, int got[STARTER_FDS])
{
	int count;
	ssize_t n = passing_receive(fd, r, sizeof(*r), got, STARTER_FDS,
	    &count, 0);

	if (n == 0 || (n == -1 && errno != EPROTO))
		return RECEIVED_END;
	if (n == (ssize_t)sizeof(*r) && count == STARTER_FDS)
		return RECEIVED_REQUEST;
	while (count > 0)
		close(got[--count]);
	return RECEIVED_OTHER;
}

/* The asking process may be under foreign control: check the name again. */
static int
is_name(struct request *r)
{
	char name[NAME_MAX_LEN + 1];

	r->account[sizeof(r->account) - 1] = '\0';
	return name_fold(name, r->account, strlen(r->account), NULL) == 0 &&
	    strcmp(name, r->account) == 0;
}

/* 0, or an errno. */
static int
start_refresh(const char *account, const int got[STARTER_FDS])
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), error;

	if (null == -1)
		return errno;
	error = exec_worker("refresh", 0, account, (const int[]){
	    [WORKER_STDIN] = null, [WORKER_ANSWER] = got[STARTER_ANSWER],
	    [WORKER_LOG] = exec_worker_log(null),
	    [WORKER_LOCK] = got[STARTER_LOCK],
	    [WORKER_REPORT] = got[STARTER_REPORT] });
	close(null);
	return error;
}

static int
do_task(struct kept_senders *k, const struct request *r,
    const int got[STARTER_FDS])
{
	return r->task == STARTER_SEND ? kept_senders_pass(k, r->account,
	    (const int[]){ [SENDER_CONVERSATION] = got[STARTER_CONVERSATION],
	    [SENDER_MAIL] = got[STARTER_MAIL] }, got[STARTER_REPORT]) :
	    start_refresh(r->account, got);
}

void
starter_run(int fd)
{
	static struct kept_senders kept;
	struct request r;
	int got[STARTER_FDS] = { -1, -1, -1 }, error, i;
	enum received what;

	while ((what = receive_request(fd, &r, got)) != RECEIVED_END) {
		if (what != RECEIVED_REQUEST)
			continue;
		error = is_name(&r) ? do_task(&kept, &r, got) : EINVAL;
		/* No matter if the process that asked has gone. */
		if (error != 0 && write(got[STARTER_REPORT], &error,
		    sizeof(error)) == -1)
			error = 0;
		for (i = 0; i < STARTER_FDS; i++)
			close(got[i]);
	}
	_exit(0);
}
