/* SPDX-License-Identifier: BSD-2-Clause */
#include "send/outgoing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/address_list.h"
#include "common/header_fields.h"
#include "send/edit_header.h"
#include "send/envelope.h"
#include "send/own_names.h"

/* With the sender, and the line that ends it. */
#define ENVELOPE_MAX ((OUTGOING_RECIPIENTS_MAX + 2) * \
	(OUTGOING_ADDRESS_MAX + 1))
/* X-Original-To and Bcc may each name all recipients once more. */
#define EDITED_MAX (2 * HEADER_MAX + 4 * ENVELOPE_MAX)
#define SCAN_BLOCK 65536
#define FILE_MOST (INT64_C(512) << 20)	/* bytes; no provider takes half */

enum line {
	LINE_WHOLE,		/* the file may end without an LF */
	LINE_TOO_LONG,		/* its begin was read */
	LINE_NONE,		/* the file has ended */
	LINE_FAILED		/* errno */
};

/*
 * The file
 */

enum block {
	BLOCK_FAILED = -1,	/* errno */
	BLOCK_END,		/* of the file */
	BLOCK_READ
};

static enum block
read_block(struct outgoing *o)
{
	ssize_t n = 0;

	while ((n = pread(o->fd, o->in, sizeof(o->in), o->at)) == -1 &&
	    errno == EINTR)
		continue;
	if (n == -1)
		return BLOCK_FAILED;
	o->at += n;
	o->in_len = (size_t)n;
	o->in_used = 0;
	return n > 0 ? BLOCK_READ : BLOCK_END;
}

static off_t
tell(const struct outgoing *o)
{
	return o->at - (off_t)(o->in_len - o->in_used);
}

static void
seek(struct outgoing *o, off_t at)
{
	o->at = at;
	o->in_len = o->in_used = 0;
}

/* 0 if the file is the one that was opened, to the byte and the time. */
static int
check_file(const struct outgoing *o)
{
	struct stat now;

	if (fstat(o->fd, &now) == -1)
		return -1;
	if (o->at == o->st.st_size && now.st_size == o->st.st_size &&
	    now.st_mtim.tv_sec == o->st.st_mtim.tv_sec &&
	    now.st_mtim.tv_nsec == o->st.st_mtim.tv_nsec)
		return 0;
	errno = ESTALE;
	return -1;
}

/* The next line into line, in place of what it held, without its LF. */
static enum line
read_line(struct outgoing *o, struct buf *line)
{
	const char *from = NULL, *end = NULL;
	enum block block = BLOCK_READ;
	size_t len = 0;

	buf_reset(line);
	while (end == NULL) {
		if (o->in_used == o->in_len &&
		    (block = read_block(o)) != BLOCK_READ)
			return block == BLOCK_FAILED ? LINE_FAILED :
			    line->len > 0 ? LINE_WHOLE : LINE_NONE;
		from = o->in + o->in_used;
		end = memchr(from, '\n', o->in_len - o->in_used);
		len = end != NULL ? (size_t)(end - from) :
		    o->in_len - o->in_used;
		if (buf_add(line, from, len) == -1)
			return errno == EMSGSIZE ? LINE_TOO_LONG : LINE_FAILED;
		o->in_used += len + (end != NULL);
	}
	return LINE_WHOLE;
}

int
outgoing_fail(struct failure *why, int error)
{
	if (error == ENOMEM)
		return fail_memory(why);
	if (error == ESTALE)
		return fail(why, STATUS_LATER, "the mail's file was changed "
		    "while it was read, and nothing of it was sent: leave it "
		    "alone until it is sent");
	return fail(why, STATUS_LATER, "the mail's file cannot be read: %s",
	    strerror(error));
}

/*
 * The envelope
 */

static int
fail_envelope(struct failure *why, const char *what)
{
	return fail(why, STATUS_MESSAGE, "the mail's envelope %s: see the "
	    "program that sends it", what);
}

static int
has_recipient(const struct outgoing *o, const char *address)
{
	size_t i = 0;

	for (i = 0; i < o->recipient_count; i++)
		if (address_same(o->recipients[i], address))
			return 1;
	return 0;
}

static void
add_recipient(struct outgoing *o, const char *address)
{
	if (envelope_is_local(address))
		address = o->rules.address;
	if (!has_recipient(o, address))
		o->recipients[o->recipient_count++] = address;
}

/*
 * The same as in From (edit_header.h): a server that refuses this machine's
 * address there refuses it here, too.
 */
static int
is_own_sender(const struct outgoing *o)
{
	struct own_names names = { .is_read = 0 };

	return o->sender[0] != '\0' && own_names_have_sender(&names,
	    o->sender, o->rules.address, o->rules.from);
}

/* An address, which is "" for the empty line that ends the envelope. */
static int
read_address(struct outgoing *o, struct buf *line, const char **address,
    struct failure *why)
{
	enum line got = read_line(o, line);
	char read[ADDRESS_MAX + 1] = "";

