/* SPDX-License-Identifier: BSD-2-Clause */
/* test_setup_exim.c - update-exim4.conf.conf, whose last assignment counts */
#include <string.h>

#include "edited.h"

#include "unit.h"	/* last: check.h has a macro fail() */

FIXTURE(edited_setup, edited_teardown);

#define SPLIT "dc_use_split_config="

static const struct {
	const char *before, *after;
} files[] = {
	{ "dc_eximconfig_configtype='local'\n" SPLIT "'false'\nCFILEMODE='644'"
	    "\n", "dc_eximconfig_configtype='local'\n" SPLIT "'true'\n"
	    "CFILEMODE='644'\n" },
	{ SPLIT "\"false\"", SPLIT "'true'" },
	{ SPLIT "'true'\n", SPLIT "'true'\n" },
	{ SPLIT "\"true\"\n", SPLIT "\"true\"\n" },
	{ SPLIT "true # so\n", SPLIT "true # so\n" },
	{ "# " SPLIT "'true'\n" SPLIT "''\n", "# " SPLIT "'true'\n"
	    SPLIT "'true'\n" },
	{ "", SPLIT "'true'\n" },
	{ "dc_smarthost='a'", "dc_smarthost='a'\n" SPLIT "'true'\n" }
};

LOOP_TEST(the_configuration_is_split, 0,
    (int)(sizeof(files) / sizeof(files[0])))
{
	struct edit e = edited_by(&exim_recipe, &edited_smtp);
	int i;

	edited_begin(files[_i].before);
	for (i = 0; i < 2; i++) {
		ck_assert_int_eq(edit_blocks(&e, &edited_why), EDIT_FOUND);
		ck_assert_str_eq(buf_text(&edited), files[_i].after);
	}
}
