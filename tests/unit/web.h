/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * web.h - a process that answers HTTP on 127.0.0.1 as it is told.
 */
#pragma once

#include <stdio.h>
#include <sys/types.h>

/* What a path is answered with; any other is 404. */
struct page {
	const char *path;
	int status;		/* 0: the connection is closed */
	const char *type;	/* NULL: application/json */
	const char *body;
	const char *field;	/* one more line of the head, or NULL */
};

#define PAGES_END { .path = NULL }

struct web {
	pid_t child;
	int listener;
	FILE *requests;
	char base[64];		/* "http://127.0.0.1:PORT" */
	char seen[65536];	/* all requests, as they came */
};

/* Begins to listen: base is known, and nobody is answered yet. */
void web_listen(struct web *w);

/* Begins to answer with pages, as they are now. */
void web_serve(struct web *w, const struct page *pages);

/* Ends it; seen is filled. Returns how many requests there were. */
int web_stop(struct web *w);
