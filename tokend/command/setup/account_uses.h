/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account_uses.h - what `tokend setup` has made of an account.
 */
#pragma once

#include "disk/scope.h"

/*
 * Says on standard output which programs were set up for the account and are
 * still, by the records (record.h), and what undoes that.
 */
void account_uses_print(const struct scope *s, const char *account);
