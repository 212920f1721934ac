/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const words[] = {
	[VERDICT_OK] = "ok",
	[VERDICT_UNKNOWN] = "unknown",
	[VERDICT_WARNING] = "warning",
	[VERDICT_FAULT] = "fault"
};

#define VERDICTS (sizeof(words) / sizeof(words[0]))

void
finding_text(char text[FINDING_TEXT_MAX + 1], const char *format, ...)
{
	static const char cut[] = "...";
	size_t at = FINDING_TEXT_MAX + 1 - sizeof(cut);
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, FINDING_TEXT_MAX + 1, format, args);
	va_end(args);
	if (len > FINDING_TEXT_MAX) {
		/* Not within a character. */
		while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80)
			at--;
		memcpy(text + at, cut, sizeof(cut));
	}
	make_printable(text, FINDING_TEXT_MAX + 1);
}

const char *
verdict_word(enum verdict verdict)
{
	return words[verdict < VERDICTS ? verdict : VERDICT_FAULT];
}

static const char *
or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

int
finding_format(const struct finding *f, struct buf *b)
{
	return attrs_add(b, "check", f->check) == -1 ||
	    attrs_add(b, "verdict", verdict_word(f->verdict)) == -1 ||
	    (f->verdict == VERDICT_FAULT &&
	    attrs_add(b, "code", status_word(f->code)) == -1) ||
	    attrs_add(b, "found", f->found) == -1 ||
	    attrs_add(b, "matters", or_null(f->matters)) == -1 ||
	    attrs_add(b, "fix", or_null(f->fix)) == -1 ? -1 : 0;
}

int
finding_parse(struct finding *f, struct attrs *a)
{
	const char *verdict, *code, *found, *matters, *fix;
	size_t i;

	f->check = attrs_get(a, "check");
	verdict = attrs_get(a, "verdict");
	code = attrs_get(a, "code");
	found = attrs_get(a, "found");
	matters = attrs_get(a, "matters");
	fix = attrs_get(a, "fix");
	if (f->check == NULL || verdict == NULL || found == NULL)
		return -1;
	for (i = 0; i < VERDICTS && strcmp(verdict, words[i]) != 0; i++)
		continue;
	if (i == VERDICTS)
		return -1;
	f->verdict = (enum verdict)i;
	if (code == NULL || status_parse(code, &f->code) == -1)
		f->code = f->verdict == VERDICT_FAULT ? STATUS_INTERNAL :
		    STATUS_OK;
	finding_text(f->found, "%s", found);
	finding_text(f->matters, "%s", matters != NULL ? matters : "");
	finding_text(f->fix, "%s", fix != NULL ? fix : "");
	return 0;
}
