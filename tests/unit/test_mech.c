/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_mech.c - the state machine, with a host that does what the test says
 * and a tokend that follows a script; the client half between them is real.
 */
#include "client.h"
#include "encode.h"
#include "fake_host.h"
#include "mech.h"
#include "plugin_support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "unit.h"	/* last: check.h has a macro fail() */

#define ID "00112233445566778899aabbccddeeff"
#define OK_ANSWER(more) "tokend=1\ncode=ok\ntoken=new.token\nid=" ID "\n" \
	more "issued=1\nfresh_until=2\nexpires=3\n\n"

static struct client_settings settings;
static struct failure broken;
static struct role role;
static void *login;
static sasl_out_params_t oparams;
static const char *out;
static unsigned outlen;

static void
setup(void)
{
	host_reset();
	world_open();
	ck_assert_int_eq(client_settings_read(&settings, "/nonexistent/x",
	    &broken), 0);
	memset(&role, 0, sizeof(role));
	role.settings = &settings;
	login = NULL;
}

static void
end_login(void)
{
	mech_dispose(login, &host.utils);
	login = NULL;
}

static void
teardown(void)
{
	end_login();
	client_settings_free(&settings);
	world_close();
	ck_assert_int_eq(host.live, 0);
}

FIXTURE(setup, teardown);

static void
begin(enum mechanism mechanism)
{
	end_login();
	memset(&oparams, 0, sizeof(oparams));
	host.texts = 0;
	host.text[0] = '\0';
	role.mechanism = mechanism;
	ck_assert_int_eq(mech_new(&role, &host.params, &login), SASL_OK);
	ck_assert_ptr_nonnull(login);
}

static int
step(const char *in, size_t len)
{
	out = "unset";
	outlen = 77;
	return mech_step(login, &host.params, in, (unsigned)len, NULL, &out,
	    &outlen, &oparams);
}

static void
sent(const char *message, size_t len)
{
	ck_assert_ptr_nonnull(out);
	ck_assert_uint_eq(outlen, len);
	ck_assert_mem_eq(out, message, len);
	ck_assert_int_eq(out[len], '\0');
}

#define SENT(message) sent(message, sizeof(message) - 1)

/* One whole first step, which must come to this message. */
static void
first(enum mechanism mechanism, const char *message, size_t len)
{
	begin(mechanism);
	ck_assert_int_eq(step(NULL, 0), SASL_CONTINUE);
	sent(message, len);
	ck_assert_int_eq(host.texts, 0);
}

#define FIRST(mechanism, message) \
	first(mechanism, message, sizeof(message) - 1)

static void
refused(enum mechanism mechanism, int code, const char *words)
{
	begin(mechanism);
	ck_assert_int_eq(step(NULL, 0), code);
	ck_assert_ptr_null(out);
	ck_assert_uint_eq(outlen, 0);
	ck_assert_int_eq(host.texts, 1);
	ck_assert_msg(strncmp(host.text, "tokend: ", 8) == 0 &&
	    strstr(host.text + 8, "tokend: ") == NULL, "%s", host.text);
	ck_assert_msg(strstr(host.text, words) != NULL, "%s", host.text);
}

TEST(a_cached_token_goes_out)
{
	static const char *const nothing[] = { ANSWER_CLOSE };

	tokend_start(nothing, 1);
	world_token("alice", "t0ken", NULL);
	FIRST(MECH_XOAUTH2, "user=alice\001auth=Bearer t0ken\001\001");
	ck_assert_str_eq(oparams.authid, "alice");
	ck_assert_str_eq(oparams.user, "alice");
	ck_assert_uint_eq(oparams.doneflag, 0);
	FIRST(MECH_OAUTHBEARER, "n,a=alice,\001auth=Bearer t0ken\001\001");
	ck_assert_uint_eq(tokend_requests(), 0);
}

TEST(whatever_comes_first_changes_nothing)
{
	static const struct {
		const char *data;
		size_t len;
	} words[] = {
		{ NULL, 0 }, { "", 0 }, { "x", 0 }, { "go ahead", 8 },
		{ "{\"status\":\"400\"}", 16 }, { "\0\0", 2 }
	};
	size_t i;

	world_token("alice", "t0ken", NULL);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		begin(MECH_XOAUTH2);
		ck_assert_int_eq(step(words[i].data, words[i].len),
		    SASL_CONTINUE);
		SENT("user=alice\001auth=Bearer t0ken\001\001");
	}
}

