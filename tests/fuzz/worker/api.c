/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api.c - what an API for sending answers. Requests end here, not in the
 * network: each takes the next answer of the input.
 */
#include "fuzz.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "lineio.h"
#include "base/name.h"
#include "net/upload.h"
#include "net/url.h"
#include "send/way.h"
#include "state/send_hold.h"

#define HOST "api.test"
#define REQUESTS_MOST 32	/* for one mail */
#define BLOCK 65536
/* Bytes: more than Gmail gets at once; and than Graph may say 200 to. */
#define GMAIL_LARGE ((5 << 20) + 1000)
#define GRAPH_LARGE ((2 << 20) + 1000)
#define ENVELOPE "alice@example.org\nbob@example.net\n\n"
#define HEADER "From: alice@example.org\nTo: bob@example.net\n" \
	"Date: Sun, 29 Nov 2026 12:00:00 +0000\nMessage-ID: <1@example.org>\n\n"

struct upload *__wrap_upload_open(const struct http_settings *settings,
    const char *names, struct failure *why);
int __wrap_upload_perform(struct upload *u, const struct upload_request *r,
    struct upload_answer *answer, struct failure *why);
void __wrap_upload_close(struct upload *u);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);
int __real_poll(struct pollfd *fds, nfds_t count, int timeout);

static const char *next;	/* answers that are left */
static size_t left;
static int requests, questions;

/* The mails: their letters, files, and the body that each is sent as. */
static const char letters[] = "gGmM";
static FILE *files[sizeof(letters)];
static struct buf mails[sizeof(letters)];
static const struct buf *mail;

/* The pause before another try. */
int
__wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	return fds == NULL ? 0 : __real_poll(fds, count, timeout);
}

struct upload *
__wrap_upload_open(const struct http_settings *settings, const char *names,
    struct failure *why)
{
	static char place;

	(void)settings;
	(void)why;
	MUST(strcmp(names, HOST) == 0);
	return (struct upload *)(void *)&place;
}

void
__wrap_upload_close(struct upload *u)
{
	(void)u;
}

static int64_t
find_begin(const struct upload_request *r)
{
	static const char mark[] = "Content-Range: bytes ";
	const char *const *line = r->fields;

	for (; line != NULL && *line != NULL; line++)
		if (strncmp(*line, mark, strlen(mark)) == 0)
			return strtoll(*line + strlen(mark), NULL, 10);
	return 0;
}

/* What goes out is the mail, from where the request says on. */
static void
check_bytes(const struct upload_request *r, const struct buf *sent)
{
	size_t begin = (size_t)find_begin(r);

	MUST(begin + (size_t)r->size == mail->len);
	MUST(memcmp(buf_text(sent), mail->data + begin, sent->len) == 0);
}

/* Takes the body, or most bytes of it. -1: the request was given up. */
static int
take_body(const struct upload_request *r, int64_t most,
    struct upload_answer *a)
{
	struct buf sent = BUF_INIT((size_t)r->size + 1);
	int result = 0;
	char *block = malloc(BLOCK);
	ssize_t n = 0;

	MUST(block != NULL);
	while ((int64_t)sent.len < r->size && (int64_t)sent.len < most) {
		n = r->read(r->arg, block, BLOCK);
		MUST(n > 0 && (int64_t)sent.len + n <= r->size);
		MUST(buf_add(&sent, block, (size_t)n) == 0);
		if ((int64_t)sent.len == r->size && r->may_complete != NULL)
			result = r->may_complete(r->arg);
	}
	a->is_complete = result == 0 && (int64_t)sent.len == r->size;
	if (r->size > 0)
		check_bytes(r, &sent);
	buf_free(&sent);
	free(block);
	return result;
}

/* Head, empty line, body. */
static void
take_answer(struct upload_answer *a, const char *at, const char *end)
{
	const char *line = NULL;

	for (; at < end; at = line) {
		line = memchr(at, '\n', (size_t)(end - at));
		line = line != NULL ? line + 1 : end;
		if (line - at > 9 && memcmp(at, "HTTP/1.1 ", 9) == 0)
			a->http.status = strtol(at + 9, NULL, 10);
		if (line - at == 1)
			break;
		upload_answer_add_line(a, at, (size_t)(line - at));
		head_add_line(&a->http.head, at, (size_t)(line - at));
	}
	at = line != NULL ? line : end;
	MUST(buf_add(&a->http.body, at, (size_t)(end - at)) == 0);
}

static void
begin_answer(struct upload_answer *a)
{
	struct buf body = a->http.body;

	buf_reset(&body);
	*a = (struct upload_answer)UPLOAD_ANSWER_INIT;
	a->http.body = body;
}

/* The number that it begins with, which is taken off with its line's end. */
static int64_t
read_count(struct part *p)
{
	int64_t count = 0;

	for (; p->len > 0 && p->data[0] >= '0' && p->data[0] <= '9' &&
	    count < 1 << 30; p->data++, p->len--)
		count = 10 * count + p->data[0] - '0';
	if (p->len > 0 && p->data[0] == '\n') {
		p->data++;
		p->len--;
	}
	return count;
}

