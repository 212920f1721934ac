/* SPDX-License-Identifier: BSD-2-Clause */
/* sealed.c - a credential's file that is encrypted: its form, and its seal */
#include "fuzz.h"

#include <string.h>

#include "store/sealed.h"
#include "store/store.h"

static const struct keyring_key key = { .key = { 1, 2, 3 },
    .id = "0123456789abcdef" };

static int
open_file(const struct buf *file, const char *account, struct buf *text)
{
	struct buf copy = fuzz_buf(file->data, file->len, CREDENTIAL_FILE_MAX);
	struct attrs a;
	int result = 1;

	if (attrs_parse(&a, &copy, NULL) == 0 && sealed_key_id(&a) != NULL)
		result = sealed_read(&a, &key, account, text);
	buf_free(&copy);
	return result;
}

/* The bytes as a file, which nobody can make without the key; as a text. */
FUZZ_TARGET(sealed)
{
	struct buf raw = fuzz_buf(data, len, CREDENTIAL_TEXT_MAX);
	struct buf file = BUF_INIT(CREDENTIAL_FILE_MAX);
	struct buf text = BUF_INIT(CREDENTIAL_TEXT_MAX);

	MUST(raw.len == 0 || open_file(&raw, "acct", &text) != 0);
	MUST(sealed_format(&raw, &key, "acct", &file) == 0);
	MUST(open_file(&file, "another", &text) == 1);
	buf_reset(&text);
	MUST(open_file(&file, "acct", &text) == 0);
	MUST(text.len == raw.len && memcmp(buf_text(&text), buf_text(&raw),
	    raw.len) == 0);
	buf_free(&raw);
	buf_free(&file);
	buf_free(&text);
}
