/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * duration.h - a length of time, for people.
 */
#ifndef TOKEND_DURATION_H
#define TOKEND_DURATION_H

#include <stdint.h>

#define DURATION_MAX 32

/* "42 min", "3 h"; less than nothing is "0 s". Returns text. */
const char *duration_text(char text[DURATION_MAX], int64_t seconds);

#endif
