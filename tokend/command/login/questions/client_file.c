/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/login/questions/client_file.h"

#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "command/converse.h"
#include "command/explain.h"
#include "command/terminal/input_file.h"

#define EVENT_MOST 30000	/* ms: it is a small file */
#define FORMAT "google-client"

int
client_file_is_path(const char *answer)
{
	struct buf path = BUF_INIT(2 * ASK_LINE_MAX);
	size_t len = strlen(answer);
	int result = 0;

	if (strstr(answer, "://") == NULL)
		result = (len > 5 && strcmp(answer + len - 5, ".json") == 0) ||
		    (input_file_path(&path, answer) == 0 &&
		    access(buf_text(&path), F_OK) == 0);
	buf_free(&path);
	return result;
}

static int
set_key(char **key, const char *value, struct failure *why)
{
	if (*key != NULL || *value == '\0')
		return 0;
	return key_copy(key, value, why);
}

/* A client of another provider than the chosen one is of no use. */
static int
take_client(struct login *l, struct converse *c, const char *path,
    struct buf *id, struct failure *why)
{
	const char *provider = converse_value(c, "key_provider");
	const char *ours = l->o.keys.provider;

	if (ours != NULL && strcmp(ours, provider) != 0)
		return fail(why, STATUS_CONFIG, "%.200s: has a client of "
		    "another provider", path);
	buf_reset(id);
	if (buf_adds(id, converse_value(c, "key_client_id")) == -1 ||
	    buf_adds(&l->secrets.client_secret,
	    converse_value(c, "client_secret")) == -1)
		return fail_memory(why);
	return set_key(&l->o.keys.redirect_uri,
	    converse_value(c, "key_redirect_uri"), why);
}

static int
send_first(struct converse *c, const char *name, const char *path,
    struct failure *why)
{
	struct buf first = BUF_INIT(MESSAGE_BYTES_MAX);

	if (attrs_add(&first, "format", FORMAT) == 0 &&
	    attrs_add(&first, "path", path) == 0 &&
	    attrs_add(&first, "name", name) == 0 &&
	    attrs_add(&first, "show", "yes") == 0)
		return converse_send(c, &first, why);
	buf_free(&first);
	return fail_memory(why);
}

static int
read_events(struct login *l, struct converse *c, const char *path,
    struct buf *id, struct failure *why)
{
	int happened, found = 0;

	while ((happened = converse_wait(c, WAIT_EVENT, EVENT_MOST, why)) ==
	    CONVERSE_EVENT)
		if (converse_is(c, "note")) {
			explain_text(converse_value(c, "text"));
		} else if (converse_is(c, "account")) {
			if (take_client(l, c, path, id, why) == -1)
				return -1;
			found = 1;
		}
	if (happened == -1)
		return -1;
	return found ? 0 : fail(why, STATUS_CONFIG, "%.200s: has no client "
	    "in it", path);
}

int
client_file_read(struct login *l, const char *path, struct buf *id,
    struct failure *why)
{
	struct converse talk = CONVERSE_INIT;
	struct buf whole = BUF_INIT(2 * ASK_LINE_MAX);
	int file, result = -1;

	if (input_file_path(&whole, path) == -1) {
		fail_memory(why);
	} else if ((file = input_file_open(buf_text(&whole), why)) != -1) {
		result = converse_open(&talk, &l->scope, "import", "-", file,
		    why);
		close(file);
		if (result == 0)
			result = send_first(&talk, l->name, path,
			    why) == -1 ? -1 : read_events(l, &talk, path, id,
			    why);
	}
	converse_close(&talk);
	buf_free(&whole);
	return result;
}
