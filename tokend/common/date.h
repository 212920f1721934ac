/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * date.h - times of the wall clock and durations as text.
 */
#pragma once

#include <stdint.h>

/* "2026-11-29 01:40:12 UTC" */
#define DATE_MAX 40
const char *date_text(char text[DATE_MAX], int64_t when);

/*
 * The seconds of the wall clock that `2026-11-21T12:00:00.5+01:00` stands for
 * (RFC 3339 5.6, the fraction cut), or -1.
 */
int64_t date_read(const char *text);

/* "42 min", "3 h"; less than nothing is "0 s". Returns text. */
#define DURATION_MAX 32
const char *duration_text(char text[DURATION_MAX], int64_t seconds);
