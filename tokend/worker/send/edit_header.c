/* SPDX-License-Identifier: BSD-2-Clause */
#include "send/edit_header.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <time.h>

#include "common/address_list.h"
#include "common/header_fields.h"
#include "send/envelope.h"
#include "send/own_names.h"

enum kind {
	KIND_OTHER,
	KIND_SENDER,		/* From and the like */
	KIND_RECIPIENTS,	/* To, Cc */
	KIND_RESENT,		/* Resent-To, Resent-Cc */
	KIND_HIDDEN		/* Bcc */
};

struct edit {
	struct buf *out;
	const struct header_edit *rules;
	char *is_named;		/* of each recipient: To or Cc has it */
	int has_date, has_message_id, has_from;
	struct own_names names;
};

static const struct {
	const char *name;
	enum kind kind;
} kinds[] = {
	{ "From", KIND_SENDER },
	{ "Sender", KIND_SENDER },
	{ "Resent-From", KIND_SENDER },
	{ "Resent-Sender", KIND_SENDER },
	{ "To", KIND_RECIPIENTS },
	{ "Cc", KIND_RECIPIENTS },
	{ "Resent-To", KIND_RESENT },
	{ "Resent-Cc", KIND_RESENT },
	{ "Bcc", KIND_HIDDEN },
	{ "Resent-Bcc", KIND_HIDDEN }
};

static enum kind
kind_of(const struct header_field *f)
{
	size_t i = 0;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (header_is(f, kinds[i].name))
			return kinds[i].kind;
	return KIND_OTHER;
}

/* Adds text with CRLF for each of its line ends, and a blank for other CRs. */
static int
add_lines(struct buf *out, const char *text, size_t len)
{
	const char *end = text + len;
	size_t n = 0;
	int is_end = 0;

	for (; text < end; text += n) {
		for (n = 0; text + n < end && text[n] != '\r' &&
		    text[n] != '\n';)
			n++;
		if (buf_add(out, text, n) == -1)
			return -1;
		if (text + n == end)
			return 0;
		while (text + n < end && text[n] == '\r')
			n++;
		is_end = text + n < end && text[n] == '\n';
		n += is_end;
		if (buf_adds(out, is_end ? "\r\n" : " ") == -1)
			return -1;
	}
	return 0;
}

/*
 * The name, without the blanks that may be in front of its colon (RFC 5322
 * 4.5): for many servers that is no field, and what follows is of the body.
 */
static int
add_name(struct edit *e, const struct header_field *f)
{
	return buf_add(e->out, f->start, f->name_len) == -1 ? -1 :
	    buf_adds(e->out, ":");
}

/* A field as it is, under its name or, with before, another one. */
static int
copy_field(struct edit *e, const char *before, const struct header_field *f)
{
	if (buf_adds(e->out, before) == -1 || add_name(e, f) == -1 ||
	    add_lines(e->out, f->body, f->body_len) == -1)
		return -1;
	return buf_adds(e->out, "\r\n");
}

/*
 * Addresses of this machine
 */

/* What replaces the address in a field of that kind. */
static const char *
replace_address(struct edit *e, enum kind kind, const struct address *a)
{
	if (kind == KIND_SENDER)
		return own_names_have_sender(&e->names, a->text,
		    e->rules->address, e->rules->from) ? e->rules->from :
		    a->text;
	return envelope_is_local(a->text) ? e->rules->address : a->text;
}

/* The text without what would end quotes, or be taken for an escape. */
static int
add_unquoted(struct edit *e, const char *text, size_t len)
{
	const char *end = text + len;
	size_t n = 0;

	for (; text < end; text += n + 1) {
		for (n = 0; text + n < end && text[n] != '"' &&
		    text[n] != '\\';)
			n++;
		if (add_lines(e->out, text, n) == -1)
			return -1;
		if (text + n == end)
			break;
	}
	return 0;
}

/*
 * The name with the quotes that its commas and the like need. In quotes,
 * encoded words (RFC 2047) would be shown as they are, so there only those
 * bytes get them.
 */
