/* SPDX-License-Identifier: BSD-2-Clause */
/* mailq.c - see mailq.h */
#include "command/doctor/mail_log/mailq.h"

#include <string.h>

#include "number.h"
#include "status.h"

#define KEY_MAX 32

/*
 * Reads the string (RFC 8259 7) whose opening quote is before at into text, as
 * far as it fits. An escape stands for the character behind it, or for a
 * blank: this is shown to people. Returns what is behind its end, or NULL.
 */
static const char *
read_string(const char *at, char *text, size_t size)
{
	size_t used = 0;
	int is_escape = 0;
	char c;

	for (; *at != '"' || is_escape; at++) {
		if (*at == '\0')
			return NULL;
		if (*at == '\\' && !is_escape) {
			is_escape = 1;
			continue;
		}
		c = is_escape && strchr("bfnrtu", *at) != NULL ? ' ' : *at;
		if (used + 1 < size)
			text[used++] = c;
		is_escape = 0;
	}
	text[used] = '\0';
	return at + 1;
}

void
mailq_begin(struct mailq *q, const char *line)
{
	q->at = line;
	q->arrival = 0;
	q->reason[0] = '\0';
}

int
mailq_next(struct mailq *q)
{
	char key[KEY_MAX] = "";
	const char *at = q->at;

	while (at != NULL && (at = strchr(at, '"')) != NULL) {
		at = read_string(at + 1, key, sizeof(key));
		if (at == NULL || *(at += strspn(at, " ")) != ':')
			continue;	/* a value that nobody asked for */
		at += 1 + strspn(at + 1, " ");
		if (strcmp(key, "arrival_time") == 0)
			number_read(at, &q->arrival);
		if (strcmp(key, "delay_reason") != 0 || *at != '"')
			continue;
		q->at = read_string(at + 1, q->reason, sizeof(q->reason));
		if (q->at == NULL)
			return 0;	/* cut off; the reason has no end */
		make_printable(q->reason, sizeof(q->reason));
		return 1;
	}
	q->at = NULL;
	return 0;
}
