/* SPDX-License-Identifier: BSD-2-Clause */
/* forms.c - forms, masks and addresses */
#include "fuzz.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/failure_text.h"
#include "net/form.h"
#include "net/mask.h"
#include "net/url.h"

#define OUT_MAX 3000

FUZZ_TARGET(form)
{
	char *text = fuzz_text(data, len);
	struct buf code = BUF_INIT(3 * len + 1), back = BUF_INIT(len + 1);

	MUST(form_decode(&back, data, len) == 0);
	MUST(back.len <= len);
	buf_reset(&back);
	MUST(form_encode(&code, text) == 0);
	MUST(strpbrk(buf_text(&code), "& =\r\n") == NULL);
	MUST(form_decode(&back, buf_text(&code), code.len) == 0);
	MUST(strcmp(buf_text(&back), text) == 0);
	buf_free(&code);
	buf_free(&back);
	free(text);
}

/* Words of a server that has seen the secret, plain and in a form. */
FUZZ_TARGET(mask)
{
	struct buf words = fuzz_insert(data, len);
	struct buf form = BUF_INIT(4096);
	char out[OUT_MAX] = "", cut[60] = "";
	struct mask m = MASK_INIT;

	MUST(form_add(&form, "grant_type", "refresh_token") == 0);
	MUST(form_add(&form, "refresh_token", FUZZ_SECRET) == 0);
	MUST(mask_add_form(&m, &form) == 0);
	mask_copy(&m, out, sizeof(out), buf_text(&words), words.len);
	fuzz_printable(out);
	fuzz_hides(out, strlen(out));
	mask_copy(&m, cut, sizeof(cut), buf_text(&words), words.len);
	fuzz_hides(cut, strlen(cut));
	text_cut(cut, 20, out);
	fuzz_printable(cut);
	mask_free(&m);
	buf_free(&form);
	buf_free(&words);
}

/* libcurl, which will connect, finds the host that we have judged. */
static void
check_host(const struct url *u, const char *text)
{
	CURLU *c = curl_url();
	char *host = NULL, *scheme = NULL;
	size_t n = 0;

	MUST(c != NULL);
	if (curl_url_set(c, CURLUPART_URL, text, 0) == CURLUE_OK &&
	    curl_url_get(c, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
	    curl_url_get(c, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK) {
		n = strlen(host);
		MUST(strcmp(scheme, u->is_tls ? "https" : "http") == 0);
		if (host[0] != '[')
			MUST(strcasecmp(host, u->host) == 0 ||
			    !u->is_loopback);
		else
			MUST(strchr(u->host, ':') != NULL && n > 2);
	}
	curl_free(host);
	curl_free(scheme);
	curl_url_cleanup(c);
}

FUZZ_TARGET(url)
{
	char *text = fuzz_text(data, len);
	struct url u;

	if (url_read(&u, text) == 0) {
		MUST(u.host[0] != '\0' && strlen(u.host) < URL_HOST_MAX);
		check_host(&u, text);
	}
	free(text);
}
