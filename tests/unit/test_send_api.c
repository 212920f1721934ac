/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_send_api.c - sending by the APIs of Gmail and Graph, against a process
 * that plays them: what goes out, what an answer means, and what is never done
 * twice. TLS, proxies and the rules of the services are in tests/integration.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "api_host.h"
#include "base/base64.h"
#include "lineio.h"
#include "send/api.h"
#include "send/way.h"
#include "set_text.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define TOKEN "ya29.a-token-that-is-no-token-at-all"
#define ENVELOPE "alice@example.org\nbob@example.net\n\n"
#define HEADER "From: alice@example.org\nTo: bob@example.net\n" \
	"Date: Sun, 29 Nov 2026 12:00:00 +0000\nMessage-ID: <1@example.org>\n\n"
#define HEADER_SIZE 116	/* with CRs */
#define GMAIL_MOST 36700160
#define GMAIL_SIMPLE (5 << 20)
#define GRAPH_MOST 3145728
#define SOON 5000		/* ms */
#define BYTES 2000

#define EMPTY(status, fields) "HTTP/1.1 " status "\r\n" fields \
	"Content-Length: 0\r\n\r\n"
#define GMAIL_OK "HTTP/1.1 200 OK\r\nContent-Type: application/json; " \
	"charset=UTF-8\r\nContent-Length: 20\r\n\r\n{\"id\": \"18c2f0aa91\"}"
#define SESSION EMPTY("200 OK", "Location: {base}/session?upload_id=x\r\n")
#define ACCEPTED EMPTY("202 Accepted", "")

static struct account account;
static struct sender sender;
static struct outgoing *mail;
static struct sent_answer answer;
static struct failure why;
static struct api_host host;
static char hosts[] = "127.0.0.1", name[] = "alice@example.org";
static char made[1024];		/* an answer */
static int file = -1;
static int64_t size;		/* of the mail, as it is sent */

static void
setup(void)
{
	scratch_setup();
	memset(&account, 0, sizeof(account));
	memset(&answer, 0, sizeof(answer));
	memset(&why, 0, sizeof(why));
	mail = calloc(1, sizeof(*mail));
	ck_assert_ptr_nonnull(mail);
	api_host_listen(&host);
	set_text(account.name, name);
	account.send_endpoint = host.base;
	account.hosts = hosts;
	account.client_id = name;
	sender = (struct sender){ .account = &account, .client = -1,
	    .deadline = clock_ms() + 20000, .still_ms = SENDER_STILL_MS };
	setenv("no_proxy", "*", 1);
}

static void
teardown(void)
{
	outgoing_close(mail);
	free(mail);
	close(file);
	api_host_free(&host);
	scratch_teardown();
}

FIXTURE(setup, teardown);

/* A mail that has that many bytes when it is sent. */
static void
make_mail(int64_t bytes)
{
	static const struct outgoing_rules rules = { name, name, 1 };
	const char *path = scratch_path("mail");
	FILE *to = fopen(path, "w");
	int64_t i, rest = bytes - HEADER_SIZE;

	ck_assert_ptr_nonnull(to);
	fputs(ENVELOPE HEADER, to);
	/* Lines of 64 bytes, which are counted with their CR. */
	for (i = 0; i < rest / 64; i++)
		fprintf(to, "%061lld\303\n", (long long)i);
	rest %= 64;
	if (rest == 1) {	/* no line is as short as that */
		ck_assert_int_eq(fseek(to, -63, SEEK_CUR), 0);
		rest += 64;
	}
	for (i = 0; i < rest - 2; i++)
		fputc('.', to);
	if (rest > 0)
		fputc('\n', to);
	ck_assert_int_eq(fclose(to), 0);
	file = open(path, O_RDWR | O_CLOEXEC);
	ck_assert_int_ne(file, -1);
	ck_assert_int_eq(outgoing_open(mail, file, &rules, &why), 0);
	size = bytes;
	ck_assert_int_eq(outgoing_size(mail), bytes);
}

/* All of it, as it is to be sent; to be freed. */
static char *
read_mail(void)
{
	char *all = calloc(1, (size_t)size + 2);
	size_t len = 0;
	ssize_t n = 1;

	ck_assert_ptr_nonnull(all);
	outgoing_rewind(mail);
	while (n > 0) {
		n = outgoing_read(mail, all + len, (size_t)size + 2 - len);
		ck_assert_int_ge(n, 0);
		len += (size_t)n;
	}
	ck_assert_int_eq(len, size);
	return all;
}

static void
take_mail(void)
{
	if (mail->recipients == NULL)
		make_mail(1000);
	outgoing_rewind(mail);
}

static enum sent
send_by(const struct sending_way *way)
{
	take_mail();
	return way->send(&sender, mail, name, TOKEN, &answer, &why);
}

static void
stop(const struct sending_way *way)
{
	way->close(&sender);
	ck_assert_ptr_null(sender.connection);
	api_host_stop(&host);
}

static void
says(const char *text)
{
	ck_assert_msg(strstr(why.text, text) != NULL, "%s", why.text);
}

static int
saw(const char *text)
{
	return memmem(host.seen, host.seen_len, text, strlen(text)) != NULL;
}

