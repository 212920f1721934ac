/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * head.h - the few fields of an HTTP answer's head that matter to us.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define HEAD_HOST_SHOWN 64	/* bytes of a host name in texts, with NUL */

struct head {
	char type[64];		/* media type, lower case, no parameters; "" */
	char redirect[HEAD_HOST_SHOWN];	/* host that Location names, or "" */
	char encoding[16];	/* Content-Encoding */
	char challenge[256];	/* the last WWW-Authenticate, "" if too long */
	char flavor[16];	/* Metadata-Flavor, of a cloud's own service */
	int64_t date;		/* the server's clock, 0: not said */
	int64_t retry_in;	/* Retry-After in seconds, 0: not said */
	int64_t fresh_for;	/* Cache-Control, seconds; 1: not to be kept */
				/* (RFC 9111 5.2.2); 0: not said */
	int64_t retry_at;	/* the same where it is a date, else 0 */
};

/*
 * Copies a line, without its end, as two texts: line is then the field's name.
 * Returns its value, or NULL: it is another line (line is what it says), or
 * too long ("").
 */
char *head_split(char *line, size_t size, const char *data, size_t len);

/*
 * Takes one line, line end and all. A status line forgets what came before: an
 * interim 1xx, or the answer of a proxy.
 */
void head_add_line(struct head *h, const char *line, size_t len);

/*
 * Seconds to wait as Retry-After said (RFC 9110 10.2.3), 0 to most. A date is
 * compared with the server's own clock where it told it, else with now.
 */
int64_t head_retry_after(const struct head *h, int64_t now, int64_t most);

/* Copies a host name for texts, cut with "..." if need be. */
void head_copy_host(char out[HEAD_HOST_SHOWN], const char *host, size_t len);
