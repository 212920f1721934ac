/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_plugin_libsasl.c - the module of the build tree in the real libsasl2:
 * how it ranks, how a login goes for hosts of all habits, how one fails, and
 * loading and unloading.
 */
#include "plugin_support.h"

#include <dirent.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sasl/sasl.h>

#include "unit.h"	/* last: check.h has a macro fail() */

/* What this host gives by its procedures. */
static const char *authname, *user, *password;
static int log_lines;
static char log_text[1024];
static sasl_conn_t *conn;
static const char *out, *mech;
static unsigned outlen;

static int
get_log(void *context, int level, const char *message)
{
	(void)context;
	if (level <= SASL_LOG_NOTE) {
		log_lines++;
		snprintf(log_text, sizeof(log_text), "%s", message);
	}
	return SASL_OK;
}

static int
get_name(void *context, int id, const char **result, unsigned *len)
{
	(void)context;
	*result = id == SASL_CB_USER ? user : authname;
	if (len != NULL)
		*len = *result != NULL ? (unsigned)strlen(*result) : 0;
	return SASL_OK;
}

static int
get_password(sasl_conn_t *c, void *context, int id, sasl_secret_t **secret)
{
	static union {
		sasl_secret_t secret;
		char space[512];
	} s;

	(void)c;
	(void)context;
	(void)id;
	s.secret.len = strlen(password);
	memcpy(s.secret.data, password, s.secret.len);
	*secret = &s.secret;
	return SASL_OK;
}

static const sasl_callback_t global[] = {
	{ SASL_CB_GETPATH, CALLBACK(world_get_path), NULL },
	{ SASL_CB_LOG, CALLBACK(get_log), NULL },
	{ SASL_CB_LIST_END, NULL, NULL }
};

/* Postfix: two procedures, and no prompts. */
static const sasl_callback_t like_postfix[] = {
	{ SASL_CB_AUTHNAME, CALLBACK(get_name), NULL },
	{ SASL_CB_PASS, CALLBACK(get_password), NULL },
	{ SASL_CB_LIST_END, NULL, NULL }
};

/* sendmail, libetpan: the name to act for as well. */
static const sasl_callback_t like_sendmail[] = {
	{ SASL_CB_AUTHNAME, CALLBACK(get_name), NULL },
	{ SASL_CB_USER, CALLBACK(get_name), NULL },
	{ SASL_CB_PASS, CALLBACK(get_password), NULL },
	{ SASL_CB_LIST_END, NULL, NULL }
};

/* mbsync, ldapsearch: everything by prompts. */
static const sasl_callback_t like_mbsync[] = {
	{ SASL_CB_AUTHNAME, NULL, NULL },
	{ SASL_CB_USER, NULL, NULL },
	{ SASL_CB_PASS, NULL, NULL },
	{ SASL_CB_LIST_END, NULL, NULL }
};

static void
setup(void)
{
	world_open();
	world_link(PLUGIN_FILE, scratch_path("modules/libxoauth2.so"));
	world_token("alice", "t0ken", NULL);
	authname = "alice";
	user = NULL;
	password = "";
	log_lines = 0;
	log_text[0] = '\0';
	conn = NULL;
}

static void
init(void)
{
	log_lines = 0;
	ck_assert_int_eq(sasl_client_init(global), SASL_OK);
}

static void
done(void)
{
	if (conn != NULL)
		sasl_dispose(&conn);
	sasl_done();
}

static void
teardown(void)
{
	done();
	world_close();
}

FIXTURE(setup, teardown);

static void
connect_as(const sasl_callback_t *callbacks)
{
	if (conn != NULL)
		sasl_dispose(&conn);
	log_lines = 0;
	log_text[0] = '\0';
	ck_assert_int_eq(sasl_client_new("smtp", "mail.example.org", NULL,
	    NULL, callbacks, 0, &conn), SASL_OK);
}

static int
start(const char *offered)
{
	out = "unset";
	outlen = 77;
	mech = "unset";
	return sasl_client_start(conn, offered, NULL, &out, &outlen, &mech);
}

static int
step(const char *in, size_t len)
{
	out = "unset";
	outlen = 77;
	return sasl_client_step(conn, in, (unsigned)len, NULL, &out, &outlen);
}

