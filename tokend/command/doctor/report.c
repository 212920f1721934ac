/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/doctor/report.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "account/place.h"
#include "command/doctor/mail_log/maillog.h"
#include "command/postfix/map.h"
#include "command/postfix/postfix.h"
#include "command/doctor/redact.h"
#include "command/safe_path.h"
#include "config.h"
#include "files/folder.h"
#include "lineio.h"
#include "settings.h"
#include "state/token_cache.h"

#define FILE_MOST 65536		/* bytes of a file that are shown */
#define LOG_LINES 60

static const char *const libraries[] = { "/usr/lib/*/libsasl2.so.*",
    "/usr/lib64/libsasl2.so.*", "/usr/lib/libsasl2.so.*" };

/* Root writes to no path that another user can redirect. */
static int
check_target(const char *path, struct failure *why)
{
	char *absolute = safe_path_absolute(path), *target = NULL;

	if (absolute == NULL)
		fail_memory(why);
	else if ((target = safe_path_resolve(absolute, TRUST_OURS,
	    NULL)) == NULL)
		fail(why, STATUS_CONFIG, "%.200s: another user could redirect "
		    "what root writes there; nothing was written. Fix: "
		    "\"tokend doctor --report -\" prints it", path);
	free(absolute);
	free(target);
	return target != NULL ? 0 : -1;
}

FILE *
report_open(const char *path, struct failure *why)
{
	FILE *to;
	int fd;

	if (strcmp(path, "-") == 0) {
		if ((fd = dup(STDOUT_FILENO)) == -1)
			goto failed;
	} else if (geteuid() == 0 && check_target(path, why) == -1) {
		return NULL;
	} else if ((fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOCTTY, 0600)) == -1) {
		goto failed;
	}
	if ((to = fdopen(fd, "w")) != NULL)
		return to;
	close(fd);
failed:
	fail(why, status_of_errno(errno), "%s: %s: the report needs a file "
	    "that is not there yet, or -", path, strerror(errno));
	return NULL;
}

static void
print_heading(FILE *to, const char *title)
{
	fprintf(to, "\n== %s\n", title);
}

/* Each line of text, which is cut into lines. */
static void
show_lines(const struct redact *r, char *text, FILE *to)
{
	char *line;

	while ((line = postfix_next_line(&text)) != NULL)
		redact_line(r, line, to);
}

static void
show_file(const struct redact *r, const char *path, FILE *to)
{
	struct buf text = BUF_INIT(FILE_MOST);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	print_heading(to, path);
	if (fd == -1 || fstat(fd, &st) == -1)
		fprintf(to, "(%s)\n", strerror(errno));
	else if (!S_ISREG(st.st_mode) || file_read(fd, &text) == -1)
		fputs("(no file that is shown)\n", to);
	else
		fprintf(to, "(mode %04o, uid %u, gid %u)\n",
		    (unsigned)st.st_mode & 07777, (unsigned)st.st_uid,
		    (unsigned)st.st_gid);
	if (text.len > 0)
		show_lines(r, text.data, to);
	buf_free(&text);
	if (fd != -1)
		close(fd);
}

/* What is known to be secret: in account files, in the cache. */
static void
learn_account(struct redact *r, const struct scope *s, const char *name)
{
	struct cache c = CACHE_INIT;
	struct failure why;
	struct account a;

	if (account_load(&a, s, name, &why) == 0) {
		redact_add(r, a.client_secret);
		redact_add(r, a.client_id);
		if (token_cache_read(&c, s, &a, clock_seconds()) == 0)
			redact_add(r, c.token);
	}
	cache_free(&c);
	account_free(&a);
}

/* The passwords of a map, each after its user. */
static void
learn_map(struct redact *r, const struct postfix *p,
    const struct postfix_service *service)
{
	struct buf lines = BUF_INIT(POSTFIX_TEXT_MAX);
	char *line, *at, *value, *password;

	map_list(p, postfix_value(p, service, "smtp_sasl_password_maps"),
	    &lines);
	for (at = lines.data; (line = postfix_next_line(&at)) != NULL; )
		if ((value = map_value(line)) != NULL &&
		    (password = strchr(value, ':')) != NULL &&
		    strncmp(password + 1, "tokend", 6) != 0)
			redact_add(r, password + 1);
	buf_free(&lines);
}

static void
learn_postfix(struct redact *r, const struct postfix *p, FILE *to)
{
	size_t i;

	(void)to;
	learn_map(r, p, NULL);
	for (i = 0; i < p->client_count; i++)
		learn_map(r, p, &p->clients[i]);
}

/* Calls see with each instance that can be read. */
static void
each_instance(const struct doctor *d, struct redact *r, FILE *to,
    void (*see)(struct redact *r, const struct postfix *p, FILE *to))
{
	const struct postfix_instance *each = d->postfixes.each;
	size_t i;

	for (i = 0; i < d->postfixes.count; i++) {
		if (each[i].is_read)
			see(r, &each[i].postfix, to);
		else if (to != NULL)
			redact_line(r, each[i].why.text, to);
	}
}