TEST(gmail_gets_it_as_it_is_and_keeps_the_connection)
{
	static const struct step steps[] = { { PLAY_ANSWER, GMAIL_OK, 0 },
	    { PLAY_ANSWER, NULL, 0 } };
	size_t len = 0;
	const char *body;
	char *whole;

	api_host_play(&host, steps);
	ck_assert_int_eq(send_by(&send_by_gmail), SENT_DONE);
	ck_assert_str_eq(answer.said, "18c2f0aa91");
	ck_assert_int_eq(send_by(&send_by_gmail), SENT_DONE);
	stop(&send_by_gmail);
	ck_assert_int_eq(host.requests, 2);
	ck_assert_int_eq(host.connections, 1);
	ck_assert(saw("POST /upload/gmail/v1/users/me/messages/send?"
	    "uploadType=media HTTP/1.1\r\n"));
	ck_assert(saw("\r\nAuthorization: Bearer " TOKEN "\r\n"));
	ck_assert(saw("\r\nContent-Type: message/rfc822\r\n"));
	ck_assert(saw("\r\nContent-Length: 1000\r\n"));
	ck_assert(!saw("Expect"));
	whole = read_mail();
	body = api_host_body(&host, 1, &len);
	ck_assert_uint_eq(len, 1000);
	ck_assert_mem_eq(body, whole, len);
	free(whole);
}

/* Each length modulo 3, and around the pieces that are encoded. */
static const int64_t lengths[] = { 208, 209, 210, 211, 49151, 49152, 49153,
    65535, 65536, 65537, 98303, 98304, 98305, 1000000, GRAPH_MOST };

TABLE_TEST(graph_gets_it_in_base64, lengths)
{
	static const struct step steps[] = { { PLAY_ANSWER, ACCEPTED, 0 },
	    { PLAY_ANSWER, NULL, 0 } };
	struct buf decoded = BUF_INIT(GRAPH_MOST + 3);
	size_t len = 0;
	const char *body;
	char *whole;

	make_mail(lengths[_i]);
	api_host_play(&host, steps);
	ck_assert_int_eq(send_by(&send_by_graph), SENT_DONE);
	ck_assert_str_eq(answer.said, "202 Accepted");
	stop(&send_by_graph);
	ck_assert(saw("POST /v1.0/me/sendMail HTTP/1.1\r\n"));
	ck_assert(saw("\r\nContent-Type: text/plain\r\n"));
	body = api_host_body(&host, 0, &len);
	ck_assert_int_eq(len, (size + 2) / 3 * 4);
	ck_assert_int_eq(base64_decode(&decoded, body, len), 0);
	whole = read_mail();
	ck_assert_int_eq(decoded.len, size);
	ck_assert_mem_eq(decoded.data, whole, decoded.len);
	free(whole);
	buf_free(&decoded);
}

TEST(an_app_says_whose_mailbox_it_is)
{
	static const struct step steps[] = { { PLAY_ANSWER, ACCEPTED, 0 },
	    { PLAY_ANSWER, NULL, 0 } };

	account.grant = GRANT_CLIENT_CREDENTIALS;
	api_host_play(&host, steps);
	ck_assert_int_eq(send_by(&send_by_graph), SENT_DONE);
	stop(&send_by_graph);
	ck_assert(saw("POST /v1.0/users/alice%40example.org/sendMail "));
}

static const struct {
	const struct sending_way *way;
	int64_t most;
	const char *says;
} limits[] = {
	{ &send_by_gmail, GMAIL_MOST, "36700161 bytes, and Gmail takes "
	    "36700160 at most; nothing was sent" },
	{ &send_by_graph, GRAPH_MOST, "3145729 bytes, and Microsoft Graph "
	    "takes 3145728 at most; nothing was sent. Fix: send less in one "
	    "mail, or run \"tokend login --send-only --send smtp "
	    "alice@example.org\" where" }
};

TABLE_TEST(what_is_larger_than_its_limit_is_not_sent, limits)
{
	static const struct step steps[] = { { PLAY_ANSWER, GMAIL_OK, 0 },
	    { PLAY_ANSWER, NULL, 0 } };

	make_mail(limits[_i].most + 1);
	api_host_play(&host, steps);
	ck_assert_int_eq(send_by(limits[_i].way), SENT_FAILED);
	ck_assert_int_eq(why.code, STATUS_MESSAGE);
	says(limits[_i].says);
	api_host_stop(&host);
	ck_assert_int_eq(host.connections, 0);
}

/* 64 kbit/s, to which mobile lines are slowed down: 8 bytes a millisecond. */
TEST(a_slow_line_has_time)
{
	const int64_t base64 = GRAPH_MOST / 3 * 4;

	ck_assert_int_ge(upload_limit(base64), base64 / 8);
}

#define GOOGLE(code, reason, message) "{\"error\": {\"code\": " code \
	", \"message\": \"" message "\", \"errors\": [{\"message\": \"" \
	message "\", \"domain\": \"global\", \"reason\": \"" reason \
	"\"}], \"status\": \"SOME_STATUS\"}}"
#define GRAPH(code, message) "{\"error\": {\"code\": \"" code "\", " \
	"\"message\": \"" message "\", \"innerError\": {\"request-id\": " \
	"\"1\"}}}"

