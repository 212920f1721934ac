/* SPDX-License-Identifier: BSD-2-Clause */
/* json_scan.c - the one string that is looked for without json-c */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "json/json.h"
#include "json/json_scan.h"

#define ROOM 64

/*
 * What it finds, json-c finds, too, wherever that takes the text at all; what
 * it says is missing, json-c has not. And where there is less room, it says
 * the same or nothing.
 */
FUZZ_TARGET(scan)
{
	static const char name[] = "refresh_token";
	char *out = malloc(ROOM), *small = malloc(8);
	const char *what = NULL, *found = NULL;
	struct jdoc *d = jdoc_parse(data, len, &what);
	long got = SCAN_UNSURE, less = SCAN_UNSURE;

	MUST(out != NULL && small != NULL);
	got = scan_string(data, len, name, out, ROOM);
	less = scan_string(data, len, name, small, 8);
	MUST(got == SCAN_MISSING || got == SCAN_UNSURE ||
	    (got >= 0 && got < ROOM));
	MUST(less == got || (less == SCAN_UNSURE && got >= 8));
	if (got >= 0) {
		MUST(strlen(out) == (size_t)got);
		fuzz_printable(out);
	}
	if (d != NULL && got != SCAN_UNSURE) {
		found = jdoc_string(d, name);
		MUST((found != NULL) == (got >= 0));
		MUST(found == NULL || strcmp(found, out) == 0);
	}
	jdoc_free(d);
	free(out);
	free(small);
}
