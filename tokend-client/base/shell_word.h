/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shell_word.h - words of a command that a person copies from our output.
 */
#pragma once

#include <stddef.h>

#define SHELL_WORD_MAX(len) (4 * (len) + 3)	/* bytes, with NUL */

/*
 * Writes word to quoted as one word of sh(1): as it is where no character of
 * it means anything there, else in single quotes. Returns quoted; "" where
 * size is too small, so that no part of a word is ever shown as a whole one.
 */
const char *shell_word(char *quoted, size_t size, const char *word);

/*
 * The same with room for a path, which lives as long as the block that it is
 * used in; and with room for an account's name.
 */
#define SHELL_WORD(word) shell_word((char[SHELL_WORD_MAX(1024)]){ 0 }, \
	SHELL_WORD_MAX(1024), (word))
#define SHELL_NAME(name) shell_word((char[SHELL_WORD_MAX(200)]){ 0 }, \
	SHELL_WORD_MAX(200), (name))