/*
 * An answer is "TAKEN\n", then head and body; TAKEN bytes of the request were
 * read before it. Without a status the connection ended.
 */
int
__wrap_upload_perform(struct upload *u, const struct upload_request *r,
    struct upload_answer *a, struct failure *why)
{
	struct part p = fuzz_part(&next, &left);
	struct url url;
	int64_t most = read_count(&p);

	MUST(u != NULL && requests++ < REQUESTS_MOST);
	begin_answer(a);
	if (url_read(&url, r->url) == -1)
		return fail(why, STATUS_CONFIG, "no URL");
	head_copy_host(a->http.host, url.host, strlen(url.host));
	if (!host_matches(HOST, url.host))
		return fail(why, STATUS_CONFIG, "not asked");
	if (take_body(r, most, a) == -1)
		return fail(why, STATUS_LATER, "the source");
	take_answer(a, p.data, p.data + p.len);
	a->http.trouble = TROUBLE_CLOSED;
	a->was_kept = requests > 1;
	a->is_whole = a->http.status != 0;
	return a->http.status != 0 ? 0 :
	    fail(why, STATUS_LATER, HOST ": closed");
}

static int
ask_go(struct sender *s, struct failure *why)
{
	(void)s;
	(void)why;
	questions++;
	return 0;
}

static FILE *
make_file(size_t size)
{
	FILE *file = tmpfile();
	size_t i = 0;

	MUST(file != NULL && fputs(ENVELOPE HEADER, file) != EOF);
	for (i = 0; i < size / 64; i++)
		MUST(fprintf(file, "%062zu\n", i) == 63);
	MUST(fflush(file) == 0);
	return file;
}

static void
read_mail(struct outgoing *o, int is_base64, struct buf *all)
{
	struct buf raw = BUF_INIT(GMAIL_LARGE * 2);
	char block[4096];
	ssize_t n = 0;

	all->max = raw.max;
	while ((n = outgoing_read(o, block, sizeof(block))) > 0)
		MUST(buf_add(&raw, block, (size_t)n) == 0);
	MUST(n == 0);
	MUST((is_base64 ? base64_add : buf_add)(all, raw.data, raw.len) == 0);
	buf_free(&raw);
	outgoing_rewind(o);
}

static void
open_mail(struct outgoing *o, char letter, const struct outgoing_rules *rules)
{
	size_t i = (size_t)(strchr(letters, letter) - letters);
	struct failure why;

	if (files[i] == NULL)
		files[i] = make_file(letter == 'G' ? GMAIL_LARGE :
		    letter == 'M' ? GRAPH_LARGE : 100);
	MUST(outgoing_open(o, fileno(files[i]), rules, &why) == 0);
	if (mails[i].len == 0)
		read_mail(o, strchr("mM", letter) != NULL, &mails[i]);
	mail = &mails[i];
}

static void
check_result(enum sent sent, const struct sent_answer *answer,
    const struct failure *why)
{
	fuzz_printable(answer->said);
	fuzz_hides(answer->said, strlen(answer->said));
	MUST(questions <= 1);
	if (sent == SENT_DONE) {
		MUST(questions == 1);
		return;
	}
	MUST(why->code == (sent == SENT_TOKEN_REFUSED ? STATUS_REJECTED :
	    why->code) && why->code != STATUS_OK);
	MUST(why->text[0] != '\0' && strlen(why->text) < FAILURE_TEXT_MAX);
	MUST(why->retry_after >= 0 && why->retry_after <= SEND_HOLD_MOST);
	MUST(answer->retry_after >= 0 &&
	    answer->retry_after <= SEND_HOLD_MOST);
	fuzz_printable(why->text);
	fuzz_hides(why->text, strlen(why->text));
}

static void
send_mail(char letter)
{
	static char name[] = "alice@example.org", endpoint[] =
	    "https://" HOST, hosts[] = HOST;
	const struct account account = { .name = "alice", .client_id = name,
	    .grant = GRANT_REFRESH_TOKEN, .send_endpoint = endpoint,
	    .hosts = hosts };
	const struct outgoing_rules rules = { name, name, 1 };
	const struct sending_way *way = letter == 'g' || letter == 'G' ?
	    &send_by_gmail : &send_by_graph;
	struct sender s = { .account = &account, .client = -1,
	    .ask_go = ask_go, .deadline = clock_ms() + SENDER_END_MS,
	    .still_ms = SENDER_STILL_MS };
	struct sent_answer answer = { .retry_after = 0 };
	struct failure why = { .code = STATUS_OK };
	static struct outgoing o;

	open_mail(&o, letter, &rules);
	requests = questions = 0;
	check_result(way->send(&s, &o, name, FUZZ_SECRET, &answer, &why),
	    &answer, &why);
	way->close(&s);
	outgoing_close(&o);
}

/* 'g' or 'm' for Gmail's or Graph's, in capitals for a large mail. */
FUZZ_TARGET(api)
{
	struct buf text = fuzz_insert(data, len);

	if (text.len > 0 && text.data[0] != '\0' &&
	    strchr(letters, text.data[0]) != NULL) {
		next = text.data + 1;
		left = text.len - 1;
		send_mail(text.data[0]);
	}
	buf_free(&text);
}
