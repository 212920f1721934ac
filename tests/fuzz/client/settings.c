/* settings.c - plugin.conf, which each host program reads */
#include "fuzz.h"

#include <stdio.h>
#include <string.h>

#include "settings.h"

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
		fuzz_printable(c.sockets);
	} else {
		MUST(why.code == STATUS_CONFIG);
		MUST(strncmp(why.text, path, strlen(path)) == 0);
		fuzz_printable(why.text);
	}
	client_settings_free(&c);
}