static const struct refusal {
	const struct sending_way *way;
	const char *status, *fields, *body;
	enum sent sent;
	enum status code;
	int64_t retry_after;
	const char *says;
} refusals[] = {
	{ &send_by_gmail, "401 Unauthorized", "", GOOGLE("401", "authError",
	    "Invalid Credentials"), SENT_TOKEN_REFUSED, STATUS_REJECTED, 0,
	    "refused the token: authError (Invalid Credentials)" },
	{ &send_by_gmail, "403 Forbidden", "", GOOGLE("403",
	    "insufficientPermissions", "Insufficient Permission"),
	    SENT_FAILED, STATUS_CONFIG, 0,
	    "Fix: \"tokend login --send-only alice@example.org\"" },
	{ &send_by_gmail, "403 Forbidden", "", "{\"error\": {\"code\": 403, "
	    "\"message\": \"Request had insufficient authentication scopes.\","
	    " \"status\": \"PERMISSION_DENIED\", \"details\": [{\"a\": 1}, "
	    "{\"reason\": \"ACCESS_TOKEN_SCOPE_INSUFFICIENT\"}]}}",
	    SENT_FAILED, STATUS_CONFIG, 0,
	    "refused the mail: ACCESS_TOKEN_SCOPE_INSUFFICIENT" },
	{ &send_by_gmail, "403 Forbidden", "", GOOGLE("403",
	    "accessNotConfigured", "Gmail API has not been used in project "
	    "123 before or it is disabled."), SENT_FAILED, STATUS_CONFIG, 0,
	    "enable the Gmail API in the project of client_id" },
	{ &send_by_gmail, "403 Forbidden", "", GOOGLE("403",
	    "userRateLimitExceeded", "User-rate limit exceeded."),
	    SENT_FAILED, STATUS_LATER, 60, "wait, and send less at once" },
	{ &send_by_gmail, "429 Too Many Requests", "Retry-After: 90\r\n",
	    GOOGLE("429", "rateLimitExceeded", "Too many"), SENT_FAILED,
	    STATUS_LATER, 90, "does not take the mail now: rateLimitExceeded" },
	{ &send_by_gmail, "429 Too Many Requests",
	    "Date: Sun, 29 Nov 2026 12:00:00 GMT\r\n", GOOGLE("429",
	    "rateLimitExceeded", "User-rate limit exceeded.  Retry after "
	    "2026-11-29T12:20:00.123Z"), SENT_FAILED, STATUS_LATER, 1200,
	    "Retry after 2026" },
	{ &send_by_gmail, "403 Forbidden", "", GOOGLE("403",
	    "dailyLimitExceeded", "Daily Limit Exceeded"), SENT_FAILED,
	    STATUS_LATER, 3600, "wait until tomorrow" },
	{ &send_by_gmail, "429 Too Many Requests", "Retry-After: 9999999\r\n",
	    "", SENT_FAILED, STATUS_LATER, 86400, "HTTP 429" },
	{ &send_by_gmail, "400 Bad Request", "", GOOGLE("400",
	    "invalidArgument", "Recipient address required"), SENT_FAILED,
	    STATUS_MESSAGE, 0, "correct the recipient's address" },
	{ &send_by_gmail, "400 Bad Request", "", GOOGLE("400",
	    "invalidArgument", "Invalid To header"), SENT_FAILED,
	    STATUS_MESSAGE, 0, "(Invalid To header)" },
	{ &send_by_gmail, "400 Bad Request", "", GOOGLE("400",
	    "invalidArgument", "Something else"), SENT_FAILED,
	    STATUS_MESSAGE, 0, "refused the mail: invalidArgument (Something "
	    "else). Fix: " },
	{ &send_by_graph, "400 Bad Request", "", GRAPH("ErrorSomethingElse",
	    "what"), SENT_FAILED, STATUS_MESSAGE, 0, "refused the mail: "
	    "ErrorSomethingElse (what)" },
	/* None of the API's own may be a proxy's. */
	{ &send_by_gmail, "400 Bad Request", "", "<html>", SENT_FAILED,
	    STATUS_LATER, 0, "HTTP 400" },
	{ &send_by_graph, "400 Bad Request", "", "{\"error\": \"bad\", "
	    "\"error_description\": \"what\"}", SENT_FAILED, STATUS_LATER, 0,
	    "bad (what)" },
	{ &send_by_graph, "400 Bad Request", "", "{\"error\": {\"message\": "
	    "\"what\"}}", SENT_FAILED, STATUS_LATER, 0, "HTTP 400 (what)" },
	{ &send_by_gmail, "400 Bad Request", "", GOOGLE("400",
	    "failedPrecondition", "Mail service not enabled"), SENT_FAILED,
	    STATUS_CONFIG, 0, "has to be a mailbox of Gmail" },
	{ &send_by_gmail, "413 Too Large", "", "<html>", SENT_FAILED,
	    STATUS_MESSAGE, 0, "refused the mail: HTTP 413. Fix: send less" },
	{ &send_by_gmail, "503 Unavailable", "", "", SENT_FAILED,
	    STATUS_LATER, 0, "does not take the mail now: HTTP 503" },
	{ &send_by_gmail, "503 Unavailable", "Retry-After: 30\r\n", "",
	    SENT_FAILED, STATUS_LATER, 30, "HTTP 503" },
	{ &send_by_gmail, "302 Found", "Location: {base}/else\r\n", "",
	    SENT_FAILED, STATUS_CONFIG, 0, "no redirect is followed" },
	{ &send_by_gmail, "404 Not Found", "", "<html>", SENT_FAILED,
	    STATUS_CONFIG, 0, "check send_endpoint" },
	{ &send_by_gmail, "200 OK", "", "<html>welcome</html>", SENT_FAILED,
	    STATUS_LATER, 0, "an answer that is not of Gmail's API" },
	{ &send_by_gmail, "200 OK", "", "{\"name\": \"x\"}", SENT_FAILED,
	    STATUS_LATER, 0, "an answer that is not of Gmail's API" },
	{ &send_by_gmail, "200 OK", "", "", SENT_FAILED, STATUS_LATER, 0,
	    "an answer that is not of Gmail's API" },
	{ &send_by_gmail, "403 Forbidden", "", "{\"error\": \"" TOKEN "\", "
	    "\"error_description\": \"no " TOKEN " here\"}", SENT_FAILED,
	    STATUS_CONFIG, 0, "***" },
	{ &send_by_graph, "401 Unauthorized", "", GRAPH(
	    "InvalidAuthenticationToken", "Access token has expired."),
	    SENT_TOKEN_REFUSED, STATUS_REJECTED, 0,
	    "refused the token: InvalidAuthenticationToken" },
	{ &send_by_graph, "401 Unauthorized", "", GRAPH(
	    "InvalidAuthenticationToken", "Access token validation failure. "
	    "Invalid audience."), SENT_FAILED, STATUS_CONFIG, 0,
	    "tokend login --send-only" },
	{ &send_by_graph, "401 Unauthorized", "", "", SENT_TOKEN_REFUSED,
	    STATUS_REJECTED, 0, "HTTP 401" },
	{ &send_by_graph, "403 Forbidden", "", GRAPH("ErrorSendAsDenied",
	    "The user account which was used to submit this request does not "
	    "have the right to send mail on behalf of the specified sending "
	    "account."), SENT_FAILED, STATUS_CONFIG, 0,
	    "let the mailbox send as the mail's From" },
	{ &send_by_graph, "403 Forbidden", "", GRAPH("ErrorAccessDenied",
	    "Access is denied. Check credentials and try again."),
	    SENT_FAILED, STATUS_CONFIG, 0, "the app needs Mail.Send" },
	{ &send_by_graph, "403 Forbidden", "", GRAPH("ErrorAccessDenied",
	    "Access to OData is disabled: [RAOP] : Blocked by tenant "
	    "configured AppOnly AccessPolicy settings."), SENT_FAILED,
	    STATUS_CONFIG, 0, "Test-ApplicationAccessPolicy" },
	{ &send_by_graph, "429 Too Many Requests", "Retry-After: 17\r\n",
	    GRAPH("ApplicationThrottled", "Application is over its "
	    "MailboxConcurrency limit."), SENT_FAILED, STATUS_LATER, 17,
	    "ApplicationThrottled (Application is over" },
	{ &send_by_graph, "400 Bad Request", "", GRAPH(
	    "ErrorInvalidRecipients", "At least one recipient isn't valid."),
	    SENT_FAILED, STATUS_MESSAGE, 0, "correct the recipient's" },
	{ &send_by_graph, "413 Too Large", "", "", SENT_FAILED,
	    STATUS_MESSAGE, 0, "send less in one mail" },
	{ &send_by_graph, "400 Bad Request", "", GRAPH("BadRequest",
	    "Resource not found for the segment 'v1.0'."), SENT_FAILED,
	    STATUS_CONFIG, 0, "check send_endpoint" },
	{ &send_by_graph, "400 Bad Request", "", GRAPH("BadRequest",
	    "The maximum request length supported is 4MB."), SENT_FAILED,
	    STATUS_MESSAGE, 0, "or run \"tokend login --send-only "
	    "--send smtp alice@example.org\"" },
	{ &send_by_graph, "404 Not Found", "", GRAPH(
	    "MailboxNotEnabledForRESTAPI", "The mailbox is either inactive"),
	    SENT_FAILED, STATUS_CONFIG, 0, "check user" },
	{ &send_by_graph, "429 Too Many Requests", "", GRAPH(
	    "ErrorSubmissionQuotaExceeded", "quota"), SENT_FAILED,
	    STATUS_LATER, 3600, "wait until tomorrow" },
	/* A limit is told to other users, too. */
	{ &send_by_graph, "429 Too Many Requests", "", GRAPH(
	    "TooManyRequests", "Wait with ya29@x.example, please"),
	    SENT_FAILED, STATUS_LATER, 60, "(Wait with ***, please)" },
	{ &send_by_gmail, "503 Unavailable", "Retry-After: 30\r\n",
	    GOOGLE("503", "backendError", "not to ya29@x.example"),
	    SENT_FAILED, STATUS_LATER, 30, "(not to ***)" },
	{ &send_by_graph, "504 Gateway Timeout", "", "", SENT_FAILED,
	    STATUS_LATER, 0, "HTTP 504" },
	{ &send_by_graph, "200 OK", "", "", SENT_FAILED, STATUS_LATER, 0,
	    "HTTP 200" }
};

