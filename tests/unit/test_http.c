/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_http.c - HTTP requests, to a small server that plays a script, and the
 * grants that use them.
 *
 * TLS is tested elsewhere, by tests/integration; here is what goes wrong
 * before it and without it.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "grant/grant.h"
#include "lineio.h"
#include "net/head.h"
#include "net/http.h"
#include "net/url.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define REQUEST_MAX 300000
#define SHORT 400	/* ms, where the server is silent */
#define SOON 3000	/* ms: what takes longer has waited for a limit */

enum play {
	PLAY_ANSWER,		/* the script, then close */
	PLAY_BLURT,		/* the same, before it was asked */
	PLAY_SILENCE,		/* the script, then nothing more */
	PLAY_ENDLESS		/* the script, then x's for ever */
};

static struct server {
	pid_t pid;
	int port;
	FILE *requests;		/* what it was sent */
	char url[64];
} server;

static char request[REQUEST_MAX + 1];
static struct http_settings settings;
static struct http_answer answer;
static struct failure why;
static struct buf form;

/* Reads a head, and a body as long as its Content-Length says. */
static size_t
read_request(int fd)
{
	size_t len = 0, want = 0;
	char *body = NULL, *field = NULL;
	ssize_t n = 0;

	while (len < REQUEST_MAX && (want == 0 || len < want)) {
		n = recv(fd, request + len, REQUEST_MAX - len, 0);
		if (n <= 0)
			break;
		len += (size_t)n;
		request[len] = '\0';
		body = strstr(request, "\r\n\r\n");
		if (want != 0 || body == NULL)
			continue;
		field = strcasestr(request, "\r\nContent-Length: ");
		want = (size_t)(body - request) + 4;
		if (field != NULL && field < body)
			want += strtoul(field + 18, NULL, 10);
	}
	return len;
}

/* Written to a file: a pipe would fill, and the server wait for us. */
static void __attribute__((noreturn))
serve(int listener, int requests, const char *script, enum play play)
{
	static char filler[16384];
	int fd = -1;
	size_t len = 0;

	signal(SIGPIPE, SIG_IGN);
	alarm(30);
	for (;;) {
		if ((fd = accept(listener, NULL, NULL)) == -1)
			_exit(1);
		len = play == PLAY_BLURT ? 0 : read_request(fd);
		if (write(requests, request, len) == -1 ||
		    write(requests, "\n#\n", 3) == -1)
			_exit(1);
		if (send(fd, script, strlen(script), 0) == -1)
			_exit(1);
		memset(filler, 'x', sizeof(filler));
		while (play == PLAY_ENDLESS &&
		    send(fd, filler, sizeof(filler), 0) > 0)
			continue;
		while (play == PLAY_SILENCE && recv(fd, filler, 1, 0) > 0)
			continue;
		shutdown(fd, SHUT_WR);
		/* Not a reset, that could overtake the answer. */
		while (recv(fd, filler, sizeof(filler), 0) > 0)
			continue;
		close(fd);
	}
}

static void
start(const char *script, enum play play)
{
	int listener = scratch_listen(&server.port, 8);

	ck_assert_ptr_nonnull(server.requests = tmpfile());
	if ((server.pid = fork()) == 0)
		serve(listener, fileno(server.requests), script, play);
	ck_assert_int_gt(server.pid, 0);
	close(listener);
	snprintf(server.url, sizeof(server.url), "http://127.0.0.1:%d/token",
	    server.port);
}

/* Ends the server; request has all that it was sent. Returns how often. */
static int
stop(void)
{
	size_t len = 0;
	int count = 0;
	char *mark = NULL;

	/* Check's own handler of other signals is inherited. */
	kill(server.pid, SIGKILL);
	waitpid(server.pid, NULL, 0);
	rewind(server.requests);
	len = fread(request, 1, REQUEST_MAX, server.requests);
	request[len] = '\0';
	fclose(server.requests);
	server.pid = 0;
	for (mark = request; (mark = strstr(mark, "\n#\n")) != NULL; mark++)
		count++;
	return count;
}

static int
post(void)
{
	return http_post(&settings, server.url, NULL, &form, &answer, &why);
}

