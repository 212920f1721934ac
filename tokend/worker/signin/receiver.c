/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/receiver.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lineio.h"
#include "signin/loopback_listen.h"
#include "signin/loopback_owner.h"
#include "signin/page.h"

#define NOTES_MOST 20		/* a scanner's visits are told up to here */
#define DRAIN_MS 1000		/* for a visitor to close, once it has all */
#define LINGER_MS 250		/* after a final page, for a second one */
#define READ_SIZE 4096

static const char final_path[] = "/tokend/done";

int
receiver_open(struct receiver *r, const char *account,
    const char *redirect_uri, int listens, struct failure *why)
{
	int i;

	memset(r, 0, sizeof(*r));
	r->listener[0] = r->listener[1] = -1;
	for (i = 0; i < RECEIVER_VISITORS; i++) {
		r->visitor[i].head = (struct buf)BUF_INIT(VISIT_HEAD_MAX);
		r->visitor[i].page = (struct buf)BUF_INIT(PAGE_MAX);
	}
	if (redirect_read(&r->redirect, redirect_uri) == -1)
		return fail(why, STATUS_CONFIG, "account \"%s\": redirect_uri "
		    "is longer than %d bytes, or has a port or a '#' that is "
		    "none: tokend.conf(5)", account, REDIRECT_MAX);
	r->is_listening = listens && r->redirect.is_loopback;
	r->port = r->redirect.port;
	/* A port that the account names is not bound where none listens. */
	if (r->redirect.is_loopback && (listens || r->port == 0) &&
	    (r->port = listen_loopback(&r->redirect, r->listener, listens,
	    account, why)) == 0)
		return -1;
	if (redirect_write(&r->redirect, r->port, r->uri) == -1)
		return fail(why, STATUS_CONFIG, "account \"%s\": redirect_uri "
		    "is too long", account);
	return 0;
}

/*
 * Visitors
 */

static void
close_visitor(struct visitor *v)
{
	close(v->fd);
	buf_free(&v->head);
	buf_free(&v->page);
	v->state = VISITOR_NONE;
}

/*
 * A place that is free; if all are taken, that of the oldest visitor that has
 * not sent its request: a browser sends it at once. NULL: all are being
 * answered.
 */
static struct visitor *
find_place(struct receiver *r)
{
	struct visitor *v, *first = NULL;
	int i;

	for (i = 0; i < RECEIVER_VISITORS; i++) {
		v = &r->visitor[i];
		if (v->state == VISITOR_NONE)
			return v;
		if (v->state == VISITOR_READ && (first == NULL ||
		    v->deadline < first->deadline))
			first = v;
	}
	return first;
}

static void
accept_visitor(struct receiver *r, int listener)
{
	struct visitor *v = find_place(r);
	int fd;

	if (v == NULL || (fd = accept4(listener, NULL, NULL,
	    SOCK_NONBLOCK | SOCK_CLOEXEC)) == -1)
		return;
	if (v->state != VISITOR_NONE)
		close_visitor(v);
	v->fd = fd;
	v->state = VISITOR_READ;
	v->deadline = clock_ms() + RECEIVER_VISIT_MS;
	v->sent = 0;
	v->is_last = 0;
}

static void
send_page(struct receiver *r, struct visitor *v)
{
	ssize_t n = send(v->fd, buf_text(&v->page) + v->sent,
	    v->page.len - v->sent, MSG_NOSIGNAL);

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		close_visitor(v);
		return;
	}
	v->sent += (size_t)n;
	if (v->sent < v->page.len)
		return;
	r->shown += v->is_last;
	/* What it still sends is read, or its kernel discards the page. */
	shutdown(v->fd, SHUT_WR);
	v->state = VISITOR_DRAIN;
	v->deadline = clock_ms() + DRAIN_MS;
}

static void
drain_visitor(struct visitor *v)
{
	char bytes[READ_SIZE];
	ssize_t n = recv(v->fd, bytes, sizeof(bytes), 0);

	if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR))
		close_visitor(v);
}