static void
sent(const char *message, size_t len)
{
	ck_assert_ptr_nonnull(out);
	ck_assert_uint_eq(outlen, len);
	ck_assert_mem_eq(out, message, len);
}

#define SENT(message) sent(message, sizeof(message) - 1)

static const char *
chosen(const char *offered)
{
	connect_as(like_postfix);
	if (start(offered) == SASL_NOMECH)
		return "none";
	return mech;
}

/* ---- which of them, and before whom ---- */

TEST(a_closed_gate_is_silent)
{
	ck_assert_int_eq(unlink(scratch_path("config/accounts/alice.conf")), 0);
	ck_assert_int_eq(rmdir(scratch_path("config/accounts")), 0);
	ck_assert_int_eq(sasl_client_init(global), SASL_OK);
	ck_assert_int_eq(log_lines, 0);
	ck_assert_str_eq(chosen("XOAUTH2 OAUTHBEARER"), "none");
}

TEST(ours_are_in_order)
{
	init();
	ck_assert_str_eq(chosen("XOAUTH2 OAUTHBEARER"), "XOAUTH2");
	ck_assert_str_eq(chosen("OAUTHBEARER XOAUTH2"), "XOAUTH2");
	ck_assert_str_eq(chosen("OAUTHBEARER"), "OAUTHBEARER");
	ck_assert_str_eq(chosen("IMAP4rev1 AUTH=OAUTHBEARER AUTH=PLAIN"),
	    "OAUTHBEARER");
	ck_assert_str_eq(chosen("GSSAPI"), "none");
	done();
	world_settings("mechanisms = OAUTHBEARER XOAUTH2\n");
	init();
	ck_assert_str_eq(chosen("XOAUTH2 OAUTHBEARER"), "OAUTHBEARER");
	ck_assert_str_eq(chosen("XOAUTH2"), "XOAUTH2");
	done();
	world_settings("mechanisms = oauthbearer\n");
	init();
	ck_assert_str_eq(chosen("XOAUTH2 OAUTHBEARER"), "OAUTHBEARER");
	ck_assert_str_eq(chosen("XOAUTH2"), "none");
}

static void
link_module(const char *name)
{
	char target[512];

	snprintf(target, sizeof(target), "%s/%s", SASL_MODULE_DIR, name);
	if (access(target, F_OK) == 0)
		world_link(target, scratch_path("modules/%s", name));
}

static int
has_module(const char *name)
{
	return access(scratch_path("modules/%s", name), F_OK) == 0;
}

/* Whatever order the folder is read in. */
LOOP_TEST(ours_rank_between_challenges_and_plain, 0, 2)
{
	static const char *const names[] = {
		"libplain.so", "liblogin.so", "libcrammd5.so",
		"libdigestmd5.so", "libscram.so", "libanonymous.so"
	};
	const size_t n = sizeof(names) / sizeof(names[0]);
	sasl_security_properties_t props = { .maxbufsize = 4096 };
	size_t i;

	unlink(scratch_path("modules/libxoauth2.so"));
	for (i = 0; i < n; i++)
		if (_i == 0 || i % 2 == 0)
			link_module(names[i]);
	world_link(PLUGIN_FILE, scratch_path("modules/libxoauth2.so"));
	for (i = 0; i < n; i++)
		if (_i == 1 && i % 2 == 1)
			link_module(names[i]);
	password = "tokend";
	init();
	ck_assert_str_eq(chosen("PLAIN LOGIN XOAUTH2 OAUTHBEARER ANONYMOUS"),
	    "XOAUTH2");
	ck_assert_str_eq(chosen("PLAIN LOGIN OAUTHBEARER"), "OAUTHBEARER");
	if (has_module("libplain.so"))
		ck_assert_str_eq(chosen("PLAIN ANONYMOUS"), "PLAIN");
	if (has_module("libcrammd5.so"))
		ck_assert_str_eq(chosen("XOAUTH2 CRAM-MD5"), "CRAM-MD5");
	if (has_module("libdigestmd5.so"))
		ck_assert_str_eq(chosen("XOAUTH2 DIGEST-MD5"), "DIGEST-MD5");
	if (has_module("libscram.so"))
		ck_assert_str_eq(chosen("XOAUTH2 SCRAM-SHA-1"),
		    "SCRAM-SHA-1");
	/* Postfix's default options without TLS: never. */
	connect_as(like_postfix);
	props.security_flags = SASL_SEC_NOPLAINTEXT | SASL_SEC_NOANONYMOUS;
	ck_assert_int_eq(sasl_setprop(conn, SASL_SEC_PROPS, &props), SASL_OK);
	ck_assert_int_eq(start("PLAIN XOAUTH2 OAUTHBEARER"), SASL_NOMECH);
	/* With the recipe's, over TLS. */
	connect_as(like_postfix);
	props.security_flags = SASL_SEC_NOANONYMOUS;
	ck_assert_int_eq(sasl_setprop(conn, SASL_SEC_PROPS, &props), SASL_OK);
	ck_assert_int_eq(start("PLAIN XOAUTH2 OAUTHBEARER"), SASL_CONTINUE);
	/* A security layer is not ours to give. */
	connect_as(like_postfix);
	props.min_ssf = 1;
	props.max_ssf = 256;
	ck_assert_int_eq(sasl_setprop(conn, SASL_SEC_PROPS, &props), SASL_OK);
	ck_assert_int_eq(start("XOAUTH2"), SASL_NOMECH);
}

