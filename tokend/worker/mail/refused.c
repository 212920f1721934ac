/* refused.c - see sasl.h: a login that the server refused */
#include "mail/sasl.h"

#include <stdio.h>
#include <string.h>

#include "name.h"
#include "oauth/text.h"

/* What servers say, and what that asks for; the last is for all others. */
static const struct {
	const char *words;
	const char *remedy;
} remedies[] = {
	{ "SmtpClientAuthentication is disabled", "an admin of the tenant "
	    "allows SMTP AUTH: Set-CASMailbox MAILBOX "
	    "-SmtpClientAuthenticationDisabled $false" },
	{ "Token will expire soon", "set min_valid = 600 for this account" },
	{ "5.7.3 ", "check that user is whose token it is, or may send as "
	    "it, and that the app has SMTP.Send" },
	{ "", "check that user is whose token it is, that scope covers this "
	    "service, and that the mailbox allows it" }
};

int
sasl_fail_refused(const struct mail *m, const char *user, const char *said,
    struct failure *why)
{
	char head[NAME_MAX_LEN + MAIL_SERVER_MAX + 64] = "";
	char tail[160] = "", shown[TEXT_NAME_MAX] = "";
	size_t i = 0;

	while (strstr(said, remedies[i].words) == NULL)
		i++;
	text_cut(shown, sizeof(shown), user);
	snprintf(head, sizeof(head), "%.100s refused the login of %s",
	    mail_server(m), shown);
	snprintf(tail, sizeof(tail), ": %s", remedies[i].remedy);
	return text_fail(why, STATUS_REJECTED, head, said, tail);
}
