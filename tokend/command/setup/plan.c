/* SPDX-License-Identifier: BSD-2-Clause */
/* plan.c - see plan.h and setup.h */
#include "command/setup/plan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/safe_path.h"
#include "disk/file.h"
#include "base/shell_word.h"

void
plan_init(struct setup *s)
{
	memset(s, 0, sizeof(*s));
	s->notes = (struct buf)BUF_INIT(SETUP_NOTES_MAX);
}

void
plan_free(struct setup *s)
{
	struct setup_file *f;
	size_t i, k;

	for (f = s->files; f < s->files + s->file_count; f++) {
		free(f->path);
		free(f->target);
		buf_free(&f->old);
		buf_free(&f->new);
	}
	for (i = 0; i < s->step_count; i++)
		for (k = 0; k <= SETUP_ARGS; k++)
			free(s->steps[i].args[k]);
	private_copy_remove(s);
	buf_free(&s->notes);
	plan_init(s);
}

int
plan_changes(const struct setup_file *f)
{
	if (!f->existed || f->is_removed)
		return f->existed != !f->is_removed;
	return f->old.len != f->new.len ||
	    memcmp(buf_text(&f->old), buf_text(&f->new), f->old.len) != 0;
}

int
plan_has_work(const struct setup *s)
{
	const struct setup_step *step;
	size_t i;

	for (step = s->steps; step < s->steps + s->step_count; step++)
		if ((step->kind == STEP_SETUP || step->kind == STEP_UNDO) &&
		    !step->is_left_out)
			return 1;
	for (i = 0; i < s->file_count; i++)
		if (plan_changes(&s->files[i]))
			return 1;
	return 0;
}

/* Is the only other name of the file one that a killed setup has left? */
static int
is_leftover(const struct setup_file *f)
{
	const char *name = strrchr(f->target, '/') + 1;
	char path[SCOPE_PATH_MAX];
	struct stat st;
	int n = snprintf(path, sizeof(path), "%.*s" PLAN_OLD,
	    (int)(name - f->target), f->target, name);

	return f->st.st_nlink == 2 && n > 0 && (size_t)n < sizeof(path) &&
	    lstat(path, &st) == 0 && st.st_ino == f->st.st_ino &&
	    st.st_dev == f->st.st_dev;
}

enum old_file { OLD_FAILED = -1, OLD_MISSING, OLD_READ };

/* What is there. */
static enum old_file
read_old(struct setup_file *f, struct failure *why)
{
	int fd = open(f->target, O_RDONLY | O_CLOEXEC | O_NOCTTY |
	    O_NOFOLLOW | O_NONBLOCK);
	enum old_file result = OLD_FAILED;

	if (fd == -1)
		return errno == ENOENT ? OLD_MISSING : fail(why, status_of_errno(errno),
		    "%s: %s", f->path, strerror(errno));
	if (fstat(fd, &f->st) == -1)
		fail(why, STATUS_CONFIG, "%s: %s", f->path, strerror(errno));
	else if (!S_ISREG(f->st.st_mode))
		fail(why, STATUS_CONFIG, "%s: is not a regular file", f->path);
	else if (f->st.st_nlink != 1 && !is_leftover(f))
		fail(why, STATUS_CONFIG, "%s: has another name (a hard link), "
		    "which would keep the old text: make it a file of its own",
		    f->path);
	else if (file_read(fd, &f->old) == -1)
		fail(why, status_of_errno(errno), "%s: %s", f->path,
		    errno == EMSGSIZE ? "is larger than such a file ever is" :
		    strerror(errno));
	else if (memchr(buf_text(&f->old), '\0', f->old.len) != NULL)
		fail(why, STATUS_CONFIG, "%s: is not a text file", f->path);
	else
		result = OLD_READ;
	close(fd);
	return result;
}

/* As the plan before leaves it, if that one has it. */
static enum old_file
read_planned(struct setup_file *f, const struct setup *before,
    struct failure *why)
{
	size_t i;

	for (i = 0; before != NULL && i < before->file_count; i++) {
		const struct setup_file *left = &before->files[i];

		if (strcmp(left->target, f->target) != 0)
			continue;
		f->existed = !left->is_removed;
		f->st = left->st;
		return buf_add(&f->old, buf_text(&left->new),
		    left->is_removed ? 0 : left->new.len) == -1 ?
		    fail_memory(why) : OLD_READ;
	}
	return OLD_MISSING;
}

struct setup_file *
plan_read(struct setup *s, const char *path, const char *target,
    struct failure *why)
{
	struct setup_file *f = &s->files[s->file_count];
	enum old_file old;