	if (got == LINE_FAILED)
		return outgoing_fail(why, errno);
	if (got == LINE_NONE)
		return fail_envelope(why, "has no end");
	if (got == LINE_TOO_LONG)
		return fail_envelope(why, "has an address that is too long");
	if (line->len > 0 && envelope_read(read, line->data, line->len) == -1)
		return fail_envelope(why, "has what is no address");
	/* Room for all was made: what is there does not move. */
	*address = o->envelope.data + o->envelope.len;
	if (buf_add(&o->envelope, read, strlen(read) + 1) == -1)
		return fail_envelope(why, "is too large");
	return 0;
}

static int
read_envelope(struct outgoing *o, struct failure *why)
{
	struct buf line = BUF_INIT(OUTGOING_ADDRESS_MAX);
	const char *address = NULL;
	int result = 0, lines = 0;

	if (buf_room(&o->envelope, o->st.st_size < ENVELOPE_MAX ?
	    (size_t)o->st.st_size + 1 : ENVELOPE_MAX) == -1 ||
	    (o->recipients = calloc(OUTGOING_RECIPIENTS_MAX,
	    sizeof(*o->recipients))) == NULL)
		return fail_memory(why);
	result = read_address(o, &line, &o->sender, why);
	if (result == 0 && is_own_sender(o))
		o->sender = o->rules.from;
	while (result == 0 && (result = read_address(o, &line, &address,
	    why)) == 0 && line.len > 0)
		if (lines++ == OUTGOING_RECIPIENTS_MAX)
			result = fail(why, STATUS_MESSAGE, "the mail has more "
			    "than %d recipients: send to fewer at once",
			    OUTGOING_RECIPIENTS_MAX);
		else
			add_recipient(o, address);
	buf_free(&line);
	return result == -1 || o->recipient_count > 0 ? result :
	    fail_envelope(why, "has no recipient");
}

/*
 * The header
 */

static int
fail_header(struct failure *why)
{
	return fail(why, STATUS_MESSAGE, "the mail's header is larger than "
	    "%d kB: see the program that sends it", HEADER_MAX / 1024);
}

/* One block more of raw, which is what the content begins with. */
static int
read_more(struct outgoing *o, struct buf *raw, int *whole, struct failure *why)
{
	enum block block = o->in_used < o->in_len ? BLOCK_READ : read_block(o);
	size_t len = 0;

	if (block == BLOCK_FAILED)
		return outgoing_fail(why, errno);
	*whole = block == BLOCK_END;
	len = o->in_len - o->in_used;
	if (len > HEADER_MAX - raw->len)
		len = HEADER_MAX - raw->len;
	if (buf_add(raw, o->in + o->in_used, len) == -1)
		return fail_memory(why);
	o->in_used += len;
	return 0;
}

/*
 * Reads into raw until the header's end is in it, and sets *len to where that
 * is. What has no line end for so long was no header.
 */
static int
find_header(struct outgoing *o, struct buf *raw, size_t *len,
    struct failure *why)
{
	struct header_scan s = { .at = 0 };
	enum header_step step = HEADER_MORE;
	struct header_field f;

	while (step != HEADER_END) {
		if (raw->len == HEADER_MAX && s.at > 0)
			return fail_header(why);
		if (raw->len == HEADER_MAX)
			break;
		if (read_more(o, raw, &s.whole, why) == -1)
			return -1;
		s.text = buf_text(raw);
		s.len = raw->len;
		while ((step = header_next(&s, &f)) == HEADER_FIELD)
			continue;
	}
	*len = s.at;
	return 0;
}

static int
make_header(struct outgoing *o, const struct buf *raw, size_t len,
    struct failure *why)
{
	const struct header_edit e = { .address = o->rules.address,
	    .from = o->rules.from, .sender = o->sender,
	    .recipients = o->recipients,
	    .recipient_count = o->recipient_count,
	    .recipients_in_header = o->rules.recipients_in_header };

	if (edit_header(&o->header, buf_text(raw), len, &e) == 0)
		return 0;
	return errno == EMSGSIZE ? fail_header(why) : fail_memory(why);
}

static int
read_header(struct outgoing *o, struct failure *why)
{
	struct buf raw = BUF_INIT(HEADER_MAX);
	const off_t begin = tell(o);
	size_t len = 0;
	int result = find_header(o, &raw, &len, why);

	if (result == 0)
		result = make_header(o, &raw, len, why);
	o->body = begin + (off_t)len;
	buf_free(&raw);
	return result;
}

int
outgoing_open(struct outgoing *o, int fd, const struct outgoing_rules *r,
    struct failure *why)
{
	*o = (struct outgoing){ .rules = *r, .fd = fd, .size = -1,
	    .envelope = BUF_INIT(ENVELOPE_MAX),
	    .header = BUF_INIT(EDITED_MAX) };
	if (fstat(fd, &o->st) == -1)
		return outgoing_fail(why, errno);
	if (!S_ISREG(o->st.st_mode))
		return fail(why, STATUS_INTERNAL, "what was given as the mail "
		    "is not a regular file");
	if (o->st.st_size > FILE_MOST)
		return fail(why, STATUS_MESSAGE, "the mail has %lld bytes, "
		    "more than any provider takes: send less in one mail",
		    (long long)o->st.st_size);
	if (read_envelope(o, why) == -1 || read_header(o, why) == -1)
		return -1;
	outgoing_rewind(o);
	return 0;
}