static int
add_quoted_name(struct edit *e, const char *name, size_t len)
{
	const char *end = name + len;
	char quoted[] = " \"?\" ";
	size_t n = 0;

	if (memmem(name, len, "=?", 2) == NULL)
		return buf_adds(e->out, "\"") == -1 ||
		    add_unquoted(e, name, len) == -1 ||
		    buf_adds(e->out, "\"") == -1 ? -1 : 0;
	for (; name < end; name += n + 1) {
		for (n = 0; name + n < end && (name[n] == '\0' ||
		    strchr(",@[]()", name[n]) == NULL);)
			n++;
		if (add_unquoted(e, name, n) == -1)
			return -1;
		if (name + n == end)
			break;
		quoted[2] = name[n];
		if (buf_adds(e->out, quoted) == -1)
			return -1;
	}
	return 0;
}

/* The field with its addresses replaced, and all else as it is. */
static int
copy_replaced(struct edit *e, enum kind kind, const struct header_field *f)
{
	struct address_scan s = { .text = f->body, .len = f->body_len };
	const char *done = f->body, *new = NULL;
	enum address_step step = ADDRESS_END;
	struct address a;
	size_t len = 0;

	if (add_name(e, f) == -1)
		return -1;
	while ((step = address_next(&s, &a)) != ADDRESS_END) {
		if (step == ADDRESS_WRONG)
			continue;
		if ((len = a.words_len > 0 ? a.words_len : a.name_len) > 0) {
			if (add_lines(e->out, done,
			    (size_t)(a.element - done)) == -1 ||
			    add_quoted_name(e, a.element, len) == -1)
				return -1;
			done = a.element + len;
		}
		new = replace_address(e, kind, &a);
		if (new == a.text)
			continue;
		if (add_lines(e->out, done, (size_t)(a.at - done)) == -1 ||
		    buf_adds(e->out, new) == -1)
			return -1;
		done = a.at + a.len;
	}
	if (add_lines(e->out, done, (size_t)(f->body + f->body_len -
	    done)) == -1)
		return -1;
	return buf_adds(e->out, "\r\n");
}

/*
 * Senders
 */

static size_t
count_addresses(const struct header_field *f)
{
	struct address_scan s = { .text = f->body, .len = f->body_len };
	enum address_step step = ADDRESS_END;
	struct address a;
	size_t count = 0;

	while ((step = address_next(&s, &a)) != ADDRESS_END)
		count += step == ADDRESS_FOUND;
	return count;
}

static int
add_field(struct edit *e, const char *name, const char *body)
{
	return buf_adds(e->out, name) == -1 ||
	    buf_adds(e->out, ": ") == -1 || buf_adds(e->out, body) == -1 ||
	    buf_adds(e->out, "\r\n") == -1 ? -1 : 0;
}

/* "From: Cron Daemon" has words and no address: it is added, as if missing. */
static int
edit_sender(struct edit *e, const struct header_field *f)
{
	if (count_addresses(f) == 0)
		return copy_field(e, "X-Original-", f);
	e->has_from |= header_is(f, "From");
	return copy_replaced(e, KIND_SENDER, f);
}

/*
 * Recipients
 */

/* Its place in the envelope, or recipient_count. */
static size_t
find_recipient(const struct edit *e, const char *address)
{
	size_t i = 0;

	while (i < e->rules->recipient_count &&
	    !address_same(e->rules->recipients[i], address))
		i++;
	return i;
}

/* True if the envelope has all that the field names, as any server reads it. */
static int
names_recipients_only(struct edit *e, enum kind kind,
    const struct header_field *f)
{
	struct address_scan s = { .text = f->body, .len = f->body_len };
	enum address_step step = ADDRESS_END;
	struct address a;

	while ((step = address_next(&s, &a)) == ADDRESS_FOUND)
		if (find_recipient(e, replace_address(e, kind, &a)) ==
		    e->rules->recipient_count)
			return 0;
	return step == ADDRESS_END && !s.is_odd && !s.in_group;
}

static int
add_separated(struct edit *e, const char *name, size_t name_len,
    const char *address, int is_first)
{
	if (is_first)
		return buf_add(e->out, name, name_len) == -1 ||
		    buf_adds(e->out, ": ") == -1 ||
		    buf_adds(e->out, address) == -1 ? -1 : 0;
	return buf_adds(e->out, ",\r\n ") == -1 ||
	    buf_adds(e->out, address) == -1 ? -1 : 0;
}

