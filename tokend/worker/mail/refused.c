/* SPDX-License-Identifier: BSD-2-Clause */
/* refused.c - see sasl.h: a login that the server refused */
#include "mail/sasl.h"

#include <stdio.h>

#include "common/failure_text.h"
#include "knowledge/mail_advice.h"
#include "base/name.h"

int
sasl_fail_refused(const struct mail *m, const char *user, const char *said,
    struct failure *why)
{
	char head[NAME_MAX_LEN + MAIL_SERVER_MAX + 64] = "";
	char tail[160] = "", shown[TEXT_NAME_MAX] = "";

	const struct known *advice = mail_advice_find(said);

	text_cut(shown, sizeof(shown), user);
	snprintf(head, sizeof(head), "%.100s %s the login of %s",
	    mail_server(m), advice->code == STATUS_LATER ?
	    "does not take for now" : "refused", shown);
	snprintf(tail, sizeof(tail), ": %s", advice->remedy);
	return text_fail(why, advice->code, head, said, tail);
}
