/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * duration.h - a length of time, for people.
 */
#ifndef TOKEND_DURATION_H
#define TOKEND_DURATION_H

#include <stdint.h>

#define SPAN_MAX 32

/* "42 min", "3 h"; less than nothing is "0 s". Returns text. */
const char *span_text(char text[SPAN_MAX], int64_t seconds);

#endif
