/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/doctor/plugin/sasl_host.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "marker.h"

#define CRASHES_MOST 3
#define SECONDS_MOST 10
#define PLUGIN_SIZE_MOST 16777216

struct host *
host_make(void)
{
	struct host *h = mmap(NULL, sizeof(*h), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return h != MAP_FAILED ? h : NULL;
}

void
host_free(struct host *h)
{
	if (h != NULL)
		munmap(h, sizeof(*h));
}

void
host_ask(struct host *h, const char *list, unsigned flags)
{
	if (h->questions < HOST_QUESTIONS) {
		h->question[h->questions].list = list;
		h->question[h->questions++].flags = flags;
	}
}

/* The signal that ended it, 0 for none; -1 with h->error. */
static int
run_once(struct host *h, const char *library)
{
	int status = 0;
	pid_t child;

	h->mechs = 0;
	h->at = -1;
	h->is_done = 0;
	child = fork();
	if (child == 0) {
		signal(SIGALRM, SIG_DFL);
		alarm(SECONDS_MOST);
		sasl_child_run(h, library);
		h->is_done = 1;
		_exit(0);
	}
	if (child == -1) {
		snprintf(h->error, sizeof(h->error), "no process: %s",
		    strerror(errno));
		return -1;
	}
	while (waitpid(child, &status, 0) == -1)
		if (errno != EINTR)
			return -1;
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

int
host_run(struct host *h, const char *library)
{
	int tries, ended = 0;

	for (tries = 0; tries <= CRASHES_MOST; tries++) {
		ended = run_once(h, library);
		if (ended == -1 || h->is_done)
			break;
		if (h->at < 0 || h->at >= (int)h->files)
			break;
		h->file[h->at].signal = ended != 0 ? ended : SIGABRT;
	}
	if (!h->is_done && h->error[0] == '\0')
		snprintf(h->error, sizeof(h->error), "a program that opens it "
		    "ends by signal %d", ended);
	return h->is_done && h->error[0] == '\0' ? 0 : -1;
}

const struct host_mech *
host_find(const struct host *h, const char *name)
{
	size_t i;

	for (i = 0; i < h->mechs; i++)
		if (strcmp(h->mech[i].name, name) == 0)
			return &h->mech[i];
	return NULL;
}

int
host_offers(const struct host *h, const char *file)
{
	size_t i;

	for (i = 0; i < h->mechs; i++)
		if (strcmp(h->mech[i].file, file) == 0)
			return 1;
	return 0;
}

int
host_folder(const struct host *h, char folder[HOST_PATH])
{
	char path[HOST_PATH];

	snprintf(path, sizeof(path), "%s", h->files > 0 ? h->file[0].path :
	    h->library);
	snprintf(folder, HOST_PATH, "%.1000s%s", dirname(path),
	    h->files > 0 ? "" : "/sasl2");
	return h->files > 0;
}

/* What follows the marker and a blank. */
static void
read_version(const char *from, size_t len, char version[32])
{
	size_t i = 0;

	if (len > 0 && *from == ' ')
		for (; i < 31 && i + 1 < len && from[i + 1] > ' ' &&
		    from[i + 1] < 0x7f; i++)
			version[i] = from[i + 1];
	version[i] = '\0';
}

int
host_is_ours(const char *path, char version[32])
{
	static const char marker[] = PLUGIN_MARKER;
	struct stat st;
	const char *at = NULL;
	char *data = MAP_FAILED;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (version != NULL)
		version[0] = '\0';
	if (fd == -1)
		return 0;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
	    st.st_size <= PLUGIN_SIZE_MOST)
		data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE,
		    fd, 0);
	close(fd);
	if (data == MAP_FAILED)
		return 0;
	at = memmem(data, (size_t)st.st_size, marker, sizeof(marker) - 1);
	if (at != NULL && version != NULL)
		read_version(at + sizeof(marker) - 1, (size_t)(data +
		    st.st_size - at) - (sizeof(marker) - 1), version);
	munmap(data, (size_t)st.st_size);
	return at != NULL;
}

const struct host_file *
host_find_ours(const struct host *h, char version[32])
{
	size_t i;

	for (i = 0; i < h->files; i++)
		if (host_is_ours(h->file[i].path, version))
			return &h->file[i];
	return NULL;
}