/* A new field of those whom f names and the envelope has. */
static int
add_remaining(struct edit *e, enum kind kind, const struct header_field *f)
{
	struct address_scan s = { .text = f->body, .len = f->body_len };
	enum address_step step = ADDRESS_END;
	struct address a;
	size_t count = 0, i = 0;

	while ((step = address_next(&s, &a)) != ADDRESS_END) {
		if (step == ADDRESS_WRONG || (i = find_recipient(e,
		    replace_address(e, kind, &a))) ==
		    e->rules->recipient_count)
			continue;
		if (add_separated(e, f->start, f->name_len,
		    e->rules->recipients[i], count++ == 0) == -1)
			return -1;
	}
	return count > 0 ? buf_adds(e->out, "\r\n") : 0;
}

static void
mark_named(struct edit *e, const struct header_field *f)
{
	struct address_scan s = { .text = f->body, .len = f->body_len };
	enum address_step step = ADDRESS_END;
	struct address a;
	size_t i = 0;

	while ((step = address_next(&s, &a)) != ADDRESS_END)
		if (step == ADDRESS_FOUND && (i = find_recipient(e,
		    replace_address(e, KIND_RECIPIENTS, &a))) <
		    e->rules->recipient_count)
			e->is_named[i] = 1;
}

static int
edit_recipients(struct edit *e, enum kind kind, const struct header_field *f)
{
	if (!e->rules->recipients_in_header)
		return copy_replaced(e, kind, f);
	if (kind == KIND_RECIPIENTS)
		mark_named(e, f);
	if (names_recipients_only(e, kind, f))
		return count_addresses(f) > 0 ? copy_replaced(e, kind, f) : 0;
	if (copy_field(e, "X-Original-", f) == -1)
		return -1;
	return add_remaining(e, kind, f);
}

static int
add_bcc(struct edit *e)
{
	size_t i = 0, count = 0;

	for (i = 0; i < e->rules->recipient_count; i++)
		if (!e->is_named[i] && add_separated(e, "Bcc", 3,
		    e->rules->recipients[i], count++ == 0) == -1)
			return -1;
	return count > 0 ? buf_adds(e->out, "\r\n") : 0;
}

/*
 * What is missing
 */

static int
add_date(struct edit *e)
{
	const time_t now = time(NULL);
	char text[64] = "";
	struct tm local;

	if (localtime_r(&now, &local) == NULL || strftime(text, sizeof(text),
	    "%a, %d %b %Y %H:%M:%S %z", &local) == 0)
		return 0;
	return add_field(e, "Date", text);
}

static int
add_message_id(struct edit *e)
{
	const char *domain = strrchr(e->rules->from, '@');
	unsigned long long number = 0;
	char text[OWN_NAME_MAX + 64] = "";

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		return 0;
	snprintf(text, sizeof(text), "<%llx.%llx@%.255s>",
	    (unsigned long long)time(NULL), number,
	    domain != NULL ? domain + 1 : "localhost");
	return add_field(e, "Message-ID", text);
}

static int
add_missing(struct edit *e)
{
	const struct header_edit *r = e->rules;

	if ((!e->has_date && add_date(e) == -1) ||
	    (!e->has_message_id && add_message_id(e) == -1))
		return -1;
	if (!e->has_from && add_field(e, "From", r->sender[0] != '\0' ?
	    r->sender : r->from) == -1)
		return -1;
	return r->recipients_in_header ? add_bcc(e) : 0;
}

static int
edit_field(struct edit *e, const struct header_field *f)
{
	const enum kind kind = kind_of(f);

	e->has_date |= header_is(f, "Date");
	e->has_message_id |= header_is(f, "Message-ID");
	if (kind == KIND_HIDDEN)
		return 0;
	if (kind == KIND_SENDER)
		return edit_sender(e, f);
	return kind == KIND_OTHER ? copy_field(e, "", f) :
	    edit_recipients(e, kind, f);
}

int
edit_header(struct buf *out, const char *raw, size_t len,
    const struct header_edit *rules)
{
	struct header_scan s = { .text = raw, .len = len, .whole = 1 };
	struct edit e = { .out = out, .rules = rules };
	struct header_field f;
	int result = 0;

	if ((e.is_named = calloc(1, rules->recipient_count + 1)) == NULL)
		return -1;
	while (result == 0 && header_next(&s, &f) == HEADER_FIELD)
		result = edit_field(&e, &f);
	if (result == 0 && add_missing(&e) == 0)
		result = buf_adds(out, "\r\n");
	else
		result = -1;
	free(e.is_named);
	return result;
}
