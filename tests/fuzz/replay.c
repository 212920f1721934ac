/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay.c - runs each target over the files of its corpus: a test a target,
 * in TAP. [TARGET FILE...] runs a target over files, in this process.
 */
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILE_MAX (1024 * 1024)
#define SECONDS_MAX 120		/* for a target; valgrind is slow */

/* What a target's process tells of itself, should it end in the middle. */
struct progress {
	size_t files;
	char file[SCOPE_PATH_MAX];
};

static struct progress *progress;

static void
run_file(const struct fuzz_target *t, const char *path)
{
	char *data = malloc(FILE_MAX), *exact = NULL;
	FILE *f = fopen(path, "r");
	size_t len = 0;

	if (data == NULL || f == NULL) {
		perror(path);
		exit(2);
	}
	len = fread(data, 1, FILE_MAX, f);
	fclose(f);
	/* Of the very size: what reads behind it is seen. */
	exact = malloc(len > 0 ? len : 1);
	if (exact == NULL)
		exit(2);
	memcpy(exact, data, len);
	free(data);
	t->run(exact, len);
	free(exact);
}

/* In a process of its own, which ends by exit(3), so that leaks are seen. */
static void __attribute__((noreturn))
run_corpus(const struct fuzz_target *t)
{
	char folder[SCOPE_PATH_MAX] = "";
	struct dirent *e = NULL;
	DIR *d = NULL;

	alarm(SECONDS_MAX);
	snprintf(folder, sizeof(folder), "%s/%s", FUZZ_CORPUS, t->name);
	if ((d = opendir(folder)) == NULL) {
		perror(folder);
		exit(2);
	}
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(progress->file, sizeof(progress->file), "%.500s/%s",
		    folder, e->d_name);
		run_file(t, progress->file);
		progress->files++;
	}
	closedir(d);
	exit(0);
}

static int
test(const struct fuzz_target *t, int number)
{
	int status = 0, is_ok = 0;
	pid_t child = -1;

	memset(progress, 0, sizeof(*progress));
	fflush(stdout);
	if ((child = fork()) == 0)
		run_corpus(t);
	if (child == -1) {
		perror("fork");
		return -1;
	}
	while (waitpid(child, &status, 0) == -1 && errno == EINTR)
		continue;
	is_ok = status == 0 && progress->files > 0;
	printf("%sok %d - %s: %zu files\n", is_ok ? "" : "not ", number,
	    t->name, progress->files);
	if (!is_ok)
		printf("# status %#x at %s\n", (unsigned)status,
		    progress->file);
	return is_ok ? 0 : -1;
}

static int
run_named(int argc, char *argv[])
{
	struct fuzz_target *t = fuzz_find(argv[1]);
	int i = 0;

	if (t == NULL) {
		fprintf(stderr, "%s: no such target\n", argv[1]);
		return 2;
	}
	for (i = 2; i < argc; i++)
		run_file(t, argv[i]);
	return 0;
}

int
main(int argc, char *argv[])
{
	struct fuzz_target *t = NULL;
	int count = 0, failed = 0;

	if (argc > 1)
		return run_named(argc, argv);
	progress = mmap(NULL, sizeof(*progress), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (progress == MAP_FAILED) {
		perror("mmap");
		return 2;
	}
	for (t = fuzz_find(NULL); t != NULL; t = t->next)
		if (test(t, ++count) == -1)
			failed = 1;
	printf("1..%d\n", count);
	return failed;
}
