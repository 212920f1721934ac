/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * program_server.h - the programs that an account's file names, run by a
 * process that has all rights of the user.
 *
 * The worker gives up starting programs, and gaining privileges by them,
 * before it speaks with the network (sandbox.h). What an administrator has
 * configured may need both (sendmail(1) is set-group-ID). So a child is made
 * before: all it can be asked for is to run what the account's file named
 * then, with the account's words, and for on_error and on_warning a code and a
 * text.
 */
#pragma once

#include "account/account.h"
#include "grant/run_program.h"
#include "base/status.h"

/*
 * Makes the child, if a names a program; a is the child's from then on as it
 * is now. It ends with this process. 0, or -1 with why.
 */
int programs_start(const struct account *a, struct failure *why);

/* As in run_program.h; by the child, if there is one. */
int programs_command(const struct account *a, struct run_result *ran,
    struct failure *why);
void programs_start_one(const struct account *a, enum program which,
    const struct failure *why);
