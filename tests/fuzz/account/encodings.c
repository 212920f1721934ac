/* SPDX-License-Identifier: BSD-2-Clause */
/* encodings.c - base64, both alphabets; and the findings of a worker */
#include "fuzz.h"

#include <string.h>

#include "base/base64.h"
#include "common/finding.h"
#include "knowledge/mail_advice.h"

static void
check_round(int (*add)(struct buf *b, const void *data, size_t len),
    const char *data, size_t len)
{
	struct buf text = BUF_INIT(2 * len + 4), back = BUF_INIT(len + 4);

	MUST(add(&text, data, len) == 0);
	MUST(strlen(buf_text(&text)) == text.len);
	MUST(base64_decode(&back, buf_text(&text), text.len) == 0);
	MUST(back.len == len && memcmp(buf_text(&back), data, len) == 0);
	buf_free(&text);
	buf_free(&back);
}

FUZZ_TARGET(base64)
{
	struct buf bytes = BUF_INIT(len + 1);

	check_round(base64_add, data, len);
	check_round(base64url_add, data, len);
	if (base64_decode(&bytes, data, len) == 0) {
		MUST(bytes.len <= (len + 3) / 4 * 3);
		check_round(base64_add, buf_text(&bytes), bytes.len);
	}
	buf_free(&bytes);
}

/* A mail server's words, and what the worker's findings are read from. */
FUZZ_TARGET(finding)
{
	struct buf raw = fuzz_buf(data, len, 65536);
	struct finding f;
	struct attrs a;

	MUST(mail_advice_find(buf_text(&raw)) != NULL);
	if (attrs_parse(&a, &raw, NULL) == 0 && finding_parse(&f, &a) == 0) {
		fuzz_printable(f.found);
		fuzz_printable(f.matters);
		fuzz_printable(f.fix);
	}
	buf_free(&raw);
}