TEST(hosts_that_act_for_others)
{
	init();
	ck_assert_int_eq(sasl_client_new("imap", "mail.example.org", NULL,
	    NULL, like_sendmail, SASL_NEED_PROXY, &conn), SASL_OK);
	user = "info@example.org";
	ck_assert_int_eq(start("OAUTHBEARER"), SASL_CONTINUE);
	SENT("n,a=info@example.org,\001auth=Bearer t0ken\001\001");
}

/* ---- a login ---- */

static void
expect_prop(int number, const char *expected)
{
	const void *value = NULL;

	ck_assert_int_eq(sasl_getprop(conn, number, &value), SASL_OK);
	ck_assert_str_eq(value, expected);
}

TEST(as_postfix_does)
{
	const void *ssf = NULL;

	init();
	connect_as(like_postfix);
	ck_assert_int_eq(start("PLAIN XOAUTH2"), SASL_CONTINUE);
	ck_assert_str_eq(mech, "XOAUTH2");
	SENT("user=alice\001auth=Bearer t0ken\001\001");
	/* 235: Postfix never comes back. */
	connect_as(like_postfix);
	ck_assert_int_eq(start("OAUTHBEARER"), SASL_CONTINUE);
	SENT("n,a=alice,\001auth=Bearer t0ken\001\001");
	ck_assert_int_eq(step("{\"status\":\"invalid_token\"}", 26), SASL_OK);
	SENT("\001");
	expect_prop(SASL_USERNAME, "alice");
	ck_assert_int_eq(sasl_getprop(conn, SASL_SSF, &ssf), SASL_OK);
	ck_assert_uint_eq(*(const sasl_ssf_t *)ssf, 0);
	ck_assert_int_eq(log_lines, 0);
	/* libsasl itself refuses a third. */
	ck_assert_int_eq(step("", 0), SASL_FAIL);
}

TEST(second_steps_of_all_kinds)
{
	static const struct {
		const char *data;
		size_t len;
	} words[] = {
		{ NULL, 0 }, { "", 0 }, { "junk", 4 }, { "{}", 2 },
		{ "AUTHENTICATE XOAUTH2 ", 21 }
	};
	size_t i;

	init();
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		connect_as(like_sendmail);
		ck_assert_int_eq(start("XOAUTH2"), SASL_CONTINUE);
		ck_assert_int_eq(step(words[i].data, words[i].len), SASL_OK);
		SENT("");
		connect_as(like_sendmail);
		ck_assert_int_eq(start("OAUTHBEARER"), SASL_CONTINUE);
		ck_assert_int_eq(step(words[i].data, words[i].len), SASL_OK);
		if (words[i].len > 0)
			SENT("\001");
		else
			SENT("");
		ck_assert_int_eq(log_lines, 0);
	}
}

/* IMAP without SASL-IR: the start sends nothing, the first step comes with
 * the server's empty challenge. */