TABLE_TEST(a_refusal_says_what_it_means_and_what_to_do, refusals)
{
	const struct refusal *r = &refusals[_i];
	struct step steps[] = { { PLAY_ANSWER, made, 0 },
	    { PLAY_ANSWER, NULL, 0 } };

	snprintf(made, sizeof(made), "HTTP/1.1 %s\r\nContent-Type: "
	    "text/html\r\n%sContent-Length: %zu\r\n\r\n%s", r->status,
	    r->fields, strlen(r->body), r->body);
	api_host_play(&host, steps);
	ck_assert_int_eq(send_by(r->way), r->sent);
	ck_assert_int_eq(why.code, r->code);
	ck_assert_int_eq(why.retry_after, r->retry_after);
	ck_assert_int_eq(answer.retry_after, r->retry_after);
	says(r->says);
	says("127.0.0.1 ");
	says(". Fix: ");
	ck_assert_ptr_null(strstr(why.text, "ya29"));
	ck_assert_ptr_null(strstr(answer.said, "ya29"));
	ck_assert_str_ne(answer.said, "");
	stop(r->way);
	ck_assert_int_eq(host.requests, 1);
}

TEST(graph_answers_200_to_what_is_too_large)
{
	static const struct step steps[] = {
	    { PLAY_ANSWER, EMPTY("200 OK", ""), 0 },
	    { PLAY_ANSWER, NULL, 0 } };

	make_mail(GRAPH_MOST);
	api_host_play(&host, steps);
	ck_assert_int_eq(send_by(&send_by_graph), SENT_FAILED);
	ck_assert_int_eq(why.code, STATUS_MESSAGE);
	says("200 in place of 202");
	stop(&send_by_graph);
}

