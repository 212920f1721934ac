/* SPDX-License-Identifier: BSD-2-Clause */
/* metadata.c - what an issuer says of itself; metadata.c is compiled in */
#include "issuer/metadata.c"

#include <stdio.h>

#include "fuzz.h"

#define ASKED "https://as.example.org/t"

FUZZ_TARGET(metadata)
{
	struct http_answer http = HTTP_ANSWER_INIT;
	struct failure why = { .code = STATUS_OK };
	enum metadata_endpoint e = METADATA_TOKEN;
	struct metadata m;
	struct issuer i;
	struct url url;

	memset(&m, 0, sizeof(m));
	MUST(issuer_read(&i, ASKED, &why) == 0);
	snprintf(http.host, sizeof(http.host), "%s", "as.example.org");
	http.status = 200;
	MUST(buf_add(&http.body, data, len) == 0);
	if (read_answer(&m, &http, &i, &why) == 0) {
		MUST(issuer_is_same(&i, m.issuer));
		MUST(m.endpoints[METADATA_TOKEN] != NULL ||
		    m.unusable[METADATA_TOKEN].code != STATUS_OK);
	} else {
		MUST(why.code != STATUS_OK);
		fuzz_printable(why.text);
	}
	for (; e < METADATA_ENDPOINTS; e++) {
		MUST(m.endpoints[e] == NULL || (url_read(&url,
		    m.endpoints[e]) == 0 && url.is_tls &&
		    m.unusable[e].code == STATUS_OK));
		fuzz_printable(m.unusable[e].text);
	}
	metadata_free(&m);
	http_answer_free(&http);
}
