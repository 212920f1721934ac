/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * name.h - account names, tokens, hosts, and words between blanks.
 */
#pragma once

#include <stddef.h>

#include "base/status.h"

#define NAME_MAX_LEN 200

/*
 * Copies an account name, folded to ASCII lower case, to name. Names are 1 to
 * 200 bytes of UTF-8, without control characters, characters that cannot be
 * seen (a name must not look like another) or '/', not beginning with '.' or
 * '-': so a name is always a plain file name. Returns 0, or -1 with
 * STATUS_CONFIG.
 */
int name_fold(char name[NAME_MAX_LEN + 1], const char *given, size_t len,
    struct failure *why);

/* True if text is whole UTF-8 without control characters. */
int text_is_clean(const char *text, size_t len);

/* The same, and without what reorders or hides text (utf8_is_hidden). */
int text_is_plain(const char *text, size_t len);

/* True for 1*( ALPHA / DIGIT / "-._~+/" ) *"=", b64token of RFC 6750 2.1. */
int token_is_clean(const char *token, size_t len);

/* True if len bytes are equal but for ASCII case, in every locale. */
int equal_folded(const char *a, const char *b, size_t len);

/*
 * True if one of the blank-separated patterns admits host: an exact name, an
 * address literal as text, "*.example.org" (one or more labels below), or
 * "*". ASCII case and one trailing dot do not count; nothing is looked up.
 */
int host_matches(const char *patterns, const char *host);

/* The first word of text and its length, or NULL. */
const char *words_next(const char *text, size_t *len);

/* True if they are equal but for ASCII case. */
int words_equal(const char *a, size_t a_len, const char *b, size_t b_len);

/* True if the word is one of text's. */
int words_have(const char *text, const char *word, size_t len);

/* Adds a word to a list of them, with what is between two; cuts it at size. */
void words_append(char *list, size_t size, const char *between,
    const char *word);
