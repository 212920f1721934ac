/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * next.h - what a person types next, once an account works.
 */
#ifndef TOKEND_NEXT_H
#define TOKEND_NEXT_H

#include "account/account.h"
#include "scope.h"

/*
 * Prints the setup commands of the programs that are installed and can use the
 * account: as root those of the machine, else the person's own. Where there is
 * none, the page that leads to all others. Then the command for programs that
 * take a token from one.
 */
void next_print(const struct scope *s, const struct account *a);

#endif
