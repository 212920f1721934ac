/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_receiver.c - who is served at the end of a redirect, and who is not
 *
 * The visitor is this process, too: what he sends waits in his socket until
 * the receiver is called, and its answer in the socket after that.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lineio.h"
#include "signin/loopback_owner.h"
#include "signin/page.h"
#include "signin/receiver.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define WAIT 5000	/* ms: more than any turn needs */

static struct receiver r;
static struct failure why;
static char judged[8192];	/* the query that the flow saw last */
static int notes;
static char answer[65536];

/* Takes what begins with "code=good". */
static int
judge(void *flow, char *query, char refused[FAILURE_TEXT_MAX + 1])
{
	(void)flow;
	snprintf(judged, sizeof(judged), "%s", query);
	if (strncmp(query, "code=good", 9) == 0)
		return 1;
	snprintf(refused, FAILURE_TEXT_MAX + 1, "no: <script>&\"'%.20s", query);
	return 0;
}

static void
note(void *flow, const char *text)
{
	(void)flow;
	ck_assert_uint_gt(strlen(text), 10);
	notes++;
}

static void
begin(const char *redirect_uri)
{
	ck_assert_msg(receiver_open(&r, "acct", redirect_uri, 1, &why) == 0,
	    "%s", why.text);
	r.judge = judge;
	r.note = note;
	judged[0] = '\0';
	notes = 0;
}

static void
setup(void)
{
	begin(NULL);
}

static void
teardown(void)
{
	receiver_close(&r);
}

FIXTURE(setup, teardown);

static int
come(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)r.port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

static void
put(int fd, const char *bytes, size_t len)
{
	ck_assert_int_eq(send(fd, bytes, len, MSG_NOSIGNAL), (ssize_t)len);
}

/* The answer, to its end. */
static void
take(int fd)
{
	size_t len = 0;
	ssize_t n;

	while ((n = recv(fd, answer + len, sizeof(answer) - 1 - len, 0)) > 0)
		len += (size_t)n;
	answer[len] = '\0';
	close(fd);
}

static int
status(void)
{
	int number = -1;

	ck_assert_int_eq(sscanf(answer, "HTTP/1.1 %d ", &number), 1);
	return number;
}

/* One whole visit: what the receiver's wait returned. */
static int
visit_bytes(const char *bytes, size_t len)
{
	int fd = come(), result;

	put(fd, bytes, len);
	result = receiver_wait(&r, fd, clock_ms() + WAIT);
	take(fd);
	return result;
}

static int
visit(const char *line, const char *more)
{
	char request[40000];

	snprintf(request, sizeof(request), "%s\r\nHost: 127.0.0.1:%u\r\n%s\r\n",
	    line, r.port, more);
	return visit_bytes(request, strlen(request));
}

TEST(the_right_address_ends_the_wait)
{
	ck_assert_int_eq(visit("GET /?code=good&state=s HTTP/1.1", ""), 1);
	ck_assert_str_eq(judged, "code=good&state=s");
	ck_assert_int_eq(status(), 303);
	ck_assert_ptr_nonnull(strstr(answer, "\r\nLocation: /tokend/done\r\n"));
	ck_assert_ptr_null(strstr(answer, "good"));
	ck_assert_int_eq(notes, 0);
}

TEST(the_last_page_says_what_came_of_it)
{
	char request[200];
	int fd, again;

	ck_assert_int_eq(visit("GET /?code=good HTTP/1.1", ""), 1);
	/* They come while the tokens are asked for, and wait. */
	fd = come();
	snprintf(request, sizeof(request), "GET /tokend/done HTTP/1.1\r\n"
	    "Host: 127.0.0.1:%u\r\n\r\n", r.port);
	put(fd, request, strlen(request));
	again = come();
	snprintf(request, sizeof(request), "GET /?code=good HTTP/1.1\r\n"
	    "Host: 127.0.0.1:%u\r\n\r\n", r.port);
	put(again, request, strlen(request));
	receiver_finish(&r, "Not <signed> in", "because & so", WAIT);
	take(fd);
	ck_assert_int_eq(status(), 200);
	ck_assert_ptr_nonnull(strstr(answer, "<h1>Not &lt;signed&gt; in</h1>"));
	ck_assert_ptr_nonnull(strstr(answer, "because &amp; so"));
	take(again);
	ck_assert_int_eq(status(), 303);
}

