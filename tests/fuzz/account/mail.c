/* SPDX-License-Identifier: BSD-2-Clause */
/* mail.c - a mail's header, and lists of addresses */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "common/address_list.h"
#include "common/header_fields.h"

/*
 * The fields come one after the other, and are those of the whole text for
 * a reader who gets it in two parts, too.
 */
FUZZ_TARGET(header)
{
	struct header_scan whole = { data, len, 1, 0, 0 };
	struct header_scan part = { data, len / 2, 0, 0, 0 };
	struct header_field f, g;
	enum header_step step = HEADER_FIELD, again = HEADER_FIELD;
	const char *last = data;

	while (step == HEADER_FIELD) {
		step = header_next(&whole, &f);
		again = header_next(&part, &g);
		if (again == HEADER_MORE) {
			part.len = len;
			part.whole = 1;
			again = header_next(&part, &g);
		}
		MUST(step == again && whole.at == part.at && whole.at <= len);
		if (step != HEADER_FIELD)
			break;
		MUST(f.start >= last && f.len > f.name_len);
		last = f.start + f.len;
		MUST(last == data + whole.at && f.name_len > 0);
		MUST(f.start == g.start && f.len == g.len);
		MUST(f.body > f.start && f.body + f.body_len <= last);
	}
}

static void
check_again(const struct address *a, const char *text, size_t len)
{
	struct address_scan s = { .text = text, .len = len };
	struct address b;

	MUST(address_next(&s, &b) == ADDRESS_FOUND);
	MUST(strcmp(a->text, b.text) == 0 && a->domain == b.domain);
	MUST(address_next(&s, &b) == ADDRESS_END);
}

/* An address is the same when it is read again, alone or with its name. */
FUZZ_TARGET(addresses)
{
	struct address_scan s = { .text = data, .len = len };
	enum address_step step;
	struct address a;
	size_t last = 0, i = 0;

	while ((step = address_next(&s, &a)) != ADDRESS_END) {
		MUST(s.at > last && s.at <= len);
		MUST(a.element >= data + last && a.element_len > 0 &&
		    a.element + a.element_len <= data + s.at);
		last = s.at;
		if (step == ADDRESS_WRONG)
			continue;
		MUST(a.at >= a.element && a.at + a.len <= a.element +
		    a.element_len);
		for (i = 0; a.text[i] != '\0'; i++)
			MUST((unsigned char)a.text[i] >= ' ' &&
			    a.text[i] != 127);
		MUST(i > 0 && i <= ADDRESS_MAX && a.domain < i);
		MUST(a.element + a.words_len <= a.at);
		check_again(&a, a.text, i);
		check_again(&a, a.at, a.len);
		check_again(&a, a.element, a.element_len);
	}
}
