/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * utf8.h - one character at a time, without a locale.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * The length (1 to 4) of the whole, well-formed UTF-8 sequence (RFC 3629 4)
 * that s begins with, or 0 if there is none within len bytes.
 */
size_t utf8_length(const char *s, size_t len);

/* True for C0 controls, DEL and, in two bytes, the C1 controls. */
int utf8_is_control(const char *s, size_t length);

/*
 * True for what reorders or hides the text around it, or cannot be seen:
 * format characters, line and paragraph separators, all that Unicode ignores
 * by default, and noncharacters. s begins with a whole sequence of length.
 */
int utf8_is_hidden(const char *s, size_t length);

/* The code point of the whole sequence that s begins with. */
uint32_t utf8_code(const char *s, size_t length);
