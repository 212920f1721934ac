/* SPDX-License-Identifier: BSD-2-Clause */
#include "state/detail.h"

#include <stdio.h>
#include <string.h>

#include "status.h"

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

static void
copy_text(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from != NULL ? from : "");
	make_printable(to, size);
}

void
detail_parse(struct detail *d, struct attrs *a)
{
	copy_text(d->error, sizeof(d->error), attrs_get(a, "error"));
	copy_text(d->meaning, sizeof(d->meaning), attrs_get(a, "meaning"));
	copy_text(d->remedy, sizeof(d->remedy), attrs_get(a, "remedy"));
	copy_text(d->words, sizeof(d->words), attrs_get(a, "words"));
	d->number = 0;
	attrs_number(a, "number", &d->number);
}