TEST(the_last_page_is_not_waited_for_long)
{
	int64_t before = clock_ms();

	ck_assert_int_eq(visit("GET /?code=good HTTP/1.1", ""), 1);
	receiver_finish(&r, "h", "t", 100);
	ck_assert_int_lt(clock_ms() - before, 2000);
}

LOOP_TEST(every_answer_is_closed_to_others, 0, 2)
{
	static const char *const lines[] = { "GET /?code=bad HTTP/1.1",
	    "GET /?code=good HTTP/1.1" };

	visit(lines[_i], "");
	ck_assert_ptr_nonnull(strstr(answer,
	    "\r\nCache-Control: no-store\r\n"));
	ck_assert_ptr_nonnull(strstr(answer,
	    "\r\nReferrer-Policy: no-referrer\r\n"));
	ck_assert_ptr_nonnull(strstr(answer, "default-src 'none'"));
	ck_assert_ptr_nonnull(strstr(answer, "\r\nConnection: close\r\n"));
}

TEST(a_refusal_is_shown_escaped)
{
	ck_assert_int_eq(visit("GET /?code=bad<b> HTTP/1.1", ""), 2);
	ck_assert_int_eq(status(), 400);
	ck_assert_ptr_nonnull(strstr(answer,
	    "no: &lt;script&gt;&amp;&quot;&#39;code=bad&lt;b&gt;"));
	/* And the flow goes on. */
	ck_assert_int_eq(visit("GET /?code=good HTTP/1.1", ""), 1);
}

static const struct {
	const char *line;
	const char *more;
	int status;
	int notes;
} visits[] = {
	{ "GET / HTTP/1.1", "", 404, 1 },
	{ "GET /favicon.ico HTTP/1.1", "", 404, 0 },
	{ "GET /elsewhere?code=good HTTP/1.1", "", 404, 1 },
	{ "GET //?code=good HTTP/1.1", "", 404, 1 },
	{ "GET /tokend/done HTTP/1.1", "", 404, 1 },
	{ "HEAD /?code=good HTTP/1.1", "", 405, 1 },
	{ "POST /?code=good HTTP/1.1", "Content-Length: 4\r\n\r\nbody", 405,
	    1 },
	{ "get /?code=good HTTP/1.1", "", 405, 1 },
	{ "OPTIONS * HTTP/1.1", "", 405, 1 },
	{ "GET http://127.0.0.1/?code=good HTTP/1.1", "", 400, 1 },
	{ "GET /?code=good HTTP/2.0", "", 400, 1 },
	{ "GET /?code=good", "", 400, 1 },
	{ "GET  /?code=good HTTP/1.1", "", 400, 1 },
	{ "GET /?code=good HTTP/1.1 ", "", 400, 1 },
	{ "GET /?code=good#x HTTP/1.1", "", 400, 1 },
	{ " /?code=good HTTP/1.1", "", 400, 1 },
	{ "", "", 400, 1 },
	{ "GET /?code=good HTTP/1.1", "Host: 127.0.0.1\r\n", 400, 1 },
	{ "GET /?code=good HTTP/1.1", "No-colon\r\n", 400, 1 },
	{ "GET /?code=good HTTP/1.1", "Host : 127.0.0.1\r\n", 400, 1 },
	{ "GET /?code=good HTTP/1.1", " folded: line\r\n", 400, 1 },
	{ "GET /?code=good HTTP/1.1", ": no name\r\n", 400, 1 },
	{ "GET /?code=good HTTP/1.1", "X: \x01\r\n", 400, 1 },
	{ "GET /?code=good HTTP/1.1", "X: y\n", 400, 1 },
	{ "GET /?code=good HTTP/1.1", "X: y\rz\r\n", 400, 1 },
};

