/* SPDX-License-Identifier: BSD-2-Clause */
/* protocol.c - both messages of the line protocol, decoded and encoded again */
#include "fuzz.h"

#include <string.h>

#include "base/attr.h"
#include "base/name.h"
#include "proto.h"

static int
equal(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && memcmp(buf_text(a), buf_text(b),
	    a->len) == 0;
}

FUZZ_TARGET(request)
{
	struct buf raw = fuzz_buf(data, len, PROTO_MESSAGE_MAX);
	struct buf first = BUF_INIT(PROTO_MESSAGE_MAX);
	struct buf copy = BUF_INIT(PROTO_MESSAGE_MAX);
	struct buf second = BUF_INIT(PROTO_MESSAGE_MAX);
	struct failure why = { .code = STATUS_OK };
	struct request r;

	MUST(attrs_complete(data, len) <= (long)len);
	if (request_decode(&r, &raw, &why) == -1) {
		MUST(why.code != STATUS_OK);
		fuzz_printable(why.text);
	} else {
		MUST(request_encode(&r, &first) == 0);
		MUST(attrs_complete(first.data, first.len) ==
		    (long)first.len);
		MUST(buf_add(&copy, first.data, first.len) == 0);
		MUST(request_decode(&r, &copy, &why) == 0);
		MUST(request_encode(&r, &second) == 0);
		MUST(equal(&first, &second));
	}
	buf_free(&raw);
	buf_free(&first);
	buf_free(&copy);
	buf_free(&second);
}

FUZZ_TARGET(answer)
{
	struct buf raw = fuzz_buf(data, len, PROTO_MESSAGE_MAX);
	struct buf first = BUF_INIT(PROTO_MESSAGE_MAX);
	struct buf copy = BUF_INIT(PROTO_MESSAGE_MAX);
	struct buf second = BUF_INIT(PROTO_MESSAGE_MAX);
	struct answer a = ANSWER_INIT, b = ANSWER_INIT;
	struct failure why = { .code = STATUS_OK };

	if (answer_decode(&a, &raw, &why) == -1) {
		MUST(why.code != STATUS_OK);
		fuzz_printable(why.text);
	} else {
		if (a.token != NULL)
			MUST(token_is_clean(a.token, strlen(a.token)));
		if (a.said != NULL)
			fuzz_printable(a.said);
		fuzz_printable(a.failure.text);
		MUST(answer_encode(&a, &first) == 0);
		MUST(buf_add(&copy, first.data, first.len) == 0);
		MUST(answer_decode(&b, &copy, &why) == 0);
		MUST(answer_encode(&b, &second) == 0);
		MUST(equal(&first, &second));
	}
	answer_free(&a);
	answer_free(&b);
	buf_free(&raw);
	buf_free(&first);
	buf_free(&copy);
	buf_free(&second);
}
