/* SPDX-License-Identifier: BSD-2-Clause */
/* other_plugins.c - other plugins for our mechanisms, other libsasl2 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/doctor/plugin/plugin_checks.h"
#include "command/safe_path.h"
#include "common/run.h"
#include "lineio.h"

#define ASK_MS 5000

static const char *const mechanisms[] = { "XOAUTH2", "OAUTHBEARER", NULL };

/* The package that has the file, as dpkg knows it; "" if it does not. */
static void
find_package(const char *file, char package[64])
{
	static char dpkg[] = "/usr/bin/dpkg-query", search[] = "--search",
	    path[] = "PATH=/usr/bin:/bin", lang[] = "LC_ALL=C";
	char copy[HOST_PATH], *argv[] = { dpkg, search, copy, NULL };
	char *env[] = { path, lang, NULL };
	struct run_result r = RUN_RESULT_INIT;
	size_t len;

	package[0] = '\0';
	snprintf(copy, sizeof(copy), "%s", file);
	run_program(&r, argv, env, clock_ms() + ASK_MS);
	if (r.end == RUN_EXITED && r.number == 0) {
		len = strcspn(buf_text(&r.output), ":,\n");
		if (len > 0 && len < 64)
			snprintf(package, 64, "%.*s", (int)len,
			    buf_text(&r.output));
	}
	run_result_free(&r);
}

static void
report_other_plugin(struct doctor *d, const char *mechanism, const char *file,
    int is_first)
{
	char package[64];

	find_package(file, package);
	report_plugin(d, package[0] != '\0' ?
	    (is_first ? OTHER_FIRST_PACKAGE : OTHER_SECOND_PACKAGE) :
	    (is_first ? OTHER_FIRST : OTHER_SECOND), KNOWN_VALUES(
	    { "file", file }, { "mechanism", mechanism },
	    { "package", package }));
}

void
check_other_plugins(struct doctor *d, const struct host *h)
{
	const struct host_mech *first;
	const char *reported = "";
	size_t i, n;

	for (n = 0; mechanisms[n] != NULL; n++) {
		first = host_find(h, mechanisms[n]);
		for (i = 0; i < h->mechs; i++) {
			/* One file is reported once. */
			if (strcmp(h->mech[i].name, mechanisms[n]) != 0 ||
			    strcmp(h->mech[i].file, reported) == 0 ||
			    host_is_ours(h->mech[i].file, NULL))
				continue;
			reported = h->mech[i].file;
			report_other_plugin(d, mechanisms[n], reported,
			    first == &h->mech[i]);
		}
	}
}

static void
report_other_library(struct doctor *d, const struct host *copy,
    const char *ours)
{
	char folder[HOST_PATH];
	int is_known = host_folder(copy, folder);

	report_plugin(d, LIBRARY_SECOND, KNOWN_VALUES(
	    { "library", copy->library }, { "folder", folder },
	    { "looks", is_known ? "looks" : "most likely looks" },
	    { "plugin", ours }));
}

static void
check_library(struct doctor *d, const char *path, const char *ours)
{
	struct host *copy = host_make();
	char folder[HOST_PATH];

	if (copy == NULL)
		return;
	snprintf(folder, sizeof(folder), "%s", path);
	if (safe_path_is_ours(folder) != IS_TRUE) {
		report_plugin(d, LIBRARY_UNSAFE, KNOWN_VALUES(
		    { "library", path }, { "folder", folder }));
		host_free(copy);
		return;
	}
	copy->is_copy = 1;
	/* One of another architecture is for other programs than tokend. */
	if (host_run(copy, path) == 0 && host_find_ours(copy, NULL) == NULL)
		report_other_library(d, copy, ours);
	host_free(copy);
}

void
check_other_libraries(struct doctor *d, const struct host *h, const char *ours)
{
	static const char *const folders[] = { "/usr/lib/*", "/usr/lib",
	    "/usr/lib64", "/lib64", "/usr/local/lib", "/usr/local/lib64",
	    "/opt/*/lib", NULL };
	char pattern[64], *real;
	glob_t found;
	size_t i, n;

	for (i = 0; folders[i] != NULL && ours != NULL; i++) {
		snprintf(pattern, sizeof(pattern), "%s/libsasl2.so.[23]",
		    folders[i]);
		if (glob(pattern, 0, NULL, &found) != 0)
			continue;
		for (n = 0; n < found.gl_pathc && n < 4; n++) {
			real = realpath(found.gl_pathv[n], NULL);
			if (real != NULL && strcmp(real, h->library) != 0)
				check_library(d, real, ours);
			free(real);
		}
		globfree(&found);
	}
}
