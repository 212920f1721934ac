/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nullmailer_files.h - nullmailer's files: what is in them as it is to be.
 *
 * `remotes` has a line for each server, "HOST [MODULE [OPTION...]]", of which
 * nullmailer tries one after the other; for tokend's module the host is the
 * account. adminaddr and allmailfrom have an address in their first line, from
 * which blanks are stripped; what follows it counts for nothing.
 */
#pragma once

#include "command/nullmailer.h"
#include "command/setup/setup.h"

#define REMOTES_MODULE NULLMAILER_MODULE
#define ADDRESS_SHOWN 200	/* bytes, with NUL */

/*
 * Makes the account the only server; comments stay. *dropped: how many others
 * there were. -1 with why.
 */
int remotes_set(struct setup_file *f, const char *account, size_t *dropped,
    struct failure *why);

/*
 * Makes address what the file has, if its first line is empty. One that an
 * administrator has put there is kept, and copied to kept, printable and cut;
 * else kept is "". -1 with why.
 */
int address_file_set(struct setup_file *f, const char *address,
    char kept[ADDRESS_SHOWN], struct failure *why);
