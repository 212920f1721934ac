/* SPDX-License-Identifier: BSD-2-Clause */
#include "sendmail/write_mail.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/address_list.h"
#include "common/header_fields.h"
#include "base/utf8.h"

/* The begin of a mail, with its whole header. */
struct beginning {
	char *text;
	struct header_scan scan;	/* of text */
	int has_from;
	int is_resent;		/* its Resent- fields name the recipients */
};

static int
fail_input(struct failure *why, int error)
{
	return fail(why, STATUS_LATER, "standard input cannot be read: %s. "
	    "Nothing was sent", strerror(error));
}

/* Reads until HEADER_MAX or the end of the mail. */
static int
read_beginning(struct beginning *b, struct mail_input *in,
    struct failure *why)
{
	ssize_t n = 1;
	size_t len = 0;

	if ((b->text = malloc(HEADER_MAX)) == NULL)
		return fail_memory(why);
	while (n > 0 && HEADER_MAX - len >= 3) {
		n = mail_input_read(in, b->text + len, HEADER_MAX - len);
		if (n == -1)
			return fail_input(why, errno);
		len += (size_t)n;
	}
	b->scan = (struct header_scan){ b->text, len, n == 0, 0, 0 };
	return 0;
}

static int
names_recipients(const struct header_field *f, int resent)
{
	static const char *const names[2][3] = { { "To", "Cc", "Bcc" },
		{ "Resent-To", "Resent-Cc", "Resent-Bcc" } };
	size_t i;

	for (i = 0; i < 3; i++)
		if (header_is(f, names[resent][i]))
			return 1;
	return 0;
}

static int
is_blind(const struct header_field *f)
{
	return header_is(f, "Bcc") || header_is(f, "Resent-Bcc");
}

/*
 * What the header has; -1 if it is too large. As for the worker, what has no
 * line end for so long is no header.
 */
static int
look_at_header(struct beginning *b, struct failure *why)
{
	struct header_scan scan = b->scan;
	enum header_step step;
	struct header_field f;

	while ((step = header_next(&scan, &f)) == HEADER_FIELD) {
		b->has_from |= header_is(&f, "From");
		b->is_resent |= names_recipients(&f, 1);
	}
	if (step == HEADER_MORE && scan.at > 0)
		return fail(why, STATUS_MESSAGE, "the mail's header is larger "
		    "than %d kB: see the program that sends it",
		    HEADER_MAX / 1024);
	return 0;
}

static int
take_recipients(struct order *o, const struct beginning *b,
    struct failure *why)
{
	struct header_scan scan = b->scan;
	struct header_field f;

	while (header_next(&scan, &f) == HEADER_FIELD)
		if (names_recipients(&f, b->is_resent) &&
		    recipients_add(&o->to, f.body, f.body_len, why) == -1)
			return -1;
	if (o->to.count == 0)
		return fail(why, STATUS_MESSAGE, "the mail has no recipient: "
		    "-t was used, and its To, Cc and Bcc name none");
	return 0;
}

/* `"NAME" <ADDRESS>`: whatever the name is, it stays in the quotes. */
static int
add_from(struct spool *s, const char *name, const char *address,
    struct failure *why)
{
	if (spool_adds(s, "From: \"", why) == -1)
		return -1;
	for (; *name != '\0'; name++)
		if (!utf8_is_control(name, 1) && *name != '"' &&
		    *name != '\\' && spool_add(s, name, 1, why) == -1)
			return -1;
	return spool_adds(s, "\" <", why) == -1 ||
	    spool_adds(s, address, why) == -1 ||
	    spool_adds(s, ">\n", why) == -1 ? -1 : 0;
}

/* Its line ends with LF: a CR would take the next LF for a part of its end. */
static int
add_field(struct spool *s, const struct header_field *f, struct failure *why)
{
	return spool_add(s, f->start, (size_t)(f->body + f->body_len -
	    f->start), why) == -1 ? -1 : spool_adds(s, "\n", why);
}