TABLE_TEST(what_no_browser_asks_ends_nothing, visits)
{
	ck_assert_int_eq(visit(visits[_i].line, visits[_i].more), 2);
	ck_assert_int_eq(status(), visits[_i].status);
	ck_assert_int_eq(notes, visits[_i].notes);
	ck_assert_str_eq(judged, "");
	ck_assert_int_eq(visit("GET /?code=good HTTP/1.1", ""), 1);
}

/* %u: the port */
static const struct {
	const char *host;
	int is_ours;
} hosts[] = {
	{ "127.0.0.1:%u", 1 }, { "localhost:%u", 1 }, { "LOCALHOST:%u", 1 },
	{ "[::1]:%u", 1 }, { " \tlocalhost:%u \t", 1 },
	{ "127.0.0.1", 0 }, { "localhost:1", 0 }, { "localhost:%u1", 0 },
	{ "attacker.example:%u", 0 }, { "127.0.0.1.example:%u", 0 },
	{ "127.0.0.1@example:%u", 0 }, { "localhost:", 0 }, { "", 0 },
	{ "localhost:%ux", 0 }, { "0.0.0.0:%u", 0 },
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
TABLE_TEST(a_host_that_is_not_this_machine_is_refused, hosts)
{
	char host[100], request[300];
	int taken = hosts[_i].is_ours;

	snprintf(host, sizeof(host), hosts[_i].host, r.port);
	snprintf(request, sizeof(request), "GET /?code=good HTTP/1.1\r\n"
	    "Host:%s\r\n\r\n", host);
	ck_assert_int_eq(visit_bytes(request, strlen(request)), taken ? 1 : 2);
	ck_assert_int_eq(status(), taken ? 303 : 421);
}
#pragma GCC diagnostic pop

TEST(no_host_at_all_is_refused)
{
	static const char request[] = "GET /?code=good HTTP/1.0\r\n\r\n";

	ck_assert_int_eq(visit_bytes(request, strlen(request)), 2);
	ck_assert_int_eq(status(), 400);
}

TEST(what_is_too_long_is_refused)
{
	static char request[20000];
	size_t line = VISIT_LINE_MAX;
	int fd;

	/* A line that never ends, and one that is just too long. */
	memset(request, 'a', sizeof(request));
	memcpy(request, "GET /?code=", 11);
	ck_assert_int_eq(visit_bytes(request, line + 1), 2);
	ck_assert_int_eq(status(), 414);
	/* The rest of it does not cost him the answer. */
	fd = come();
	put(fd, request, sizeof(request));
	ck_assert_int_eq(receiver_wait(&r, fd, clock_ms() + WAIT),
	    RECEIVER_OTHER);
	receiver_wait(&r, -1, clock_ms() + 50);
	take(fd);
	ck_assert_int_eq(status(), 414);
	/* A head that never ends. */
	memcpy(request, "GET / HTTP/1.1\r\nX: ", 19);
	ck_assert_int_eq(visit_bytes(request, VISIT_HEAD_MAX), 2);
	ck_assert_int_eq(status(), 431);
	ck_assert_int_eq(visit("GET /?code=good HTTP/1.1", ""), 1);
}

TEST(a_line_of_the_greatest_length_is_taken)
{
	static char line[VISIT_LINE_MAX + 1];
	size_t end = VISIT_LINE_MAX - strlen("\r HTTP/1.1");

	memset(line, 'a', sizeof(line) - 1);
	memcpy(line, "GET /?code=good", 15);
	memcpy(line + end, " HTTP/1.1", sizeof(" HTTP/1.1"));
	ck_assert_int_eq(visit(line, ""), 1);
	ck_assert_int_eq(status(), 303);
}

TEST(bytes_of_other_protocols_are_refused_at_once)
{
	static const char hello[] = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc";

	ck_assert_int_eq(visit_bytes(hello, sizeof(hello)), 2);
	ck_assert_int_eq(status(), 400);
	ck_assert_int_eq(visit_bytes("\0", 1), 2);
	ck_assert_int_eq(status(), 400);
	ck_assert_int_eq(visit_bytes("SSH-2.0-x\n", 10), 2);
	ck_assert_int_eq(status(), 400);
}

TEST(slow_visitors_block_nobody)
{
	int slow[RECEIVER_VISITORS - 1], i;
	char rest[100];

	for (i = 0; i < RECEIVER_VISITORS - 1; i++) {
		slow[i] = come();
		if (i > 0)
			put(slow[i], "GET /?code=good HTTP/1.1\r\n", 26);
	}
	ck_assert_int_eq(visit("GET /?code=bad HTTP/1.1", ""), 2);
	ck_assert_int_eq(status(), 400);
	/* One byte at a time is slow and right. */
	snprintf(rest, sizeof(rest), "Host: 127.0.0.1:%u\r\n\r\n", r.port);
	for (i = 0; rest[i] != '\0'; i++) {
		ck_assert_int_eq(receiver_wait(&r, -1, clock_ms() + 2),
		    RECEIVER_EXPIRED);
		put(slow[1], rest + i, 1);
	}
	ck_assert_int_eq(receiver_wait(&r, -1, clock_ms() + WAIT),
	    RECEIVER_TAKEN);
	take(slow[1]);
	ck_assert_int_eq(status(), 303);
	for (i = 0; i < RECEIVER_VISITORS - 1; i++)
		if (i != 1)
			close(slow[i]);
}

static void
fill_house(int silent[RECEIVER_VISITORS])
{
	int i;

	for (i = 0; i < RECEIVER_VISITORS; i++) {
		silent[i] = come();
		while (r.visitor[i].state == VISITOR_NONE)
			receiver_wait(&r, -1, clock_ms() + 5);
		ck_assert_int_le(r.visitor[i].deadline,
		    clock_ms() + RECEIVER_VISIT_MS);
	}
}

TEST(in_a_full_house_the_first_who_is_silent_goes)
{
	int silent[RECEIVER_VISITORS], i;
	char byte;

	fill_house(silent);
	r.visitor[5].deadline -= 5000;
	ck_assert_int_eq(visit("GET /?code=good HTTP/1.1", ""), 1);
	ck_assert_int_eq(status(), 303);
	for (i = 0; i < RECEIVER_VISITORS; i++) {
		ck_assert_int_eq(recv(silent[i], &byte, 1, MSG_DONTWAIT),
		    i == 5 ? 0 : -1);
		close(silent[i]);
	}
}

TEST(who_is_silent_for_too_long_goes)
{
	int silent[RECEIVER_VISITORS], i;
	char byte;

	fill_house(silent);
	for (i = 0; i < RECEIVER_VISITORS; i++)
		r.visitor[i].deadline = clock_ms() - 1;
	ck_assert_int_eq(receiver_wait(&r, -1, clock_ms() + 20),
	    RECEIVER_EXPIRED);
	for (i = 0; i < RECEIVER_VISITORS; i++) {
		ck_assert_int_eq(recv(silent[i], &byte, 1, 0), 0);
		close(silent[i]);
	}
}

TEST(visitors_who_leave_do_no_harm)
{
	static const struct linger hard = { .l_onoff = 1, .l_linger = 0 };
	int i, fd;

	for (i = 0; i < 40; i++) {
		fd = come();
		if (i % 2 == 0)
			put(fd, "GET / HTTP/1.1\r\n", 16);
		if (i % 3 == 0)
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard,
			    sizeof(hard));
		if (i % 5 == 0)
			receiver_wait(&r, -1, clock_ms() + 2);
		close(fd);
	}
	ck_assert_int_eq(visit("GET /?code=good HTTP/1.1", ""), 1);
}

