/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/postfix/postfix.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/run.h"
#include "lineio.h"
#include "base/name.h"

#define TOOL_MOST 10000		/* ms */
#define TOOL_WORDS 5

static const char *const folders_of_tools[] = { "/usr/sbin", "/usr/local/sbin",
    "/sbin", "/usr/pkg/sbin" };

static int
find_tool(char path[SCOPE_PATH_MAX], const char *program)
{
	size_t i;

	for (i = 0; i < sizeof(folders_of_tools) / sizeof(char *); i++) {
		snprintf(path, SCOPE_PATH_MAX, "%s/%s", folders_of_tools[i],
		    program);
		if (access(path, X_OK) == 0)
			return 0;
	}
	return -1;
}

static int
judge_run(const struct run_result *r, const char *program, const char *config,
    struct failure *why)
{
	if (r->end == RUN_EXITED) {
		fail(why, STATUS_CONFIG, "%s", buf_text(&r->errors));
		return r->number;
	}
	if (r->end == RUN_NOT_STARTED)
		return fail(why, STATUS_LATER, "%s cannot be started: %s",
		    program, strerror(r->number));
	return fail(why, STATUS_LATER, "%s of %s %s", program, config,
	    r->end == RUN_TIMED_OUT ? "did not end within 10 s" :
	    r->end == RUN_TOO_LONG ? "prints more than is read" :
	    "was ended by a signal");
}

int
postfix_tool(const char *config, const char *program, struct buf *output,
    struct failure *why, ...)
{
	static char path_is[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	static char lang_is[] = "LANG=C";
	char path[SCOPE_PATH_MAX], config_is[SCOPE_PATH_MAX + 16];
	char *env[] = { path_is, lang_is, config_is, NULL };
	char *words[TOOL_WORDS + 2] = { path };
	struct run_result r = RUN_RESULT_INIT;
	int i, result;
	va_list more;

	if (find_tool(path, program) == -1)
		return fail(why, STATUS_CONFIG, "there is no %s", program);
	snprintf(config_is, sizeof(config_is), "MAIL_CONFIG=%s", config);
	va_start(more, why);
	for (i = 1; i <= TOOL_WORDS; i++)
		if ((words[i] = va_arg(more, char *)) == NULL)
			break;
	va_end(more);
	r.output.max = output->max;
	run_program(&r, words, env, clock_ms() + TOOL_MOST);
	result = judge_run(&r, program, config, why);
	if (result != -1 && r.output.len > 0 &&
	    buf_add(output, r.output.data, r.output.len) == -1)
		result = fail_memory(why);
	run_result_free(&r);
	return result;
}

char *
postfix_next_line(char **at)
{
	char *line = *at, *end;

	if (line == NULL || *line == '\0')
		return NULL;
	end = line + strcspn(line, "\n");
	*at = *end == '\0' ? end : end + 1;
	*end = '\0';
	return line;
}

/* -v, also -vv; but not as the value of an option -o. */
static void
take_command(struct postfix_service *s, const char *word)
{
	size_t len, used = 0;

	s->is_verbose = 0;
	for (; (word = words_next(word, &len)) != NULL; word += len) {
		if (len >= 2 && word[0] == '-' &&
		    strspn(word + 1, "v") >= len - 1)
			s->is_verbose = 1;
		else if (used < sizeof(s->quiet))
			used += (size_t)snprintf(s->quiet + used,
			    sizeof(s->quiet) - used, "%s%.*s",
			    used > 0 ? " " : "", (int)len, word);
	}
}

static void
add_client(struct postfix *p, char *line)
{
	/* service type private unprivileged chroot wakeup maxproc command */
	const char *word[8] = { NULL };
	struct postfix_service *s = &p->clients[p->client_count];
	size_t len[8], i;
	const char *at = line;

	for (i = 0; i < 8; i++, at = word[i - 1] + len[i - 1])
		if ((word[i] = words_next(at, &len[i])) == NULL)
			return;
	if (p->client_count == POSTFIX_CLIENTS || len[0] >= sizeof(s->name) ||
	    !words_equal(word[1], len[1], "unix", 4) ||
	    !words_equal(word[7], len[7], "smtp", 4))
		return;
	memcpy(s->name, word[0], len[0]);
	s->name[len[0]] = '\0';
	s->is_jailed = *word[4] == 'y';
	take_command(s, word[7]);
	p->client_count++;
}

static int
ask_postconf(const struct postfix *p, struct buf *answer, const char *option,
    struct failure *why)
{
	int status = postfix_tool(p->config, "postconf", answer, why, option,
	    (char *)NULL);

