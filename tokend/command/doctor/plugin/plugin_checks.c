/* SPDX-License-Identifier: BSD-2-Clause */
/* plugin_checks.c - is the plugin where libsasl2 looks, and does it load? */
#include "config.h"

#include "command/doctor/plugin/plugin_checks.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shell_word.h"

#define NAME "libxoauth2"

static const char *const plugin_folders[] = { TOKEND_PLUGIN_DIR,
    "/usr/lib/*/sasl2", "/usr/lib/sasl2", "/usr/lib64/sasl2",
    "/usr/local/lib/sasl2", "/usr/local/lib64/sasl2", NULL };

/* Ours among the files that libsasl2 looked at. */
static const struct host_file *
find_ours(const struct host *h, char version[32])
{
	size_t i;

	for (i = 0; i < h->files; i++)
		if (host_is_ours(h->file[i].path, version))
			return &h->file[i];
	return NULL;
}

/* A file of ours somewhere else; 1 with its path. */
static int
find_elsewhere(char path[HOST_PATH])
{
	char pattern[HOST_PATH], version[32];
	glob_t found;
	size_t i, n;
	int is_found = 0;

	for (i = 0; plugin_folders[i] != NULL && !is_found; i++) {
		snprintf(pattern, sizeof(pattern), "%s/" NAME ".so",
		    plugin_folders[i]);
		if (glob(pattern, 0, NULL, &found) != 0)
			continue;
		for (n = 0; n < found.gl_pathc && !is_found; n++) {
			is_found = host_is_ours(found.gl_pathv[n], version);
			if (is_found)
				snprintf(path, HOST_PATH, "%s",
				    found.gl_pathv[n]);
		}
		globfree(&found);
	}
	return is_found;
}

static void
mend_missing(struct finding *f, const char *folder, const char *elsewhere)
{
	char so[HOST_PATH + 32], version[32];

	snprintf(so, sizeof(so), "%s/" NAME ".so", folder);
	if (getuid() != 0 && getenv("SASL_PATH") != NULL)
		finding_text(f->mend, "SASL_PATH is set and sends libsasl2 "
		    "there: \"unset SASL_PATH\".");
	else if (access(so, F_OK) == 0 && !host_is_ours(so, version))
		finding_text(f->mend, "%s is of another project: remove its "
		    "package (dpkg -S or rpm -qf names it), or the file: \"rm "
		    "%s\". Then install tokend's again.", so,
		    SHELL_WORD(so));
	else if (elsewhere[0] != '\0')
		finding_text(f->mend, "As root: \"install -m 644 %s %s\" (who "
		    "builds tokend: configure --with-sasl-plugindir=%s), then "
		    "\"postfix reload\".", SHELL_WORD(elsewhere),
		    SHELL_WORD(so), SHELL_WORD(folder));
	else
		finding_text(f->mend, "Install tokend's plugin: its package, "
		    "or after configure --with-sasl-plugindir=%s by \"make "
		    "install\".", SHELL_WORD(folder));
}

static void
tell_missing(struct doctor *d, const struct host *h)
{
	struct finding f = { .check = PLUGIN_CHECK, .verdict = DOCTOR_FAULT,
	    .code = STATUS_CONFIG };
	char elsewhere[HOST_PATH] = "", folder[HOST_PATH];

	host_folder(h, folder);
	if (find_elsewhere(elsewhere))
		finding_text(f.found, "%s looks for plugins in %s, and finds "
		    "none of tokend's there: that is %s.", h->library, folder,
		    elsewhere);
	else
		finding_text(f.found, "%s looks for plugins in %s, and finds "
		    "none of tokend's there.", h->library, folder);
	finding_text(f.matters, "Without it no program that uses libsasl2 has "
	    "XOAUTH2 or OAUTHBEARER: \"No worthy mechs found\".");
	mend_missing(&f, folder, elsewhere);
	doctor_report(d, &f);
}

/* A file that cannot be loaded, or that ends whoever loads it. */
static void
tell_broken(struct doctor *d, const struct host_file *file, int is_ours)
{
	struct finding f = { .check = PLUGIN_CHECK, .verdict = DOCTOR_FAULT,
	    .code = STATUS_CONFIG };

	if (file->signal != 0) {
		finding_text(f.found, "%s ends every program that loads it, "
		    "by signal %d (%s).", file->path, file->signal,
		    strsignal(file->signal));
		finding_text(f.matters, "libsasl2 loads all files of its "
		    "folder: Postfix then logs \"killed by signal\", other "
		    "programs just end.");
	} else {
		f.verdict = is_ours ? DOCTOR_FAULT : DOCTOR_ODD;
		finding_text(f.found, "%s cannot be loaded: %s.", file->path,
		    file->error);
		finding_text(f.matters, "libsasl2 leaves it out, and says so "
		    "in the system's log only.");
	}
	if (is_ours)
		finding_text(f.mend, "Install tokend's plugin again, built "
		    "for this machine: its package, or \"make install\".");
	else
		finding_text(f.mend, "Fix its package, or take the file out "
		    "of libsasl2's sight: \"mv %s %s.off\".",
		    SHELL_WORD(file->path), SHELL_WORD(file->path));
	doctor_report(d, &f);
}

static void
tell_version(struct doctor *d, const char *path, const char *version)
{
	struct finding f = { .check = PLUGIN_CHECK, .verdict = DOCTOR_ODD };

	if (strcmp(version, PACKAGE_VERSION) == 0)
		return;
	finding_text(f.found, "%s is of tokend %s, and this is tokend %s.",
	    path, version[0] != '\0' ? version : "(unknown)", PACKAGE_VERSION);
	finding_text(f.matters, "What this version has mended in the plugin "
	    "is not in it; what they say to each other is understood.");
	finding_text(f.mend, "Install the plugin of this version (its "
	    "package, or \"make install\"), then \"postfix reload\".");
	doctor_report(d, &f);
}

static void
look(struct doctor *d, struct host *h)
{
	const struct host_file *ours;
	char version[32];
	size_t i;

	if (host_run(h, NULL) == -1) {
		doctor_unknown(d, PLUGIN_CHECK, "No libsasl2 can be opened "
		    "here (%s), so what its programs get is not known.",
		    h->error);
		return;
	}
	ours = find_ours(h, version);
	for (i = 0; i < h->files; i++)
		if (h->file[i].signal != 0 || h->file[i].error[0] != '\0')
			tell_broken(d, &h->file[i], &h->file[i] == ours);
	if (ours == NULL) {
		tell_missing(d, h);
	} else if (ours->signal == 0 && ours->error[0] == '\0') {
		tell_version(d, ours->path, version);
		if (check_plugin_switch(d, h, ours->path))
			doctor_ok(d, PLUGIN_CHECK, "%s is where %s looks, "
			    "loads, and is switched on.", ours->path,
			    h->library);
	}
	check_other_plugins(d, h);
	check_other_libraries(d, h, ours != NULL ? ours->path : NULL);
}

void
doctor_plugin(struct doctor *d)
{
	struct host *h = host_make();

	if (h == NULL) {
		doctor_unknown(d, PLUGIN_CHECK, "Out of memory.");
		return;
	}
	host_ask(h, "XOAUTH2 OAUTHBEARER", 0);
	look(d, h);
	host_free(h);
}
