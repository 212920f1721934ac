/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/page.h"

#include <stddef.h>

static const struct {
	int status;
	const char *reason;	/* RFC 9110 15, RFC 6585 5 */
} reasons[] = {
	{ 200, "OK" },
	{ 303, "See Other" },
	{ 400, "Bad Request" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 414, "URI Too Long" },
	{ 421, "Misdirected Request" },
	{ 431, "Request Header Fields Too Large" },
};

/*
 * Nothing is stored, so that no code stays in a cache; no address goes to
 * anybody; and nothing but this text can come to be in the page.
 */
static const char common[] =
    "Cache-Control: no-store\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Content-Security-Policy: default-src 'none'; "
    "style-src 'unsafe-inline'; frame-ancestors 'none'\r\n"
    "Connection: close\r\n";

static const char before_heading[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<title>tokend</title>\n"
    "<style>body { font: 1.1em/1.5 sans-serif; max-width: 36em; "
    "margin: 4em auto; padding: 0 1em; overflow-wrap: anywhere; "
    "color-scheme: light dark; }</style>\n"
    "</head><body>\n<h1>";
static const char before_text[] = "</h1>\n<p>";
static const char behind_text[] = "</p>\n</body></html>\n";

static int
add_escaped(struct buf *b, const char *text)
{
	int result = 0;

	for (; *text != '\0' && result == 0; text++)
		switch (*text) {
		case '&':
			result = buf_adds(b, "&amp;");
			break;
		case '<':
			result = buf_adds(b, "&lt;");
			break;
		case '>':
			result = buf_adds(b, "&gt;");
			break;
		case '"':
			result = buf_adds(b, "&quot;");
			break;
		case '\'':
			result = buf_adds(b, "&#39;");
			break;
		default:
			result = buf_add(b, text, 1);
		}
	return result;
}

static int
add_head(struct buf *out, int status, size_t len)
{
	const char *reason = "";
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			reason = reasons[i].reason;
	if (buf_adds(out, "HTTP/1.1 ") == -1 ||
	    buf_addnum(out, status) == -1 || buf_adds(out, " ") == -1 ||
	    buf_adds(out, reason) == -1 || buf_adds(out, "\r\n") == -1 ||
	    buf_adds(out, common) == -1 ||
	    buf_adds(out, "Content-Length: ") == -1 ||
	    buf_addnum(out, (int64_t)len) == -1 ||
	    buf_adds(out, "\r\n") == -1)
		return -1;
	return status == 405 ? buf_adds(out, "Allow: GET\r\n") : 0;
}

int
page_write(struct buf *out, int status, const char *heading, const char *text)
{
	struct buf body = BUF_INIT(PAGE_MAX);
	int result = -1;

	if (buf_adds(&body, before_heading) == 0 &&
	    add_escaped(&body, heading) == 0 &&
	    buf_adds(&body, before_text) == 0 &&
	    add_escaped(&body, text) == 0 &&
	    buf_adds(&body, behind_text) == 0 &&
	    add_head(out, status, body.len) == 0 &&
	    buf_adds(out, "Content-Type: text/html; charset=utf-8\r\n"
	    "\r\n") == 0)
		result = buf_add(out, body.data, body.len);
	buf_free(&body);
	return result;
}

int
page_redirect(struct buf *out, const char *address)
{
	return add_head(out, 303, 0) == -1 ||
	    buf_adds(out, "Location: ") == -1 || buf_adds(out, address) == -1 ||
	    buf_adds(out, "\r\n\r\n") == -1 ? -1 : 0;
}