TEST(notes_are_bounded)
{
	int i;

	for (i = 0; i < 50; i++)
		visit("GET /scan HTTP/1.1", "");
	ck_assert_int_eq(notes, 20);
}

TEST(the_deadline_and_the_command_end_the_wait)
{
	int64_t before = clock_ms();
	int fd[2];

	ck_assert_int_eq(receiver_wait(&r, -1, before + 60),
	    RECEIVER_EXPIRED);
	ck_assert_int_ge(clock_ms() - before, 60);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd), 0);
	ck_assert_int_eq(receiver_wait(&r, fd[0], clock_ms() + 20),
	    RECEIVER_EXPIRED);
	close(fd[1]);
	ck_assert_int_eq(receiver_wait(&r, fd[0], clock_ms() + WAIT),
	    RECEIVER_OTHER);
	close(fd[0]);
}

TEST(it_listens_on_loopback_and_no_program_inherits_it)
{
	struct sockaddr_in a;
	socklen_t len = sizeof(a);

	ck_assert_int_eq(getsockname(r.listener[0], (struct sockaddr *)&a,
	    &len), 0);
	ck_assert_uint_eq(a.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
	ck_assert_int_eq(r.listener[1], -1);
	ck_assert_int_eq(fcntl(r.listener[0], F_GETFD) & FD_CLOEXEC,
	    FD_CLOEXEC);
}

/*
 * Redirect URIs
 */

static const struct {
	const char *given;
	const char *before;	/* the port, NULL: it is sent as it is */
	const char *behind;
} uris[] = {
	{ NULL, "http://127.0.0.1:", "/" },
	{ "http://127.0.0.1", "http://127.0.0.1:", "" },
	{ "http://127.0.0.1/a/b", "http://127.0.0.1:", "/a/b" },
	{ "http://localhost", "http://localhost:", "" },
	{ "http://localhost/", "http://localhost:", "/" },
	{ "http://localhost/x?y=z", "http://localhost:", "/x?y=z" },
	{ "https://localhost/", NULL, "" },
	{ "https://example.org/", NULL, "" },
	{ "http://example.org/", NULL, "" },
	{ "http://127.0.0.2/", NULL, "" },
	{ "urn:ietf:wg:oauth:2.0:oob", NULL, "" },
};

TABLE_TEST(redirect_uris_become_receivers, uris)
{
	char expected[200];

	teardown();
	begin(uris[_i].given);
	if (uris[_i].before != NULL) {
		ck_assert_uint_gt(r.port, 0);
		snprintf(expected, sizeof(expected), "%s%u%s", uris[_i].before,
		    r.port, uris[_i].behind);
		ck_assert_str_eq(r.uri, expected);
	} else {
		ck_assert_uint_eq(r.port, 0);
		ck_assert_str_eq(r.uri, uris[_i].given);
		ck_assert_int_eq(r.is_listening, 0);
		ck_assert_int_eq(receiver_wait(&r, -1, clock_ms() + 10),
		    RECEIVER_EXPIRED);
	}
}

static const char *const wrong_uris[] = { "http://localhost:0/",
	"http://localhost:65536/", "http://localhost:/",
	"http://127.0.0.1:99999999999999999999/", "http://localhost/#x" };

TABLE_TEST(redirect_uris_that_are_none, wrong_uris)
{
	struct receiver other;

	ck_assert_int_eq(receiver_open(&other, "acct", wrong_uris[_i], 1,
	    &why), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "redirect_uri"));
	receiver_close(&other);
}

