/* SPDX-License-Identifier: BSD-2-Clause */
/* test_proto.c - the line protocol, PROTOCOL word for word */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "proto.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define ID "0123456789abcdef0123456789abcdef"
#define GOOD_ANSWER "tokend=1\ncode=ok\ntoken=abc.DEF==\nid=" ID "\n" \
	"user=someone@example.org\nissued=100\nfresh_until=200\nexpires=300\n\n"

static struct failure why;

static void
set(struct buf *b, const void *data, size_t len)
{
	*b = (struct buf)BUF_INIT(PROTO_MESSAGE_MAX);
	ck_assert_int_eq(buf_add(b, data, len), 0);
}

static int
decode_request(struct request *r, struct buf *raw, const char *message)
{
	set(raw, message, strlen(message));
	memset(&why, 0, sizeof(why));
	return request_decode(r, raw, &why);
}

static int
decode_answer(struct answer *a, const char *message)
{
	struct buf raw;

	*a = (struct answer)ANSWER_INIT;
	set(&raw, message, strlen(message));
	memset(&why, 0, sizeof(why));
	return answer_decode(a, &raw, &why);
}

TEST(a_get_goes_round)
{
	struct request r = { .verb = VERB_GET, .account = "acct",
	    .authid = "me", .authzid = "other", .service = "smtp",
	    .host = "smtp.example.org", .mechanism = "XOAUTH2",
	    .wait = 9500 }, back;
	struct buf b = BUF_INIT(PROTO_MESSAGE_MAX);

	ck_assert_int_eq(request_encode(&r, &b), 0);
	ck_assert_str_eq(buf_text(&b), "tokend=1\nverb=get\naccount=acct\n"
	    "authid=me\nauthzid=other\nservice=smtp\nhost=smtp.example.org\n"
	    "mechanism=XOAUTH2\nwait=9500\n\n");
	ck_assert_int_eq(request_decode(&back, &b, &why), 0);
	ck_assert_int_eq(back.verb, VERB_GET);
	ck_assert_str_eq(back.account, "acct");
	ck_assert_str_eq(back.authid, "me");
	ck_assert_str_eq(back.authzid, "other");
	ck_assert_str_eq(back.service, "smtp");
	ck_assert_str_eq(back.host, "smtp.example.org");
	ck_assert_str_eq(back.mechanism, "XOAUTH2");
	ck_assert_int_eq(back.wait, 9500);
	ck_assert_ptr_null(back.id);
	ck_assert_ptr_null(back.challenge);
	buf_free(&b);
}

TEST(a_doubt_goes_round)
{
	struct request r = { .verb = VERB_DOUBT, .account = "acct",
	    .host = "smtp.example.org", .id = ID }, back;
	struct buf b = BUF_INIT(PROTO_MESSAGE_MAX);

	ck_assert_int_eq(request_encode(&r, &b), 0);
	ck_assert_int_eq(request_decode(&back, &b, &why), 0);
	ck_assert_int_eq(back.verb, VERB_DOUBT);
	ck_assert_str_eq(back.id, ID);
	ck_assert_ptr_null(back.challenge);
	buf_free(&b);
}

TEST(a_reject_goes_round)
{
	struct request r = { .verb = VERB_REJECT, .account = "acct",
	    .host = "smtp.example.org", .id = ID,
	    .challenge = "{\"status\":\"401\"}" }, back;
	struct buf b = BUF_INIT(PROTO_MESSAGE_MAX);

	ck_assert_int_eq(request_encode(&r, &b), 0);
	ck_assert_int_eq(request_decode(&back, &b, &why), 0);
	ck_assert_int_eq(back.verb, VERB_REJECT);
	ck_assert_str_eq(back.id, ID);
	ck_assert_str_eq(back.challenge, "{\"status\":\"401\"}");
	ck_assert_ptr_null(back.authid);
	ck_assert_ptr_null(back.mechanism);
	ck_assert_int_eq(back.wait, 0);
	buf_free(&b);
}

TEST(a_send_goes_round)
{
	struct request r = { .verb = VERB_SEND, .account = "acct",
	    .wait = 900000 }, back;
	struct buf b = BUF_INIT(PROTO_MESSAGE_MAX);

	ck_assert_int_eq(request_encode(&r, &b), 0);
	ck_assert_str_eq(buf_text(&b), "tokend=1\nverb=send\naccount=acct\n"
	    "wait=900000\n\n");
	ck_assert_int_eq(request_decode(&back, &b, &why), 0);
	ck_assert_int_eq(back.verb, VERB_SEND);
	ck_assert_str_eq(back.account, "acct");
	ck_assert_int_eq(back.wait, 900000);
	ck_assert_ptr_null(back.host);
	ck_assert(back.pass == NULL);
	buf_free(&b);
}