/* The header as it is to be, the empty line, and what was read of the body. */
static int
add_beginning(struct spool *s, const struct order *o, struct beginning *b,
    const char *sender, struct failure *why)
{
	struct header_field f;

	if (o->full_name != NULL && !b->has_from && *sender != '\0' &&
	    add_from(s, o->full_name, sender, why) == -1)
		return -1;
	while (header_next(&b->scan, &f) == HEADER_FIELD)
		if (!(o->is_in_header && is_blind(&f)) &&
		    add_field(s, &f, why) == -1)
			return -1;
	return spool_adds(s, "\n", why) == -1 || spool_add(s,
	    b->text + b->scan.at, b->scan.len - b->scan.at, why) == -1 ?
	    -1 : 0;
}

static int
add_envelope(struct spool *s, const struct order *o, const char *sender,
    struct failure *why)
{
	size_t i;

	if (spool_adds(s, sender, why) == -1 || spool_adds(s, "\n", why) == -1)
		return -1;
	for (i = 0; i < o->to.count; i++)
		if (spool_adds(s, o->to.address[i], why) == -1 ||
		    spool_adds(s, "\n", why) == -1)
			return -1;
	return spool_adds(s, "\n", why);
}

static int
add_rest(struct spool *s, struct mail_input *in, struct failure *why)
{
	char block[INPUT_BLOCK];
	ssize_t n;

	while ((n = mail_input_read(in, block, sizeof(block))) > 0)
		if (spool_add(s, block, (size_t)n, why) == -1)
			return -1;
	return n == -1 ? fail_input(why, errno) : 0;
}

/* The address of the envelope's sender. */
static int
read_sender(struct address *a, const char *given, struct failure *why)
{
	struct address_scan s = { .text = given, .len = strlen(given) };
	struct address more;

	a->text[0] = '\0';
	if (*given == '\0' || strcmp(given, "<>") == 0)
		return 0;
	if (address_next(&s, a) == ADDRESS_FOUND &&
	    address_next(&s, &more) == ADDRESS_END)
		return 0;
	return fail(why, STATUS_MESSAGE, "the sender \"%.200s\" is not a mail "
	    "address", given);
}

/*
 * The sender that none was given for, as an address of this machine: a domain's
 * user may be called DOMAIN\user or user@domain, which is no address of theirs.
 */
static void
name_sender(struct address *a, const char *user)
{
	const size_t len = strcspn(user, "@");
	const char *domain = memrchr(user, '\\', len);
	const char *word = domain != NULL ? domain + 1 : user;
	struct address_scan s = { .text = word,
		.len = (size_t)(user + len - word) };

	if (address_next(&s, a) != ADDRESS_FOUND || a->at != word ||
	    a->len != s.len || a->text[0] == '"')
		snprintf(a->text, sizeof(a->text), "nobody");
}

static int
write_edited(struct spool *s, struct order *o, struct mail_input *in,
    const char *sender, struct failure *why)
{
	struct beginning b = { .text = NULL };
	int result = read_beginning(&b, in, why) == -1 ||
	    look_at_header(&b, why) == -1 ||
	    (o->is_in_header && take_recipients(o, &b, why) == -1) ||
	    add_envelope(s, o, sender, why) == -1 ||
	    add_beginning(s, o, &b, sender, why) == -1 ? -1 : 0;

	free(b.text);
	return result;
}

int
write_mail(struct spool *s, struct order *o, struct mail_input *in,
    const char *user, struct failure *why)
{
	struct address sender;

	if (o->sender == NULL)
		name_sender(&sender, user);
	else if (read_sender(&sender, o->sender, why) == -1)
		return -1;
	if (o->is_in_header || o->full_name != NULL) {
		if (write_edited(s, o, in, sender.text, why) == -1)
			return -1;
	} else if (add_envelope(s, o, sender.text, why) == -1)
		return -1;
	if (add_rest(s, in, why) == -1)
		return -1;
	return spool_finish(s, why);
}
