/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * small_check.c - as much of libcheck as our unit tests use, for C libraries
 * and machines for which no libcheck is installed (tests/portability). It
 * implements the functions that the macros of libcheck's own check.h call.
 *
 * Each test is a process that leads a process group, as in libcheck. What
 * fails is printed as TAP's comments.
 */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <check.h>

#define TESTS_MOST 400
#define CASES_MOST 20
#define TEST_SECONDS 300	/* only ends what hangs */

struct TCase {
	SFun setup, teardown;
	struct {
		const TTest *test;
		int start, end;
	} each[TESTS_MOST];
	int count;
};

struct Suite {
	TCase *cases[CASES_MOST];
	int count;
};

struct SRunner {
	Suite *suite;
	int number, failed;
};

static void * __attribute__((returns_nonnull))
allocate(size_t size)
{
	void *data = calloc(1, size);

	if (data == NULL)
		abort();
	return data;
}

Suite *
suite_create(const char *name)
{
	(void)name;
	return allocate(sizeof(Suite));
}

TCase *
tcase_create(const char *name)
{
	(void)name;
	return allocate(sizeof(TCase));
}

void
suite_add_tcase(Suite *s, TCase *t)
{
	if (s->count == CASES_MOST)
		abort();
	s->cases[s->count++] = t;
}

void
tcase_add_checked_fixture(TCase *t, SFun setup, SFun teardown)
{
	if (t->setup != NULL || t->teardown != NULL)
		abort();	/* libcheck takes several, this one does not */
	t->setup = setup;
	t->teardown = teardown;
}

void
tcase_set_timeout(TCase *t, double seconds)
{
	(void)t;
	(void)seconds;
}

void
_tcase_add_test(TCase *t, const TTest *test, int signal_number, int status,
    int start, int end)
{
	if (t->count == TESTS_MOST || signal_number != 0 || status != 0)
		abort();
	t->each[t->count].test = test;
	t->each[t->count].start = start;
	t->each[t->count++].end = end;
}

void
_mark_point(const char *file, int line)
{
	(void)file;
	(void)line;
}

void
_ck_assert_failed(const char *file, int line, const char *expression,
    const char *message, ...)
{
	va_list args;

	printf("# %s:%d: ", file, line);
	va_start(args, message);
	if (message != NULL)
		vprintf(message, args);
	else
		fputs(expression, stdout);
	va_end(args);
	putchar('\n');
	fflush(stdout);
	_exit(EXIT_FAILURE);
}

static void __attribute__((noreturn))
run_in_child(const TCase *t, const TTest *test, int i)
{
	setpgid(0, 0);
	if (t->setup != NULL)
		t->setup();
	test->fn(i);
	if (t->teardown != NULL)
		t->teardown();
	fflush(stdout);
	_exit(EXIT_SUCCESS);
}

/* The status, of a process that is killed when its time is over. */
static int
wait_for_child(pid_t child)
{
	const struct timespec limit = { .tv_sec = TEST_SECONDS };
	int status = -1;
	sigset_t ends;

	sigemptyset(&ends);
	sigaddset(&ends, SIGCHLD);
	if (sigtimedwait(&ends, NULL, &limit) == -1) {
		printf("# killed after %d s\n", TEST_SECONDS);
		kill(-child, SIGKILL);
	}
	waitpid(child, &status, 0);
	kill(-child, SIGKILL);	/* what it left running */
	return status;
}

static void
run_one(SRunner *r, const TCase *t, const TTest *test, int i)
{
	sigset_t ends, before;
	pid_t child;
	int status;

	sigemptyset(&ends);
	sigaddset(&ends, SIGCHLD);
	sigprocmask(SIG_BLOCK, &ends, &before);
	fflush(stdout);
	if ((child = fork()) == -1)
		abort();
	if (child == 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		run_in_child(t, test, i);
	}
	status = wait_for_child(child);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (WIFSIGNALED(status))
		printf("# ended by signal %d\n", WTERMSIG(status));
	r->failed += status != 0;
	printf("%s %d - %s, %d\n", status == 0 ? "ok" : "not ok", ++r->number,
	    test->name, i);
}

SRunner *
srunner_create(Suite *s)
{
	SRunner *r = allocate(sizeof(*r));

	r->suite = s;
	return r;
}

void
srunner_set_tap(SRunner *r, const char *name)
{
	(void)r;
	if (strcmp(name, "-") != 0)
		abort();
}

void
srunner_run_all(SRunner *r, enum print_output how)
{
	const TCase *t;
	int i, j, k;

	(void)how;
	for (i = 0; i < r->suite->count; i++) {
		t = r->suite->cases[i];
		for (j = 0; j < t->count; j++)
			for (k = t->each[j].start; k < t->each[j].end; k++)
				run_one(r, t, t->each[j].test, k);
	}
	printf("1..%d\n", r->number);
}

int
srunner_ntests_failed(SRunner *r)
{
	return r->failed;
}

void
srunner_free(SRunner *r)
{
	int i;

	for (i = 0; i < r->suite->count; i++)
		free(r->suite->cases[i]);
	free(r->suite);
	free(r);
}
