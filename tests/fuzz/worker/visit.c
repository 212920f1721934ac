/* SPDX-License-Identifier: BSD-2-Clause */
/* visit.c - whoever comes to the receiver, and the address that is pasted */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "signin/authorize.h"
#include "signin/visit.h"

#define STATE "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789_-AbCdE"

static int
read_head(const char *data, size_t len, struct visit *v, struct buf *head)
{
	*head = fuzz_buf(data, len, 2 * VISIT_HEAD_MAX);
	memset(v, 0, sizeof(*v));
	return visit_read(v, head);
}

/* In whatever pieces it comes: what is wrong at first stays wrong. */
FUZZ_TARGET(visit)
{
	struct buf head, part;
	struct visit v, early;
	int status = 0, before = 0;
	size_t n = len < 2 * VISIT_HEAD_MAX ? len : 2 * VISIT_HEAD_MAX;

	before = read_head(data, n / 2, &early, &part);
	status = read_head(data, n, &v, &head);
	MUST(status == 0 || status == 200 || status == 400 || status == 405 ||
	    status == 414 || status == 431);
	if (before == 400 || before == 414)
		MUST(status == 400 || status == 414);
	if (status == 200) {
		MUST(v.path[0] == '/' && v.host != NULL);
		MUST(v.path >= head.data && v.path < head.data + head.len);
		(void)visit_is_for_us(v.host, 4711);
	}
	buf_free(&part);
	buf_free(&head);
}

/* Only an answer with our state is taken; '$' stands for the secret. */
FUZZ_TARGET(authorize)
{
	struct buf pasted = fuzz_insert(data, strnlen(data, len));
	struct authorize z = AUTHORIZE_INIT;
	struct account a;
	struct token_failure why;
	size_t n = 0;
	const char *found = authorize_find_query(buf_text(&pasted), &n);
	char *query = fuzz_text(found, n);
	enum authorize_answer result = AUTHORIZE_OTHER;

	MUST(found >= buf_text(&pasted) && found + n <=
	    buf_text(&pasted) + pasted.len);
	memset(&a, 0, sizeof(a));
	memset(&why, 0, sizeof(why));
	snprintf(a.name, sizeof(a.name), "%s", "acct");
	MUST(buf_adds(&z.state, STATE) == 0);
	MUST(buf_adds(&z.verifier, FUZZ_SECRET) == 0);
	result = authorize_read(&z, &a, query, &why);
	if (result != AUTHORIZE_OTHER)
		MUST(strstr(query, "state=") != NULL);
	if (result == AUTHORIZE_CODE)
		MUST(z.code.len > 0);
	else
		fuzz_printable(why.failure.text);
	authorize_free(&z);
	buf_free(&pasted);
	free(query);
}
