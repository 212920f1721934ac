/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/record.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/attr.h"
#include "command/safe_path.h"
#include "command/setup/plan.h"
#include "disk/file.h"
#include "files/folder.h"
#include "files/newfile.h"

#define FOLDER "setup"
#define VERSION "1"
#define RECORD_SIZE_MAX 65536

static void
name_record(char name[RECORD_NAME_MAX], const struct record *r)
{
	snprintf(name, RECORD_NAME_MAX, "%s.%d", r->program, r->last);
}

static void
name_text(char name[RECORD_NAME_MAX], const struct record *r, size_t i,
    const char *which)
{
	snprintf(name, RECORD_NAME_MAX, "%s.%d.%zu.%s", r->program, r->last, i,
	    which);
}

const char *
record_copy(char path[RECORD_PATH_MAX], const struct record *r, size_t i)
{
	char name[RECORD_NAME_MAX];

	name_text(name, r, i, "old");
	snprintf(path, RECORD_PATH_MAX, "%s/" FOLDER "/%s",
	    r->scope->state, name);
	return path;
}

static int
fail_record(const struct record *r, const char *name, struct failure *why)
{
	return fail(why, status_of_errno(errno), "%s/" FOLDER "/%s: %s: "
	    "nothing was changed", r->scope->state, name, strerror(errno));
}

/* The state folder itself is its owner's, who may not be who runs this. */
static int
check_state_path(const struct scope *s, struct failure *why)
{
	char *target = safe_path_resolve(s->state, TRUST_OURS, why);

	free(target);
	return target != NULL ? 0 : -1;
}

/*
 * The tokend user owns the state folder, and could put another one in the
 * place of ours; what root writes by it into /etc has to be root's own.
 */
static int
check_folder(const struct record *r, struct failure *why)
{
	struct stat st;

	if (fstat(r->folder, &st) == -1)
		return fail_record(r, "", why);
	if (st.st_uid != geteuid())
		return fail(why, STATUS_CONFIG, "%s/" FOLDER ": belongs to "
		    "uid %lu, and should to uid %lu: remove it",
		    r->scope->state, (unsigned long)st.st_uid,
		    (unsigned long)geteuid());
	if (flock(r->folder, LOCK_EX | LOCK_NB) == -1)
		return errno == EWOULDBLOCK ? fail(why, STATUS_LATER,
		    "another \"tokend setup\" runs: wait for its end") :
		    fail_record(r, "", why);
	return 0;
}

