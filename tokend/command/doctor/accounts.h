/*
 * accounts.h - the parts of the check of accounts.
 */
#ifndef TOKEND_DOCTOR_ACCOUNTS_H
#define TOKEND_DOCTOR_ACCOUNTS_H

#include "command/doctor/doctor.h"
#include "file.h"

#define ACCOUNTS_CHECK "accounts"

/*
 * places.c: looks at a file or folder as tokend judges it (file.h), and
 * whether this user may read it. 1 if it is good; 0 if not, told; -1 if it is
 * not there.
 */
int places_look(struct doctor *d, const char *path, enum file_want want);

/* places.c: the same for the folders of the state, and what is left. */
int places_look_state(struct doctor *d);

/*
 * vault.c: the key that credentials are encrypted with, where tokend.conf names
 * one. 0 where tokend cannot use it; what is merely odd is told as well.
 */
int vault_look(struct doctor *d);

/*
 * values.c: what is wrong with the loaded account's values. How many were
 * told.
 */
int values_look(struct doctor *d, const struct account *a);

/*
 * renewal.c: whether it has a refresh token, what failed last, whether
 * something renews it. How many were told. span becomes "renewed ... ago".
 */
int renewal_look(struct doctor *d, const struct account *a, char span[64]);

#endif