static void
check_done(void)
{
	ck_assert_uint_eq(oparams.doneflag, 1);
	ck_assert_uint_eq(oparams.mech_ssf, 0);
	ck_assert_uint_eq(oparams.maxoutbuf, 0);
	ck_assert_ptr_null(oparams.encode_context);
	ck_assert_ptr_null(oparams.decode_context);
	ck_assert(oparams.encode == NULL);
	ck_assert(oparams.decode == NULL);
	ck_assert_int_eq(oparams.param_version, 0);
}

TEST(the_second_step_is_always_the_last)
{
	static const struct {
		const char *data;
		size_t len;
	} words[] = {
		{ NULL, 0 }, { "", 0 }, { "x", 0 },
		{ "{\"status\":\"invalid_token\"}", 26 },
		{ "AUTHENTICATE XOAUTH2 ", 21 }, { "\0", 1 },
		{ "\xff\xfe{", 3 }, { " \t\r\n", 4 }, { "{", 1 }
	};
	static const char *const nothing[] = { ANSWER_CLOSE };
	const char *message;
	size_t i;
	int m;

	tokend_start(nothing, 1);
	world_token("alice", "t0ken", NULL);
	for (i = 0; i < 2 * (sizeof(words) / sizeof(words[0])); i++) {
		m = (int)(i % 2);
		begin((enum mechanism)m);
		ck_assert_int_eq(step(NULL, 0), SASL_CONTINUE);
		message = out;
		memset(&oparams.encode, 0x55, sizeof(oparams.encode));
		oparams.decode_context = &i;
		oparams.maxoutbuf = 9;
		ck_assert_int_eq(step(words[i / 2].data, words[i / 2].len),
		    SASL_OK);
		if (m == MECH_OAUTHBEARER && words[i / 2].len > 0)
			SENT("\001");
		else
			SENT("");
		check_done();
		/* Hosts send from the first message again. */
		ck_assert_ptr_ne(out, message);
		ck_assert_ptr_nonnull(strstr(message, "Bearer t0ken\001"));
		ck_assert_int_eq(host.texts, 0);
	}
}

static void
cache_with_users(const char *user, const char *smtp, const char *imap,
    const char *pop)
{
	struct cache c = CACHE_INIT;

	c.token = "t";
	c.users.user = user;
	c.users.smtp = smtp;
	c.users.imap = imap;
	c.users.pop = pop;
	world_cache("alice", &c);
}

/* The mailbox with this name to act for (NULL: none) and this service. */
static void
mailbox(const char *user, const char *service, const char *expected)
{
	host.user.how = user != NULL ? HOW_CALL : HOW_ABSENT;
	host.user.value = user;
	host.params.service = service;
	begin(MECH_XOAUTH2);
	ck_assert_int_eq(step(NULL, 0), SASL_CONTINUE);
	ck_assert_int_eq(strncmp(out, "user=", 5), 0);
	ck_assert_int_eq(strncmp(out + 5, expected, strlen(expected)), 0);
	ck_assert_int_eq(out[5 + strlen(expected)], '\001');
	begin(MECH_OAUTHBEARER);
	ck_assert_int_eq(step(NULL, 0), SASL_CONTINUE);
	ck_assert_int_eq(strncmp(out, "n,a=", 4), 0);
	ck_assert_int_eq(strncmp(out + 4, expected, strlen(expected)), 0);
	ck_assert_int_eq(out[4 + strlen(expected)], ',');
	ck_assert_str_eq(oparams.authid, "alice");
	ck_assert_str_eq(oparams.user, user != NULL && *user != '\0' ? user :
	    "alice");
}

TEST(the_order_of_mailboxes)
{
	cache_with_users(NULL, NULL, NULL, NULL);
	mailbox(NULL, "smtp", "alice");
	mailbox("", "smtp", "alice");
	mailbox("alice", "smtp", "alice");
	mailbox("info@example.org", "smtp", "info@example.org");
	cache_with_users("u@example.org", NULL, NULL, NULL);
	mailbox(NULL, "smtp", "u@example.org");
	mailbox("alice", "imap", "u@example.org");
	mailbox("info@example.org", "imap", "info@example.org");
	cache_with_users("u@example.org", "s@example.org", "i@example.org",
	    "p@example.org");
	mailbox(NULL, "smtp", "s@example.org");
	mailbox("alice", "lmtp", "s@example.org");
	mailbox(NULL, "imap", "i@example.org");
	mailbox(NULL, "pop", "p@example.org");
	mailbox(NULL, "ldap", "u@example.org");
	mailbox("info@example.org", "smtp", "info@example.org");
	cache_with_users(NULL, "s@example.org", NULL, NULL);
	mailbox(NULL, "imap", "alice");
}

