/* SPDX-License-Identifier: BSD-2-Clause */
/* socket_access.c - whether the clients of tokend reach it */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "command/doctor/doctor.h"
#include "command/doctor/jail_view.h"
#include "command/postfix/postfix.h"
#include "knowledge/findings/findings.h"
#include "settings.h"
#include "base/shell_word.h"

#define CHECK "sockets"
#define SYSTEMD "/run/systemd/system"
/* One instance of Postfix, as its clients of tokend see the sockets. */
struct instance {
	struct doctor *d;
	const struct postfix *postfix;
	const struct client_settings *settings;
	struct viewpoint from;
	const char *option;	/* " -c FOLDER" where its commands need it */
	char spawned[SCOPE_PATH_MAX + 32];	/* master.cf's socket */
};

static int
has_systemd(void)
{
	return access(SYSTEMD, F_OK) == 0;
}

static const char *
place_text(const struct viewpoint *from)
{
	return from->is_jailed ? "in its jail" : "outside of a jail";
}

static void
report_unknown(struct doctor *d, const struct failure *why)
{
	doctor_found(d, CHECK, &check_findings[CHECK_FAILED],
	    KNOWN_VALUES({ "failure", why->text }));
}

/* Whether master.cf has the service whose socket private/tokend is. */
static int
has_service(const struct instance *p)
{
	struct buf line = BUF_INIT(POSTFIX_TEXT_MAX);
	struct failure why;
	int found = postfix_tool(p->postfix->config, "postconf", &line, &why,
	    "-M", "tokend/unix", (char *)NULL) != EX_OK || line.len > 0;

	buf_free(&line);
	return found;
}

/* How a tokend is started here: of absent, its row or one of the next two. */
static enum socket_finding
explain_start(enum socket_finding absent)
{
	if (!has_systemd())
		return absent + 2;
	return access(TOKEND_SOCKET_PATH, F_OK) == 0 ? absent + 1 : absent;
}

static enum socket_finding
explain_dead(const struct instance *p, const char *path)
{
	if (strcmp(path, p->spawned) == 0)
		return has_service(p) ? SOCKET_DEAD_POSTFIX :
		    explain_start(SOCKET_LEFT_UNITS);
	if (access(p->spawned, F_OK) == 0 && has_service(p))
		return SOCKET_DEAD_BESIDE;
	return has_systemd() ? SOCKET_DEAD_UNITS : SOCKET_DEAD;
}

static enum socket_finding
explain_silent(const char *path)
{
	if (strstr(path, "/private/") != NULL)
		return SOCKET_SILENT_SPAWN;
	return has_systemd() ? SOCKET_SILENT_UNITS : SOCKET_SILENT;
}

