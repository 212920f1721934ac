/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/doctor/mail_log/mailq.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"

#define DEPTH_MAX 8		/* levels of nesting; postqueue has three */
#define LINE_MAX_LEN 1048576

void
mailq_begin(struct mailq *q, const char *line)
{
	struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
	struct json_object *arrival = NULL;
	size_t len = strlen(line);

	memset(q, 0, sizeof(*q));
	if (tokener == NULL)
		return;
	if (len <= LINE_MAX_LEN)
		q->mail = json_tokener_parse_ex(tokener, line, (int)len);
	json_tokener_free(tokener);
	if (json_object_object_get_ex(q->mail, "arrival_time", &arrival) &&
	    json_object_get_int64(arrival) > 0)
		q->arrival = json_object_get_int64(arrival);
}

int
mailq_next(struct mailq *q)
{
	struct json_object *recipients = NULL, *reason = NULL;

	json_object_object_get_ex(q->mail, "recipients", &recipients);
	if (!json_object_is_type(recipients, json_type_array))
		return 0;
	while (q->next < (size_t)json_object_array_length(recipients)) {
		if (!json_object_object_get_ex(json_object_array_get_idx(
		    recipients, q->next++), "delay_reason", &reason) ||
		    !json_object_is_type(reason, json_type_string))
			continue;
		snprintf(q->reason, sizeof(q->reason), "%s",
		    json_object_get_string(reason));
		make_printable(q->reason, sizeof(q->reason));
		return 1;
	}
	return 0;
}

void
mailq_end(struct mailq *q)
{
	json_object_put(q->mail);
}