TEST(a_mailbox_that_cannot_be_sent)
{
	cache_with_users("a\001auth=Bearer x\001\001", NULL, NULL, NULL);
	refused(MECH_XOAUTH2, SASL_BADPARAM, "the mailbox \"a?auth");
	refused(MECH_OAUTHBEARER, SASL_BADPARAM, "\"alice\": the mailbox");
}

static void
password(const char *value)
{
	host.pass = (struct source){ .how = HOW_CALL, .value = value };
}

TEST(the_password_picks_the_account)
{
	world_token("alice", "ta", NULL);
	world_token("work", "tw", NULL);
	password(NULL);
	FIRST(MECH_XOAUTH2, "user=alice\001auth=Bearer ta\001\001");
	password("");
	FIRST(MECH_XOAUTH2, "user=alice\001auth=Bearer ta\001\001");
	password("tokend");
	FIRST(MECH_XOAUTH2, "user=alice\001auth=Bearer ta\001\001");
	ck_assert_int_eq(host.pass.called, 1);
	password("tokend:Work");
	FIRST(MECH_XOAUTH2, "user=alice\001auth=Bearer tw\001\001");
	host.pass.how = HOW_PROMPT;
	FIRST(MECH_XOAUTH2, "user=alice\001auth=Bearer ta\001\001");
	password(NULL);
	host.pass.code = SASL_FAIL;
	FIRST(MECH_XOAUTH2, "user=alice\001auth=Bearer ta\001\001");
	/* The name of an account is folded; the mailbox is not. */
	host.authname.value = "Alice";
	FIRST(MECH_XOAUTH2, "user=Alice\001auth=Bearer ta\001\001");
}

TEST(a_token_in_the_password_needs_no_tokend)
{
	static const char *const nothing[] = { ANSWER_CLOSE };

	tokend_start(nothing, 1);
	host.authname.value = "no/account,name";
	password("bearer:tt");
	FIRST(MECH_OAUTHBEARER,
	    "n,a=no/account=2Cname,\001auth=Bearer tt\001\001");
	host.user = (struct source){ .how = HOW_CALL, .value = "info" };
	FIRST(MECH_XOAUTH2, "user=info\001auth=Bearer tt\001\001");
	/* Nor does tokend learn what became of it. */
	ck_assert_int_eq(step("{\"status\":\"400\"}", 16), SASL_OK);
	SENT("");
	ck_assert_uint_eq(tokend_requests(), 0);
}

TEST(a_bad_password_is_refused)
{
	static const char *const nothing[] = { ANSWER_CLOSE };
	char *longest = malloc(MESSAGE_MAX + 8);

	ck_assert_ptr_nonnull(longest);
	tokend_start(nothing, 1);
	password("hunter2");
	refused(MECH_XOAUTH2, SASL_BADPARAM, "smtp_sasl_mechanism_filter");
	ck_assert_ptr_null(strstr(host.text, "hunter2"));
	password("/etc/token.json");
	refused(MECH_XOAUTH2, SASL_BADPARAM,
	    "tokend import sasl-xoauth2 FILE NAME");
	password("tokend:");
	refused(MECH_XOAUTH2, SASL_BADPARAM, "name is empty");
	password("tokend:a/b");
	refused(MECH_XOAUTH2, SASL_BADPARAM, "a/b");
	password("tokend:../x");
	refused(MECH_XOAUTH2, SASL_BADPARAM, "'/'");
	password("bearer:");
	refused(MECH_OAUTHBEARER, SASL_BADPARAM, "\"alice\": the token in");
	password("bearer:hun\001ter2");
	refused(MECH_OAUTHBEARER, SASL_BADPARAM, "RFC 6750");
	ck_assert_ptr_null(strstr(host.text, "hun"));
	memset(longest, 'x', MESSAGE_MAX + 7);
	memcpy(longest, "bearer:", 7);
	longest[MESSAGE_MAX + 7] = '\0';
	password(longest);
	refused(MECH_OAUTHBEARER, SASL_BADPARAM, "RFC 4954");
	free(longest);
	settings.bare_tokens = 1;
	password("hunter2");
	FIRST(MECH_XOAUTH2, "user=alice\001auth=Bearer hunter2\001\001");
	ck_assert_uint_eq(tokend_requests(), 0);
}