TEST(a_stated_port_is_held_or_said_to_be_taken)
{
	char uri[100];
	struct receiver other;
	unsigned port = r.port;

	snprintf(uri, sizeof(uri), "http://localhost:%u/back", port);
	ck_assert_int_eq(receiver_open(&other, "acct", uri, 1, &why), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "taken"));
	receiver_close(&other);
	/* Who pastes needs no port. */
	ck_assert_int_eq(receiver_open(&other, "acct", uri, 0, &why), 0);
	ck_assert_str_eq(other.uri, uri);
	receiver_close(&other);
	/* And free at once behind the last sign-in. */
	visit("GET /?code=good HTTP/1.1", "");
	teardown();
	begin(uri);
	ck_assert_uint_eq(r.port, port);
	ck_assert_str_eq(r.uri, uri);
	ck_assert_int_eq(visit("GET /?code=good HTTP/1.1", ""), 2);
	ck_assert_int_eq(visit("GET /back?code=good HTTP/1.1", ""), 1);
}

/* A browser takes either address for the name. */
TEST(localhost_is_both_families)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	char request[100];
	int fd;

	teardown();
	begin("http://localhost/");
	ck_assert_int_ne(r.listener[0], -1);
	if (r.listener[1] == -1)
		return;		/* no IPv6 on this machine */
	ck_assert_int_eq(visit("GET /?code=bad HTTP/1.1", ""), 2);
	six.sin6_addr = in6addr_loopback;
	six.sin6_port = htons((uint16_t)r.port);
	fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&six, sizeof(six)), 0);
	snprintf(request, sizeof(request), "GET /?code=good HTTP/1.1\r\n"
	    "Host: localhost:%u\r\n\r\n", r.port);
	put(fd, request, strlen(request));
	ck_assert_int_eq(receiver_wait(&r, fd, clock_ms() + WAIT),
	    RECEIVER_TAKEN);
	take(fd);
	ck_assert_int_eq(status(), 303);
}

