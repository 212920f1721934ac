/* SPDX-License-Identifier: BSD-2-Clause */
/* rekey_job.c - the job rekey: every credential by the key that is set now */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "files/folder.h"
#include "files/lock.h"
#include "files/newfile.h"
#include "job/jobs.h"
#include "base/name.h"
#include "store/store.h"

#define NAMES_MOST 1000000

struct rekeying {
	struct job *job;
	struct keyring keyring;
	char **name;
	size_t count;
	size_t changed;
	size_t failed;
	struct failure first;	/* of those that failed */
};

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
add_name(struct rekeying *r, const char *file)
{
	char name[NAME_MAX_LEN + 1];
	char **more = NULL;

	/* What a killed worker left begins with a dot; others are not ours. */
	if (name_fold(name, file, strlen(file), NULL) == -1 ||
	    strcmp(name, file) != 0)
		return 0;
	more = realloc(r->name, (r->count + 1) * sizeof(*more));
	if (more == NULL)
		return -1;
	r->name = more;
	if ((r->name[r->count] = strdup(name)) == NULL)
		return -1;
	r->count++;
	return 0;
}

static int
list_names(struct rekeying *r)
{
	int folder = folder_open(r->job->scope, "credentials", &r->job->why);
	DIR *dir = folder == -1 ? NULL : fdopendir(folder);
	struct dirent *entry = NULL;
	int result = 0;

	if (folder == -1)
		return -1;
	if (dir == NULL) {
		close(folder);
		return fail_memory(&r->job->why);
	}
	for (errno = 0; result == 0 && r->count < NAMES_MOST &&
	    (entry = readdir(dir)) != NULL; errno = 0)
		result = add_name(r, entry->d_name);
	if (result == -1)
		fail_memory(&r->job->why);
	else if (errno != 0)
		result = fail(&r->job->why, status_of_errno(errno),
		    "%s/credentials: %s", r->job->scope->state,
		    strerror(errno));
	closedir(dir);
	if (r->count > 0)
		qsort(r->name, r->count, sizeof(*r->name), compare_names);
	return result;
}

static int
replace_file(struct rekeying *r, struct newfile *f, const struct credential *c,
    const char *name, struct failure *why)
{
	struct buf content = BUF_INIT(CREDENTIAL_FILE_MAX);
	int result = -1;

	if (credential_seal(c, &r->keyring, name, &content) == -1)
		fail_memory(why);
	else if ((result = newfile_commit(f, &content)) == -1)
		fail(why, STATUS_LATER, "account \"%s\": its credential cannot "
		    "be stored: %s: it is as it was", name, strerror(errno));
	buf_free(&content);
	return result;
}

/* Under its lock; counts it if it was stored again. */
static int
rekey_file(struct rekeying *r, int folder, const char *name,
    struct failure *why)
{
	struct credential c = CREDENTIAL_INIT;
	struct newfile f = NEWFILE_INIT;
	enum credential_found found = CREDENTIAL_FAILED;
	int result = -1;

	/* Also drops what a killed worker left there, in the clear perhaps. */
	if (newfile_reserve(&f, folder, r->job->scope, "credentials", name,
	    CREDENTIAL_FILE_MAX, why) == 0) {
		found = credential_read(&c, r->job->scope, name, why);
		if (found == CREDENTIAL_NONE || (found == CREDENTIAL_READ &&
		    strcmp(c.key_id, r->keyring.key.id) == 0))
			result = 0;
		else if (found == CREDENTIAL_READ &&
		    (result = replace_file(r, &f, &c, name, why)) == 0)
			r->changed++;
	}
	newfile_abandon(&f);
	credential_free(&c);
	return result;
}

static int
rekey_account(struct rekeying *r, const char *name, struct failure *why)
{
	const struct scope *s = r->job->scope;
	int lock = lock_acquire(s, name, why), folder = -1, result = -1;

	if (lock == -1)
		return -1;
	if ((folder = folder_open(s, "credentials", why)) != -1) {
		result = rekey_file(r, folder, name, why);
		close(folder);
	}
	lock_clear_time(lock);
	close(lock);
	return result;
}

static void
rekey_all(struct rekeying *r)
{
	struct failure why;
	size_t i = 0;

	for (i = 0; i < r->count; i++) {
		if (rekey_account(r, r->name[i], &why) == 0)
			continue;
		failure_name(&why, r->name[i]);
		job_note(r->job, "%s", why.text);
		if (r->failed++ == 0)
			r->first = why;
	}
}

static int
report_result(struct rekeying *r)
{
	const struct keyring_key *k = &r->keyring.key;

	if (k->id[0] != '\0')
		job_note(r->job, "%zu of %zu credentials were encrypted with "
		    "the key %s (%s)", r->changed, r->count, k->id, k->path);
	else
		job_note(r->job, "%zu of %zu credentials were decrypted: %s "
		    "has no credentials_key", r->changed, r->count,
		    r->keyring.config);
	log_info("%zu of %zu credentials were encrypted again by rekey",
	    r->changed, r->count);
	if (r->failed > 0)
		return fail(&r->job->why, r->first.code, "%zu of %zu "
		    "credentials are as they were: keep the old key, correct "
		    "what is said above, and run \"tokend rekey\" again",
		    r->failed, r->count);
	if (r->keyring.before.path[0] != '\0')
		job_note(r->job, "no credential needs %s any more: remove the "
		    "line credentials_key_before from %s, then that key",
		    r->keyring.before.path, r->keyring.config);
	return 0;
}

int
rekey_run(struct job *j)
{
	struct rekeying r = { .job = j, .keyring = KEYRING_INIT };
	int result = -1;

	if (keyring_read(&r.keyring, j->scope, &j->why) == 0 &&
	    list_names(&r) == 0) {
		rekey_all(&r);
		result = report_result(&r);
	}
	while (r.count > 0)
		free(r.name[--r.count]);
	free(r.name);
	keyring_wipe(&r.keyring);
	return result;
}