static int
count_changes(struct record *r)
{
	char name[RECORD_NAME_MAX];
	struct stat st;

	do {
		r->last++;
		name_record(name, r);
	} while (r->last <= RECORD_CHANGES_MAX &&
	    fstatat(r->folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0);
	return --r->last;
}

const char *
record_of_another(const struct record *r)
{
	const struct setup_program *p;

	for (p = setup_programs; p->name != NULL; p++) {
		struct record other = { .program = p->name,
		    .folder = r->folder };

		if (strcmp(p->name, r->program) != 0 &&
		    count_changes(&other) > 0)
			return p->name;
	}
	return NULL;
}

int
record_open(struct record *r, const struct scope *s, const char *program,
    struct failure *why)
{
	const struct passwd *pw;

	*r = (struct record){ .scope = s, .program = program, .folder = -1 };
	if (check_state_path(s, why) == -1)
		return -1;
	if (s->kind == SCOPE_SYSTEM && geteuid() == 0) {
		pw = getpwuid(s->owner);
		if (folder_prepare(s, pw != NULL ? pw->pw_gid : 0,
		    why) == -1)
			return -1;
	}
	if ((r->folder = folder_open(s, FOLDER, why)) == -1 ||
	    check_folder(r, why) == -1)
		return -1;
	count_changes(r);
	return 0;
}

void
record_close(struct record *r)
{
	if (r->folder != -1)
		close(r->folder);
	r->folder = -1;
}

static int
write_record(const struct record *r, const char *name,
    const struct buf *content, struct failure *why)
{
	int fd, result = 0;

	if (unlinkat(r->folder, name, 0) == -1 && errno != ENOENT)
		return fail_record(r, name, why);
	fd = openat(r->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	if (fd == -1)
		return fail_record(r, name, why);
	if (newfile_write(fd, content) == -1 || fsync(fd) == -1)
		result = fail_record(r, name, why);
	close(fd);
	return result;
}

static int
add_numbered(struct buf *b, const char *name, size_t i, const char *value)
{
	char numbered[32];

	snprintf(numbered, sizeof(numbered), "%s%zu", name, i);
	return attrs_add(b, numbered, value);
}

static int
add_step(struct buf *b, size_t i, const struct setup_step *step)
{
	struct buf words = BUF_INIT(ATTR_LINE_MAX / 2);
	size_t k;
	int result = 0;

	for (k = 0; result == 0 && step->args[k] != NULL; k++)
		if ((k > 0 && buf_adds(&words, "\t") == -1) ||
		    buf_adds(&words, step->args[k]) == -1)
			result = -1;
	if (result == 0)
		result = add_numbered(b, "step", i, buf_text(&words));
	if (result == 0 && step->kind == STEP_QUESTION)
		result = add_numbered(b, "question", i, "yes");
	if (result == 0 && step->kind == STEP_UNDO)
		result = add_numbered(b, "undo", i, "yes");
	buf_free(&words);
	return result;
}

static int
describe_change(struct buf *b, const struct setup *s)
{
	const struct setup_file *f;
	size_t i, n = 0;

	if (attrs_add(b, "version", VERSION) == -1 ||
	    attrs_add(b, "account", s->account->name) == -1 ||
	    attrs_addnum(b, "when", (int64_t)time(NULL)) == -1)
		return -1;
	for (f = s->files; f < s->files + s->file_count; f++) {
		if (!plan_changes(f))
			continue;
		if (add_numbered(b, "path", n, f->path) == -1 ||
		    add_numbered(b, "target", n, f->target) == -1 ||
		    add_numbered(b, "existed", n, f->existed ? "yes" :
		    "no") == -1)
			return -1;
		n++;
	}
	for (i = n = 0; i < s->step_count; i++)
		if (s->steps[i].kind != STEP_SETUP &&
		    add_step(b, n++, &s->steps[i]) == -1)
			return -1;
	return attrs_end(b);
}

static int
keep_texts(const struct record *r, const struct setup *s,
    struct failure *why)
{
	const struct setup_file *f;
	char name[RECORD_NAME_MAX];
	size_t n = 0;

	for (f = s->files; f < s->files + s->file_count; f++) {
		if (!plan_changes(f))
			continue;
		name_text(name, r, n, "old");
		if (write_record(r, name, &f->old, why) == -1)
			return -1;
		name_text(name, r, n++, "new");
		if (write_record(r, name, &f->new, why) == -1)
			return -1;
	}
	return 0;
}

int
record_keep(struct record *r, const struct setup *s, struct failure *why)
{
	struct buf b = BUF_INIT(RECORD_SIZE_MAX);
	char name[RECORD_NAME_MAX], temporary[RECORD_NAME_MAX + 8];
	int result = -1;

	if (r->last == RECORD_CHANGES_MAX)
		return fail(why, STATUS_CONFIG, "%s/" FOLDER " holds %d "
		    "changes of %s: remove those that you will not undo",
		    r->scope->state, r->last, r->program);
	r->last++;
	name_record(name, r);
	snprintf(temporary, sizeof(temporary), ".%s.new", name);
	if (describe_change(&b, s) == -1)
		fail(why, STATUS_CONFIG, "a path or a command is not fit for "
		    "a record: %s", strerror(errno));
	else if (keep_texts(r, s, why) == 0 &&
	    write_record(r, temporary, &b, why) == 0)
		result = renameat(r->folder, temporary, r->folder,
		    name) == -1 || fsync(r->folder) == -1 ?
		    fail_record(r, name, why) : 0;
	buf_free(&b);
	if (result == -1)
		record_drop(r);
	return result;
}

void
record_drop(struct record *r)
{
	char name[RECORD_NAME_MAX], temporary[RECORD_NAME_MAX + 8];
	size_t i;

	/* The record first: without it nothing refers to the texts. */
	name_record(name, r);
	unlinkat(r->folder, name, 0);
	snprintf(temporary, sizeof(temporary), ".%s.new", name);
	unlinkat(r->folder, temporary, 0);
	for (i = 0; i < SETUP_FILES; i++) {
		name_text(name, r, i, "old");
		unlinkat(r->folder, name, 0);
		name_text(name, r, i, "new");
		unlinkat(r->folder, name, 0);
	}
	fsync(r->folder);
	r->last--;
}

static int
read_record(const struct record *r, const char *name, struct buf *content,
    struct failure *why)
{
	char path[RECORD_PATH_MAX];
	int fd, result = 0;

	snprintf(path, sizeof(path), "%s/" FOLDER "/%s", r->scope->state,
	    name);
	fd = file_open(r->folder, name, FILE_SECRET, geteuid(), path, why);
	if (fd == -1)
		return -1;
	if (file_read(fd, content) == -1)
		result = fail_record(r, name, why);
	close(fd);
	return result;
}

int
record_account(const struct record *r, char name[NAME_MAX_LEN + 1])
{
	struct buf content = BUF_INIT(RECORD_SIZE_MAX);
	char file[RECORD_NAME_MAX];
	const char *account = NULL;
	struct attrs a;

	name_record(file, r);
	if (read_record(r, file, &content, NULL) == 0 &&
	    attrs_parse(&a, &content, NULL) == 0 &&
	    (account = attrs_get(&a, "account")) != NULL)
		snprintf(name, NAME_MAX_LEN + 1, "%s", account);
	buf_free(&content);
	return account != NULL ? 0 : -1;
}

static char *
get_numbered(struct attrs *a, const char *name, size_t i)
{
	char numbered[32];

	snprintf(numbered, sizeof(numbered), "%s%zu", name, i);
	return attrs_get(a, numbered);
}

static int
read_file(const struct record *r, struct recorded_file *f, size_t i,
    struct attrs *a, struct failure *why)
{
	const char *path = get_numbered(a, "path", i), *existed, *target;
	char name[RECORD_NAME_MAX];

	*f = (struct recorded_file){ .before = BUF_INIT(SETUP_TEXT_MAX),
	    .left = BUF_INIT(SETUP_TEXT_MAX) };
	target = get_numbered(a, "target", i);
	existed = get_numbered(a, "existed", i);
	if (path == NULL || target == NULL || existed == NULL)
		return fail(why, STATUS_CONFIG, "%s/" FOLDER "/%s.%d: is "
		    "damaged", r->scope->state, r->program, r->last);
	f->path = strdup(path);
	f->target = strdup(target);
	f->existed = strcmp(existed, "yes") == 0;
	if (f->path == NULL || f->target == NULL)
		return fail_memory(why);
	name_text(name, r, i, "old");
	if (read_record(r, name, &f->before, why) == -1)
		return -1;
	name_text(name, r, i, "new");
	return read_record(r, name, &f->left, why);
}

static int
read_steps(struct setup *s, struct attrs *a, struct failure *why)
{
	const char *words[SETUP_ARGS + 1];
	enum step_kind kind;
	char *text, *at;
	size_t i, n;

	for (i = 0; i < SETUP_STEPS; i++) {
		if ((at = get_numbered(a, "step", i)) == NULL)
			break;
		for (n = 0; n < SETUP_ARGS && (text = strsep(&at,
		    "\t")) != NULL; n++)
			words[n] = text;
		words[n] = NULL;
		if (words[0][0] != '/')
			return fail(why, STATUS_CONFIG, "a record of a change "
			    "is damaged: \"%s\" is no command", words[0]);
		kind = get_numbered(a, "undo", i) != NULL ? STEP_UNDO :
		    get_numbered(a, "question", i) != NULL ? STEP_QUESTION :
		    STEP_BOTH;
		if (plan_step(s, words, kind, why) == -1)
			return -1;
		s->steps[s->step_count - 1].is_left_out = 0;
	}
	return 0;
}

int
record_read(const struct record *r, struct recorded_change *k, struct setup *s,
    struct failure *why)
{
	struct buf raw = BUF_INIT(RECORD_SIZE_MAX);
	char name[RECORD_NAME_MAX];
	struct attrs a;
	int result = -1;

	k->count = 0;
	name_record(name, r);
	if (read_record(r, name, &raw, why) == 0 && attrs_parse(&a, &raw,
	    why) == 0) {
		for (result = 0; result == 0 && k->count < SETUP_FILES &&
		    get_numbered(&a, "path", k->count) != NULL; k->count++)
			result = read_file(r, &k->files[k->count], k->count,
			    &a, why);
		if (result == 0)
			result = read_steps(s, &a, why);
	}
	buf_free(&raw);
	return result;
}

void
recorded_free(struct recorded_change *k)
{
	while (k->count > 0) {
		struct recorded_file *f = &k->files[--k->count];

		free(f->path);
		free(f->target);
		buf_free(&f->before);
		buf_free(&f->left);
	}
}