TEST(tokend_is_asked_with_all_that_is_known)
{
	static const char *const answers[] = {
		OK_ANSWER("user=box@example.org\n"), OK_ANSWER("")
	};
	const char *r;

	tokend_start(answers, 2);
	world_account("alice");
	FIRST(MECH_XOAUTH2,
	    "user=box@example.org\001auth=Bearer new.token\001\001");
	r = tokend_request(0);
	ck_assert_int_eq(strncmp(r, "tokend=1\n", 9), 0);
	ck_assert_ptr_nonnull(strstr(r, "\nverb=get\n"));
	ck_assert_ptr_nonnull(strstr(r, "\naccount=alice\n"));
	ck_assert_ptr_nonnull(strstr(r, "\nauthid=alice\n"));
	ck_assert_ptr_nonnull(strstr(r, "\nservice=smtp\n"));
	ck_assert_ptr_nonnull(strstr(r, "\nhost=mail.example.org\n"));
	ck_assert_ptr_nonnull(strstr(r, "\nmechanism=XOAUTH2\n"));
	ck_assert_ptr_null(strstr(r, "\nauthzid="));
	host.user = (struct source){ .how = HOW_CALL, .value = "info" };
	host.params.serverFQDN = NULL;
	FIRST(MECH_OAUTHBEARER, "n,a=info,\001auth=Bearer new.token\001\001");
	r = tokend_request(1);
	ck_assert_ptr_nonnull(strstr(r, "\nauthzid=info\n"));
	ck_assert_ptr_nonnull(strstr(r, "\nmechanism=OAUTHBEARER\n"));
	ck_assert_ptr_null(strstr(r, "\nhost="));
}

TEST(every_code_of_tokend_has_one_of_sasl)
{
	static const struct {
		const char *answer;
		int code;
	} table[] = {
		{ "later", SASL_UNAVAIL }, { "sign-in", SASL_BADAUTH },
		{ "denied", SASL_NOAUTHZ }, { "host", SASL_NOAUTHZ },
		{ "rejected", SASL_BADAUTH }, { "no-account", SASL_BADPARAM },
		{ "config", SASL_BADPARAM }, { "version", SASL_BADPARAM },
		{ "internal", SASL_FAIL }, { "unheard-of", SASL_FAIL }
	};
	char message[200], number[20];
	const char *answers[1] = { message };
	size_t i;

	world_account("alice");
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		snprintf(message, sizeof(message), "tokend=1\ncode=%s\n"
		    "text=account \"alice\": %%s%%n why number %zu\n\n",
		    table[i].answer, i);
		snprintf(number, sizeof(number), "number %zu", i);
		tokend_start(answers, 1);
		refused(MECH_XOAUTH2, table[i].code,
		    i < 9 ? number : "not known");
		tokend_stop();
	}
	ck_assert_int_eq(mech_code(STATUS_OK), SASL_OK);
	ck_assert_int_eq(mech_code((enum status)99), SASL_FAIL);
}