TEST(a_start_without_output)
{
	static const struct {
		const char *data;
		size_t len;
	} empty[] = { { NULL, 0 }, { "", 0 }, { "ready", 5 } };
	size_t i;

	init();
	for (i = 0; i < 3; i++) {
		connect_as(like_postfix);
		ck_assert_int_eq(sasl_client_start(conn, "XOAUTH2", NULL,
		    NULL, NULL, &mech), SASL_CONTINUE);
		ck_assert_str_eq(mech, "XOAUTH2");
		ck_assert_int_eq(step(empty[i].data, empty[i].len),
		    SASL_CONTINUE);
		SENT("user=alice\001auth=Bearer t0ken\001\001");
		ck_assert_int_eq(step(NULL, 0), SASL_OK);
		SENT("");
	}
}

/* Fills the prompts in as mbsync does; any other id makes it give up. */
static void
fill_in(sasl_interact_t *list)
{
	int prompts = 0;

	for (; list->id != SASL_CB_LIST_END; list++, prompts++) {
		ck_assert_uint_eq(list->id, SASL_CB_AUTHNAME);
		list->result = authname;
		list->len = (unsigned)strlen(authname);
	}
	ck_assert_int_eq(prompts, 1);
}

TEST(as_mbsync_does)
{
	sasl_interact_t *list = NULL;
	int rounds = 0, result;

	init();
	connect_as(like_mbsync);
	/* It loops on start with an initial response ... */
	while ((result = sasl_client_start(conn, "XOAUTH2", &list, &out,
	    &outlen, &mech)) == SASL_INTERACT && rounds++ < 3)
		fill_in(list);
	ck_assert_int_eq(result, SASL_CONTINUE);
	ck_assert_int_eq(rounds, 1);
	ck_assert_ptr_null(list);
	SENT("user=alice\001auth=Bearer t0ken\001\001");
	/* ... and on step without one. */
	connect_as(like_mbsync);
	rounds = 0;
	ck_assert_int_eq(sasl_client_start(conn, "XOAUTH2", &list, NULL, NULL,
	    &mech), SASL_CONTINUE);
	while ((result = sasl_client_step(conn, NULL, 0, &list, &out,
	    &outlen)) == SASL_INTERACT && rounds++ < 3)
		fill_in(list);
	ck_assert_int_eq(result, SASL_CONTINUE);
	ck_assert_ptr_null(list);
	SENT("user=alice\001auth=Bearer t0ken\001\001");
	/* The tagged OK: one more step, which must have no output. */
	ck_assert_int_eq(sasl_client_step(conn, NULL, 0, &list, &out,
	    &outlen), SASL_OK);
	SENT("");
	ck_assert_int_eq(log_lines, 0);
}

TEST(a_host_without_a_user_name)
{
	init();
	connect_as(like_mbsync);
	ck_assert_int_eq(start("XOAUTH2"), SASL_BADPARAM);
	ck_assert_ptr_nonnull(strstr(sasl_errdetail(conn), "tokend: "));
	/* libsasl makes one up where the host has no callback at all. */
	world_token("osuser", "os", NULL);
	setenv("USER", "osuser", 1);
	connect_as(NULL);
	ck_assert_int_eq(start("XOAUTH2"), SASL_CONTINUE);
	SENT("user=osuser\001auth=Bearer os\001\001");
}

TEST(names_as_libsasl_keeps_them)
{
	init();
	authname = "  alice\t";
	connect_as(like_postfix);
	ck_assert_int_eq(start("XOAUTH2"), SASL_CONTINUE);
	SENT("user=alice\001auth=Bearer t0ken\001\001");
	authname = " ";
	connect_as(like_postfix);
	ck_assert_int_eq(start("XOAUTH2"), SASL_BADPARAM);
	ck_assert_int_eq(log_lines, 1);
	authname = "alice";
	user = "alice";
	connect_as(like_sendmail);
	ck_assert_int_eq(start("XOAUTH2"), SASL_CONTINUE);
	user = "bob";
	connect_as(like_sendmail);
	ck_assert_int_eq(start("XOAUTH2"), SASL_CONTINUE);
	SENT("user=bob\001auth=Bearer t0ken\001\001");
	ck_assert_int_eq(step(NULL, 0), SASL_OK);
	expect_prop(SASL_USERNAME, "bob");
	expect_prop(SASL_AUTHUSER, "alice");
}

/* ---- failures ---- */