/* The mail as it arrived, by the bodies of some requests. */
static void
has_arrived(const int *numbers)
{
	char *whole = read_mail();
	const char *body;
	size_t at = 0, len = 0;

	for (; *numbers != -1; numbers++) {
		body = api_host_body(&host, *numbers, &len);
		ck_assert_uint_le(at + len, (size_t)size);
		ck_assert_mem_eq(body, whole + at, len);
		at += len;
	}
	ck_assert_int_eq(at, size);
	free(whole);
}

TEST(five_megabytes_go_in_one_request)
{
	static const struct step steps[] = { { PLAY_ANSWER, GMAIL_OK, 0 },
	    { PLAY_ANSWER, NULL, 0 } };

	make_mail(GMAIL_SIMPLE);
	api_host_play(&host, steps);
	ck_assert_int_eq(send_by(&send_by_gmail), SENT_DONE);
	stop(&send_by_gmail);
	ck_assert_int_eq(host.requests, 1);
	has_arrived((const int[]){ 0, -1 });
}

TEST(more_is_put_into_a_session)
{
	static const struct step steps[] = { { PLAY_ANSWER, SESSION, 0 },
	    { PLAY_ANSWER, GMAIL_OK, 0 }, { PLAY_ANSWER, NULL, 0 } };

	make_mail(GMAIL_SIMPLE + 1);
	api_host_play(&host, steps);
	ck_assert_int_eq(send_by(&send_by_gmail), SENT_DONE);
	ck_assert_str_eq(answer.said, "18c2f0aa91");
	stop(&send_by_gmail);
	ck_assert_int_eq(host.requests, 2);
	ck_assert_int_eq(host.connections, 1);
	ck_assert(saw("uploadType=resumable HTTP/1.1\r\n"));
	ck_assert(saw("\r\nX-Upload-Content-Type: message/rfc822\r\n"));
	ck_assert(saw("\r\nX-Upload-Content-Length: 5242881\r\n"));
	ck_assert(saw("PUT /session?upload_id=x HTTP/1.1\r\n"));
	ck_assert(saw("\r\nContent-Range: bytes 0-5242880/5242881\r\n"));
	has_arrived((const int[]){ 0, 1, -1 });
}

TEST(a_broken_upload_goes_on_where_it_broke)
{
	static const struct step steps[] = { { PLAY_ANSWER, SESSION, 0 },
	    { PLAY_CUT, "", 1000000 },
	    { PLAY_ANSWER, EMPTY("308 Resume Incomplete",
	    "Range: bytes=0-999999\r\n"), 0 },
	    { PLAY_ANSWER, GMAIL_OK, 0 }, { PLAY_ANSWER, NULL, 0 } };

	make_mail(GMAIL_SIMPLE + 64);
	api_host_play(&host, steps);
	ck_assert_int_eq(send_by(&send_by_gmail), SENT_DONE);
	stop(&send_by_gmail);
	ck_assert(saw("\r\nContent-Range: bytes */5242944\r\n"));
	ck_assert(saw("\r\nContent-Range: bytes 1000000-5242943/5242944\r\n"));
	has_arrived((const int[]){ 0, 1, 2, 3, -1 });
}

TEST(an_upload_of_which_nothing_arrived_begins_again)
{
	static const struct step steps[] = { { PLAY_ANSWER, SESSION, 0 },
	    { PLAY_ANSWER, EMPTY("503 Unavailable", ""), 0 },
	    { PLAY_ANSWER, EMPTY("308 Resume Incomplete", ""), 0 },
	    { PLAY_ANSWER, GMAIL_OK, 0 }, { PLAY_ANSWER, NULL, 0 } };

	make_mail(GMAIL_SIMPLE + 64);
	api_host_play(&host, steps);
	ck_assert_int_eq(send_by(&send_by_gmail), SENT_DONE);
	stop(&send_by_gmail);
	has_arrived((const int[]){ 0, 2, 3, -1 });
}

TEST(a_lost_answer_makes_no_second_mail)
{
	static const struct step steps[] = { { PLAY_ANSWER, SESSION, 0 },
	    { PLAY_MUTE, "", 0 }, { PLAY_ANSWER, GMAIL_OK, 0 },
	    { PLAY_ANSWER, NULL, 0 } };

	make_mail(GMAIL_SIMPLE + 64);
	api_host_play(&host, steps);
	ck_assert_int_eq(send_by(&send_by_gmail), SENT_DONE);
	ck_assert_str_eq(answer.said, "18c2f0aa91");
	stop(&send_by_gmail);
	ck_assert_int_eq(host.requests, 3);
	has_arrived((const int[]){ 0, 1, -1 });
}

TEST(a_session_that_is_gone_is_begun_again)
{
	static const struct step steps[] = { { PLAY_ANSWER, SESSION, 0 },
	    { PLAY_CUT, "", 1000 },
	    { PLAY_ANSWER, EMPTY("404 Not Found", ""), 0 },
	    { PLAY_ANSWER, SESSION, 0 },
	    { PLAY_ANSWER, GMAIL_OK, 0 }, { PLAY_ANSWER, NULL, 0 } };

	make_mail(GMAIL_SIMPLE + 64);
	api_host_play(&host, steps);
	ck_assert_int_eq(send_by(&send_by_gmail), SENT_DONE);
	stop(&send_by_gmail);
	has_arrived((const int[]){ 0, 4, -1 });
}

