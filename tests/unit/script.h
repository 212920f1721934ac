/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * script.h - a process that listens on a Unix socket and does as it is told.
 */
#pragma once

#include <sys/types.h>

/* In place of an answer: after the request, ends or says nothing more. */
#define SCRIPT_CLOSE ((const char *)0)
#define SCRIPT_SILENT "silent"

struct script {
	pid_t child;
	int requests;		/* what it received, as it came */
	char seen[65536];
	size_t len;
};

/*
 * Listens on path, as uid if that is not (uid_t)-1, and gives every
 * connection the same answer, byte by byte as it stands. Returns when it
 * listens.
 */
void script_start(struct script *s, const char *path, const char *answer,
    uid_t uid);
void script_stop(struct script *s);

/*
 * How many requests it has received, and the text of all. An asker that came
 * back has been counted.
 */
int script_count(struct script *s);
const char *script_seen(struct script *s);
