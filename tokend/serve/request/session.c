/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/request/session.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account/account.h"
#include "account/allow.h"
#include "cached.h"
#include "common/log.h"
#include "lineio.h"
#include "base/name.h"
#include "passing.h"
#include "proto.h"
#include "serve/eviction.h"
#include "serve/log_throttle.h"
#include "serve/peer.h"
#include "serve/request/get.h"
#include "serve/request/report.h"
#include "serve/request/send.h"
#include "serve/start_worker.h"
#include "base/shell_word.h"

/* Milliseconds. */
#define SEND_WAIT 5000
#define ASK_WAIT 9500		/* where the request does not say */
#define ASK_WAIT_MOST 60000
#define REPORT_WAIT 900		/* the plugin waits a second */

/* How every client's request to send begins, and what it has at most. */
#define SEND_BEGIN "tokend=" PROTO_VERSION "\nverb=send\n"
#define SEND_MOST 4096

/* What one session has in hand. */
struct session {
	const struct scope *scope;
	struct peer peer;
	int is_known;		/* peer is */
	struct request request;
	struct account account;
	int is_looked_at;	/* load_allowed was called, with this result: */
	int admission;
	int mail;		/* the open file that came along, or -1 */
	int renew;		/* held lock of the account to renew, or -1 */
};

/* To a stranger a missing account and a forbidden one look the same. */
static int
deny_request(const struct session *j, const char *name, int is_there,
    struct failure *why)
{
	char shown[SHOWN_MAX];

	throttle_warning(j->peer.uid, THROTTLE_DENIED, "",
	    "account \"%s\": uid %lu may not use it: %s", is_there ? name :
	    shown_name(shown, name), (unsigned long)j->peer.uid, is_there ?
	    j->request.verb == VERB_SEND ?
	    "its file's allow_send does not name that user" :
	    "its file's allow does not name that user" :
	    "there is no such account");
	return fail(why, STATUS_DENIED, "account \"%s\": this program's user "
	    "(uid %lu) may not use it, or there is no such account: as root, "
	    "\"tokend status %s\" tells which, and `%s` in its file admits "
	    "users", name, (unsigned long)j->peer.uid, SHELL_NAME(name),
	    j->request.verb == VERB_SEND ? "allow_send" : "allow");
}

static int
is_listed(const struct session *j, const char *names)
{
	struct buf numbers = BUF_INIT(ALLOW_LIST_MAX);
	int listed = peer_is_trusted(&j->peer) ||
	    (allow_numbers(names, &numbers) == 0 &&
	    peer_is_allowed(&j->peer, buf_text(&numbers)));

	buf_free(&numbers);
	return listed;
}

/* allow_send is of no use but to send. */
static int
may_ask(const struct session *j, const char *allow, const char *allow_send)
{
	return is_listed(j, allow) || (j->request.verb == VERB_SEND &&
	    is_listed(j, allow_send));
}

static int
may_know(const struct session *j, const char *name)
{
	char *allow = account_find_allow(j->scope, name);
	char *allow_send = account_find_allow_send(j->scope, name);
	int result = may_ask(j, allow, allow_send);

	free(allow);
	free(allow_send);
	return result;
}

/* Only users of an account are told what is wrong with it. */
static int
load_allowed(struct session *j, struct failure *why)
{
	char name[NAME_MAX_LEN + 1];
	char shown[SHOWN_MAX];
	const char *given = j->request.account;
	int result, listed, is_there = 1;

	if (name_fold(name, given, strlen(given), why) == -1)
		return -1;
	if ((result = account_load(&j->account, j->scope, name, why)) == -1) {
		is_there = why->code != STATUS_NO_ACCOUNT;
		/* Its list of users cannot be read now either. */
		if (why->code == STATUS_LATER) {
			throttle_warning(j->peer.uid, THROTTLE_ACCOUNT, "",
			    "account \"%s\": its file cannot be read now, for "
			    "lack of memory, descriptors or a disk",
			    shown_name(shown, name));
			return -1;
		}
		listed = peer_is_trusted(&j->peer) ||
		    (is_there && may_know(j, name));
		if (listed)
			throttle_warning(j->peer.uid, THROTTLE_ACCOUNT,
			    is_there ? name : "", "%s", why->text);
	} else {
		listed = may_ask(j, j->account.allow, j->account.allow_send);
	}
	return listed ? result : deny_request(j, name, is_there, why);
}

