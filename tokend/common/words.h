/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words.h - blank-separated words, such as scopes (RFC 6749 3.3).
 */
#ifndef TOKEND_WORDS_H
#define TOKEND_WORDS_H

#include <stddef.h>

/* The first word of text and its length, or NULL. */
const char *words_next(const char *text, size_t *len);

/* True if they are equal but for ASCII case. */
int words_equal(const char *a, size_t a_len, const char *b, size_t b_len);

/* True if the word is one of text's. */
int words_have(const char *text, const char *word, size_t len);

/* Adds a word to a list of them, with what is between two; cuts it at size. */
void words_append(char *list, size_t size, const char *between,
    const char *word);

#endif