/* All went out, and then the session is gone: it may have been taken. */
TEST(a_session_that_is_gone_after_all_was_sent_is_not)
{
	static const struct step steps[] = { { PLAY_ANSWER, SESSION, 0 },
	    { PLAY_MUTE, "", 0 },
	    { PLAY_ANSWER, EMPTY("404 Not Found", ""), 0 },
	    { PLAY_ANSWER, NULL, 0 } };

	make_mail(GMAIL_SIMPLE + 64);
	api_host_play(&host, steps);
	ck_assert_int_eq(send_by(&send_by_gmail), SENT_FAILED);
	ck_assert_int_eq(why.code, STATUS_LATER);
	says("it can arrive twice");
	stop(&send_by_gmail);
	ck_assert_int_eq(host.requests, 3);
}

/* Of nothing that is said does a byte come back; nor is it even read. */
LOOP_TEST(a_host_that_is_still_is_left, 0, 2)
{
	int64_t begun = clock_ms();

	make_mail(_i == 0 ? BYTES : GMAIL_SIMPLE);
	sender.deadline = begun + 2 * 3600 * 1000;
	sender.still_ms = 1000;
	ck_assert_int_eq(send_by(&send_by_gmail), SENT_FAILED);
	ck_assert_int_eq(why.code, STATUS_LATER);
	says("does not answer");
	/* What a request may take at least, where bytes come. */
	ck_assert_int_lt(clock_ms() - begun, UPLOAD_WAIT_MS);
	send_by_gmail.close(&sender);
}

/* Each of these would go on for ever. */
static const struct step stuck[][4] = {
	{ { PLAY_ANSWER, SESSION, 0 }, { PLAY_ANSWER,
	    EMPTY("308 Resume Incomplete", ""), 0 }, { PLAY_ANSWER, NULL, 0 } },
	{ { PLAY_ANSWER, SESSION, 0 }, { PLAY_ANSWER,
	    EMPTY("308 Resume Incomplete", "Range: bytes=0-99\r\n"), 0 },
	    { PLAY_ANSWER, NULL, 0 } },
	{ { PLAY_ANSWER, SESSION, 0 }, { PLAY_ANSWER,
	    EMPTY("308 Resume Incomplete", "Range: bytes=0-5242943\r\n"), 0 },
	    { PLAY_ANSWER, NULL, 0 } },
	{ { PLAY_ANSWER, SESSION, 0 }, { PLAY_ANSWER,
	    EMPTY("503 Unavailable", ""), 0 }, { PLAY_ANSWER, NULL, 0 } }
};

TABLE_TEST(an_upload_that_does_not_go_on_ends, stuck)
{
	make_mail(GMAIL_SIMPLE + 64);
	sender.deadline = clock_ms() + 4000;
	api_host_play(&host, stuck[_i]);
	ck_assert_int_eq(send_by(&send_by_gmail), SENT_FAILED);
	ck_assert_int_eq(why.code, STATUS_LATER);
	stop(&send_by_gmail);
	ck_assert_int_lt(host.requests, 12);
}

static const char *const sessions[] = {
	EMPTY("200 OK", "Location: https://192.0.2.1/session\r\n"),
	EMPTY("200 OK", "Location: http://localhost:1/session\r\n"),
	EMPTY("200 OK", "Location: /session\r\n"),
	EMPTY("200 OK", "")
};

TABLE_TEST(a_session_elsewhere_gets_no_token, sessions)
{
	struct step steps[] = { { PLAY_ANSWER, sessions[_i], 0 },
	    { PLAY_ANSWER, NULL, 0 } };

	make_mail(GMAIL_SIMPLE + 64);
	api_host_play(&host, steps);
	ck_assert_int_eq(send_by(&send_by_gmail), SENT_FAILED);
	ck_assert(why.code == STATUS_CONFIG || why.code == STATUS_LATER);
	stop(&send_by_gmail);
	ck_assert_int_eq(host.requests, 1);
}

TEST(a_token_goes_to_the_hosts_of_the_account)
{
	static const struct step steps[] = { { PLAY_ANSWER, ACCEPTED, 0 },
	    { PLAY_ANSWER, NULL, 0 } };
	char other[] = "graph.microsoft.com";

	account.hosts = other;
	api_host_play(&host, steps);
	ck_assert_int_eq(send_by(&send_by_graph), SENT_FAILED);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	says("the token is for other hosts");
	stop(&send_by_graph);
	ck_assert_int_eq(host.connections, 0);
}

#define HEAD_200 "HTTP/1.1 200 OK\r\nContent-Type: "

