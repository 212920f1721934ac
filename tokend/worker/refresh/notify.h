/*
 * notify.h - telling somebody that an account needs a person: on_error.
 */
#ifndef TOKEND_NOTIFY_H
#define TOKEND_NOTIFY_H

#include "account/account.h"
#include "status.h"

/*
 * Starts the program that on_error names, if one does: no shell, no
 * arguments, the facts in TOKEND_ACCOUNT, TOKEND_CODE and TOKEND_TEXT, and
 * PATH. It is not waited for.
 */
void notify(const struct account *a, const struct failure *why);

#endif
