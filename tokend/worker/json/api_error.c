/* SPDX-License-Identifier: BSD-2-Clause */
#include "json/api_error.h"

#include <string.h>

#include "echo.h"
#include "json/json.h"

#define DETAILS_MOST 8		/* of those that are looked at */

static void
copy_masked(const char *token, char *out, size_t size, const char *text)
{
	struct buf secrets = BUF_INIT(ECHO_TOKEN_MAX);

	out[0] = '\0';
	if (text != NULL &&
	    echo_add_token(&secrets, token, strlen(token)) == 0)
		echo_mask(&secrets, out, size, text, strlen(text));
	buf_free(&secrets);
}

/* Goes back into the error, and there into an element of list. */
static const char *
find_reason(struct jdoc *d, const char *list, size_t index)
{
	jdoc_leave(d);
	return jdoc_enter(d, "error") == 0 &&
	    jdoc_enter_element(d, list, index) == 0 ?
	    jdoc_string(d, "reason") : NULL;
}

/*
 * Google's name for it is the `reason` of the first of its errors, or of one
 * of the details; its `code` is the status. Graph's is `code`.
 */
static const char *
find_name(struct jdoc *d)
{
	const char *code = jdoc_string(d, "code"), *reason;
	const char *status = jdoc_string(d, "status");
	size_t i;

	if (code != NULL)
		return code;
	reason = find_reason(d, "errors", 0);
	for (i = 0; reason == NULL && i < DETAILS_MOST; i++)
		reason = find_reason(d, "details", i);
	return reason != NULL ? reason : status;
}

void
api_error_read(struct api_error *e, const struct buf *body, const char *token)
{
	const char *what = NULL;
	struct jdoc *d = jdoc_parse(buf_text(body), body->len, &what);

	*e = (struct api_error){ .name = "" };
	if (d == NULL)
		return;
	if (jdoc_enter(d, "error") == 0) {
		copy_masked(token, e->words, sizeof(e->words),
		    jdoc_string(d, "message"));
		copy_masked(token, e->name, sizeof(e->name), find_name(d));
		e->is_of_api = e->name[0] != '\0';
	} else {	/* RFC 6750, or a gateway's */
		copy_masked(token, e->name, sizeof(e->name),
		    jdoc_string(d, "error"));
		copy_masked(token, e->words, sizeof(e->words),
		    jdoc_string(d, "error_description"));
	}
	jdoc_free(d);
}
