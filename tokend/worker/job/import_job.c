/* SPDX-License-Identifier: BSD-2-Clause */
/* import_job.c - the job import: accounts from another tool's file */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "account/account.h"
#include "account/oauth_client.h"
#include "base/base64.h"
#include "common/descriptors.h"
#include "files/folder.h"
#include "files/lock.h"
#include "files/newfile.h"
#include "import/import.h"
#include "job/jobs.h"
#include "lineio.h"
#include "refresh/budget.h"
#include "base/shell_word.h"
#include "state/state.h"

#define FILE_WAIT 120000	/* ms: gpg may ask for a passphrase first */
#define KEEP_WAIT 60000		/* ms for the account file to be written */

/* What the import's context is. */
struct context {
	struct job *job;
	struct buf config;
	int only_shows;		/* nothing is to be kept */
};

/* The place for one account's secrets, before the account is created. */
struct place_for {
	int lock;
	int folder;
	struct newfile file;
	struct keyring keyring;
	struct account before;		/* what is there, if it can be loaded */
	int is_there;
};

/* The command has nothing to say meanwhile: when it does, it has closed. */
static int
wait_readable(int fd, int talk, int64_t deadline)
{
	struct pollfd p[2] = { { .fd = fd, .events = POLLIN },
	    { .fd = talk, .events = POLLIN } };
	int64_t left = deadline - clock_ms();
	int n;

	while ((n = poll(p, 2, left > 0 ? (int)left : 0)) == -1 &&
	    errno == EINTR)
		left = deadline - clock_ms();
	if (n > 0 && p[1].revents != 0)
		errno = ECANCELED;
	else if (n == 0)
		errno = ETIMEDOUT;
	return n > 0 && p[1].revents == 0 ? 0 : -1;
}

/* Not file_read: a pipe may stay silent, or never end. */
static int
read_all(int fd, int talk, struct buf *text, int64_t deadline)
{
	char part[16384];
	ssize_t n;
	int result = -1;

	for (;;) {
		if (wait_readable(fd, talk, deadline) == -1)
			break;
		n = read(fd, part, sizeof(part));
		if (n == -1 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n == 0)
			result = 0;
		if (n <= 0 || buf_add(text, part, (size_t)n) == -1)
			break;
	}
	explicit_bzero(part, sizeof(part));
	return result;
}

static int
read_file(const char *path, int talk, struct buf *text, struct failure *why)
{
	if (read_all(WORKER_FILE, talk, text, clock_ms() + FILE_WAIT) == 0)
		return text->len > 0 ? 0 : fail(why, STATUS_CONFIG,
		    "%.200s: is empty", path);
	if (errno == EMSGSIZE)
		return fail(why, STATUS_CONFIG, "%.200s: is larger than 1 MiB, "
		    "so it is no such file", path);
	return fail(why, status_of_errno(errno), "%.200s: cannot be read: %s",
	    path, strerror(errno));
}

/* What only lacks its key is not to be replaced. */
static int
check_unlocked(const struct scope *s, const char *name, struct failure *why)
{
	struct credential c = CREDENTIAL_INIT;
	int result = credential_read(&c, s, name, why) == CREDENTIAL_FAILED &&
	    c.is_locked ? -1 : 0;

	credential_free(&c);
	return result;
}

static int
take_place(struct place_for *p, const struct scope *s, const char *name,
    struct failure *why)
{
	struct failure none;

	p->is_there = account_load(&p->before, s, name, &none) == 0;
	if ((p->lock = lock_acquire(s, name, why)) == -1 ||
	    keyring_read(&p->keyring, s, why) == -1 ||
	    check_unlocked(s, name, why) == -1)
		return -1;
	if ((p->folder = folder_open(s, "credentials", why)) == -1)
		return -1;
	return newfile_reserve(&p->file, p->folder, s, "credentials", name,
	    CREDENTIAL_FILE_MAX, why);
}

static void
leave_place(struct place_for *p)
{
	account_free(&p->before);
	newfile_abandon(&p->file);
	keyring_wipe(&p->keyring);
	if (p->folder != -1)
		close(p->folder);
	if (p->lock != -1) {
		lock_clear_time(p->lock);
		close(p->lock);
	}
}

static int
is_empty(const struct credential *c)
{
	return c->refresh_token.len == 0 && c->client_secret.len == 0 &&
	    c->client_key.len == 0;
}

