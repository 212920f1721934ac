/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * granted_scope.h - the scope that a provider granted, against the one that the
 * account asks for (RFC 6749 3.3, 5.1).
 */
#pragma once

#include <stddef.h>

#include "account/account.h"

/* Bytes of a scope that is kept; a longer one counts as not known. */
#define GRANTED_MAX 2000
#define GRANTED_REMEDY_MAX 2048
#define GRANTED_TEXT_MAX 4096

/* True if the account's token endpoint, or its issuer, is Microsoft's. */
int granted_by_microsoft(const struct account *a);

/* True if Microsoft granted that word of a scope, with any resource or none. */
int granted_has_permission(const char *granted, const char *word,
    size_t len);

/*
 * True if granted has that word of a scope, as the account's provider spells
 * it in its answers.
 */
int granted_has(const struct account *a, const char *granted,
    const char *word, size_t len);

/*
 * True if granted, which is "" where it is not known, covers each word of the
 * account's scope: then a renewal may name that scope (RFC 6749 6). Microsoft
 * does not name openid, profile, email and offline_access when it grants them.
 */
int granted_covers(const struct account *a, const char *granted);

/*
 * Writes the words of the account's scope that were not granted to missing, by
 * blanks. Words that only name the person are left out: a mail server asks for
 * none of them. Returns how many there are; 0 where granted is not known.
 */
int granted_missing(char missing[GRANTED_MAX + 1], const struct account *a,
    const char *granted);

/* What to do about them, without a full stop. */
void granted_remedy(char remedy[GRANTED_REMEDY_MAX], const struct account *a,
    const char *missing);

/* The same as one sentence, with what to do; "" where nothing is missing. */
void granted_text(char text[GRANTED_TEXT_MAX], const struct account *a,
    const char *granted);
