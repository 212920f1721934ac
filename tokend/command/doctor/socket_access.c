/* SPDX-License-Identifier: BSD-2-Clause */
/* socket_access.c - who must reach tokend, and does he? */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "command/doctor/doctor.h"
#include "command/doctor/jail_view.h"
#include "command/doctor/postfix/postfix.h"
#include "settings.h"
#include "shell_word.h"

#define CHECK "sockets"
#define SYSTEMD "/run/systemd/system"
#define UNITS "tokend.socket tokend-postfix.socket tokend.service"
#define SPAWN "tokend unix - n n - 0 spawn user=" TOKEND_USER " argv=" \
	TOKEND_SERVE " --stdio"

/* One instance of Postfix, on its way through this file. */
struct post {
	struct doctor *d;
	const struct postfix *postfix;
	const struct client_settings *settings;
	struct viewpoint from;
	const char *reload;	/* its command, with -c where it needs it */
};

static int
has_systemd(void)
{
	return access(SYSTEMD, F_OK) == 0;
}

static const char *
where(const struct viewpoint *s)
{
	return s->is_jailed ? "in its jail" : "outside of a jail";
}

/* A line of master.cf does where nothing else starts a tokend. */
static void
mend_absent(struct finding *f, const struct post *p)
{
	if (has_systemd())
		finding_text(f->fix, "%s\"systemctl enable --now " UNITS
		    "\".", access(TOKEND_SOCKET_PATH, F_OK) == 0 ?
		    "A socket cannot join a service that runs: \"systemctl "
		    "stop tokend.socket tokend.service\", then " : "");
	else
		finding_text(f->fix, "Have Postfix start it: \"postconf%s -M "
		    "'tokend/unix=" SPAWN "'\", then \"postfix%s reload\".",
		    p->reload, p->reload);
}

/* Whether master.cf has the service whose socket private/tokend is. */
static int
has_service(const struct post *p)
{
	struct buf line = BUF_INIT(POSTFIX_TEXT_MAX);
	struct failure why;
	int found = postfix_tool(p->postfix->config, "postconf", &line, &why,
	    "-M", "tokend/unix", (char *)NULL) != EX_OK || line.len > 0;

	buf_free(&line);
	return found;
}

/* What a service leaves that master.cf has no more. */
static void
mend_left(struct finding *f, const struct post *p, const char *path)
{
	char rest[FINDING_TEXT_MAX + 1];

	mend_absent(f, p);
	snprintf(rest, sizeof(rest), "%s", f->fix);
	finding_text(f->fix, "\"rm %s\", which a line that master.cf has no "
	    "more has left. %s", SHELL_WORD(path), rest);
}

static void
mend_dead(struct finding *f, const struct post *p, const char *path)
{
	char spawned[SCOPE_PATH_MAX + 32];

	snprintf(spawned, sizeof(spawned), "%s/private/tokend",
	    p->from.folder);
	if (strcmp(path, spawned) == 0 && !has_service(p))
		mend_left(f, p, path);
	else if (strcmp(path, spawned) == 0)
		finding_text(f->fix, "It is Postfix's own: \"postfix%s "
		    "start\".", p->reload);
	else if (access(spawned, F_OK) == 0 && has_service(p))
		finding_text(f->fix, "Postfix starts tokend itself here (%s): "
		    "\"rm %s\".", spawned, SHELL_WORD(path));
	else if (has_systemd())
		finding_text(f->fix, "\"systemctl restart " UNITS "\".");
	else
		finding_text(f->fix, "Start the tokend that listens there "
		    "(tokend serve), or if none is meant to: \"rm %s\".",
		    SHELL_WORD(path));
}

static void
mend_silent(struct finding *f, const struct post *p, const char *path)
{
	if (strstr(path, "/private/") != NULL)
		finding_text(f->fix, "Give it the right line in master.cf: "
		    "\"postconf%s -M 'tokend/unix=" SPAWN "'\", then "
		    "\"postfix%s reload\".", p->reload, p->reload);
	else if (has_systemd())
		finding_text(f->fix, "\"systemctl restart tokend.service\"; "
		    "journalctl -u tokend has the reason.");
	else
		finding_text(f->fix, "Restart the tokend that listens there; "
		    "its log has the reason.");
}

/* A path that an administrator named may be meant; a default is not. */
static void
mend_stranger(struct finding *f, const struct post *p, const char *path)
{
	const char *more = "";

	if (p->settings->owned_sockets != NULL)
		more = " Only if it is your tokend, name its uid by "
		    "listener_uid in plugin.conf.";
	finding_text(f->fix, "Find out which process it is (\"ss -xlp src "
	    "%s\"), end it, and start tokend as root.%s", SHELL_WORD(path),
	    more);
}