/* What is stored is of the client that the account has from now on. */
static int
keeps_client(const struct place_for *p, const struct scope *s,
    const char *name)
{
	struct account a;
	struct failure none;
	int result = account_load(&a, s, name, &none) == 0 && p->is_there &&
	    account_same_client(&a, &p->before);

	account_free(&a);
	return result;
}

/*
 * What was dropped has its successor now, and what was granted to an earlier
 * refresh token, and to whom, says nothing of another one. The lock is ours.
 */
static void
forget_earlier(const struct scope *s, const struct found *f)
{
	const int is_consent = f->credential.refresh_token.len > 0;
	struct state st;

	state_read(&st, s, f->name);
	if (st.revoked == 0 && (!is_consent || (st.scope[0] == '\0' &&
	    st.consent.at == 0 && st.person.name[0][0] == '\0' &&
	    !st.person.is_accepted)))
		return;
	st.revoked = 0;
	if (is_consent) {
		st.scope[0] = '\0';
		st.consent = (struct consent_end){ 0, 0 };
		st.warned = 0;
		memset(&st.person, 0, sizeof(st.person));
	}
	state_write(&st, s, f->name, NULL);
}

/*
 * A refresh token or a key comes with all that belongs to it; a secret alone
 * is added to a consent that is there, if that is of the same client. Another
 * provider must not be sent what this one gave.
 */
static int
store_secrets(struct place_for *p, const struct scope *s, struct found *f,
    struct failure *why)
{
	struct credential all = CREDENTIAL_INIT;
	struct buf content = BUF_INIT(CREDENTIAL_FILE_MAX);
	int result = -1;

	if (f->credential.refresh_token.len > 0)
		f->credential.granted = clock_seconds();
	else if (f->credential.client_key.len == 0 &&
	    keeps_client(p, s, f->name) &&
	    credential_read(&all, s, f->name, why) == CREDENTIAL_FAILED)
		goto out;
	else if (is_empty(&f->credential) && is_empty(&all)) {
		result = credential_remove(s, f->name, why);
		goto out;
	}
	if (f->credential.granted > 0)
		all.granted = f->credential.granted;
	if (credential_replace(&all, &f->credential) == -1 ||
	    credential_seal(&all, &p->keyring, f->name, &content) == -1)
		fail_memory(why);
	else if (newfile_commit(&p->file, &content) == -1)
		fail(why, status_of_errno(errno), "account \"%s\": its secrets "
		    "cannot be stored in %s/credentials: %s", f->name,
		    s->state, strerror(errno));
	else {
		result = 0;
		forget_earlier(s, f);
	}
out:
	credential_free(&all);
	buf_free(&content);
	return result;
}

static int
add_secrets(struct buf *b, const struct credential *c)
{
	char words[80];

	snprintf(words, sizeof(words), "%s%s%s",
	    c->refresh_token.len > 0 ? "refresh_token " : "",
	    c->client_secret.len > 0 ? "client_secret " : "",
	    c->client_key.len > 0 ? "client_key " : "");
	return attrs_add(b, "secrets", words);
}

static int
send_account(struct job *j, const struct found *f, int with_secret)
{
	struct buf b = BUF_INIT(MESSAGE_BYTES_MAX);
	const struct buf *secret = &f->credential.client_secret;
	const struct conf_key *key;
	char name[64];
	int result = attrs_add(&b, "event", "account") == -1 ||
	    attrs_add(&b, "name", f->name) == -1 ||
	    add_secrets(&b, &f->credential) == -1 || (with_secret &&
	    secret->len > 0 && attrs_add(&b, "client_secret",
	    buf_text(secret)) == -1) ? -1 : 0;

	for (key = account_keys; result == 0 && key->name != NULL; key++) {
		snprintf(name, sizeof(name), "key_%s", key->name);
		result = attrs_add(&b, name, *(char *const *)((const char *)
		    &f->keys + key->offset));
	}
	return job_send(j, &b, result);
}

/* Whether they are stored, or why they are not. */
static int
send_kept(struct job *j, const struct failure *f)
{
	struct buf b = BUF_INIT(MESSAGE_BYTES_MAX);

	return job_send(j, &b, attrs_add(&b, "event", "kept") == -1 ||
	    (f != NULL && (attrs_add(&b, "code", status_word(f->code)) == -1 ||
	    attrs_add(&b, "text", f->text) == -1 ||
	    attrs_addnum(&b, "retry_after", f->retry_after) == -1)) ? -1 : 0);
}

