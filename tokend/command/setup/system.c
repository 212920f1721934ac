/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/system.h"

#include <unistd.h>

#include "command/setup/units.h"
#include "settings.h"

/* Debian's, Fedora's, and what others have. */
static const char *const ca_files[] = { "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem", NULL };

const char *
system_ca_file(struct failure *why)
{
	size_t i;

	for (i = 0; ca_files[i] != NULL; i++)
		if (access(ca_files[i], R_OK) == 0)
			return ca_files[i];
	fail(why, STATUS_CONFIG, "there is no %s: install the package "
	    "ca-certificates, which verifies the relay",
	    ca_files[0]);
	return NULL;
}

struct setup_file *
system_switch_on(struct setup *s, struct failure *why)
{
	struct setup_file *f = setup_file(s, client_settings_path, why);

	if (f != NULL)
		f->mode = 0600;
	return f;
}

int
system_answer(struct setup *s, struct failure *why)
{
	enum truth answers = units_plan(s, 0, why);

	if (answers != IS_FALSE)
		return answers == IS_TRUE ? 0 : -1;
	return setup_note(s, why, "tokend has to answer: let what starts your "
	    "services run \"tokend serve\" as root; it stays in the "
	    "foreground.");
}
