/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * accounts.h - the parts of the check of accounts.
 */
#pragma once

#include <pwd.h>

#include "command/doctor/doctor.h"
#include "disk/file.h"
#include "knowledge/findings/findings.h"

#define ACCOUNTS_CHECK "accounts"

static inline void
report_account(struct doctor *d, enum account_finding found,
    const struct known_value *values)
{
	doctor_found(d, ACCOUNTS_CHECK, &account_findings[found], values);
}

enum path_state {
	PATH_GOOD,
	PATH_BAD,		/* which is reported */
	PATH_MISSING
};

/*
 * places.c: judges a file or folder as tokend does (file.h), and whether this
 * user may read it.
 */
enum path_state check_path(struct doctor *d, const char *path,
    enum file_want want);

/* places.c: the owner's names, to give to chown(1). */
void owner_names(const struct doctor *d, char user[64], char group[64]);

/*
 * store_access.c: whether this user can read, write and lock what is in the
 * store. One finding for all that it cannot, with one fix. 1 if it can.
 */
int check_store(struct doctor *d);

/*
 * encryption.c: the key that credentials are encrypted with, where tokend.conf
 * names one. 0 where tokend cannot use it.
 */
int check_encryption(struct doctor *d);

/*
 * values.c: what is wrong with the loaded account's values. Returns how many
 * findings there were.
 */
int check_account_values(struct doctor *d, const struct account *a);

/*
 * sending.c: of an account that sends, whether it was granted that, and no
 * more where it is to do no more, and whether a limit holds its mails back.
 * Returns how many findings there were that are not good.
 */
int check_sending(struct doctor *d, const struct account *a);

/*
 * renewal.c: whether it has a refresh token, what failed last, whether
 * something renews it, when the consent expires. Returns how many findings
 * there were; age becomes "renewed ... ago", and the end.
 */
#define RENEWAL_AGE_MAX 80
int check_renewal(struct doctor *d, const struct account *a,
    char age[RENEWAL_AGE_MAX]);

/* A program with a queue of mail, which it hands over to tokend. */
struct mail_queue {
	const char *check;	/* of the findings */
	const char *file;	/* that names the account */
	const char *program;	/* that hands it over */
	const struct scope *scope;
	char user[64];		/* that it runs as; "": not known */
	uid_t uid;
	gid_t gid;
};

/* A copy: the next look-up overwrites pw, which may be NULL. */
void queue_user(struct mail_queue *q, const struct passwd *pw);

/*
 * queue_account.c: whether the account is there, sends, and lets that user. 1;
 * 0 if not, which is reported where the account can be read.
 */
int check_queue_account(struct doctor *d, const struct mail_queue *q,
    const char *name);
