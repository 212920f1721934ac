/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api_host.h - a process that plays an API on 127.0.0.1: one answer after the
 * other, over connections that are kept.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

enum play {
	PLAY_ANSWER,	/* and keep the connection */
	PLAY_CLOSE,	/* the same, then close it */
	PLAY_MUTE,	/* take all, then close without an answer */
	PLAY_CUT,	/* the same after `take` bytes of the body */
	PLAY_EARLY,	/* answer after `take` bytes, then close */
	PLAY_SILENCE,	/* the answer, then nothing more */
	PLAY_ENDLESS	/* the answer, then x's for ever */
};

/* What happens to one request; the last step is for all that follow. */
struct step {
	enum play play;
	const char *answer;	/* head and body; "{base}" is its address */
	size_t take;
};

struct api_host {
	char base[64];		/* "http://127.0.0.1:PORT" */
	int listener;
	FILE *seen_file;
	pid_t child;
	/* After api_host_stop. */
	char *seen;		/* all requests, whole, one after the other */
	size_t seen_len;
	int connections, requests;
};

void api_host_listen(struct api_host *h);
void api_host_play(struct api_host *h, const struct step *steps);

/* Ends it, and fills what was seen. */
void api_host_stop(struct api_host *h);
void api_host_free(struct api_host *h);

/* The body of the request of that number, from 0; its length in *len. */
const char *api_host_body(const struct api_host *h, int number, size_t *len);