/* 0 with is_kept, the command's answer; -1 with j->why. */
static int
ask_keep(struct job *j, const struct found *f, int *is_kept)
{
	struct message said = MESSAGE_INIT;
	const char *keep;
	int result = send_account(j, f, 0);

	if (result == 0 && (result = job_receive(j, &said, clock_ms() +
	    KEEP_WAIT)) == 0) {
		keep = attrs_get(&said.attrs, "keep");
		*is_kept = keep != NULL && strcmp(keep, "yes") == 0;
	}
	message_free(&said);
	return result;
}

/* Room for the secrets comes first, then the account, then the secrets. */
static int
take_account(struct import *im, struct found *f, struct failure *why)
{
	struct context *context = im->context;
	struct job *j = context->job;
	struct place_for place = { .lock = -1, .folder = -1,
	    .file = NEWFILE_INIT, .keyring = KEYRING_INIT };
	struct failure failed;
	int result = 0, is_kept = 0;

	if (context->only_shows) {
		result = send_account(j, f, 1);
	} else if (take_place(&place, j->scope, f->name, &failed) == -1) {
		import_refuse(im, &failed);
	} else if ((result = ask_keep(j, f, &is_kept)) == 0 && is_kept) {
		/* The account is there: nothing of ours leaves it without. */
		budget_store();
		result = send_kept(j, store_secrets(&place, j->scope, f,
		    &failed) == 0 ? NULL : &failed);
	}
	leave_place(&place);
	if (result == -1)
		*why = j->why;
	return result;
}

static void
send_note(struct import *im, const char *text)
{
	struct context *context = im->context;

	job_note(context->job, "%s", text);
}

/* What was set by hand is known before a file is judged. */
static int
take_set(struct import *im, struct attrs *first, struct failure *why)
{
	const struct conf_key *key;
	const char *value;
	char name[64], **to;

	for (key = account_keys; key->name != NULL; key++) {
		snprintf(name, sizeof(name), "set_%s", key->name);
		to = (char **)((char *)&im->set + key->offset);
		if ((value = attrs_get(first, name)) != NULL &&
		    (*to = strdup(value)) == NULL)
			return fail_memory(why);
	}
	return 0;
}

static int
take_arguments(struct import *im, struct context *c,
    char name[NAME_MAX_LEN + 1], struct attrs *first, struct failure *why)
{
	const char *given = attrs_get(first, "name");
	const char *config = attrs_get(first, "config");

	im->path = attrs_get(first, "path");
	im->client_id = attrs_get(first, "client_id");
	im->client_secret = attrs_get(first, "client_secret");
	if (im->path == NULL)
		im->path = "the file";
	if (given != NULL) {
		if (name_fold(name, given, strlen(given), why) == -1)
			return -1;
		im->name = name;
	}
	if (take_set(im, first, why) == -1)
		return -1;
	if (config == NULL)
		return 0;
	if (base64_decode(&c->config, config, strlen(config)) == -1)
		return fail(why, STATUS_INTERNAL, "what --config names did "
		    "not arrive");
	im->config = buf_text(&c->config);
	im->config_len = c->config.len;
	return 0;
}

int
import_run(struct job *j)
{
	struct context context = { j, BUF_INIT(MESSAGE_BYTES_MAX),
	    attrs_get(&j->first.attrs, "show") != NULL };
	struct import im = { .scope = j->scope, .take = take_account,
	    .note = send_note, .context = &context };
	struct buf text = BUF_INIT(IMPORT_FILE_MAX);
	char name[NAME_MAX_LEN + 1];
	const char *word = job_value(j, "format");
	const char *given = job_value(j, "name");
	const struct format *format = format_find(word != NULL ? word : "",
	    given != NULL ? SHELL_NAME(given) : "NAME", &j->why);
	int result = -1;

	if (format != NULL && take_arguments(&im, &context, name,
	    &j->first.attrs, &j->why) == 0 && read_file(im.path, j->fd, &text,
	    &j->why) == 0)
		result = format_read(format, &im, buf_text(&text), text.len,
		    &j->why);
	if (result == 0 && im.refused.code != STATUS_OK) {
		j->why = im.refused;
		result = -1;
	}
	keys_free(&im.set);
	buf_free(&context.config);
	buf_free(&text);
	return result;
}