/* A command has no server to name; a mechanism always has, or may not ask. */
static int
check_host(const struct session *j, struct failure *why)
{
	const struct request *r = &j->request;
	const char *name = j->account.name;
	char shown[SHOWN_MAX];

	if (r->host == NULL) {
		if ((r->mechanism != NULL &&
		    strcmp(r->mechanism, "none") == 0) ||
		    host_matches(j->account.hosts, "*"))
			return 0;
		return fail(why, STATUS_HOST, "account \"%s\": the program "
		    "names no server, and the account is for some only "
		    "(hosts = %.100s): `hosts = *` in %.150s would admit it",
		    name, j->account.hosts, j->account.path);
	}
	if (host_matches(j->account.hosts, r->host))
		return 0;
	throttle_warning(j->peer.uid, THROTTLE_HOST, name,
	    "account \"%s\": not for host %s", name,
	    shown_name(shown, r->host));
	return fail(why, STATUS_HOST, "account \"%s\": not for the server "
	    "%.100s: if that is right, add it to the line `hosts = %.80s` in "
	    "%.100s", name, r->host, j->account.hosts, j->account.path);
}

/*
 * The usual case: a fresh token for a peer that the cache file lists. All else
 * takes the slow path, which finds the words.
 */
static int
answer_from_file(const struct session *j, struct answer *a)
{
	const struct request *r = &j->request;
	char name[NAME_MAX_LEN + 1], stamp[STAMP_MAX];
	struct request folded = *r;
	const char *allow = NULL;
	struct stat st;

	folded.account = name;
	if (r->verb != VERB_GET || r->host == NULL ||
	    name_fold(name, r->account, strlen(r->account), NULL) == -1 ||
	    scope_find_account(j->scope, name, &st, NULL) != IS_TRUE)
		return 0;
	cache_stamp(stamp, &st);
	return cached_take(a, j->scope, stamp, &folded, &allow) ==
	    CACHED_FRESH && peer_is_allowed(&j->peer, allow);
}

static void
serve_request(struct session *j, struct answer *a, int64_t begun)
{
	const struct request *r = &j->request;
	int64_t wait = r->wait;

	if (answer_from_file(j, a))
		return;
	if (!j->is_looked_at) {
		answer_free(a);
		fail(&a->failure, STATUS_INTERNAL, "no answer");
		/* What waits for disks and workers can hang. */
		alarm(SESSION_ALARM);
		j->admission = load_allowed(j, &a->failure);
	}
	if (j->admission == -1)
		return;
	if (r->verb == VERB_SEND) {
		answer_send(a, &(const struct send_request){ .request = r,
		    .scope = j->scope, .account = &j->account,
		    .uid = j->peer.uid, .client = j->peer.fd,
		    .mail = j->mail }, begun);
		return;
	}
	if (check_host(j, &a->failure) == -1)
		return;
	if (r->verb != VERB_GET) {
		report_answer(a, r, j->scope, &j->account, j->peer.uid,
		    begun + REPORT_WAIT, &j->renew);
		return;
	}
	if (wait <= 0 || wait > ASK_WAIT_MOST)
		wait = wait <= 0 ? ASK_WAIT : ASK_WAIT_MOST;
	get_answer(a, r, j->scope, &j->account, begun + wait, &j->renew);
}

/*
 * The end of an open file that no other process has can last as long as a
 * client wants (SO_LINGER, FUSE). It comes to who receives the message that
 * the file is in, and to who closes the connection that the message waits in;
 * a process that exits does not linger. So a request with a file is read where
 * it is, and stays there.
 */
static ssize_t
look_ahead(int fd, char *data, size_t size, int64_t deadline, int *has_file)
{
	struct iovec part = { .iov_base = data, .iov_len = size };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t n = -1;

	if (io_wait(fd, POLLIN, deadline) == 0)
		n = recvmsg(fd, &m, MSG_PEEK | MSG_DONTWAIT);
	*has_file = n > 0 && (m.msg_flags & MSG_CTRUNC) != 0;
	return n;
}

/*
 * The file of a request to send is taken from a client that may send, if it can
 * be a mail, and no other. What of it is closed here is still in the message.
 */
static void
take_mail(struct session *j, int fd, const struct buf *text,
    struct failure *why)
{
	struct buf raw = BUF_INIT(SEND_MOST);
	char byte;
	int count = 0;

	if (buf_add(&raw, text->data, text->len) == 0 &&
	    request_decode(&j->request, &raw, why) == 0) {
		alarm(SESSION_ALARM);
		j->is_looked_at = 1;
		j->admission = load_allowed(j, why);
		if (j->admission == 0 && (passing_receive(fd, &byte, 1,
		    &j->mail, 1, &count, MSG_PEEK | MSG_DONTWAIT) != 1 ||
		    count != 1))
			j->mail = -1;
	}
	if (j->mail != -1 && !send_takes_file(j->mail)) {
		close(j->mail);
		j->mail = -1;
	}
	buf_free(&raw);
}

static int
begins_to_send(const struct buf *text)
{
	return text->len >= sizeof(SEND_BEGIN) - 1 &&
	    memcmp(text->data, SEND_BEGIN, sizeof(SEND_BEGIN) - 1) == 0;
}

