/* refused.c - see sasl.h: a login that the server refused */
#include "mail/sasl.h"

#include <stdio.h>

#include "mail_advice.h"
#include "name.h"
#include "oauth/text.h"

int
sasl_fail_refused(const struct mail *m, const char *user, const char *said,
    struct failure *why)
{
	char head[NAME_MAX_LEN + MAIL_SERVER_MAX + 64] = "";
	char tail[160] = "", shown[TEXT_NAME_MAX] = "";

	text_cut(shown, sizeof(shown), user);
	snprintf(head, sizeof(head), "%.100s refused the login of %s",
	    mail_server(m), shown);
	snprintf(tail, sizeof(tail), ": %s", mail_advice_find(said)->remedy);
	return text_fail(why, STATUS_REJECTED, head, said, tail);
}