static void
fails(const char *answer, int code, const char *errstring)
{
	char message[300];
	const char *answers[1] = { message };
	const char *detail;

	snprintf(message, sizeof(message), "tokend=1\ncode=%s\ntext=account "
	    "\"late\": 100%% %%s %%u %%z is why\n\n", answer);
	tokend_start(answers, 1);
	authname = "late";
	connect_as(like_postfix);
	ck_assert_int_eq(start("XOAUTH2"), code);
	ck_assert_ptr_null(out);
	detail = sasl_errdetail(conn);
	ck_assert_ptr_nonnull(strstr(detail,
	    ": tokend: account \"late\": 100% %s %u %z is why"));
	ck_assert_ptr_nonnull(strstr(detail, errstring));
	ck_assert_str_eq(sasl_errstring(code, NULL, NULL), errstring);
	/* One line, once. */
	ck_assert_int_eq(log_lines, 1);
	ck_assert_str_eq(log_text,
	    "tokend: account \"late\": 100% %s %u %z is why");
	tokend_stop();
}

TEST(codes_and_texts)
{
	world_account("late");
	init();
	fails("later", SASL_UNAVAIL,
	    "remote authentication server unavailable");
	fails("sign-in", SASL_BADAUTH, "authentication failure");
	fails("denied", SASL_NOAUTHZ, "authorization failure");
	fails("host", SASL_NOAUTHZ, "authorization failure");
	fails("rejected", SASL_BADAUTH, "authentication failure");
	fails("no-account", SASL_BADPARAM, "invalid parameter supplied");
	fails("config", SASL_BADPARAM, "invalid parameter supplied");
	fails("version", SASL_BADPARAM, "invalid parameter supplied");
	fails("internal", SASL_FAIL, "generic failure");
}

TEST(our_text_is_the_last)
{
	init();
	/* No PASS callback, no USER: libsasl writes of callbacks it misses. */
	authname = "nobody";
	connect_as(like_postfix);
	ck_assert_int_eq(start("XOAUTH2"), SASL_BADPARAM);
	ck_assert_ptr_nonnull(strstr(sasl_errdetail(conn),
	    "accounts/nobody.conf"));
	ck_assert_int_eq(log_lines, 1);
	password = "hunter2";
	connect_as(like_postfix);
	ck_assert_int_eq(start("XOAUTH2"), SASL_BADPARAM);
	ck_assert_ptr_null(strstr(sasl_errdetail(conn), "hunter2"));
	ck_assert_int_eq(log_lines, 1);
	password = "bearer:xyz";
	connect_as(like_postfix);
	ck_assert_int_eq(start("OAUTHBEARER"), SASL_CONTINUE);
	SENT("n,a=nobody,\001auth=Bearer xyz\001\001");
}

TEST(a_plugin_conf_that_is_wrong)
{
	static const char *const wrong[] = {
		"nonsense\n", "mechanisms = PLAIN\n",
		"mechanisms = XOAUTH2 XOAUTH2\n",
		"mechanisms = XOAUTH2, OAUTHBEARER\n", "deadline = never\n",
		"colour = red\n"
	};
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		world_settings(wrong[i]);
		init();
		ck_assert_int_eq(log_lines, 0);
		connect_as(like_postfix);
		ck_assert_int_eq(start("PLAIN XOAUTH2"), SASL_BADPARAM);
		ck_assert_int_eq(log_lines, 1);
		ck_assert_msg(strstr(log_text, scratch_path(
		    "config/plugin.conf")) != NULL, "%s", log_text);
		ck_assert_int_eq(strncmp(log_text, "tokend: /", 9), 0);
		/* A host that goes on nevertheless. */
		ck_assert_int_eq(step("x", 1), SASL_FAIL);
		connect_as(like_postfix);
		ck_assert_int_eq(start("OAUTHBEARER"), SASL_BADPARAM);
		done();
	}
	world_settings("# nothing\n\n");
	init();
	ck_assert_str_eq(chosen("XOAUTH2"), "XOAUTH2");
}

TEST(plugin_conf_is_heeded)
{
	world_settings("bare_tokens = yes\ndeadline = 7s\n");
	init();
	password = "hunter2";
	connect_as(like_postfix);
	ck_assert_int_eq(start("XOAUTH2"), SASL_CONTINUE);
	SENT("user=alice\001auth=Bearer hunter2\001\001");
}

/* ---- life in a host ---- */

