/* SPDX-License-Identifier: BSD-2-Clause */
#include "scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "disk/scope.h"

/* A socket's path has 107 bytes; what tests add is short. */
#define BASE_MOST 60

static char base[BASE_MOST + 32];
static char folder[BASE_MOST + 64];
static unsigned folders;
static char outside[4096];	/* if the test is in its folder */

static void __attribute__((noreturn))
give_up(const char *what)
{
	fprintf(stderr, "scratch: %s: %s\n", what, strerror(errno));
	abort();
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *f)
{
	(void)st;
	(void)flag;
	(void)f;
	return remove(path);
}

static void
remove_tree(const char *path)
{
	if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) == -1 &&
	    errno != ENOENT)
		fprintf(stderr, "scratch: %s: %s\n", path, strerror(errno));
}

void
scratch_begin(void)
{
	const char *tmp = getenv("TMPDIR");

	if (tmp == NULL || tmp[0] != '/' || strlen(tmp) > BASE_MOST)
		tmp = "/tmp";
	snprintf(base, sizeof(base), "%s/tokend-unit-XXXXXX", tmp);
	if (mkdtemp(base) == NULL || chmod(base, 0755) == -1)
		give_up(base);
}

void
scratch_end(void)
{
	remove_tree(base);
}

void
scratch_setup(void)
{
	snprintf(folder, sizeof(folder), "%s/%ld.%u", base, (long)getpid(),
	    folders++);
	scratch_folder(folder, 0755);
}

void
scratch_enter(void)
{
	scratch_setup();
	if (getcwd(outside, sizeof(outside)) == NULL || chdir(folder) == -1)
		give_up(folder);
}

void
scratch_scope(struct scope *s)
{
	scratch_setup();
	*s = (struct scope){ .kind = SCOPE_GIVEN, .owner = geteuid() };
	snprintf(s->config, sizeof(s->config), "%s/config", scratch());
	snprintf(s->state, sizeof(s->state), "%s/state", scratch());
}

void
scratch_teardown(void)
{
	scratch_become_root();
	if (outside[0] != '\0' && chdir(outside) == -1)
		give_up(outside);
	outside[0] = '\0';
	remove_tree(folder);
}

const char *
scratch(void)
{
	return folder;
}

const char *
scratch_path(const char *format, ...)
{
	static char paths[8][4096];
	static unsigned next;
	char *path = paths[next++ % 8];
	va_list args;
	int n;

	n = snprintf(path, sizeof(paths[0]), "%s/", folder);
	va_start(args, format);
	vsnprintf(path + n, sizeof(paths[0]) - (size_t)n, format, args);
	va_end(args);
	return path;
}

void
scratch_folder(const char *path, mode_t mode)
{
	if (mkdir(path, 0700) == -1 || chmod(path, mode) == -1)
		give_up(path);
}

void
scratch_bytes(const char *path, mode_t mode, const void *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd == -1 || write(fd, data, len) != (ssize_t)len ||
	    fchmod(fd, mode) == -1 || close(fd) == -1)
		give_up(path);
}

void
scratch_write(const char *path, mode_t mode, const char *text)
{
	scratch_bytes(path, mode, text, strlen(text));
}

char *
scratch_read(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *text;
	ssize_t n;

	if (fd == -1)
		return NULL;
	if (fstat(fd, &st) == -1 ||
	    (text = malloc((size_t)st.st_size + 1)) == NULL ||
	    (n = read(fd, text, (size_t)st.st_size)) == -1)
		give_up(path);
	text[n] = '\0';
	close(fd);
	return text;
}

const char *
scratch_program(void)
{
	static char program[4096];
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);

	if (n == -1)
		give_up("/proc/self/exe");
	program[n] = '\0';
	return program;
}

int
scratch_count(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int count = 0;

	if (dir == NULL)
		give_up(path);
	while ((entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			count++;
	closedir(dir);
	return count;
}

int
scratch_started_as_root(void)
{
	return getuid() == 0;
}

void
scratch_become_user(void)
{
	if (!scratch_started_as_root())
		return;
	if (chown(folder, OTHER_UID, OTHER_UID) == -1 ||
	    setegid(OTHER_UID) == -1 || seteuid(OTHER_UID) == -1)
		give_up("another user");
}

void
scratch_become_root(void)
{
	if (!scratch_started_as_root())
		return;
	if (seteuid(0) == -1 || setegid(0) == -1)
		give_up("root");
}

int
scratch_is_valgrind(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return preload != NULL && strstr(preload, "vgpreload") != NULL;
}

void
scratch_must(int ok, const char *what)
{
	if (!ok)
		give_up(what);
}

int
scratch_listen(int *port, int queue)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	scratch_must(fd != -1 && bind(fd, (struct sockaddr *)&address,
	    len) == 0 && listen(fd, queue) == 0 &&
	    getsockname(fd, (struct sockaddr *)&address, &len) == 0,
	    "listen");
	*port = ntohs(address.sin_port);
	return fd;
}

pid_t
scratch_fork(int (*function)(void *argument), void *argument)
{
	pid_t parent = getpid(), child = fork();

	if (child == -1)
		give_up("fork");
	if (child != 0)
		return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != parent)
		_exit(1);
	_exit(function(argument));
}

int
scratch_wait(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) == -1)
		if (errno != EINTR)
			give_up("waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void
scratch_kill(pid_t child)
{
	kill(child, SIGKILL);
	scratch_wait(child);
}
