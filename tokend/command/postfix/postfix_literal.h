/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * postfix_literal.h - values for main.cf and master.cf, in which Postfix
 * expands $name.
 */
#pragma once

#include <stddef.h>

/*
 * Appends value to text, which holds a setting's beginning, with each dollar
 * doubled: Postfix reads the value as it is then. Returns text; NULL where it
 * does not fit into size bytes.
 */
char *postfix_literal_add(char *text, size_t size, const char *value);
