/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ini.h - files of sections, as Python's configparser writes and reads them
 * without interpolation.
 *
 * `option = value` or `option: value` below a `[section]`; options in lower
 * case; lines indented deeper than their option go on with its value, joined
 * by newlines; '#' and ';' begin comment lines; what is in [DEFAULT] is in
 * every section. Nothing may come twice.
 */
#pragma once

#include <stddef.h>

#define INI_ENTRIES 8192	/* sections and options in all */

struct ini;

/*
 * Parses text of len bytes. Returns it, to be freed by ini_free; or NULL, with
 * *line and *what, which is NULL if there was no memory.
 */
struct ini *ini_parse(const char *text, size_t len, int *line,
    const char **what);

/* The name of section i, counted from 0; NULL behind the last. */
const char *ini_section(const struct ini *ini, size_t i);

/* The value of the option in section i; NULL if it is absent. */
const char *ini_value(const struct ini *ini, size_t i, const char *option);

void ini_free(struct ini *ini);		/* wipes; ini may be NULL */
