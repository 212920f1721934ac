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
#include "common/date.h"

#define QUEUE_MAX 8388608	/* bytes of postqueue's output */
#define GROUPS 8
#define WORDS_MAX 401	/* of the reason that are shown */

/* Mails that wait for the same reason. */
struct group {
	const struct known *reason;
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

/* `account "NAME": ...`, as most failures of tokend's begin. */
static void
read_account(const char *words, char name[NAME_MAX_LEN + 1])
{
	static const char begin[] = "account \"";

	if (strncmp(words, begin, strlen(begin)) == 0) {
		words += strlen(begin);
		snprintf(name, NAME_MAX_LEN + 1, "%.*s",
		    (int)strcspn(words, "\""), words);
	}
}

/*
 * "server smtp.example.org[192.0.2.1] said": tokend has nothing to do with a
 * host that no account is for. name gets the account that is, or "". What
 * tokend itself said to pipe(8) is never foreign, whatever is in it.
 */
static int
is_foreign(const struct check_context *c, const char *reason,
    char name[NAME_MAX_LEN + 1])
{
	const char *end = strchr(reason, '['), *at = end;
	const char *words = reason_of_sendmail(reason);
	char host[256];

	name[0] = '\0';
	if (words != NULL) {
		read_account(words, name);
		return 0;
	}
	if (end == NULL)
		return 0;
	while (at > reason && at[-1] != ' ')
		at--;
	snprintf(host, sizeof(host), "%.*s", (int)(end - at), at);
	return *host != '\0' && !find_relay_account(c, host, name);
}

/* tokend's words differ by account, though the reason is one row. */
static int
is_of_group(const struct group *g, const struct known *reason,
    const char *text, const char *account)
{
	return g->reason == reason && (reason_of_sendmail(text) == NULL ||
	    strcmp(g->account, account) == 0);
}

static void
add_mail(struct waits *w, const struct known *reason, const struct mailq *q,
    const char *account)
{
	struct group *g = w->group;

	while (g < w->group + w->count && !is_of_group(g, reason,
	    q->reason, account))
		g++;
	if (g == w->group + GROUPS)
		return;
	if (g == w->group + w->count) {
		w->count++;
		memset(g, 0, sizeof(*g));
		g->reason = reason;
	}
	g->mails++;
	if (g->oldest == 0 || q->arrival < g->oldest)
		g->oldest = q->arrival;
	memcpy(g->words, q->reason, sizeof(g->words));
	snprintf(g->account, sizeof(g->account), "%s", account);
}

static void
group_mails(const struct check_context *c, struct waits *w, char *lines)
{
	const struct known *reason;
	struct mailq q;
	char *line, name[NAME_MAX_LEN + 1];

	while ((line = postfix_next_line(&lines)) != NULL) {
		w->all++;
		mailq_begin(&q, line);
		while (mailq_next(&q)) {
			reason = reason_find(q.reason);
			if (reason == NULL || is_foreign(c, q.reason, name))
				continue;
			add_mail(w, reason, &q, name);
			break;
		}
		mailq_end(&q);
	}
}

static void
report_group(struct check_context *c, const struct group *g,
    const char *logged)
{
	enum queue_finding found = g->account[0] != '\0' &&
	    (g->reason->flags & KNOWN_MAY_BE_TOKEN) != 0 ? QUEUE_TOKEN :
	    QUEUE_WAITS;
	const char *piped = reason_of_sendmail(g->words);
	char mails[64], age[DURATION_MAX], words[WORDS_MAX], plugin[300] = "";
	struct finding f;

	snprintf(mails, sizeof(mails), "%u mail%s", g->mails,
	    g->mails > 1 ? "s wait" : " waits");
	/* tokend's own end with the fix. */
	snprintf(words, sizeof(words), "%.*s", piped != NULL ?
	    (int)sizeof(words) - 1 : 200, piped != NULL ? piped : g->words);
	if (logged != NULL)
		snprintf(plugin, sizeof(plugin),
		    " - The plugin said: \"%.250s\"", logged);
	fill_row(c, &f, &queue_findings[found], KNOWN_VALUES(
	    { "mails", mails }, { "age", duration_text(age,
	    clock_seconds() - g->oldest) }, { "words", words },
	    { "plugin", plugin }, { "account", g->account },
	    { "meaning", g->reason->why }, { "remedy", g->reason->remedy }));
	f.code = g->reason->code;
	f.fix[0] = (char)toupper((unsigned char)f.fix[0]);
	report_finding(c, &f);
}

static void
report_queue(struct check_context *c, struct waits *w)
{
	struct buf lines = BUF_INIT(2 * MAILLOG_TAIL);
	struct failure why;
	char *logged = NULL, mails[64];
	size_t i;

	if (w->count > 0 && maillog_read(c->p, &lines, &why) == 0)
		logged = maillog_last(&lines);
	for (i = 0; i < w->count; i++)
		report_group(c, &w->group[i], (w->group[i].reason->flags &
		    KNOWN_FROM_PLUGIN) != 0 ? logged : NULL);
	snprintf(mails, sizeof(mails), "%u mail%s", w->all,
	    w->all == 1 ? "" : "s");
	if (w->count == 0)
		report_row(c, &queue_findings[QUEUE_OK],
		    KNOWN_VALUES({ "mails", mails }));
	buf_free(&lines);
}

static void
check_queue(struct check_context *c)
{
	struct buf lines = BUF_INIT(QUEUE_MAX);
	struct waits w = { .count = 0 };
	struct failure why;

	if (geteuid() == 0 && !postfix_runs(c->p)) {
		report_row(c, &queue_findings[QUEUE_STOPPED], NULL);
	} else if (postfix_tool(c->p->config, "postqueue", &lines, &why, "-j",
	    (char *)NULL) != EX_OK) {
		report_row(c, &queue_findings[QUEUE_HIDDEN],
		    KNOWN_VALUES({ "failure", why.text }));
	} else {
		group_mails(c, &w, lines.data);
		report_queue(c, &w);
		check_losses(c);
	}
	buf_free(&lines);
}

void
doctor_queue(struct doctor *d)
{
	check_instances(d, "queue", check_queue);
}