static void
setup(void)
{
	static const char *const proxies[] = { "http_proxy", "https_proxy",
	    "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY" };
	size_t i = 0;

	for (i = 0; i < sizeof(proxies) / sizeof(proxies[0]); i++)
		unsetenv(proxies[i]);
	memset(&server, 0, sizeof(server));
	memset(&settings, 0, sizeof(settings));
	memset(&why, 0, sizeof(why));
	answer = (struct http_answer)HTTP_ANSWER_INIT;
	form = (struct buf)BUF_INIT(FORM_MAX);
	ck_assert_int_eq(form_add(&form, "grant_type", "refresh_token"), 0);
}

static void
teardown(void)
{
	if (server.pid > 0)
		stop();
	http_answer_free(&answer);
	buf_free(&form);
}

FIXTURE(setup, teardown);

static void
says(const char *text)
{
	ck_assert_msg(strstr(why.text, text) != NULL, "\"%s\" is not in: %s",
	    text, why.text);
	ck_assert_uint_lt(strlen(why.text), 330);
}

/*
 * Without a server
 */

static const struct {
	const char *text;
	int result, is_tls, is_loopback;
	const char *host;
} urls[] = {
	{ "https://login.example.org/t", 0, 1, 0, "login.example.org" },
	{ "HTTPS://Login.example.org", 0, 1, 0, "Login.example.org" },
	{ "https://h:8443?x=y", 0, 1, 0, "h" },
	{ "https://h:/", 0, 1, 0, "h" },
	{ "http://localhost:8080/t", 0, 0, 1, "localhost" },
	{ "http://LOCALHOST/", 0, 0, 1, "LOCALHOST" },
	{ "http://127.0.0.1/", 0, 0, 1, "127.0.0.1" },
	{ "http://127.9.9.9:1/", 0, 0, 1, "127.9.9.9" },
	{ "http://[::1]:80/", 0, 0, 1, "::1" },
	{ "http://[0:0:0:0:0:0:0:1]/", 0, 0, 1, "0:0:0:0:0:0:0:1" },
	{ "https://[2001:db8::1]/", 0, 1, 0, "2001:db8::1" },
	{ "http://127.1/", 0, 0, 0, "127.1" },
	{ "http://127.0.0.1.example.org/", 0, 0, 0, "127.0.0.1.example.org" },
	{ "http://localhost.example.org/", 0, 0, 0, "localhost.example.org" },
	{ "http://128.0.0.1/", 0, 0, 0, "128.0.0.1" },
	{ "http://[::2]/", 0, 0, 0, "::2" },
	{ "https://user:pass@h/", -1, 0, 0, NULL },
	{ "http://localhost@evil.example/", -1, 0, 0, NULL },
	{ "http://localhost\\@evil.example/", -1, 0, 0, NULL },
	{ "http://localhost#@evil.example/", -1, 0, 0, NULL },
	{ "http://localhost%2eevil.example/", -1, 0, 0, NULL },
	{ "http://[::1/", -1, 0, 0, NULL },
	{ "http://[::1]x/", -1, 0, 0, NULL },
	{ "http://[:::1]/", -1, 0, 0, NULL },
	{ "https://", -1, 0, 0, NULL },
	{ "https:///t", -1, 0, 0, NULL },
	{ "https://:80/", -1, 0, 0, NULL },
	{ "https://h:80x/", -1, 0, 0, NULL },
	{ "https://h/a b", -1, 0, 0, NULL },
	{ "https://h/\r\nX: y", -1, 0, 0, NULL },
	{ "https://h\xc3\xa9/", -1, 0, 0, NULL },
	{ "ftp://h/", -1, 0, 0, NULL },
	{ "file:///etc/passwd", -1, 0, 0, NULL },
	{ "//h/", -1, 0, 0, NULL },
	{ "h", -1, 0, 0, NULL },
	{ "", -1, 0, 0, NULL }
};

TABLE_TEST(reads_urls, urls)
{
	struct url u;

	ck_assert_int_eq(url_read(&u, urls[_i].text), urls[_i].result);
	if (urls[_i].result == -1)
		return;
	ck_assert_int_eq(u.is_tls, urls[_i].is_tls);
	ck_assert_int_eq(u.is_loopback, urls[_i].is_loopback);
	ck_assert_str_eq(u.host, urls[_i].host);
}

#define NOW 784111777	/* Sun, 06 Nov 1994 08:49:37 GMT, of RFC 9110 5.6.7 */