static int
is_loaded(void)
{
	void *handle = dlopen(scratch_path("modules/libxoauth2.so"),
	    RTLD_NOW | RTLD_NOLOAD);

	if (handle == NULL)
		return 0;
	dlclose(handle);
	return 1;
}

static int
open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	if (d == NULL)
		return 0;
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

TEST(loading_and_unloading)
{
	int files = open_files(), i;

	for (i = 0; i < 50; i++) {
		init();
		ck_assert_int_eq(is_loaded(), 1);
		connect_as(like_postfix);
		ck_assert_int_eq(start("XOAUTH2"), SASL_CONTINUE);
		if (i % 2 == 0)
			ck_assert_int_eq(step("{}", 2), SASL_OK);
		/* A second user of libsasl in the process. */
		ck_assert_int_eq(sasl_client_init(NULL), SASL_OK);
		ck_assert_int_eq(sasl_client_done(), SASL_CONTINUE);
		done();
		ck_assert_int_eq(is_loaded(), 0);
	}
	ck_assert_int_eq(open_files(), files);
}

TEST(nothing_is_left_open)
{
	int files, i;

	world_account("late");
	init();
	files = open_files();
	for (i = 0; i < 20; i++) {
		authname = i % 2 == 0 ? "alice" : "late";
		connect_as(like_postfix);
		ck_assert_int_eq(start("XOAUTH2"), i % 2 == 0 ?
		    SASL_CONTINUE : SASL_UNAVAIL);
	}
	ck_assert_int_eq(open_files(), files);
}

TEST(two_logins_at_a_time)
{
	sasl_conn_t *other = NULL;
	const char *first;

	world_token("bob", "tb", NULL);
	init();
	connect_as(like_postfix);
	ck_assert_int_eq(start("XOAUTH2"), SASL_CONTINUE);
	first = out;
	other = conn;
	conn = NULL;
	authname = "bob";
	connect_as(like_postfix);
	ck_assert_int_eq(start("OAUTHBEARER"), SASL_CONTINUE);
	SENT("n,a=bob,\001auth=Bearer tb\001\001");
	ck_assert_str_eq(first, "user=alice\001auth=Bearer t0ken\001\001");
	ck_assert_int_eq(step("", 0), SASL_OK);
	ck_assert_int_eq(sasl_client_step(other, "{}", 2, NULL, &out,
	    &outlen), SASL_OK);
	SENT("");
	ck_assert_str_eq(first, "user=alice\001auth=Bearer t0ken\001\001");
	sasl_dispose(&other);
}

static int
log_in_once(void)
{
	static const char message[] =
	    "user=alice\001auth=Bearer t0ken\001\001";
	sasl_conn_t *c = NULL;
	const char *data = NULL, *name = NULL;
	unsigned len = 0;
	int ok;

	ok = sasl_client_new("imap", "h.example.org", NULL, NULL,
	    like_postfix, 0, &c) == SASL_OK &&
	    sasl_client_start(c, "XOAUTH2", NULL, &data, &len, &name) ==
	    SASL_CONTINUE && len == sizeof(message) - 1 &&
	    memcmp(data, message, len) == 0 &&
	    sasl_client_step(c, NULL, 0, NULL, &data, &len) == SASL_OK &&
	    len == 0;
	sasl_dispose(&c);
	return ok;
}

static void *
log_in_often(void *failures)
{
	int i;

	for (i = 0; i < 25; i++)
		*(int *)failures += !log_in_once();
	return NULL;
}

TEST(threads)
{
	pthread_t thread[8];
	int failures[8] = { 0 };
	size_t i;

	init();
	for (i = 0; i < 8; i++)
		ck_assert_int_eq(pthread_create(&thread[i], NULL,
		    log_in_often, &failures[i]), 0);
	for (i = 0; i < 8; i++) {
		ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
		ck_assert_int_eq(failures[i], 0);
	}
}

TEST(a_fork_after_init)
{
	int status = 0, i;
	pid_t pid;

	init();
	ck_assert(log_in_once());
	for (i = 0; i < 4; i++) {
		if ((pid = fork()) == 0)
			_exit(log_in_once() ? 0 : 1);
		ck_assert_int_gt(pid, 0);
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert_int_eq(status, 0);
	}
	ck_assert(log_in_once());
}