TEST(a_mail_is_answered_in_the_providers_words)
{
	char words[] = "250 2.0.0 taken";
	struct answer a = ANSWER_INIT, back = ANSWER_INIT;
	struct buf b = BUF_INIT(PROTO_MESSAGE_MAX);

	a.said = words;
	ck_assert_int_eq(answer_encode(&a, &b), 0);
	ck_assert_str_eq(buf_text(&b), "tokend=1\ncode=ok\n"
	    "said=250 2.0.0 taken\n\n");
	ck_assert_int_eq(answer_decode(&back, &b, &why), 0);
	ck_assert_int_eq(back.failure.code, STATUS_OK);
	ck_assert_str_eq(back.said, words);
	ck_assert_ptr_null(back.token);
	answer_free(&back);
	ck_assert_ptr_null(back.said);
	ck_assert_int_eq(decode_answer(&back,
	    "tokend=1\ncode=ok\nsaid=a\033[2Jb\n\n"), 0);
	ck_assert_str_eq(back.said, "a?[2Jb");
	answer_free(&back);
}

TEST(unknown_attributes_of_a_request_are_ignored)
{
	struct request r;
	struct buf raw;

	ck_assert_int_eq(decode_request(&r, &raw, "tokend=1\nverb=get\n"
	    "new_thing=x\naccount=a\nmechanism=none\nanother=\n\n"), 0);
	ck_assert_str_eq(r.account, "a");
	buf_free(&raw);
}

static const struct {
	const char *message;
	enum status code;
	const char *text;
} bad_requests[] = {
	{ "\n", STATUS_INTERNAL, "does not speak" },
	{ "verb=get\ntokend=1\naccount=a\nmechanism=none\n\n",
	    STATUS_INTERNAL, "does not speak" },
	{ "tokend=2\nverb=get\naccount=a\nmechanism=none\n\n",
	    STATUS_VERSION, "version \"2\"" },
	{ "tokend=\nverb=get\naccount=a\nmechanism=none\n\n",
	    STATUS_VERSION, "version \"\"" },
	{ "tokend=11\nverb=get\naccount=a\nmechanism=none\n\n",
	    STATUS_VERSION, "version \"11\"" },
	{ "tokend=2\nunheard=of\n\n", STATUS_VERSION, "version" },
	{ "tokend=1\naccount=a\nmechanism=none\n\n", STATUS_INTERNAL,
	    "verb" },
	{ "tokend=1\nverb=GET\naccount=a\nmechanism=none\n\n",
	    STATUS_INTERNAL, "verb" },
	{ "tokend=1\nverb=store\naccount=a\nmechanism=none\n\n",
	    STATUS_INTERNAL, "verb" },
	{ "tokend=1\nverb=get\nmechanism=none\n\n", STATUS_INTERNAL,
	    "lacks an attribute" },
	{ "tokend=1\nverb=get\naccount=a\n\n", STATUS_INTERNAL,
	    "lacks an attribute" },
	{ "tokend=1\nverb=doubt\naccount=a\nhost=h\n\n", STATUS_INTERNAL,
	    "lacks an attribute" },
	{ "tokend=1\nverb=reject\naccount=a\nhost=h\n\n", STATUS_INTERNAL,
	    "lacks an attribute" },
	{ "tokend=1\nverb=get\nverb=get\naccount=a\nmechanism=none\n\n",
	    STATUS_INTERNAL, "twice" },
	{ "tokend=1\nverb=get\naccount=a\nmechanism=none\n\n\n",
	    STATUS_INTERNAL, "" },
	{ "GET / HTTP/1.0\r\n\r\n", STATUS_INTERNAL, "" },
};

TABLE_TEST(a_bad_request_is_refused, bad_requests)
{
	struct request r;
	struct buf raw;

	ck_assert_int_eq(decode_request(&r, &raw, bad_requests[_i].message),
	    -1);
	ck_assert_int_eq(why.code, bad_requests[_i].code);
	ck_assert_msg(strstr(why.text, bad_requests[_i].text) != NULL, "%s",
	    why.text);
	buf_free(&raw);
}

static const struct {
	const char *wait;
	int64_t read;
} waits[] = {
	{ "1", 1 }, { "60000", 60000 }, { "0", 0 }, { "-5", 0 }, { "x", 0 },
	{ "9999999999999999999", 0 }, { "", 0 },
};

