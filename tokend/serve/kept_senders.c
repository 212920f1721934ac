/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/kept_senders.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lineio.h"

static void
free_place(struct kept_sender *p)
{
	close(p->packets);
	p->account[0] = '\0';
}

static int
has_ended(const struct kept_sender *p)
{
	struct pollfd end = { .fd = p->packets };

	return poll(&end, 1, 0) == 1 &&
	    (end.revents & (POLLHUP | POLLERR)) != 0;
}

static struct kept_sender *
find_place(struct kept_senders *k, const char *account)
{
	int i;

	for (i = 0; i < SENDERS_MOST; i++)
		if (strcmp(k->place[i].account, account) == 0)
			return &k->place[i];
	return NULL;
}

/* NULL, if all are taken by senders that run. */
static struct kept_sender *
find_free_place(struct kept_senders *k)
{
	int i;

	for (i = 0; i < SENDERS_MOST; i++)
		if (k->place[i].account[0] != '\0' &&
		    has_ended(&k->place[i]))
			free_place(&k->place[i]);
	return find_place(k, "");
}

/* Not closed: its end is to be seen here. */
static void
end_least_used(struct kept_senders *k)
{
	struct kept_sender *p = NULL, *one;
	int i;

	for (i = 0; i < SENDERS_MOST; i++) {
		one = &k->place[i];
		/* One that ends already will make room. */
		if (one->is_ending)
			return;
		if (p == NULL || one->used < p->used)
			p = one;
	}
	p->is_ending = 1;
	shutdown(p->packets, SHUT_WR);
}

/* To one that runs. ENOENT: none does, or it takes no more. */
static int
pass_to_running(struct kept_senders *k, const char *account,
    const int files[SENDER_FILES])
{
	struct kept_sender *p = find_place(k, account);
	int error;

	if (p == NULL)
		return ENOENT;
	if (has_ended(p)) {
		free_place(p);
		return ENOENT;
	}
	if (p->is_ending)
		return EAGAIN;
	error = sender_pass(p->packets, files);
	if (error == 0) {
		p->used = clock_ms();
	} else if (error != EAGAIN && error != ETOOMANYREFS) {
		free_place(p);
		return ENOENT;
	}
	return error;
}

int
kept_senders_pass(struct kept_senders *k, const char *account,
    const int files[SENDER_FILES], int report)
{
	struct kept_sender *p;
	int error = pass_to_running(k, account, files);

	if (error != ENOENT)
		return error;
	if ((p = find_free_place(k)) == NULL) {
		end_least_used(k);
		return EAGAIN;
	}
	if ((error = sender_start(account, report, &p->packets)) != 0)
		return error;
	memcpy(p->account, account, strlen(account) + 1);
	p->is_ending = 0;
	p->used = clock_ms();
	return sender_pass(p->packets, files);
}
