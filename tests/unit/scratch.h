/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scratch.h - what the unit tests of the C modules share: a folder for
 * each test.
 *
 * A support function that cannot do its work says so on stderr and aborts.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#define COUNT(table) ((int)(sizeof(table) / sizeof((table)[0])))

struct scope;

/*
 * Around all tests of a program (unit_run): makes the folder that theirs are
 * in, and removes it and them, whatever became of the tests.
 */
void scratch_begin(void);
void scratch_end(void);

/*
 * Checked fixture: an empty folder of the test's own, mode 0755. The path of
 * the folder, and of what is in it (valid until the eighth call from now).
 */
void scratch_setup(void);
void scratch_teardown(void);
const char *scratch(void);
const char *scratch_path(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* The same, and the current folder until scratch_teardown. */
void scratch_enter(void);

/* The same, with a scope of its folders config and state, not yet made. */
void scratch_scope(struct scope *s);

/* Paths are used as they are; modes do not depend on the umask. */
void scratch_folder(const char *path, mode_t mode);
void scratch_write(const char *path, mode_t mode, const char *text);
void scratch_bytes(const char *path, mode_t mode, const void *data,
    size_t len);

/* The file's content, to be freed; NULL if there is no file. */
char *scratch_read(const char *path);

/* The path of this program. */
const char *scratch_program(void);

/* How many names a folder holds. */
int scratch_count(const char *path);

/*
 * As root: gives the test's folder to OTHER_UID, and takes that as effective
 * uid and gid until scratch_become_root. For anybody else both do nothing.
 * scratch_teardown ends it too.
 */
#define OTHER_UID 65534
void scratch_become_user(void);
void scratch_become_root(void);
int scratch_started_as_root(void);

/*
 * True under valgrind, which knows no pidfd, and where posix_spawn(3) does not
 * tell that exec failed.
 */
int scratch_is_valgrind(void);

/* Ends the process, which is none of check's, with errno's words unless ok. */
void scratch_must(int ok, const char *what);

/* A socket that listens on 127.0.0.1, with that queue, and its *port. */
int scratch_listen(int *port, int queue);

/*
 * Starts a process that runs function(argument) and ends with what it
 * returns (scratch_wait's result; -1 if a signal ended it). It is killed if
 * this process ends first. It must not use check's macros: both processes
 * write to one file of check's.
 */
pid_t scratch_fork(int (*function)(void *argument), void *argument);
int scratch_wait(pid_t child);
void scratch_kill(pid_t child);		/* SIGKILL, and waits */
