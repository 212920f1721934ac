/* metadata.c - what an issuer says of itself; metadata.c is compiled in */
#include "oauth/metadata.c"

#include <stdio.h>

#include "fuzz.h"

#define ASKED "https://as.example.org/t"

FUZZ_TARGET(metadata)
{
	struct http_answer http = HTTP_ANSWER_INIT;
	struct failure why = { .code = STATUS_OK };
	struct metadata m;
	struct url url;

	memset(&m, 0, sizeof(m));
	snprintf(http.host, sizeof(http.host), "%s", "as.example.org");
	http.status = 200;
	MUST(buf_add(&http.body, data, len) == 0);
	if (read_answer(&m, &http, ASKED, &why) == 0) {
		MUST(strcmp(m.issuer, ASKED) == 0);
		MUST(url_read(&url, m.token_endpoint) == 0 && url.is_tls);
		MUST(m.authorization_endpoint == NULL ||
		    (url_read(&url, m.authorization_endpoint) == 0 &&
		    url.is_tls));
	} else {
		MUST(why.code != STATUS_OK);
		fuzz_printable(why.text);
	}
	metadata_free(&m);
	http_answer_free(&http);
}
