/* SPDX-License-Identifier: BSD-2-Clause */
#include "challenge.h"

#include "base/buf.h"
#include "echo.h"

/* White space of RFC 8259 2: before the brace it is JSON still. */
static int
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/*
 * Copies the challenge as far as it is printable, short, and free of the
 * token: a server may play that back so that it lands in a log. Where there is
 * no memory to compare with, nothing is passed on.
 */
static void
copy_fit(char out[CHALLENGE_MAX + 1], const char *in, size_t len,
    const char *token, size_t token_len)
{
	struct buf secrets = BUF_INIT(ECHO_TOKEN_MAX);
	struct buf line = BUF_INIT(ECHO_INPUT_MAX);
	size_t i;

	if (len > ECHO_INPUT_MAX)
		len = ECHO_INPUT_MAX;
	if (echo_add_token(&secrets, token, token_len) == 0 &&
	    buf_add(&line, in, len) == 0) {
		for (i = 0; i < len; i++)
			if (is_blank(in[i]))
				line.data[i] = ' ';
		echo_mask(&secrets, out, CHALLENGE_MAX + 1, line.data, len);
	}
	buf_free(&secrets);
	buf_free(&line);
}

void
challenge_report(const struct client_settings *settings, struct request *r,
    const char *challenge, size_t len, const char *token, size_t token_len)
{
	char fit[CHALLENGE_MAX + 1] = "";
	struct failure why;

	while (len > 0 && is_blank(challenge[0])) {
		challenge++;
		len--;
	}
	if (len == 0 || challenge[0] != '{')
		return;
	copy_fit(fit, challenge, len, token, token_len);
	r->challenge = fit;
	client_reject(settings, r, &why);
	r->challenge = NULL;
}
