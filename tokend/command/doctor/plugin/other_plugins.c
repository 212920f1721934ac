/* SPDX-License-Identifier: BSD-2-Clause */
/* other_plugins.c - other plugins for our mechanisms, and other copies of libsasl2 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/doctor/plugin/plugin_checks.h"
#include "command/safe_path.h"
#include "common/run.h"
#include "lineio.h"
#include "shell_word.h"

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
report_other_plugin(struct doctor *d, const char *name, const char *rival, int is_first)
{
	struct finding f = { .check = PLUGIN_CHECK,
	    .verdict = is_first ? DOCTOR_FAULT : DOCTOR_ODD,
	    .code = STATUS_CONFIG };
	char package[64];

	find_package(rival, package);
	finding_text(f.found, "%s offers %s, too%s%s%s, and %s.", rival, name,
	    package[0] != '\0' ? " (package " : "", package,
	    package[0] != '\0' ? ")" : "", is_first ? "libsasl2 chooses it "
	    "before tokend's plugin" : "libsasl2 chooses tokend's plugin "
	    "before it");
	finding_text(f.matters, is_first ? "It takes every login by %s over, "
	    "and knows nothing of tokend's accounts." : "Which of two equal "
	    "plugins for %s is first may hang on the order of names in a "
	    "folder.", name);
	if (package[0] != '\0')
		finding_text(f.mend, "\"apt-get remove %s\", then \"postfix "
		    "reload\".", package);
	else
		finding_text(f.mend, "Remove it, or take it out of libsasl2's "
		    "sight: \"mv %s %s.off\", then \"postfix reload\".",
		    SHELL_WORD(rival), SHELL_WORD(rival));
	doctor_report(d, &f);
}

void
check_other_plugins(struct doctor *d, const struct host *h)
{
	const struct host_mech *first;
	const char *told = "";
	char version[32];
	size_t i, n;

	for (n = 0; mechanisms[n] != NULL; n++) {
		first = host_find(h, mechanisms[n]);
		for (i = 0; i < h->mechs; i++) {
			/* One file is told of once. */
			if (strcmp(h->mech[i].name, mechanisms[n]) != 0 ||
			    strcmp(h->mech[i].file, told) == 0 ||
			    host_is_ours(h->mech[i].file, version))
				continue;
			told = h->mech[i].file;
			report_other_plugin(d, mechanisms[n], told,
			    first == &h->mech[i]);
		}
	}
}

static void
report_other_library(struct doctor *d, const struct host *copy, const char *ours)
{
	struct finding f = { .check = PLUGIN_CHECK, .verdict = DOCTOR_ODD };
	char folder[HOST_PATH];

	int is_known = host_folder(copy, folder);

	finding_text(f.found, "There is a second libsasl2, %s, which looks "
	    "%sin %s: tokend's plugin is not there.", copy->library,
	    is_known ? "" : "(most likely) ", folder);
	finding_text(f.matters, "A program that is linked with that one (ldd "
	    "tells) has no XOAUTH2.");
	finding_text(f.mend, "If such programs are to use tokend: \"mkdir -p "
	    "%s\" and \"install -m 644 %s %s/libxoauth2.so\".",
	    SHELL_WORD(folder), SHELL_WORD(ours), SHELL_WORD(folder));
	doctor_report(d, &f);
}

static void
look_at_copy(struct doctor *d, const char *path, const char *ours)
{
	struct host *copy = host_make();
	char version[32], way[HOST_PATH];
	size_t i;

	if (copy == NULL)
		return;
	snprintf(way, sizeof(way), "%s", path);
	if (safe_path_is_ours(way) != 1) {
		doctor_unknown(d, PLUGIN_CHECK, "There is a second libsasl2, "
		    "%s, which is not opened, as others may write to %s.",
		    path, way);
		host_free(copy);
		return;
	}
	copy->is_copy = 1;
	/* One of another architecture is for other programs than tokend. */
	if (host_run(copy, path) == 0) {
		for (i = 0; i < copy->files; i++)
			if (host_is_ours(copy->file[i].path, version))
				break;
		if (i == copy->files)
			report_other_library(d, copy, ours);
	}
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
				look_at_copy(d, real, ours);
			free(real);
		}
		globfree(&found);
	}
}
