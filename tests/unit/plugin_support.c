/* SPDX-License-Identifier: BSD-2-Clause */
#include "plugin_support.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <sasl/sasl.h>

#include "scratch.h"

#define REQUESTS_MAX 64
#define REQUEST_MAX 65536

static struct {
	const char *const *answers;
	size_t count;
	int listener;
	int stop[2];	/* a pipe: closed, it ends the thread */
	pthread_t thread;
	pthread_mutex_t lock;
	size_t requests;
	char *request[REQUESTS_MAX];
} tokend = { .listener = -1, .lock = PTHREAD_MUTEX_INITIALIZER };

static void
die(const char *what, const char *name)
{
	fprintf(stderr, "plugin_support: %s: %s: %s\n", what, name,
	    strerror(errno));
	abort();
}

void
world_open(void)
{
	umask(022);
	scratch_setup();
	scratch_folder(scratch_path("config"), 0755);
	scratch_folder(scratch_path("config/accounts"), 0755);
	scratch_folder(scratch_path("state"), 0755);
	scratch_folder(scratch_path("state/cache"), 0755);
	scratch_folder(scratch_path("modules"), 0755);
	setenv("TOKEND_CONFIG_DIR", scratch_path("config"), 1);
	setenv("TOKEND_STATE_DIR", scratch_path("state"), 1);
	setenv("TOKEND_SOCKET", scratch_path("socket"), 1);
}

void
world_close(void)
{
	tokend_stop();
	unsetenv("TOKEND_CONFIG_DIR");
	unsetenv("TOKEND_STATE_DIR");
	unsetenv("TOKEND_SOCKET");
	scratch_teardown();
}

int
world_get_path(void *context, const char **path)
{
	static char modules[512];

	(void)context;
	snprintf(modules, sizeof(modules), "%s", scratch_path("modules"));
	*path = modules;
	return SASL_OK;
}

void
world_account(const char *name)
{
	scratch_write(scratch_path("config/accounts/%s.conf", name), 0644,
	    "provider = google\n");
}

void
world_settings(const char *text)
{
	scratch_write(scratch_path("config/plugin.conf"), 0644, text);
}

void
world_cache(const char *name, struct cache *c)
{
	struct buf file = BUF_INIT(CACHE_FILE_MAX);
	char stamp[STAMP_MAX];
	struct stat st;

	world_account(name);
	if (stat(scratch_path("config/accounts/%s.conf", name), &st) == -1)
		die("stat", name);
	cache_stamp(stamp, &st);
	c->stamp = stamp;
	if (c->issued == 0)
		c->issued = (int64_t)time(NULL);
	if (c->fresh_until == 0)
		c->fresh_until = c->issued + 600;
	if (c->expires == 0)
		c->expires = c->issued + 900;
	if (c->min_valid == 0)
		c->min_valid = 60;
	if (c->id == NULL)
		c->id = "0123456789abcdef0123456789abcdef";
	if (c->hosts == NULL)
		c->hosts = "*";
	if (c->refused == NULL)
		c->refused = "";
	if (cache_format(c, &file) == -1)
		die("cache_format", name);
	scratch_bytes(scratch_path("state/cache/%s", name), 0600, file.data,
	    file.len);
	buf_free(&file);
	c->stamp = NULL;
}

void
world_token(const char *name, const char *token, const char *user)
{
	struct cache c = CACHE_INIT;
	char *copy = user != NULL ? strdup(user) : NULL;

	c.token = token;
	c.users.user = copy;
	world_cache(name, &c);
	free(copy);
}

void
world_link(const char *target, const char *path)
{
	if (symlink(target, path) == -1)
		die("symlink", path);
}

/* Waits until fd can be read; 0 when the test ends first. */
static int
wait_readable(int fd)
{
	struct pollfd p[2] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = tokend.stop[0], .events = POLLIN }
	};

	while (poll(p, 2, -1) == -1)
		if (errno != EINTR)
			die("poll", "tokend");
	return p[1].revents == 0;
}

static char *
read_request(int fd)
{
	char *data = calloc(1, REQUEST_MAX);
	size_t len = 0;
	ssize_t n;

	if (data == NULL)
		die("calloc", "request");
	while (strstr(data, "\n\n") == NULL && len < REQUEST_MAX - 1) {
		if (!wait_readable(fd))
			break;
		n = recv(fd, data + len, REQUEST_MAX - 1 - len, 0);
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	return data;
}

static void
serve_one(int fd)
{
	char *request = read_request(fd);
	const char *answer;
	size_t i;

	pthread_mutex_lock(&tokend.lock);
	i = tokend.requests;
	if (i == REQUESTS_MAX)
		die("too many requests", "tokend");
	tokend.request[i] = request;
	tokend.requests++;
	pthread_mutex_unlock(&tokend.lock);
	answer = tokend.answers[i < tokend.count ? i : tokend.count - 1];
	if (answer == ANSWER_CLOSE)
		return;
	if (strcmp(answer, ANSWER_HANG) == 0)
		wait_readable(-1);
	else if (send(fd, answer, strlen(answer), MSG_NOSIGNAL) == -1 &&
	    errno != EPIPE)
		die("send", "tokend");
}

static void *
serve(void *unused)
{
	int fd;

	(void)unused;
	while (wait_readable(tokend.listener)) {
		fd = accept4(tokend.listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd == -1)
			die("accept", "tokend");
		serve_one(fd);
		close(fd);
	}
	return NULL;
}

void
tokend_start(const char *const answers[], size_t count)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	tokend.answers = answers;
	tokend.count = count;
	tokend.requests = 0;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s",
	    getenv("TOKEND_SOCKET"));
	tokend.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (tokend.listener == -1 || bind(tokend.listener,
	    (struct sockaddr *)&address, sizeof(address)) == -1 ||
	    listen(tokend.listener, 16) == -1 ||
	    pipe2(tokend.stop, O_CLOEXEC) == -1 ||
	    pthread_create(&tokend.thread, NULL, serve, NULL) != 0)
		die("listen", address.sun_path);
}

void
tokend_stop(void)
{
	size_t i;

	if (tokend.listener == -1)
		return;
	close(tokend.stop[1]);
	pthread_join(tokend.thread, NULL);
	close(tokend.stop[0]);
	close(tokend.listener);
	tokend.listener = -1;
	unlink(getenv("TOKEND_SOCKET"));
	for (i = 0; i < tokend.requests; i++)
		free(tokend.request[i]);
	tokend.requests = 0;
}

size_t
tokend_requests(void)
{
	size_t n;

	pthread_mutex_lock(&tokend.lock);
	n = tokend.requests;
	pthread_mutex_unlock(&tokend.lock);
	return n;
}

const char *
tokend_request(size_t i)
{
	const char *request;

	pthread_mutex_lock(&tokend.lock);
	request = i < tokend.requests ? tokend.request[i] : "";
	pthread_mutex_unlock(&tokend.lock);
	return request;
}
