/* SPDX-License-Identifier: BSD-2-Clause */
/* test_cachefile.c - a token on disk: the new one whole, or none */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk/cachefile.h"

#include "unit.h"	/* last: check.h has a macro fail() */

FIXTURE(scratch_setup, scratch_teardown);

#define ID "0123456789abcdef0123456789abcdef"
#define STAMP "1.2.3.4"
#define ISSUED 1000000

static const struct cache whole = {
	.id = ID,
	.token = "ya29.abc_DEF-~+/==",
	.issued = ISSUED,
	.fresh_until = ISSUED + 3300,
	.expires = ISSUED + 3600,
	.min_valid = 60,
	.hosts = "imap.example.org *.example.net",
	.refused = "bad.example.net",
	.users = { "me", "me-smtp", "me-imap", "me-pop" },
	.stamp = STAMP
};

/* cache_read of these bytes at now; c is to be freed. */
static int
read_bytes(struct cache *c, const char *data, size_t len, const char *stamp,
    int64_t now)
{
	const char *path = scratch_path("cache");
	int fd, result;

	scratch_bytes(path, 0600, data, len);
	*c = (struct cache)CACHE_INIT;
	ck_assert_int_ne(fd = open(path, O_RDONLY | O_CLOEXEC), -1);
	result = cache_read(c, fd, stamp, now);
	close(fd);
	return result;
}

TEST(a_cache_goes_round)
{
	struct buf b = BUF_INIT(CACHE_FILE_MAX);
	struct cache c;

	ck_assert_int_eq(cache_format(&whole, &b), 0);
	ck_assert_int_eq(read_bytes(&c, b.data, b.len, STAMP, ISSUED), 0);
	ck_assert_str_eq(c.id, whole.id);
	ck_assert_str_eq(c.token, whole.token);
	ck_assert_int_eq(c.issued, whole.issued);
	ck_assert_int_eq(c.fresh_until, whole.fresh_until);
	ck_assert_int_eq(c.expires, whole.expires);
	ck_assert_int_eq(c.min_valid, whole.min_valid);
	ck_assert_str_eq(c.hosts, whole.hosts);
	ck_assert_str_eq(c.refused, whole.refused);
	ck_assert_str_eq(c.users.user, "me");
	ck_assert_str_eq(c.users.smtp, "me-smtp");
	ck_assert_str_eq(c.users.imap, "me-imap");
	ck_assert_str_eq(c.users.pop, "me-pop");
	ck_assert_str_eq(c.stamp, STAMP);
	cache_free(&c);
	ck_assert_ptr_null(c.token);
	buf_free(&b);
}

TEST(what_is_optional_may_be_missing)
{
	struct buf b = BUF_INIT(CACHE_FILE_MAX);
	struct cache bare = whole, c;

	bare.refused = NULL;
	memset(&bare.users, 0, sizeof(bare.users));
	ck_assert_int_eq(cache_format(&bare, &b), 0);
	ck_assert_int_eq(read_bytes(&c, b.data, b.len, STAMP, ISSUED), 0);
	ck_assert_str_eq(c.refused, "");
	ck_assert_ptr_null(c.users.user);
	ck_assert_ptr_null(c.users.smtp);
	ck_assert_ptr_null(c.users.imap);
	ck_assert_ptr_null(c.users.pop);
	cache_free(&c);
	buf_free(&b);
}

static const char *const needed[] = { "tokend-cache=", "id=", "token=",
    "issued=", "fresh_until=", "expires=", "min_valid=", "hosts=", "stamp=",
    "end=" };

TABLE_TEST(without_a_line_that_is_needed_it_is_absent, needed)
{
	struct buf b = BUF_INIT(CACHE_FILE_MAX), cut = BUF_INIT(CACHE_FILE_MAX);
	struct cache c;
	char *line, *next;

	ck_assert_int_eq(cache_format(&whole, &b), 0);
	line = strstr(b.data, needed[_i]);
	while (line != b.data && line[-1] != '\n')
		line = strstr(line + 1, needed[_i]);
	next = strchr(line, '\n') + 1;
	ck_assert_int_eq(buf_add(&cut, b.data, (size_t)(line - b.data)), 0);
	ck_assert_int_eq(buf_adds(&cut, next), 0);
	ck_assert_int_eq(read_bytes(&c, cut.data, cut.len, STAMP, ISSUED), -1);
	cache_free(&c);
	buf_free(&b);
	buf_free(&cut);
}

