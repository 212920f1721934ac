/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_spare.c - memory when there is none
 *
 * malloc and its like are replaced at link time (tests/Makefile.am), so that
 * they can fail; only what stands in objects of ours meets them.
 */
#include <openssl/crypto.h>
#include <stddef.h>
#include <string.h>

#include "net/spare.h"

#include "unit.h"	/* last: check.h has a macro fail() */

void *__real_malloc(size_t size);
void *__real_realloc(void *p, size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_calloc(size_t count, size_t size);

#define WHOLE ((size_t)512 * 1024)	/* spare.c */

static int is_short;

void *
__wrap_malloc(size_t size)
{
	return is_short ? NULL : __real_malloc(size);
}

void *
__wrap_realloc(void *p, size_t size)
{
	return is_short ? NULL : __real_realloc(p, size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return is_short ? NULL : __real_calloc(count, size);
}

static void
setup(void)
{
	spare_begin();
	is_short = 0;
}

FIXTURE(setup, NULL);

/* Only for that long: libcheck needs memory, too. */
static void *
resize(void *p, size_t size, int with_none)
{
	is_short = with_none;
	p = OPENSSL_realloc(p, size);
	is_short = 0;
	return p;
}

static void *
take(size_t size)
{
	void *p;

	is_short = 1;
	p = OPENSSL_zalloc(size);
	is_short = 0;
	return p;
}

TEST(it_is_there_when_there_is_none)
{
	char *p, *q;

	ck_assert_ptr_null(take(100));
	ck_assert_int_eq(spare_reserve(), 0);
	ck_assert_int_eq(spare_reserve(), 0);
	ck_assert_ptr_nonnull(p = take(100));
	memset(p, 'p', 100);
	ck_assert_ptr_nonnull(q = take(100));
	ck_assert_int_eq(q[0], 0);
	ck_assert_int_eq(q[99], 0);
	ck_assert_int_eq(p[99], 'p');
	OPENSSL_free(p);
	OPENSSL_free(q);
	ck_assert_ptr_nonnull(p = OPENSSL_malloc(100));
	OPENSSL_free(p);
}

/* Whichever of two places it comes from and goes to. */
LOOP_TEST(it_grows_with_its_content, 0, 4)
{
	char *p;

	ck_assert_int_eq(spare_reserve(), 0);
	ck_assert_ptr_nonnull(p = resize(NULL, 10, _i & 1));
	memcpy(p, "123456789", 10);
	ck_assert_ptr_nonnull(p = resize(p, 5000, (_i & 2) != 0));
	ck_assert_str_eq(p, "123456789");
	memset(p + 10, 'x', 4990);
	ck_assert_ptr_nonnull(p = resize(p, 5, (_i & 2) == 0));
	ck_assert_int_eq(memcmp(p, "12345", 5), 0);
	OPENSSL_free(p);
}

/* The size itself, and those that only their own head makes too large. */
TEST(one_piece_is_too_large)
{
	size_t size;

	ck_assert_int_eq(spare_reserve(), 0);
	for (size = WHOLE; size > WHOLE - sizeof(max_align_t); size--)
		ck_assert_ptr_null(take(size));
}

TEST(it_has_an_end)
{
	int i;

	ck_assert_int_eq(spare_reserve(), 0);
	for (i = 0; i < 100000 && take(1000) != NULL; i++)
		continue;
	ck_assert_int_gt(i, 300);
	ck_assert_int_lt(i, 600);
	ck_assert_ptr_null(take(600000));
	ck_assert_ptr_null(take((size_t)-1 / 2));
}
