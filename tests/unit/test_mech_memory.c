/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_mech_memory.c - whole logins in which the first, the second, ... the
 * last allocation fails: no crash, no leak, no message, and a text each time.
 *
 * Linked with --wrap for malloc, calloc and strdup, so that the code under
 * test has no hooks.
 */
#include "client.h"
#include "fake_host.h"
#include "mech.h"
#include "plugin_support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"	/* last: check.h has a macro fail() */

#define ROUNDS_MAX 200

/* The allocation from now on that fails, 0: none. For this thread alone. */
static __thread int fail_at;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
char *__real_strdup(const char *s);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
char *__wrap_strdup(const char *s);

static int
is_time(void)
{
	if (fail_at == 0 || --fail_at > 0)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *
__wrap_malloc(size_t size)
{
	return is_time() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return is_time() ? NULL : __real_calloc(n, size);
}

char *
__wrap_strdup(const char *s)
{
	return is_time() ? NULL : __real_strdup(s);
}

static struct client_settings settings;
static struct role role;

static void
setup(void)
{
	host_reset();
	world_open();
	memset(&role, 0, sizeof(role));
	role.settings = &settings;
	ck_assert_int_eq(client_settings_read(&settings, "/nonexistent/x",
	    NULL), 0);
}

static void
teardown(void)
{
	fail_at = 0;
	client_settings_free(&settings);
	world_close();
	ck_assert_int_eq(host.live, 0);
}

FIXTURE(setup, teardown);

/* What a login came to. No ck_assert before the end: it allocates. */
struct outcome {
	int first;		/* of mech_new, or of the first step */
	int second;
	const char *message;	/* the outputs of both steps */
	const char *answer;
	const sasl_interact_t *list;
	int untouched;		/* no allocation was to fail */
};

/* A login with round - 1 good allocations. */
static struct outcome
log_in(int round)
{
	struct outcome o = { .second = SASL_OK, .answer = "" };
	sasl_out_params_t oparams;
	sasl_interact_t *list = NULL;
	unsigned len = 0;
	void *login = NULL;

	memset(&oparams, 0, sizeof(oparams));
	host.texts = 0;
	fail_at = round;
	o.first = mech_new(&role, &host.params, &login);
	if (o.first == SASL_OK)
		o.first = mech_step(login, &host.params, NULL, 0, &list,
		    &o.message, &len, &oparams);
	if (o.first == SASL_INTERACT) {
		list->result = "alice";
		o.first = mech_step(login, &host.params, NULL, 0, &list,
		    &o.message, &len, &oparams);
	}
	if (o.first == SASL_CONTINUE)
		o.second = mech_step(login, &host.params, "{}", 2, NULL,
		    &o.answer, &len, &oparams);
	o.untouched = fail_at > 0;
	fail_at = 0;
	o.list = list;
	mech_dispose(login, &host.utils);
	return o;
}

static int
check_login(int round)
{
	struct outcome o = log_in(round);

	ck_assert_int_eq(host.live, 0);
	ck_assert_ptr_null(o.list);
	if (o.untouched)
		ck_assert_int_eq(o.first, SASL_CONTINUE);
	if (o.first == SASL_CONTINUE) {
		ck_assert_ptr_nonnull(o.message);
		ck_assert_int_eq(host.texts, 0);
	} else {
		ck_assert_int_lt(o.first, 0);
		ck_assert_ptr_null(o.message);
		ck_assert_int_eq(host.texts, 1);
		ck_assert_int_eq(strncmp(host.text, "tokend: ", 8), 0);
	}
	/* The report of a challenge may fail, the step does not. */
	ck_assert_int_eq(o.second, SASL_OK);
	ck_assert_ptr_nonnull(o.answer);
	return o.untouched;
}

static void
all_rounds(void)
{
	int round = 1;

	while (!check_login(round)) {
		round++;
		ck_assert_int_lt(round, ROUNDS_MAX);
	}
	ck_assert_int_gt(round, 1);
}

TEST(from_the_cache)
{
	world_token("alice", "t0ken", "box");
	all_rounds();
}

TEST(by_prompt)
{
	world_token("alice", "t0ken", NULL);
	host.authname.how = HOW_PROMPT;
	role.mechanism = MECH_OAUTHBEARER;
	all_rounds();
}

TEST(from_tokend)
{
	static const char *const answers[] = {
		"tokend=1\ncode=ok\ntoken=t\n"
		"id=00112233445566778899aabbccddeeff\n"
		"issued=1\nfresh_until=2\nexpires=3\n\n"
	};

	world_account("alice");
	tokend_start(answers, 1);
	all_rounds();
}

TEST(settings_and_nothing_else)
{
	static const char text[] = "socket = a b\nmechanisms = XOAUTH2\n"
	    "listener_uid = 5\ndeadline = 3s\nbare_tokens = no\n";
	const char *path = scratch_path("config/plugin.conf");
	struct client_settings s;
	struct failure why;
	int round = 0, result = -1, untouched = 0;

	world_settings(text);
	while (!untouched && round++ < ROUNDS_MAX) {
		fail_at = round;
		result = client_settings_read(&s, path, &why);
		untouched = fail_at > 0;
		fail_at = 0;
		client_settings_free(&s);
		ck_assert_int_eq(result, untouched ? 1 : -1);
	}
	ck_assert_int_gt(round, 5);
	ck_assert_int_eq(result, 1);
}
