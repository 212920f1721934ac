/* SPDX-License-Identifier: BSD-2-Clause */
#include "state/send_hold.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "common/date.h"
#include "common/failure_text.h"
#include "disk/file.h"
#include "files/folder.h"
#include "files/lock.h"
#include "files/newfile.h"
#include "lineio.h"

#define FOLDER "holds"
#define VERSION "1"
#define FILE_MOST 4096
#define CLOCK_BACK_MAX 300	/* seconds */
#define LOCK_WAIT 2000		/* ms: a few writes take none */
#define WHEN_MAX 96		/* what is added to a text */

static void
take_attributes(struct send_hold *h, struct attrs *a)
{
	const char *version = attrs_get(a, "tokend-hold");

	if (version == NULL || strcmp(version, VERSION) != 0 ||
	    attrs_number(a, "since", &h->since) == -1 ||
	    attrs_number(a, "until", &h->until) == -1 ||
	    attrs_get(a, "stamp") == NULL || attrs_get(a, "text") == NULL ||
	    h->until - h->since > SEND_HOLD_MOST) {
		h->since = h->until = 0;
		return;
	}
	attrs_copy(a, "stamp", h->stamp, sizeof(h->stamp));
	attrs_copy(a, "text", h->text, sizeof(h->text));
}

void
send_hold_read(struct send_hold *h, const struct scope *s,
    const char *account)
{
	struct buf content = BUF_INIT(FILE_MOST);
	struct attrs a;
	int fd = folder_open_file(s, FOLDER, account);

	memset(h, 0, sizeof(*h));
	if (fd == -1)
		return;
	if (file_read(fd, &content) == 0 &&
	    attrs_parse(&a, &content, NULL) == 0)
		take_attributes(h, &a);
	close(fd);
	buf_free(&content);
}

int
send_hold_counts(const struct send_hold *h, const char *stamp, int64_t now,
    struct failure *why)
{
	char date[DATE_MAX], duration[DURATION_MAX];

	if (now >= h->until || now < h->since - CLOCK_BACK_MAX ||
	    strcmp(h->stamp, stamp) != 0)
		return 0;
	fail(why, STATUS_LATER, "%.*s (no mail is sent before %s, in %s)",
	    FAILURE_TEXT_MAX - WHEN_MAX, h->text, date_text(date, h->until),
	    duration_text(duration, h->until - now));
	if (why != NULL)
		why->retry_after = h->until - now;
	return 1;
}

int
send_hold_is_on(const struct scope *s, const struct account *a, int64_t now,
    struct failure *why)
{
	struct send_hold h;

	send_hold_read(&h, s, a->name);
	return send_hold_counts(&h, a->stamp, now, why);
}

static int
format_hold(const struct send_hold *h, struct buf *b)
{
	return attrs_add(b, "tokend-hold", VERSION) == -1 ||
	    attrs_addnum(b, "since", h->since) == -1 ||
	    attrs_addnum(b, "until", h->until) == -1 ||
	    attrs_add(b, "stamp", h->stamp) == -1 ||
	    attrs_add(b, "text", h->text) == -1 ? -1 : attrs_end(b);
}

/*
 * Senders of one account may run at the same time (spawn(8)), and a renewal may
 * have the account's lock for half a minute: the folder is the lock.
 */
static int
write_hold(const struct send_hold *h, const struct scope *s,
    const char *account, struct failure *why)
{
	struct buf content = BUF_INIT(FILE_MOST);
	int folder = folder_open(s, FOLDER, why), result = -1;

	if (folder == -1)
		return -1;
	if (format_hold(h, &content) == -1)
		fail_memory(why);
	else if (lock_take(folder, clock_ms() + LOCK_WAIT) == -1)
		fail(why, STATUS_LATER, "account \"%s\": %s/%s is locked by "
		    "another process", account, s->state, FOLDER);
	else
		result = newfile_replace(s, FOLDER, account, &content, why);
	close(folder);
	buf_free(&content);
	return result;
}

int
send_hold_note(const struct scope *s, const struct account *a,
    const struct failure *limit, int64_t now, struct failure *why)
{
	struct send_hold h = { .since = now }, before;
	int64_t seconds = limit->retry_after < SEND_HOLD_MOST ?
	    limit->retry_after : SEND_HOLD_MOST;

	if (seconds <= 0)
		return 0;
	h.until = now + seconds;
	send_hold_read(&before, s, a->name);
	if (before.until > h.until &&
	    send_hold_counts(&before, a->stamp, now, NULL))
		return 0;
	snprintf(h.text, sizeof(h.text), "%s", limit->text);
	text_hide_addresses(h.text, a->name);
	snprintf(h.stamp, sizeof(h.stamp), "%s", a->stamp);
	return write_hold(&h, s, a->name, why);
}