TEST(a_prefix_is_not_put_twice)
{
	static const char *const answers[] = {
		"tokend=1\ncode=later\ntext=tokend: back-off\n\n"
	};

	tokend_start(answers, 1);
	world_account("alice");
	refused(MECH_XOAUTH2, SASL_UNAVAIL, "tokend: back-off");
	ck_assert_str_eq(host.text, "tokend: back-off");
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

TEST(a_silent_tokend_costs_the_deadline)
{
	static const char *const answers[] = { ANSWER_HANG };
	int64_t start = now_ms();

	settings.deadline = 300;
	tokend_start(answers, 1);
	world_account("alice");
	refused(MECH_XOAUTH2, SASL_UNAVAIL, "alice");
	ck_assert_int_ge(now_ms() - start, 290);
	ck_assert_int_lt(now_ms() - start, 5000);
}

TEST(a_tokend_that_ends_or_is_not_there)
{
	static const char *const answers[] = {
		ANSWER_CLOSE, "tokend=1\ncode=o", "garbage\n\n",
		OK_ANSWER("") "more"
	};

	world_account("alice");
	refused(MECH_XOAUTH2, SASL_UNAVAIL, "alice");
	tokend_start(answers, 4);
	refused(MECH_XOAUTH2, SASL_UNAVAIL, "alice");
	refused(MECH_XOAUTH2, SASL_UNAVAIL, "alice");
	begin(MECH_XOAUTH2);
	ck_assert_int_lt(step(NULL, 0), 0);
	begin(MECH_XOAUTH2);
	ck_assert_int_lt(step(NULL, 0), 0);
	host.authname.value = "nobody";
	refused(MECH_XOAUTH2, SASL_BADPARAM, "accounts/nobody.conf");
}

TEST(a_first_step_can_be_tried_again)
{
	static const char *const answers[] = {
		"tokend=1\ncode=later\ntext=not now\n\n", OK_ANSWER("")
	};

	tokend_start(answers, 2);
	world_account("alice");
	refused(MECH_XOAUTH2, SASL_UNAVAIL, "not now");
	ck_assert_int_eq(step(NULL, 0), SASL_CONTINUE);
	SENT("user=alice\001auth=Bearer new.token\001\001");
}

/* The reject that tokend gets for these words of the server, "" if none. */
static const char *
reported(const char *words, size_t len)
{
	static const char *const answers[] = { "tokend=1\ncode=ok\n\n" };

	tokend_stop();
	tokend_start(answers, 1);
	begin(MECH_XOAUTH2);
	ck_assert_int_eq(step(NULL, 0), SASL_CONTINUE);
	ck_assert_int_eq(step(words, len), SASL_OK);
	SENT("");
	ck_assert_int_eq(host.texts, 0);
	return tokend_requests() > 0 ? tokend_request(0) : "";
}

#define REPORTED(words) reported(words, sizeof(words) - 1)

TEST(an_error_challenge_is_reported)
{
	const char *r;

	world_token("work", "t0ken", NULL);
	password("tokend:WORK");
	r = REPORTED("{\"status\":\"400\",\"schemes\":\"Bearer\"}");
	ck_assert_int_eq(strncmp(r, "tokend=1\nverb=reject\n", 21), 0);
	ck_assert_ptr_nonnull(strstr(r, "\naccount=work\n"));
	ck_assert_ptr_nonnull(strstr(r,
	    "\nid=0123456789abcdef0123456789abcdef\n"));
	ck_assert_ptr_nonnull(strstr(r, "\nservice=smtp\n"));
	ck_assert_ptr_nonnull(strstr(r, "\nhost=mail.example.org\n"));
	ck_assert_ptr_nonnull(strstr(r,
	    "\nchallenge={\"status\":\"400\",\"schemes\":\"Bearer\"}\n"));
	ck_assert_ptr_null(strstr(r, "t0ken"));
}

/*
 * What tokend is told of a login by the program name with these second words
 * (NULL: none came) at its end, "" if nothing.
 */
static const char *
told_at_the_end(const char *name, const char *words, size_t len)
{
	static const char *const answers[] = { "tokend=1\ncode=ok\n\n" };
	char before[16] = "";

	tokend_stop();
	tokend_start(answers, 1);
	begin(MECH_XOAUTH2);
	ck_assert_int_eq(step(NULL, 0), SASL_CONTINUE);
	if (words != NULL)
		ck_assert_int_eq(step(words, len), SASL_OK);
	prctl(PR_GET_NAME, before, 0, 0, 0);
	prctl(PR_SET_NAME, name, 0, 0, 0);
	role.host_steps = 0;
	errno = ERANGE;
	end_login();
	ck_assert_int_eq(errno, ERANGE);
	prctl(PR_SET_NAME, before, 0, 0, 0);
	return tokend_requests() > 0 ? tokend_request(0) : "";
}

TEST(a_login_without_success_is_doubted)
{
	const char *r;

	world_token("alice", "t0ken", NULL);
	r = told_at_the_end("mbsync", NULL, 0);
	ck_assert_int_eq(strncmp(r, "tokend=1\nverb=doubt\n", 20), 0);
	ck_assert_ptr_nonnull(strstr(r, "\naccount=alice\n"));
	ck_assert_ptr_nonnull(strstr(r,
	    "\nid=0123456789abcdef0123456789abcdef\n"));
	ck_assert_ptr_nonnull(strstr(r, "\nhost=mail.example.org\n"));
	ck_assert_ptr_null(strstr(r, "t0ken"));
	/* It was taken; or the challenge has said why not. */
	ck_assert_str_eq(told_at_the_end("mbsync", "", 0), "");
	r = told_at_the_end("mbsync", "{}", 2);
	ck_assert_int_eq(strncmp(r, "tokend=1\nverb=reject\n", 21), 0);
	/* These do the same after a success. */
	ck_assert_str_eq(told_at_the_end("smtp", NULL, 0), "");
	ck_assert_str_eq(told_at_the_end("mbsync2", NULL, 0), "");
	/* No token of tokend's. */
	password("bearer:abc");
	ck_assert_str_eq(told_at_the_end("mbsync", NULL, 0), "");
}

TEST(other_words_are_not_reported)
{
	world_token("alice", "t0ken", NULL);
	ck_assert_str_eq(REPORTED(""), "");
	ck_assert_str_eq(REPORTED("AUTHENTICATE XOAUTH2 "), "");
	ck_assert_str_eq(REPORTED("  "), "");
	ck_assert_str_eq(REPORTED("[{}]"), "");
	ck_assert_str_eq(REPORTED("\0{"), "");
	ck_assert_str_ne(REPORTED(" \r\n\t{}"), "");
}

#define CUT 1022	/* so that "***" would fit into 1024 */

TEST(a_challenge_is_made_fit_to_be_told)
{
	static const char head[] = "\nchallenge=";
	char words[5000];
	const char *r;

	world_token("alice", "t0ken", NULL);
	r = REPORTED("{\r\n\t\"a\":1,\0\x01\x7f\xff}");
	ck_assert_ptr_nonnull(strstr(r, "\nchallenge={   \"a\":1,????}\n"));
	/* Cut, in the middle of a character even. */
	memset(words, 'x', sizeof(words));
	words[0] = '{';
	words[CUT - 1] = '\xc3';
	words[CUT] = '\xb6';
	r = strstr(reported(words, sizeof(words)), head);
	ck_assert_ptr_nonnull(r);
	r += strlen(head);
	ck_assert_uint_eq(strcspn(r, "\n"), CUT);
	ck_assert_int_eq(r[CUT - 1], '?');
}

#define LONG_TOKEN "ya29.a0AfH6SMBx-7_QwErTyUiOpAsDfGhJkL"
static const char *const echoes[][2] = {
	{ "bad token " LONG_TOKEN ", sorry", "bad token ***, sorry" },
	/* Without its last byte, and its first. */
	{ "ya29.a0AfH6SMBx-7_QwErTyUiOpAsDfGhJk", "***" },
	{ "a29.a0AfH6SMBx-7_QwErTyUiOpAsDfGhJkL", "***" },
	/* With something in it. */
	{ "ya29.a0 AfH6SM Bx-7_QwE\r\n rTyUiOpAsDfGhJkL", "***" },
	{ "ya29.a\\u0030AfH6SM\\nBx-7_QwErTyUiOpAsDfGhJkL", "***" },
	{ "ya29%2ea0AfH6SMBx%2D7_QwErTyUiOpAsDfGhJkL", "***" },
	{ "ya29.a0AfH6SM...QwErTyUiOpAs", "***...***" },
	/* user=me^Aauth=Bearer TOKEN^A^A */
	{ "dXNlcj1tZQFhdXRoPUJlYXJlciB5YTI5LmEwQWZINlNNQngtN19Rd0VyVHlVaU9wQX"
	    "NEZkdoSmtMAQE=", "dXNlcj1tZQFhdXRoPUJlYXJlciB***AQE=" },
};

/* Our token played back goes no further, whatever is left out of it. */
TABLE_TEST(an_echo_of_the_token_is_not_reported, echoes)
{
	char words[400], expected[400];

	world_token("alice", LONG_TOKEN, NULL);
	snprintf(words, sizeof(words), "{\"detail\":\"%s\"}", echoes[_i][0]);
	snprintf(expected, sizeof(expected),
	    "\nchallenge={\"detail\":\"%s\"}\n", echoes[_i][1]);
	ck_assert_msg(strstr(reported(words, strlen(words)), expected) != NULL,
	    "%s", reported(words, strlen(words)));
}

TEST(the_host_does_not_wait_for_a_report)
{
	static const char *const answers[] = { ANSWER_HANG };
	int64_t start;

	world_token("alice", "t0ken", NULL);
	/* Nobody there at all. */
	begin(MECH_OAUTHBEARER);
	ck_assert_int_eq(step(NULL, 0), SASL_CONTINUE);
	ck_assert_int_eq(step("{}", 2), SASL_OK);
	SENT("\001");
	/* Somebody who says nothing. */
	tokend_start(answers, 1);
	begin(MECH_OAUTHBEARER);
	ck_assert_int_eq(step(NULL, 0), SASL_CONTINUE);
	start = now_ms();
	ck_assert_int_eq(step("{}", 2), SASL_OK);
	ck_assert_int_lt(now_ms() - start, 4000);
	SENT("\001");
	ck_assert_int_eq(host.texts, 0);
}

static int
prompted_step(sasl_interact_t **prompt_need)
{
	return mech_step(login, &host.params, NULL, 0, prompt_need, &out,
	    &outlen, &oparams);
}

TEST(a_host_with_prompts)
{
	sasl_interact_t *list = NULL;

	world_token("bob", "tb", NULL);
	host.authname.how = host.user.how = host.pass.how = HOW_PROMPT;
	begin(MECH_XOAUTH2);
	ck_assert_int_eq(prompted_step(&list), SASL_INTERACT);
	ck_assert_ptr_nonnull(list);
	ck_assert_int_eq(host.texts, 0);
	list->result = "bob";
	list->len = 3;
	ck_assert_int_eq(prompted_step(&list), SASL_CONTINUE);
	ck_assert_ptr_null(list);
	SENT("user=bob\001auth=Bearer tb\001\001");
	/* One that brings no answer, and one that cannot be asked. */
	begin(MECH_XOAUTH2);
	ck_assert_int_eq(prompted_step(&list), SASL_INTERACT);
	ck_assert_int_eq(prompted_step(&list), SASL_BADPARAM);
	ck_assert_ptr_null(list);
	refused(MECH_XOAUTH2, SASL_BADPARAM, "user name");
}

TEST(a_host_that_goes_on_after_failures)
{
	host.fail_at = 1;
	ck_assert_int_eq(mech_new(&role, &host.params, &login), SASL_NOMEM);
	ck_assert_ptr_null(login);
	ck_assert_int_eq(host.texts, 1);
	ck_assert_int_eq(step(NULL, 0), SASL_FAIL);
	ck_assert_ptr_null(out);
	mech_dispose(NULL, &host.utils);
}

TEST(a_bad_plugin_conf_fails_the_login)
{
	broken.code = STATUS_CONFIG;
	snprintf(broken.text, sizeof(broken.text), "/x/plugin.conf:3: oh");
	role.broken = &broken;
	login = &host;
	ck_assert_int_eq(mech_new(&role, &host.params, &login),
	    SASL_BADPARAM);
	ck_assert_ptr_null(login);
	ck_assert_str_eq(host.text, "tokend: /x/plugin.conf:3: oh");
	ck_assert_int_eq(host.texts, 1);
}

TEST(names_that_the_host_refuses)
{
	world_token("alice", "t", NULL);
	host.canon_code = SASL_BADPROT;
	refused(MECH_XOAUTH2, SASL_BADPARAM, "\"alice\"");
	host.canon_code = SASL_NOMEM;
	refused(MECH_XOAUTH2, SASL_FAIL, "memory");
	host.canon_code = SASL_OK;
	host.authname.value = "a/b";
	refused(MECH_XOAUTH2, SASL_BADPARAM, "a/b");
	host.authname.value = "a\001b";
	refused(MECH_XOAUTH2, SASL_BADPARAM, "control");
	host.authname.value = "";
	refused(MECH_XOAUTH2, SASL_BADPARAM, "user name");
}

TEST(errno_is_the_hosts)
{
	world_token("alice", "t", NULL);
	begin(MECH_XOAUTH2);
	errno = 4711;
	ck_assert_int_eq(step(NULL, 0), SASL_CONTINUE);
	ck_assert_int_eq(errno, 4711);
	ck_assert_int_eq(step("{}", 2), SASL_OK);
	ck_assert_int_eq(errno, 4711);
	host.authname.value = "nobody";
	begin(MECH_XOAUTH2);
	errno = 4711;
	ck_assert_int_eq(step(NULL, 0), SASL_BADPARAM);
	ck_assert_int_eq(errno, 4711);
}
