/* SPDX-License-Identifier: BSD-2-Clause */
/* doctor.c - what doctor reads: logs, the queue, tables, Postfix's settings */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/doctor/denials/denial.h"
#include "command/doctor/mail_log/losses.h"
#include "command/doctor/mail_log/maillog.h"
#include "command/doctor/mail_log/mailq.h"
#include "command/doctor/mail_log/reason.h"
#include "command/doctor/postfix/entry.h"
#include "command/postfix/map.h"
#include "command/postfix/postfix.h"
#include "command/doctor/postfix/route.h"
#include "command/doctor/redact.h"
#include "common/run.h"

#define TEXT_MAX 65536

FUZZ_TARGET(mailq)
{
	char *line = fuzz_text(data, len);
	const struct known *reason;
	struct mailq q;
	size_t times = 0;

	mailq_begin(&q, line);
	while (mailq_next(&q)) {
		fuzz_printable(q.reason);
		reason = reason_find(q.reason);
		MUST(reason == NULL || (reason->why != NULL &&
		    reason->remedy != NULL));
		MUST(++times <= len);
	}
	mailq_end(&q);
	free(line);
}

static int
is_any(void *with, const char *relay)
{
	(void)with;
	return relay[0] != '\0';
}

FUZZ_TARGET(maillog)
{
	struct buf lines = fuzz_buf(data, len, TEXT_MAX);
	struct losses losses = { .is_ours = is_any, .now = 1789000000 };
	char *last = maillog_last(&lines);
	size_t i;

	MUST(last == NULL || strchr(last, '\n') == NULL);
	(void)maillog_is_ours(buf_text(&lines));
	buf_free(&lines);
	lines = fuzz_buf(data, len, TEXT_MAX);
	MUST(losses_read(&losses, &lines) == 0);
	for (i = 0; i < losses.count; i++) {
		fuzz_printable(losses.loss[i].sender);
		fuzz_printable(losses.loss[i].words);
		MUST(losses.loss[i].mails > 0);
	}
	buf_free(&lines);
}

FUZZ_TARGET(denial)
{
	struct finding f;
	struct denial d;

	memset(&f, 0, sizeof(f));
	if (!denial_parse(&d, data, len))
		return;
	fuzz_printable(d.what);
	fuzz_printable(d.comm);
	fuzz_printable(d.path);
	fuzz_printable(d.profile);
	MUST(denial_equal(&d, &d));
	denial_describe(&d, &f, 1000000);
	fuzz_printable(f.found);
	fuzz_printable(f.fix);
}

/* A relay, then the password that a map has for it: no text tells it. */
FUZZ_TARGET(relay)
{
	struct part p = fuzz_part(&data, &len);
	char *nexthop = fuzz_text(p.data, p.len);
	struct buf password = fuzz_insert(data, strnlen(data, len));
	struct buf value = BUF_INIT(password.max + 16);
	struct entry e = { .kind = ENTRY_NONE };
	struct route r = { .host = "" };
	size_t n = 0;
	const char *table = nexthop;
	int bare = 0;

	route_parse(&r, nexthop);
	(void)route_port(&r);
	while ((table = map_next(table, &n)) != NULL && n > 0) {
		MUST(table >= nexthop && strlen(table) >= n);
		(void)map_is_compiled(table, n);
		table += n;
	}
	MUST(buf_adds(&value, "alice:") == 0);
	MUST(buf_adds(&value, buf_text(&password)) == 0);
	for (bare = 0; bare < 2; bare++) {
		entry_judge(&e, buf_text(&value), bare);
		fuzz_printable(e.why.text);
		/* An account's name is no secret. */
		if (strncmp(buf_text(&password), "tokend:", 7) != 0)
			fuzz_hides(e.why.text, strlen(e.why.text));
	}
	(void)map_value(nexthop);
	free(nexthop);
	buf_free(&password);
	buf_free(&value);
}

/*
 * What postconf(1) says: -x, -n, -Px and -M, in this order. Nothing is run.
 */
static const char *said;
static size_t said_len;

void __wrap_run_program(struct run_result *r, char *const words[],
    char *const env[], int64_t deadline);

void
__wrap_run_program(struct run_result *r, char *const words[],
    char *const env[], int64_t deadline)
{
	struct part p = fuzz_part(&said, &said_len);

	(void)words;
	(void)env;
	(void)deadline;
	r->end = RUN_EXITED;
	r->number = 0;
	if (r->output.max > TEXT_MAX)
		r->output.max = TEXT_MAX;
	MUST(buf_add(&r->output, p.data, p.len < TEXT_MAX ? p.len :
	    TEXT_MAX) == 0);
}

FUZZ_TARGET(postfix)
{
	struct postfix p = POSTFIX_INIT;
	struct failure why = { .code = STATUS_OK };
	struct routes routes = { .count = 0 };
	size_t i = 0;

	said = data;
	said_len = len;
	if (postfix_read(&p, "/etc/postfix", &why) == 0) {
		for (i = 0; i < p.client_count; i++) {
			MUST(p.clients[i].name[0] != '\0');
			(void)postfix_value(&p, &p.clients[i],
			    "smtp_sasl_auth_enable");
		}
		(void)postfix_logs_in(&p);
		routes_find(&routes, &p);
		MUST(routes.count <= POSTFIX_ROUTES);
	}
	postfix_free(&p);
}

/* A line for a report, with a secret that is known and one that is not. */
FUZZ_TARGET(redact)
{
	struct buf line = fuzz_insert(data, strnlen(data, len));
	struct redact known = REDACT_INIT;
	char *text = NULL, *end = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	MUST(to != NULL);
	end = memchr(buf_text(&line), '\n', line.len);
	if (end != NULL)
		*end = '\0';
	MUST(redact_add(&known, FUZZ_SECRET) == 0);
	MUST(redact_line(&known, buf_text(&line), to) == 0);
	fclose(to);
	MUST(size > 0 && text[size - 1] == '\n');
	text[size - 1] = '\0';
	fuzz_printable(text);
	MUST(strstr(text, FUZZ_SECRET) == NULL);
	free(text);
	redact_free(&known);
	buf_free(&line);
}