static const struct {
	enum play play;
	const char *answer;
	enum sent gmail;
	const char *says;
} odd[] = {
	{ PLAY_MUTE, "", SENT_FAILED, "it can arrive twice" },
	{ PLAY_SILENCE, "", SENT_FAILED, "it can arrive twice" },
	{ PLAY_CLOSE, "\r\n\r\n", SENT_FAILED, "it can arrive twice" },
	{ PLAY_CLOSE, "220 mail.example.org ESMTP\r\n", SENT_FAILED,
	    "it can arrive twice" },
	{ PLAY_ENDLESS, HEAD_200 "text/html\r\n\r\n", SENT_FAILED,
	    "not of Gmail's API" },
	{ PLAY_ENDLESS, "HTTP/1.1 200 OK\r\nX-Long: ", SENT_FAILED, "" },
	/* That status over verified TLS is the API's yes. */
	{ PLAY_ENDLESS, HEAD_200 "application/json\r\n\r\n", SENT_DONE, "" },
	{ PLAY_CLOSE, HEAD_200 "application/json\r\nContent-Length: 99\r\n"
	    "\r\n{\"id\"", SENT_DONE, "" },
	{ PLAY_ANSWER, HEAD_200 "application/json\r\nContent-Length: 5\r\n"
	    "\r\n{\"id\"", SENT_DONE, "" },
	{ PLAY_ANSWER, HEAD_200 "application/json\r\nContent-Length: 9\r\n"
	    "\r\n{\"id\": 1}", SENT_DONE, "" },
	{ PLAY_ANSWER, EMPTY("200 OK", ""), SENT_DONE, "" },
	{ PLAY_ANSWER, "HTTP/1.1 204 No Content\r\n\r\n", SENT_DONE, "" },
	{ PLAY_CLOSE, "HTTP/1.1 401 No\r\nContent-Length: 99\r\n\r\n{",
	    SENT_TOKEN_REFUSED, "HTTP 401" },
	{ PLAY_ENDLESS, "HTTP/1.1 403 No\r\n\r\n", SENT_FAILED, "HTTP 403" }
};

TABLE_TEST(an_answer_that_is_odd_has_an_end, odd)
{
	struct step steps[] = { { odd[_i].play, odd[_i].answer, 0 },
	    { PLAY_ANSWER, NULL, 0 } };
	int64_t begun = clock_ms();

	sender.deadline = begun + 1500;
	api_host_play(&host, steps);
	ck_assert_int_eq(send_by(&send_by_gmail), odd[_i].gmail);
	if (odd[_i].gmail == SENT_FAILED)
		ck_assert(why.code == STATUS_LATER ||
		    why.code == STATUS_CONFIG);
	if (odd[_i].gmail != SENT_DONE)
		says(odd[_i].says);
	stop(&send_by_gmail);
	ck_assert_int_eq(host.requests, 1);
	ck_assert_int_lt(clock_ms() - begun, SOON);
}

#define HEAD_202 "HTTP/1.1 202 Accepted\r\n"

static const struct step accepted[] = {
	{ PLAY_ANSWER, HEAD_202 "Content-Type: application/json\r\n"
	    "Content-Length: 5\r\n\r\n{\"id\"", 0 },
	{ PLAY_CLOSE, HEAD_202 "Content-Length: 99\r\n\r\n<html>", 0 },
	{ PLAY_CLOSE, HEAD_202 "\r\n", 0 },
	{ PLAY_ENDLESS, HEAD_202 "\r\n", 0 }
};

/* The status says all. */
TABLE_TEST(what_graph_has_accepted_is_not_sent_again, accepted)
{
	struct step steps[] = { accepted[_i], { PLAY_ANSWER, NULL, 0 } };

	sender.deadline = clock_ms() + 1500;
	api_host_play(&host, steps);
	ck_assert_int_eq(send_by(&send_by_graph), SENT_DONE);
	stop(&send_by_graph);
	ck_assert_int_eq(host.requests, 1);
}

TEST(a_kept_connection_that_has_ended_is_opened_again)
{
	static const struct step steps[] = { { PLAY_ANSWER, GMAIL_OK, 0 },
	    { PLAY_CUT, "", 1000 }, { PLAY_ANSWER, GMAIL_OK, 0 },
	    { PLAY_ANSWER, NULL, 0 } };

	make_mail(4000000);
	api_host_play(&host, steps);
	ck_assert_int_eq(send_by(&send_by_gmail), SENT_DONE);
	ck_assert_int_eq(send_by(&send_by_gmail), SENT_DONE);
	stop(&send_by_gmail);
	/* libcurl may have opened one that it then had no use for. */
	ck_assert_int_ge(host.connections, 2);
	ck_assert_int_le(host.connections, 3);
	ck_assert_int_eq(host.requests, 3);
	has_arrived((const int[]){ 2, -1 });
}

TEST(a_new_connection_that_breaks_is_not)
{
	static const struct step steps[] = { { PLAY_CUT, "", 1000 },
	    { PLAY_ANSWER, NULL, 0 } };

	make_mail(4000000);
	api_host_play(&host, steps);
	ck_assert_int_eq(send_by(&send_by_gmail), SENT_FAILED);
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_ptr_null(strstr(why.text, "twice"));
	stop(&send_by_gmail);
	ck_assert_int_eq(host.requests, 1);
}

static const struct sending_way *const ways[] = { &send_by_gmail,
    &send_by_graph };

/* It was not sent, whatever it says. */
TABLE_TEST(an_answer_before_all_was_sent_is_no_success, ways)
{
	static const struct step gmail[] = { { PLAY_EARLY, GMAIL_OK, 1000 },
	    { PLAY_ANSWER, NULL, 0 } };
	static const struct step graph[] = { { PLAY_EARLY, ACCEPTED, 1000 },
	    { PLAY_ANSWER, NULL, 0 } };

	make_mail(3000000);
	api_host_play(&host, _i == 0 ? gmail : graph);
	ck_assert_int_eq(send_by(ways[_i]), SENT_FAILED);
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_ptr_null(strstr(why.text, "twice"));
	stop(ways[_i]);
	ck_assert_int_eq(host.requests, 1);
}

