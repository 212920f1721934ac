/* SPDX-License-Identifier: BSD-2-Clause */
/* settings.c - plugin.conf, which each host program reads */
#include "fuzz.h"

#include <stdio.h>
#include <string.h>

#include "settings.h"

/*
 * A value is kept as it is written, also with characters that hide or reorder
 * text: fail() shows those by their codes. Control characters are refused.
 */
static void
check_value(const char *value)
{
	for (; *value != '\0'; value++)
		MUST((unsigned char)*value >= ' ' && *value != 0x7f);
}

FUZZ_TARGET(settings)
{
	const struct scope *s = fuzz_scope();
	char path[SCOPE_PATH_MAX + 16] = "";
	struct client_settings c;
	struct failure why = { .code = STATUS_OK };

	fuzz_file(s->config, "plugin.conf", data, len);
	snprintf(path, sizeof(path), "%s/plugin.conf", s->config);
	if (client_settings_read(&c, path, &why) == 1) {
		MUST(c.deadline >= 1000 && c.deadline <= 60000);
		check_value(c.sockets);
	} else {
		MUST(why.code == STATUS_CONFIG);
		MUST(strncmp(why.text, path, strlen(path)) == 0);
		fuzz_printable(why.text);
	}
	client_settings_free(&c);
}
