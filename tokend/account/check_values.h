/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_values.h - what can be told of an account's values without asking anybody.
 */
#ifndef TOKEND_CHECK_VALUES_H
#define TOKEND_CHECK_VALUES_H

#include <sys/stat.h>

#include "account/account.h"
#include "account/keys.h"
#include "status.h"

/*
 * a has its values, k what was not taken out of its file's and its preset's,
 * st is of the file. 0, or -1 with STATUS_CONFIG that names file and key.
 */
int account_check(const struct account *a, const struct keys *k,
    const struct stat *st, struct failure *why);

#endif
