/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/utf8.h"

static const struct {
	char word[12];
	int exit;
} codes[] = {
	[STATUS_OK] = { "ok", EX_OK },
	[STATUS_LATER] = { "later", EX_TEMPFAIL },
	[STATUS_SIGN_IN] = { "sign-in", EX_NOPERM },
	[STATUS_DENIED] = { "denied", EX_NOPERM },
	[STATUS_HOST] = { "host", EX_CONFIG },
	[STATUS_REJECTED] = { "rejected", EX_CONFIG },
	[STATUS_MESSAGE] = { "message", EX_UNAVAILABLE },
	[STATUS_NO_ACCOUNT] = { "no-account", EX_NOUSER },
	[STATUS_CONFIG] = { "config", EX_CONFIG },
	[STATUS_VERSION] = { "version", EX_CONFIG },
	[STATUS_USAGE] = { "usage", EX_USAGE },
	[STATUS_INTERNAL] = { "internal", 1 },
};

#define CODES (sizeof(codes) / sizeof(codes[0]))

const char *
status_word(enum status code)
{
	return codes[code < CODES ? code : STATUS_INTERNAL].word;
}

int
status_exit(enum status code)
{
	return codes[code < CODES ? code : STATUS_INTERNAL].exit;
}

int
status_parse(const char *word, enum status *code)
{
	size_t i;

	for (i = 0; i < CODES; i++) {
		if (strcmp(word, codes[i].word) == 0) {
			*code = (enum status)i;
			return 0;
		}
	}
	return -1;
}

int
vfail(struct failure *why, enum status code, const char *format, va_list args)
{
	if (why == NULL)
		return -1;
	why->code = code;
	why->retry_after = 0;
	vsnprintf(why->text, sizeof(why->text), format, args);
	make_printable(why->text, sizeof(why->text));
	return -1;
}

int
fail(struct failure *why, enum status code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfail(why, code, format, args);
	va_end(args);
	return -1;
}

int
fail_memory(struct failure *why)
{
	return fail(why, STATUS_INTERNAL, "out of memory");
}

enum status
status_of_errno(int error)
{
	switch (error) {
	case ENOSPC:
	case EDQUOT:
	case EIO:
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case ENOBUFS:
	case EAGAIN:
	case EINTR:
		return STATUS_LATER;
	default:
		return STATUS_CONFIG;
	}
}

void
failure_name(struct failure *why, const char *account)
{
	struct failure inner = *why;
	const char *at = why->text;
	size_t len = strlen(account);

	if (len == 0)
		return;
	/* Named in quotes, or as a file. */
	for (; (at = strstr(at, account)) != NULL; at++)
		if (at > why->text && strchr("\"/", at[-1]) != NULL)
			return;
	fail(why, inner.code, "account \"%.100s\": %s", account, inner.text);
	why->retry_after = inner.retry_after;
}

/* Puts the character's code in its place, if the text has room for it. */
static size_t
show_code(char *text, size_t n, size_t left, size_t room)
{
	char code[16];
	size_t len = (size_t)snprintf(code, sizeof(code), "\\u{%X}",
	    (unsigned)utf8_code(text, n));

	if (left - n + len >= room) {
		memset(text, '?', n);
		return n;
	}
	memmove(text + len, text + n, left - n + 1);
	memcpy(text, code, len);
	return len;
}

void
make_printable(char *text, size_t size)
{
	size_t left = strlen(text), n, shown;

	for (; left > 0; text += shown, left -= n, size -= shown) {
		shown = n = utf8_length(text, left);
		if (n == 0 || utf8_is_control(text, n)) {
			shown = n = n == 0 ? 1 : n;
			memset(text, '?', n);
		} else if (utf8_is_hidden(text, n)) {
			shown = show_code(text, n, left, size);
		}
	}
}