	if (s->file_count == SETUP_FILES) {
		fail(why, STATUS_INTERNAL, "%s: more than %d files", path,
		    SETUP_FILES);
		return NULL;
	}
	*f = (struct setup_file){ .old = BUF_INIT(SETUP_TEXT_MAX),
	    .new = BUF_INIT(SETUP_TEXT_MAX), .uid = (uid_t)-1,
	    .gid = (gid_t)-1, .mode = s->home == NULL ? 0644 : 0600 };
	s->file_count++;	/* from here on plan_free has it */
	f->path = strdup(path);
	f->target = strdup(target);
	if (f->path == NULL || f->target == NULL) {
		fail_memory(why);
		return NULL;
	}
	old = read_planned(f, s->before, why);
	if (old == OLD_MISSING) {
		old = read_old(f, why);
		f->existed = old == OLD_READ;
	}
	if (old == OLD_FAILED)
		return NULL;
	if (buf_add(&f->new, buf_text(&f->old), f->old.len) == -1) {
		fail_memory(why);
		return NULL;
	}
	return f;
}

enum path_trust
plan_trust(const struct setup *s)
{
	return s->home == NULL ? TRUST_DAEMON : TRUST_OURS;
}

struct setup_file *
setup_file(struct setup *s, const char *path, struct failure *why)
{
	char *target = safe_path_resolve(path, plan_trust(s), why);
	struct setup_file *f = NULL;

	if (target != NULL)
		f = plan_read(s, path, target, why);
	free(target);
	return f;
}

struct setup_file *
setup_file_in(struct setup *s, const char *folder, const char *name,
    struct failure *why)
{
	char path[SCOPE_PATH_MAX];

	if (scope_path(path, folder, name) == -1) {
		fail(why, STATUS_CONFIG, "%s: too long a path", folder);
		return NULL;
	}
	return setup_file(s, path, why);
}

static int
fail_too_large(const struct setup_file *f, struct failure *why)
{
	return errno == ENOMEM ? fail_memory(why) : fail(why, STATUS_CONFIG,
	    "%s: would be larger than %zu bytes", f->path, f->new.max);
}

int
setup_append(struct setup_file *f, const char *text, struct failure *why)
{
	if (f->new.len > 0 && f->new.data[f->new.len - 1] != '\n' &&
	    buf_adds(&f->new, "\n") == -1)
		return fail_too_large(f, why);
	return buf_adds(&f->new, text) == -1 ? fail_too_large(f, why) : 0;
}

int
setup_replace(struct setup_file *f, struct buf *text, struct failure *why)
{
	int result = 0;

	buf_reset(&f->new);
	if (buf_add(&f->new, buf_text(text), text->len) == -1)
		result = fail_too_large(f, why);
	buf_free(text);
	return result;
}

int
setup_note(struct setup *s, struct failure *why, const char *format, ...)
{
	char *line = NULL;
	va_list args;
	int n, result = 0;

	va_start(args, format);
	n = vasprintf(&line, format, args);
	va_end(args);
	if (n == -1)
		return fail_memory(why);
	if (buf_adds(&s->notes, line) == -1 ||
	    buf_adds(&s->notes, "\n") == -1)
		result = errno == ENOMEM ? fail_memory(why) :
		    fail(why, STATUS_INTERNAL, "the notes are longer than "
		    "%zu bytes", s->notes.max);
	free(line);
	return result;
}

int
setup_note_run(struct setup *s, struct failure *why, const char *program,
    const char *option, const char *argument)
{
	char config[SHELL_WORD_MAX(SCOPE_PATH_MAX)] = "";
	char word[SHELL_WORD_MAX(NAME_MAX_LEN)] = "";

	if (s->config != NULL)
		shell_word(config, sizeof(config), s->config);
	if (argument != NULL)
		shell_word(word, sizeof(word), argument);
	return setup_note(s, why, "Run it: `%s%s%s%s%s%s%s`.", program,
	    config[0] != '\0' ? " " : "", config[0] != '\0' ? option : "",
	    config[0] != '\0' ? " " : "", config, word[0] != '\0' ? " " : "",
	    word);
}

int
plan_step(struct setup *s, const char *const args[], enum step_kind kind,
    struct failure *why)
{
	struct setup_step *step = &s->steps[s->step_count];
	size_t i;

	if (s->step_count == SETUP_STEPS)
		return fail(why, STATUS_INTERNAL, "%s: more than %d steps",
		    args[0], SETUP_STEPS);
	s->step_count++;
	step->kind = kind;
	step->is_left_out = kind == STEP_UNDO;
	for (i = 0; args[i] != NULL; i++) {
		if (i == SETUP_ARGS)
			return fail(why, STATUS_INTERNAL, "%s: more than %d "
			    "words", args[0], SETUP_ARGS);
		/* The record has a line for each step, with tabs between. */
		if (strpbrk(args[i], "\t\r\n") != NULL)
			return fail(why, STATUS_CONFIG, "%s: has a tab or a "
			    "newline in its name", args[i]);
		if ((step->args[i] = strdup(args[i])) == NULL)
			return fail_memory(why);
	}
	return 0;
}