static const struct {
	const char *retry_after, *date;
	int64_t seconds;
} waits[] = {
	{ "120", NULL, 120 }, { " 7 \t", NULL, 7 }, { "0", NULL, 0 },
	{ "3601", NULL, 3600 }, { "99999999999999999999999", NULL, 3600 },
	{ "-5", NULL, 0 }, { "5.5", NULL, 0 }, { "soon", NULL, 0 },
	{ "", NULL, 0 }, { "12 x", NULL, 0 },
	{ "Sun, 06 Nov 1994 08:50:37 GMT", NULL, 60 },
	{ "Sunday, 06-Nov-94 08:50:37 GMT", NULL, 60 },
	{ "Sun Nov  6 08:50:37 1994", NULL, 60 },
	{ "Sun, 06 Nov 1994 08:49:07 GMT", NULL, 0 },
	{ "Sun, 06 Nov 2094 08:49:37 GMT", NULL, 3600 },
	{ "Sun, 06 Nov 1994 08:50:37 XYZ", NULL, 0 },
	/* Our clock is wrong, the server's own is what it measures by. */
	{ "Sun, 06 Nov 2033 08:50:37 GMT", "Sun, 06 Nov 2033 08:49:37 GMT",
	    60 },
	{ "Sun, 06 Nov 1994 08:50:37 GMT", "nonsense", 60 }
};

TABLE_TEST(reads_retry_after, waits)
{
	struct head h;
	char line[128];

	memset(&h, 0, sizeof(h));
	snprintf(line, sizeof(line), "RETRY-after:%s\r\n",
	    waits[_i].retry_after);
	head_add_line(&h, line, strlen(line));
	if (waits[_i].date != NULL) {
		snprintf(line, sizeof(line), "Date: %s\r\n", waits[_i].date);
		head_add_line(&h, line, strlen(line));
	}
	ck_assert_int_eq(head_retry_after(&h, NOW, 3600), waits[_i].seconds);
}

static const struct {
	const char *line, *type, *redirect;
} heads[] = {
	{ "Content-Type: Application/JSON; charset=UTF-8\r\n",
	    "application/json", "" },
	{ "content-type:text/html\n", "text/html", "" },
	{ "Content-Type: a/\x1b[31m\r\n", "a/", "" },
	{ "Content-Type:\r\n", "", "" },
	{ "Location: https://portal.example.net:8443/x?code=y\r\n", "",
	    "portal.example.net:8443" },
	{ "Location: /elsewhere\r\n", "", "" },
	{ "Location: https://user:password@h/\r\n", "", "" },
	{ "no colon\r\n", "", "" }, { "", "", "" }, { ":\r\n", "", "" }
};

TABLE_TEST(reads_header_fields, heads)
{
	struct head h;
	char line[600], status[] = "HTTP/1.1 200 OK\r\n";

	memset(&h, 0, sizeof(h));
	head_add_line(&h, heads[_i].line, strlen(heads[_i].line));
	ck_assert_str_eq(h.type, heads[_i].type);
	ck_assert_str_eq(h.redirect, heads[_i].redirect);
	/* A line that is too long says nothing; a status line starts again. */
	memset(line, 'x', sizeof(line));
	memcpy(line, "Content-Type: ", 14);
	head_add_line(&h, line, sizeof(line));
	ck_assert_str_eq(h.type, heads[_i].type);
	head_add_line(&h, line, 400);
	ck_assert_uint_eq(strlen(h.type), sizeof(h.type) - 1);
	head_add_line(&h, status, strlen(status));
	ck_assert_str_eq(h.type, "");
	ck_assert_str_eq(h.redirect, "");
}

TEST(shows_a_long_host_cut)
{
	char out[HEAD_HOST_SHOWN], host[200];

	memset(host, 'h', sizeof(host));
	head_copy_host(out, host, HEAD_HOST_SHOWN - 1);
	ck_assert_uint_eq(strlen(out), HEAD_HOST_SHOWN - 1);
	ck_assert_ptr_null(strchr(out, '.'));
	head_copy_host(out, host, sizeof(host));
	ck_assert_uint_eq(strlen(out), HEAD_HOST_SHOWN - 1);
	ck_assert_str_eq(out + HEAD_HOST_SHOWN - 4, "...");
}