TEST(a_cut_file_is_absent)
{
	struct buf b = BUF_INIT(CACHE_FILE_MAX);
	struct cache c;
	size_t i;

	ck_assert_int_eq(cache_format(&whole, &b), 0);
	for (i = 0; i <= b.len; i++) {
		ck_assert_int_eq(read_bytes(&c, b.data, i, STAMP, ISSUED),
		    i == b.len ? 0 : -1);
		cache_free(&c);
	}
	/* So is one with more behind its end, and one of zeros. */
	ck_assert_int_eq(buf_adds(&b, "\n"), 0);
	ck_assert_int_eq(read_bytes(&c, b.data, b.len, STAMP, ISSUED), -1);
	cache_free(&c);
	memset(b.data, 0, b.len);
	ck_assert_int_eq(read_bytes(&c, b.data, b.len, STAMP, ISSUED), -1);
	cache_free(&c);
	buf_free(&b);
}

static const struct {
	const char *from, *to;
} changes[] = {
	{ "end=yes", "end=no" },
	{ "end=yes", "end=" },
	{ "tokend-cache=1", "tokend-cache=2" },
	{ "tokend-cache=1", "tokend-state=1" },
	{ "id=" ID, "id=" },
	{ "id=" ID, "id=" ID "0" },
	{ "issued=1000000", "issued=" },
	{ "issued=1000000", "issued=1e6" },
	{ "expires=1003600", "expires=9999999999999999999" },
	{ "min_valid=60", "min_valid=x" },
	{ "hosts=", "token=" },		/* twice */
	{ "stamp=", "stamp\r=" },
};

TABLE_TEST(a_changed_line_makes_it_absent, changes)
{
	struct buf b = BUF_INIT(CACHE_FILE_MAX), to = BUF_INIT(CACHE_FILE_MAX);
	struct cache c;
	char *at;

	ck_assert_int_eq(cache_format(&whole, &b), 0);
	ck_assert_ptr_nonnull(at = strstr(b.data, changes[_i].from));
	ck_assert_int_eq(buf_add(&to, b.data, (size_t)(at - b.data)), 0);
	ck_assert_int_eq(buf_adds(&to, changes[_i].to), 0);
	ck_assert_int_eq(buf_adds(&to, at + strlen(changes[_i].from)), 0);
	ck_assert_int_eq(read_bytes(&c, to.data, to.len, STAMP, ISSUED), -1);
	cache_free(&c);
	buf_free(&b);
	buf_free(&to);
}

TEST(of_another_stamp_it_is_absent)
{
	struct buf b = BUF_INIT(CACHE_FILE_MAX);
	struct cache c;

	ck_assert_int_eq(cache_format(&whole, &b), 0);
	ck_assert_int_eq(read_bytes(&c, b.data, b.len, "1.2.3.5", ISSUED), -1);
	cache_free(&c);
	ck_assert_int_eq(read_bytes(&c, b.data, b.len, "", ISSUED), -1);
	cache_free(&c);
	buf_free(&b);
}

TEST(a_clock_set_back_makes_it_absent)
{
	struct buf b = BUF_INIT(CACHE_FILE_MAX);
	struct cache c;

	ck_assert_int_eq(cache_format(&whole, &b), 0);
	ck_assert_int_eq(read_bytes(&c, b.data, b.len, STAMP, ISSUED - 300),
	    0);
	cache_free(&c);
	ck_assert_int_eq(read_bytes(&c, b.data, b.len, STAMP, ISSUED - 301),
	    -1);
	cache_free(&c);
	buf_free(&b);
}

/* Nothing of it overflows a sum, whatever it holds. */
TEST(extreme_numbers_are_read)
{
	static const int64_t extreme[] = { INT64_C(999999999999999999),
	    INT64_C(-999999999999999999), 0 };
	struct cache far = whole, c;
	struct buf b = BUF_INIT(CACHE_FILE_MAX);
	int i;

	for (i = 0; i < COUNT(extreme); i++) {
		far.fresh_until = far.expires = far.min_valid = extreme[i];
		buf_reset(&b);
		ck_assert_int_eq(cache_format(&far, &b), 0);
		ck_assert_int_eq(read_bytes(&c, b.data, b.len, STAMP, ISSUED),
		    0);
		ck_assert_int_eq(c.expires, extreme[i]);
		cache_free(&c);
	}
	far = whole;
	far.issued = extreme[1];
	buf_reset(&b);
	ck_assert_int_eq(cache_format(&far, &b), 0);
	ck_assert_int_eq(read_bytes(&c, b.data, b.len, STAMP, 0), 0);
	cache_free(&c);
	buf_free(&b);
}

