/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * imports.c - other tools' files, a target a format: what is found can be an
 * account's file, and has no secret in it.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "import/reading.h"
#include "import/ini.h"
#include "base/name.h"

#define FOUND_MOST 8192

static int
take(struct import *im, struct found *f, struct failure *why)
{
	const struct conf_key *k = NULL;
	const char *value = NULL;

	(void)im;
	(void)why;
	MUST(f->name[0] != '\0' && strchr(f->name, '/') == NULL);
	for (k = account_keys; k->name != NULL; k++) {
		value = *(char *const *)((const char *)&f->keys + k->offset);
		MUST(value == NULL || (value[0] != '\0' &&
		    text_is_clean(value, strlen(value))));
	}
	MUST(f->keys.client_secret == NULL);
	return 0;
}

static void
note(struct import *im, const char *text)
{
	(void)im;
	fuzz_printable(text);
}

static void
check_import(const struct format *format, const char *data, size_t len)
{
	struct part config = { "", 0 };
	struct failure why = { .code = STATUS_OK };
	struct import im = { .path = "/the/file", .name = "alice",
	    .scope = fuzz_scope(), .take = take, .note = note };
	struct part p = fuzz_part(&data, &len);
	char *text = fuzz_text(p.data, p.len), *more = NULL;

	config = (struct part){ data, len };
	more = fuzz_text(config.data, config.len);
	if (config.len > 0) {
		im.config = more;
		im.config_len = strlen(more);
	}
	if (format_read(format, &im, text, strlen(text), &why) == -1) {
		MUST(why.code != STATUS_OK);
		fuzz_printable(why.text);
	}
	fuzz_printable(im.refused.text);
	MUST(im.count <= FOUND_MOST);
	free(text);
	free(more);
}

FUZZ_TARGET(sasl_xoauth2)
{
	check_import(&format_sasl_xoauth2, data, len);
}

FUZZ_TARGET(mutt_oauth2)
{
	check_import(&format_mutt_oauth2, data, len);
}

FUZZ_TARGET(email_oauth2_proxy)
{
	check_import(&format_email_oauth2_proxy, data, len);
}

FUZZ_TARGET(google_client)
{
	check_import(&format_google_client, data, len);
}

FUZZ_TARGET(google_token)
{
	check_import(&format_google_token, data, len);
}

FUZZ_TARGET(google_service_account)
{
	check_import(&format_google_service_account, data, len);
}

FUZZ_TARGET(ini)
{
	const char *what = "not said", *section = NULL;
	char *text = fuzz_text(data, len);
	int line = 0;
	struct ini *ini = ini_parse(text, strlen(text), &line, &what);
	size_t i = 0;

	if (ini == NULL)
		MUST(what != NULL && line > 0);
	for (i = 0; ini != NULL && (section = ini_section(ini, i)) != NULL;
	    i++)
		(void)ini_value(ini, i, "option");
	MUST(i <= INI_ENTRIES);
	ini_free(ini);
	free(text);
}
