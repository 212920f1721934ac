/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/start_page.h"

#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "crypto/digest.h"
#include "signin/loopback_listen.h"

#define RANDOM_LEN 16

static int
make_path(char path[START_PATH_MAX])
{
	unsigned char bytes[RANDOM_LEN];
	struct buf text = BUF_INIT(START_PATH_MAX - 1);
	int result = -1;

	if (buf_add(&text, "/", 1) == 0 &&
	    random_fill(bytes, sizeof(bytes)) == 0 &&
	    base64url_add(&text, bytes, sizeof(bytes)) == 0) {
		snprintf(path, START_PATH_MAX, "%s", buf_text(&text));
		result = 0;
	}
	buf_free(&text);
	return result;
}

/* It goes into a header field as it is (RFC 3986 2). */
static int
is_address(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text > '~')
			return 0;
	return 1;
}

int
start_open(struct start *s, const char *target, const char *account,
    struct failure *why)
{
	char base[REDIRECT_MAX];
	struct redirect here;

	if (!is_address(target))
		return fail(why, STATUS_CONFIG, "account \"%s\": its "
		    "authorization request has characters that no address may "
		    "have: check authorization_parameters", account);
	if (buf_adds(&s->target, target) == -1 || make_path(s->path) == -1)
		return fail_memory(why);
	if (redirect_read(&here, NULL) == -1 || (s->port =
	    listen_loopback(&here, s->listener, 1, account, why)) == 0)
		return -1;
	/* The default ends with the slash that path begins with. */
	if (redirect_write(&here, s->port, base) == -1 ||
	    (size_t)snprintf(s->uri, sizeof(s->uri), "%.*s%s",
	    (int)strlen(base) - 1, base, s->path) >= sizeof(s->uri))
		return fail(why, STATUS_INTERNAL, "account \"%s\": no room "
		    "for an address", account);
	return 0;
}

void
start_close(struct start *s)
{
	close_loopback(s->listener);
	s->port = 0;
	buf_free(&s->target);
}
