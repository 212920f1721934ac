/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/finding.h"

#include <string.h>

#include "common/failure_text.h"

static const char *const words[] = {
	[VERDICT_OK] = "ok",
	[VERDICT_UNKNOWN] = "unknown",
	[VERDICT_WARNING] = "warning",
	[VERDICT_FAULT] = "fault"
};

#define VERDICTS (sizeof(words) / sizeof(words[0]))

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

static void
take_text(char to[FINDING_TEXT_MAX + 1], struct attrs *a, const char *name)
{
	const char *text = attrs_get(a, name);

	text_cut(to, FINDING_TEXT_MAX + 1, text != NULL ? text : "");
	make_printable(to, FINDING_TEXT_MAX + 1);
}

int
finding_parse(struct finding *f, struct attrs *a)
{
	const char *verdict, *code;
	size_t i;

	f->check = attrs_get(a, "check");
	verdict = attrs_get(a, "verdict");
	code = attrs_get(a, "code");
	if (f->check == NULL || verdict == NULL ||
	    attrs_get(a, "found") == NULL)
		return -1;
	for (i = 0; i < VERDICTS && strcmp(verdict, words[i]) != 0; i++)
		continue;
	if (i == VERDICTS)
		return -1;
	f->verdict = (enum verdict)i;
	if (code == NULL || status_parse(code, &f->code) == -1)
		f->code = f->verdict == VERDICT_FAULT ? STATUS_INTERNAL :
		    STATUS_OK;
	take_text(f->found, a, "found");
	take_text(f->matters, a, "matters");
	take_text(f->fix, a, "fix");
	return 0;
}