TEST(a_file_too_long_is_absent)
{
	struct buf b = BUF_INIT(CACHE_FILE_MAX);
	char *much = calloc(1, CACHE_FILE_MAX + 1);
	struct cache c;

	ck_assert_int_eq(cache_format(&whole, &b), 0);
	memset(much, '\n', CACHE_FILE_MAX + 1);
	memcpy(much, b.data, b.len);
	ck_assert_int_eq(read_bytes(&c, much, CACHE_FILE_MAX + 1, STAMP,
	    ISSUED), -1);
	cache_free(&c);
	ck_assert_int_eq(read_bytes(&c, "", 0, STAMP, ISSUED), -1);
	cache_free(&c);
	free(much);
	buf_free(&b);
}

TEST(a_folder_is_no_cache)
{
	struct cache c = CACHE_INIT;
	int fd = open(scratch(), O_RDONLY | O_CLOEXEC);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(cache_read(&c, fd, STAMP, ISSUED), -1);
	cache_free(&c);
	close(fd);
}

TEST(what_would_break_a_line_is_not_written)
{
	struct buf b = BUF_INIT(CACHE_FILE_MAX);
	struct cache c = whole;

	c.hosts = "a\nend=yes";
	ck_assert_int_eq(cache_format(&c, &b), -1);
	buf_free(&b);
	b = (struct buf)BUF_INIT(20);
	ck_assert_int_eq(cache_format(&whole, &b), -1);
	buf_free(&b);
}

TEST(another_state_of_the_file_is_another_stamp)
{
	struct stat a, b;
	char first[STAMP_MAX], second[STAMP_MAX];
	struct timespec when[2] = { { 5, 6 }, { 7, 8 } };
	int fd;

	scratch_write(scratch_path("a"), 0600, "text");
	ck_assert_int_eq(stat(scratch_path("a"), &a), 0);
	cache_stamp(first, &a);
	ck_assert_int_eq(stat(scratch_path("a"), &b), 0);
	cache_stamp(second, &b);
	ck_assert_str_eq(first, second);
	/* Another time, size or file. */
	fd = open(scratch_path("a"), O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(futimens(fd, when), 0);
	close(fd);
	ck_assert_int_eq(stat(scratch_path("a"), &b), 0);
	cache_stamp(second, &b);
	ck_assert_str_ne(first, second);
	b = a;
	b.st_mtim.tv_nsec ^= 1;
	cache_stamp(second, &b);
	ck_assert_str_ne(first, second);
	b = a;
	b.st_size++;
	cache_stamp(second, &b);
	ck_assert_str_ne(first, second);
	b = a;
	b.st_ino++;
	cache_stamp(second, &b);
	ck_assert_str_ne(first, second);
	/* The longest fits. */
	b.st_mtim.tv_sec = INT64_MIN;
	b.st_mtim.tv_nsec = 999999999;
	b.st_size = INT64_MAX;
	b.st_ino = UINT64_MAX;
	cache_stamp(second, &b);
	ck_assert_uint_lt(strlen(second), STAMP_MAX);
}

static const struct {
	const char *service, *user;
} services[] = {
	{ NULL, "u" }, { "", "u" }, { "smtp", "s" }, { "lmtp", "s" },
	{ "submission", "s" }, { "imap", "i" }, { "pop", "p" },
	{ "pop3", "p" }, { "ldap", "u" },
};

TABLE_TEST(a_service_has_its_mailbox, services)
{
	static const struct users all = { "u", "s", "i", "p" };
	static const struct users only_user = { .user = "u" };
	static const struct users none = { NULL, NULL, NULL, NULL };
	const char *service = services[_i].service;

	ck_assert_str_eq(users_for_service(&all, service), services[_i].user);
	ck_assert_str_eq(users_for_service(&only_user, service), "u");
	ck_assert_ptr_null(users_for_service(&none, service));
}