static void
send_note(struct receiver *r, const char *text)
{
	if (r->notes < NOTES_MOST && r->note != NULL) {
		r->notes++;
		r->note(r->flow, text);
	}
}

/*
 * Answers
 */

/* written is -1 if there was no room for all of the page. */
static void
begin_page(struct receiver *r, struct visitor *v, int written)
{
	if (written == -1) {
		close_visitor(v);
		return;
	}
	v->state = VISITOR_WRITE;
	send_page(r, v);
}

static void
answer_page(struct receiver *r, struct visitor *v, int status,
    const char *heading, const char *text)
{
	begin_page(r, v, page_write(&v->page, status, heading, text));
}

static void
send_on(struct receiver *r, struct visitor *v, const char *address)
{
	begin_page(r, v, page_redirect(&v->page, address));
}

/*
 * The code has been in an address: the browser is sent on to one without it
 * before anything is shown, so that it stays in no history and no title bar.
 */
static void
answer_redirect(struct receiver *r, struct visitor *v, char *query)
{
	char refused[FAILURE_TEXT_MAX + 1] = "";

	/* Again: a browser that prefetched, or reloads. */
	if (!r->is_taken)
		r->is_taken = r->judge(r->flow, query, refused);
	if (r->is_taken)
		send_on(r, v, final_path);
	else
		answer_page(r, v, 400, "Not accepted", refused);
}

/* start_page.h says who may be sent on to the provider. */
static void
answer_start(struct receiver *r, struct visitor *v)
{
	if (loopback_owner_is_us(v->fd)) {
		send_on(r, v, buf_text(&r->start->target));
		return;
	}
	answer_page(r, v, 403, "Not for this user",
	    "This address is for the browser of the user who signs in. Open "
	    "the address that tokend shows in the terminal.");
	send_note(r, "a process of another user, or of one whom this system "
	    "does not tell, asked the receiver for the address to sign in at, "
	    "and did not get it. If your browser shows that, open the address "
	    "above in it");
}

static int
is_for_us(const struct receiver *r, const struct visit *visit)
{
	return visit_is_for_us(visit->host, r->port) || (r->start != NULL &&
	    visit_is_for_us(visit->host, r->start->port));
}

static void
answer_get(struct receiver *r, struct visitor *v, const struct visit *visit)
{
	if (!is_for_us(r, visit)) {
		answer_page(r, v, 421, "Not for this address",
		    "The sign-in is waited for under another name.");
		send_note(r, "the receiver got a request for another host");
	} else if (r->heading != NULL &&
	    strcmp(visit->path, final_path) == 0) {
		v->is_last = 1;
		answer_page(r, v, 200, r->heading, r->text);
	} else if (r->start != NULL && !r->is_taken &&
	    strcmp(visit->path, r->start->path) == 0) {
		answer_start(r, v);
	} else if (strcmp(visit->path, r->redirect.path) == 0 &&
	    visit->query != NULL) {
		answer_redirect(r, v, visit->query);
	} else {
		answer_page(r, v, 404, "Nothing here",
		    "tokend waits here for the end of a sign-in, at another "
		    "address.");
		if (strcmp(visit->path, "/favicon.ico") != 0)
			send_note(r, "the receiver got a request for another "
			    "page than the sign-in's last one");
	}
}

static void
answer_visit(struct receiver *r, struct visitor *v)
{
	struct visit visit;
	int status = visit_read(&visit, &v->head);

	if (status == 0)
		return;
	if (status == 200) {
		answer_get(r, v, &visit);
		return;
	}
	answer_page(r, v, status, "Not understood",
	    "The request is not one that a browser sends at the end of a "
	    "sign-in.");
	send_note(r, "the receiver got what no browser sends at the end of a "
	    "sign-in");
}

static void
read_visit(struct receiver *r, struct visitor *v)
{
	size_t room = v->head.max - v->head.len;
	ssize_t n;

	if (room > READ_SIZE)
		room = READ_SIZE;
	if (buf_room(&v->head, room) == -1) {
		close_visitor(v);
		return;
	}
	n = recv(v->fd, v->head.data + v->head.len, room, 0);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		close_visitor(v);
		return;
	}
	v->head.len += (size_t)n;
	v->head.data[v->head.len] = '\0';
	answer_visit(r, v);
}

