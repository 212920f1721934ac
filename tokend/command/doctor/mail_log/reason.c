/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/doctor/mail_log/reason.h"

#include <string.h>

#include "knowledge/findings/findings.h"
#include "knowledge/mail_advice.h"
#include "knowledge/sending_advice.h"

#define REFUSED "SASL authentication failed; server "
#define SAID " said: "

/* What a server said, after begin; NULL: it said nothing so. */
static const char *
find_said(const char *text, const char *begin)
{
	const char *said = strstr(text, begin);

	said = said != NULL ? strstr(said, SAID) : NULL;
	return said != NULL ? said + strlen(SAID) : NULL;
}

const char *
reason_of_sendmail(const char *text)
{
	const char *at = strstr(text, QUEUE_PIPED);

	return at != NULL ? at + strlen(QUEUE_PIPED) : NULL;
}

const struct known *
reason_find(const char *text)
{
	const struct known *row = reason_find_refusal(text);

	return row != NULL && row->kind == SENDING_UNKNOWN ? NULL : row;
}

const struct known *
reason_find_refusal(const char *text)
{
	const char *said = find_said(text, REFUSED);
	const struct known *row;

	if (said != NULL)
		return mail_advice_find(said);
	row = known_find(queue_reasons, queue_reasons_count, NULL, text);
	said = find_said(text, "");
	if (row == NULL && said != NULL)
		row = sending_advice_find(said);
	return row != NULL && row->kind == SENDING_RECIPIENT ? NULL : row;
}
