/* SPDX-License-Identifier: BSD-2-Clause */
/* outgoing.c - a mail file of a client, and what is sent of it */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/address_list.h"
#include "common/header_fields.h"
#include "send/envelope.h"
#include "send/outgoing.h"

#define SENT_MAX (1 << 24)

/* All that is sent, in reads of that size; at most twice, once it is whole. */
static struct buf
read_all(struct outgoing *o, size_t size)
{
	struct buf all = BUF_INIT(SENT_MAX);
	char *part = malloc(size);
	ssize_t n = 0;

	MUST(part != NULL);
	while ((n = outgoing_read(o, part, size)) > 0)
		MUST((size_t)n <= size && buf_add(&all, part, (size_t)n) == 0);
	MUST(n == 0);
	free(part);
	outgoing_rewind(o);
	return all;
}

static void
check_lines(const struct buf *all)
{
	size_t i = 0;

	for (i = 0; i < all->len; i++)
		MUST((all->data[i] == '\n') == (i > 0 &&
		    all->data[i - 1] == '\r'));
	MUST(all->len > 2 && all->data[all->len - 1] == '\n');
}

/* The addresses of a field are the envelope's; is_named notes which. */
static void
check_addresses(const struct outgoing *o, const struct header_field *f,
    char *is_named)
{
	struct address_scan s = { .text = f->body, .len = f->body_len };
	enum address_step step = ADDRESS_END;
	struct address a;
	size_t i = 0;

	while ((step = address_next(&s, &a)) != ADDRESS_END) {
		MUST(step == ADDRESS_FOUND);
		/* No name is another address for a stricter server. */
		MUST(a.words_len == 0 && a.name_len == 0);
		for (i = 0; i < o->recipient_count &&
		    !address_same(o->recipients[i], a.text); i++)
			continue;
		MUST(i < o->recipient_count);
		is_named[i] = 1;
	}
}

/* Those whom an API would send it to are those of the envelope. */
static void
check_header(const struct outgoing *o, const struct buf *all)
{
	struct header_scan s = { .text = all->data, .len = all->len,
	    .whole = 1 };
	char is_named[OUTGOING_RECIPIENTS_MAX] = "";
	struct header_field f;
	size_t i = 0;
	int has_from = 0;

	while (header_next(&s, &f) == HEADER_FIELD) {
		has_from |= header_is(&f, "From");
		MUST(f.start[f.name_len] == ':');
		MUST(!header_is(&f, "Resent-Bcc"));
		if (!o->rules.recipients_in_header)
			MUST(!header_is(&f, "Bcc"));
		else if (header_is(&f, "To") || header_is(&f, "Cc") ||
		    header_is(&f, "Bcc"))
			check_addresses(o, &f, is_named);
	}
	/* A server sees no end before, and none of it in the body. */
	MUST(s.at == o->header.len);
	MUST(has_from);
	for (i = 0; o->rules.recipients_in_header && i < o->recipient_count;
	    i++)
		MUST(is_named[i]);
}

/* Can be said in MAIL and RCPT, and is an address of the world. */
static void
check_envelope_address(const char *address)
{
	char read[ADDRESS_MAX + 1] = "";

	MUST(strpbrk(address, "\r\n") == NULL);
	MUST(envelope_read(read, address, strlen(address)) == 0);
	MUST(strcmp(read, address) == 0);
	MUST(!envelope_is_local(address));
}

static void
check_envelope(const struct outgoing *o)
{
	size_t i = 0, k = 0;

	MUST(o->recipient_count > 0);
	if (o->sender[0] != '\0')
		check_envelope_address(o->sender);
	for (i = 0; i < o->recipient_count; i++) {
		check_envelope_address(o->recipients[i]);
		for (k = 0; k < i; k++)
			MUST(!address_same(o->recipients[i],
			    o->recipients[k]));
	}
}

/*
 * Every line of the file's envelope is one of the recipients, or one of this
 * machine, in place of which the account's own is sent.
 */
static void
check_lines_of_envelope(const struct outgoing *o, const char *at,
    const char *end)
{
	const char *line = memchr(at, '\n', (size_t)(end - at));
	char read[ADDRESS_MAX + 1] = "";
	size_t i = 0;

	for (; line != NULL && (at = line + 1) < end && *at != '\n';) {
		line = memchr(at, '\n', (size_t)(end - at));
		if (line == NULL)
			line = end;
		MUST(envelope_read(read, at, (size_t)(line - at)) == 0);
		for (i = 0; i < o->recipient_count && !address_same(
		    o->recipients[i], envelope_is_local(read) ?
		    o->rules.address : read); i++)
			continue;
		MUST(i < o->recipient_count);
	}
}

static void
check_mail(struct outgoing *o)
{
	struct buf all = read_all(o, 4096), again = read_all(o, 2);

	MUST(all.len == again.len && memcmp(all.data, again.data,
	    all.len) == 0);
	MUST(outgoing_size(o) == (int64_t)all.len);
	check_lines(&all);
	check_header(o, &all);
	buf_free(&all);
	buf_free(&again);
}

/* The first byte is 'a' for an API, else SMTP; the rest is the file. */
FUZZ_TARGET(outgoing)
{
	const struct outgoing_rules rules = { .address = "alice@example.org",
	    .from = "cron@example.org",
	    .recipients_in_header = len > 0 && data[0] == 'a' };
	static struct outgoing o;
	struct failure why = { .code = STATUS_OK };
	FILE *file = tmpfile();

	MUST(file != NULL && (len < 2 || fwrite(data + 1, 1, len - 1, file) ==
	    len - 1) && fflush(file) == 0);
	if (outgoing_open(&o, fileno(file), &rules, &why) == 0) {
		check_envelope(&o);
		check_lines_of_envelope(&o, data + 1, data + len);
		check_mail(&o);
	} else {
		fuzz_printable(why.text);
	}
	outgoing_close(&o);
	fclose(file);
}
