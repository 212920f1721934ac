/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * number.h - decimal numbers, as they stand in files and messages.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define NUMBER_MAX_LEN 20

/* Writes number and a NUL to text; returns the length without the NUL. */
size_t number_write(char text[NUMBER_MAX_LEN + 1], int64_t number);

/*
 * Reads the digits that s begins with, a '-' before them included. Returns
 * the bytes read; 0 if there is no digit, or if there are more than 18.
 */
size_t number_read(const char *s, int64_t *number);
