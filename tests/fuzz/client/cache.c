/* SPDX-License-Identifier: BSD-2-Clause */
/* cache.c - the file that a plugin reads a token from */
#include "fuzz.h"

#include <string.h>

#include "disk/cachefile.h"
#include "base/name.h"

FUZZ_TARGET(cache)
{
	struct buf first = BUF_INIT(CACHE_FILE_MAX);
	struct buf second = BUF_INIT(CACHE_FILE_MAX);
	struct cache c = CACHE_INIT, again = CACHE_INIT;

	MUST(buf_add(&c.file, data, len < CACHE_FILE_MAX ? len :
	    CACHE_FILE_MAX) == 0);
	if (cache_parse(&c) == 0) {
		MUST(strlen(c.id) == TOKEN_ID_LEN);
		MUST(token_is_clean(c.token, strlen(c.token)));
		(void)host_matches(c.hosts, "mx.example.org");
		MUST(cache_format(&c, &first) == 0);
		MUST(buf_add(&again.file, first.data, first.len) == 0);
		MUST(cache_parse(&again) == 0);
		MUST(cache_format(&again, &second) == 0);
		MUST(first.len == second.len &&
		    memcmp(first.data, second.data, first.len) == 0);
	}
	cache_free(&c);
	cache_free(&again);
	buf_free(&first);
	buf_free(&second);
}