TABLE_TEST(what_was_sent_whole_is_never_sent_again, ways)
{
	static const struct step first[] = { { PLAY_ANSWER, GMAIL_OK, 0 },
	    { PLAY_MUTE, "", 0 }, { PLAY_ANSWER, NULL, 0 } };
	static const struct step second[] = { { PLAY_ANSWER, ACCEPTED, 0 },
	    { PLAY_MUTE, "", 0 }, { PLAY_ANSWER, NULL, 0 } };

	api_host_play(&host, _i == 0 ? first : second);
	ck_assert_int_eq(send_by(ways[_i]), SENT_DONE);
	ck_assert_int_eq(send_by(ways[_i]), SENT_FAILED);
	ck_assert_int_eq(why.code, STATUS_LATER);
	says("it can arrive twice");
	stop(ways[_i]);
	ck_assert_int_eq(host.requests, 2);
}

static void
never_complete(const struct sending_way *way)
{
	const int64_t whole = way == &send_by_graph ? (size + 2) / 3 * 4 :
	    size;
	size_t len = 0;

	ck_assert_int_le(host.requests, 1);
	if (host.requests == 1)
		api_host_body(&host, 0, &len);
	ck_assert_int_lt(len, whole);
}

static int gos;

static int
refuse_go(struct sender *s, struct failure *f)
{
	(void)s;
	gos++;
	return (fail)(f, STATUS_LATER, "the client has ended");
}

static int
give_go(struct sender *s, struct failure *f)
{
	(void)s;
	(void)f;
	gos++;
	return 0;
}

TABLE_TEST(without_a_go_the_request_is_never_complete, ways)
{
	static const struct step steps[] = { { PLAY_ANSWER, GMAIL_OK, 0 },
	    { PLAY_ANSWER, NULL, 0 } };

	make_mail(200000);
	gos = 0;
	sender.ask_go = refuse_go;
	api_host_play(&host, steps);
	ck_assert_int_eq(send_by(ways[_i]), SENT_FAILED);
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_str_eq(why.text, "the client has ended");
	ck_assert_int_eq(gos, 1);
	stop(ways[_i]);
	never_complete(ways[_i]);
}

TEST(the_go_is_asked_for_once)
{
	static const struct step steps[] = { { PLAY_ANSWER, SESSION, 0 },
	    { PLAY_ANSWER, EMPTY("503 Unavailable", ""), 0 },
	    { PLAY_ANSWER, EMPTY("308 Resume Incomplete", ""), 0 },
	    { PLAY_ANSWER, GMAIL_OK, 0 }, { PLAY_ANSWER, NULL, 0 } };

	make_mail(GMAIL_SIMPLE + 64);
	gos = 0;
	sender.ask_go = give_go;
	api_host_play(&host, steps);
	ck_assert_int_eq(send_by(&send_by_gmail), SENT_DONE);
	ck_assert_int_eq(gos, 1);
	stop(&send_by_gmail);
}

/* Its size is known by then. */
TABLE_TEST(a_mail_that_changes_is_not_sent, ways)
{
	static const struct step steps[] = { { PLAY_ANSWER, GMAIL_OK, 0 },
	    { PLAY_ANSWER, NULL, 0 } };

	make_mail(200000);
	ck_assert_int_eq(ftruncate(file, 150000), 0);
	api_host_play(&host, steps);
	ck_assert_int_eq(send_by(ways[_i]), SENT_FAILED);
	ck_assert_int_eq(why.code, STATUS_LATER);
	stop(ways[_i]);
	never_complete(ways[_i]);
}

/* libcurl 8.7 asks for what its buffer has room for, and that may be a byte. */
LOOP_TEST(a_read_may_have_room_for_one_byte, 1, 70)
{
	struct api_call call = { .mail = mail };
	char *whole = calloc(1, BYTES), *part = calloc(1, BYTES + 2);
	size_t len = 0, asked = 0;
	ssize_t n;

	ck_assert(whole != NULL && part != NULL);
	make_mail(BYTES);
	for (n = 0; len < BYTES; len += (size_t)n)
		ck_assert_int_gt(n = outgoing_read(mail, whole + len,
		    BYTES - len), 0);
	outgoing_rewind(mail);
	for (len = 0; len < BYTES; len += (size_t)n) {
		asked = asked == 1 ? (size_t)_i : 1;
		n = api_read_mail(&call, part + len, asked);
		ck_assert_int_gt(n, 0);
		ck_assert_uint_le((size_t)n, asked);
	}
	ck_assert_int_eq(memcmp(whole, part, BYTES), 0);
	ck_assert_int_eq(api_read_mail(&call, part, 1), 0);
	ck_assert_int_eq(call.read_error, 0);
	free(whole);
	free(part);
}

/* The answer to the first mail must not be taken for one to the second. */
TABLE_TEST(for_a_client_that_has_left_nothing_is_asked, ways)
{
	static const struct step first[] = { { PLAY_ANSWER, GMAIL_OK, 0 },
	    { PLAY_ANSWER, NULL, 0 } };
	static const struct step second[] = { { PLAY_ANSWER, ACCEPTED, 0 },
	    { PLAY_ANSWER, NULL, 0 } };
	int ends[2];

	api_host_play(&host, _i == 0 ? first : second);
	ck_assert_int_eq(send_by(ways[_i]), SENT_DONE);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	sender.client = ends[0];
	close(ends[1]);
	ck_assert_int_eq(send_by(ways[_i]), SENT_FAILED);
	ck_assert_int_eq(why.code, STATUS_LATER);
	says("nothing was sent");
	close(ends[0]);
	stop(ways[_i]);
	ck_assert_int_eq(host.requests, 1);
}