TEST(who_pastes_has_a_port_where_nobody_answers)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const int on = 1;

	teardown();
	ck_assert_int_eq(receiver_open(&r, "acct", NULL, 0, &why), 0);
	ck_assert_int_eq(r.is_listening, 0);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.sin_port = htons((uint16_t)r.port);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&a, sizeof(a)), -1);
	ck_assert_int_eq(errno, ECONNREFUSED);
	/* Nor can anybody else begin to. */
	ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on,
	    sizeof(on)), 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), -1);
	close(fd);
}

/* Whose connection it is, seen from the end that accepted it. */
static int
owner_is_us(int family, int is_left)
{
	union {
		struct sockaddr any;
		struct sockaddr_in four;
		struct sockaddr_in6 six;
	} a = { .any.sa_family = (sa_family_t)family };
	socklen_t len = family == AF_INET ? sizeof(a.four) : sizeof(a.six);
	int listener = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int near = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), far, result;

	if (family == AF_INET)
		a.four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else
		a.six.sin6_addr = in6addr_loopback;
	if (family == AF_INET6 && (listener == -1 ||
	    bind(listener, &a.any, len) == -1)) {
		/* A machine without IPv6 tells nothing of it. */
		ck_assert_int_ne(errno, EINVAL);
		close(listener);
		close(near);
		return !is_left;
	}
	if (family == AF_INET)
		ck_assert_int_eq(bind(listener, &a.any, len), 0);
	ck_assert_int_eq(listen(listener, 1), 0);
	ck_assert_int_eq(getsockname(listener, &a.any, &len), 0);
	ck_assert_int_eq(connect(near, &a.any, len), 0);
	ck_assert_int_ne(far = accept(listener, NULL, NULL), -1);
	if (is_left)
		close(near);
	result = loopback_owner_is_us(far);
	if (!is_left)
		close(near);
	close(far);
	close(listener);
	return result;
}

TEST(a_connection_has_an_owner)
{
	int pair[2];

	ck_assert_int_eq(owner_is_us(AF_INET, 0), 1);
	ck_assert_int_eq(owner_is_us(AF_INET6, 0), 1);
	/* Nobody has it any more, and the kernel shows 0 for its user. */
	ck_assert_int_eq(owner_is_us(AF_INET, 1), 0);
	ck_assert_int_eq(owner_is_us(AF_INET6, 1), 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	ck_assert_int_eq(loopback_owner_is_us(pair[0]), 0);
	ck_assert_int_eq(loopback_owner_is_us(-1), 0);
	close(pair[0]);
	close(pair[1]);
}