/*
 * The content
 */

struct out {
	char *data;
	size_t len, size;
};

static void
give_end(struct outgoing *o, struct out *out)
{
	memcpy(out->data + out->len, "\r\n", 2);
	out->len += 2;
	o->is_in_line = 0;
}

/*
 * One byte of the file. CRs before an LF are its own, any other ends a line:
 * RFC 5322 has no CR by itself, and what a server makes of one decides where a
 * dot ends the mail.
 */
static void
give_byte(struct outgoing *o, struct out *out, char c)
{
	if (c == '\n') {
		o->cr_count = 0;
		give_end(o, out);
		o->in_used++;
	} else if (o->cr_count > 0) {
		o->cr_count--;
		give_end(o, out);
	} else {
		out->data[out->len++] = c;
		o->is_in_line = 1;
		o->in_used++;
	}
}

/* Copies what is no line's end, as far as it goes. */
static void
give_run(struct outgoing *o, struct out *out)
{
	const char *from = o->in + o->in_used, *end = NULL;
	size_t len = o->in_len - o->in_used;

	if (o->cr_count > 0)
		return;
	if (len > out->size - out->len)
		len = out->size - out->len;
	if ((end = memchr(from, '\n', len)) != NULL)
		len = (size_t)(end - from);
	if ((end = memchr(from, '\r', len)) != NULL)
		len = (size_t)(end - from);
	if (len == 0)
		return;
	memcpy(out->data + out->len, from, len);
	out->len += len;
	o->in_used += len;
	o->is_in_line = 1;
}

static void
give_block(struct outgoing *o, struct out *out)
{
	while (o->in_used < o->in_len && out->size - out->len >= 2) {
		give_run(o, out);
		if (o->in_used == o->in_len || out->size - out->len < 2)
			continue;
		if (o->in[o->in_used] == '\r') {
			o->cr_count++;
			o->in_used++;
		} else {
			give_byte(o, out, o->in[o->in_used]);
		}
	}
}

/* What is left at the end of the file. 1 if there was something. */
static int
give_rest(struct outgoing *o, struct out *out)
{
	if (o->cr_count == 0 && !o->is_in_line)
		return 0;
	if (o->cr_count > 0)
		o->cr_count--;
	give_end(o, out);
	return 1;
}

static ssize_t
read_body(struct outgoing *o, struct out *out)
{
	enum block block = BLOCK_END;

	while (out->size - out->len >= 2) {
		if (o->in_used < o->in_len) {
			give_block(o, out);
			continue;
		}
		if ((block = read_block(o)) == BLOCK_FAILED)
			return -1;
		if (block == BLOCK_END && !give_rest(o, out))
			break;
	}
	if (block == BLOCK_END && out->len == 0 && check_file(o) == -1)
		return -1;
	return (ssize_t)out->len;
}

ssize_t
outgoing_read(struct outgoing *o, void *data, size_t size)
{
	struct out out = { .data = data, .size = size };
	size_t left = o->header.len - o->header_sent;

	if (left == 0)
		return read_body(o, &out);
	if (left > size)
		left = size;
	memcpy(data, o->header.data + o->header_sent, left);
	o->header_sent += left;
	return (ssize_t)left;
}

void
outgoing_rewind(struct outgoing *o)
{
	seek(o, o->body);
	o->header_sent = 0;
	o->is_in_line = 0;
	o->cr_count = 0;
}

/* 8 bytes at a time: a mail has millions. */
static int
has_high_bit(const char *data, size_t len)
{
	uint64_t word = 0, any = 0;

	for (; len >= sizeof(word); len -= sizeof(word)) {
		memcpy(&word, data, sizeof(word));
		any |= word;
		data += sizeof(word);
	}
	for (; len > 0; len--)
		any |= (unsigned char)*data++;
	return (any & UINT64_C(0x8080808080808080)) != 0;
}

int64_t
outgoing_size(struct outgoing *o)
{
	char *block = NULL;
	int64_t size = 0;
	ssize_t n = 0;

	if (o->size != -1)
		return o->size;
	if ((block = malloc(SCAN_BLOCK)) == NULL)
		return -1;
	outgoing_rewind(o);
	while ((n = outgoing_read(o, block, SCAN_BLOCK)) > 0) {
		size += n;
		o->has_8bit |= has_high_bit(block, (size_t)n);
	}
	free(block);
	outgoing_rewind(o);
	if (n == 0)
		o->size = size;
	return n == 0 ? size : -1;
}

void
outgoing_close(struct outgoing *o)
{
	buf_free(&o->envelope);
	buf_free(&o->header);
	free(o->recipients);
	o->recipients = NULL;
}
