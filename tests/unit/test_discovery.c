/* SPDX-License-Identifier: BSD-2-Clause */
/* test_discovery.c - what an issuer said, and when it is asked */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/log.h"
#include "issuer/discovery.h"
#include "lineio.h"
#include "web.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define OAUTH "/.well-known/oauth-authorization-server"
#define OPENID "/.well-known/openid-configuration"

static struct web web;
static struct scope s;
static struct account a;
static struct token_failure why;
static char issuer[128], endpoint[128], body[1024];
static const char *field;

static void
load(void)
{
	char text[512];

	account_free(&a);
	snprintf(text, sizeof(text), "issuer = %s\nclient_id = x\n"
	    "proxy = none\nhosts = mx.example.org\n", issuer);
	scratch_write(scratch_path("config/accounts/acct.conf"), 0600, text);
	ck_assert_msg(account_load(&a, &s, "acct", &why.failure) == 0, "%s",
	    why.failure.text);
}

static void
setup(void)
{
	scratch_scope(&s);
	scratch_folder(scratch_path("config"), 0700);
	scratch_folder(scratch_path("config/accounts"), 0700);
	web_listen(&web);
	snprintf(issuer, sizeof(issuer), "%s", web.base);
	snprintf(endpoint, sizeof(endpoint), "%s/token", web.base);
	field = NULL;
	log_open("test", LOG_TO_SYSLOG);	/* not in the way of TAP */
	load();
}

static void
teardown(void)
{
	account_free(&a);
	scratch_teardown();
}

FIXTURE(setup, teardown);

/* The issuer answers, with that status. */
static void
serve(int status)
{
	struct page pages[] = { { OAUTH, status, NULL, body, field },
	    { OPENID, status, NULL, body, NULL }, PAGES_END };

	snprintf(body, sizeof(body), "{\"issuer\":\"%s\",\"token_endpoint\":"
	    "\"%s\"}", issuer, endpoint);
	web_serve(&web, pages);
}

static enum discovery
recall(int is_by_hand)
{
	load();
	return discovery_load(&a, &s, is_by_hand, &why);
}

/* What is asked is that one, in the end. */
static void
recalls(int is_by_hand, enum discovery expected)
{
	ck_assert_int_eq(recall(is_by_hand), expected);
	ck_assert_str_eq(a.token_endpoint, endpoint);
}

