/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * set_text.h - a text for an array of a fixture; one that does not fit fails
 * the test. For files that include check_values.h, and for a test's own process
 * only.
 */
#pragma once

#include <stdio.h>

#define set_text(array, text) \
	ck_assert_int_lt(snprintf(array, sizeof(array), "%s", text), \
	    (int)sizeof(array))
