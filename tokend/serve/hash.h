/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hash.h - texts as numbers, for tables that only compare them.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define HASH_BEGIN UINT64_C(14695981039346656037)

/*
 * 64 bits of FNV-1a, going on from h. Not for texts of which a stranger could
 * gain anything by having two look the same.
 */
uint64_t hash_bytes(uint64_t h, const char *bytes, size_t len);

/* The same for a text and its end, so that "a", "bc" is not "ab", "c". */
uint64_t hash_text(uint64_t h, const char *text);
