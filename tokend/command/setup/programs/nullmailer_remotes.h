/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nullmailer_remotes.h - nullmailer's file `remotes`: a line for each server,
 * "HOST [MODULE [OPTION...]]", of which it tries one after the other. For
 * tokend's module the host is the account.
 */
#pragma once

#include "command/nullmailer.h"
#include "command/setup/setup.h"

#define REMOTES_MODULE NULLMAILER_MODULE

/*
 * Makes the account the only server; comments stay. *dropped: how many others
 * there were. -1 with why.
 */
int remotes_set(struct setup_file *f, const char *account, size_t *dropped,
    struct failure *why);