TEST(asks_no_unsafe_url)
{
	snprintf(server.url, sizeof(server.url), "http://login.example.org/");
	ck_assert_int_eq(post(), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	says("login.example.org: not asked: secrets go to https only");
	snprintf(server.url, sizeof(server.url), "https://me:hush@h/");
	ck_assert_int_eq(post(), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	says("not a URL");
	ck_assert_ptr_null(strstr(why.text, "hush"));
}

TEST(names_a_host_that_refuses)
{
	close(scratch_listen(&server.port, 1));
	snprintf(server.url, sizeof(server.url), "http://127.0.0.1:%d/",
	    server.port);
	ck_assert_int_eq(post(), -1);
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_int_eq(answer.status, 0);
	says("127.0.0.1: cannot connect (Connection refused): check the "
	    "network, the firewall, and token_endpoint");
}

/* A full queue drops what comes, as a firewall does. */
TEST(names_a_host_that_drops_us)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int listener = scratch_listen(&server.port, 0), fd[4];
	size_t i = 0;

	address.sin_port = htons((uint16_t)server.port);
	for (i = 0; i < 4; i++) {
		fd[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK |
		    SOCK_CLOEXEC, 0);
		connect(fd[i], (struct sockaddr *)&address, sizeof(address));
	}
	snprintf(server.url, sizeof(server.url), "http://127.0.0.1:%d/",
	    server.port);
	settings.connect_ms = SHORT;
	ck_assert_int_eq(post(), -1);
	ck_assert_int_eq(why.code, STATUS_LATER);
	says("127.0.0.1: no connection within ");
	says(" s: check the network, the firewall, and token_endpoint");
	for (i = 0; i < 4; i++)
		close(fd[i]);
	close(listener);
}

/* No name server is asked for a name with an empty label. */
TEST(names_a_host_that_is_unknown)
{
	snprintf(server.url, sizeof(server.url), "https://host..invalid/");
	ck_assert_int_eq(post(), -1);
	ck_assert_int_eq(why.code, STATUS_LATER);
	says("host..invalid: the name cannot be resolved: check DNS, and "
	    "token_endpoint");
}

/*
 * With a server
 */

TEST(posts_a_form)
{
	struct buf authorization = BUF_INIT(64);

	start("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	    "Set-Cookie: a=b\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
	    "Retry-After: 9\r\nContent-Length: 7\r\n\r\n{\"a\":1}",
	    PLAY_ANSWER);
	ck_assert_int_eq(buf_adds(&authorization, "Basic eDp5"), 0);
	ck_assert_int_eq(http_post(&settings, server.url, &authorization,
	    &form, &answer, &why), 0);
	ck_assert_int_eq(answer.status, 200);
	ck_assert_str_eq(answer.host, "127.0.0.1");
	ck_assert_str_eq(answer.head.type, "application/json");
	ck_assert_str_eq(buf_text(&answer.body), "{\"a\":1}");
	ck_assert_int_eq(answer.head.date, NOW);
	ck_assert_int_eq(answer.retry_after, 9);
	ck_assert_int_eq(stop(), 1);
	ck_assert_ptr_eq(strstr(request, "POST /token HTTP/1.1\r\n"), request);
	ck_assert_ptr_nonnull(strstr(request, "\r\nUser-Agent: tokend/"));
	ck_assert_ptr_nonnull(strstr(request, "\r\nAccept: application/json"
	    "\r\n"));
	ck_assert_ptr_nonnull(strstr(request, "\r\nContent-Type: "
	    "application/x-www-form-urlencoded\r\n"));
	ck_assert_ptr_nonnull(strstr(request, "\r\nContent-Length: 24\r\n"));
	ck_assert_ptr_nonnull(strstr(request, "\r\nAuthorization: Basic eDp5"
	    "\r\n"));
	ck_assert_ptr_nonnull(strstr(request,
	    "\r\n\r\ngrant_type=refresh_token\n#\n"));
	ck_assert_ptr_null(strcasestr(request, "\r\nExpect"));
	ck_assert_ptr_null(strcasestr(request, "\r\nCookie"));
	ck_assert_ptr_nonnull(strstr(request, "\r\nAccept-Encoding: "
	    "identity\r\n"));
	buf_free(&authorization);
}

/* Two secrets of the longest; no pause for a 100 Continue before them. */
TEST(posts_a_long_form)
{
	int64_t began = clock_ms();
	int i = 0;

	start("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", PLAY_ANSWER);
	for (i = 0; i < 128; i++)
		ck_assert_int_eq(form_add(&form, "f", "0123456789012345678901"
		    "23456789012345678901234567890123456789012345678901234567"
		    "89012345678901234567890123456789012345678901234567890123"
		    "45678901234567890123456789012345678901234567890123456789"
		    "01234567890123456789012345678901234567890123456789012345"
		    "67890123456789012345678901234567890123456789012345678901"
		    "23456789012345678901234567890123456789012345678901234567"
		    "89012345678901234567890123456789012345678901234567890123"
		    "45678901234567890123456789012345678901234567890123456789"
		    "01234567890123456789012345678901234567890123456789012345"
		    "67890123456789012345678901234567890123456789012345678901"
		    "23456789012345678901234567890123456789012345678901234567"
		    "89012345678901234567890123456789012345678901234567890123"
		    ), 0);
	ck_assert_uint_gt(form.len, 64 * 1024);
	ck_assert_int_eq(post(), 0);
	ck_assert_int_lt(clock_ms() - began, SOON);
	ck_assert_int_eq(stop(), 1);
	ck_assert_ptr_nonnull(strstr(request, buf_text(&form)));
	ck_assert_ptr_null(strcasestr(request, "\r\nExpect"));
}

static const struct {
	const char *script;
	long status;
	const char *type, *redirect, *body;
} answers[] = {
	{ "HTTP/1.1 100 Continue\r\nRetry-After: 50\r\n\r\n"
	    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nx", 200,
	    "text/html", "", "x" },
	{ "HTTP/1.1 302 Found\r\nLocation: https://portal.example.net/x\r\n"
	    "Content-Length: 0\r\n\r\n", 302, "", "portal.example.net", "" },
	{ "HTTP/1.1 307 T\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n",
	    307, "", "", "" },
	{ "HTTP/1.0 400 Bad\r\n\r\n{\"error\":\"invalid_grant\"}", 400, "",
	    "", "{\"error\":\"invalid_grant\"}" },
	{ "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", 500, "", "",
	    "" },
	{ "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\n"
	    "Content-Length: 0\r\n\r\n", 401, "", "", "" },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "2\r\n{}\r\n0\r\n\r\n", 200, "", "", "{}" },
	/* Not unpacked: nothing was said to be accepted. */
	{ "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b", 200,
	    "", "", "\x1f\x8b" }
};