/* The path of the one file in metadata/. */
static const char *
kept_path(void)
{
	DIR *folder = opendir(scratch_path("state/metadata"));
	struct dirent *entry = NULL;
	const char *path = NULL;

	ck_assert_ptr_nonnull(folder);
	while ((entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.')
			path = scratch_path("state/metadata/%s",
			    entry->d_name);
	closedir(folder);
	ck_assert_ptr_nonnull(path);
	return path;
}

/* Writes the file that there is, with another endpoint and times. */
static void
put(const char *of, const char *token_endpoint, int64_t asked,
    int64_t renew_at, const char *more)
{
	char text[1024];

	snprintf(text, sizeof(text), "tokend-metadata=2\nissuer=%s\n"
	    "token_endpoint=%s\nasked=%lld\nrenew_at=%lld\n%s\n", of,
	    token_endpoint, (long long)asked, (long long)renew_at, more);
	scratch_write(kept_path(), 0600, text);
}

static int64_t
number_in(const char *name)
{
	char *text = scratch_read(kept_path()), *at = NULL;
	int64_t value = 0;

	ck_assert_ptr_nonnull(text);
	at = strstr(text, name);
	ck_assert_ptr_nonnull(at);
	value = strtoll(at + strlen(name), NULL, 10);
	free(text);
	return value;
}

static int64_t
lifetime(void)
{
	return number_in("renew_at=") - number_in("asked=");
}

TEST(is_asked_once)
{
	struct stat st;

	serve(200);
	recalls(0, DISCOVERY_FRESH);
	recalls(0, DISCOVERY_FRESH);
	recalls(0, DISCOVERY_FRESH);
	ck_assert_int_eq(web_stop(&web), 1);
	ck_assert_int_eq(lifetime(), DISCOVERY_LIFE);
	ck_assert_int_eq(stat(kept_path(), &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0600);
}

TEST(by_hand_it_is_asked_each_time)
{
	serve(200);
	recalls(1, DISCOVERY_FRESH);
	recalls(1, DISCOVERY_FRESH);
	ck_assert_int_eq(web_stop(&web), 2);
	/* And where it does not answer, what is known is good enough. */
	recalls(1, DISCOVERY_FRESH);
}

TEST(an_issuer_that_never_answered_is_a_failure)
{
	serve(503);
	ck_assert_int_eq(recall(0), DISCOVERY_FAILED);
	ck_assert_int_eq(why.failure.code, STATUS_LATER);
	ck_assert_ptr_nonnull(strstr(why.failure.text, "account \"acct\": "));
	ck_assert_ptr_null(a.token_endpoint);
	web_stop(&web);
}

TEST(an_endpoint_of_the_account_itself_is_no_matter_of_ours)
{
	char own[] = "https://own.example/token";

	a.token_endpoint = own;
	ck_assert_int_eq(discovery_load(&a, &s, 1, &why), DISCOVERY_UNUSED);
	ck_assert_str_eq(a.token_endpoint, own);
	a.token_endpoint = NULL;
	a.grant = GRANT_COMMAND;
	ck_assert_int_eq(discovery_load(&a, &s, 1, &why), DISCOVERY_UNUSED);
	ck_assert_int_eq(access(scratch_path("state/metadata"), F_OK), -1);
}

TEST(what_is_old_still_counts_and_is_renewed_afterwards)
{
	char old[160];

	serve(200);
	recalls(0, DISCOVERY_FRESH);
	/* The issuer has another one by now. */
	snprintf(old, sizeof(old), "%s/before", web.base);
	put(issuer, old, 1000, 2000, "end=yes\n");
	ck_assert_int_eq(recall(0), DISCOVERY_OLD);
	ck_assert_str_eq(a.token_endpoint, old);
	discovery_renew(&s, "acct");
	recalls(0, DISCOVERY_FRESH);
	discovery_renew(&s, "acct");
	ck_assert_int_eq(web_stop(&web), 2);
}

TEST(a_renewal_that_fails_changes_nothing)
{
	int64_t now = clock_seconds();

	serve(200);
	recalls(0, DISCOVERY_FRESH);
	web_stop(&web);
	put(issuer, endpoint, 1000, 2000, "end=yes\n");
	discovery_renew(&s, "acct");
	/* It counts as before, and the next try is not at each refresh. */
	recalls(0, DISCOVERY_FRESH);
	ck_assert_int_ge(number_in("renew_at="), now + 3600);
	ck_assert_int_eq(number_in("asked="), 1000);
}

TEST(a_clock_set_back_makes_it_old)
{
	int64_t now = clock_seconds();

	serve(200);
	recalls(0, DISCOVERY_FRESH);
	web_stop(&web);
	put(issuer, endpoint, now + 1000, now + 90000, "end=yes\n");
	recalls(0, DISCOVERY_OLD);
}

TEST(what_is_in_doubt_is_asked_first)
{
	serve(200);
	recalls(0, DISCOVERY_FRESH);
	discovery_mark_doubtful(&a, &s);
	recalls(0, DISCOVERY_FRESH);
	recalls(0, DISCOVERY_FRESH);
	ck_assert_int_eq(web_stop(&web), 2);
	/* Nobody says better: it is tried on, and goes on being doubted. */
	discovery_mark_doubtful(&a, &s);
	recalls(0, DISCOVERY_FRESH);
	ck_assert_int_eq(number_in("doubted=yes\nend=yes"), 0);
}

static const struct {
	const char *field;
	int64_t lifetime;
} fields[] = {
	{ "Cache-Control: max-age=7200", 7200 },
	{ "cache-control: public, MAX-AGE=7201, must-revalidate", 7201 },
	{ "Cache-Control: max-age=1", DISCOVERY_LIFE_LEAST },
	{ "Cache-Control: max-age=0", DISCOVERY_LIFE_LEAST },
	{ "Cache-Control: no-store", DISCOVERY_LIFE_LEAST },
	{ "Cache-Control: max-age=86400, no-cache", DISCOVERY_LIFE_LEAST },
	{ "Cache-Control: max-age=99999999999999999999", DISCOVERY_LIFE_MOST },
	{ "Cache-Control: max-age=, private", DISCOVERY_LIFE },
	{ "Cache-Control: s-maxage=7200", DISCOVERY_LIFE },
	{ "Cache-Control: ,,,", DISCOVERY_LIFE }
};

TABLE_TEST(the_provider_says_how_long_within_bounds, fields)
{
	field = fields[_i].field;
	serve(200);
	recalls(0, DISCOVERY_FRESH);
	web_stop(&web);
	ck_assert_int_eq(lifetime(), fields[_i].lifetime);
}

/* What is not of this issuer, or not ours, or not whole, is as if not there. */
static void
spoil(int how)
{
	int64_t now = clock_seconds();

	switch (how) {
	case 0:
		put("https://other.example", endpoint, now, now + 9999,
		    "end=yes\n");
		break;
	case 1:
		put(issuer, "http://attacker.example/token", now, now + 9999,
		    "end=yes\n");
		break;
	case 2:
		put(issuer, "file:///etc/passwd", now, now + 9999,
		    "end=yes\n");
		break;
	case 3:
		put(issuer, endpoint, now, now + 9999, "");
		break;
	case 4:
		scratch_bytes(kept_path(), 0600, "\0\0\0\0\0\0\0\0", 8);
		break;
	case 5:
		ck_assert_int_eq(chmod(kept_path(), 0604), 0);
		break;
	case 6:
		ck_assert_int_eq(chmod(kept_path(), 0620), 0);
		break;
	default:
		ck_assert_int_eq(truncate(kept_path(), 0), 0);
	}
}

/* An older tokend's, in which they are not: it counts until there is more. */
TEST(how_a_client_proves_itself_is_kept)
{
	char text[1024];

	serve(200);
	recalls(0, DISCOVERY_FRESH);
	ck_assert_str_eq(a.auth_methods, ACCOUNT_METHODS_DEFAULT);
	recalls(0, DISCOVERY_FRESH);
	ck_assert_str_eq(a.auth_methods, ACCOUNT_METHODS_DEFAULT);
	snprintf(text, sizeof(text), "tokend-metadata=1\nissuer=%s\n"
	    "token_endpoint=%s\nasked=%lld\nrenew_at=%lld\nend=yes\n\n",
	    issuer, endpoint, (long long)clock_seconds(),
	    (long long)clock_seconds() + 9999);
	scratch_write(kept_path(), 0600, text);
	recalls(0, DISCOVERY_OLD);
	ck_assert_ptr_null(a.auth_methods);
	discovery_renew(&s, "acct");
	recalls(0, DISCOVERY_FRESH);
	ck_assert_str_eq(a.auth_methods, ACCOUNT_METHODS_DEFAULT);
	ck_assert_int_eq(web_stop(&web), 2);
}

LOOP_TEST(what_does_not_count, 0, 8)
{
	serve(200);
	recalls(0, DISCOVERY_FRESH);
	spoil(_i);
	recalls(0, DISCOVERY_FRESH);
	ck_assert_int_eq(web_stop(&web), 2);
}

TEST(who_asks_in_another_way_shares_nothing)
{
	char *other = strdup("/etc/ssl/certs/ca-certificates.crt");

	serve(200);
	recalls(0, DISCOVERY_FRESH);
	load();
	ck_assert_ptr_nonnull(other);
	a.ca_file = other;
	ck_assert_int_eq(discovery_load(&a, &s, 0, &why), DISCOVERY_FRESH);
	ck_assert_int_eq(web_stop(&web), 2);
	ck_assert_int_eq(scratch_count(scratch_path("state/metadata")), 2);
}

/* Somebody else is writing it, or it cannot be written: the refresh goes on. */
TEST(keeping_it_is_never_an_obstacle)
{
	int folder = -1;

	scratch_folder(scratch_path("state"), 0700);
	scratch_folder(scratch_path("state/metadata"), 0700);
	folder = open(scratch_path("state/metadata"), O_RDONLY | O_DIRECTORY);
	ck_assert_int_ne(folder, -1);
	ck_assert_int_eq(flock(folder, LOCK_EX), 0);
	serve(200);
	recalls(0, DISCOVERY_FRESH);
	ck_assert_int_eq(scratch_count(scratch_path("state/metadata")), 0);
	close(folder);
	ck_assert_int_eq(chmod(scratch_path("state/metadata"), 0777), 0);
	recalls(0, DISCOVERY_FRESH);
	ck_assert_int_eq(web_stop(&web), 2);
}
