/* SPDX-License-Identifier: BSD-2-Clause */
/* words.c - what a host's password, a name and a server's words may be */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/name.h"
#include "slot.h"
#include "base/utf8.h"

/* A password that is none of our words is a secret, and in no text. */
FUZZ_TARGET(slot)
{
	struct buf password = fuzz_insert(data, len);
	struct failure why = { .code = STATUS_OK };
	struct slot slot = { SLOT_SAME, NULL, 0 };
	int bare = 0;

	for (bare = 0; bare < 2; bare++) {
		if (slot_parse(&slot, password.data, password.len, bare,
		    "alice", &why) == -1) {
			MUST(why.code == STATUS_CONFIG);
			fuzz_printable(why.text);
			fuzz_hides(why.text, strlen(why.text));
			continue;
		}
		if (slot.kind == SLOT_SAME)
			continue;
		MUST(slot.text >= password.data && slot.text + slot.len <=
		    password.data + password.len);
		if (slot.kind == SLOT_TOKEN)
			MUST(token_is_clean(slot.text, slot.len));
	}
	buf_free(&password);
}

FUZZ_TARGET(name)
{
	char name[NAME_MAX_LEN + 1] = "", again[NAME_MAX_LEN + 1] = "";
	struct failure why = { .code = STATUS_OK };
	struct part patterns = { NULL, 0 };
	char *list = NULL, *host = NULL;

	if (name_fold(name, data, len, &why) == 0) {
		MUST(strlen(name) == len && strchr(name, '/') == NULL);
		MUST(name[0] != '.' && text_is_plain(name, len));
		MUST(name_fold(again, name, len, &why) == 0);
		MUST(strcmp(name, again) == 0);
	} else {
		fuzz_printable(why.text);
	}
	patterns = fuzz_part(&data, &len);
	list = fuzz_text(patterns.data, patterns.len);
	host = fuzz_text(data, len);
	(void)host_matches(list, host);
	free(list);
	free(host);
}

FUZZ_TARGET(printable)
{
	char *text = fuzz_text(data, len), *at = text;
	size_t n = strlen(text), whole = 0;

	if (text_is_plain(text, n))
		MUST(memcmp(text, data, n) == 0);
	make_printable(text, n + 1);
	MUST(strlen(text) <= n);
	fuzz_printable(text);
	for (at = text; *at != '\0'; at += whole) {
		whole = utf8_length(at, strlen(at));
		MUST(whole > 0 && !utf8_is_control(at, whole) &&
		    !utf8_is_hidden(at, whole));
	}
	free(text);
}
