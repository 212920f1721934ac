/* SPDX-License-Identifier: BSD-2-Clause */
/* test_json_scan.c - the one string that must not be lost */
#include <stdlib.h>
#include <string.h>

#include "json/json_scan.h"

#include "unit.h"	/* last: check.h has a macro fail() */

/* With room for 9 bytes. */
static const struct {
	const char *text;
	const char *value;	/* NULL: as the next says */
	long result;
} texts[] = {
	{ "{\"rt\":\"1//0g\"}", "1//0g", 0 },
	{ " { \"a\" : 1 , \"rt\" :\t\"x\" , \"b\":[{}]}\r\n", "x", 0 },
	{ "{\"rt\":\"a\\/b\\u002Bc\\u003d\"}", "a/b+c=", 0 },
	{ "{\"rt\":\"\"}", "", 0 },
	{ "{\"rt\":\"123456789\"}", "123456789", 0 },
	/* The last counts, and only the object's own. */
	{ "{\"rt\":\"old\",\"rt\":\"new\"}", "new", 0 },
	{ "{\"rt\":\"old\",\"rt\":null}", NULL, SCAN_MISSING },
	{ "{\"a\":{\"rt\":\"x\"},\"b\":[\"rt\",\"y\"],\"c\":\"rt\"}", NULL,
	    SCAN_MISSING },
	{ "{\"a\":\"\\\"rt\\\":\\\"x\\\"\",\"rt\":\"y\"}", "y", 0 },
	{ "{\"a\":\"}{\\\\\",\"rt\":\"y\"}", "y", 0 },
	{ "{\"\\u0072t\":\"y\"}", "y", 0 },
	{ "{\"a\":1e5,\"b\":true,\"c\":-0.5,\"rt\":\"y\"}", "y", 0 },
	{ "{}", NULL, SCAN_MISSING },
	{ "{\"rtt\":\"x\",\"r\":\"x\"}", NULL, SCAN_MISSING },
	{ "{\"rt\":{\"rt\":\"x\"}}", NULL, SCAN_MISSING },
	/* What it does not judge. */
	{ "", NULL, SCAN_UNSURE },
	{ "[]", NULL, SCAN_UNSURE },
	{ "{\"rt\":\"x\"", NULL, SCAN_UNSURE },
	{ "{\"rt\":\"x", NULL, SCAN_UNSURE },
	{ "{\"rt\":\"x\\", NULL, SCAN_UNSURE },
	{ "{\"rt\":\"x\\u00", NULL, SCAN_UNSURE },
	{ "{\"rt\":\"x\"}}", NULL, SCAN_UNSURE },
	{ "{\"rt\":\"x\"},", NULL, SCAN_UNSURE },
	{ "{\"rt\":\"x\",}", NULL, SCAN_UNSURE },
	{ "{\"rt\" \"x\"}", NULL, SCAN_UNSURE },
	{ "{\"a\":]},\"rt\":\"x\"}", NULL, SCAN_UNSURE },
	{ "{\"a\":'\"rt\":',\"rt\":\"x\"}", NULL, SCAN_UNSURE },
	{ "{/* \"a\" */\"rt\":\"x\"}", NULL, SCAN_UNSURE },
	{ "{\"rt\":\"1234567890\"}", NULL, SCAN_UNSURE },
	{ "{\"rt\":\"a\\u0000b\"}", NULL, SCAN_UNSURE },
	{ "{\"rt\":\"a\\nb\"}", NULL, SCAN_UNSURE },
	{ "{\"rt\":\"\xc3\xa4\"}", NULL, SCAN_UNSURE },
};

TABLE_TEST(finds_the_string, texts)
{
	char out[10];
	long found = scan_string(texts[_i].text, strlen(texts[_i].text), "rt",
	    out, sizeof(out));

	if (texts[_i].value == NULL) {
		ck_assert_msg(found == texts[_i].result, "%s: %ld",
		    texts[_i].text, found);
		return;
	}
	ck_assert_msg(found == (long)strlen(texts[_i].value), "%s: %ld",
	    texts[_i].text, found);
	ck_assert_str_eq(out, texts[_i].value);
}

/* Every beginning of a text, in memory of just that size. */
TABLE_TEST(reads_no_byte_behind, texts)
{
	const char *text = texts[_i].text;
	size_t len = strlen(text), i;
	char out[10], *part;

	for (i = 0; i <= len; i++) {
		ck_assert_ptr_nonnull(part = malloc(i > 0 ? i : 1));
		memcpy(part, text, i);
		(void)scan_string(part, i, "rt", out, sizeof(out));
		free(part);
	}
}