TABLE_TEST(a_wait_is_read_or_not_said, waits)
{
	char message[200];
	struct request r;
	struct buf raw;

	snprintf(message, sizeof(message), "tokend=1\nverb=get\naccount=a\n"
	    "mechanism=none\nwait=%s\n\n", waits[_i].wait);
	ck_assert_int_eq(decode_request(&r, &raw, message), 0);
	ck_assert_int_eq(r.wait, waits[_i].read);
	buf_free(&raw);
}

/* Whatever a caller puts in, it stays one value of one line. */
LOOP_TEST(no_value_of_a_request_breaks_its_line, 0, 8)
{
	struct request r = { .verb = VERB_GET, .account = "a",
	    .mechanism = "none" };
	const char **members[] = { &r.account, &r.authid, &r.authzid,
	    &r.service, &r.host, &r.mechanism, &r.id, &r.challenge };
	struct buf b = BUF_INIT(PROTO_MESSAGE_MAX);
	const char *before = *members[_i];

	*members[_i] = "x\nhost=evil.example.org";
	errno = 0;
	ck_assert_int_eq(request_encode(&r, &b), -1);
	ck_assert_int_eq(errno, EINVAL);
	buf_reset(&b);
	*members[_i] = "x\r";
	ck_assert_int_eq(request_encode(&r, &b), -1);
	*members[_i] = before;
	buf_reset(&b);
	ck_assert_int_eq(request_encode(&r, &b), 0);
	buf_free(&b);
}

TEST(a_value_too_long_is_not_sent)
{
	struct request r = { .verb = VERB_GET, .account = "a",
	    .mechanism = "none" };
	struct buf b = BUF_INIT(PROTO_MESSAGE_MAX);
	char *much = malloc(ATTR_LINE_MAX + 1);

	memset(much, 'x', ATTR_LINE_MAX);
	much[ATTR_LINE_MAX] = '\0';
	r.host = much;
	errno = 0;
	ck_assert_int_eq(request_encode(&r, &b), -1);
	ck_assert_int_eq(errno, EMSGSIZE);
	buf_free(&b);
	free(much);
}

TEST(an_answer_with_a_token_goes_round)
{
	struct answer a = ANSWER_INIT, back = ANSWER_INIT;
	struct buf b = BUF_INIT(PROTO_MESSAGE_MAX);

	a.failure.code = STATUS_OK;
	a.token = "abc.DEF==";
	a.id = ID;
	a.user = "someone@example.org";
	a.issued = 100;
	a.fresh_until = 200;
	a.expires = 300;
	ck_assert_int_eq(answer_encode(&a, &b), 0);
	ck_assert_str_eq(buf_text(&b), GOOD_ANSWER);
	ck_assert_int_eq(answer_decode(&back, &b, &why), 0);
	ck_assert_int_eq(back.failure.code, STATUS_OK);
	ck_assert_str_eq(back.token, a.token);
	ck_assert_str_eq(back.id, ID);
	ck_assert_str_eq(back.user, a.user);
	ck_assert_int_eq(back.issued, 100);
	ck_assert_int_eq(back.fresh_until, 200);
	ck_assert_int_eq(back.expires, 300);
	/* The bytes have moved. */
	ck_assert_ptr_null(b.data);
	ck_assert_uint_eq(b.max, PROTO_MESSAGE_MAX);
	ck_assert_uint_gt(back.raw.len, 0);
	answer_free(&back);
	ck_assert_ptr_null(back.token);
	ck_assert_ptr_null(back.raw.data);
}

static const enum status failures[] = { STATUS_LATER, STATUS_SIGN_IN,
    STATUS_DENIED, STATUS_HOST, STATUS_REJECTED, STATUS_NO_ACCOUNT,
    STATUS_CONFIG, STATUS_VERSION, STATUS_INTERNAL };

TABLE_TEST(a_failure_goes_round, failures)
{
	struct answer a = ANSWER_INIT, back = ANSWER_INIT;
	struct buf b = BUF_INIT(PROTO_MESSAGE_MAX);
	char text[FAILURE_TEXT_MAX + 1];

	memset(text, 'x', FAILURE_TEXT_MAX);
	text[FAILURE_TEXT_MAX] = '\0';
	(fail)(&a.failure, failures[_i], "%s", text);
	a.failure.retry_after = _i;
	a.token = "secret";	/* a failure carries none */
	ck_assert_int_eq(answer_encode(&a, &b), 0);
	ck_assert_ptr_null(strstr(buf_text(&b), "secret"));
	ck_assert_int_eq(answer_decode(&back, &b, &why), 0);
	ck_assert_int_eq(back.failure.code, failures[_i]);
	ck_assert_str_eq(back.failure.text, text);
	ck_assert_int_eq(back.failure.retry_after, _i);
	ck_assert_ptr_null(back.token);
	answer_free(&back);
	buf_free(&b);
}

