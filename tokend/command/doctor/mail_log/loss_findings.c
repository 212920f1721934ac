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

#define CHECK "queue"
#define AGE_MOST (7 * 86400)

static int
is_ours(void *with, const char *relay)
{
	const struct sight *s = with;
	char name[NAME_MAX_LEN + 1];

	return sight_account_for(s, relay, name);
}

/* Also within its second: what was changed then was changed because of it. */
static int
is_newer(const char *path, int64_t when)
{
	struct stat st;

	return stat(path, &st) == 0 && (int64_t)st.st_mtime >= when;
}

/* Whether the tables by which Postfix rewrites were changed after that. */
static int
has_new_table(const struct sight *s, const char *parameter, int64_t when)
{
	const char *maps = postfix_value(s->p, NULL, parameter);
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

/* What the settings decide may be otherwise since: the next mail will tell. */
static int
is_settled(const struct sight *s, const struct loss *loss)
{
	char path[SCOPE_PATH_MAX + 16];

	if (loss->last == 0 || (loss->reason.kind != SENDING_SENDER &&
	    loss->reason.kind != SENDING_NO_LOGIN))
		return 0;
	snprintf(path, sizeof(path), "%s/main.cf", s->p->config);
	return is_newer(path, loss->last) ||
	    has_new_table(s, "smtp_generic_maps", loss->last) ||
	    has_new_table(s, "sender_canonical_maps", loss->last);
}

/* Mail is lost by it, and the next one will be as well. */
static int
is_fault(const struct loss *loss)
{
	switch (loss->reason.kind) {
	case SENDING_LIMIT:
	case SENDING_CONTENT:
	case SENDING_RECIPIENT:
	case SENDING_UNKNOWN:
		return 0;
	case SENDING_AT_LOGIN:
	case SENDING_SENDER:
	case SENDING_NO_LOGIN:
	case SENDING_BLOCKED:
		break;
	}
	return 1;
}

static void
tell(struct sight *s, const struct loss *loss)
{
	struct finding f = sight_begin(is_fault(loss) ? VERDICT_FAULT :
	    VERDICT_WARNING);
	char duration[DURATION_MAX], ago[DURATION_MAX + 24] = "";

	f.check = CHECK;
	if (f.verdict == VERDICT_FAULT)
		f.code = loss->reason.code;
	if (loss->last != 0)
		snprintf(ago, sizeof(ago), " %s ago", duration_text(duration,
		    clock_seconds() - loss->last));
	finding_text(f.found, "%u mail%s from %.100s %s %s and left the queue, "
	    "%s%s: %.250s", loss->mails, loss->mails > 1 ? "s" : "",
	    loss->sender[0] != '\0' ? loss->sender : "no sender",
	    loss->is_expired ? "waited too long for" : loss->mails > 1 ?
	    "were refused by" : "was refused by", loss->relay,
	    loss->mails > 1 ? "the last" : "that", ago, loss->words);
	finding_text(f.matters, "%s No mail of these is tried again.",
	    loss->reason.matters);
	finding_text(f.fix, "%s; then send the mail again.",
	    loss->reason.fix);
	f.fix[0] = (char)toupper((unsigned char)f.fix[0]);
	sight_tell(s, &f);
}

void
queue_tell_losses(struct sight *s)
{
	struct losses l = { .is_ours = is_ours, .with = s,
	    .now = clock_seconds(), .since = clock_seconds() - AGE_MOST };
	struct buf lines = BUF_INIT(2 * MAILLOG_TAIL);
	struct failure why;
	size_t i;

	if (maillog_read(s->p, &lines, &why) == -1)
		doctor_unknown(s->d, CHECK, "Which mails were refused and have "
		    "left the queue is not seen: %s.", why.text);
	else if (losses_read(&l, &lines) == -1)
		doctor_unknown(s->d, CHECK, "Out of memory.");
	for (i = 0; i < l.count; i++)
		if (!is_settled(s, &l.loss[i]))
			tell(s, &l.loss[i]);
	buf_free(&lines);
}
