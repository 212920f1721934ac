/* SPDX-License-Identifier: BSD-2-Clause */
/* test_header_fields.c - the fields of a mail, and where its body begins */
#include <stdio.h>
#include <string.h>

#include "common/header_fields.h"

#include "unit.h"	/* last: check.h has a macro fail() */

/* `name=body|` a field, then `>` and the body, or `...`: more is needed. */
static void
read_header(char *found, size_t size, const char *text, int whole)
{
	struct header_scan s = { text, strlen(text), whole, 0, 0 };
	struct header_field f;
	enum header_step step;

	*found = '\0';
	while ((step = header_next(&s, &f)) == HEADER_FIELD)
		snprintf(found + strlen(found), size - strlen(found),
		    "%.*s=%.*s|", (int)f.name_len, f.start, (int)f.body_len,
		    f.body);
	snprintf(found + strlen(found), size - strlen(found), "%s%s",
	    step == HEADER_END ? ">" : "...",
	    step == HEADER_END ? text + s.at : "");
}

static const struct {
	const char *text;
	int whole;
	const char *found;
} headers[] = {
	{ "", 1, ">" },
	{ "\n", 1, ">" },
	{ "\nbody\n", 1, ">body\n" },
	{ "A: b\n\nbody\n", 1, "A= b|>body\n" },
	{ "A: b\r\nC:d\r\n\r\nbody", 1, "A= b|C=d|>body" },
	{ "A: b\n c\n\td\nE: f\n", 1, "A= b\n c\n\td|E= f|>" },
	{ "A: b", 1, "A= b|>" },
	{ "A: b\n c", 1, "A= b\n c|>" },
	{ "A:\n\nbody", 1, "A=|>body" },
	{ "A : b\n\n", 1, "A= b|>" },
	/* A lone CR is a line end in front of a field: none is hidden. */
	{ "A: b\rBcc: c\n\nbody", 1, "A= b|Bcc= c|>body" },
	{ "A: b\n c\r\rBcc : d\n\n", 1, "A= b\n c|Bcc= d|>" },
	{ "A: b\n\rBcc: c\n\r\nbody", 1, "A= b|Bcc= c|>body" },
	{ "\rA: b\n\nbody", 1, "A= b|>body" },
	{ "From root\rA: b\n\n", 1, "A= b|>" },
	/* Otherwise it is of the line, and does not end the header. */
	{ "A: 10%\r20%\nTo: b\n\nbody", 1, "A= 10%\r20%|To= b|>body" },
	{ "A: b\r\rc\r d\nTo: e\n\n", 1, "A= b\r\rc\r d|To= e|>" },
	{ "A: b\n c\rd\n\n", 1, "A= b\n c\rd|>" },
	{ "A: b\n\rc\n", 1, "A= b|>\rc\n" },
	{ "A: b\r", 1, "A= b|>" },
	{ "\r", 1, ">" },
	/* CRs in front of an LF are of that line end, however many. */
	{ "A: b\r\r\nC: d\r\r\n\r\r\nbody", 1, "A= b|C= d|>body" },
	{ "A: b\r\r\r\n c\r\r\nBcc: d\n\n", 1, "A= b\r\r\r\n c|Bcc= d|>" },
	{ "\r\r\nA: b\n", 1, ">A: b\n" },
	{ "A: b\n\r\r", 1, "A= b|>" },
	/* No field: the body begins without an empty line. */
	{ "A: b\nbody: no\n", 1, "A= b|body= no|>" },
	{ "A: b\nthe body\nC: d\n", 1, "A= b|>the body\nC: d\n" },
	{ "hello\n", 1, ">hello\n" },
	{ ": x\n", 1, ">: x\n" },
	{ " A: b\n", 1, "> A: b\n" },
	{ "J\303\266: b\n", 1, ">J\303\266: b\n" },
	/* Of a mailbox. */
	{ "From root Mon Jan  1 00:00:00 2026\nA: b\n\nx", 1, "A= b|>x" },
	{ ">From root Mon\nFrom: c\n\nx", 1, "From= c|>x" },
	{ "From root Mon\n>From a Tue\n>From b\nA: b\n\nx", 1, "A= b|>x" },
	{ "From a\n>From b\nx\n", 1, ">x\n" },
	{ "From a\n\n>From b\n", 1, ">>From b\n" },
	{ "From a\nA: b\n>From c\n", 1, "A= b|>>From c\n" },
	{ "A: b\nFrom root Mon\n", 1, "A= b|>From root Mon\n" },
	{ "From: a\n\n", 1, "From= a|>" },
	{ "From : a\n\n", 1, "From= a|>" },
	{ "From root: Mon\nA: b\n", 1, "A= b|>" },
	/* There may be more to come. */
	{ "", 0, "..." },
	{ "A: b", 0, "..." },
	{ "A: b\n", 0, "..." },
	{ "A: b\nC", 0, "A= b|..." },
	{ "A: b\r\n\r", 0, "A= b|..." },
	{ "A: b\r\n\r\n", 0, "A= b|>" },
	{ "A: b\r\r", 0, "..." },
	{ "A: b\n\r\r", 0, "A= b|..." },
	{ "A: b\rBcc", 0, "..." },
	{ "A: b\n\rBcc", 0, "A= b|..." },
};

TABLE_TEST(header, headers)
{
	char found[256];

	read_header(found, sizeof(found), headers[_i].text, headers[_i].whole);
	ck_assert_str_eq(found, headers[_i].found);
}

/* With one byte more each time, the fields are those of the whole. */
TEST(grows)
{
	static const char text[] = "From x\r\n>From y\nA: b\r\r\n c\rd\r"
	    "\r\rD: e\r\r\n\r\r\nbody";
	struct header_scan s = { text, 0, 0, 0, 0 };
	struct header_field f;
	enum header_step step;
	char names[8] = "";

	do {
		step = header_next(&s, &f);
		if (step == HEADER_FIELD)
			strncat(names, f.start, 1);
		else if (step == HEADER_MORE)
			s.len++;
	} while (step != HEADER_END);
	ck_assert_str_eq(names, "AD");
	ck_assert_str_eq(text + s.at, "body");
}

TEST(is)
{
	struct header_scan s = { "Bcc : x\n", 8, 1, 0, 0 };
	struct header_field f;

	ck_assert_int_eq(header_next(&s, &f), HEADER_FIELD);
	ck_assert(header_is(&f, "bcc"));
	ck_assert(!header_is(&f, "bc"));
	ck_assert(!header_is(&f, "bccc"));
	ck_assert_uint_eq(f.len, 8);
}