static void
mend_unsafe(struct finding *f, const char *folder)
{
	struct stat st;

	if (lstat(folder, &st) == 0 && S_ISDIR(st.st_mode))
		finding_text(f->fix, "\"chown root %s && chmod go-w %s\".",
		    SHELL_WORD(folder), SHELL_WORD(folder));
	else
		finding_text(f->fix, "Put a folder of root's there.");
}

static void
tell(struct post *p, const struct jail_view *v)
{
	struct finding f = { .check = CHECK, .verdict = VERDICT_FAULT,
	    .code = STATUS_LATER };
	const char *place = where(&p->from);

	finding_text(f.matters, "smtp(8) defers the mail: \"no tokend "
	    "listens\", \"remote authentication server unavailable\".");
	switch (v->end) {
	case PROBE_ABSENT:
		finding_text(f.found, "Postfix finds no socket of tokend %s: "
		    "none of %s is there, seen from %s.", place,
		    p->settings->sockets, p->from.folder);
		mend_absent(&f, p);
		break;
	case PROBE_DEAD:
		finding_text(f.found, "%s is left over: no process listens "
		    "there, and Postfix %s finds no other socket.", v->path,
		    place);
		mend_dead(&f, p, v->path);
		break;
	case PROBE_DENIED:
		f.code = STATUS_DENIED;
		finding_text(f.found, "Postfix (uid %lu) may not connect to %s "
		    "%s: %s keeps it out.", (unsigned long)p->from.uid,
		    v->path, place, v->barrier);
		finding_text(f.fix, strcmp(v->barrier, v->path) == 0 ?
		    "\"chmod o+rw %s\"." : "\"chmod o+x %s\".",
		    SHELL_WORD(v->barrier));
		break;
	case PROBE_STRANGER:
		f.code = v->why.code;
		finding_text(f.found, "%s.", v->why.text);
		mend_stranger(&f, p, v->path);
		break;
	case PROBE_UNSAFE:
		f.code = v->why.code;
		finding_text(f.found, "Postfix %s uses no socket below %s: "
		    "%s.", place, v->path, v->why.text);
		mend_unsafe(&f, v->path);
		break;
	default:
		finding_text(f.found, "%s takes connections of Postfix %s, "
		    "and gives no answer: %s.", v->path, place, v->why.text);
		mend_silent(&f, p, v->path);
		break;
	}
	doctor_report(p->d, &f);
}

static void
look_from(struct post *p, int is_jailed)
{
	struct jail_view v;
	struct failure why;

	p->from.is_jailed = is_jailed;
	if (jail_view_probe(&v, &p->from, p->settings, &why) == -1)
		doctor_unknown(p->d, CHECK, "%s.", why.text);
	else if (v.end == PROBE_FAILED)
		doctor_unknown(p->d, CHECK, "%s.", v.why.text);
	else if (v.end == PROBE_ANSWERS)
		doctor_ok(p->d, CHECK, "Postfix reaches tokend %s, as uid "
		    "%lu, at %s.", where(&p->from),
		    (unsigned long)p->from.uid, v.path);
	else
		tell(p, &v);
}

/* Then its sockets say nothing, and no mail leaves anyway. */
static void
tell_stopped(struct post *p)
{
	struct finding f = { .check = CHECK, .verdict = VERDICT_FAULT,
	    .code = STATUS_LATER };

	finding_text(f.found, "Postfix in %s does not run.",
	    p->postfix->config);
	finding_text(f.matters, "Its mail waits; and what of tokend it starts "
	    "itself cannot answer.");
	finding_text(f.fix, "\"postfix%s start\".", p->reload);
	doctor_report(p->d, &f);
}

/* smtp(8) as those services have it that log in anywhere. */
static void
look_from_clients(struct post *p)
{
	int is_seen[2] = { 0, 0 };
	size_t i;

	for (i = 0; i < p->postfix->client_count; i++)
		if (postfix_is(p->postfix, &p->postfix->clients[i],
		    "smtp_sasl_auth_enable", "yes"))
			is_seen[p->postfix->clients[i].is_jailed != 0] = 1;
	if (is_seen[0])
		look_from(p, 0);
	if (is_seen[1])
		look_from(p, 1);
}