	if (status == EX_OK || status == -1)
		return status;
	return fail(why, STATUS_CONFIG, "postconf -c %s %s: %.200s",
	    p->config, option, why->text);
}

/* The value after "key = ", or NULL. */
static const char *
find_value(const struct buf *lines, const char *key)
{
	const char *line = buf_text(lines), *end = line + lines->len;
	size_t len = strlen(key);

	for (; line < end; line += strlen(line) + 1)
		if (strncmp(line, key, len) == 0 &&
		    strncmp(line + len, " =", 2) == 0)
			return line + len + 2 + strspn(line + len + 2, " ");
	return NULL;
}

static const char *
find_override(const struct postfix *p, const struct postfix_service *service,
    const char *name)
{
	char key[POSTFIX_NAME_MAX + 128];

	if (service == NULL || (size_t)snprintf(key, sizeof(key), "%s/unix/%s",
	    service->name, name) >= sizeof(key))
		return NULL;
	return find_value(&p->overrides, key);
}

const char *
postfix_value(const struct postfix *p, const struct postfix_service *service,
    const char *name)
{
	const char *value = find_override(p, service, name);

	if (value == NULL)
		value = find_value(&p->parameters, name);
	return value != NULL ? value : "";
}

int
postfix_is(const struct postfix *p, const struct postfix_service *service,
    const char *name, const char *word)
{
	return strcasecmp(postfix_value(p, service, name), word) == 0;
}

int
postfix_is_stated(const struct postfix *p, const char *name)
{
	return find_value(&p->stated, name) != NULL;
}

int
postfix_is_override(const struct postfix *p,
    const struct postfix_service *service, const char *name)
{
	return find_override(p, service, name) != NULL;
}

const struct postfix_service *
postfix_find_client(const struct postfix *p, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < p->client_count; i++)
		if (strlen(p->clients[i].name) == len &&
		    memcmp(p->clients[i].name, name, len) == 0)
			return &p->clients[i];
	return NULL;
}

static void
split_lines(struct buf *lines)
{
	size_t i;

	for (i = 0; i < lines->len; i++)
		if (lines->data[i] == '\n')
			lines->data[i] = '\0';
}

int
postfix_read(struct postfix *p, const char *config, struct failure *why)
{
	struct buf services = BUF_INIT(POSTFIX_TEXT_MAX);
	char *at, *line;
	int result = -1;

	snprintf(p->config, sizeof(p->config), "%s", config);
	if (ask_postconf(p, &p->parameters, "-x", why) == 0 &&
	    ask_postconf(p, &p->stated, "-n", why) == 0 &&
	    ask_postconf(p, &p->overrides, "-Px", why) == 0 &&
	    ask_postconf(p, &services, "-M", why) == 0)
		result = 0;
	split_lines(&p->parameters);
	split_lines(&p->stated);
	split_lines(&p->overrides);
	at = services.data;
	while (result == 0 && (line = postfix_next_line(&at)) != NULL)
		add_client(p, line);
	buf_free(&services);
	return result;
}

void
postfix_free(struct postfix *p)
{
	buf_free(&p->parameters);
	buf_free(&p->stated);
	buf_free(&p->overrides);
}

int
postfix_logs_in(const struct postfix *p)
{
	size_t i;

	for (i = 0; i < p->client_count; i++)
		if (postfix_is(p, &p->clients[i], "smtp_sasl_auth_enable",
		    "yes"))
			return 1;
	return 0;
}

int
postfix_runs(const struct postfix *p)
{
	char path[SCOPE_PATH_MAX];
	int fd, is_free;

	snprintf(path, sizeof(path), "%s/pid/master.pid",
	    postfix_value(p, NULL, "queue_directory"));
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) == -1)
		return 0;
	is_free = flock(fd, LOCK_SH | LOCK_NB) == 0;
	close(fd);
	return !is_free;
}
