/* challenge.c - see challenge.h */
#include "challenge.h"

#include <string.h>

/* White space of RFC 8259 2: before the brace it is JSON still. */
static int
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/*
 * Copies the challenge as far as it is printable, short, and free of the
 * token: a hostile server may play that back so that it lands in a log.
 */
static void
copy_fit(char out[CHALLENGE_MAX + 1], const char *in, size_t len,
    const char *token, size_t token_len)
{
	const char *echo = memmem(in, len, token, token_len);
	size_t i;

	if (echo != NULL)
		len = (size_t)(echo - in);
	if (len > CHALLENGE_MAX)
		len = CHALLENGE_MAX;
	for (i = 0; i < len; i++)
		out[i] = is_blank(in[i]) ? ' ' : in[i] == '\0' ? '?' : in[i];
	out[len] = '\0';
	make_printable(out);
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