/* A status is an answer, whatever it is, and is asked for once. */
TABLE_TEST(gives_any_answer, answers)
{
	start(answers[_i].script, PLAY_ANSWER);
	ck_assert_msg(post() == 0, "%s", why.text);
	ck_assert_int_eq(answer.status, answers[_i].status);
	ck_assert_str_eq(answer.head.type, answers[_i].type);
	ck_assert_str_eq(answer.head.redirect, answers[_i].redirect);
	ck_assert_str_eq(buf_text(&answer.body), answers[_i].body);
	ck_assert_int_eq(answer.retry_after, 0);
	ck_assert_int_eq(stop(), 1);
}

static const struct {
	const char *script;
	enum play play;
	int answered;
	const char *says;
} broken[] = {
	{ "HTTP/1.1 200 OK\r\n\r\n", PLAY_ENDLESS, 1,
	    "127.0.0.1: its answer is over 1048576 bytes long" },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
	    PLAY_ENDLESS, 1, "is over 1048576 bytes long" },
	{ "HTTP/1.1 200 OK\r\nX: ", PLAY_ENDLESS, 1, "a line of its answer "
	    "has no end: check token_endpoint" },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", PLAY_ANSWER, 1,
	    "127.0.0.1: its answer broke off" },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n{",
	    PLAY_ANSWER, 1, "its answer broke off" },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{",
	    PLAY_ANSWER, 1, "its answer broke off" },
	{ "", PLAY_ANSWER, 0, "127.0.0.1: connected, but it closed the "
	    "connection without an answer" },
	{ "SSH-2.0-OpenSSH_9.2\r\n", PLAY_ANSWER, 0,
	    "127.0.0.1: what it answers is not HTTP: check token_endpoint" },
	{ "HTTP/1.1 100 Continue\r\n\r\n", PLAY_ANSWER, 0, "127.0.0.1: " }
};

TABLE_TEST(says_what_broke, broken)
{
	int64_t began = clock_ms();

	start(broken[_i].script, broken[_i].play);
	ck_assert_int_eq(post(), -1);
	ck_assert_int_lt(clock_ms() - began, SOON);
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_int_eq(answer.status != 0, broken[_i].answered);
	ck_assert_uint_le(answer.body.len, HTTP_BODY_MAX);
	says(broken[_i].says);
	ck_assert_int_eq(stop(), 1);
}

