/* SPDX-License-Identifier: BSD-2-Clause */
/* waiting_mail.c - mail that waits because of a login */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "command/doctor/mail_log/mailq.h"
#include "command/doctor/mail_log/maillog.h"
#include "command/doctor/mail_log/reason.h"
#include "command/doctor/postfix/check_context.h"
#include "lineio.h"
#include "shell_word.h"
#include "common/date.h"

#define CHECK "queue"
#define QUEUE_MAX 8388608	/* bytes of postqueue's output */
#define GROUPS 8

/* Mails that wait for the same. */
struct group {
	struct reason reason;
	unsigned mails;
	int64_t oldest;
	char words[MAILQ_REASON_MAX];	/* of the last of them */
	char account[NAME_MAX_LEN + 1];	/* for their server, or "" */
};

struct waits {
	struct group group[GROUPS];
	size_t count;
	unsigned all;		/* mails in the queue */
};

/*
 * "server smtp.example.org[192.0.2.1] said": that host, where there are
 * accounts and none is for it, is not tokend's business. name gets the account
 * that is, or "".
 */
static int
is_foreign(const struct sight *s, const char *reason,
    char name[NAME_MAX_LEN + 1])
{
	const char *end = strchr(reason, '['), *at = end;
	char host[256];

	name[0] = '\0';
	if (end == NULL)
		return 0;
	while (at > reason && at[-1] != ' ')
		at--;
	snprintf(host, sizeof(host), "%.*s", (int)(end - at), at);
	return *host != '\0' && !sight_account_for(s, host, name);
}

static void
add(struct waits *w, const struct reason *r, const struct mailq *q,
    const char *account)
{
	struct group *g = w->group;

	while (g < w->group + w->count && !reason_equal(&g->reason, r))
		g++;
	if (g == w->group + GROUPS)
		return;
	if (g == w->group + w->count) {
		w->count++;
		memset(g, 0, sizeof(*g));
		g->reason = *r;
	}
	g->mails++;
	if (g->oldest == 0 || q->arrival < g->oldest)
		g->oldest = q->arrival;
	memcpy(g->words, q->reason, sizeof(g->words));
	snprintf(g->account, sizeof(g->account), "%s", account);
}

static void
sort(const struct sight *s, struct waits *w, char *lines)
{
	struct reason r;
	struct mailq q;
	char *line, name[NAME_MAX_LEN + 1];

	while ((line = postfix_next_line(&lines)) != NULL) {
		w->all++;
		mailq_begin(&q, line);
		while (mailq_next(&q)) {
			if (reason_find(&r, q.reason) == -1 ||
			    is_foreign(s, q.reason, name))
				continue;
			add(w, &r, &q, name);
			break;
		}
		mailq_end(&q);
	}
}

/*
 * A refusal with no challenge, which the plugin does not hear of: status calls
 * the account good, and each try shows the same token until that expires.
 */
static void
advise_token(struct finding *f, const struct group *g)
{
	finding_text(f->matters, "%s If the server refuses with no challenge, "
	    "the plugin hears nothing of it: \"tokend status\" calls the "
	    "account good, and the token is not replaced before it expires.",
	    g->reason.matters);
	finding_text(f->fix, "Run \"tokend refresh %s\", which replaces the "
	    "token; if the new one is refused too, %s",
	    SHELL_NAME(g->account), g->reason.fix);
}

static void
tell(struct sight *s, const struct group *g, const char *logged)
{
	struct finding f = sight_begin(VERDICT_FAULT);
	char duration[DURATION_MAX], option[SIGHT_COMMAND_MAX];
	size_t end;

	f.check = CHECK;
	f.code = g->reason.code;
	finding_text(f.found, "%u mail%s wait%s in the queue of %s, the oldest "
	    "for %s: %.200s%s%.250s%s", g->mails, g->mails > 1 ? "s" : "",
	    g->mails > 1 ? "" : "s", s->p->config, duration_text(duration,
	    clock_seconds() - g->oldest), g->words, logged != NULL ?
	    " - The plugin said: \"" : "", logged != NULL ? logged : "",
	    logged != NULL ? "\"" : "");
	if (g->account[0] != '\0' && reason_may_be_token(g->words)) {
		advise_token(&f, g);
	} else {
		finding_text(f.matters, "%s", g->reason.matters);
		finding_text(f.fix, "%s", g->reason.fix);
	}
	end = strlen(f.fix);
	snprintf(f.fix + end, sizeof(f.fix) - end,
	    "; then \"postqueue%s -f\".", sight_option(s, option));
	f.fix[0] = (char)toupper((unsigned char)f.fix[0]);
	doctor_report(s->d, &f);
}

static void
tell_all(struct sight *s, struct waits *w)
{
	struct buf lines = BUF_INIT(2 * MAILLOG_TAIL);
	struct failure why;
	char *logged = NULL;
	size_t i;

	if (w->count > 0 && maillog_read(s->p, &lines, &why) == 0)
		logged = maillog_last(&lines);
	for (i = 0; i < w->count; i++)
		tell(s, &w->group[i], w->group[i].reason.is_ours ? logged :
		    NULL);
	if (w->count == 0)
		doctor_ok(s->d, CHECK, "%u mail%s in the queue of %s, none "
		    "because of a login.", w->all, w->all == 1 ? "" : "s",
		    s->p->config);
	buf_free(&lines);
}

static void
look_at_instance(struct sight *s, const char *config)
{
	struct postfix p = POSTFIX_INIT;
	struct buf lines = BUF_INIT(QUEUE_MAX);
	struct waits w = { .count = 0 };
	struct failure why;

	s->p = &p;
	if (postfix_read(&p, config, &why) == -1) {
		doctor_unknown(s->d, CHECK, "%s", why.text);
	} else if (geteuid() == 0 && !postfix_runs(&p)) {
		doctor_unknown(s->d, CHECK, "Postfix in %s does not run, so "
		    "its queue is not seen.", config);
	} else if (postfix_tool(config, "postqueue", &lines, &why, "-j",
	    (char *)NULL) != EX_OK) {
		doctor_unknown(s->d, CHECK, "The queue of %s is not shown: "
		    "%.200s", config, why.text);
	} else {
		sort(s, &w, lines.data);
		tell_all(s, &w);
		queue_tell_losses(s);
	}
	buf_free(&lines);
	postfix_free(&p);
}

void
doctor_queue(struct doctor *d)
{
	struct sight s = { .d = d, .told = BUF_INIT(SIGHT_TOLD_MAX) };
	struct buf folders = BUF_INIT(POSTFIX_FOLDERS_MAX);
	struct failure why;
	const char *at;

	if (d->postfix == NULL)
		return;
	sight_scope(&s);
	if (postfix_instances(d->postfix, &folders, &why) == -1)
		doctor_unknown(d, CHECK, "%s", why.text);
	for (at = buf_text(&folders); at < buf_text(&folders) + folders.len;
	    at += strlen(at) + 1)
		look_at_instance(&s, at);
	buf_free(&s.told);
	buf_free(&folders);
}