/*
 * The loop
 */

#define POLL_OTHER 0
#define POLL_LISTENERS 1
#define POLL_STARTS 3
#define POLL_VISITORS 5
#define POLL_COUNT (POLL_VISITORS + RECEIVER_VISITORS)

/* What to wait for, once visitors whose time is over are closed. */
static void
prepare_poll(struct receiver *r, struct pollfd p[POLL_COUNT], int other,
    int64_t *until)
{
	struct visitor *v;
	int64_t now = clock_ms();
	int i;

	for (i = 0; i < POLL_COUNT; i++)
		p[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	for (i = 0; i < RECEIVER_VISITORS; i++) {
		v = &r->visitor[i];
		if (v->state != VISITOR_NONE && v->deadline <= now)
			close_visitor(v);
		if (v->state == VISITOR_NONE)
			continue;
		p[POLL_VISITORS + i].fd = v->fd;
		if (v->state == VISITOR_WRITE)
			p[POLL_VISITORS + i].events = POLLOUT;
		if (v->deadline < *until)
			*until = v->deadline;
	}
	p[POLL_OTHER].fd = other;
	/* Without a place, new connections wait in the listen queue. */
	for (i = 0; i < 2 && find_place(r) != NULL; i++) {
		if (r->is_listening)
			p[POLL_LISTENERS + i].fd = r->listener[i];
		if (r->start != NULL)
			p[POLL_STARTS + i].fd = r->start->listener[i];
	}
}

/* One turn. */
static enum receiver_end
serve_once(struct receiver *r, int other, int64_t deadline)
{
	struct pollfd p[POLL_COUNT];
	struct visitor *v;
	int64_t until = deadline, left;
	int i;

	prepare_poll(r, p, other, &until);
	if (clock_ms() >= deadline)
		return RECEIVER_EXPIRED;
	left = until - clock_ms();
	if (poll(p, POLL_COUNT, left < 0 ? 0 : left < 60000 ? (int)left :
	    60000) <= 0)
		return RECEIVER_GOES_ON;
	for (i = 0; i < RECEIVER_VISITORS; i++) {
		v = &r->visitor[i];
		if (p[POLL_VISITORS + i].revents == 0)
			continue;
		if (v->state == VISITOR_READ)
			read_visit(r, v);
		else if (v->state == VISITOR_WRITE)
			send_page(r, v);
		else
			drain_visitor(v);
	}
	for (i = POLL_LISTENERS; i < POLL_VISITORS; i++)
		if (p[i].revents != 0)
			accept_visitor(r, p[i].fd);
	return p[POLL_OTHER].revents != 0 ? RECEIVER_OTHER : RECEIVER_GOES_ON;
}

enum receiver_end
receiver_wait(struct receiver *r, int other, int64_t deadline)
{
	enum receiver_end end = RECEIVER_GOES_ON;

	while (end == RECEIVER_GOES_ON && !r->is_taken)
		end = serve_once(r, other, deadline);
	return r->is_taken ? RECEIVER_TAKEN : end;
}

void
receiver_finish(struct receiver *r, const char *heading, const char *text,
    int64_t ms)
{
	int64_t until = clock_ms() + ms;
	int i, seen = 0;

	r->heading = heading;
	r->text = text;
	/* They were not served while the tokens were requested. */
	for (i = 0; i < RECEIVER_VISITORS; i++)
		r->visitor[i].deadline = until;
	while (serve_once(r, -1, until) != RECEIVER_EXPIRED)
		if (r->shown > seen) {
			seen = r->shown;
			if (until > clock_ms() + LINGER_MS)
				until = clock_ms() + LINGER_MS;
		}
}

void
receiver_close(struct receiver *r)
{
	int i;

	for (i = 0; i < RECEIVER_VISITORS; i++)
		if (r->visitor[i].state != VISITOR_NONE)
			close_visitor(&r->visitor[i]);
	close_loopback(r->listener);
}
