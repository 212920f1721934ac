/* SPDX-License-Identifier: BSD-2-Clause */
/* plugin_checks.c - is the plugin where libsasl2 looks, and does it load? */
#include "config.h"

#include "command/doctor/plugin/plugin_checks.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME "libxoauth2"

static const char *const plugin_folders[] = { TOKEND_PLUGIN_DIR,
    "/usr/lib/*/sasl2", "/usr/lib/sasl2", "/usr/lib64/sasl2",
    "/usr/local/lib/sasl2", "/usr/local/lib64/sasl2", NULL };

/* The path of a file of ours somewhere else, if there is one. */
static void
find_elsewhere(char path[HOST_PATH])
{
	char pattern[HOST_PATH];
	glob_t found;
	size_t i, n;
	int is_found = 0;

	for (i = 0; plugin_folders[i] != NULL && !is_found; i++) {
		snprintf(pattern, sizeof(pattern), "%s/" NAME ".so",
		    plugin_folders[i]);
		if (glob(pattern, 0, NULL, &found) != 0)
			continue;
		for (n = 0; n < found.gl_pathc && !is_found; n++) {
			is_found = host_is_ours(found.gl_pathv[n], NULL);
			if (is_found)
				snprintf(path, HOST_PATH, "%s",
				    found.gl_pathv[n]);
		}
		globfree(&found);
	}
}

static enum plugin_finding
explain_missing(const char *file, const char *elsewhere)
{
	if (getuid() != 0 && getenv("SASL_PATH") != NULL)
		return PLUGIN_MISSING_BY_PATH;
	if (access(file, F_OK) == 0 && !host_is_ours(file, NULL))
		return PLUGIN_MISSING_FOREIGN;
	return elsewhere[0] != '\0' ? PLUGIN_MISSING_ELSEWHERE :
	    PLUGIN_MISSING;
}

static void
report_missing(struct doctor *d, const struct host *h)
{
	char elsewhere[HOST_PATH] = "", folder[HOST_PATH];
	char file[HOST_PATH + 32];

	host_folder(h, folder);
	snprintf(file, sizeof(file), "%s/" NAME ".so", folder);
	find_elsewhere(elsewhere);
	report_plugin(d, explain_missing(file, elsewhere), KNOWN_VALUES(
	    { "library", h->library }, { "folder", folder }, { "file", file },
	    { "plugin", elsewhere }));
}

/* A file that cannot be loaded, or that ends a process that loads it. */
static void
report_broken(struct doctor *d, const struct host_file *file, int is_ours)
{
	char signal[64];

	snprintf(signal, sizeof(signal), "%d (%s)", file->signal,
	    strsignal(file->signal));
	report_plugin(d, file->signal != 0 ?
	    (is_ours ? PLUGIN_CRASHES : OTHER_CRASHES) :
	    (is_ours ? PLUGIN_NOT_LOADED : OTHER_NOT_LOADED), KNOWN_VALUES(
	    { "file", file->path }, { "signal", signal },
	    { "error", file->error }));
}

static void
check_host(struct doctor *d, struct host *h)
{
	const struct host_file *ours;
	char version[32];
	size_t i;

	if (host_run(h, NULL) == -1) {
		report_plugin(d, PLUGIN_NO_LIBRARY,
		    KNOWN_VALUES({ "error", h->error }));
		return;
	}
	ours = host_find_ours(h, version);
	for (i = 0; i < h->files; i++)
		if (h->file[i].signal != 0 || h->file[i].error[0] != '\0')
			report_broken(d, &h->file[i], &h->file[i] == ours);
	if (ours == NULL) {
		report_missing(d, h);
	} else if (ours->signal == 0 && ours->error[0] == '\0') {
		if (strcmp(version, PACKAGE_VERSION) != 0)
			report_plugin(d, PLUGIN_VERSION, KNOWN_VALUES(
			    { "plugin", ours->path }, { "version",
			    version[0] != '\0' ? version : "(unknown)" }));
		if (check_plugin_switch(d, h, ours->path))
			report_plugin(d, PLUGIN_OK, KNOWN_VALUES(
			    { "plugin", ours->path },
			    { "library", h->library }));
	}
	check_other_plugins(d, h);
	check_other_libraries(d, h, ours != NULL ? ours->path : NULL);
}

void
doctor_plugin(struct doctor *d)
{
	struct host *h = host_make();

	if (h == NULL) {
		doctor_found(d, PLUGIN_CHECK, &check_findings[CHECK_NO_MEMORY],
		    NULL);
		return;
	}
	host_ask(h, "XOAUTH2 OAUTHBEARER", 0);
	check_host(d, h);
	host_free(h);
}