TEST(limits_the_head)
{
	/* Over libcurl's own limit, which has another text. */
	static char script[512 * 1024];
	size_t len = 0;

	len = (size_t)snprintf(script, sizeof(script), "HTTP/1.1 200 OK\r\n");
	while (len < sizeof(script) - 64)
		len += (size_t)snprintf(script + len, sizeof(script) - len,
		    "X-Field-%zu: value\r\n", len);
	start(script, PLAY_SILENCE);
	ck_assert_int_eq(post(), -1);
	ck_assert_int_eq(why.code, STATUS_LATER);
	says("its answer has more than 65536 bytes of header");
}

static const struct {
	const char *script, *says;
	int answered;
} silences[] = {
	{ "", "127.0.0.1: connected, but silent for ", 0 },
	{ "HTTP/1.1 200 OK\r\nRetry-After: 8\r\nContent-Length: 9\r\n\r\n{",
	    "127.0.0.1: its answer was not complete after ", 1 }
};

TABLE_TEST(waits_no_longer_than_told, silences)
{
	int64_t began = clock_ms();

	start(silences[_i].script, PLAY_SILENCE);
	settings.total_ms = SHORT;
	ck_assert_int_eq(post(), -1);
	ck_assert_int_ge(clock_ms() - began, SHORT - 50);
	ck_assert_int_lt(clock_ms() - began, SOON);
	ck_assert_int_eq(why.code, STATUS_LATER);
	says(silences[_i].says);
	ck_assert_int_eq(answer.status != 0, silences[_i].answered);
	ck_assert_int_eq(answer.retry_after, silences[_i].answered ? 8 : 0);
}

TEST(says_that_tls_does_not_begin)
{
	start("HTTP/1.1 400 Bad Request\r\n\r\n", PLAY_BLURT);
	snprintf(server.url, sizeof(server.url), "https://127.0.0.1:%d/",
	    server.port);
	ck_assert_int_eq(post(), -1);
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_int_eq(answer.status, 0);
	says("127.0.0.1: no TLS session (");
	says("): check that TLS 1.2 is spoken at token_endpoint");
	stop();
	start("", PLAY_SILENCE);
	snprintf(server.url, sizeof(server.url), "https://127.0.0.1:%d/",
	    server.port);
	settings.connect_ms = SHORT;
	ck_assert_int_eq(post(), -1);
	says("127.0.0.1: connected, but no TLS session within ");
}