static void
show_versions(const struct redact *r, FILE *to)
{
	struct utsname system;
	char now[32] = "";
	time_t seconds = time(NULL);
	struct tm tm;
	glob_t found;
	size_t i, j;

	if (gmtime_r(&seconds, &tm) != NULL)
		strftime(now, sizeof(now), "%Y-%m-%d %H:%M UTC", &tm);
	fprintf(to, "== %s, %s, as uid %u\n", PACKAGE_STRING, now,
	    (unsigned)geteuid());
	if (uname(&system) == 0)
		fprintf(to, "%s %s %s\n", system.sysname, system.release,
		    system.machine);
	for (i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++) {
		if (glob(libraries[i], 0, NULL, &found) != 0)
			continue;
		for (j = 0; j < found.gl_pathc; j++)
			redact_line(r, found.gl_pathv[j], to);
		globfree(&found);
	}
	show_file(r, "/etc/os-release", to);
}

static void
show_accounts(const struct redact *r, const struct doctor *d,
    const struct names *n, FILE *to)
{
	char path[SCOPE_PATH_MAX + NAME_MAX_LEN + 32];
	size_t i;

	snprintf(path, sizeof(path), "%s/tokend.conf", d->scope.config);
	show_file(r, path, to);
	for (i = 0; i < n->count; i++) {
		snprintf(path, sizeof(path), "%s/accounts/%s.conf",
		    d->scope.config, n->name[i]);
		show_file(r, path, to);
		snprintf(path, sizeof(path), "%s/state/%s", d->scope.state,
		    n->name[i]);
		show_file(r, path, to);
	}
}

/*
 * As the tokend user, whose folders they are in: root would follow its links
 * into what is not for it.
 */
static void
show_accounts_as_owner(const struct redact *r, const struct doctor *d,
    const struct names *n, FILE *to)
{
	struct failure why;
	pid_t child;

	fflush(to);
	child = fork();
	if (child == 0) {
		if (place_become(&d->scope, &why) == -1)
			fprintf(to, "%s\n", why.text);
		else
			show_accounts(r, d, n, to);
		_exit(fflush(to) == EOF);
	}
	if (child == -1)
		fprintf(to, "(no process for the accounts: %s)\n",
		    strerror(errno));
	else
		while (waitpid(child, NULL, 0) == -1 && errno == EINTR)
			continue;
}

static void
show_tool(const struct redact *r, const char *config, const char *option,
    FILE *to)
{
	struct buf text = BUF_INIT(POSTFIX_TEXT_MAX);
	struct failure why = { .text = "" };
	char title[SCOPE_PATH_MAX + 32];

	snprintf(title, sizeof(title), "postconf -c %s %s", config, option);
	print_heading(to, title);
	if (postfix_tool(config, "postconf", &text, &why, option,
	    (char *)NULL) != 0)
		redact_line(r, why.text, to);
	if (text.len > 0)
		show_lines(r, text.data, to);
	buf_free(&text);
}

static void
show_log(const struct redact *r, const struct postfix *p, FILE *to)
{
	struct buf lines = BUF_INIT(2 * MAILLOG_TAIL);
	const char *ours[LOG_LINES] = { NULL };
	struct failure why;
	size_t count = 0, i;
	char *at, *line;

	print_heading(to, "the mail log's last lines about logins");
	if (maillog_read(p, &lines, &why) == -1)
		redact_line(r, why.text, to);
	for (at = lines.data; (line = postfix_next_line(&at)) != NULL; )
		if (maillog_is_ours(line))
			ours[count++ % LOG_LINES] = line;
	for (i = count > LOG_LINES ? count - LOG_LINES : 0; i < count; i++)
		redact_line(r, ours[i % LOG_LINES], to);
	buf_free(&lines);
}

static void
show_postfix(struct redact *r, const struct postfix *p, FILE *to)
{
	char title[SCOPE_PATH_MAX + 32];

	snprintf(title, sizeof(title), "Postfix %.20s in %s",
	    postfix_value(p, NULL, "mail_version"), p->config);
	print_heading(to, title);
	show_tool(r, p->config, "-n", to);
	show_tool(r, p->config, "-M", to);
	show_log(r, p, to);
}

int
report_write(const struct doctor *d, char *findings, FILE *to,
    struct failure *why)
{
	struct redact r = REDACT_INIT;
	struct names n = { NULL, 0 };
	int failed;
	size_t i;

	if (d->has_scope)
		names_list(&n, &d->scope, why);
	/* First of all: a secret of one place may stand in another, too. */
	for (i = 0; i < n.count; i++)
		learn_account(&r, &d->scope, n.name[i]);
	each_instance(d, &r, NULL, learn_postfix);
	show_versions(&r, to);
	print_heading(to, "tokend doctor");
	show_lines(&r, findings, to);
	show_file(&r, client_settings_path, to);
	if (d->has_scope)
		show_accounts_as_owner(&r, d, &n, to);
	each_instance(d, &r, to, show_postfix);
	names_free(&n);
	redact_free(&r);
	failed = ferror(to) != 0;
	if (fclose(to) == EOF || failed)
		return fail(why, STATUS_LATER, "the report could not be "
		    "written: %s", strerror(errno));
	return 0;
}
