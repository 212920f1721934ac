/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "unit.h"

#define TEST_SECONDS 1200	/* ends what hangs: a machine may be slow */

static struct unit_entry *entries;

/* Compilers do not promise the order of constructors, so it is the lines'. */
void
unit_register(struct unit_entry *e)
{
	struct unit_entry **at = &entries;

	while (*at != NULL && (*at)->test.line < e->test.line)
		at = &(*at)->next;
	e->next = *at;
	*at = e;
}

static TCase *
add_case(Suite *suite, const char *name)
{
	TCase *t = tcase_create(name);

	tcase_set_timeout(t, TEST_SECONDS);
	suite_add_tcase(suite, t);
	return t;
}

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("unit");
	TCase *t = add_case(suite, "plain");
	const struct unit_entry *e;

	for (e = entries; e != NULL; e = e->next) {
		if (e->test.fn != NULL) {
			tcase_add_loop_test(t, &e->test, e->first, e->end);
			continue;
		}
		t = add_case(suite, e->test.name);
		tcase_add_checked_fixture(t, e->setup, e->teardown);
	}
	return suite;
}

int
unit_run(void)
{
	SRunner *r = srunner_create(make_suite());
	int failed;

	scratch_begin();
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	scratch_end();
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