TEST(names_a_bad_ca_file)
{
	start("", PLAY_ANSWER);
	snprintf(server.url, sizeof(server.url), "https://127.0.0.1:%d/",
	    server.port);
	settings.ca_file = "/nonexistent/ca.pem";
	ck_assert_int_eq(post(), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	says("127.0.0.1: not asked: ca_file /nonexistent/ca.pem cannot be "
	    "read, or holds no certificate");
}

/*
 * Proxies
 */

#define PROVIDER "https://provider.example/token"

static const struct {
	const char *script, *says;
} refusals[] = {
	{ "HTTP/1.1 407 Auth\r\nContent-Type: text/html\r\n"
	    "Content-Length: 0\r\n\r\n", "it answers HTTP 407: it wants a "
	    "name and password" },
	{ "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", "it answers HTTP "
	    "403: ask its administrator" }
};

TABLE_TEST(goes_through_the_proxy_of_the_account, refusals)
{
	struct buf authorization = BUF_INIT(64);
	char proxy[96], shown[96];

	start(refusals[_i].script, PLAY_ANSWER);
	snprintf(proxy, sizeof(proxy), "http://me:hush@127.0.0.1:%d",
	    server.port);
	snprintf(shown, sizeof(shown), "provider.example: the proxy "
	    "127.0.0.1:%d does not connect to it", server.port);
	settings.proxy = proxy;
	/* The account's word is the last. */
	setenv("no_proxy", "*", 1);
	ck_assert_int_eq(buf_adds(&authorization, "Basic eDp5"), 0);
	ck_assert_int_eq(http_post(&settings, PROVIDER, &authorization, &form,
	    &answer, &why), -1);
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_int_eq(answer.status, 0);
	says(shown);
	says(refusals[_i].says);
	ck_assert_ptr_null(strstr(why.text, "hush"));
	ck_assert_int_ge(stop(), 1);
	ck_assert_ptr_eq(strstr(request, "CONNECT provider.example:443"),
	    request);
	ck_assert_ptr_null(strstr(request, "\nAuthorization:"));
	ck_assert_ptr_null(strstr(request, "eDp5"));
	ck_assert_ptr_null(strstr(request, "grant_type"));
	buf_free(&authorization);
}

TEST(goes_through_the_proxy_of_the_environment)
{
	char proxy[64];

	start(refusals[1].script, PLAY_ANSWER);
	snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%d", server.port);
	setenv("https_proxy", proxy, 1);
	ck_assert_int_eq(http_post(&settings, PROVIDER, NULL, &form, &answer,
	    &why), -1);
	says("does not connect to it, it answers HTTP 403");
	ck_assert_int_eq(stop(), 1);
}

TEST(takes_none_for_no_proxy)
{
	setenv("https_proxy", "http://127.0.0.1:1", 1);
	settings.proxy = "none";
	ck_assert_int_eq(http_post(&settings, "https://host..invalid/", NULL,
	    &form, &answer, &why), -1);
	says("host..invalid: the name cannot be resolved: check DNS, and "
	    "token_endpoint");
}

TEST(reaches_loopback_without_a_proxy)
{
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("all_proxy", "http://127.0.0.1:1", 1);
	settings.proxy = "http://127.0.0.1:1";
	start("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", PLAY_ANSWER);
	ck_assert_msg(post() == 0, "%s", why.text);
	ck_assert_int_eq(stop(), 1);
}

/* Whatever is wrong with it, its password is not shown. */
LOOP_TEST(shows_no_password_of_a_proxy, 0, 7)
{
	static const char *const proxies[] = {
		"http://me:hush@127.0.0.1:1", "socks5h://me:hush@127.0.0.1:1",
		"gopher://me:hush@127.0.0.1:1", "me:hush@127.0.0.1:1",
		"http://me:hu/hush@127.0.0.1:1", "http://me:hush@[::1",
		"http://me:hush@proxy..invalid:1"
	};

	settings.proxy = proxies[_i];
	ck_assert_int_eq(http_post(&settings, PROVIDER, NULL, &form, &answer,
	    &why), -1);
	ck_assert_ptr_null(strstr(why.text, "hush"));
	ck_assert_ptr_null(strstr(why.text, "me:"));
	says("provider.example: ");
	says("proxy");
}

/*
 * The grants
 */

static char client_id[] = "the client", scope[] = "mail.read offline";
static char secret[] = "very+secret";
static struct account account;
static struct credential credential;
static struct token_answer tokens;
static struct token_failure failure;

#define GOOD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" \
	"{\"access_token\":\"at\",\"token_type\":\"Bearer\"," \
	"\"expires_in\":60,\"refresh_token\":\"next\"}"

static void
setup_grant(void)
{
	setup();
	memset(&account, 0, sizeof(account));
	strncpy(account.name, "work", sizeof(account.name) - 1);
	account.client_id = client_id;
	account.scope = scope;
	account.token_endpoint = server.url;
	credential = (struct credential)CREDENTIAL_INIT;
	tokens = (struct token_answer)TOKEN_ANSWER_INIT;
	memset(&failure, 0xa5, sizeof(failure));
}

static void
teardown_grant(void)
{
	buf_free(&credential.refresh_token);
	token_answer_free(&tokens);
	teardown();
}

FIXTURE(setup_grant, teardown_grant);

static void
posted(const char *body)
{
	char *found = NULL;

	ck_assert_int_eq(stop(), 1);
	found = strstr(request, "\r\n\r\n");
	ck_assert_ptr_nonnull(found);
	found[strlen(found) - 3] = '\0';
	ck_assert_str_eq(found + 4, body);
}

/* A scope is named if the account's file has it, and all was granted. */
LOOP_TEST(renews_a_consent, 0, 4)
{
	static const char *const granted[] = { "offline mail.read", "",
	    "mail.read", "offline profile mail.read" };

	account.scope_is_stated = _i > 0;
	ck_assert_int_eq(buf_adds(&credential.refresh_token, "1//0g"), 0);
	ck_assert_int_eq(buf_adds(&credential.scope, granted[_i]), 0);
	start(GOOD, PLAY_ANSWER);
	ck_assert_int_eq(grant_request(&account, &credential, NULL, &tokens,
	    &failure), 0);
	ck_assert_str_eq(buf_text(&tokens.access_token), "at");
	ck_assert_str_eq(buf_text(&tokens.refresh_token), "next");
	ck_assert_int_eq(tokens.expires_in, 60);
	buf_free(&credential.scope);
	posted(_i < 3 ? "grant_type=refresh_token&refresh_token=1%2F%2F0g&"
	    "client_id=the+client" : "grant_type=refresh_token&"
	    "refresh_token=1%2F%2F0g&scope=mail.read+offline&"
	    "client_id=the+client");
	ck_assert_ptr_null(strstr(request, "Authorization"));
}

LOOP_TEST(signs_an_application_in, 0, 2)
{
	start(GOOD, PLAY_ANSWER);
	account.grant = GRANT_CLIENT_CREDENTIALS;
	account.client_secret = secret;
	account.client_auth = _i == 0 ? CLIENT_AUTH_POST : CLIENT_AUTH_BASIC;
	ck_assert_int_eq(grant_request(&account, &credential, NULL, &tokens,
	    &failure), 0);
	posted(_i == 0 ? "grant_type=client_credentials&"
	    "scope=mail.read+offline&client_id=the+client&"
	    "client_secret=very%2Bsecret" : "grant_type=client_credentials&"
	    "scope=mail.read+offline");
	/* the+client:very%2Bsecret */
	ck_assert_int_eq(strstr(request, "\r\nAuthorization: Basic "
	    "dGhlK2NsaWVudDp2ZXJ5JTJCc2VjcmV0\r\n") != NULL, _i);
}

TEST(asks_nobody_without_what_it_needs)
{
	start(GOOD, PLAY_ANSWER);
	ck_assert_int_eq(grant_request(&account, &credential, NULL, &tokens,
	    &failure), -1);
	ck_assert_int_eq(failure.failure.code, STATUS_SIGN_IN);
	ck_assert_str_eq(failure.failure.text, "account \"work\": no refresh "
	    "token is stored: sign in with \"tokend login work\"");
	ck_assert_int_eq(failure.answered, 0);
	account.grant = GRANT_CLIENT_CREDENTIALS;
	ck_assert_int_eq(grant_request(&account, &credential, NULL, &tokens,
	    &failure), -1);
	ck_assert_int_eq(failure.failure.code, STATUS_CONFIG);
	ck_assert_int_eq(failure.answered, 0);
	ck_assert_int_eq(stop(), 0);
	ck_assert_int_eq(grant_needs_refresh_token(GRANT_REFRESH_TOKEN), 1);
	ck_assert_int_eq(grant_needs_refresh_token(GRANT_CLIENT_CREDENTIALS),
	    0);
}

LOOP_TEST(passes_a_refusal_on_without_secrets, 0, 2)
{
	start("HTTP/1.1 400 Bad\r\n\r\n{\"error\":\"invalid_grant\","
	    "\"error_description\":\"1//0gToken, very+secret, "
	    "dGhlK2NsaWVudDp2ZXJ5JTJCc2VjcmV0\"}", PLAY_ANSWER);
	account.client_secret = secret;
	account.client_auth = _i == 0 ? CLIENT_AUTH_POST : CLIENT_AUTH_BASIC;
	ck_assert_int_eq(buf_adds(&credential.refresh_token, "1//0gToken"),
	    0);
	ck_assert_int_eq(grant_request(&account, &credential, NULL, &tokens,
	    &failure), -1);
	ck_assert_int_eq(failure.failure.code, STATUS_SIGN_IN);
	ck_assert_int_eq(failure.answered, 1);
	ck_assert_str_eq(failure.failure.text, _i == 0 ? "account \"work\": "
	    "127.0.0.1 refused the refresh token: invalid_grant (***, ***, "
	    "dGhlK2NsaWVudDp2ZXJ5JTJCc2VjcmV0): sign in again with \"tokend "
	    "login work\"" : "account \"work\": 127.0.0.1 refused the refresh "
	    "token: invalid_grant (***, ***, ***): sign in again with \"tokend "
	    "login work\"");
}

TEST(names_the_account_in_what_the_door_says)
{
	start("HTTP/1.1 429 Slow\r\nRetry-After: 30\r\n"
	    "Content-Length: 9\r\n\r\n{", PLAY_ANSWER);
	ck_assert_int_eq(buf_adds(&credential.refresh_token, "1//0g"), 0);
	ck_assert_int_eq(grant_request(&account, &credential, NULL, &tokens,
	    &failure), -1);
	ck_assert_int_eq(failure.failure.code, STATUS_LATER);
	ck_assert_int_eq(failure.answered, 1);
	ck_assert_int_eq(failure.failure.retry_after, 30);
	ck_assert_str_eq(failure.failure.text, "account \"work\": 127.0.0.1: "
	    "its answer broke off");
}
