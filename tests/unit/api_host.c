/* SPDX-License-Identifier: BSD-2-Clause */
#include "api_host.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "scratch.h"

#define LIFE 60			/* seconds */
#define HEAD_MOST 65536
#define END "\n@END\n"
#define CONNECTED "@CONNECTED\n"

struct playing {
	struct api_host *host;
	const struct step *step;
	int fd;
	char head[HEAD_MOST];
	size_t len;
};

void
api_host_listen(struct api_host *h)
{
	int port = 0;

	memset(h, 0, sizeof(*h));
	h->listener = scratch_listen(&port, 8);
	scratch_must((h->seen_file = tmpfile()) != NULL, "api_host: tmpfile");
	snprintf(h->base, sizeof(h->base), "http://127.0.0.1:%d", port);
}

static void
note(struct playing *p, const char *data, size_t len)
{
	scratch_must(fwrite(data, 1, len, p->host->seen_file) == len &&
	    fflush(p->host->seen_file) == 0, "api_host: write");
}

/* The head, and what of the body came with it. 0 when the client has gone. */
static int
read_head(struct playing *p)
{
	ssize_t n;

	p->len = 0;
	p->head[0] = '\0';
	while (strstr(p->head, "\r\n\r\n") == NULL) {
		n = recv(p->fd, p->head + p->len, HEAD_MOST - 1 - p->len, 0);
		if (n <= 0)
			return 0;
		p->len += (size_t)n;
		p->head[p->len] = '\0';
	}
	note(p, p->head, p->len);
	return 1;
}

/* The rest of the body, or of its first `most` bytes. */
static void
read_body(struct playing *p, size_t most)
{
	char *body = strstr(p->head, "\r\n\r\n") + 4, *field, block[16384];
	size_t want, have = p->len - (size_t)(body - p->head);
	ssize_t n = 1;

	field = strcasestr(p->head, "\r\nContent-Length: ");
	want = field != NULL && field < body ?
	    strtoul(field + 18, NULL, 10) : 0;
	if (want > most)
		want = most;
	while (have < want && n > 0) {
		n = recv(p->fd, block, want - have < sizeof(block) ?
		    want - have : sizeof(block), 0);
		if (n > 0)
			note(p, block, (size_t)n);
		have += n > 0 ? (size_t)n : 0;
	}
	note(p, END, strlen(END));
}

static void
send_answer(struct playing *p)
{
	const char *at = p->step->answer, *mark;

	for (; (mark = strstr(at, "{base}")) != NULL; at = mark + 6) {
		send(p->fd, at, (size_t)(mark - at), MSG_NOSIGNAL);
		send(p->fd, p->host->base, strlen(p->host->base),
		    MSG_NOSIGNAL);
	}
	send(p->fd, at, strlen(at), MSG_NOSIGNAL);
}

/* A client must not be told of a reset before it has read the answer. */
static void
close_slowly(struct playing *p)
{
	shutdown(p->fd, SHUT_WR);
	while (recv(p->fd, p->head, HEAD_MOST, 0) > 0)
		continue;
}

/* 1 if the connection is kept. */
static int
play_step(struct playing *p)
{
	const struct step *s = p->step;
	char filler[4096];

	read_body(p, s->play == PLAY_CUT || s->play == PLAY_EARLY ? s->take :
	    SIZE_MAX);
	if (s->play == PLAY_CUT || s->play == PLAY_MUTE)
		return 0;
	send_answer(p);
	memset(filler, 'x', sizeof(filler));
	while (s->play == PLAY_ENDLESS &&
	    send(p->fd, filler, sizeof(filler), MSG_NOSIGNAL) > 0)
		continue;
	if (s->play == PLAY_SILENCE || s->play == PLAY_CLOSE)
		close_slowly(p);
	return s->play == PLAY_ANSWER;
}

static int
play(void *argument)
{
	struct playing *p = argument;
	int is_kept;

	alarm(LIFE);
	while ((p->fd = accept(p->host->listener, NULL, NULL)) != -1) {
		note(p, CONNECTED, strlen(CONNECTED));
		do {
			if (!read_head(p))
				break;
			is_kept = play_step(p);
			if (p->step[1].answer != NULL)
				p->step++;
		} while (is_kept);
		close(p->fd);
	}
	return 1;
}

void
api_host_play(struct api_host *h, const struct step *steps)
{
	static struct playing p;

	p.host = h;
	p.step = steps;
	h->child = scratch_fork(play, &p);
	close(h->listener);
}

static int
count(const char *text, size_t len, const char *mark)
{
	const char *at = text, *found;
	int n = 0;

	while ((found = memmem(at, len - (size_t)(at - text), mark,
	    strlen(mark))) != NULL) {
		at = found + strlen(mark);
		n++;
	}
	return n;
}

void
api_host_stop(struct api_host *h)
{
	long len = 0;

	scratch_kill(h->child);
	scratch_must(fseek(h->seen_file, 0, SEEK_END) == 0 &&
	    (len = ftell(h->seen_file)) >= 0 &&
	    (h->seen = calloc(1, (size_t)len + 1)) != NULL, "api_host: read");
	rewind(h->seen_file);
	h->seen_len = fread(h->seen, 1, (size_t)len, h->seen_file);
	fclose(h->seen_file);
	h->connections = count(h->seen, h->seen_len, CONNECTED);
	h->requests = count(h->seen, h->seen_len, END);
}

void
api_host_free(struct api_host *h)
{
	free(h->seen);
	h->seen = NULL;
}

const char *
api_host_body(const struct api_host *h, int number, size_t *len)
{
	const char *at = h->seen, *last = h->seen + h->seen_len, *end = at;

	for (; number >= 0; number--) {
		at = end;
		end = memmem(at, (size_t)(last - at), END, strlen(END));
		scratch_must(end != NULL, "api_host: no such request");
		end += strlen(END);
	}
	at = memmem(at, (size_t)(end - at), "\r\n\r\n", 4);
	scratch_must(at != NULL, "api_host: no head");
	*len = (size_t)(end - at) - 4 - strlen(END);
	return at + 4;
}
