/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * unit.h - a unit test is registered where it is written:
 *
 *	FIXTURE(setup, teardown);
 *
 *	TEST(an_empty_name_is_refused)
 *	{
 *		ck_assert_int_eq(name_check(""), -1);
 *	}
 *
 * The tests of a program are in one file, and run in its order. Before and
 * after each, in its process, run the functions of the last FIXTURE above it;
 * either may be NULL. A program that does not define main() has one that
 * returns unit_run().
 *
 * To be included last: check.h has a macro fail().
 */
#pragma once

#include <check.h>

#include "scratch.h"

#define TEST(name) LOOP_TEST(name, 0, 1)

/* One test for each row of an array that is defined above; _i is its index. */
#define TABLE_TEST(name, table) LOOP_TEST(name, 0, COUNT(table))

/* One for each value of _i, which is at least first and less than end. */
#define LOOP_TEST(name, first, end) \
	static void name(int _i); \
	static struct unit_entry name##_entry = { \
		{ #name, name, __FILE__, __LINE__ }, (first), (end), \
		NULL, NULL, NULL \
	}; \
	UNIT_REGISTER(name##_entry) \
	static void name(int _i __attribute__((unused)))

#define FIXTURE(setup, teardown) \
	static struct unit_entry setup##_##teardown##_entry; \
	UNIT_REGISTER(setup##_##teardown##_entry) \
	static struct unit_entry setup##_##teardown##_entry = { \
		{ #setup, NULL, __FILE__, __LINE__ }, 0, 0, \
		setup, teardown, NULL \
	}

/* Runs what is registered; TAP on stdout. The exit status of the program. */
int unit_run(void);

/* libcheck's own: such a test would not be registered. */
#undef START_TEST
#undef END_TEST

/* Of the macros above. */
struct unit_entry {
	TTest test;			/* of a fixture: without a function */
	int first, end;
	SFun setup, teardown;
	struct unit_entry *next;
};

/* Keeps the entry, by its line. Called before main(). */
void unit_register(struct unit_entry *e);

#define UNIT_REGISTER(entry) \
	static void __attribute__((constructor)) \
	entry##_register(void) \
	{ \
		unit_register(&entry); \
	}
