/* SPDX-License-Identifier: BSD-2-Clause */
#include "edited.h"

#include <stdlib.h>

const struct mailbox edited_imap = { .account = "alice@gmail.com",
    .user = "alice@gmail.com", .host = "imap.gmail.com", .port = 993 };
const struct mailbox edited_smtp = { .account = "alice@gmail.com",
    .user = "alice@gmail.com", .host = "smtp.gmail.com", .port = 587 };
struct buf edited;
struct failure edited_why;

void
edited_setup(void)
{
	edited = (struct buf)BUF_INIT(SETUP_TEXT_MAX);
	edited_why = (struct failure){ .code = STATUS_OK };
}

void
edited_teardown(void)
{
	buf_free(&edited);
}

void
edited_begin(const char *text)
{
	buf_reset(&edited);
	if (buf_adds(&edited, text) == -1)
		abort();
}

struct edit
edited_by(const struct recipe *recipe, const struct mailbox *m)
{
	return (struct edit){ .recipe = recipe, .text = &edited,
	    .path = EDITED_PATH, .m = m };
}

struct edit
edited_by_mbsync(const struct mailbox *m)
{
	static struct edit_value values[MBSYNC_VALUES];
	static char port_line[32];
	struct edit e = edited_by(&mbsync_recipe, m);

	mbsync_values(values, port_line, "SSLType", m);
	e.values = values;
	return e;
}
