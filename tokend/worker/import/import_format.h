/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_format.h - what other tools' files say, as accounts of ours.
 *
 * A reader has the whole file as text, makes a struct found of each account
 * in it, and gives it to import_take. It opens nothing but presets, and writes
 * nothing: what becomes of an account is up to the job (job/import_job.c).
 */
#ifndef TOKEND_IMPORT_FORMAT_H
#define TOKEND_IMPORT_FORMAT_H

#include <stddef.h>

#include "account/keys.h"
#include "name.h"
#include "scope.h"
#include "status.h"
#include "store/store.h"

#define IMPORT_FILE_MAX (1024 * 1024)	/* bytes of a file that is read */

/* One account on its way; found_free in any case. */
struct found {
	char name[NAME_MAX_LEN + 1];	/* folded */
	struct keys keys;		/* of its file; no secret is in it */
	struct credential credential;
};

#define FOUND_INIT { .credential = CREDENTIAL_INIT }

struct import {
	/* What the command gave; NULL where it did not. */
	const char *path;		/* of the file, for texts; never NULL */
	const char *name;		/* folded */
	const char *client_id;
	const char *client_secret;
	struct keys set;		/* by --set: before the file's */
	const char *config;		/* the text of sasl-xoauth2.conf */
	size_t config_len;

	const struct scope *scope;	/* whose presets count */

	/*
	 * Takes one account over. -1 with why only where it makes no sense to
	 * go on; of an account that was not taken, import_refuse is told.
	 */
	int (*take)(struct import *im, struct found *f, struct failure *why);
	void (*note)(struct import *im, const char *text);
	void *context;			/* theirs */

	size_t count;			/* of accounts found so far */
	struct failure refused;		/* the first; STATUS_OK if none was */
};

/* A format by its name on the command line. */
struct source {
	const char *format;
	/*
	 * Reads text, which has a NUL behind its len bytes. 0, also where
	 * single accounts were refused; -1 with why, which names the file.
	 */
	int (*read)(struct import *im, const char *text, size_t len,
	    struct failure *why);
};

extern const struct source source_sasl_xoauth2, source_mutt_oauth2,
    source_email_oauth2_proxy, source_getmail, source_google_client,
    source_google_service_account, source_google_token;

/* NULL if there is no such format. Case and '_' for '-' make no difference. */
const struct source *source_find(const char *format);

/* The format that is meant by a name like it, or NULL. */
const char *source_nearest(const char *format);

/*
 * What is before the text: 0, or the bytes of a byte order mark of UTF-8, to
 * be left out. -1 with why if it is UTF-16, as some editors and shells of
 * Windows write it.
 */
int import_skip_mark(const char *path, const char *text, size_t len,
    struct failure *why);

/* For a tool that is known, and has no file to read: what to do; else NULL. */
const char *source_elsewhere(const char *format);

/* True if --set says where the tokens belong, so that no file need say it. */
int import_knows_where(const struct import *im);

/* Tells what could not be taken: one whole sentence that names the account. */
void import_note(struct import *im, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * An account could not be taken. The first such failure is the outcome of the
 * import, further ones become notes.
 */
void import_refuse(struct import *im, const struct failure *why);

/* Gives f, which is complete, to im->take; the same result. */
int import_take(struct import *im, struct found *f, struct failure *why);

/*
 * The parts of an account. NULL and "" set nothing; what cannot be a value of
 * an account file, or a secret, is refused: -1 with a STATUS_CONFIG that
 * names the file and, by what, the member in it.
 */
int found_key(const struct import *im, char **key, const char *what,
    const char *value, struct failure *why);
int found_secret(const struct import *im, struct buf *secret,
    const char *what, const char *value, struct failure *why);

/*
 * The name given, else what the file has for one, in the order of preference;
 * -1 if there is none. Where user is another name, it becomes the key `user`.
 */
int found_name(const struct import *im, struct found *f, const char *first,
    const char *user, struct failure *why);

/*
 * The refresh token. -1 where there is none, and --set names no grant that
 * does without.
 */
int found_token(struct import *im, struct found *f, const char *token,
    struct failure *why);

/* The file lacks member, and nothing is sent to where it may not belong. -1. */
int found_nowhere(const struct import *im, const struct found *f,
    const char *member, struct failure *why);

/*
 * The client: what was given by hand goes before the file's. A sample's
 * placeholder for an id is refused, for a secret left out with a note.
 */
int found_client(struct import *im, struct found *f, const char *id,
    const char *secret, struct failure *why);

/*
 * The provider by its endpoints: a preset (with the tenant that stands in the
 * token endpoint), else the endpoints themselves. To be called when the other
 * keys are set; the preset's own scope is not repeated. authorization may be
 * NULL, and token too, where --set knows more.
 */
int found_provider(struct import *im, struct found *f, const char *token,
    const char *authorization, struct failure *why);

/*
 * True if the form of the client id is another provider's: then the tool's own
 * default is not meant.
 */
int found_is_another(const struct import *im, const struct found *f,
    const char *provider);

/* The same where the format says whose client it is: the preset provider. */
int found_at(struct import *im, struct found *f, const char *provider,
    const char *token, struct failure *why);

void found_free(struct found *f);

/* True for the values that samples have where the reader's own belongs. */
int is_sample(const char *value);

#endif
