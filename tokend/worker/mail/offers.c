/* SPDX-License-Identifier: BSD-2-Clause */
#include "mail/offers.h"

#include <string.h>
#include <strings.h>

#include "base/name.h"
#include "base/number.h"

/* Each name once: some servers say them in the greeting, too. */
static void
add_names(struct offers *o, const char *names, size_t len)
{
	const char *end = names + len;
	size_t n = 0;

	for (; names < end; names += n) {
		while (names < end && *names == ' ')
			names++;
		for (n = 0; names + n < end && names[n] != ' ';)
			n++;
		if (n > 0 && !words_have(buf_text(&o->names), names, n) &&
		    buf_adds(&o->names, " ") == 0)
			(void)buf_add(&o->names, names, n);
	}
}

/* Another answer begins: what was offered so far was before TLS. */
static void
begin_answer(struct offers *o)
{
	if (o->before.len == 0)
		(void)buf_adds(&o->before, buf_text(&o->names));
	buf_reset(&o->names);
	o->extensions = (struct mail_extensions){ .size = 0 };
}

/* A keyword of EHLO's answer, to its end or a parameter. */
static int
is_keyword(const char *text, const char *keyword)
{
	size_t len = strlen(keyword);

	return strncasecmp(text, keyword, len) == 0 &&
	    (text[len] == ' ' || text[len] == '\0');
}

static void
take_extension(struct mail_extensions *e, const char *text)
{
	if (is_keyword(text, "8BITMIME"))
		e->has_8bitmime = 1;
	else if (is_keyword(text, "SMTPUTF8"))
		e->has_smtputf8 = 1;
	else if (is_keyword(text, "SIZE") && (text[4] == '\0' ||
	    number_read(text + 5, &e->size) == 0 || e->size < 0))
		e->size = 0;
}

/* RFC 4954 3: `250-AUTH LOGIN XOAUTH2`; old servers have a '=' there. */
static void
take_smtp(struct offers *o, const char *line)
{
	size_t len = strlen(line);

	if (o->is_over)
		begin_answer(o);
	o->is_over = len < 4 || line[3] != '-';
	if (len > 9 && strncasecmp(line + 4, "AUTH", 4) == 0 &&
	    (line[8] == ' ' || line[8] == '='))
		add_names(o, line + 9, len - 9);
	else if (len > 4)
		take_extension(&o->extensions, line + 4);
}

/* RFC 3501 7.2.1: `* CAPABILITY IMAP4rev1 AUTH=XOAUTH2`. */
static void
take_imap(struct offers *o, const char *line)
{
	const char *word = line;
	size_t len = 0;

	if (o->is_over)
		begin_answer(o);
	o->is_over = line[0] != '*' && line[0] != '+';
	for (word += strspn(word, " "); *word != '\0';
	    word += len + strspn(word + len, " ]")) {
		len = strcspn(word, " ]");
		if (len > 5 && strncasecmp(word, "AUTH=", 5) == 0)
			add_names(o, word + 5, len - 5);
	}
}

/* RFC 2449 6, RFC 5034 3: `SASL PLAIN XOAUTH2`. */
static void
take_pop(struct offers *o, const char *line)
{
	if (strncmp(line, "+OK", 3) == 0)
		begin_answer(o);
	else if (strncasecmp(line, "SASL ", 5) == 0)
		add_names(o, line + 5, strlen(line) - 5);
}

void
offers_take(struct offers *o, const char *line)
{
	if (o->service == SERVER_SMTP)
		take_smtp(o, line);
	else if (o->service == SERVER_IMAP)
		take_imap(o, line);
	else
		take_pop(o, line);
}

int
offers_has(const struct offers *o, const char *mechanism)
{
	return words_have(buf_text(&o->names), mechanism, strlen(mechanism));
}

void
offers_free(struct offers *o)
{
	buf_free(&o->names);
	buf_free(&o->before);
}