TEST(a_reject_is_answered_by_its_code)
{
	struct answer a = ANSWER_INIT, back;
	struct buf b = BUF_INIT(PROTO_MESSAGE_MAX);

	a.failure.code = STATUS_OK;
	ck_assert_int_eq(answer_encode(&a, &b), 0);
	ck_assert_str_eq(buf_text(&b), "tokend=1\ncode=ok\n\n");
	buf_free(&b);
	ck_assert_int_eq(decode_answer(&back, "tokend=1\ncode=ok\n\n"), 0);
	ck_assert_int_eq(back.failure.code, STATUS_OK);
	ck_assert_ptr_null(back.token);
	answer_free(&back);
}

TEST(what_a_peer_says_is_made_fit_to_be_shown)
{
	char message[FAILURE_TEXT_MAX * 2];
	struct answer a;
	size_t at;

	at = (size_t)snprintf(message, sizeof(message),
	    "tokend=1\ncode=later\nretry_after=-3\ntext=\033[31m\xff");
	memset(message + at, 'y', FAILURE_TEXT_MAX);
	memcpy(message + at + FAILURE_TEXT_MAX, "\n\n", 3);
	ck_assert_int_eq(decode_answer(&a, message), 0);
	ck_assert_int_eq(a.failure.code, STATUS_LATER);
	ck_assert_uint_eq(strlen(a.failure.text), FAILURE_TEXT_MAX);
	ck_assert_int_eq(strncmp(a.failure.text, "?[31m?yyy", 9), 0);
	ck_assert_int_eq(a.failure.retry_after, 0);
	answer_free(&a);
	ck_assert_int_eq(decode_answer(&a, "tokend=1\ncode=later\n\n"), 0);
	ck_assert_str_eq(a.failure.text, "tokend gave no reason");
	answer_free(&a);
}

static const struct {
	const char *message;
	enum status code;
	const char *text;
} bad_answers[] = {
	{ "\n", STATUS_INTERNAL, "does not speak" },
	{ "code=ok\n\n", STATUS_INTERNAL, "does not speak" },
	{ "tokend=2\ncode=ok\n\n", STATUS_VERSION, "\"2\"" },
	{ "tokend=1\n\n", STATUS_INTERNAL, "code that is not known" },
	{ "tokend=1\ncode=\n\n", STATUS_INTERNAL, "code that is not known" },
	{ "tokend=1\ncode=fine\n\n", STATUS_INTERNAL,
	    "code that is not known" },
	{ "tokend=1\ncode=ok\ncode=ok\n\n", STATUS_INTERNAL, "twice" },
	{ "tokend=1\ncode=ok\n\nx", STATUS_INTERNAL, "" },
	{ "tokend=1\ncode=ok\ntoken=a\nissued=1\nfresh_until=2\nexpires=3\n\n",
	    STATUS_INTERNAL, "unusable token" },
	{ "tokend=1\ncode=ok\ntoken=\nid=" ID "\nissued=1\nfresh_until=2\n"
	    "expires=3\n\n", STATUS_INTERNAL, "unusable token" },
	{ "tokend=1\ncode=ok\ntoken=a b\nid=" ID "\nissued=1\nfresh_until=2\n"
	    "expires=3\n\n", STATUS_INTERNAL, "unusable token" },
	{ "tokend=1\ncode=ok\ntoken=a\001b\nid=" ID "\nissued=1\n"
	    "fresh_until=2\nexpires=3\n\n", STATUS_INTERNAL,
	    "unusable token" },
	{ "tokend=1\ncode=ok\ntoken=a\nid=" ID "\nuser=a\001auth=x\nissued=1\n"
	    "fresh_until=2\nexpires=3\n\n", STATUS_INTERNAL,
	    "unusable token" },
	{ "tokend=1\ncode=ok\ntoken=a\nid=" ID "\nuser=\xff\nissued=1\n"
	    "fresh_until=2\nexpires=3\n\n", STATUS_INTERNAL,
	    "unusable token" },
	{ "tokend=1\ncode=ok\ntoken=a\nid=" ID "\nfresh_until=2\nexpires=3\n"
	    "\n", STATUS_INTERNAL, "unusable token" },
	{ "tokend=1\ncode=ok\ntoken=a\nid=" ID "\nissued=1\nexpires=3\n\n",
	    STATUS_INTERNAL, "unusable token" },
	{ "tokend=1\ncode=ok\ntoken=a\nid=" ID "\nissued=1\nfresh_until=2\n"
	    "\n", STATUS_INTERNAL, "unusable token" },
	{ "tokend=1\ncode=ok\ntoken=a\nid=" ID "\nissued=1\nfresh_until=2\n"
	    "expires=soon\n\n", STATUS_INTERNAL, "unusable token" },
};

