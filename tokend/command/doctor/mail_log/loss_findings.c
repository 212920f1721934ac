/* SPDX-License-Identifier: BSD-2-Clause */
/* loss_findings.c - what the log says of mails that were lost, as findings */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "command/doctor/mail_log/losses.h"
#include "command/doctor/mail_log/maillog.h"
#include "command/doctor/postfix/check_context.h"
#include "command/postfix/map.h"
#include "common/date.h"
#include "lineio.h"

#define AGE_MOST (7 * 86400)

static int
is_ours(void *with, const char *relay)
{
	const struct check_context *c = with;
	char name[NAME_MAX_LEN + 1];

	return find_relay_account(c, relay, name);
}

/* Or changed in the same second, which was then because of it. */
static int
is_newer(const char *path, int64_t when)
{
	struct stat st;

	return stat(path, &st) == 0 && (int64_t)st.st_mtime >= when;
}

/* Whether the tables by which Postfix rewrites were changed after that. */
static int
has_new_table(const struct check_context *c, const char *parameter,
    int64_t when)
{
	const char *maps = postfix_value(c->p, NULL, parameter);
	char path[SCOPE_PATH_MAX];
	size_t len, type;

	for (; (maps = map_next(maps, &len)) != NULL; maps += len) {
		type = strcspn(maps, ":");
		if (type >= len)
			continue;
		snprintf(path, sizeof(path), "%.*s", (int)(len - type - 1),
		    maps + type + 1);
		if (is_newer(path, when))
			return 1;
	}
	return 0;
}

/* A setting that decides it was changed since: the next mail will show. */
static int
is_settled(const struct check_context *c, const struct loss *loss)
{
	char path[SCOPE_PATH_MAX + 16];

	if (loss->last == 0 || (loss->reason->kind != SENDING_SENDER &&
	    loss->reason->kind != SENDING_NO_LOGIN))
		return 0;
	snprintf(path, sizeof(path), "%s/main.cf", c->p->config);
	return is_newer(path, loss->last) ||
	    has_new_table(c, "smtp_generic_maps", loss->last) ||
	    has_new_table(c, "sender_canonical_maps", loss->last);
}

/* The next mail will be lost as well. */
static int
is_fault(const struct loss *loss)
{
	switch (loss->reason->kind) {
	case SENDING_LIMIT:
	case SENDING_CONTENT:
	case SENDING_RECIPIENT:
	case SENDING_UNKNOWN:
		return 0;
	case SENDING_NONE:
	case SENDING_SENDER:
	case SENDING_NO_LOGIN:
	case SENDING_BLOCKED:
		break;
	}
	return 1;
}

static void
report_loss(struct check_context *c, const struct loss *loss)
{
	char mails[64], duration[DURATION_MAX], ago[DURATION_MAX + 24] = "";
	char words[256];
	struct finding f;

	snprintf(mails, sizeof(mails), "%u mail%s", loss->mails,
	    loss->mails > 1 ? "s" : "");
	if (loss->last != 0)
		snprintf(ago, sizeof(ago), ", %s%s ago", loss->mails > 1 ?
		    "the last " : "", duration_text(duration,
		    clock_seconds() - loss->last));
	snprintf(words, sizeof(words), "%.250s", loss->words);
	fill_row(c, &f, &queue_findings[loss->is_expired ? QUEUE_EXPIRED :
	    QUEUE_REFUSED], KNOWN_VALUES({ "mails", mails }, { "ago", ago },
	    { "sender", loss->sender[0] != '\0' ? loss->sender :
	    "no sender" }, { "relay", loss->relay }, { "words", words },
	    { "meaning", loss->reason->why },
	    { "remedy", loss->reason->remedy }));
	f.code = loss->reason->code;
	if (!is_fault(loss)) {
		f.verdict = VERDICT_WARNING;
		f.code = STATUS_OK;
	}
	f.fix[0] = (char)toupper((unsigned char)f.fix[0]);
	report_finding(c, &f);
}

void
check_losses(struct check_context *c)
{
	struct losses l = { .is_ours = is_ours, .with = c,
	    .now = clock_seconds(), .since = clock_seconds() - AGE_MOST };
	struct buf lines = BUF_INIT(2 * MAILLOG_TAIL);
	struct failure why;
	size_t i;

	if (maillog_read(c->p, &lines, &why) == -1)
		report_row(c, &queue_findings[QUEUE_NO_LOG],
		    KNOWN_VALUES({ "failure", why.text }));
	else if (losses_read(&l, &lines) == -1)
		report_row(c, &check_findings[CHECK_NO_MEMORY], NULL);
	for (i = 0; i < l.count; i++)
		if (!is_settled(c, &l.loss[i]))
			report_loss(c, &l.loss[i]);
	buf_free(&lines);
}
