/* SPDX-License-Identifier: BSD-2-Clause */
#include "state/detail.h"

int
detail_format(const struct detail *d, struct buf *b)
{
	const char *texts[][2] = { { "error", d->error },
	    { "meaning", d->meaning }, { "remedy", d->remedy },
	    { "words", d->words } };
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i][1][0] != '\0' &&
		    attrs_add(b, texts[i][0], texts[i][1]) == -1)
			return -1;
	return d->number > 0 ? attrs_addnum(b, "number", d->number) : 0;
}

void
detail_parse(struct detail *d, struct attrs *a)
{
	attrs_copy(a, "error", d->error, sizeof(d->error));
	attrs_copy(a, "meaning", d->meaning, sizeof(d->meaning));
	attrs_copy(a, "remedy", d->remedy, sizeof(d->remedy));
	attrs_copy(a, "words", d->words, sizeof(d->words));
	d->number = 0;
	attrs_number(a, "number", &d->number);
}