TABLE_TEST(a_bad_answer_is_refused, bad_answers)
{
	struct answer a;

	ck_assert_int_eq(decode_answer(&a, bad_answers[_i].message), -1);
	ck_assert_int_eq(why.code, bad_answers[_i].code);
	ck_assert_msg(strstr(why.text, bad_answers[_i].text) != NULL, "%s",
	    why.text);
	answer_free(&a);
}

TEST(a_token_has_9000_bytes_at_most)
{
	char *message = malloc(TOKEN_MAX + 500);
	struct answer a;
	int more, at;

	for (more = 0; more < 2; more++) {
		at = sprintf(message, "tokend=1\ncode=ok\ntoken=");
		memset(message + at, 't', (size_t)(TOKEN_MAX + more));
		sprintf(message + at + TOKEN_MAX + more, "\nid=" ID
		    "\nissued=1\nfresh_until=2\nexpires=3\n\n");
		ck_assert_int_eq(decode_answer(&a, message), -more);
		answer_free(&a);
	}
	free(message);
}

TEST(a_cut_answer_is_no_answer)
{
	struct answer a;
	size_t len = strlen(GOOD_ANSWER), i;
	struct buf raw;

	for (i = 0; i <= len; i++) {
		a = (struct answer)ANSWER_INIT;
		set(&raw, GOOD_ANSWER, i);
		ck_assert_int_eq(answer_decode(&a, &raw, &why),
		    i == len ? 0 : -1);
		answer_free(&a);
		buf_free(&raw);
	}
}

TEST(a_changed_byte_does_no_harm)
{
	struct answer a;
	struct request r;
	size_t len = strlen(GOOD_ANSWER), i;
	struct buf raw;
	int c;

	for (i = 0; i < len; i++) {
		for (c = 0; c < 256; c++) {
			a = (struct answer)ANSWER_INIT;
			set(&raw, GOOD_ANSWER, len);
			raw.data[i] = (char)c;
			if (answer_decode(&a, &raw, &why) == 0 &&
			    a.failure.code == STATUS_OK && a.token != NULL) {
				ck_assert_ptr_nonnull(a.id);
				ck_assert_uint_gt(strlen(a.token), 0);
			}
			answer_free(&a);
			set(&raw, GOOD_ANSWER, len);
			raw.data[i] = (char)c;
			ck_assert_int_eq(request_decode(&r, &raw, &why), -1);
			buf_free(&raw);
		}
	}
}

/* Lines of the vocabulary in any order and number, and some noise. */
TEST(random_messages_do_no_harm)
{
	static const char *const lines[] = { "tokend=1\n", "tokend=2\n",
	    "verb=get\n", "verb=reject\n", "account=a\n", "mechanism=none\n",
	    "id=" ID "\n", "host=h\n", "code=ok\n", "code=later\n",
	    "text=t\n", "token=abc\n", "issued=1\n", "fresh_until=2\n",
	    "expires=3\n", "user=u\n", "\n", "x", "=\n", "\xff\n" };
	struct answer a;
	struct request r;
	struct buf b;
	int round, n;

	srand(2);
	for (round = 0; round < 20000; round++) {
		b = (struct buf)BUF_INIT(PROTO_MESSAGE_MAX);
		ck_assert_int_eq(buf_adds(&b, "tokend=1\n"), 0);
		for (n = rand() % 12; n > 0; n--)
			ck_assert_int_eq(buf_adds(&b, lines[rand() %
			    COUNT(lines)]), 0);
		ck_assert_int_eq(buf_adds(&b, "\n"), 0);
		set(&a.raw, b.data, b.len);
		if (request_decode(&r, &a.raw, &why) == 0)
			ck_assert_ptr_nonnull(r.account);
		buf_free(&a.raw);
		a = (struct answer)ANSWER_INIT;
		if (answer_decode(&a, &b, &why) == 0 && a.token != NULL)
			ck_assert_ptr_nonnull(a.id);
		answer_free(&a);
	}
}