static int
is_folder(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static enum socket_finding
explain_view(const struct instance *p, const struct jail_view *v)
{
	switch (v->end) {
	case PROBE_ANSWERS:
		return SOCKET_OK;
	case PROBE_ABSENT:
		return explain_start(SOCKET_ABSENT_UNITS);
	case PROBE_DEAD:
		return explain_dead(p, v->path);
	case PROBE_DENIED:
		return strcmp(v->barrier, v->path) == 0 ? SOCKET_DENIED :
		    SOCKET_DENIED_FOLDER;
	case PROBE_OTHER_OWNER:
		return p->settings->owned_sockets != NULL ?
		    SOCKET_OTHER_OWNER_NAMED : SOCKET_OTHER_OWNER;
	case PROBE_UNSAFE:
		return is_folder(v->path) ? SOCKET_UNSAFE :
		    SOCKET_UNSAFE_OTHER;
	default:
		return explain_silent(v->path);
	}
}

static void
check_viewpoint(struct instance *p, int is_jailed)
{
	const struct known *row;
	struct jail_view v;
	struct failure why;

	p->from.is_jailed = is_jailed;
	if (jail_view_probe(&v, &p->from, p->settings, &why) == -1) {
		report_unknown(p->d, &why);
		return;
	}
	if (v.end == PROBE_FAILED) {
		report_unknown(p->d, &v.why);
		return;
	}
	row = &socket_findings[explain_view(p, &v)];
	doctor_found_as(p->d, CHECK, row, v.end == PROBE_OTHER_OWNER ||
	    v.end == PROBE_UNSAFE ? v.why.code : row->code, KNOWN_VALUES(
	    { "place", place_text(&p->from) }, { "file", v.path },
	    { "folder", p->from.folder }, { "barrier", v.barrier },
	    { "sockets", p->settings->sockets },
	    { "uid", KNOWN_NUMBER(p->from.uid) }, { "failure", v.why.text },
	    { "config", p->option }, { "spawned", p->spawned }));
}

/* smtp(8) as those services have it that log in anywhere. */
static void
check_clients(struct instance *p)
{
	int is_seen[2] = { 0, 0 };
	size_t i;

	for (i = 0; i < p->postfix->client_count; i++)
		if (postfix_is(p->postfix, &p->postfix->clients[i],
		    "smtp_sasl_auth_enable", "yes"))
			is_seen[p->postfix->clients[i].is_jailed != 0] = 1;
	if (is_seen[0])
		check_viewpoint(p, 0);
	if (is_seen[1])
		check_viewpoint(p, 1);
}

/* One that is stopped: its sockets say nothing, and no mail leaves anyway. */
static void
check_running(struct instance *p)
{
	if (postfix_logs_in(p->postfix) && !postfix_runs(p->postfix))
		doctor_found(p->d, CHECK, &socket_findings[POSTFIX_STOPPED],
		    KNOWN_VALUES({ "folder", p->postfix->config },
		    { "config", p->option }));
	else
		check_clients(p);
}

static void
check_instance(struct doctor *d, const struct postfix *postfix,
    const struct client_settings *settings)
{
	const char *owner = postfix_value(postfix, NULL, "mail_owner");
	const char *config = postfix->config;
	struct instance p = { .d = d, .postfix = postfix,
	    .settings = settings };
	char option[SCOPE_PATH_MAX + 8] = "";
	const struct passwd *pw;

	if ((pw = getpwnam(owner)) == NULL) {
		doctor_found(d, CHECK, &socket_findings[SOCKET_NO_OWNER],
		    KNOWN_VALUES({ "folder", config }, { "user", owner }));
		return;
	}
	if (strcmp(config, POSTFIX_DEFAULT) != 0)
		snprintf(option, sizeof(option), " -c %s",
		    SHELL_WORD(config));
	p.option = option;
	p.from.folder = postfix_value(postfix, NULL, "queue_directory");
	p.from.uid = pw->pw_uid;
	p.from.gid = pw->pw_gid;
	snprintf(p.spawned, sizeof(p.spawned), "%s/private/tokend",
	    p.from.folder);
	check_running(&p);
}

static void
check_postfix(struct doctor *d, const struct client_settings *settings)
{
	const struct postfix_instance *each = d->postfixes.each;
	size_t i;

	for (i = 0; i < d->postfixes.count; i++) {
		if (each[i].is_read)
			check_instance(d, &each[i].postfix, settings);
		else
			report_unknown(d, &each[i].why);
	}
}

/* The user's own programs start a helper where no tokend listens. */
static enum socket_finding
explain_own(enum probe_end end)
{
	if (end == PROBE_ANSWERS)
		return SOCKET_OK_SERVE;
	if (end != PROBE_ABSENT && end != PROBE_DEAD &&
	    end != PROBE_OTHER_OWNER)
		return SOCKET_SILENT_OWN;
	return access(TOKEND_SERVE, X_OK) == 0 ? SOCKET_OK_HELPER :
	    HELPER_MISSING;
}

static void
check_own(struct doctor *d)
{
	struct failure why = { .code = STATUS_OK };
	enum probe_end end = PROBE_ABSENT;
	enum socket_finding found;

	if (d->scope.socket[0] != '\0')
		end = probe_socket(d->scope.socket, (uid_t)-1, &why);
	found = explain_own(end);
	doctor_found_as(d, CHECK, &socket_findings[found],
	    found == SOCKET_SILENT_OWN ? why.code :
	    socket_findings[found].code, KNOWN_VALUES(
	    { "file", d->scope.socket }, { "failure", why.text },
	    { "error", strerror(errno) }));
}

static void
check_system(struct doctor *d, const struct client_settings *settings)
{
	char reason[FAILURE_TEXT_MAX + 3] = "";
	struct failure why;
	enum probe_end end = probe_socket(d->scope.socket,
	    settings->listener_uid, &why);

	if (end == PROBE_OTHER_OWNER)
		snprintf(reason, sizeof(reason), ": %s", why.text);
	doctor_found(d, CHECK, &socket_findings[end == PROBE_ANSWERS ?
	    SOCKET_OK_SERVE : has_systemd() ? SERVE_MISSING_UNITS :
	    SERVE_MISSING], KNOWN_VALUES({ "file", d->scope.socket },
	    { "reason", reason }));
}

void
doctor_sockets(struct doctor *d)
{
	struct client_settings settings;
	struct failure why;

	if (!d->has_scope)
		return;
	if (d->scope.kind != SCOPE_SYSTEM) {
		check_own(d);
		return;
	}
	/* A wrong plugin.conf is a finding of the plugin: the usual places. */
	if (client_settings_read(&settings, client_settings_path, &why) == -1) {
		client_settings_free(&settings);
		client_settings_read(&settings, "/nonexistent", &why);
	}
	if (d->postfixes.count > 0)
		check_postfix(d, &settings);
	else
		check_system(d, &settings);
	client_settings_free(&settings);
}