static void
look_at_instance(struct doctor *d, const char *config,
    const struct client_settings *settings)
{
	struct postfix postfix = POSTFIX_INIT;
	struct post p = { .d = d, .postfix = &postfix, .settings = settings };
	char reload[SCOPE_PATH_MAX + 8] = "";
	const struct passwd *pw;
	struct failure why;

	if (postfix_read(&postfix, config, &why) == -1) {
		doctor_unknown(d, CHECK, "%s.", why.text);
	} else if ((pw = getpwnam(postfix_value(&postfix, NULL,
	    "mail_owner"))) == NULL) {
		doctor_unknown(d, CHECK, "%s: there is no user \"%s\", whom "
		    "mail_owner names.", config, postfix_value(&postfix, NULL,
		    "mail_owner"));
	} else {
		if (strcmp(config, POSTFIX_DEFAULT) != 0)
			snprintf(reload, sizeof(reload), " -c %s",
			    SHELL_WORD(config));
		p.reload = reload;
		p.from.folder = postfix_value(&postfix, NULL,
		    "queue_directory");
		p.from.uid = pw->pw_uid;
		p.from.gid = pw->pw_gid;
		if (postfix_logs_in(&postfix) && !postfix_runs(&postfix))
			tell_stopped(&p);
		else
			look_from_clients(&p);
	}
	postfix_free(&postfix);
}

static void
look_from_postfix(struct doctor *d, const struct client_settings *settings)
{
	struct buf folders = BUF_INIT(POSTFIX_TEXT_MAX);
	struct failure why;
	const char *at;

	if (geteuid() != 0) {
		doctor_unknown(d, CHECK, "Whether Postfix reaches tokend, root "
		    "alone can see.");
	} else if (postfix_instances(d->postfix, &folders, &why) == -1) {
		doctor_unknown(d, CHECK, "%s.", why.text);
	} else {
		for (at = buf_text(&folders); at < buf_text(&folders) +
		    folders.len; at += strlen(at) + 1)
			look_at_instance(d, at, settings);
	}
	buf_free(&folders);
}

/* The user's own programs start a helper where nobody listens. */
static void
look_at_own(struct doctor *d)
{
	struct finding f = { .check = CHECK, .verdict = VERDICT_FAULT,
	    .code = STATUS_CONFIG };
	enum probe_end end = PROBE_ABSENT;
	struct failure why;
	int is_helped = 0;

	if (d->scope.socket[0] != '\0')
		end = probe_socket(d->scope.socket, (uid_t)-1, &why);
	if (end == PROBE_ANSWERS) {
		doctor_ok(d, CHECK, "tokend answers at %s.", d->scope.socket);
		return;
	}
	if (end == PROBE_ABSENT || end == PROBE_DEAD ||
	    end == PROBE_STRANGER)
		is_helped = 1;
	if (is_helped && access(TOKEND_SERVE, X_OK) == 0) {
		doctor_ok(d, CHECK, "Your programs read your tokens, and "
		    "start " TOKEND_SERVE " where one is to be renewed.");
		return;
	}
	if (is_helped) {
		finding_text(f.found, TOKEND_SERVE ": %s, and no tokend "
		    "serves you.", strerror(errno));
		finding_text(f.fix, "Install tokend again: the plugin starts "
		    "it by that path.");
	} else {
		f.code = why.code;
		finding_text(f.found, "%s is there, and does not answer: %s.",
		    d->scope.socket, why.text);
		finding_text(f.fix, "End the process that listens there, or "
		    "\"rm %s\".", SHELL_WORD(d->scope.socket));
	}
	finding_text(f.matters, "Your programs get no new token when the "
	    "present one ends.");
	doctor_report(d, &f);
}

static void
look_at_system(struct doctor *d, const struct client_settings *settings)
{
	struct finding f = { .check = CHECK, .verdict = VERDICT_WARNING };
	enum probe_end end;
	struct failure why;

	end = probe_socket(d->scope.socket, settings->listener_uid, &why);
	if (end == PROBE_ANSWERS) {
		doctor_ok(d, CHECK, "tokend answers at %s.", d->scope.socket);
		return;
	}
	finding_text(f.found, "No tokend answers at %s%s%s.", d->scope.socket,
	    end == PROBE_STRANGER ? ": " : "",
	    end == PROBE_STRANGER ? why.text : "");
	finding_text(f.matters, "Only root gets tokens of the machine's "
	    "accounts, by \"tokend token\".");
	finding_text(f.fix, has_systemd() ? "If other users' programs are to "
	    "have them: \"systemctl enable --now tokend.socket "
	    "tokend.service\"." : "If other users' programs are to have them, "
	    "let tokend serve run.");
	doctor_report(d, &f);
}

void
doctor_sockets(struct doctor *d)
{
	struct client_settings settings;
	struct failure why;

	if (!d->has_scope)
		return;
	if (d->scope.kind != SCOPE_SYSTEM) {
		look_at_own(d);
		return;
	}
	/* A plugin.conf that is wrong was told of: then the usual places. */
	if (client_settings_read(&settings, client_settings_path, &why) == -1) {
		client_settings_free(&settings);
		client_settings_read(&settings, "/nonexistent", &why);
	}
	if (d->postfix != NULL)
		look_from_postfix(d, &settings);
	else
		look_at_system(d, &settings);
	client_settings_free(&settings);
}
