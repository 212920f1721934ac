/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/hash.h"

#include <string.h>

#define PRIME UINT64_C(1099511628211)

uint64_t
hash_bytes(uint64_t h, const char *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		h = (h ^ (unsigned char)bytes[i]) * PRIME;
	return h;
}

uint64_t
hash_text(uint64_t h, const char *text)
{
	return hash_bytes(h, text, strlen(text) + 1);
}