/* What is there, added to raw. The number of bytes, or -1 with errno. */
static ssize_t
receive_part(int fd, struct buf *raw, int64_t deadline, int *has_file)
{
	size_t room = raw->max - raw->len;
	ssize_t n;

	if (room > SEND_MOST)
		room = SEND_MOST;
	if (buf_room(raw, room > 0 ? room : 1) == -1)
		return -1;
	n = look_ahead(fd, raw->data + raw->len, room, deadline, has_file);
	if (n > 0 && !*has_file)
		n = recv(fd, raw->data + raw->len, (size_t)n, MSG_DONTWAIT);
	if (n > 0) {
		raw->len += (size_t)n;
		raw->data[raw->len] = '\0';
	} else if (n == 0) {
		errno = ENODATA;
		n = -1;
	}
	return n;
}

/*
 * As io_receive, but what comes with a file stays where it is, unless it is a
 * request to send by a client that may.
 */
static int
receive_request(struct session *j, int fd, struct buf *raw, int64_t deadline,
    struct failure *why)
{
	enum io_extent extent = IO_MORE;
	int has_file = 0;
	ssize_t n = 0;

	while (extent == IO_MORE && !has_file) {
		n = receive_part(fd, raw, deadline, &has_file);
		if ((n == -1 && errno != EAGAIN && errno != EINTR) ||
		    (n > 0 && (extent = io_extent(raw)) == IO_NO_MESSAGE))
			return -1;
	}
	if (extent == IO_MORE) {
		errno = EPROTO;
		return -1;
	}
	if (has_file && j->is_known && (size_t)n == raw->len &&
	    begins_to_send(raw))
		take_mail(j, fd, raw, why);
	/* It is open here now, too. */
	if (j->mail != -1)
		(void)recv(fd, raw->data, raw->len, MSG_DONTWAIT);
	return 0;
}

/* After shutdown(2), when no more comes. */
static int
has_unread(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

static void
send_answer(int fd, const struct answer *a)
{
	struct buf message = BUF_INIT(PROTO_MESSAGE_MAX);

	if (answer_encode(a, &message) == 0)
		io_send(fd, &message, clock_ms() + SEND_WAIT);
	buf_free(&message);
}

/* After answer_send: now the client knows. */
static void
allow_sigterm(const struct session *j)
{
	sigset_t term;

	if (j->request.verb != VERB_SEND)
		return;
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_UNBLOCK, &term, NULL);
}

int
session(int fd, const struct scope *s, int patience)
{
	struct buf raw = BUF_INIT(PROTO_MESSAGE_MAX);
	struct answer a = ANSWER_INIT;
	struct session j = { .scope = s, .mail = -1, .renew = -1 };
	int64_t deadline;
	int received, is_left;

	/* A limit of the host's on files is a write that fails, and no end. */
	signal(SIGXFSZ, SIG_IGN);
	fail(&a.failure, STATUS_INTERNAL, "no answer");
	j.is_known = peer_read(&j.peer, fd, &a.failure) == 0;
	if (j.is_known)
		patience = eviction_read_begin(j.peer.uid, patience);
	deadline = clock_ms() + patience;
	received = receive_request(&j, fd, &raw, deadline, &a.failure);
	eviction_read_end();
	if (received == -1) {
		/* No client, or none that speaks the protocol. */
		if (errno != EPROTO && errno != EMSGSIZE)
			goto out;
		fail(&a.failure, STATUS_INTERNAL,
		    "the request is not in tokend's protocol");
	} else if (j.is_known &&
	    request_decode(&j.request, &raw, &a.failure) == 0) {
		serve_request(&j, &a, clock_ms());
		if (a.failure.code != STATUS_OK)
			failure_name(&a.failure, j.account.name);
	}
	send_answer(fd, &a);
out:
	/* close alone would not end it: Postfix's spawn(8) holds it too. */
	shutdown(fd, SHUT_RDWR);
	is_left = has_unread(fd);
	if (j.renew != -1)
		worker_renew(j.account.name, j.renew);
	alarm(0);
	allow_sigterm(&j);
	if (j.mail != -1)
		close(j.mail);
	account_free(&j.account);
	answer_free(&a);
	buf_free(&raw);
	return is_left;
}

void
session_refuse(int fd, const struct failure *why)
{
	struct buf raw = BUF_INIT(PROTO_MESSAGE_MAX);
	struct answer a = ANSWER_INIT;

	a.failure = *why;
	if (io_receive(fd, &raw, clock_ms() + SESSION_PATIENCE) == 0)
		send_answer(fd, &a);
	shutdown(fd, SHUT_RDWR);
	buf_free(&raw);
}
